//! Operations on Amazon DynamoDB.

use super::key_as_read;
use crate::inventory::aws::dynamodb::Table;
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&ENABLE_POINT_IN_TIME_RECOVERY, &PROTECT_TABLE_FROM_DELETION, &ENCRYPT_TABLE];

const UPDATE_BACKUPS: WriteApi =
    WriteApi::idempotent("dynamodb:UpdateContinuousBackups", &["dynamodb:UpdateContinuousBackups"]);
const UPDATE_TABLE: WriteApi = WriteApi::idempotent("dynamodb:UpdateTable", &["dynamodb:UpdateTable"]);

const ENABLE_POINT_IN_TIME_RECOVERY: Operation = Operation {
    name: "aws.dynamodb.enable_point_in_time_recovery",
    about: "Lets a table be restored to any second from now on.",
    state: &["point_in_time_recovery"],
    risk: Risk::Safe,
    rollback_note: "with the setting goes the window of seconds that the table could be restored to",
    writes: &[UPDATE_BACKUPS],
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
    ..Operation::of(Table::TYPE)
};

const PROTECT_TABLE_FROM_DELETION: Operation = Operation {
    name: "aws.dynamodb.protect_table_from_deletion",
    about: "Lets nobody delete the table until this is switched off again.",
    state: &["deletion_protection"],
    looks_at: &["status"],
    risk: Risk::Safe,
    writes: &[UPDATE_TABLE],
    settles_within: 120,
    prepare: |input| {
        if input.field("deletion_protection")? == &Value::Bool(true) {
            return Ok(Change::nothing());
        }
        is_active(input)?;
        let parameters = |on: bool| json!({"TableName": input.name(), "DeletionProtectionEnabled": on});
        let write = input.write(&UPDATE_TABLE, parameters(true), [input.call(&UPDATE_TABLE, parameters(false))]);
        Ok(Change::by([write.then("deletion_protection", true.into())]))
    },
    ..Operation::of(Table::TYPE)
};

const ENCRYPT_TABLE: Operation = Operation {
    name: "aws.dynamodb.encrypt_table",
    about: "Encrypts a table with a KMS key of the account; a table that has one keeps it.",
    state: &["kms_key"],
    looks_at: &["status"],
    arguments: &[Argument {
        name: "key",
        ty: Type::String,
        required: true,
        about: "Id, ARN or alias of the key. Readers and writers need permission for it, unless it is \
                `alias/aws/dynamodb`.",
    }],
    risk: Risk::Disruptive,
    rollback_note: "backups that were made meanwhile stay encrypted with the key",
    writes: &[UPDATE_TABLE],
    settles_within: 600,
    prepare: encrypt_table,
    ..Operation::of(Table::TYPE)
};

/// The key that AWS keeps in the account for DynamoDB, which takes it when it is given none.
const KEY_OF_AWS: &str = "alias/aws/dynamodb";

fn encrypt_table(input: &Input<'_>) -> Result<Change, Refusal> {
    if !input.field("kms_key")?.is_null() {
        return Ok(Change::nothing());
    }
    let Some(key) = input.text("key") else {
        return Err(Refusal::Undecided(format!(
            "which key encrypts the table is not said: set the control's parameter `key` to a KMS key that every \
             reader and writer may use, or to {KEY_OF_AWS}"
        )));
    };
    is_active(input)?;
    let specification = if key == KEY_OF_AWS {
        json!({"Enabled": true, "SSEType": "KMS"})
    } else {
        json!({"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": key})
    };
    let parameters = |specification| json!({"TableName": input.name(), "SSESpecification": specification});
    let undo = input.call(&UPDATE_TABLE, parameters(json!({"Enabled": false})));
    let write = input.write(&UPDATE_TABLE, parameters(specification), [undo]);
    let change = Change::by([write.then("kms_key", key_as_read(key))]).telling("KMS costs by the key and by its use");
    Ok(if key == KEY_OF_AWS {
        change
    } else {
        change.telling(format!(
            "who reads or writes the table needs kms:Decrypt on {key}; while the key is disabled, nobody can"
        ))
    })
}

fn is_active(input: &Input<'_>) -> Result<(), Refusal> {
    let status = input.field("status")?.as_str().unwrap_or_default();
    if status != "ACTIVE" {
        return Err(Refusal::Unsuitable(format!("the table is {status}; DynamoDB changes only what is ACTIVE")));
    }
    Ok(())
}

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

    #[test]
    fn a_table_is_encrypted_with_the_key_that_was_chosen() {
        let arn = "arn:aws:kms:eu-west-1:123456789012:key/1";
        let fields = |key: Value, status: &str| json!({"kms_key": key, "status": status});
        let encrypt = |key: &str| prepare(&ENCRYPT_TABLE, fields(Value::Null, "ACTIVE"), json!({"key": key}));
        let call = |specification: Value| json!({"TableName": "example", "SSESpecification": specification});
        let change = encrypt(arn).unwrap();
        let own = json!({"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": arn});
        assert_eq!(parameters(&change), [("dynamodb:UpdateTable", call(own))]);
        assert_eq!(undo(&change), [("dynamodb:UpdateTable", call(json!({"Enabled": false})))]);
        assert_eq!(change.writes[0].after["kms_key"], arn);
        let change = encrypt("alias/aws/dynamodb").unwrap();
        let of_aws = json!({"Enabled": true, "SSEType": "KMS"});
        assert_eq!(parameters(&change), [("dynamodb:UpdateTable", call(of_aws))]);
        assert_eq!(change.writes[0].after["kms_key"], json!({"$any": "alias/aws/dynamodb"}));

        assert!(matches!(encrypt(""), Err(Refusal::Undecided(_))));
        let busy = prepare(&ENCRYPT_TABLE, fields(Value::Null, "UPDATING"), json!({"key": arn}));
        assert!(matches!(busy, Err(Refusal::Unsuitable(_))));
        let encrypted = prepare(&ENCRYPT_TABLE, fields("another".into(), "ACTIVE"), json!({"key": arn}));
        assert_eq!(encrypted, Ok(Change::nothing()));
    }
}
