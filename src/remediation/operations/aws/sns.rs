//! Operations on Amazon SNS.

use super::policy::{self, Shortened};
use crate::inventory::aws::sns::{GET_TOPIC_ATTRIBUTES, Topic};
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Exactness, FOR_EACH, Operation, Refusal, Risk, WriteApi};
use serde_json::json;

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&REMOVE_POLICY_STATEMENTS];

const SET_ATTRIBUTES: WriteApi = WriteApi::idempotent("sns:SetTopicAttributes", &["sns:SetTopicAttributes"]);

const REMOVE_POLICY_STATEMENTS: Operation = Operation {
    name: "aws.sns.remove_policy_statements",
    about: "Removes the chosen statements from a topic's policy; the text of all others stays byte for byte.",
    kind: Topic::TYPE,
    state: &["policy_text"],
    looks_at: &["policy"],
    arguments: &[Argument {
        name: FOR_EACH,
        ty: Type::List(&Type::Any),
        required: true,
        about: "The statements that go, out of `resource.policy.statements`.",
    }],
    risk: Risk::Disruptive,
    rollback: Exactness::Exact,
    rollback_note: "",
    rollback_needs_approval: false,
    writes: &[SET_ATTRIBUTES],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: 60,
    answer: None,
    prepare: |input| {
        let Some(Shortened { before, after, impact }) = policy::without_targets(input)? else {
            return Ok(Change::nothing());
        };
        let Some(after) = after else {
            return Err(Refusal::Unsuitable(
                "no statement would be left, and a topic cannot be without a policy: add one for its owner first"
                    .to_owned(),
            ));
        };
        let parameters =
            |text: &str| json!({"TopicArn": input.common("id"), "AttributeName": "Policy", "AttributeValue": text});
        let undo = input.call(&SET_ATTRIBUTES, parameters(before));
        let mut write = input.write(&SET_ATTRIBUTES, parameters(&after), [undo]).replacing("policy");
        write.after = policy::fields_of(Some(&after), &GET_TOPIC_ATTRIBUTES)?;
        Ok(Change { impact, ..Change::by([write]) })
    },
};

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare};
    use super::*;
    use serde_json::Value;

    const PUBLIC: &str =
        r#"{"Sid":"all","Effect":"Allow","Principal":{"AWS":"*"},"Action":"SNS:Publish","Resource":"*"}"#;
    const OWNER: &str =
        r#"{"Sid":"owner","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"SNS:*","Resource":"*"}"#;

    fn topic(text: &str) -> Value {
        Value::Object(policy::fields_of(Some(text), &GET_TOPIC_ATTRIBUTES).unwrap())
    }

    #[test]
    fn the_public_statement_goes_and_the_others_stay() {
        let fields = topic(&format!(r#"{{"Version":"2012-10-17","Statement":[{OWNER},{PUBLIC}]}}"#));
        let with = json!({"for_each": [fields["policy"]["statements"][1]]});
        let change = prepare(&REMOVE_POLICY_STATEMENTS, fields, with).unwrap();
        let rest = format!(r#"{{"Version":"2012-10-17","Statement":[{OWNER}]}}"#);
        assert_eq!(parameters(&change)[0].1["AttributeValue"], rest);
    }

    #[test]
    fn the_last_statement_stays() {
        let fields = topic(&format!(r#"{{"Statement":[{PUBLIC}]}}"#));
        let with = json!({"for_each": fields["policy"]["statements"]});
        assert!(matches!(prepare(&REMOVE_POLICY_STATEMENTS, fields, with), Err(Refusal::Unsuitable(_))));
    }
}
