//! The way of an event from the trail to those who are told, where it leads out of sight.

use crate::support::ciacm::Ciacm;
use crate::support::emulator::Emulator;
use crate::support::scanned::{by_place, word};
use serde_json::Value;

/// A trail of `eu-west-1` that delivers to a log group of `account`, with a filter, an alarm and perhaps a topic.
fn seed(emulator: &Emulator, account: &str, topic_exists: bool) {
    emulator.python(&format!(
        r#"
import boto3
boto3.client("s3").create_bucket(Bucket="acme-trail")
cloudtrail, logs, sns, cloudwatch = (boto3.client(name, region_name="eu-west-1") for name in ("cloudtrail", "logs", "sns", "cloudwatch"))
cloudtrail.create_trail(
    Name="acme-trail", S3BucketName="acme-trail", IsMultiRegionTrail=True,
    CloudWatchLogsLogGroupArn="arn:aws:logs:eu-west-1:{account}:log-group:acme/trail:*",
    CloudWatchLogsRoleArn="arn:aws:iam::123456789012:role/acme-trail")
cloudtrail.start_logging(Name="acme-trail")
logs.create_log_group(logGroupName="acme/trail")
logs.put_metric_filter(
    logGroupName="acme/trail", filterName="trail-changes", filterPattern="{{ $.eventName = %^(Create|Update|Delete)Trail$|Logging% }}",
    metricTransformations=[dict(metricName="TrailChanges", metricNamespace="Acme", metricValue="1")])
topic = "arn:aws:sns:eu-west-1:123456789012:acme-alarms"
if "{topic_exists}" == "true":
    sns.create_topic(Name="acme-alarms")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="security@acme.example")
metric = dict(Metric=dict(Namespace="Acme", MetricName="TrailChanges"), Period=300, Stat="Sum")
cloudwatch.put_metric_alarm(
    AlarmName="trail-changes", EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold",
    AlarmActions=[topic], Metrics=[dict(Id="changes", MetricStat=metric)])
"#
    ));
}

/// The verdict and the reason of a scan that knows nothing of the trail's home region.
fn told_of_trail_changes(emulator: &Emulator, code: i32) -> (String, String) {
    let ciacm = Ciacm::new();
    let output = ciacm.scan(emulator, &["us-east-1"]).args(["--control", "AWS-CLOUDWATCH-005", "--format", "json"]);
    let report = output.run().expect_code(code).json();
    let findings = by_place(&report);
    let (_, finding) = findings.first_key_value().expect("a verdict on the account");
    (word(finding, "verdict"), finding["reason"].as_str().map(ToOwned::to_owned).unwrap_or_default())
}

#[test]
fn a_trail_is_followed_out_of_the_scanned_regions() {
    let emulator = Emulator::start();
    seed(&emulator, "123456789012", true);
    assert_eq!(told_of_trail_changes(&emulator, 0).0, "PASS");

    emulator.fault(&serde_json::json!({"service": "sns", "kind": "denied"}));
    let (verdict, reason) = told_of_trail_changes(&emulator, 3);
    assert_eq!(verdict, "ERROR");
    assert!(reason.contains("sns:ListSubscriptionsByTopic"), "{reason}");
}

#[test]
fn a_topic_that_is_gone_tells_nobody() {
    let emulator = Emulator::start();
    seed(&emulator, "123456789012", false);
    let (verdict, reason) = told_of_trail_changes(&emulator, 1);
    assert_eq!(verdict, "FAIL");
    assert!(reason.contains("no alarm on it tells a confirmed subscriber"), "{reason}");
}

#[test]
fn nothing_is_said_of_the_log_group_of_another_account() {
    let emulator = Emulator::start();
    seed(&emulator, "999988887777", true);
    let (verdict, reason) = told_of_trail_changes(&emulator, 3);
    assert_eq!(verdict, "ERROR");
    assert!(reason.contains("OtherAccount") && reason.contains("999988887777"), "{reason}");
}

#[test]
fn global_types_may_be_recorded_in_a_region_that_is_left_out() {
    let emulator = Emulator::start();
    let scan = |regions: &[&str], code: i32| {
        let ciacm = Ciacm::new();
        let output = ciacm.scan(&emulator, regions).args(["--control", "AWS-CONFIG-003", "--format", "json"]);
        let report: Value = output.run().expect_code(code).json();
        word(&report["findings"][0], "verdict")
    };
    emulator.state(&serde_json::json!({"service": "account", "set": {"regions": ["us-east-1", "eu-west-1"]}}));
    assert_eq!(scan(&["eu-west-1"], 3), "ERROR");
    assert_eq!(scan(&["eu-west-1", "us-east-1"], 1), "FAIL");
}
