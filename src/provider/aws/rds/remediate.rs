//! The write calls of RDS.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};

write_calls! {
    "rds:ModifyDBInstance" => modify_db_instance,
    "rds:ModifyDBCluster" => modify_db_cluster,
    "rds:ModifyDBSnapshotAttribute" => modify_db_snapshot_attribute,
    "rds:ModifyDBClusterSnapshotAttribute" => modify_db_cluster_snapshot_attribute,
}

async fn modify_db_instance(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .rds()
        .modify_db_instance()
        .db_instance_identifier(given.text("DBInstanceIdentifier")?)
        .apply_immediately(given.switch("ApplyImmediately")?)
        .set_deletion_protection(given.given_switch("DeletionProtection"))
        .set_publicly_accessible(given.given_switch("PubliclyAccessible"))
        .set_auto_minor_version_upgrade(given.given_switch("AutoMinorVersionUpgrade"))
        .set_copy_tags_to_snapshot(given.given_switch("CopyTagsToSnapshot"))
        .set_backup_retention_period(given.given_number("BackupRetentionPeriod"));
    given.done(request.send().await)
}

async fn modify_db_cluster(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .rds()
        .modify_db_cluster()
        .db_cluster_identifier(given.text("DBClusterIdentifier")?)
        .apply_immediately(given.switch("ApplyImmediately")?)
        .set_deletion_protection(given.given_switch("DeletionProtection"))
        .set_copy_tags_to_snapshot(given.given_switch("CopyTagsToSnapshot"))
        .set_backup_retention_period(given.given_number("BackupRetentionPeriod"));
    given.done(request.send().await)
}

async fn modify_db_snapshot_attribute(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .rds()
        .modify_db_snapshot_attribute()
        .db_snapshot_identifier(given.text("DBSnapshotIdentifier")?)
        .attribute_name(given.text("AttributeName")?)
        .set_values_to_add(given.given_texts("ValuesToAdd"))
        .set_values_to_remove(given.given_texts("ValuesToRemove"));
    given.done(request.send().await)
}

async fn modify_db_cluster_snapshot_attribute(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .rds()
        .modify_db_cluster_snapshot_attribute()
        .db_cluster_snapshot_identifier(given.text("DBClusterSnapshotIdentifier")?)
        .attribute_name(given.text("AttributeName")?)
        .set_values_to_add(given.given_texts("ValuesToAdd"))
        .set_values_to_remove(given.given_texts("ValuesToRemove"));
    given.done(request.send().await)
}
