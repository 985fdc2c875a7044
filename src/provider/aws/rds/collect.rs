//! Reads the databases of one region and their manual snapshots.

use crate::inventory::aws::rds::{self, Cluster, ClusterSnapshot, Instance, Snapshot};
use crate::inventory::schema::Moment;
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::{Collector, Reach, Task};
use aws_sdk_rds::types;
use aws_smithy_types::DateTime;
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;

macro_rules! collector {
    ($name:literal, $kind:ident, $run:ident) => {
        Collector {
            name: $name,
            kinds: &[$kind::TYPE],
            reach: Reach::Region,
            run: |task| Box::pin(async move { vec![($kind::TYPE, $run(&task).await)] }),
        }
    };
}

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[
    collector!("rds.snapshots", Snapshot, snapshots),
    collector!("rds.cluster_snapshots", ClusterSnapshot, cluster_snapshots),
    collector!("rds.instances", Instance, instances),
    collector!("rds.clusters", Cluster, clusters),
];

/// Snapshots read at once; the scope's limits decide how many of their calls are under way.
const AT_ONCE: usize = 32;
/// The kind of snapshots that somebody made.
const MANUAL: &str = "manual";
/// The attribute of a snapshot that tells who may restore it.
const RESTORE: &str = "restore";

async fn instances(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.rds().describe_db_instances().into_paginator().send();
    while let Some(page) = task.scope.page(&rds::DESCRIBE_DB_INSTANCES, &mut pages).await? {
        for instance in page.db_instances.unwrap_or_default() {
            emit_instance(task, instance).await;
        }
    }
    Ok(())
}

async fn emit_instance(task: &Task, instance: types::DbInstance) {
    let Some(id) = instance.db_instance_arn.or_else(|| instance.db_instance_identifier.clone()) else { return };
    let certificate = instance.certificate_details;
    let call = &rds::DESCRIBE_DB_INSTANCES;
    let readings = Instance {
        engine: Reading::sent(instance.engine, call, "Engine"),
        engine_version: instance.engine_version,
        status: instance.db_instance_status,
        changes_pending: instance
            .pending_modified_values
            .is_some_and(|values| values != types::PendingModifiedValues::builder().build()),
        cluster: instance.db_cluster_identifier.filter(|cluster| !cluster.is_empty()),
        replica_of: instance
            .read_replica_source_db_instance_identifier
            .or(instance.read_replica_source_db_cluster_identifier)
            .filter(|source| !source.is_empty()),
        storage_encrypted: Reading::sent(instance.storage_encrypted, call, "StorageEncrypted"),
        kms_key: instance.kms_key_id,
        publicly_accessible: Reading::sent(instance.publicly_accessible, call, "PubliclyAccessible"),
        auto_minor_version_upgrade: Reading::sent(instance.auto_minor_version_upgrade, call, "AutoMinorVersionUpgrade"),
        multi_az: Reading::sent(instance.multi_az, call, "MultiAZ"),
        backup_retention_days: Reading::sent(
            instance.backup_retention_period.map(i64::from),
            call,
            "BackupRetentionPeriod",
        ),
        deletion_protection: Reading::sent(instance.deletion_protection, call, "DeletionProtection"),
        iam_authentication: Reading::sent(
            instance.iam_database_authentication_enabled,
            call,
            "IAMDatabaseAuthenticationEnabled",
        ),
        copy_tags_to_snapshots: Reading::sent(instance.copy_tags_to_snapshot, call, "CopyTagsToSnapshot"),
        log_exports: instance.enabled_cloudwatch_logs_exports.unwrap_or_default(),
        ca_certificate: instance.ca_certificate_identifier,
        certificate_valid_until: moment(certificate.and_then(|certificate| certificate.valid_till)),
        vpc_id: instance.db_subnet_group.and_then(|group| group.vpc_id),
        created_at: moment(instance.instance_create_time),
    };
    let place = task.scope.place(id, instance.db_instance_identifier, tags(instance.tag_list));
    task.scope.emit(Instance::TYPE, place, &readings).await;
}

async fn clusters(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.rds().describe_db_clusters().into_paginator().send();
    while let Some(page) = task.scope.page(&rds::DESCRIBE_DB_CLUSTERS, &mut pages).await? {
        for cluster in page.db_clusters.unwrap_or_default() {
            emit_cluster(task, cluster).await;
        }
    }
    Ok(())
}

async fn emit_cluster(task: &Task, cluster: types::DbCluster) {
    let Some(id) = cluster.db_cluster_arn.or_else(|| cluster.db_cluster_identifier.clone()) else { return };
    let members = cluster.db_cluster_members.unwrap_or_default().into_iter();
    let call = &rds::DESCRIBE_DB_CLUSTERS;
    let readings = Cluster {
        engine: Reading::sent(cluster.engine, call, "Engine"),
        engine_version: cluster.engine_version,
        engine_mode: cluster.engine_mode,
        status: cluster.status,
        changes_pending: cluster
            .pending_modified_values
            .is_some_and(|values| values != types::ClusterPendingModifiedValues::builder().build()),
        members: members.filter_map(|member| member.db_instance_identifier).collect(),
        storage_encrypted: Reading::sent(cluster.storage_encrypted, call, "StorageEncrypted"),
        kms_key: cluster.kms_key_id,
        multi_az: Reading::sent(cluster.multi_az, call, "MultiAZ"),
        backup_retention_days: Reading::sent(
            cluster.backup_retention_period.map(i64::from),
            call,
            "BackupRetentionPeriod",
        ),
        deletion_protection: Reading::sent(cluster.deletion_protection, call, "DeletionProtection"),
        iam_authentication: Reading::sent(
            cluster.iam_database_authentication_enabled,
            call,
            "IAMDatabaseAuthenticationEnabled",
        ),
        copy_tags_to_snapshots: Reading::sent(cluster.copy_tags_to_snapshot, call, "CopyTagsToSnapshot"),
        log_exports: cluster.enabled_cloudwatch_logs_exports.unwrap_or_default(),
        created_at: moment(cluster.cluster_create_time),
    };
    let place = task.scope.place(id, cluster.db_cluster_identifier, tags(cluster.tag_list));
    task.scope.emit(Cluster::TYPE, place, &readings).await;
}

async fn snapshots(task: &Task) -> Result<(), CallFailure> {
    let request = task.scope.clients.rds().describe_db_snapshots().snapshot_type(MANUAL);
    let mut pages = request.into_paginator().send();
    while let Some(page) = task.scope.page(&rds::DESCRIBE_DB_SNAPSHOTS, &mut pages).await? {
        stream::iter(page.db_snapshots.unwrap_or_default())
            .for_each_concurrent(AT_ONCE, |snapshot| snapshot_readings(task, snapshot))
            .await;
    }
    Ok(())
}

async fn snapshot_readings(task: &Task, snapshot: types::DbSnapshot) {
    let (Some(id), Some(name)) = (snapshot.db_snapshot_arn, snapshot.db_snapshot_identifier) else { return };
    if !task.scope.concerns(&id) {
        return;
    }
    let shared_with = task.reading(Snapshot::TYPE, "shared_with", || snapshot_shared_with(task, &name)).await;
    let call = &rds::DESCRIBE_DB_SNAPSHOTS;
    let readings = Snapshot {
        engine: snapshot.engine,
        instance: snapshot.db_instance_identifier,
        encrypted: Reading::sent(snapshot.encrypted, call, "Encrypted"),
        kms_key: snapshot.kms_key_id,
        created_at: moment(snapshot.snapshot_create_time),
        shared_with,
    };
    let place = task.scope.place(id, Some(name), tags(snapshot.tag_list));
    task.scope.emit(Snapshot::TYPE, place, &readings).await;
}

async fn snapshot_shared_with(task: &Task, snapshot: &str) -> Result<Option<Vec<String>>, CallFailure> {
    let request = task.scope.clients.rds().describe_db_snapshot_attributes().db_snapshot_identifier(snapshot).send();
    let answer = task.scope.call_about(snapshot, &rds::DESCRIBE_DB_SNAPSHOT_ATTRIBUTES, &[], request).await?;
    Ok(answer.and_then(|answer| answer.db_snapshot_attributes_result).map(|result| {
        let attributes = result.db_snapshot_attributes.unwrap_or_default().into_iter();
        let restore = attributes.filter(|attribute| attribute.attribute_name.as_deref() == Some(RESTORE));
        restore.flat_map(|attribute| attribute.attribute_values.unwrap_or_default()).collect()
    }))
}

async fn cluster_snapshots(task: &Task) -> Result<(), CallFailure> {
    let request = task.scope.clients.rds().describe_db_cluster_snapshots().snapshot_type(MANUAL);
    let mut pages = request.into_paginator().send();
    while let Some(page) = task.scope.page(&rds::DESCRIBE_DB_CLUSTER_SNAPSHOTS, &mut pages).await? {
        stream::iter(page.db_cluster_snapshots.unwrap_or_default())
            .for_each_concurrent(AT_ONCE, |snapshot| cluster_snapshot_readings(task, snapshot))
            .await;
    }
    Ok(())
}

async fn cluster_snapshot_readings(task: &Task, snapshot: types::DbClusterSnapshot) {
    let (Some(id), Some(name)) = (snapshot.db_cluster_snapshot_arn, snapshot.db_cluster_snapshot_identifier) else {
        return;
    };
    if !task.scope.concerns(&id) {
        return;
    }
    let shared_with =
        task.reading(ClusterSnapshot::TYPE, "shared_with", || cluster_snapshot_shared_with(task, &name)).await;
    let call = &rds::DESCRIBE_DB_CLUSTER_SNAPSHOTS;
    let readings = ClusterSnapshot {
        engine: snapshot.engine,
        cluster: snapshot.db_cluster_identifier,
        encrypted: Reading::sent(snapshot.storage_encrypted, call, "StorageEncrypted"),
        kms_key: snapshot.kms_key_id,
        created_at: moment(snapshot.snapshot_create_time),
        shared_with,
    };
    let place = task.scope.place(id, Some(name), tags(snapshot.tag_list));
    task.scope.emit(ClusterSnapshot::TYPE, place, &readings).await;
}

async fn cluster_snapshot_shared_with(task: &Task, snapshot: &str) -> Result<Option<Vec<String>>, CallFailure> {
    let rds = task.scope.clients.rds();
    let request = rds.describe_db_cluster_snapshot_attributes().db_cluster_snapshot_identifier(snapshot).send();
    let answer = task.scope.call_about(snapshot, &rds::DESCRIBE_DB_CLUSTER_SNAPSHOT_ATTRIBUTES, &[], request).await?;
    Ok(answer.and_then(|answer| answer.db_cluster_snapshot_attributes_result).map(|result| {
        let attributes = result.db_cluster_snapshot_attributes.unwrap_or_default().into_iter();
        let restore = attributes.filter(|attribute| attribute.attribute_name.as_deref() == Some(RESTORE));
        restore.flat_map(|attribute| attribute.attribute_values.unwrap_or_default()).collect()
    }))
}

fn tags(tags: Option<Vec<types::Tag>>) -> BTreeMap<String, String> {
    tags.unwrap_or_default().into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}

fn moment(moment: Option<DateTime>) -> Option<Moment> {
    Moment::from_unix_seconds(moment?.secs())
}
