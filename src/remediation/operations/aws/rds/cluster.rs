//! Operations on DB clusters.

use super::setting::{BACKUP_ARGUMENTS, Kind, SETTLES, SHORTER_RETENTION, keep_backups, switch};
use crate::inventory::aws::rds::Cluster;
use crate::remediation::operation::{Exactness, Operation, Risk, WriteApi};

const MODIFY: WriteApi = WriteApi::idempotent("rds:ModifyDBCluster", &["rds:ModifyDBCluster"]);
const CLUSTER: Kind = Kind { word: "cluster", modify: MODIFY, named_by: "DBClusterIdentifier" };

/// Deletion protection.
pub(super) const PROTECT_FROM_DELETION: Operation = Operation {
    name: "aws.rds.protect_cluster_from_deletion",
    about: "Lets nobody delete the cluster until this is switched off again.",
    kind: Cluster::TYPE,
    state: &["deletion_protection"],
    looks_at: &["status"],
    arguments: &[],
    risk: Risk::Safe,
    rollback: Exactness::Exact,
    rollback_note: "",
    rollback_needs_approval: false,
    writes: &[MODIFY],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: SETTLES,
    answer: None,
    prepare: |input| switch(input, CLUSTER, "deletion_protection", "DeletionProtection", true),
};

/// Tags of snapshots.
pub(super) const COPY_TAGS_TO_SNAPSHOTS: Operation = Operation {
    name: "aws.rds.copy_cluster_tags_to_snapshots",
    about: "Gives new snapshots the tags of the cluster.",
    kind: Cluster::TYPE,
    state: &["copy_tags_to_snapshots"],
    looks_at: &["status"],
    arguments: &[],
    risk: Risk::Safe,
    rollback: Exactness::Exact,
    rollback_note: "snapshots made meanwhile keep their tags",
    rollback_needs_approval: false,
    writes: &[MODIFY],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: SETTLES,
    answer: None,
    prepare: |input| switch(input, CLUSTER, "copy_tags_to_snapshots", "CopyTagsToSnapshot", true),
};

/// Backups.
pub(super) const KEEP_BACKUPS: Operation = Operation {
    name: "aws.rds.keep_cluster_backups",
    about: "Keeps the automated backups of a cluster for more days; never for fewer.",
    kind: Cluster::TYPE,
    state: &["backup_retention_days"],
    looks_at: &["status"],
    arguments: BACKUP_ARGUMENTS,
    risk: Risk::Safe,
    rollback: Exactness::Partial,
    rollback_note: SHORTER_RETENTION,
    rollback_needs_approval: true,
    writes: &[MODIFY],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: SETTLES,
    answer: None,
    prepare: |input| keep_backups(input, CLUSTER),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remediation::operation::{Change, Refusal};
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
}
