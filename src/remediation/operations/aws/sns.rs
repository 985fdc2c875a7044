//! Operations on Amazon SNS.

use super::policy;
use crate::inventory::aws::sns::{GET_TOPIC_ATTRIBUTES, Topic};
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&REMOVE_POLICY_STATEMENTS, &ENCRYPT_TOPIC];

const SET_ATTRIBUTES: WriteApi = WriteApi::idempotent("sns:SetTopicAttributes", &["sns:SetTopicAttributes"]);

const REMOVE_POLICY_STATEMENTS: Operation = policy::removal(
    "aws.sns.remove_policy_statements",
    "Removes the chosen statements from a topic's policy; the text of all others stays byte for byte.",
    Topic::TYPE,
    &[SET_ATTRIBUTES],
    |input| {
        policy::remove_targets(input, &GET_TOPIC_ATTRIBUTES, &|text| {
            let text = text.ok_or_else(|| {
                Refusal::Unsuitable(
                    "no statement would be left, and a topic cannot be without a policy: add one for its owner first"
                        .to_owned(),
                )
            })?;
            let policy = json!({"TopicArn": input.common("id"), "AttributeName": "Policy", "AttributeValue": text});
            Ok(input.call(&SET_ATTRIBUTES, policy))
        })
    },
);

const ENCRYPT_TOPIC: Operation = Operation {
    name: "aws.sns.encrypt_topic",
    about: "Encrypts messages at rest with a KMS key; a topic that has one keeps it.",
    state: &["kms_key_id"],
    looks_at: &["policy"],
    arguments: &[Argument {
        name: "key",
        ty: Type::String,
        required: true,
        about: "Id, ARN or alias of the key. Publishers need `kms:GenerateDataKey*` and `kms:Decrypt` on it.",
    }],
    risk: Risk::Disruptive,
    writes: &[SET_ATTRIBUTES],
    prepare: |input| {
        if !input.field("kms_key_id")?.is_null() {
            return Ok(Change::nothing());
        }
        let Some(key) = input.text("key") else {
            return Err(Refusal::Undecided(format!(
                "which key encrypts the topic is not said: set the control's parameter `key` to a KMS key that every \
                 publisher may use, or to {KEY_OF_AWS} if no AWS service publishes"
            )));
        };
        let services = services_that_publish(input.field("policy")?);
        if key == KEY_OF_AWS && !services.is_empty() {
            return Err(Refusal::Unsuitable(format!(
                "{} may publish to the topic, and no AWS service can with {KEY_OF_AWS}: choose a key of your own",
                services.join(", ")
            )));
        }
        let parameters = |key: &str| json!({"TopicArn": input.common("id"), "AttributeName": "KmsMasterKeyId", "AttributeValue": key});
        let write = input.write(&SET_ATTRIBUTES, parameters(key), [input.call(&SET_ATTRIBUTES, parameters(""))]);
        Ok(Change::by([write.then("kms_key_id", key.into())])
            .telling(format!("publishers that may not use {key} cannot publish any more")))
    },
    ..Operation::of(Topic::TYPE)
};

/// The key that AWS keeps for SNS. Its policy, which nobody can change, lets in no AWS service.
const KEY_OF_AWS: &str = "alias/aws/sns";

/// The AWS services that a policy names.
fn services_that_publish(policy: &Value) -> Vec<&str> {
    let statements = policy.get("statements").and_then(Value::as_array);
    statements
        .into_iter()
        .flatten()
        .filter(|statement| statement["effect"] == "Allow")
        .flat_map(|statement| statement["principals"].as_array().into_iter().flatten())
        .filter(|principal| principal["kind"] == "Service")
        .filter_map(|principal| principal["value"].as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

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

    #[test]
    fn a_key_must_be_chosen_that_publishers_can_use() {
        let fields = |text: &str| {
            let mut fields = topic(text);
            fields["kms_key_id"] = Value::Null;
            fields
        };
        let plain = fields(&format!(r#"{{"Statement":[{OWNER}]}}"#));
        let undecided = prepare(&ENCRYPT_TOPIC, plain.clone(), json!({"key": ""}));
        assert!(matches!(undecided, Err(Refusal::Undecided(_))));
        let change = prepare(&ENCRYPT_TOPIC, plain.clone(), json!({"key": "alias/aws/sns"})).unwrap();
        let call =
            |key: &str| json!({"TopicArn": "example-id", "AttributeName": "KmsMasterKeyId", "AttributeValue": key});
        assert_eq!(parameters(&change), [("sns:SetTopicAttributes", call("alias/aws/sns"))]);
        assert_eq!(undo(&change), [("sns:SetTopicAttributes", call(""))]);

        let alarms = r#"{"Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"},"Action":"SNS:Publish","Resource":"*"}"#;
        let alarms = fields(&format!(r#"{{"Statement":[{OWNER},{alarms}]}}"#));
        let refused = prepare(&ENCRYPT_TOPIC, alarms.clone(), json!({"key": "alias/aws/sns"})).unwrap_err();
        assert!(refused.to_string().starts_with("cloudwatch.amazonaws.com may publish"), "{refused}");
        assert_eq!(prepare(&ENCRYPT_TOPIC, alarms, json!({"key": "alias/topics"})).unwrap().writes.len(), 1);
        let mut encrypted = plain;
        encrypted["kms_key_id"] = "alias/other".into();
        assert_eq!(prepare(&ENCRYPT_TOPIC, encrypted, json!({"key": "alias/topics"})), Ok(Change::nothing()));
    }
}
