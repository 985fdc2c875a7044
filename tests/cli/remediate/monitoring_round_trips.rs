//! Repairs of CloudTrail, AWS Config and GuardDuty once round.

use super::round_trips::{CASE, Case, round_trip_tests};
use serde_json::{Value, json};

round_trip_tests! {
    pub CASES;
    cloudtrail_make_multi_region: Case {
        control: "AWS-CLOUDTRAIL-011",
        seed: "
boto3.client('s3').create_bucket(Bucket='trail-logs')
boto3.client('cloudtrail').create_trail(Name='local', S3BucketName='trail-logs', IncludeGlobalServiceEvents=False)
",
        resource: "ct.get_trail(Name='local')['Trail']['TrailARN']",
        state: "ct.get_trail(Name='local')['Trail']",
        writes: &["cloudtrail:UpdateTrail"],
        approved_rollback: true,
        ..CASE
    };
    cloudtrail_kms_encryption: Case {
        control: "AWS-CLOUDTRAIL-004",
        seed: "
boto3.client('s3').create_bucket(Bucket='trail-logs')
boto3.client('cloudtrail').create_trail(Name='local', S3BucketName='trail-logs')
",
        resource: "ct.describe_trails()['trailList'][0]['TrailARN']",
        state: "ct.describe_trails()['trailList']",
        plan: &["--param", "AWS-CLOUDTRAIL-004.key=arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"],
        writes: &["cloudtrail:UpdateTrail"],
        ..CASE
    };
    guardduty_s3_protection: Case {
        control: "AWS-GUARDDUTY-002",
        seed: "
boto3.client('guardduty').create_detector(Enable=True, Features=[
  {'Name': 'S3_DATA_EVENTS', 'Status': 'DISABLED'}, {'Name': 'EKS_AUDIT_LOGS', 'Status': 'ENABLED'}])
",
        resource: "'us-east-1'",
        state: "answer(gd.get_detector(DetectorId=gd.list_detectors()['DetectorIds'][0]))",
        writes: &["guardduty:UpdateDetector"],
        alone: true,
        ..CASE
    };
    cloudtrail_multi_region_create: Case {
        control: "AWS-CLOUDTRAIL-001",
        resource: "'123456789012'",
        state: ACCOUNT_STATE,
        writes: &["s3:CreateBucket", "s3:PutBucketPolicy", "cloudtrail:CreateTrail", "cloudtrail:StartLogging"],
        restored: Some(bucket_stays),
        approved_rollback: true,
        alone: true,
        ..CASE
    };
    cloudtrail_multi_region_create_in_a_given_bucket: Case {
        control: "AWS-CLOUDTRAIL-001",
        seed: "boto3.client('s3').create_bucket(Bucket='central-logs')",
        resource: "'123456789012'",
        state: ACCOUNT_STATE,
        plan: &["--param", "AWS-CLOUDTRAIL-001.bucket=central-logs"],
        writes: &["cloudtrail:CreateTrail", "cloudtrail:StartLogging"],
        approved_rollback: true,
        alone: true,
        ..CASE
    };
    config_recorder_enable: Case {
        control: "AWS-CONFIG-001",
        seed: "boto3.client('s3').create_bucket(Bucket='config-history')",
        resource: "'us-east-1'",
        state: "[cfg.describe_configuration_recorders()['ConfigurationRecorders'], cfg.describe_configuration_recorder_status()['ConfigurationRecordersStatus'], cfg.describe_delivery_channels()['DeliveryChannels']]",
        plan: &["--param", "AWS-CONFIG-001.bucket=config-history"],
        writes: &["config:PutConfigurationRecorder", "config:PutDeliveryChannel", "config:StartConfigurationRecorder"],
        approved_rollback: true,
        ..CASE
    };
    guardduty_create: Case {
        control: "AWS-GUARDDUTY-001",
        resource: "'us-east-1'",
        state: DETECTORS,
        writes: &["guardduty:CreateDetector"],
        approved_rollback: true,
        ..CASE
    };
    guardduty_switch_on_again: Case {
        control: "AWS-GUARDDUTY-001",
        seed: "boto3.client('guardduty').create_detector(Enable=False)",
        resource: "'us-east-1'",
        state: DETECTORS,
        writes: &["guardduty:UpdateDetector"],
        approved_rollback: true,
        alone: true,
        ..CASE
    };
}

const ACCOUNT_STATE: &str = "[ct.describe_trails()['trailList'], sorted((b['Name'], absent(s3.get_bucket_policy, Bucket=b['Name'])) for b in s3.list_buckets()['Buckets'])]";

const DETECTORS: &str = "[{k: v for k, v in answer(gd.get_detector(DetectorId=d)).items() if k != 'UpdatedAt'} for d in gd.list_detectors()['DetectorIds']]";

/// The trail goes. The bucket that was made for it stays, and lets in what comes from that trail alone.
fn bucket_stays(before: &Value) -> Value {
    let bucket = "cloudtrail-123456789012-7a65afe57290";
    let trail = "arn:aws:cloudtrail:us-east-1:123456789012:trail/all-regions";
    let arn = format!("arn:aws:s3:::{bucket}");
    let service = json!({"Service": "cloudtrail.amazonaws.com"});
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "TrailReadsAcl", "Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl", "Resource": arn,
            "Condition": {"StringEquals": {"aws:SourceArn": trail}}},
        {"Sid": "TrailWrites", "Effect": "Allow", "Principal": service, "Action": "s3:PutObject",
            "Resource": format!("{arn}/AWSLogs/123456789012/*"),
            "Condition": {"StringEquals": {"aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control"}}},
        {"Sid": "DenyInsecureTransport", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
            "Resource": [arn, format!("{arn}/*")], "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    ]});
    json!([before[0], [[bucket, {"Policy": policy.to_string()}]]])
}
