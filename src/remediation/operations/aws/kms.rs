//! Operations on AWS KMS.

use super::policy;
use crate::inventory::aws::kms::{GET_KEY_POLICY, Key};
use crate::inventory::schema::ApiCall;
use crate::remediation::operation::{Change, Exactness, Input, Operation, Refusal, Risk, WriteApi};
use crate::remediation::state::any;
use crate::wildcard::matches;
use jiff::Timestamp;
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&CANCEL_DELETION, &ENABLE_ROTATION, &REMOVE_POLICY_STATEMENTS];

const ENABLE: WriteApi = WriteApi::idempotent("kms:EnableKeyRotation", &["kms:EnableKeyRotation"]);
const DISABLE: WriteApi = WriteApi::idempotent("kms:DisableKeyRotation", &["kms:DisableKeyRotation"]);
/// KMS says that of a key which does not wait for its deletion any more, or waits for it already.
const IS_SO: &[&str] = &["KMSInvalidStateException"];
const CANCEL: WriteApi = WriteApi {
    call: ApiCall::new("kms:CancelKeyDeletion", &["kms:CancelKeyDeletion"]),
    idempotent: true,
    already: IS_SO,
};
const SCHEDULE: WriteApi = WriteApi {
    call: ApiCall::new("kms:ScheduleKeyDeletion", &["kms:ScheduleKeyDeletion"]),
    idempotent: true,
    already: IS_SO,
};

const PUT_POLICY: WriteApi = WriteApi::idempotent("kms:PutKeyPolicy", &["kms:PutKeyPolicy"]);

const ENABLE_ROTATION: Operation = Operation {
    name: "aws.kms.enable_rotation",
    about: "Lets KMS make new key material every year; what was encrypted before can still be read.",
    state: &["rotation_enabled"],
    looks_at: &["state"],
    risk: Risk::Safe,
    rollback_note: "a rotation that happened meanwhile stays, and does no harm",
    writes: &[ENABLE, DISABLE],
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
    ..Operation::of(Key::TYPE)
};

const CANCEL_DELETION: Operation = Operation {
    name: "aws.kms.cancel_deletion",
    about: "Cancels the deletion of a key. The key stays disabled until somebody enables it.",
    state: &["state", "deletion_at"],
    risk: Risk::Safe,
    rollback: Exactness::Partial,
    rollback_note: "the key waits for its deletion again, with a new date that is no earlier than the old one",
    rollback_needs_approval: true,
    writes: &[CANCEL, SCHEDULE],
    prepare: cancel_deletion,
    ..Operation::of(Key::TYPE)
};

fn cancel_deletion(input: &Input<'_>) -> Result<Change, Refusal> {
    match input.field("state")?.as_str().unwrap_or_default() {
        "PendingDeletion" => {}
        "PendingReplicaDeletion" => {
            return Err(Refusal::Unsuitable(
                "the key waits until its replicas in other regions are deleted: see to these first".to_owned(),
            ));
        }
        _ => return Ok(Change::nothing()),
    }
    let date: Timestamp = input
        .field("deletion_at")?
        .as_str()
        .and_then(|date| date.parse().ok())
        .ok_or_else(|| Refusal::Unsuitable("KMS does not say when the key will be deleted".to_owned()))?;
    let left = days_until(date, input.now);
    let key = json!({"KeyId": input.common("id")});
    let again = json!({"KeyId": input.common("id"), "PendingWindowInDays": left.clamp(7, 30)});
    let write = input
        .write(&CANCEL, key, [input.call(&SCHEDULE, again)])
        .then("state", "Disabled".into())
        .then("deletion_at", Value::Null)
        .leaving("deletion_at", any());
    Ok(Change::by([write])
        .telling(format!(
            "{left} {} left until the deletion, on {date}",
            if left == 1 { "day was" } else { "days were" }
        ))
        .telling("the key stays disabled: `aws kms enable-key` lets it be used again"))
}

const REMOVE_POLICY_STATEMENTS: Operation = policy::removal(
    "aws.kms.remove_policy_statements",
    "Removes the chosen statements from a key policy; the text of all others stays byte for byte.",
    Key::TYPE,
    &[PUT_POLICY],
    remove_policy_statements,
);

fn remove_policy_statements(input: &Input<'_>) -> Result<Change, Refusal> {
    let change = policy::remove_targets(input, &GET_KEY_POLICY, &|text| {
        let text = text.ok_or_else(|| {
            Refusal::Unsuitable(
                "no statement would be left, and nobody could use or change the key: add one for the account first"
                    .to_owned(),
            )
        })?;
        let policy = json!({"KeyId": input.common("id"), "PolicyName": "default", "Policy": text});
        Ok(input.call(&PUT_POLICY, policy))
    })?;
    let Some(write) = change.writes.first() else { return Ok(change) };
    let account = input.common("account");
    if account_administers(input.field("policy")?, account) && !account_administers(&write.after["policy"], account) {
        return Err(Refusal::LocksOut(
            "the account could no longer change the key policy through IAM: add a statement that allows kms:* to the \
             account's root first"
                .to_owned(),
        ));
    }
    Ok(change.telling(
        "grants that were made through these statements stay: see `aws kms list-grants`, and revoke what nobody knows",
    ))
}

/// True if a statement without conditions lets the account, or everyone, change the key policy.
fn account_administers(policy: &Value, account: &str) -> bool {
    const CHANGING: &str = "kms:putkeypolicy";
    let list = |of: &'_ Value, key: &str| of.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let covers = |patterns: &[Value]| {
        patterns.iter().filter_map(Value::as_str).any(|pattern| matches(&pattern.to_ascii_lowercase(), CHANGING))
    };
    let is_account = |principal: &Value| {
        let value = principal["value"].as_str().unwrap_or_default();
        value == "*" || value == account || value.ends_with(&format!(":iam::{account}:root"))
    };
    list(policy, "statements").iter().any(|statement| {
        let (actions, others) = (list(statement, "actions"), list(statement, "not_actions"));
        let excluded = list(statement, "not_principals");
        statement["effect"] == "Allow"
            && list(statement, "conditions").is_empty()
            && (list(statement, "principals").iter().any(is_account)
                || !excluded.is_empty() && !excluded.iter().any(is_account))
            && (covers(&actions) || !others.is_empty() && !covers(&others))
    })
}

/// Days from `now`, the last one begun counted whole.
fn days_until(date: Timestamp, now: Timestamp) -> i64 {
    const DAY: i64 = 24 * 60 * 60;
    (date.duration_since(now).as_secs().max(0) + DAY - 1) / DAY
}

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

    #[test]
    fn a_key_that_is_to_be_deleted_is_kept_but_not_enabled() {
        // The clock of these tests stands at 2026-11-01T00:00:00Z.
        for (date, left, again) in [
            ("2026-11-13T08:00:00Z", "13 days", 13),
            ("2026-11-02T00:00:00Z", "1 day ", 7),
            ("2026-12-01T00:00:00Z", "30 days", 30),
        ] {
            let fields = json!({"state": "PendingDeletion", "deletion_at": date});
            let change = prepare(&CANCEL_DELETION, fields, json!({})).unwrap();
            assert_eq!(parameters(&change), [("kms:CancelKeyDeletion", json!({"KeyId": "example-id"}))]);
            let schedule = json!({"KeyId": "example-id", "PendingWindowInDays": again});
            assert_eq!(undo(&change), [("kms:ScheduleKeyDeletion", schedule)]);
            assert_eq!(change.writes[0].after["state"], "Disabled");
            assert!(change.impact[0].starts_with(left), "{:?}", change.impact);
        }
        let kept = prepare(&CANCEL_DELETION, json!({"state": "Disabled", "deletion_at": null}), json!({}));
        assert_eq!(kept, Ok(Change::nothing()));
        for refused in [
            json!({"state": "PendingReplicaDeletion", "deletion_at": null}),
            json!({"state": "PendingDeletion", "deletion_at": null}),
        ] {
            assert!(matches!(prepare(&CANCEL_DELETION, refused, json!({})), Err(Refusal::Unsuitable(_))));
        }
    }

    const ACCOUNT: &str = r#"{"Sid":"account","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*","Resource":"*"}"#;
    const ROLE: &str = r#"{"Sid":"role","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/app"},"Action":"kms:*","Resource":"*"}"#;

    /// Removes the first statement of a policy.
    fn first_removed(statements: &[&str]) -> Result<Change, Refusal> {
        let text = format!(r#"{{"Statement": [{}]}}"#, statements.join(",\n"));
        let fields = Value::Object(policy::fields_of(Some(&text), &GET_KEY_POLICY).unwrap());
        let with = json!({"for_each": [fields["policy"]["statements"][0]]});
        prepare(&REMOVE_POLICY_STATEMENTS, fields, with)
    }

    #[test]
    fn the_public_statement_goes_and_the_others_stay() {
        let public = r#"{"Sid":"all", "Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*"}"#;
        let change = first_removed(&[public, ACCOUNT, ROLE]).unwrap();
        let call = |text: String| json!({"KeyId": "example-id", "PolicyName": "default", "Policy": text});
        let rest = format!("{{\"Statement\": [{ACCOUNT},\n{ROLE}]}}");
        let all = format!("{{\"Statement\": [{public},\n{ACCOUNT},\n{ROLE}]}}");
        assert_eq!(parameters(&change), [("kms:PutKeyPolicy", call(rest))]);
        assert_eq!(undo(&change), [("kms:PutKeyPolicy", call(all))]);
        assert!(change.impact[0].contains("statement all goes"), "{:?}", change.impact);
        // Its account could not change the policy of this key before, and loses nothing.
        assert!(first_removed(&[public, ROLE]).is_ok());
    }

    #[test]
    fn the_account_keeps_the_key() {
        let everything = r#"{"Effect":"Allow","Principal":"*","Action":"KMS:Put*","Resource":"*"}"#;
        let but_one = r#"{"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::210987654321:root"},"NotAction":"kms:Decrypt","Resource":"*"}"#;
        let narrowed = r#"{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"kms:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#;
        for (statements, refused) in [
            ([everything, ROLE], true),
            ([but_one, ROLE], true),
            ([everything, narrowed], true),
            ([everything, ACCOUNT], false),
            ([but_one, ACCOUNT], false),
        ] {
            let result = first_removed(&statements);
            assert_eq!(matches!(result, Err(Refusal::LocksOut(_))), refused, "{statements:?}: {result:?}");
        }
        assert!(matches!(first_removed(&[everything]), Err(Refusal::Unsuitable(_))));
    }
}
