//! Taking policies from users, groups and roles.

use super::administration;
use crate::inventory::aws::iam::{Group, Role, User};
use crate::inventory::schema::{ResourceType, Type};
use crate::remediation::operation::{Argument, Change, Input, Operation, Refusal, Risk, Write, WriteApi};
use serde_json::{Value, json};

/// The calls on one kind of holder.
struct Calls {
    /// The member of the parameters that names the holder.
    holder: &'static str,
    /// Takes a managed policy.
    detach: WriteApi,
    /// Gives a managed policy.
    attach: WriteApi,
    /// Takes an inline policy.
    delete: WriteApi,
    /// Gives an inline policy.
    put: WriteApi,
}

/// What IAM answers if the policy is gone already.
const GONE: &[&str] = &["NoSuchEntity"];

const USER: Calls = Calls {
    holder: "UserName",
    detach: WriteApi::once("iam:DetachUserPolicy", &["iam:DetachUserPolicy"], GONE),
    attach: WriteApi::idempotent("iam:AttachUserPolicy", &["iam:AttachUserPolicy"]),
    delete: WriteApi::once("iam:DeleteUserPolicy", &["iam:DeleteUserPolicy"], GONE),
    put: WriteApi::idempotent("iam:PutUserPolicy", &["iam:PutUserPolicy"]),
};

const GROUP: Calls = Calls {
    holder: "GroupName",
    detach: WriteApi::once("iam:DetachGroupPolicy", &["iam:DetachGroupPolicy"], GONE),
    attach: WriteApi::idempotent("iam:AttachGroupPolicy", &["iam:AttachGroupPolicy"]),
    delete: WriteApi::once("iam:DeleteGroupPolicy", &["iam:DeleteGroupPolicy"], GONE),
    put: WriteApi::idempotent("iam:PutGroupPolicy", &["iam:PutGroupPolicy"]),
};

const ROLE: Calls = Calls {
    holder: "RoleName",
    detach: WriteApi::once("iam:DetachRolePolicy", &["iam:DetachRolePolicy"], GONE),
    attach: WriteApi::idempotent("iam:AttachRolePolicy", &["iam:AttachRolePolicy"]),
    delete: WriteApi::once("iam:DeleteRolePolicy", &["iam:DeleteRolePolicy"], GONE),
    put: WriteApi::idempotent("iam:PutRolePolicy", &["iam:PutRolePolicy"]),
};

pub(super) const REMOVE_USER_POLICIES: Operation = operation(
    "aws.iam.remove_user_policies",
    "Detaches the chosen managed policies from a user and removes the chosen inline ones; no policy is deleted that \
     others could have.",
    User::TYPE,
    &["inline_policies", "administration", "groups"],
    &[USER.detach, USER.attach, USER.delete, USER.put],
    |input| {
        let removal = Removal::of(input, &USER)?;
        if removal.writes.is_empty() {
            return Ok(Change::nothing());
        }
        let bare = removal.leaves_nothing();
        let change = removal.change(input)?;
        if !bare {
            return Ok(change);
        }
        let groups: Vec<_> = input.list("groups")?.iter().filter_map(Value::as_str).collect();
        Ok(change.telling(if groups.is_empty() {
            "the user is in no group and may do nothing then: put it into one first".to_owned()
        } else {
            format!("what the user may do then comes from its groups: {}", groups.join(", "))
        }))
    },
);

pub(super) const REMOVE_GROUP_POLICIES: Operation = operation(
    "aws.iam.remove_group_policies",
    "Detaches the chosen managed policies from a group and removes the chosen inline ones; no policy is deleted that \
     others could have.",
    Group::TYPE,
    &["inline_policies", "administration", "members", "asked_by_member"],
    &[GROUP.detach, GROUP.attach, GROUP.delete, GROUP.put],
    |input| {
        let removal = Removal::of(input, &GROUP)?;
        if removal.writes.is_empty() {
            return Ok(Change::nothing());
        }
        if input.field("asked_by_member")? == &Value::Bool(true) {
            return Err(Refusal::LocksOut(
                "the identity that would do it is in the group and could lock itself out: use another".to_owned(),
            ));
        }
        let names = |arn: &Value| arn.as_str().and_then(|arn| arn.rsplit('/').next()).unwrap_or_default().to_owned();
        let members: Vec<_> = input.list("members")?.iter().map(names).collect();
        Ok(removal.change(input)?.telling(if members.is_empty() {
            "nobody is in the group".to_owned()
        } else {
            format!("its members lose what the policies allow: {}", members.join(", "))
        }))
    },
);

pub(super) const REMOVE_ROLE_POLICIES: Operation = operation(
    "aws.iam.remove_role_policies",
    "Detaches the chosen managed policies from a role and removes the chosen inline ones; no policy is deleted that \
     others could have.",
    Role::TYPE,
    &["inline_policies", "administration", "path", "last_used_at"],
    &[ROLE.detach, ROLE.attach, ROLE.delete, ROLE.put],
    |input| {
        let removal = Removal::of(input, &ROLE)?;
        if removal.writes.is_empty() {
            return Ok(Change::nothing());
        }
        administration::of_the_account(input)?;
        Ok(removal.change(input)?.telling(last_use(input)?))
    },
);

/// When somebody was in a role last, for who decides.
pub(super) fn last_use(input: &Input<'_>) -> Result<String, Refusal> {
    Ok(match input.field("last_used_at")?.as_str() {
        Some(at) => format!("the role was last used at {at}"),
        None => "nobody used the role in the last 400 days, as far as AWS knows".to_owned(),
    })
}

const fn operation(
    name: &'static str,
    about: &'static str,
    kind: &'static ResourceType,
    looks_at: &'static [&'static str],
    writes: &'static [WriteApi],
    prepare: fn(&Input<'_>) -> Result<Change, Refusal>,
) -> Operation {
    Operation {
        name,
        about,
        state: &["attached_policies", "inline_policy_texts"],
        looks_at,
        arguments: &[
            Argument {
                name: "managed",
                ty: Type::List(&Type::Any),
                required: true,
                about: "The managed policies that go, out of `resource.attached_policies`.",
            },
            Argument {
                name: "inline",
                ty: Type::List(&Type::Any),
                required: true,
                about: "The inline policies that go, out of `resource.inline_policies`.",
            },
        ],
        risk: Risk::Disruptive,
        writes,
        prepare,
        ..Operation::of(kind)
    }
}

/// The chosen policies on their way.
struct Removal<'a> {
    writes: Vec<Write>,
    /// ARNs of the managed policies and names of the inline ones.
    removed: Vec<&'a str>,
    /// What is left of each list.
    attached: Vec<Value>,
    texts: Vec<Value>,
    inline: Vec<Value>,
}

impl<'a> Removal<'a> {
    fn of(input: &Input<'a>, calls: &Calls) -> Result<Self, Refusal> {
        let mut removal = Self {
            writes: Vec::new(),
            removed: Vec::new(),
            attached: input.list("attached_policies")?.to_vec(),
            texts: input.list("inline_policy_texts")?.to_vec(),
            inline: input.list("inline_policies")?.to_vec(),
        };
        for policy in chosen(input, "managed") {
            let Some(place) = removal.attached.iter().position(|one| one == policy) else { continue };
            removal.attached.remove(place);
            let parameters = json!({calls.holder: input.name(), "PolicyArn": policy["arn"]});
            let undo = input.call(&calls.attach, parameters.clone());
            removal.add(input.write(&calls.detach, parameters, [undo]), &policy["arn"]);
        }
        for policy in chosen(input, "inline") {
            let name = &policy["policy_name"];
            let Some(place) = removal.texts.iter().position(|text| &text["policy_name"] == name) else { continue };
            let text = removal.texts.remove(place);
            removal.inline.retain(|one| &one["policy_name"] != name);
            let parameters = json!({calls.holder: input.name(), "PolicyName": name});
            let mut whole = parameters.clone();
            whole["PolicyDocument"] = text["text"].clone();
            let undo = input.call(&calls.put, whole);
            removal.add(input.write(&calls.delete, parameters, [undo]), name);
        }
        Ok(removal)
    }

    fn add(&mut self, write: Write, policy: &'a Value) {
        let write = write
            .then("attached_policies", self.attached.clone().into())
            .then("inline_policy_texts", self.texts.clone().into())
            .then("inline_policies", self.inline.clone().into());
        self.writes.push(write);
        self.removed.extend(policy.as_str());
    }

    /// No policy of its own is left.
    fn leaves_nothing(&self) -> bool {
        self.attached.is_empty() && self.texts.is_empty()
    }

    /// # Errors
    /// If nobody would administer the account then.
    fn change(mut self, input: &Input<'_>) -> Result<Change, Refusal> {
        let impact = administration::without(input, &self.removed)?;
        if let Some(last) = self.writes.pop() {
            self.writes.push(last.then("administration", administration::after(input, &self.removed)?));
        }
        Ok(Change { impact: impact.into_iter().collect(), ..Change::by(self.writes) })
    }
}

fn chosen<'a>(input: &Input<'a>, argument: &str) -> &'a [Value] {
    input.argument(argument).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{parameters, prepare};
    use super::*;

    const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
    const TEXT: &str = "{ \"Statement\" : [] }";

    fn managed(arn: &str) -> Value {
        json!({"policy_name": arn.rsplit('/').next(), "arn": arn})
    }

    /// A holder of AdministratorAccess, ReadOnlyAccess and the inline policies `own` and `more`.
    fn holder(granted_by: &[&str], remaining: &[&str]) -> Value {
        let inline = |name: &str| json!({"policy_name": name, "document": {"statements": []}});
        let text = |name: &str| json!({"policy_name": name, "text": TEXT});
        json!({
            "attached_policies": [managed("arn:aws:iam::aws:policy/ReadOnlyAccess"), managed(ADMIN)],
            "inline_policies": [inline("own"), inline("more")], "inline_policy_texts": [text("own"), text("more")],
            "administration": {"granted_by": granted_by, "remaining_administrators": remaining},
            "groups": [], "members": ["arn:aws:iam::123456789012:user/x/ann"], "asked_by_member": false,
            "path": "/", "last_used_at": "2026-09-01T00:00:00Z",
        })
    }

    fn admin_and_own(fields: &Value) -> Value {
        json!({"managed": [managed(ADMIN)], "inline": [fields["inline_policies"][0]]})
    }

    #[test]
    fn the_chosen_policies_go_and_come_back_as_they_were() {
        for (operation, kind) in
            [(&REMOVE_USER_POLICIES, "User"), (&REMOVE_GROUP_POLICIES, "Group"), (&REMOVE_ROLE_POLICIES, "Role")]
        {
            let fields = holder(&[ADMIN], &["arn:aws:iam::123456789012:role/sso"]);
            let with = admin_and_own(&fields);
            let change = prepare(operation, fields, with).unwrap();
            let call = |what: &str, parameter: &str, value: &str| {
                (format!("iam:{what}{kind}Policy"), json!({format!("{kind}Name"): "example", parameter: value}))
            };
            let (detach, delete) = (call("Detach", "PolicyArn", ADMIN), call("Delete", "PolicyName", "own"));
            let made: Vec<_> = parameters(&change).into_iter().map(|(call, with)| (call.to_owned(), with)).collect();
            assert_eq!(made, [detach, delete]);
            let mut put = call("Put", "PolicyName", "own");
            put.1["PolicyDocument"] = TEXT.into();
            let undone: Vec<_> = change.writes.iter().flat_map(|write| &write.undo).collect();
            let undone: Vec<_> = undone.iter().map(|call| (call.call.clone(), call.parameters.clone())).collect();
            assert_eq!(undone, [call("Attach", "PolicyArn", ADMIN), put]);
            let after = &change.writes[1].after;
            assert_eq!(after["attached_policies"], json!([managed("arn:aws:iam::aws:policy/ReadOnlyAccess")]));
            assert_eq!(after["inline_policy_texts"], json!([{"policy_name": "more", "text": TEXT}]));
            assert_eq!(after["inline_policies"].as_array().unwrap().len(), 1);
            assert_eq!(after["administration"]["granted_by"], json!([]));
            let told = &change.impact[0];
            assert_eq!(told, "the account is still administered by arn:aws:iam::123456789012:role/sso");
        }
    }

    #[test]
    fn what_is_gone_already_is_nothing_to_do() {
        let gone = json!({"managed": [managed("arn:aws:iam::aws:policy/Billing")], "inline": [{"policy_name": "old"}]});
        for operation in [&REMOVE_USER_POLICIES, &REMOVE_GROUP_POLICIES, &REMOVE_ROLE_POLICIES] {
            assert_eq!(prepare(operation, holder(&[ADMIN], &[]), gone.clone()), Ok(Change::nothing()));
        }
    }

    #[test]
    fn the_last_administrator_stays() {
        for operation in [&REMOVE_USER_POLICIES, &REMOVE_GROUP_POLICIES, &REMOVE_ROLE_POLICIES] {
            for granted_by in [ADMIN, "own"] {
                let fields = holder(&[granted_by], &[]);
                let with = admin_and_own(&fields);
                let refused = prepare(operation, fields, with);
                assert!(matches!(refused, Err(Refusal::LocksOut(_))), "{refused:?}");
            }
            let fields = holder(&["more"], &[]);
            let with = admin_and_own(&fields);
            assert!(prepare(operation, fields, with).is_ok(), "administration does not rest on what goes");
        }
    }

    #[test]
    fn who_administers_then_is_told() {
        let all: Vec<String> = (1..=5).map(|number| format!("a{number}")).collect();
        let fields = holder(&[ADMIN], &all.iter().map(String::as_str).collect::<Vec<_>>());
        let with = admin_and_own(&fields);
        let change = prepare(&REMOVE_USER_POLICIES, fields, with).unwrap();
        assert_eq!(change.impact, ["the account is still administered by a1, a2, a3 and 2 more"]);
    }

    #[test]
    fn a_user_without_anything_is_told() {
        let told = |groups: Value| {
            let mut fields = holder(&[], &[]);
            fields["groups"] = groups;
            let with = json!({"managed": fields["attached_policies"], "inline": fields["inline_policies"]});
            prepare(&REMOVE_USER_POLICIES, fields, with).unwrap().impact
        };
        assert_eq!(told(json!([])), ["the user is in no group and may do nothing then: put it into one first"]);
        assert_eq!(told(json!(["devs"])), ["what the user may do then comes from its groups: devs"]);
    }

    #[test]
    fn our_own_group_is_left_alone() {
        let mut fields = holder(&[], &["ann"]);
        let with = admin_and_own(&fields);
        let change = prepare(&REMOVE_GROUP_POLICIES, fields.clone(), with.clone()).unwrap();
        assert_eq!(change.impact, ["its members lose what the policies allow: ann"]);
        fields["asked_by_member"] = true.into();
        let refused = prepare(&REMOVE_GROUP_POLICIES, fields, with);
        assert!(matches!(refused, Err(Refusal::LocksOut(_))), "{refused:?}");
    }

    #[test]
    fn roles_of_aws_are_left_alone() {
        let fields = holder(&[ADMIN], &["ann"]);
        let with = admin_and_own(&fields);
        let change = prepare(&REMOVE_ROLE_POLICIES, fields.clone(), with.clone()).unwrap();
        assert_eq!(change.impact[1], "the role was last used at 2026-09-01T00:00:00Z");
        for path in ["/aws-service-role/ecs.amazonaws.com/", "/aws-reserved/sso.amazonaws.com/"] {
            let mut fields = fields.clone();
            fields["path"] = path.into();
            let refused = prepare(&REMOVE_ROLE_POLICIES, fields, with.clone());
            assert!(matches!(refused, Err(Refusal::Unsuitable(_))), "{refused:?}");
        }
    }
}
