//! Operations on Amazon RDS.

use crate::inventory::aws::rds::Instance;
use crate::remediation::operation::{Change, Exactness, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&PROTECT_INSTANCE_FROM_DELETION, &MAKE_INSTANCE_PRIVATE];

const MODIFY_INSTANCE: WriteApi = WriteApi::idempotent("rds:ModifyDBInstance", &["rds:ModifyDBInstance"]);

/// How long an instance may take to take over a setting.
const SETTLES: u32 = 900;

const PROTECT_INSTANCE_FROM_DELETION: Operation = Operation {
    name: "aws.rds.protect_instance_from_deletion",
    about: "Lets nobody delete the instance until this is switched off again.",
    kind: Instance::TYPE,
    state: &["deletion_protection"],
    looks_at: &["status"],
    arguments: &[],
    risk: Risk::Safe,
    rollback: Exactness::Exact,
    rollback_note: "",
    rollback_needs_approval: false,
    writes: &[MODIFY_INSTANCE],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: SETTLES,
    answer: None,
    prepare: |input| switch_instance(input, "deletion_protection", "DeletionProtection", true),
};

const MAKE_INSTANCE_PRIVATE: Operation = Operation {
    name: "aws.rds.make_instance_private",
    about: "Takes the public address from an instance.",
    kind: Instance::TYPE,
    state: &["publicly_accessible"],
    looks_at: &["status"],
    arguments: &[],
    risk: Risk::Disruptive,
    rollback: Exactness::Exact,
    rollback_note: "the name of the instance may lead to another address for some minutes",
    rollback_needs_approval: false,
    writes: &[MODIFY_INSTANCE],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: SETTLES,
    answer: None,
    prepare: |input| {
        let change = switch_instance(input, "publicly_accessible", "PubliclyAccessible", false)?;
        Ok(if change.writes.is_empty() {
            change
        } else {
            change.telling("programs outside the VPC that reach the database by its public address lose it")
        })
    },
};

/// Sets one switch of an instance, and no other.
fn switch_instance(input: &Input<'_>, field: &str, api: &str, wanted: bool) -> Result<Change, Refusal> {
    let before = input.field(field)?.as_bool();
    if before == Some(wanted) {
        return Ok(Change::nothing());
    }
    let status = input.field("status")?.as_str().unwrap_or_default();
    if status != "available" {
        return Err(Refusal::Unsuitable(format!("the instance is {status}; RDS changes only what is available")));
    }
    let parameters = |on: bool| {
        let mut parameters = json!({"DBInstanceIdentifier": input.name(), "ApplyImmediately": true});
        parameters[api] = on.into();
        parameters
    };
    let undo = input.call(&MODIFY_INSTANCE, parameters(!wanted));
    let write = input.write(&MODIFY_INSTANCE, parameters(wanted), [undo]);
    Ok(Change::by([write.then(field, Value::Bool(wanted))]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    #[test]
    fn one_switch_is_set_and_no_other() {
        let fields = json!({"publicly_accessible": true, "status": "available"});
        let change = prepare(&MAKE_INSTANCE_PRIVATE, fields, json!({})).unwrap();
        let call =
            |on: bool| json!({"DBInstanceIdentifier": "example", "ApplyImmediately": true, "PubliclyAccessible": on});
        assert_eq!(parameters(&change), [("rds:ModifyDBInstance", call(false))]);
        assert_eq!(undo(&change), [("rds:ModifyDBInstance", call(true))]);
    }

    #[test]
    fn an_instance_that_is_busy_is_left_alone() {
        let fields = json!({"deletion_protection": false, "status": "modifying"});
        let refused = prepare(&PROTECT_INSTANCE_FROM_DELETION, fields, json!({}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
    }
}
