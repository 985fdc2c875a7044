//! Operations on AWS CloudTrail.

use super::{key_as_read, partition};
use crate::inventory::aws::cloudtrail::{CloudTrailAccount, MANAGEMENT, Trail, repair_bucket};
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Exactness, Input, Operation, Refusal, Risk, Write, WriteApi};
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] =
    &[&ENABLE_LOG_FILE_VALIDATION, &START_LOGGING, &COVER_EVERY_REGION, &ENCRYPT_TRAIL, &CREATE_ACCOUNT_TRAIL];

const UPDATE: WriteApi = WriteApi::idempotent("cloudtrail:UpdateTrail", &["cloudtrail:UpdateTrail"]);
const START: WriteApi = WriteApi::idempotent("cloudtrail:StartLogging", &["cloudtrail:StartLogging"]);
const STOP: WriteApi = WriteApi::idempotent("cloudtrail:StopLogging", &["cloudtrail:StopLogging"]);

const CREATE_BUCKET: WriteApi =
    WriteApi { already: &["BucketAlreadyOwnedByYou"], ..WriteApi::idempotent("s3:CreateBucket", &["s3:CreateBucket"]) };
const PUT_BUCKET_POLICY: WriteApi = WriteApi::idempotent("s3:PutBucketPolicy", &["s3:PutBucketPolicy"]);
const CREATE: WriteApi = WriteApi {
    // Reading shows whether the trail of that name is the one that was wanted.
    already: &["TrailAlreadyExistsException"],
    ..WriteApi::idempotent("cloudtrail:CreateTrail", &["cloudtrail:CreateTrail"])
};
const DELETE: WriteApi = WriteApi {
    already: &["TrailNotFoundException"],
    ..WriteApi::idempotent("cloudtrail:DeleteTrail", &["cloudtrail:DeleteTrail"])
};

const ENABLE_LOG_FILE_VALIDATION: Operation = Operation {
    name: "aws.cloudtrail.enable_log_file_validation",
    about: "Lets CloudTrail deliver signed digests, with which a changed log file shows.",
    state: &["log_file_validation"],
    risk: Risk::Safe,
    rollback_note: "digests that were delivered stay",
    writes: &[UPDATE],
    prepare: |input| {
        if input.field("log_file_validation")? == &Value::Bool(true) {
            return Ok(Change::nothing());
        }
        let parameters = |on: bool| json!({"Name": input.common("id"), "EnableLogFileValidation": on});
        let write = input.write(&UPDATE, parameters(true), [input.call(&UPDATE, parameters(false))]);
        Ok(Change::by([write.then("log_file_validation", true.into())]))
    },
    ..Operation::of(Trail::TYPE)
};

const START_LOGGING: Operation = Operation {
    name: "aws.cloudtrail.start_logging",
    about: "Switches on a trail that is switched off.",
    state: &["is_logging"],
    looks_at: &["s3_bucket"],
    risk: Risk::Safe,
    rollback_note: "switching the trail off again opens a gap in the records, so it needs an approval of its own",
    rollback_needs_approval: true,
    writes: &[START, STOP],
    prepare: |input| {
        if input.field("is_logging")? == &Value::Bool(true) {
            return Ok(Change::nothing());
        }
        let Some(bucket) = input.field("s3_bucket")?.as_str() else {
            return Err(Refusal::Unsuitable("the trail has no bucket to write to".to_owned()));
        };
        let trail = json!({"Name": input.common("id")});
        let write = input.write(&START, trail.clone(), [input.call(&STOP, trail)]).then("is_logging", true.into());
        Ok(Change::by([write]).telling(format!("log files go to the bucket {bucket} again, and are paid for")))
    },
    ..Operation::of(Trail::TYPE)
};

const COVER_EVERY_REGION: Operation = Operation {
    name: "aws.cloudtrail.cover_every_region",
    about: "Lets a trail of one region record the events of all of them.",
    state: &["multi_region", "global_service_events"],
    risk: Risk::Safe,
    rollback_note: "the events of the other regions are not recorded any more, so it needs an approval of its own",
    rollback_needs_approval: true,
    writes: &[UPDATE],
    prepare: |input| {
        if input.field("multi_region")? == &Value::Bool(true) {
            return Ok(Change::nothing());
        }
        // CloudTrail refuses a trail of every region that leaves out the global services.
        let global = input.field("global_service_events")? == &Value::Bool(true);
        let parameters = |every: bool| {
            let mut parameters = json!({"Name": input.common("id"), "IsMultiRegionTrail": every});
            if !global {
                parameters["IncludeGlobalServiceEvents"] = every.into();
            }
            parameters
        };
        let write = input.write(&UPDATE, parameters(true), [input.call(&UPDATE, parameters(false))]);
        Ok(Change::by([write.then("multi_region", true.into()).then("global_service_events", true.into())])
            .telling("log files of every region are delivered; a second copy of management events is paid for"))
    },
    ..Operation::of(Trail::TYPE)
};

const ENCRYPT_TRAIL: Operation = Operation {
    name: "aws.cloudtrail.encrypt_trail",
    about: "Encrypts the log files of a trail with a KMS key; a trail that has one keeps it.",
    state: &["kms_key_id"],
    arguments: &[Argument {
        name: "key",
        ty: Type::String,
        required: true,
        about: "Id, ARN or alias of the key, in the region of the trail's bucket. Its policy must let CloudTrail in.",
    }],
    risk: Risk::Disruptive,
    rollback_note: "log files that came meanwhile stay encrypted with the key",
    writes: &[UPDATE],
    prepare: |input| {
        if !input.field("kms_key_id")?.is_null() {
            return Ok(Change::nothing());
        }
        let Some(key) = input.text("key") else {
            return Err(Refusal::Undecided(
                "which key encrypts the log files is not said: set the control's parameter `key` to a KMS key whose \
                 policy lets cloudtrail.amazonaws.com call kms:GenerateDataKey* and kms:DescribeKey"
                    .to_owned(),
            ));
        };
        let parameters = |key: &str| json!({"Name": input.common("id"), "KmsKeyId": key});
        let write = input.write(&UPDATE, parameters(key), [input.call(&UPDATE, parameters(""))]);
        Ok(Change::by([write.then("kms_key_id", key_as_read(key))])
            .telling(format!("who reads new log files needs kms:Decrypt on {key}, in other accounts too"))
            .telling("CloudTrail refuses a key whose policy does not let it in"))
    },
    ..Operation::of(Trail::TYPE)
};

const CREATE_ACCOUNT_TRAIL: Operation = Operation {
    name: "aws.cloudtrail.create_account_trail",
    about: "Makes a trail that records every management event of every region, with validated log files, and \
            switches it on; without a bucket it makes one for it.",
    state: &["trails", "repair_bucket"],
    looks_at: &["home_region"],
    arguments: &[
        Argument {
            name: "bucket",
            ty: Type::String,
            required: false,
            about: "The bucket that gets the log files; its policy must let CloudTrail in. Without it the account gets \
                    a bucket of its own for them.",
        },
        Argument { name: "name", ty: Type::String, required: true, about: "The name of the trail." },
    ],
    risk: Risk::Safe,
    rollback: Exactness::Partial,
    rollback_note: "the trail goes; a bucket that was made for it stays, with its policy and what was recorded",
    rollback_needs_approval: true,
    writes: &[CREATE_BUCKET, PUT_BUCKET_POLICY, CREATE, START, STOP, DELETE],
    settles_within: 120,
    prepare: create_account_trail,
    ..Operation::of(CloudTrailAccount::TYPE)
};

fn create_account_trail(input: &Input<'_>) -> Result<Change, Refusal> {
    let (account, region) = (input.common("account"), input.field("home_region")?.as_str().unwrap_or_default());
    let trails = input.list("trails")?;
    let name = input.text("name").ok_or_else(|| Refusal::Undecided("the trail has no name".to_owned()))?;
    let arn = format!("arn:{}:cloudtrail:{region}:{account}:trail/{name}", partition(region));
    let text = |trail: &'_ Value, key: &str| trail.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    // What is there is mended first: a second trail costs, and says the same.
    for trail in trails.iter().filter(|trail| text(trail, "arn").split(':').nth(4) == Some(account)) {
        let there = text(trail, "arn");
        if there == arn {
            return Err(Refusal::Unsuitable(format!("{there} is there and is not enough: repair it")));
        }
        if trail.get("multi_region") == Some(&Value::Bool(true)) {
            return Err(Refusal::Unsuitable(format!(
                "{there} covers every region: switch it on, and let it record all management events"
            )));
        }
        if trail.get("event_selectors").is_some_and(records_management) {
            return Err(Refusal::Unsuitable(format!(
                "{there} records management events of one region: let it cover every region instead"
            )));
        }
    }
    let mut writes = Vec::new();
    let bucket = match input.text("bucket") {
        Some(bucket) => bucket.to_owned(),
        None => {
            let bucket = repair_bucket(account);
            writes.extend(own_bucket(input, &bucket, region, &arn)?);
            bucket
        }
    };
    let exactly = writes.is_empty();
    let trail = |logging: bool| {
        json!({
            "arn": arn, "home_region": region, "multi_region": true, "organization_trail": false,
            "log_file_validation": true, "s3_bucket": bucket, "is_logging": logging,
            "event_selectors": [{
                "category": MANAGEMENT, "reads": true, "writes": true, "resource_types": [],
                "resource_arn_prefixes": [], "excluded_sources": [], "narrowed_by": [],
            }],
        })
    };
    let and = |logging: bool| -> Value { trails.iter().cloned().chain([trail(logging)]).collect() };
    let named = json!({"Name": arn});
    let parameters = json!({
        "Name": name, "S3BucketName": bucket, "IsMultiRegionTrail": true, "IncludeGlobalServiceEvents": true,
        "EnableLogFileValidation": true,
    });
    let create = input.write(&CREATE, parameters, [input.call(&DELETE, named.clone())]);
    writes.push(create.then("trails", and(false)));
    let start = input.write(&START, named.clone(), [input.call(&STOP, named)]);
    writes.push(start.then("trails", and(true)));
    let change = Change { exactly, ..Change::by(writes) };
    Ok(change.telling(format!("log files go to the bucket {bucket}, and are paid for")))
}

/// A selector of the list covers management events.
fn records_management(selectors: &Value) -> bool {
    selectors.as_array().into_iter().flatten().any(|selector| selector["category"] == MANAGEMENT)
}

/// The writes that make the account's bucket for the trail, as far as it is not there. They are not undone: evidence
/// stays.
fn own_bucket(input: &Input<'_>, bucket: &str, region: &str, trail: &str) -> Result<Vec<Write>, Refusal> {
    let there = input.field("repair_bucket")?;
    let policy = bucket_policy(bucket, region, input.common("account"), trail);
    let before = there.get("policy_text").filter(|text| !text.is_null());
    if before.is_some_and(|before| before != &Value::from(policy.as_str())) {
        return Err(Refusal::Unsuitable(format!(
            "the bucket {bucket} is there with another policy: name a bucket with the control's parameter `bucket`"
        )));
    }
    let made = |policy: Value| json!({"bucket_name": bucket, "policy_text": policy});
    let mut writes = Vec::new();
    if there.is_null() {
        let mut parameters = json!({"Bucket": bucket});
        // The one region that must not be named.
        if region != "us-east-1" {
            parameters["CreateBucketConfiguration"] = json!({"LocationConstraint": region});
        }
        writes.push(input.write(&CREATE_BUCKET, parameters, []).then("repair_bucket", made(Value::Null)));
    }
    if before.is_none() {
        let parameters = json!({"Bucket": bucket, "Policy": policy});
        writes
            .push(input.write(&PUT_BUCKET_POLICY, parameters, []).then("repair_bucket", made(policy.as_str().into())));
    }
    // Whatever is undone, all of it stays.
    Ok(writes.into_iter().map(|write| write.leaving("repair_bucket", made(policy.as_str().into()))).collect())
}

/// What CloudTrail needs of a bucket, for this one trail, and nothing without TLS.
fn bucket_policy(bucket: &str, region: &str, account: &str, trail: &str) -> String {
    let arn = format!("arn:{}:s3:::{bucket}", partition(region));
    let service = json!({"Service": "cloudtrail.amazonaws.com"});
    json!({"Version": "2012-10-17", "Statement": [
        {
            "Sid": "TrailReadsAcl", "Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl",
            "Resource": arn, "Condition": {"StringEquals": {"aws:SourceArn": trail}},
        },
        {
            "Sid": "TrailWrites", "Effect": "Allow", "Principal": service, "Action": "s3:PutObject",
            "Resource": format!("{arn}/AWSLogs/{account}/*"),
            "Condition": {"StringEquals": {"aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control"}},
        },
        {
            "Sid": "DenyInsecureTransport", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
            "Resource": [arn, format!("{arn}/*")], "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ]})
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    #[test]
    fn a_trail_is_switched_on_and_off_by_its_arn() {
        let change = prepare(&START_LOGGING, json!({"is_logging": false, "s3_bucket": "logs"}), json!({})).unwrap();
        assert_eq!(parameters(&change), [("cloudtrail:StartLogging", json!({"Name": "example-id"}))]);
        assert_eq!(undo(&change), [("cloudtrail:StopLogging", json!({"Name": "example-id"}))]);
        let refused = prepare(&START_LOGGING, json!({"is_logging": false, "s3_bucket": null}), json!({}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
        let on = prepare(&START_LOGGING, json!({"is_logging": true, "s3_bucket": "logs"}), json!({}));
        assert_eq!(on, Ok(Change::nothing()));
    }

    #[test]
    fn validation_alone_is_changed() {
        let change = prepare(&ENABLE_LOG_FILE_VALIDATION, json!({"log_file_validation": false}), json!({})).unwrap();
        let call = |on: bool| json!({"Name": "example-id", "EnableLogFileValidation": on});
        assert_eq!(parameters(&change), [("cloudtrail:UpdateTrail", call(true))]);
        assert_eq!(undo(&change), [("cloudtrail:UpdateTrail", call(false))]);
    }

    #[test]
    fn a_trail_of_one_region_covers_all_and_goes_back() {
        let fields = |global: bool| json!({"multi_region": false, "global_service_events": global});
        let change = prepare(&COVER_EVERY_REGION, fields(true), json!({})).unwrap();
        let call = |every: bool| json!({"Name": "example-id", "IsMultiRegionTrail": every});
        assert_eq!(parameters(&change), [("cloudtrail:UpdateTrail", call(true))]);
        assert_eq!(undo(&change), [("cloudtrail:UpdateTrail", call(false))]);
        let change = prepare(&COVER_EVERY_REGION, fields(false), json!({})).unwrap();
        assert_eq!(parameters(&change)[0].1["IncludeGlobalServiceEvents"], true);
        assert_eq!(undo(&change)[0].1["IncludeGlobalServiceEvents"], false);
        let all = json!({"multi_region": true, "global_service_events": true});
        assert_eq!(prepare(&COVER_EVERY_REGION, all, json!({})), Ok(Change::nothing()));
    }

    fn account(trails: Value, bucket: Value, region: &str) -> Value {
        json!({"trails": trails, "repair_bucket": bucket, "home_region": region})
    }

    fn names(change: &Change) -> Vec<&str> {
        change.writes.iter().map(|write| write.call.as_str()).collect()
    }

    #[test]
    fn a_bare_account_gets_bucket_trail_and_start_and_keeps_the_bucket() {
        let made = |region: &str| {
            prepare(&CREATE_ACCOUNT_TRAIL, account(json!([]), Value::Null, region), json!({"name": "all"})).unwrap()
        };
        let change = made("us-east-1");
        assert_eq!(
            names(&change),
            ["s3:CreateBucket", "s3:PutBucketPolicy", "cloudtrail:CreateTrail", "cloudtrail:StartLogging"]
        );
        let bucket = repair_bucket("123456789012");
        assert_eq!(change.writes[0].parameters, json!({"Bucket": bucket}));
        assert_eq!(change.writes[2].parameters["S3BucketName"], bucket);
        let undone: Vec<_> = change.writes.iter().rev().flat_map(|write| &write.undo).map(|call| &call.call).collect();
        assert_eq!(undone, ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"]);
        for write in &change.writes[..2] {
            assert_eq!(write.undone["repair_bucket"], change.writes[1].after["repair_bucket"]);
        }
        assert!(!change.exactly);
        let abroad = made("us-gov-west-1");
        let place = &abroad.writes[0].parameters["CreateBucketConfiguration"]["LocationConstraint"];
        assert_eq!(place, "us-gov-west-1");
        let policy = abroad.writes[1].parameters["Policy"].as_str().unwrap();
        assert!(policy.contains("arn:aws-us-gov:cloudtrail:us-gov-west-1:123456789012:trail/all"), "{policy}");
    }

    #[test]
    fn a_bucket_that_is_named_or_there_is_used() {
        let named = json!({"name": "all", "bucket": "central-logs"});
        let change = prepare(&CREATE_ACCOUNT_TRAIL, account(json!([]), Value::Null, "us-east-1"), named).unwrap();
        assert_eq!(names(&change), ["cloudtrail:CreateTrail", "cloudtrail:StartLogging"]);
        assert!(change.exactly);
        let first =
            prepare(&CREATE_ACCOUNT_TRAIL, account(json!([]), Value::Null, "us-east-1"), json!({"name": "all"}))
                .unwrap();
        let left = first.writes[1].after["repair_bucket"].clone();
        let again =
            prepare(&CREATE_ACCOUNT_TRAIL, account(json!([]), left.clone(), "us-east-1"), json!({"name": "all"}));
        assert_eq!(names(&again.unwrap()), ["cloudtrail:CreateTrail", "cloudtrail:StartLogging"]);
        let other = account(json!([]), json!({"bucket_name": "b", "policy_text": "{}"}), "us-east-1");
        let refused = prepare(&CREATE_ACCOUNT_TRAIL, other, json!({"name": "all"}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
    }

    #[test]
    fn trails_that_are_there_are_mended_first() {
        let trail = |name: &str, owner: &str, every: bool, category: &str| {
            json!([{
                "arn": format!("arn:aws:cloudtrail:us-east-1:{owner}:trail/{name}"), "multi_region": every,
                "event_selectors": [{"category": category}],
            }])
        };
        for (trails, refused) in [
            (trail("all", "123456789012", false, "Data"), true),
            (trail("old", "123456789012", true, "Data"), true),
            (trail("old", "123456789012", false, "Management"), true),
            (trail("old", "123456789012", false, "Data"), false),
            (trail("organization", "210987654321", true, "Management"), false),
        ] {
            let told = trails.to_string();
            let result =
                prepare(&CREATE_ACCOUNT_TRAIL, account(trails, Value::Null, "us-east-1"), json!({"name": "all"}));
            assert_eq!(matches!(result, Err(Refusal::Unsuitable(_))), refused, "{told}");
        }
    }

    #[test]
    fn a_trail_is_encrypted_with_the_key_that_was_chosen() {
        let key = "arn:aws:kms:eu-west-1:123456789012:key/1";
        let bare = json!({"kms_key_id": null});
        let change = prepare(&ENCRYPT_TRAIL, bare.clone(), json!({"key": key})).unwrap();
        let call = |key: &str| json!({"Name": "example-id", "KmsKeyId": key});
        assert_eq!(parameters(&change), [("cloudtrail:UpdateTrail", call(key))]);
        assert_eq!(undo(&change), [("cloudtrail:UpdateTrail", call(""))]);
        assert_eq!(change.writes[0].after["kms_key_id"], key);
        let by_alias = prepare(&ENCRYPT_TRAIL, bare.clone(), json!({"key": "alias/trails"})).unwrap();
        assert_eq!(by_alias.writes[0].after["kms_key_id"], json!({"$any": "alias/trails"}));
        assert!(matches!(prepare(&ENCRYPT_TRAIL, bare, json!({"key": ""})), Err(Refusal::Undecided(_))));
        let encrypted = prepare(&ENCRYPT_TRAIL, json!({"kms_key_id": key}), json!({"key": "alias/trails"}));
        assert_eq!(encrypted, Ok(Change::nothing()));
    }
}
