//! Operations on Amazon DynamoDB.

use crate::inventory::aws::dynamodb::Table;
use crate::remediation::operation::{Change, Exactness, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&ENABLE_POINT_IN_TIME_RECOVERY, &PROTECT_TABLE_FROM_DELETION];

const UPDATE_BACKUPS: WriteApi =
    WriteApi::idempotent("dynamodb:UpdateContinuousBackups", &["dynamodb:UpdateContinuousBackups"]);
const UPDATE_TABLE: WriteApi = WriteApi::idempotent("dynamodb:UpdateTable", &["dynamodb:UpdateTable"]);

const ENABLE_POINT_IN_TIME_RECOVERY: Operation = Operation {
    name: "aws.dynamodb.enable_point_in_time_recovery",
    about: "Lets a table be restored to any second from now on.",
    kind: Table::TYPE,
    state: &["point_in_time_recovery"],
    looks_at: &[],
    arguments: &[],
    risk: Risk::Safe,
    rollback: Exactness::Exact,
    rollback_note: "with the setting goes the window of seconds that the table could be restored to",
    rollback_needs_approval: false,
    writes: &[UPDATE_BACKUPS],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: 60,
    answer: None,
    prepare: |input| {
        if input.field("point_in_time_recovery")? == &Value::Bool(true) {
            return Ok(Change::nothing());
        }
        let parameters = |on: bool| {
            json!({
                "TableName": input.name(),
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": on},
            })
        };
        let write = input.write(&UPDATE_BACKUPS, parameters(true), [input.call(&UPDATE_BACKUPS, parameters(false))]);
        Ok(Change::by([write.then("point_in_time_recovery", true.into())])
            .telling("point-in-time recovery costs by the size of the table"))
    },
};

const PROTECT_TABLE_FROM_DELETION: Operation = Operation {
    name: "aws.dynamodb.protect_table_from_deletion",
    about: "Lets nobody delete the table until this is switched off again.",
    kind: Table::TYPE,
    state: &["deletion_protection"],
    looks_at: &["status"],
    arguments: &[],
    risk: Risk::Safe,
    rollback: Exactness::Exact,
    rollback_note: "",
    rollback_needs_approval: false,
    writes: &[UPDATE_TABLE],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: 120,
    answer: None,
    prepare: |input| {
        if input.field("deletion_protection")? == &Value::Bool(true) {
            return Ok(Change::nothing());
        }
        let status = input.field("status")?.as_str().unwrap_or_default();
        if status != "ACTIVE" {
            return Err(Refusal::Unsuitable(format!("the table is {status}; DynamoDB changes only what is ACTIVE")));
        }
        let parameters = |on: bool| json!({"TableName": input.name(), "DeletionProtectionEnabled": on});
        let write = input.write(&UPDATE_TABLE, parameters(true), [input.call(&UPDATE_TABLE, parameters(false))]);
        Ok(Change::by([write.then("deletion_protection", true.into())]))
    },
};

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    #[test]
    fn recovery_is_switched_on_once() {
        let change =
            prepare(&ENABLE_POINT_IN_TIME_RECOVERY, json!({"point_in_time_recovery": false}), json!({})).unwrap();
        let call = |on: bool| json!({"TableName": "example", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": on}});
        assert_eq!(parameters(&change), [("dynamodb:UpdateContinuousBackups", call(true))]);
        assert_eq!(undo(&change), [("dynamodb:UpdateContinuousBackups", call(false))]);
        let nothing = prepare(&ENABLE_POINT_IN_TIME_RECOVERY, json!({"point_in_time_recovery": true}), json!({}));
        assert_eq!(nothing, Ok(Change::nothing()));
    }

    #[test]
    fn only_a_table_that_is_active_is_protected() {
        let fields = |on: bool, status: &str| json!({"deletion_protection": on, "status": status});
        let change = prepare(&PROTECT_TABLE_FROM_DELETION, fields(false, "ACTIVE"), json!({})).unwrap();
        let call = |on: bool| json!({"TableName": "example", "DeletionProtectionEnabled": on});
        assert_eq!(parameters(&change), [("dynamodb:UpdateTable", call(true))]);
        assert_eq!(undo(&change), [("dynamodb:UpdateTable", call(false))]);
        let busy = prepare(&PROTECT_TABLE_FROM_DELETION, fields(false, "UPDATING"), json!({}));
        assert!(matches!(busy, Err(Refusal::Unsuitable(_))));
        let nothing = prepare(&PROTECT_TABLE_FROM_DELETION, fields(true, "UPDATING"), json!({}));
        assert_eq!(nothing, Ok(Change::nothing()));
    }
}
