//! Passwords and access keys.

use crate::inventory::aws::iam::{Account, User};
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Input, Operation, Refusal, Risk, WriteApi};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

const UPDATE_POLICY: WriteApi =
    WriteApi::idempotent("iam:UpdateAccountPasswordPolicy", &["iam:UpdateAccountPasswordPolicy"]);
const DELETE_POLICY: WriteApi =
    WriteApi::idempotent("iam:DeleteAccountPasswordPolicy", &["iam:DeleteAccountPasswordPolicy"]);
const UPDATE_KEY: WriteApi = WriteApi::idempotent("iam:UpdateAccessKey", &["iam:UpdateAccessKey"]);

/// The members of a password policy: in the inventory, and in the API.
const MEMBERS: [(&str, &str); 9] = [
    ("minimum_length", "MinimumPasswordLength"),
    ("remembered_passwords", "PasswordReusePrevention"),
    ("max_age_days", "MaxPasswordAge"),
    ("requires_symbols", "RequireSymbols"),
    ("requires_numbers", "RequireNumbers"),
    ("requires_uppercase", "RequireUppercaseCharacters"),
    ("requires_lowercase", "RequireLowercaseCharacters"),
    ("users_may_change", "AllowUsersToChangePassword"),
    ("hard_expiry", "HardExpiry"),
];

pub(super) const TIGHTEN_PASSWORD_POLICY: Operation = Operation {
    name: "aws.iam.tighten_password_policy",
    about: "Makes the password policy as strict as wanted; what is stricter already stays.",
    state: &["password_policy"],
    arguments: &[
        Argument { name: "minimum_length", ty: Type::Int, required: false, about: "The fewest characters to allow." },
        Argument {
            name: "remembered_passwords",
            ty: Type::Int,
            required: false,
            about: "How many former passwords to refuse.",
        },
    ],
    risk: Risk::Safe,
    writes: &[UPDATE_POLICY, DELETE_POLICY],
    prepare: |input| {
        let before = input.field("password_policy")?;
        let mut after = if before.is_null() { first_policy() } else { before.clone() };
        for name in ["minimum_length", "remembered_passwords"] {
            let wanted = input.argument(name).and_then(Value::as_i64);
            if wanted > after[name].as_i64() {
                after[name] = wanted.into();
            }
        }
        if &after == before {
            return Ok(Change::nothing());
        }
        let undo = if before.is_null() {
            input.call(&DELETE_POLICY, json!({}))
        } else {
            input.call(&UPDATE_POLICY, parameters(before))
        };
        let write = input.write(&UPDATE_POLICY, parameters(&after), [undo]).replacing("password_policy");
        let change = Change::by([write.then("password_policy", after)])
            .telling("it holds for the next password of each user; passwords of today go on working");
        Ok(if before.is_null() {
            change.telling(
                "the account has no policy yet: the new one asks for letters of both cases, digits and symbols",
            )
        } else {
            change
        })
    },
    ..Operation::of(Account::TYPE)
};

/// Without a policy IAM asks for three of the four kinds of characters; a policy that asks for none would be weaker.
fn first_policy() -> Value {
    json!({
        "minimum_length": 8, "remembered_passwords": null, "max_age_days": null, "requires_symbols": true,
        "requires_numbers": true, "requires_uppercase": true, "requires_lowercase": true, "users_may_change": true,
        "hard_expiry": false,
    })
}

/// The whole document: what is left out of the call is switched off.
fn parameters(policy: &Value) -> Value {
    let given = MEMBERS.iter().filter(|(name, _)| !policy[*name].is_null());
    given.map(|(name, api)| ((*api).to_owned(), policy[*name].clone())).collect::<Map<_, _>>().into()
}

pub(super) const DEACTIVATE_ACCESS_KEY: Operation = Operation {
    name: "aws.iam.deactivate_access_key",
    about: "Makes the chosen access keys of a user inactive; none is deleted.",
    state: &["current_access_keys"],
    looks_at: &["access_keys"],
    arguments: &[Argument::for_each("The keys, out of `resource.access_keys`.")],
    risk: Risk::Disruptive,
    writes: &[UPDATE_KEY],
    prepare: deactivate_access_key,
    ..Operation::of(User::TYPE)
};

/// A key that signed a request in this time is in use.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

fn deactivate_access_key(input: &Input<'_>) -> Result<Change, Refusal> {
    let mut keys = input.list("current_access_keys")?.to_vec();
    let mut reported = input.list("access_keys")?.to_vec();
    let mut change = Change::nothing();
    for target in input.targets() {
        // The credential report, where controls see keys, has no ids; the time of making tells the keys of a user apart.
        let mut same = keys.iter_mut().filter(|key| key["created_at"] == target["created_at"]);
        let (Some(key), None) = (same.next(), same.next()) else {
            return Err(Refusal::Unsuitable(format!(
                "the key that was made at {} cannot be told from the others by its time",
                target["created_at"].as_str().unwrap_or_default()
            )));
        };
        if key["status"] != "Active" {
            continue;
        }
        // As it was read last; what the control chose may be as old as the plan.
        let used = reported.iter().find(|one| one["created_at"] == target["created_at"]);
        let used = used.and_then(|one| one["last_used_at"].as_str()).map(ToOwned::to_owned);
        if let Some(at) = used.as_deref().and_then(|at| at.parse::<Timestamp>().ok())
            && input.now.duration_since(at) < RECENT
        {
            return Err(Refusal::LocksOut(format!(
                "key {} was used in the last 24 hours ({at}): move its program to another key first",
                key["id"].as_str().unwrap_or_default()
            )));
        }
        key["status"] = "Inactive".into();
        let id = key["id"].clone();
        for one in reported.iter_mut().filter(|one| one["created_at"] == target["created_at"]) {
            one["status"] = "Inactive".into();
        }
        let parameters = |status| json!({"UserName": input.name(), "AccessKeyId": id, "Status": status});
        let undo = input.call(&UPDATE_KEY, parameters("Active"));
        let write = input.write(&UPDATE_KEY, parameters("Inactive"), [undo]);
        change.impact.push(match used {
            Some(at) => format!("key {} was last used at {at}", id.as_str().unwrap_or_default()),
            None => format!("key {} was never used", id.as_str().unwrap_or_default()),
        });
        change
            .writes
            .push(write.then("current_access_keys", keys.clone().into()).then("access_keys", reported.clone().into()));
    }
    Ok(change)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{parameters as calls, prepare, undo};
    use super::*;

    #[test]
    fn a_policy_only_gets_stricter() {
        let mut before = first_policy();
        before["minimum_length"] = 10.into();
        before["remembered_passwords"] = 24.into();
        let with = json!({"minimum_length": 14, "remembered_passwords": 12});
        let change = prepare(&TIGHTEN_PASSWORD_POLICY, json!({"password_policy": before}), with.clone()).unwrap();
        let call = &calls(&change)[0].1;
        assert_eq!((&call["MinimumPasswordLength"], &call["PasswordReusePrevention"]), (&json!(14), &json!(24)));
        assert_eq!(undo(&change)[0].1["MinimumPasswordLength"], 10);
        before["minimum_length"] = 20.into();
        assert_eq!(prepare(&TIGHTEN_PASSWORD_POLICY, json!({"password_policy": before}), with), Ok(Change::nothing()));
    }

    #[test]
    fn the_first_policy_is_not_weaker_than_none() {
        let change =
            prepare(&TIGHTEN_PASSWORD_POLICY, json!({"password_policy": null}), json!({"minimum_length": 14})).unwrap();
        let call = &calls(&change)[0].1;
        for member in ["RequireSymbols", "RequireNumbers", "RequireUppercaseCharacters", "RequireLowercaseCharacters"] {
            assert_eq!(call[member], true, "{member}");
        }
        assert_eq!(undo(&change), [("iam:DeleteAccountPasswordPolicy", json!({}))]);
    }

    fn user(used: Value) -> Value {
        json!({
            "access_keys": [
                {"slot": 1, "status": "Active", "created_at": "2026-01-01T00:00:00Z", "last_used_at": used},
                {"slot": 2, "status": "Active", "created_at": "2026-10-01T00:00:00Z", "last_used_at": null},
            ],
            "current_access_keys": [
                {"id": "AKIA1", "status": "Active", "created_at": "2026-01-01T00:00:00Z"},
                {"id": "AKIA2", "status": "Active", "created_at": "2026-10-01T00:00:00Z"},
            ],
        })
    }

    #[test]
    fn the_chosen_key_is_found_by_its_time() {
        let fields = user(json!("2026-09-01T00:00:00Z"));
        let change =
            prepare(&DEACTIVATE_ACCESS_KEY, fields.clone(), json!({"for_each": [fields["access_keys"][0]]})).unwrap();
        let call = |status| json!({"UserName": "example", "AccessKeyId": "AKIA1", "Status": status});
        assert_eq!(calls(&change), [("iam:UpdateAccessKey", call("Inactive"))]);
        assert_eq!(undo(&change), [("iam:UpdateAccessKey", call("Active"))]);
        assert_eq!(change.impact, ["key AKIA1 was last used at 2026-09-01T00:00:00Z"]);
    }

    #[test]
    fn a_key_in_use_is_left_alone() {
        let fields = user(json!("2026-10-31T12:00:00Z"));
        let refused = prepare(&DEACTIVATE_ACCESS_KEY, fields.clone(), json!({"for_each": [fields["access_keys"][0]]}));
        assert!(matches!(refused, Err(Refusal::LocksOut(_))), "{refused:?}");
    }

    #[test]
    fn keys_that_cannot_be_told_apart_are_left_alone() {
        let mut fields = user(Value::Null);
        fields["current_access_keys"][1]["created_at"] = "2026-01-01T00:00:00Z".into();
        let refused = prepare(&DEACTIVATE_ACCESS_KEY, fields.clone(), json!({"for_each": [fields["access_keys"][0]]}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))), "{refused:?}");
    }
}
