//! What is safe when it is planned may not be so any more when it is applied.

use crate::support::emulator::Emulator;
use crate::support::repair::Repair;
use serde_json::json;

#[test]
fn a_key_that_was_used_since_it_was_planned_is_left_alone() {
    for (control, why) in [("AWS-IAM-016", "was used in the last 24 hours"), ("AWS-IAM-009", "does not fail any more")]
    {
        let emulator = Emulator::start();
        emulator.python(
            "import boto3\niam = boto3.client('iam')\niam.create_user(UserName='bot')\n\
             for _ in range(2): iam.create_access_key(UserName='bot')",
        );
        let repair = Repair::of(&emulator);
        let key = repair.state("iam.list_access_keys(UserName='bot')['AccessKeyMetadata'][0]['AccessKeyId']");
        emulator.patch(&json!({"op": "access_key", "id": key, "created_days": 400, "last_used_days": 60}));
        repair.scan(control);
        let plan = repair.plan(&[]).expect_code(0).json();
        assert_eq!(plan["actions"].as_array().unwrap().len(), 1, "{plan}");
        repair.approve();
        emulator.patch(&json!({"op": "access_key", "id": key, "last_used_days": 0}));
        emulator.clear_calls();
        let run = repair.apply(&[]).expect_code(3).json();
        assert_eq!(run["actions"][0]["state"], "skipped", "{run}");
        let reason = run["actions"][0]["reason"].as_str().unwrap();
        assert!(reason.contains(why), "{reason}");
        assert_eq!(repair.writes(), Vec::<String>::new());
    }
}

#[test]
fn a_plan_names_the_buckets_that_the_switches_of_the_account_close() {
    let emulator = Emulator::start();
    emulator.python(
        r#"
import boto3, json
s3 = boto3.client("s3")
for name in ("acme-acl", "acme-site", "acme-refuses", "acme-private"):
    s3.create_bucket(Bucket=name)
for name in ("acme-site", "acme-refuses"):
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}]}))
s3.put_public_access_block(Bucket="acme-refuses", PublicAccessBlockConfiguration={"BlockPublicAcls": True,
    "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True})
s3.put_bucket_acl(Bucket="acme-acl", ACL="public-read")
s3.put_bucket_website(Bucket="acme-site", WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
"#,
    );
    let repair = Repair::of(&emulator);
    repair.scan("AWS-S3-005");
    let plan = repair.plan(&[]).expect_code(0).json();
    for action in plan["actions"].as_array().unwrap() {
        let told = action["impact"].to_string().contains("the bucket serves a web site");
        assert_eq!(told, action["resource"] == "acme-site", "{plan}");
    }
    repair.scan("AWS-S3-002");
    let plan = repair.plan(&["--control", "AWS-S3-002"]).expect_code(0).json();
    let impact = &plan["actions"][0]["impact"];
    assert_eq!(*impact, json!(["these buckets are public now, and closed then: acme-acl, acme-site"]), "{plan}");
    assert!(plan["permissions"].as_array().unwrap().contains(&json!("s3:GetBucketPolicyStatus")), "{plan}");
}
