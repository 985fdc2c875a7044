//! When AWS denies, throttles, is slow or does not answer: the verdict is ERROR, never PASS, and the scan comes to its
//! end.

use crate::support::ciacm::Ciacm;
use crate::support::emulator::Emulator;
use crate::support::scanned::{assert_fits, of_control, verdicts, word};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// Two buckets, one well kept, and the default security groups that moto has in every region.
const BUCKETS: &str = r#"
import boto3
s3 = boto3.client("s3")
blocked = dict(BlockPublicAcls=True, IgnorePublicAcls=True, BlockPublicPolicy=True, RestrictPublicBuckets=True)
for name in "acme-closed", "acme-open":
    s3.create_bucket(Bucket=name)
s3.put_public_access_block(Bucket="acme-closed", PublicAccessBlockConfiguration=blocked)
"#;

fn buckets() -> Emulator {
    let emulator = Emulator::start();
    emulator.python(BUCKETS);
    emulator.clear_calls();
    emulator
}

fn words<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(place, verdict)| (place.to_owned(), verdict.to_owned())).collect()
}

const RIGHT: [(&str, &str); 2] = [("us-east-1 acme-closed", "PASS"), ("us-east-1 acme-open", "FAIL")];

/// Lets these calls through, whatever faults are added later: of all faults, the first that applies is used.
fn spare(emulator: &Emulator, calls: &[(&str, &str)]) {
    for (service, operation) in calls {
        emulator.fault(&json!({"service": service, "operation": operation, "delay_seconds": 0.001}));
    }
}

const ENTERING: [(&str, &str); 3] = [("sts", "GetCallerIdentity"), ("sts", "AssumeRole"), ("ec2", "DescribeRegions")];

#[test]
fn when_everything_is_denied_nothing_passes() {
    let emulator = Emulator::start();
    spare(&emulator, &ENTERING);
    emulator.fault(&json!({"service": "*", "code": "AccessDenied"}));
    let ciacm = Ciacm::new();
    let output = ciacm.scan(&emulator, &["us-east-1", "eu-west-1"]).args(["--format", "json"]).run().expect_code(3);
    let report = output.json();

    let library = ciacm.run(["controls", "list", "--format", "json"]).expect_code(0).json();
    let all: BTreeSet<String> = library.as_array().unwrap().iter().map(|control| word(control, "id")).collect();
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for ((control, ..), verdict) in verdicts(&report) {
        said.entry(control).or_default().insert(verdict);
    }
    assert_eq!(said.keys().cloned().collect::<BTreeSet<_>>(), all, "every control says something");
    for (control, verdicts) in &said {
        assert_eq!(verdicts.iter().map(String::as_str).collect::<Vec<_>>(), ["ERROR"], "{control}");
    }
    for finding in report["findings"].as_array().unwrap() {
        let reason = word(finding, "reason");
        assert!(reason.contains(':') && reason.contains("needs "), "{}: {reason}", finding["control"]);
    }
    for error in report["errors"].as_array().unwrap() {
        assert!(word(error, "call").contains(':') && word(error, "permission").contains(':'), "{error}");
    }
    assert_eq!(report["scan"]["complete"], false);

    // The same as a table.
    let output = ciacm.scan(&emulator, &["us-east-1", "eu-west-1"]).run().expect_code(3);
    assert_fits(&output.stdout);
    assert!(output.stdout.contains("Could not be evaluated ("), "{}", output.stdout);
    let none = ciacm.run(["findings", "list", "--verdict", "pass", "--format", "json"]).expect_code(0).json();
    assert_eq!(none, json!([]));
    // And no requirement is met.
    for framework in ["soc2", "cis-aws-7.0"] {
        let status = ciacm.run(["frameworks", "status", framework, "--format", "json"]).expect_code(0).json();
        assert_eq!((&status["totals"]["met"], &status["totals"]["failing"]), (&json!(0), &json!(0)), "{framework}");
    }
}

#[test]
fn one_denied_bucket_hides_no_other() {
    let emulator = buckets();
    emulator.fault(&json!({
        "service": "s3", "operation": "GetPublicAccessBlock", "match": "acme-closed", "kind": "denied",
    }));
    let ciacm = Ciacm::new();
    let output = ciacm.scan(&emulator, &[]).args(["--control", "AWS-S3-001", "--format", "json"]).run().expect_code(1);
    let report = output.json();
    let expected = words([("us-east-1 acme-closed", "ERROR"), ("us-east-1 acme-open", "FAIL")]);
    assert_eq!(of_control(&report, "AWS-S3-001"), expected);
    let errors = report["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0]["resource"], "acme-closed");
    assert_eq!(errors[0]["code"], "AccessDenied");
    assert_eq!(errors[0]["permission"], "s3:GetBucketPublicAccessBlock");

    // With the gate open it is still incomplete.
    ciacm.scan(&emulator, &[]).args(["--control", "AWS-S3-001", "--fail-on", "none"]).run().expect_code(3);
}

#[test]
fn throttling_that_ends_changes_no_verdict() {
    let emulator = buckets();
    spare(&emulator, &ENTERING);
    emulator.fault(&json!({"service": "s3", "kind": "throttled", "times": 3}));
    let ciacm = Ciacm::new();
    let output = ciacm.scan(&emulator, &[]).args(["--control", "AWS-S3-001", "--format", "json"]).run().expect_code(1);
    let report = output.json();
    assert_eq!(of_control(&report, "AWS-S3-001"), words(RIGHT));
    assert_eq!(report["errors"], json!([]));
    let throttled = emulator.calls().iter().filter(|call| call.status == 503).count();
    assert_eq!(throttled, 3);
    // Retries are calls, too.
    assert_eq!(usize::try_from(report["scan"]["calls"].as_u64().unwrap()).unwrap(), emulator.calls().len());
}

#[test]
fn throttling_for_ever_is_an_error() {
    let emulator = buckets();
    emulator.fault(&json!({"service": "s3", "operation": "GetPublicAccessBlock", "kind": "throttled"}));
    let ciacm = Ciacm::new();
    let output = ciacm
        .scan(&emulator, &[])
        .args(["--control", "AWS-S3-001", "--max-attempts", "2", "--format", "json"])
        .run()
        .expect_code(3);
    let report = output.json();
    let expected = words([("us-east-1 acme-closed", "ERROR"), ("us-east-1 acme-open", "ERROR")]);
    assert_eq!(of_control(&report, "AWS-S3-001"), expected);
    let reason = word(&report["findings"][0], "reason");
    assert!(reason.contains("SlowDown"), "{reason}");
    let tried = emulator.calls().iter().filter(|call| call.operation == "GetPublicAccessBlock").count();
    assert_eq!(tried, 4, "two buckets, two attempts each");
}

#[test]
fn errors_inside_aws_are_tried_again() {
    let emulator = buckets();
    emulator.fault(&json!({"service": "s3", "operation": "GetPublicAccessBlock", "kind": "internal", "times": 2}));
    emulator.fault(&json!({"service": "s3", "operation": "GetPublicAccessBlock", "drop": true, "times": 1}));
    let ciacm = Ciacm::new();
    let output = ciacm.scan(&emulator, &[]).args(["--control", "AWS-S3-001", "--format", "json"]).run().expect_code(1);
    assert_eq!(of_control(&output.json(), "AWS-S3-001"), words(RIGHT));
}

/// What a scan of two regions says of the default security groups: PASS or FAIL in one, ERROR in the other.
#[track_caller]
fn assert_only_the_other_region_failed(report: &Value) {
    let said = of_control(report, "AWS-EC2-007");
    let (here, there): (Vec<_>, Vec<_>) = said.into_iter().partition(|(place, _)| place.starts_with("us-east-1 "));
    assert!(!here.is_empty() && here.iter().all(|(_, verdict)| verdict == "FAIL"), "{here:?}");
    assert_eq!(there, [("eu-west-1 *".to_owned(), "ERROR".to_owned())]);
    let errors = report["errors"].as_array().unwrap();
    assert!(!errors.is_empty() && errors.iter().all(|error| error["region"] == "eu-west-1"), "{errors:?}");
}

#[test]
fn a_region_that_drops_connections_is_reported_and_stalls_nothing() {
    let emulator = Emulator::start();
    emulator.fault(&json!({"service": "*", "region": "eu-west-1", "drop": true}));
    let ciacm = Ciacm::new();
    let begun = Instant::now();
    let output = ciacm
        .scan(&emulator, &["us-east-1", "eu-west-1"])
        .args(["--service", "ec2", "--max-attempts", "2", "--format", "json"])
        .run()
        .expect_code(1);
    assert_only_the_other_region_failed(&output.json());
    assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
    // After the first calls found nobody there, the others are not tried.
    let tried = emulator.calls().iter().filter(|call| call.region == "eu-west-1").count();
    assert!(tried <= 60, "{tried} calls to a region that does not answer");
}

#[test]
fn a_region_that_does_not_answer_is_reported_and_stalls_nothing() {
    let emulator = Emulator::start();
    emulator.fault(&json!({"service": "*", "region": "eu-west-1", "delay_seconds": 30}));
    let ciacm = Ciacm::new();
    let begun = Instant::now();
    let output = ciacm
        .scan(&emulator, &["us-east-1", "eu-west-1"])
        .args(["--service", "ec2", "--max-attempts", "2", "--call-timeout", "2", "--format", "json"])
        .run()
        .expect_code(1);
    let report = output.json();
    assert_only_the_other_region_failed(&report);
    assert_eq!(report["errors"][0]["code"], "Timeout");
    assert!(begun.elapsed() < Duration::from_secs(40), "{:?}", begun.elapsed());
}

#[test]
fn slow_answers_are_right_answers() {
    let emulator = buckets();
    emulator.fault(&json!({"service": "*", "delay_seconds": 0.4}));
    let ciacm = Ciacm::new();
    let output = ciacm.scan(&emulator, &[]).args(["--control", "AWS-S3-001", "--format", "json"]).run().expect_code(1);
    assert_eq!(of_control(&output.json(), "AWS-S3-001"), words(RIGHT));
}

#[test]
fn the_rate_of_calls_is_capped_and_nobody_times_out_in_the_queue() {
    const RATE: usize = 8;
    let emulator = Emulator::start();
    emulator.python(
        r#"
import boto3
s3 = boto3.client("s3")
for number in range(30):
    s3.create_bucket(Bucket=f"acme-{number}")
"#,
    );
    emulator.clear_calls();
    let ciacm = Ciacm::new();
    let begun = Instant::now();
    let output = ciacm
        .scan(&emulator, &[])
        .args(["--control", "AWS-S3-001", "--max-rate", &RATE.to_string(), "--call-timeout", "2", "--format", "json"])
        .run()
        .expect_code(1);
    let took = begun.elapsed();
    let calls = emulator.calls().len();
    assert!(calls >= 33, "{calls}");
    let least = Duration::from_secs_f64((calls - 1) as f64 / RATE as f64);
    assert!(took >= least, "{calls} calls in {took:?}, which is more than {RATE} a second");
    assert!(took < least * 4 + Duration::from_secs(10), "{calls} calls took {took:?}");
    assert_eq!(output.json()["errors"], json!([]));
}

#[test]
fn a_part_that_fails_leaves_the_gate_as_it_is() {
    // Nothing fails, something could not be evaluated: 3. Something fails as well: 1.
    let emulator = buckets();
    emulator.fault(&json!({"service": "s3", "match": "acme-open", "kind": "denied"}));
    let ciacm = Ciacm::new();
    ciacm.scan(&emulator, &[]).args(["--control", "AWS-S3-001"]).run().expect_code(3);
    emulator.clear_faults();
    ciacm.scan(&emulator, &[]).args(["--control", "AWS-S3-001"]).run().expect_code(1);
    ciacm.scan(&emulator, &[]).args(["--control", "AWS-S3-001", "--fail-on", "critical"]).run().expect_code(0);
    ciacm.scan(&emulator, &[]).args(["--control", "AWS-S3-001", "--fail-on", "high"]).run().expect_code(1);
}
