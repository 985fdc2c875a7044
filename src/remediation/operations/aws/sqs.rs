//! Operations on Amazon SQS.

use super::policy;
use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::aws::sqs::{GET_QUEUE_ATTRIBUTES, Queue};
use crate::remediation::operation::{Call, Change, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&REMOVE_POLICY_STATEMENTS, &DENY_INSECURE_TRANSPORT, &ENCRYPT_QUEUE];

const SET_ATTRIBUTES: WriteApi = WriteApi::idempotent("sqs:SetQueueAttributes", &["sqs:SetQueueAttributes"]);

/// SQS says that a policy may take up to a minute.
const SETTLES: u32 = 120;

const REMOVE_POLICY_STATEMENTS: Operation = Operation {
    looks_at: &["policy", "url"],
    settles_within: SETTLES,
    ..policy::removal(
        "aws.sqs.remove_policy_statements",
        "Removes the chosen statements from a queue's policy; the text of all others stays byte for byte.",
        Queue::TYPE,
        &[SET_ATTRIBUTES],
        |input| policy::remove_targets(input, &GET_QUEUE_ATTRIBUTES, &|text| put_policy(input, text)),
    )
};

const DENY_INSECURE_TRANSPORT: Operation = Operation {
    name: "aws.sqs.deny_insecure_transport",
    about: "Adds a statement to the queue's policy that denies requests without TLS; the rest stays byte for byte.",
    state: &["policy_text"],
    looks_at: &["policy", "url"],
    risk: Risk::Disruptive,
    writes: &[SET_ATTRIBUTES],
    settles_within: SETTLES,
    prepare: |input| {
        let queue = Value::from(input.common("id"));
        let parsed = input.field("policy")?;
        let denies = PolicyDocument::RECORD.helper("denies_plain_http_to");
        if denies.is_some_and(|helper| (helper.run)(parsed, &["sqs".into(), queue.clone()]) == Value::Bool(true)) {
            return Ok(Change::nothing());
        }
        policy::deny_plain_http(input, "sqs", &queue, &GET_QUEUE_ATTRIBUTES, &|text| put_policy(input, text))
    },
    ..Operation::of(Queue::TYPE)
};

/// The call that gives a queue this policy text; an empty one takes the policy away.
fn put_policy(input: &Input<'_>, text: Option<&str>) -> Result<Call, Refusal> {
    let policy = json!({"Policy": text.unwrap_or_default()});
    Ok(input.call(&SET_ATTRIBUTES, json!({"QueueUrl": input.field("url")?, "Attributes": policy})))
}

const ENCRYPT_QUEUE: Operation = Operation {
    name: "aws.sqs.encrypt_queue",
    about: "Encrypts messages at rest with a key that SQS owns; a queue with a KMS key keeps it.",
    state: &["sse_sqs", "kms_key_id"],
    looks_at: &["url"],
    risk: Risk::Safe,
    rollback_note: "messages that came meanwhile stay encrypted until they are read",
    writes: &[SET_ATTRIBUTES],
    settles_within: SETTLES,
    prepare: |input| {
        let (own, kms) = (input.field("sse_sqs")?, input.field("kms_key_id")?);
        if own == &Value::Bool(true) || !kms.is_null() {
            return Ok(Change::nothing());
        }
        let url = input.field("url")?;
        let parameters = |on: &str| json!({"QueueUrl": url, "Attributes": {"SqsManagedSseEnabled": on}});
        let undo = input.call(&SET_ATTRIBUTES, parameters("false"));
        let write = input.write(&SET_ATTRIBUTES, parameters("true"), [undo]);
        Ok(Change::by([write.then("sse_sqs", true.into())])
            .telling("messages that are in the queue already stay as they are until they are read"))
    },
    ..Operation::of(Queue::TYPE)
};

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    const URL: &str = "https://sqs.eu-west-1.amazonaws.com/123456789012/example";
    const PUBLIC: &str = r#"{"Sid":"all","Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}"#;
    const PARTNER: &str =
        r#"{"Sid":"partner","Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"sqs:*","Resource":"*"}"#;

    fn queue(text: &str) -> Value {
        let mut fields = policy::fields_of(Some(text), &GET_QUEUE_ATTRIBUTES).unwrap();
        fields.insert("url".to_owned(), URL.into());
        Value::Object(fields)
    }

    #[test]
    fn the_public_statement_goes_and_the_others_stay() {
        let text = format!(r#"{{"Version":"2012-10-17", "Statement":[{PARTNER}, {PUBLIC}]}}"#);
        let fields = queue(&text);
        let with = json!({"for_each": [fields["policy"]["statements"][1]]});
        let change = prepare(&REMOVE_POLICY_STATEMENTS, fields, with).unwrap();
        let call = |text: &str| json!({"QueueUrl": URL, "Attributes": {"Policy": text}});
        let rest = format!(r#"{{"Version":"2012-10-17", "Statement":[{PARTNER}]}}"#);
        assert_eq!(parameters(&change), [("sqs:SetQueueAttributes", call(&rest))]);
        assert_eq!(undo(&change), [("sqs:SetQueueAttributes", call(&text))]);
    }

    #[test]
    fn the_last_statement_takes_the_policy_with_it() {
        let fields = queue(&format!(r#"{{"Statement":[{PUBLIC}]}}"#));
        let with = json!({"for_each": fields["policy"]["statements"]});
        let change = prepare(&REMOVE_POLICY_STATEMENTS, fields, with).unwrap();
        assert_eq!(parameters(&change)[0].1["Attributes"]["Policy"], "");
        assert_eq!(change.writes[0].after["policy_text"], Value::Null);
    }

    #[test]
    fn a_queue_is_encrypted_unless_it_is() {
        let fields = |own: bool, kms: Value| json!({"sse_sqs": own, "kms_key_id": kms, "url": URL});
        let change = prepare(&ENCRYPT_QUEUE, fields(false, Value::Null), json!({})).unwrap();
        let call = |on: &str| json!({"QueueUrl": URL, "Attributes": {"SqsManagedSseEnabled": on}});
        assert_eq!(parameters(&change), [("sqs:SetQueueAttributes", call("true"))]);
        assert_eq!(undo(&change), [("sqs:SetQueueAttributes", call("false"))]);
        for encrypted in [fields(true, Value::Null), fields(false, "alias/orders".into())] {
            assert_eq!(prepare(&ENCRYPT_QUEUE, encrypted, json!({})), Ok(Change::nothing()));
        }
    }

    #[test]
    fn plain_http_is_denied_once() {
        let arn = "arn:aws:sqs:eu-west-1:123456789012:example";
        let with_id = |mut fields: Value| {
            fields["id"] = arn.into();
            fields
        };
        let deny = format!(
            r#"{{"Action":"sqs:*","Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}},"Effect":"Deny","Principal":"*","Resource":"{arn}","Sid":"DenyInsecureTransport"}}"#
        );
        let call = |text: &str| json!({"QueueUrl": URL, "Attributes": {"Policy": text}});

        let bare = with_id(json!({"policy": null, "policy_text": null, "url": URL}));
        let change = prepare(&DENY_INSECURE_TRANSPORT, bare, json!({})).unwrap();
        let made = format!(r#"{{"Version":"2012-10-17","Statement":[{deny}]}}"#);
        assert_eq!(parameters(&change), [("sqs:SetQueueAttributes", call(&made))]);
        assert_eq!(undo(&change), [("sqs:SetQueueAttributes", call(""))]);

        let text = format!(r#"{{"Version":"2012-10-17", "Statement":[{PARTNER} ]}}"#);
        let change = prepare(&DENY_INSECURE_TRANSPORT, with_id(queue(&text)), json!({})).unwrap();
        let added = format!(r#"{{"Version":"2012-10-17", "Statement":[{PARTNER},{deny} ]}}"#);
        assert_eq!(parameters(&change), [("sqs:SetQueueAttributes", call(&added))]);
        assert_eq!(undo(&change), [("sqs:SetQueueAttributes", call(&text))]);

        let denied = prepare(&DENY_INSECURE_TRANSPORT, with_id(queue(&added)), json!({}));
        assert_eq!(denied, Ok(Change::nothing()));
        let unread = prepare(&DENY_INSECURE_TRANSPORT, json!({"url": URL}), json!({}));
        assert_eq!(unread, Err(Refusal::NotCollected("policy".to_owned())));
    }
}
