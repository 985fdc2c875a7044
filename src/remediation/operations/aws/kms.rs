//! Operations on AWS KMS.

use crate::inventory::aws::kms::Key;
use crate::remediation::operation::{Change, Exactness, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&ENABLE_ROTATION];

const ENABLE: WriteApi = WriteApi::idempotent("kms:EnableKeyRotation", &["kms:EnableKeyRotation"]);
const DISABLE: WriteApi = WriteApi::idempotent("kms:DisableKeyRotation", &["kms:DisableKeyRotation"]);

const ENABLE_ROTATION: Operation = Operation {
    name: "aws.kms.enable_rotation",
    about: "Lets KMS make new key material every year; what was encrypted before can still be read.",
    kind: Key::TYPE,
    state: &["rotation_enabled"],
    looks_at: &["state"],
    arguments: &[],
    risk: Risk::Safe,
    rollback: Exactness::Exact,
    rollback_note: "a rotation that happened meanwhile stays, and does no harm",
    rollback_needs_approval: false,
    writes: &[ENABLE, DISABLE],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: 60,
    answer: None,
    prepare: |input| {
        match input.field("rotation_enabled")? {
            Value::Bool(true) => return Ok(Change::nothing()),
            Value::Bool(false) => {}
            _ => return Err(Refusal::Unsuitable("KMS cannot rotate a key of this kind".to_owned())),
        }
        let state = input.field("state")?.as_str().unwrap_or_default();
        if state != "Enabled" {
            return Err(Refusal::Unsuitable(format!("the key is {state}, not Enabled")));
        }
        let key = json!({"KeyId": input.common("id")});
        let write = input.write(&ENABLE, key.clone(), [input.call(&DISABLE, key)]);
        Ok(Change::by([write.then("rotation_enabled", true.into())]))
    },
};

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    #[test]
    fn only_keys_that_can_rotate_do() {
        let fields = |rotation: Value, state: &str| json!({"rotation_enabled": rotation, "state": state});
        let change = prepare(&ENABLE_ROTATION, fields(false.into(), "Enabled"), json!({})).unwrap();
        assert_eq!(parameters(&change), [("kms:EnableKeyRotation", json!({"KeyId": "example-id"}))]);
        assert_eq!(undo(&change)[0].0, "kms:DisableKeyRotation");
        assert_eq!(prepare(&ENABLE_ROTATION, fields(true.into(), "Enabled"), json!({})), Ok(Change::nothing()));
        for refused in [fields(Value::Null, "Enabled"), fields(false.into(), "PendingDeletion")] {
            assert!(matches!(prepare(&ENABLE_ROTATION, refused, json!({})), Err(Refusal::Unsuitable(_))));
        }
    }
}
