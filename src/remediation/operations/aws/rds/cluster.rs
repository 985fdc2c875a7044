//! Operations on DB clusters.

use super::setting::{
    BACKUP_ARGUMENTS, GRANTED_INSIDE, Kind, SETTLES, SHORTER_RETENTION, export_logs, keep_backups, switch, switch_now,
};
use crate::inventory::aws::rds::Cluster;
use crate::remediation::operation::{Change, Exactness, Input, Operation, Refusal, Risk, WriteApi};

const MODIFY: WriteApi = WriteApi::idempotent("rds:ModifyDBCluster", &["rds:ModifyDBCluster"]);
const CLUSTER: Kind = Kind { word: "cluster", modify: MODIFY, named_by: "DBClusterIdentifier" };

/// Deletion protection.
pub(super) const PROTECT_FROM_DELETION: Operation = Operation {
    name: "aws.rds.protect_cluster_from_deletion",
    about: "Lets nobody delete the cluster until this is switched off again.",
    state: &["deletion_protection"],
    looks_at: &["status"],
    risk: Risk::Safe,
    writes: &[MODIFY],
    settles_within: SETTLES,
    prepare: |input| switch(input, CLUSTER, "deletion_protection", "DeletionProtection", true),
    ..Operation::of(Cluster::TYPE)
};

/// Tags of snapshots.
pub(super) const COPY_TAGS_TO_SNAPSHOTS: Operation = Operation {
    name: "aws.rds.copy_cluster_tags_to_snapshots",
    about: "Gives new snapshots the tags of the cluster.",
    state: &["copy_tags_to_snapshots"],
    looks_at: &["status"],
    risk: Risk::Safe,
    rollback_note: "snapshots made meanwhile keep their tags",
    writes: &[MODIFY],
    settles_within: SETTLES,
    prepare: |input| switch(input, CLUSTER, "copy_tags_to_snapshots", "CopyTagsToSnapshot", true),
    ..Operation::of(Cluster::TYPE)
};

/// Backups.
pub(super) const KEEP_BACKUPS: Operation = Operation {
    name: "aws.rds.keep_cluster_backups",
    about: "Keeps the automated backups of a cluster for more days; never for fewer.",
    state: &["backup_retention_days"],
    looks_at: &["status"],
    arguments: BACKUP_ARGUMENTS,
    risk: Risk::Safe,
    rollback: Exactness::Partial,
    rollback_note: SHORTER_RETENTION,
    rollback_needs_approval: true,
    writes: &[MODIFY],
    settles_within: SETTLES,
    prepare: |input| keep_backups(input, CLUSTER),
    ..Operation::of(Cluster::TYPE)
};

/// IAM authentication.
pub(super) const ACCEPT_IAM_AUTHENTICATION: Operation = Operation {
    name: "aws.rds.accept_cluster_iam_authentication",
    about: "Lets database users of a cluster sign in with IAM credentials; passwords go on working.",
    state: &["iam_authentication"],
    looks_at: &["engine", "status", "changes_pending"],
    risk: Risk::Safe,
    rollback_note: "users that sign in with IAM credentials only cannot any more",
    writes: &[MODIFY],
    settles_within: SETTLES,
    prepare: accept_iam_authentication,
    ..Operation::of(Cluster::TYPE)
};

fn accept_iam_authentication(input: &Input<'_>) -> Result<Change, Refusal> {
    let change = switch_now(input, CLUSTER, "iam_authentication", "EnableIAMDatabaseAuthentication", true)?;
    if change.writes.is_empty() {
        return Ok(change);
    }
    if input.field("engine")? == "neptune" {
        return Err(Refusal::Unsuitable(
            "clients of Neptune that do not sign their requests would be refused: let them sign first, then switch it on"
                .to_owned(),
        ));
    }
    Ok(change.telling(GRANTED_INSIDE))
}

/// Logs.
pub(super) const EXPORT_LOGS: Operation = Operation {
    name: "aws.rds.export_cluster_logs",
    about: "Sends the main log of a cluster's engine to CloudWatch Logs, if none goes there.",
    state: &["log_exports"],
    looks_at: &["status", "engine"],
    risk: Risk::Safe,
    rollback_note: "the log group stays, with what came",
    writes: &[MODIFY],
    settles_within: SETTLES,
    prepare: |input| export_logs(input, CLUSTER),
    ..Operation::of(Cluster::TYPE)
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remediation::operations::aws::testing::{parameters, prepare, undo};
    use serde_json::json;

    #[test]
    fn one_setting_of_a_cluster_is_changed() {
        let cases = [
            (&PROTECT_FROM_DELETION, "deletion_protection", "DeletionProtection"),
            (&COPY_TAGS_TO_SNAPSHOTS, "copy_tags_to_snapshots", "CopyTagsToSnapshot"),
        ];
        for (operation, field, api) in cases {
            let mut fields = json!({"status": "available"});
            fields[field] = false.into();
            let call = |on: bool| {
                let mut call = json!({"DBClusterIdentifier": "example", "ApplyImmediately": false});
                call[api] = on.into();
                call
            };
            let change = prepare(operation, fields.clone(), json!({})).unwrap();
            assert_eq!(parameters(&change), [("rds:ModifyDBCluster", call(true))]);
            assert_eq!(undo(&change), [("rds:ModifyDBCluster", call(false))]);
            fields[field] = true.into();
            assert_eq!(prepare(operation, fields.clone(), json!({})), Ok(Change::nothing()), "{field}");
            fields[field] = false.into();
            fields["status"] = "backing-up".into();
            assert!(matches!(prepare(operation, fields, json!({})), Err(Refusal::Unsuitable(_))));
        }
    }

    #[test]
    fn backups_are_kept_longer_and_never_shorter() {
        let fields = |days: i64| json!({"backup_retention_days": days, "status": "available"});
        let call = |days: i64| json!({"DBClusterIdentifier": "example", "ApplyImmediately": false, "BackupRetentionPeriod": days});
        let change = prepare(&KEEP_BACKUPS, fields(1), json!({"days": 7})).unwrap();
        assert_eq!(parameters(&change), [("rds:ModifyDBCluster", call(7))]);
        assert_eq!(undo(&change), [("rds:ModifyDBCluster", call(1))]);
        assert_eq!(prepare(&KEEP_BACKUPS, fields(30), json!({"days": 7})), Ok(Change::nothing()));
    }

    #[test]
    fn iam_authentication_is_accepted_unless_clients_would_be_refused() {
        let fields = |engine: &str, pending: bool| json!({"status": "available", "engine": engine, "changes_pending": pending, "iam_authentication": false});
        let call = |on: bool| json!({"DBClusterIdentifier": "example", "ApplyImmediately": true, "EnableIAMDatabaseAuthentication": on});
        let change = prepare(&ACCEPT_IAM_AUTHENTICATION, fields("aurora-mysql", false), json!({})).unwrap();
        assert_eq!(parameters(&change), [("rds:ModifyDBCluster", call(true))]);
        assert_eq!(undo(&change), [("rds:ModifyDBCluster", call(false))]);
        for refused in [fields("neptune", false), fields("aurora-mysql", true)] {
            let refused = prepare(&ACCEPT_IAM_AUTHENTICATION, refused, json!({}));
            assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
        }
    }

    #[test]
    fn the_main_log_of_the_engine_is_exported_if_it_writes_one() {
        let fields = |engine: &str| json!({"status": "available", "engine": engine, "log_exports": []});
        let change = prepare(&EXPORT_LOGS, fields("aurora-postgresql"), json!({})).unwrap();
        let logs = json!({"EnableLogTypes": ["postgresql"]});
        assert_eq!(parameters(&change)[0].1["CloudwatchLogsExportConfiguration"], logs);
        let refused = prepare(&EXPORT_LOGS, fields("docdb"), json!({}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
    }
}
