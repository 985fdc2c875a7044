//! Operations on Amazon EFS.

use crate::inventory::aws::efs::FileSystem;
use crate::remediation::operation::{Change, Exactness, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::json;

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&ENABLE_BACKUPS];

const PUT: WriteApi =
    WriteApi::idempotent("efs:PutBackupPolicy", &["elasticfilesystem:PutBackupPolicy", "iam:CreateServiceLinkedRole"]);

const ENABLE_BACKUPS: Operation = Operation {
    name: "aws.efs.enable_backups",
    about: "Switches on the automatic backups of a file system.",
    state: &["backup_policy"],
    looks_at: &["state"],
    risk: Risk::Safe,
    rollback: Exactness::Partial,
    rollback_note: "a file system whose backups were never switched on has them switched off then",
    rollback_needs_approval: true,
    writes: &[PUT],
    settles_within: 300,
    prepare: enable_backups,
    tested_on_fake: true,
    ..Operation::of(FileSystem::TYPE)
};

const ON: &str = "ENABLED";
const OFF: &str = "DISABLED";

fn enable_backups(input: &Input<'_>) -> Result<Change, Refusal> {
    let before = input.field("backup_policy")?;
    match before.as_str() {
        Some("ENABLED" | "ENABLING") => return Ok(Change::nothing()),
        Some(OFF) | None => {}
        Some(other) => {
            return Err(Refusal::Unsuitable(format!("the backups are {other} just now: plan again in a while")));
        }
    }
    if let Some(state) = input.field("state")?.as_str().filter(|state| *state != "available") {
        return Err(Refusal::Unsuitable(format!(
            "the file system is {state}: EFS changes only those that are available"
        )));
    }
    // The last part of the ARN.
    let id = input.common("id").rsplit('/').next().unwrap_or_default();
    let parameters = |status: &str| json!({"FileSystemId": id, "BackupPolicy": {"Status": status}});
    let write = input.write(&PUT, parameters(ON), [input.call(&PUT, parameters(OFF))]).then("backup_policy", ON.into());
    let change = Change::by([write.leaving("backup_policy", OFF.into())]).telling(
        "AWS Backup copies the file system every day and keeps the copies for 35 days; they cost by the gigabyte",
    );
    // Off is off, but never switched on is not to be had again.
    Ok(Change { exactly: !before.is_null(), ..change })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;
    use serde_json::Value;

    fn repair(policy: Value, state: &str) -> Result<Change, Refusal> {
        let id = "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-1";
        prepare(&ENABLE_BACKUPS, json!({"id": id, "backup_policy": policy, "state": state}), json!({}))
    }

    #[test]
    fn backups_are_switched_on_and_off_again() {
        for (before, exactly) in [(json!("DISABLED"), true), (Value::Null, false)] {
            let change = repair(before, "available").unwrap();
            let call = |status: &str| {
                ("efs:PutBackupPolicy", json!({"FileSystemId": "fs-1", "BackupPolicy": {"Status": status}}))
            };
            assert_eq!(parameters(&change), [call("ENABLED")]);
            assert_eq!(undo(&change), [call("DISABLED")]);
            assert_eq!(change.writes[0].undone["backup_policy"], "DISABLED");
            assert_eq!(change.exactly, exactly);
        }
    }

    #[test]
    fn backups_that_are_made_go_on() {
        for on in ["ENABLED", "ENABLING"] {
            assert_eq!(repair(on.into(), "available"), Ok(Change::nothing()));
        }
    }

    #[test]
    fn what_is_changing_is_left_alone() {
        let refused = repair("DISABLING".into(), "available").unwrap_err();
        assert!(refused.to_string().contains("DISABLING"), "{refused}");
        let refused = repair(Value::Null, "updating").unwrap_err();
        assert!(refused.to_string().contains("is updating"), "{refused}");
    }
}
