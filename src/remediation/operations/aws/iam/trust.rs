//! Who may assume a role.

use super::super::policy::{self, Shortened};
use super::{administration, permissions};
use crate::inventory::aws::iam::{GET_ROLE, Role};
use crate::remediation::operation::{Argument, Change, Input, Operation, Refusal, WriteApi};
use serde_json::{Value, json};

const UPDATE: WriteApi = WriteApi::idempotent("iam:UpdateAssumeRolePolicy", &["iam:UpdateAssumeRolePolicy"]);

pub(super) const REMOVE_TRUST_STATEMENTS: Operation = Operation {
    state: &["trust_policy_text"],
    looks_at: &["trust_policy", "administration", "path", "last_used_at"],
    arguments: &[Argument::for_each("The statements that go, out of `resource.trust_policy.statements`.")],
    ..policy::removal(
        "aws.iam.remove_trust_statements",
        "Removes the chosen statements from a role's trust policy; the text of all others stays byte for byte.",
        Role::TYPE,
        &[UPDATE],
        remove_statements,
    )
};

fn remove_statements(input: &Input<'_>) -> Result<Change, Refusal> {
    let shortened = policy::without_targets_of(input, "trust_policy_text", "trust_policy")?;
    let Some(Shortened { before, after, impact }) = shortened else { return Ok(Change::nothing()) };
    administration::of_the_account(input)?;
    let Some(after) = after else {
        return Err(Refusal::Unsuitable(
            "a role cannot be without a trust statement: name who may assume it, or delete the role".to_owned(),
        ));
    };
    let document = policy::document_of(&after, &GET_ROLE)?;
    let parameters = |text: &str| json!({"RoleName": input.name(), "PolicyDocument": text});
    let undo = input.call(&UPDATE, parameters(before));
    let write = input.write(&UPDATE, parameters(&after), [undo]).replacing("trust_policy");
    let administers = if lets_people_in(&document) { None } else { administration::without_role(input)? };
    let write = write.then("trust_policy_text", after.into()).then("trust_policy", document);
    let change = Change { impact, ..Change::by([write]) }.telling(permissions::last_use(input)?);
    Ok(match administers {
        Some(by) => change.telling(by),
        None => change,
    })
}

/// A statement lets in somebody else than services and workloads.
fn lets_people_in(document: &Value) -> bool {
    let list = |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    list(document, "statements").iter().filter(|statement| statement["effect"] == "Allow").any(|statement| {
        list(statement, "principals").iter().any(|principal| {
            let value = principal["value"].as_str().unwrap_or_default();
            // A unique id stands for somebody who is gone.
            let named = value.starts_with("arn:") || value.bytes().all(|byte| byte.is_ascii_digit());
            (principal["kind"] == "AWS" && named) || value.contains(":saml-provider/")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{parameters, prepare, undo};
    use super::*;

    const PUBLIC: &str = r#"{"Sid":"all","Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}"#;
    const PARTNER: &str = r#"{"Effect":"Allow", "Principal":{"AWS":"210987654321"},"Action":"sts:AssumeRole"}"#;
    const MACHINE: &str = r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#;

    fn role(statements: &[&str], granted_by: &[&str], remaining: &[&str]) -> Value {
        let text = format!(r#"{{ "Version": "2012-10-17", "Statement": [{}] }}"#, statements.join(", "));
        json!({
            "path": "/", "last_used_at": null, "trust_policy": policy::document_of(&text, &GET_ROLE).unwrap(),
            "trust_policy_text": text,
            "administration": {"granted_by": granted_by, "remaining_administrators": remaining},
        })
    }

    fn repair(role: Value) -> Result<Change, Refusal> {
        let public = role["trust_policy"]["statements"].as_array().unwrap().iter().filter(|one| one["sid"] == "all");
        let with = json!({"for_each": public.collect::<Vec<_>>()});
        prepare(&REMOVE_TRUST_STATEMENTS, role, with)
    }

    #[test]
    fn the_public_statement_goes_and_the_text_of_the_others_stays() {
        let change = repair(role(&[PUBLIC, PARTNER], &[], &[])).unwrap();
        let call = |text: &str| json!({"RoleName": "example", "PolicyDocument": text});
        let (before, after) = (
            format!(r#"{{ "Version": "2012-10-17", "Statement": [{PUBLIC}, {PARTNER}] }}"#),
            format!(r#"{{ "Version": "2012-10-17", "Statement": [{PARTNER}] }}"#),
        );
        assert_eq!(parameters(&change), [("iam:UpdateAssumeRolePolicy", call(&after))]);
        assert_eq!(undo(&change), [("iam:UpdateAssumeRolePolicy", call(&before))]);
        assert_eq!(
            change.impact,
            [
                "statement all goes: nobody has sts:AssumeRole through it any more",
                "nobody used the role in the last 400 days, as far as AWS knows"
            ]
        );
    }

    #[test]
    fn nothing_chosen_is_nothing_to_do() {
        assert_eq!(repair(role(&[PARTNER], &[], &[])), Ok(Change::nothing()));
    }

    #[test]
    fn a_role_keeps_a_statement() {
        let refused = repair(role(&[PUBLIC], &[], &[])).unwrap_err();
        assert!(matches!(&refused, Refusal::Unsuitable(why) if why.contains("name who may assume it")), "{refused}");
    }

    #[test]
    fn roles_of_aws_are_left_alone() {
        let mut fields = role(&[PUBLIC, PARTNER], &[], &[]);
        fields["path"] = "/aws-reserved/sso.amazonaws.com/".into();
        let refused = repair(fields).unwrap_err();
        assert!(matches!(&refused, Refusal::Unsuitable(why) if why.contains("permission set")), "{refused}");
    }

    #[test]
    fn the_last_administration_role_stays_open_until_people_are_named() {
        let refused = repair(role(&[PUBLIC, MACHINE], &["all"], &[]));
        assert!(matches!(refused, Err(Refusal::LocksOut(_))), "{refused:?}");
        for suitable in [
            role(&[PUBLIC, MACHINE], &["all"], &["arn:aws:iam::123456789012:user/ann"]),
            role(&[PUBLIC, PARTNER], &["all"], &[]),
            role(&[PUBLIC, MACHINE], &[], &[]),
        ] {
            assert_eq!(repair(suitable).unwrap().writes.len(), 1);
        }
        let gone = PARTNER.replace("210987654321", "AIDAEXAMPLE");
        let refused = repair(role(&[PUBLIC, &gone], &["all"], &[]));
        assert!(matches!(refused, Err(Refusal::LocksOut(_))), "{refused:?}");
    }
}
