//! Default encryption of buckets.

use crate::inventory::aws::s3::Bucket;
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

const PUT: WriteApi = WriteApi::idempotent("s3:PutBucketEncryption", &["s3:PutEncryptionConfiguration"]);
const DELETE: WriteApi = WriteApi::idempotent("s3:DeleteBucketEncryption", &["s3:PutEncryptionConfiguration"]);

/// A key of KMS.
pub const ENCRYPT_WITH_KMS: Operation = Operation {
    name: "aws.s3.encrypt_with_kms",
    about: "Encrypts new objects of a bucket with a key of KMS, unless their upload says otherwise.",
    state: &["encryption"],
    looks_at: &["acl", "policy"],
    arguments: &[Argument {
        name: "key",
        ty: Type::String,
        required: true,
        about: "ARN, id or alias of the key, in the region of the bucket.",
    }],
    risk: Risk::Disruptive,
    rollback_note: "objects that were written meanwhile stay encrypted with the key",
    writes: &[PUT, DELETE],
    prepare: encrypt_with_kms,
    ..Operation::of(Bucket::TYPE)
};

fn encrypt_with_kms(input: &Input<'_>) -> Result<Change, Refusal> {
    let before = input.field("encryption")?;
    if before["algorithm"].as_str().is_some_and(|algorithm| algorithm.starts_with("aws:kms")) {
        return Ok(Change::nothing());
    }
    let Some(key) = input.text("key") else {
        return Err(Refusal::Undecided(
            "which key is not said: set the control's parameter `key` to a KMS key that all who read and write the \
             bucket may use"
                .to_owned(),
        ));
    };
    let region = input.common("region");
    if let Some(other) = region_of(key).filter(|other| *other != region) {
        return Err(Refusal::Unsuitable(format!(
            "the key is in {other} and the bucket in {region}: S3 takes no such key"
        )));
    }
    if receives_access_logs(input)? {
        return Err(Refusal::Unsuitable(
            "S3 writes access logs to it, and writes none to buckets that encrypt with KMS: waive the finding, or send \
             the logs elsewhere first"
                .to_owned(),
        ));
    }
    let bucket = json!({"Bucket": input.name()});
    let parameters = |encryption: &Value| {
        let mut parameters = bucket.clone();
        parameters["ServerSideEncryptionConfiguration"] = json!({"Rules": [rule(encryption)]});
        parameters
    };
    let undo =
        if before.is_null() { input.call(&DELETE, bucket.clone()) } else { input.call(&PUT, parameters(before)) };
    let blocked_types = before.get("blocked_types").cloned().unwrap_or_else(|| json!([]));
    let after = json!({
        "algorithm": "aws:kms", "kms_key_id": key, "bucket_key_enabled": true, "blocked_types": blocked_types,
    });
    let write = input.write(&PUT, parameters(&after), [undo]).replacing("encryption").then("encryption", after);
    Ok(Change::by([write])
        .telling(format!(
            "who writes to the bucket needs kms:GenerateDataKey on {key}, who reads what is written from now on needs \
             kms:Decrypt"
        ))
        .telling("objects that are there stay as they are"))
}

/// The rule of the API for an encryption of the inventory.
fn rule(encryption: &Value) -> Value {
    let mut default = json!({"SSEAlgorithm": encryption["algorithm"]});
    if !encryption["kms_key_id"].is_null() {
        default["KMSMasterKeyID"] = encryption["kms_key_id"].clone();
    }
    let mut rule = json!({
        "ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": encryption["bucket_key_enabled"],
    });
    // What may not be used for uploads is in the same rule, and stays.
    if encryption["blocked_types"].as_array().is_some_and(|types| !types.is_empty()) {
        rule["BlockedEncryptionTypes"] = json!({"EncryptionType": encryption["blocked_types"]});
    }
    rule
}

/// The region of an ARN.
fn region_of(key: &str) -> Option<&str> {
    key.starts_with("arn:").then(|| key.split(':').nth(3)).flatten()
}

/// The log delivery of S3 may write to the bucket.
fn receives_access_logs(input: &Input<'_>) -> Result<bool, Refusal> {
    let by_acl = input
        .list("acl")?
        .iter()
        .any(|grant| grant["grantee"].as_str().is_some_and(|grantee| grantee.ends_with("/groups/s3/LogDelivery")));
    let statements = input.field("policy")?["statements"].as_array().map_or(&[][..], Vec::as_slice);
    let by_policy = statements.iter().any(|statement| {
        let principals = statement["principals"].as_array().map_or(&[][..], Vec::as_slice);
        statement["effect"] == "Allow"
            && principals.iter().any(|principal| principal["value"] == "logging.s3.amazonaws.com")
    });
    Ok(by_acl || by_policy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remediation::operations::aws::testing::{parameters, prepare, undo};

    const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1";

    fn fields(encryption: Value) -> Value {
        json!({"encryption": encryption, "acl": [], "policy": null})
    }

    #[test]
    fn new_objects_are_encrypted_with_the_key() {
        let of_s3 =
            json!({"algorithm": "AES256", "kms_key_id": null, "bucket_key_enabled": false, "blocked_types": ["SSE-C"]});
        let change = prepare(&ENCRYPT_WITH_KMS, fields(of_s3), json!({"key": KEY})).unwrap();
        let call = |default: Value, bucket_key: bool| {
            let rule = json!({
                "ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bucket_key,
                "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
            });
            let call = json!({"Bucket": "example", "ServerSideEncryptionConfiguration": {"Rules": [rule]}});
            ("s3:PutBucketEncryption", call)
        };
        let with_kms = json!({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY});
        assert_eq!(parameters(&change), [call(with_kms, true)]);
        assert_eq!(undo(&change), [call(json!({"SSEAlgorithm": "AES256"}), false)]);
        assert_eq!(change.writes[0].after["encryption"]["kms_key_id"], KEY);
    }

    #[test]
    fn a_bucket_without_encryption_is_without_again() {
        let change = prepare(&ENCRYPT_WITH_KMS, fields(Value::Null), json!({"key": "alias/data"})).unwrap();
        assert_eq!(undo(&change), [("s3:DeleteBucketEncryption", json!({"Bucket": "example"}))]);
        let rule = &parameters(&change)[0].1["ServerSideEncryptionConfiguration"]["Rules"][0];
        assert_eq!(rule.get("BlockedEncryptionTypes"), None);
        assert_eq!(change.writes[0].after["encryption"]["blocked_types"], json!([]));
    }

    #[test]
    fn a_key_of_kms_stays() {
        for algorithm in ["aws:kms", "aws:kms:dsse"] {
            let fields = fields(json!({"algorithm": algorithm, "bucket_key_enabled": false}));
            assert_eq!(prepare(&ENCRYPT_WITH_KMS, fields, json!({"key": KEY})), Ok(Change::nothing()));
        }
    }

    #[test]
    fn the_key_is_chosen_by_people_and_in_the_same_region() {
        let refused = prepare(&ENCRYPT_WITH_KMS, fields(Value::Null), json!({"key": ""}));
        assert!(matches!(refused, Err(Refusal::Undecided(_))), "{refused:?}");
        let elsewhere = json!({"key": KEY.replace("eu-west-1", "us-east-1")});
        let refused = prepare(&ENCRYPT_WITH_KMS, fields(Value::Null), elsewhere).unwrap_err();
        assert!(refused.to_string().starts_with("the key is in us-east-1"), "{refused}");
    }

    #[test]
    fn a_bucket_for_access_logs_keeps_getting_them() {
        let mut by_acl = fields(Value::Null);
        by_acl["acl"] = json!([{"grantee": "http://acs.amazonaws.com/groups/s3/LogDelivery", "permission": "WRITE"}]);
        let mut by_policy = fields(Value::Null);
        by_policy["policy"] = json!({"statements": [
            {"effect": "Allow", "principals": [{"kind": "Service", "value": "logging.s3.amazonaws.com"}]}]});
        for fields in [by_acl, by_policy] {
            let refused = prepare(&ENCRYPT_WITH_KMS, fields, json!({"key": KEY})).unwrap_err();
            assert!(refused.to_string().starts_with("S3 writes access logs to it"), "{refused}");
        }
    }
}
