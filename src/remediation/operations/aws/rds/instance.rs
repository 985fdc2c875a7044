//! Operations on DB instances.

use super::setting::{
    BACKUP_ARGUMENTS, GRANTED_INSIDE, Kind, SETTLES, SHORTER_RETENTION, export_logs, keep_backups, switch, switch_now,
};
use crate::inventory::aws::rds::Instance;
use crate::remediation::operation::{Exactness, Operation, Risk, WriteApi};

const MODIFY: WriteApi = WriteApi::idempotent("rds:ModifyDBInstance", &["rds:ModifyDBInstance"]);
const INSTANCE: Kind = Kind { word: "instance", modify: MODIFY, named_by: "DBInstanceIdentifier" };

/// How long RDS may take to copy the storage of an instance to a standby.
const STANDBY_SETTLES: u32 = 2 * 60 * 60;

/// Deletion protection.
pub(super) const PROTECT_FROM_DELETION: Operation = Operation {
    name: "aws.rds.protect_instance_from_deletion",
    about: "Lets nobody delete the instance until this is switched off again.",
    state: &["deletion_protection"],
    looks_at: &["status"],
    risk: Risk::Safe,
    writes: &[MODIFY],
    settles_within: SETTLES,
    prepare: |input| switch(input, INSTANCE, "deletion_protection", "DeletionProtection", true),
    ..Operation::of(Instance::TYPE)
};

/// No public address.
pub(super) const MAKE_PRIVATE: Operation = Operation {
    name: "aws.rds.make_instance_private",
    about: "Takes the public address from an instance.",
    state: &["publicly_accessible"],
    looks_at: &["status"],
    risk: Risk::Disruptive,
    rollback_note: "the name of the instance may lead to another address for some minutes",
    writes: &[MODIFY],
    settles_within: SETTLES,
    prepare: |input| {
        let change = switch(input, INSTANCE, "publicly_accessible", "PubliclyAccessible", false)?;
        Ok(change.telling("programs outside the VPC that reach the database by its public address lose it"))
    },
    ..Operation::of(Instance::TYPE)
};

/// Minor versions by themselves.
pub(super) const UPGRADE_MINOR_VERSIONS: Operation = Operation {
    name: "aws.rds.upgrade_minor_versions",
    about: "Lets RDS install minor versions of the engine in the maintenance window.",
    state: &["auto_minor_version_upgrade"],
    looks_at: &["status"],
    risk: Risk::Safe,
    rollback_note: "a version that was installed meanwhile stays",
    writes: &[MODIFY],
    settles_within: SETTLES,
    prepare: |input| {
        let change = switch(input, INSTANCE, "auto_minor_version_upgrade", "AutoMinorVersionUpgrade", true)?;
        Ok(change.telling("an upgrade restarts the database for some minutes, in its maintenance window"))
    },
    ..Operation::of(Instance::TYPE)
};

/// Tags of snapshots.
pub(super) const COPY_TAGS_TO_SNAPSHOTS: Operation = Operation {
    name: "aws.rds.copy_instance_tags_to_snapshots",
    about: "Gives new snapshots the tags of the instance.",
    state: &["copy_tags_to_snapshots"],
    looks_at: &["status"],
    risk: Risk::Safe,
    rollback_note: "snapshots made meanwhile keep their tags",
    writes: &[MODIFY],
    settles_within: SETTLES,
    prepare: |input| switch(input, INSTANCE, "copy_tags_to_snapshots", "CopyTagsToSnapshot", true),
    ..Operation::of(Instance::TYPE)
};

/// Backups.
pub(super) const KEEP_BACKUPS: Operation = Operation {
    name: "aws.rds.keep_instance_backups",
    about: "Keeps the automated backups of an instance for more days; never for fewer.",
    state: &["backup_retention_days"],
    looks_at: &["status", "changes_pending"],
    arguments: BACKUP_ARGUMENTS,
    risk: Risk::Disruptive,
    rollback: Exactness::Partial,
    rollback_note: SHORTER_RETENTION,
    rollback_needs_approval: true,
    writes: &[MODIFY],
    settles_within: SETTLES,
    prepare: |input| keep_backups(input, INSTANCE),
    ..Operation::of(Instance::TYPE)
};

/// IAM authentication.
pub(super) const ACCEPT_IAM_AUTHENTICATION: Operation = Operation {
    name: "aws.rds.accept_instance_iam_authentication",
    about: "Lets database users of an instance sign in with IAM credentials; passwords go on working.",
    state: &["iam_authentication"],
    looks_at: &["status", "changes_pending"],
    risk: Risk::Safe,
    rollback_note: "users that sign in with IAM credentials only cannot any more",
    writes: &[MODIFY],
    settles_within: SETTLES,
    prepare: |input| {
        let change = switch_now(input, INSTANCE, "iam_authentication", "EnableIAMDatabaseAuthentication", true)?;
        Ok(change.telling(GRANTED_INSIDE))
    },
    ..Operation::of(Instance::TYPE)
};

/// A standby.
pub(super) const KEEP_STANDBY: Operation = Operation {
    name: "aws.rds.keep_standby",
    about: "Keeps a standby of an instance in another availability zone (Multi-AZ).",
    state: &["multi_az"],
    looks_at: &["status", "changes_pending"],
    risk: Risk::Disruptive,
    rollback_note: "the standby is deleted",
    writes: &[MODIFY],
    settles_within: STANDBY_SETTLES,
    prepare: |input| {
        let change = switch_now(input, INSTANCE, "multi_az", "MultiAZ", true)?;
        Ok(change.telling("the standby costs as much again as the instance and its storage").telling(
            "making it takes minutes to hours; the database answers, but may write slower meanwhile and after",
        ))
    },
    ..Operation::of(Instance::TYPE)
};

/// Logs.
pub(super) const EXPORT_LOGS: Operation = Operation {
    name: "aws.rds.export_instance_logs",
    about: "Sends the main log of an instance's engine to CloudWatch Logs, if none goes there.",
    state: &["log_exports"],
    looks_at: &["status", "engine"],
    risk: Risk::Safe,
    rollback_note: "the log group stays, with what came",
    writes: &[MODIFY],
    settles_within: SETTLES,
    prepare: |input| export_logs(input, INSTANCE),
    ..Operation::of(Instance::TYPE)
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remediation::operation::{Change, Refusal};
    use crate::remediation::operations::aws::testing::{parameters, prepare, undo};
    use serde_json::{Value, json};

    #[test]
    fn one_switch_is_set_and_no_other() {
        let cases = [
            (&MAKE_PRIVATE, "publicly_accessible", "PubliclyAccessible", false),
            (&PROTECT_FROM_DELETION, "deletion_protection", "DeletionProtection", true),
            (&UPGRADE_MINOR_VERSIONS, "auto_minor_version_upgrade", "AutoMinorVersionUpgrade", true),
            (&COPY_TAGS_TO_SNAPSHOTS, "copy_tags_to_snapshots", "CopyTagsToSnapshot", true),
        ];
        for (operation, field, api, wanted) in cases {
            let fields = |on: bool| {
                let mut fields = json!({"status": "available"});
                fields[field] = on.into();
                fields
            };
            let call = |on: bool| {
                let mut call = json!({"DBInstanceIdentifier": "example", "ApplyImmediately": false});
                call[api] = on.into();
                call
            };
            let change = prepare(operation, fields(!wanted), json!({})).unwrap();
            assert_eq!(parameters(&change), [("rds:ModifyDBInstance", call(wanted))]);
            assert_eq!(undo(&change), [("rds:ModifyDBInstance", call(!wanted))]);
            assert_eq!(change.writes[0].after[field], wanted);
            assert_eq!(prepare(operation, fields(wanted), json!({})), Ok(Change::nothing()), "{field}");
        }
    }

    #[test]
    fn an_instance_that_is_busy_is_left_alone() {
        let fields = json!({"deletion_protection": false, "status": "modifying"});
        let refused = prepare(&PROTECT_FROM_DELETION, fields, json!({}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
    }

    fn backups(days: i64, changes_pending: Value) -> Value {
        json!({"backup_retention_days": days, "status": "available", "changes_pending": changes_pending})
    }

    #[test]
    fn backups_are_kept_longer_and_never_shorter() {
        let call = |days: i64, now: bool| json!({"DBInstanceIdentifier": "example", "ApplyImmediately": now, "BackupRetentionPeriod": days});
        let change = prepare(&KEEP_BACKUPS, backups(1, true.into()), json!({"days": 7})).unwrap();
        assert_eq!(parameters(&change), [("rds:ModifyDBInstance", call(7, false))]);
        assert_eq!(undo(&change), [("rds:ModifyDBInstance", call(1, false))]);
        for enough in [7, 35] {
            assert_eq!(
                prepare(&KEEP_BACKUPS, backups(enough, false.into()), json!({"days": 7})),
                Ok(Change::nothing())
            );
        }
        let change = prepare(&KEEP_BACKUPS, backups(0, false.into()), json!({"days": 7})).unwrap();
        assert_eq!(parameters(&change), [("rds:ModifyDBInstance", call(7, true))]);
        assert!(change.impact.iter().any(|impact| impact.contains("first backup")), "{:?}", change.impact);
    }

    #[test]
    fn what_waits_for_the_maintenance_window_goes_on_waiting() {
        let refused = prepare(&KEEP_BACKUPS, backups(0, true.into()), json!({"days": 7}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
    }

    #[test]
    fn what_would_wait_is_done_now_unless_something_else_waits() {
        for (operation, field, api) in [
            (&ACCEPT_IAM_AUTHENTICATION, "iam_authentication", "EnableIAMDatabaseAuthentication"),
            (&KEEP_STANDBY, "multi_az", "MultiAZ"),
        ] {
            let fields =
                |on: bool, pending: bool| json!({"status": "available", "changes_pending": pending, field: on});
            let call = |on: bool| json!({"DBInstanceIdentifier": "example", "ApplyImmediately": true, api: on});
            let change = prepare(operation, fields(false, false), json!({})).unwrap();
            assert_eq!(parameters(&change), [("rds:ModifyDBInstance", call(true))]);
            assert_eq!(undo(&change), [("rds:ModifyDBInstance", call(false))]);
            assert!(!change.impact.is_empty());
            let refused = prepare(operation, fields(false, true), json!({}));
            assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
            assert_eq!(prepare(operation, fields(true, true), json!({})), Ok(Change::nothing()));
        }
    }

    #[test]
    fn the_main_log_of_the_engine_is_exported_if_none_is() {
        let fields = |engine: &str, logs: Value| json!({"status": "available", "engine": engine, "log_exports": logs});
        for (engine, log) in
            [("postgres", "postgresql"), ("mariadb", "error"), ("sqlserver-se", "error"), ("oracle-ee", "alert")]
        {
            let change = prepare(&EXPORT_LOGS, fields(engine, json!([])), json!({})).unwrap();
            let call = |list: &str| {
                json!({"DBInstanceIdentifier": "example", "ApplyImmediately": false,
                    "CloudwatchLogsExportConfiguration": {list: [log]}})
            };
            assert_eq!(parameters(&change), [("rds:ModifyDBInstance", call("EnableLogTypes"))]);
            assert_eq!(undo(&change), [("rds:ModifyDBInstance", call("DisableLogTypes"))]);
            assert_eq!(change.writes[0].after["log_exports"], json!([log]));
        }
        let nothing = prepare(&EXPORT_LOGS, fields("postgres", json!(["upgrade"])), json!({}));
        assert_eq!(nothing, Ok(Change::nothing()));
        let refused = prepare(&EXPORT_LOGS, fields("db2-se", json!([])), json!({}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
    }
}
