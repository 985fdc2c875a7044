//! The emulator itself: if these fail, do not trust what the other tests say.

use crate::support::emulator::{ACCOUNT, Emulator, FRESH_ACCOUNT, HARDENED_ACCOUNT, REGIONS, Server};
use crate::support::http::Response;
use serde_json::json;
use std::time::{Duration, Instant};

/// A request as an SDK writes it. `service` is the SDK's name of the service, `signing` the one in the signature.
struct Probe {
    service: &'static str,
    signing: &'static str,
    operation: &'static str,
    method: &'static str,
    path: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static [u8],
}

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const JSON_1_1: (&str, &str) = ("Content-Type", "application/x-amz-json-1.1");
const CBOR: (&str, &str) = ("Content-Type", "application/cbor");
const SMITHY: (&str, &str) = ("smithy-protocol", "rpc-v2-cbor");
const EMPTY_CBOR_MAP: &[u8] = &[0xa0];

const EC2: Probe = Probe {
    service: "ec2",
    signing: "ec2",
    operation: "DescribeInstances",
    method: "POST",
    path: "/",
    headers: &[FORM],
    body: b"Action=DescribeInstances&Version=2016-11-15",
};
const IAM: Probe = Probe {
    service: "iam",
    signing: "iam",
    operation: "ListUsers",
    method: "POST",
    path: "/",
    headers: &[FORM],
    body: b"Version=2010-05-08&Action=ListUsers",
};
const KMS: Probe = Probe {
    service: "kms",
    signing: "kms",
    operation: "ListKeys",
    method: "POST",
    path: "/",
    headers: &[JSON_1_1, ("X-Amz-Target", "TrentService.ListKeys")],
    body: b"{}",
};
const EFS: Probe = Probe {
    service: "efs",
    signing: "elasticfilesystem",
    operation: "DescribeFileSystems",
    method: "GET",
    path: "/2015-02-01/file-systems",
    headers: &[],
    body: b"",
};
const CLOUDWATCH: Probe = Probe {
    service: "cloudwatch",
    signing: "monitoring",
    operation: "DescribeAlarms",
    method: "POST",
    path: "/service/GraniteServiceVersion20100801/operation/DescribeAlarms",
    headers: &[CBOR, SMITHY],
    body: EMPTY_CBOR_MAP,
};
const S3: Probe = s3("GET", "/acme-invoices?policy", "GetBucketPolicy");
const S3_CONTROL: Probe =
    Probe { service: "s3control", ..s3("GET", "/v20180820/configuration/publicAccessBlock", "GetPublicAccessBlock") };

const fn s3(method: &'static str, path: &'static str, operation: &'static str) -> Probe {
    let headers: &[(&str, &str)] = &[("x-amz-account-id", ACCOUNT)];
    Probe { service: "s3", signing: "s3", operation, method, path, headers, body: b"" }
}

impl Probe {
    fn try_send(&self, emulator: &Emulator, region: &str) -> std::io::Result<Response> {
        let credential = format!("Credential=AKIAIOSFODNN7EXAMPLE/20260101/{region}/{}/aws4_request", self.signing);
        let authorization = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
        let mut headers = self.headers.to_vec();
        headers.push(("Authorization", &authorization));
        emulator.request(self.method, self.path, &headers, self.body)
    }

    fn send(&self, emulator: &Emulator) -> Response {
        self.try_send(emulator, "eu-west-1").unwrap()
    }
}

#[test]
fn calls_are_logged_by_their_sdk_names() {
    let emulator = Emulator::start();
    let s3_reads = [
        ("/", "ListBuckets"),
        ("/acme-invoices?acl", "GetBucketAcl"),
        ("/acme-invoices?encryption", "GetBucketEncryption"),
        ("/acme-invoices?lifecycle", "GetBucketLifecycleConfiguration"),
        ("/acme-invoices?location", "GetBucketLocation"),
        ("/acme-invoices?logging", "GetBucketLogging"),
        ("/acme-invoices?ownershipControls", "GetBucketOwnershipControls"),
        ("/acme-invoices?policy", "GetBucketPolicy"),
        ("/acme-invoices?policyStatus", "GetBucketPolicyStatus"),
        ("/acme-invoices?publicAccessBlock", "GetPublicAccessBlock"),
        ("/acme-invoices?tagging", "GetBucketTagging"),
        ("/acme-invoices?versioning", "GetBucketVersioning"),
    ];
    let mut probes: Vec<Probe> = s3_reads.map(|(path, operation)| s3("GET", path, operation)).into();
    probes.push(s3("HEAD", "/acme-invoices", "HeadBucket"));
    probes.extend([S3_CONTROL, EC2, IAM, KMS, EFS, CLOUDWATCH]);
    for probe in &probes {
        probe.send(&emulator);
    }
    let expected: Vec<String> = probes.iter().map(|probe| format!("{}:{}", probe.service, probe.operation)).collect();
    assert_eq!(emulator.call_names(), expected);

    let calls = emulator.calls();
    let missing = calls.iter().find(|call| call.operation == "GetBucketPolicy").unwrap();
    assert_eq!((missing.status, missing.account.as_str()), (404, ACCOUNT));
    assert_eq!(calls.last().unwrap().region, "eu-west-1");
    emulator.clear_calls();
    assert!(emulator.calls().is_empty());
}

#[test]
fn denying_everything_speaks_each_protocol_with_the_code_of_the_service() {
    let emulator = Emulator::start();
    emulator.fault(&json!({"service": "*", "code": "AccessDenied"}));

    let ec2 = EC2.send(&emulator);
    assert_eq!(ec2.status, 403);
    assert!(ec2.text().contains("<Response><Errors><Error><Code>UnauthorizedOperation</Code>"), "{ec2:?}");

    let iam = IAM.send(&emulator);
    assert_eq!(iam.status, 403);
    assert!(iam.text().contains("<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"), "{iam:?}");

    let s3 = S3.send(&emulator);
    assert_eq!(s3.status, 403);
    assert!(s3.text().contains("<Error><Code>AccessDenied</Code>"), "{s3:?}");
    assert!(!s3.text().contains("ErrorResponse"), "{s3:?}");

    let control = S3_CONTROL.send(&emulator);
    assert!(control.text().contains("<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"));

    let kms = KMS.send(&emulator);
    assert_eq!(kms.status, 400);
    assert_eq!(kms.json()["__type"], "AccessDeniedException");
    assert_eq!(kms.header("content-type"), Some("application/x-amz-json-1.1"));

    let efs = EFS.send(&emulator);
    assert_eq!(efs.status, 403);
    assert_eq!(efs.header("x-amzn-errortype"), Some("AccessDeniedException"));
    assert!(efs.json()["message"].as_str().unwrap().contains("efs:DescribeFileSystems"));

    let cloudwatch = CLOUDWATCH.send(&emulator);
    assert_eq!(cloudwatch.status, 403);
    assert_eq!(cloudwatch.header("smithy-protocol"), Some("rpc-v2-cbor"));
    // A CBOR map of two entries: the text "__type" (6 bytes), the text "AccessDenied" (12 bytes), ...
    assert!(cloudwatch.body.starts_with(b"\xa2\x66__type\x6cAccessDenied"), "{cloudwatch:?}");

    emulator.clear_faults();
    assert_eq!(EC2.send(&emulator).status, 200);
}

#[test]
fn head_requests_fail_without_a_body() {
    let emulator = Emulator::start();
    emulator.fault(&json!({"service": "s3", "kind": "denied"}));
    let answer = s3("HEAD", "/acme-invoices", "HeadBucket").send(&emulator);
    assert_eq!((answer.status, answer.body.len()), (403, 0));
}

#[test]
fn throttling_ends_after_the_given_times() {
    let emulator = Emulator::start();
    emulator.fault(&json!({"service": "*", "code": "Throttling", "times": 3}));
    let ec2 = EC2.send(&emulator);
    assert!(ec2.text().contains("<Code>RequestLimitExceeded</Code>"), "{ec2:?}");
    let s3 = S3.send(&emulator);
    assert_eq!(s3.status, 503);
    assert!(s3.text().contains("<Code>SlowDown</Code>"), "{s3:?}");
    assert_eq!(KMS.send(&emulator).json()["__type"], "ThrottlingException");
    assert_eq!(KMS.send(&emulator).status, 200);
}

#[test]
fn a_fault_can_be_narrow() {
    let emulator = Emulator::start();
    emulator.fault(&json!({
        "service": "s3", "operation": "GetBucketPolicy", "region": "eu-west-1", "match": "acme-invoices",
        "code": "Teapot", "status": 418, "message": "short <and> stout",
    }));
    let hit = S3.send(&emulator);
    assert_eq!(hit.status, 418);
    assert!(hit.text().contains("<Message>short &lt;and&gt; stout</Message>"), "{hit:?}");
    assert_eq!(s3("GET", "/acme-other?policy", "").send(&emulator).status, 404);
    assert_eq!(s3("GET", "/acme-invoices?acl", "").send(&emulator).status, 404);
    assert_eq!(S3.try_send(&emulator, "us-east-1").unwrap().status, 404);
}

#[test]
fn a_fault_can_delay_or_drop() {
    let emulator = Emulator::start();
    emulator.fault(&json!({"service": "kms", "delay_seconds": 0.3, "times": 1}));
    emulator.fault(&json!({"service": "kms", "drop": true, "times": 1}));

    let start = Instant::now();
    assert_eq!(KMS.send(&emulator).status, 200);
    assert!(start.elapsed() >= Duration::from_millis(300));

    assert!(KMS.try_send(&emulator, "eu-west-1").is_err(), "the connection was to be closed");
    let statuses: Vec<u16> = emulator.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [200, 0]);
    assert_eq!(KMS.send(&emulator).status, 200);
}

#[test]
fn a_fault_with_a_typo_is_refused() {
    let emulator = Emulator::start();
    let answer = emulator.request("POST", "/_lab/faults", &[], br#"{"servce": "kms", "code": "X"}"#).unwrap();
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("unknown field servce"), "{}", answer.text());
}

#[test]
fn what_nobody_implements_is_not_retried() {
    let emulator = Emulator::start();
    let body = b"Action=DescribeClientVpnEndpoints&Version=2016-11-15";
    let answer = Probe { body, ..EC2 }.send(&emulator);
    assert_eq!(answer.status, 501);
    assert!(answer.text().contains("<Code>NotImplemented</Code>"), "{answer:?}");
}

#[test]
fn cloudwatch_answers_in_cbor() {
    let emulator = Emulator::start();
    emulator.python(
        r#"
import boto3
boto3.client("cloudwatch", "eu-west-1").put_metric_alarm(
    AlarmName="acme", Namespace="Acme", MetricName="Root", Statistic="Sum", Period=300, EvaluationPeriods=1,
    Threshold=1, ComparisonOperator="GreaterThanOrEqualToThreshold")
"#,
    );
    let answer = CLOUDWATCH.send(&emulator);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/cbor"));
    let contains = |part: &[u8]| answer.body.windows(part.len()).any(|window| window == part);
    assert!(contains(b"\x69AlarmName\x64acme"));
    // Timestamps carry tag 1, and 1.0 is a double although JSON has it as a number
    assert!(contains(b"StateUpdatedTimestamp\xc1\xfb"));
    assert!(contains(b"Threshold\xfb\x3f\xf0\0\0\0\0\0\0"));
}

#[test]
fn the_fakes_page() {
    let emulator = Emulator::start();
    emulator.state(&json!({"service": "accessanalyzer", "set": {"page_size": 2}}));
    let printed = emulator.python(
        r#"
import boto3
client = boto3.client("accessanalyzer")
for number in range(5):
    client.create_analyzer(analyzerName=f"acme-{number}", type="ACCOUNT")
pages = client.get_paginator("list_analyzers").paginate()
print([[analyzer["name"] for analyzer in page["analyzers"]] for page in pages])
print(boto3.client("accessanalyzer", "eu-west-1").list_analyzers()["analyzers"])
"#,
    );
    assert_eq!(printed, "[['acme-0', 'acme-1'], ['acme-2', 'acme-3'], ['acme-4']]\n[]\n");
}

#[test]
fn the_fakes_keep_what_is_written() {
    let emulator = Emulator::start();
    let printed = emulator.python(
        r#"
import boto3
ec2 = boto3.client("ec2", "eu-west-1")
print(ec2.get_snapshot_block_public_access_state()["State"])
ec2.enable_snapshot_block_public_access(State="block-all-sharing")
print(ec2.get_snapshot_block_public_access_state()["State"])
print(boto3.client("ec2", "us-east-1").get_snapshot_block_public_access_state()["State"])
print(ec2.get_image_block_public_access_state()["ImageBlockPublicAccessState"])
ec2.modify_instance_metadata_defaults(HttpTokens="required")
print(ec2.get_instance_metadata_defaults()["AccountLevel"]["HttpTokens"])
print(ec2.get_ebs_default_kms_key_id()["KmsKeyId"])
account = boto3.client("account")
try:
    account.get_contact_information()
except account.exceptions.ResourceNotFoundException:
    print("no contact")
"#,
    );
    let lines: Vec<&str> = printed.lines().collect();
    let expected =
        ["unblocked", "block-all-sharing", "unblocked", "unblocked", "required", "alias/aws/ebs", "no contact"];
    assert_eq!(lines, expected);
}

#[test]
fn only_enabled_regions_are_described() {
    let emulator = Emulator::start();
    emulator.state(&json!({"service": "account", "set": {"regions": REGIONS}}));
    let printed = emulator.python(
        r#"
import boto3
ec2 = boto3.client("ec2")
print(sorted(region["RegionName"] for region in ec2.describe_regions()["Regions"]))
print(len(ec2.describe_regions(AllRegions=True)["Regions"]) > 20)
"#,
    );
    assert_eq!(printed, "['eu-central-1', 'eu-west-1', 'us-east-1']\nTrue\n");
}

#[test]
fn the_credential_report_has_root_and_the_patched_dates() {
    let emulator = Emulator::start();
    emulator.python(r#"import boto3; boto3.client("iam").create_user(UserName="anna")"#);
    emulator.patch(&json!([
        {"op": "root", "mfa": true, "access_keys": [{"created_days": 900}], "last_used_days": 3},
        {"op": "user", "name": "anna", "created_days": 400},
    ]));
    let printed = emulator.python(
        r#"
import boto3, csv, datetime, io
iam = boto3.client("iam")
while iam.generate_credential_report()["State"] != "COMPLETE":
    pass
rows = list(csv.DictReader(io.StringIO(iam.get_credential_report()["Content"].decode())))
age = lambda text: (datetime.datetime.now(datetime.timezone.utc) - datetime.datetime.fromisoformat(text)).days
root, anna = rows
print(root["user"], root["arn"], root["mfa_active"], root["access_key_1_active"], root["access_key_2_active"])
print(age(root["access_key_1_last_rotated"]), age(root["password_last_used"]))
print(anna["user"], age(anna["user_creation_time"]), anna["password_enabled"])
summary = iam.get_account_summary()["SummaryMap"]
print(summary["AccountMFAEnabled"], summary["AccountAccessKeysPresent"])
"#,
    );
    assert_eq!(printed, "<root_account> arn:aws:iam::123456789012:root true true false\n900 3\nanna 400 false\n1 1\n");
}

#[test]
fn an_assumed_role_belongs_to_its_account() {
    let emulator = Emulator::start();
    emulator.fault(&json!({"service": "sts", "operation": "AssumeRole", "match": "333333333333", "kind": "denied"}));
    let printed = emulator.python(
        r#"
import boto3
sts = boto3.client("sts")
role = "arn:aws:iam::{}:role/audit"
keys = sts.assume_role(RoleArn=role.format("222222222222"), RoleSessionName="test")["Credentials"]
session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
print(session.client("sts").get_caller_identity()["Account"])
session.client("iam").create_user(UserName="anna")
print(len(boto3.client("iam").list_users()["Users"]), len(session.client("iam").list_users()["Users"]))
try:
    sts.assume_role(RoleArn=role.format("333333333333"), RoleSessionName="test")
except sts.exceptions.ClientError as error:
    print(error.response["Error"]["Code"])
"#,
    );
    assert_eq!(printed, "222222222222\n0 1\nAccessDenied\n");
    let accounts: Vec<String> = emulator.calls().into_iter().map(|call| call.account).collect();
    let other = "222222222222";
    assert_eq!(accounts, [ACCOUNT, other, other, ACCOUNT, other, ACCOUNT]);
}

#[test]
fn server_certificates_have_their_own_dates() {
    let emulator = Emulator::start();
    let printed = emulator.python(
        r#"
import boto3, datetime
from estate.iam import _certificate
iam = boto3.client("iam")
for name, days in ("old", -200), ("new", 400):
    body, key = _certificate(name, days)
    iam.upload_server_certificate(ServerCertificateName=name, CertificateBody=body, PrivateKey=key)
now = datetime.datetime.now(datetime.timezone.utc)
for found in iam.list_server_certificates()["ServerCertificateMetadataList"]:
    print(found["ServerCertificateName"], found["Expiration"] > now)
"#,
    );
    assert_eq!(printed, "old False\nnew True\n");
}

#[test]
fn the_estate_has_its_resources_and_says_what_a_scan_must_find() {
    // Not the shared one: the calls made here would count as calls of the scan that is tested there.
    let mut emulator = Emulator::start();
    emulator.seed();
    let printed = emulator.python(
        r#"
import boto3
print("anna.schmidt" in [user["UserName"] for user in boto3.client("iam").list_users()["Users"]])
print("acme-prod-invoices" in [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]])
for region in "us-east-1", "eu-west-1", "eu-central-1":
    print(len(boto3.client("ec2", region).describe_instances()["Reservations"]) > 1)
"#,
    );
    assert_eq!(printed, "True\n".repeat(5));

    let expected = emulator.expected();
    assert!(expected.is_sorted(), "the expectations come in a stable order");
    for verdict in ["PASS", "FAIL"] {
        assert!(expected.iter().any(|one| one.verdict == verdict), "no control is expected to {verdict}");
    }
}

#[test]
fn other_accounts_stand_beside_the_first() {
    let emulator = Emulator::start();
    for (number, expected) in [(HARDENED_ACCOUNT, emulator.seed_hardened()), (FRESH_ACCOUNT, emulator.seed_fresh())] {
        assert!(expected.iter().any(|one| one.resource.contains(number)), "{number} has expectations of its own");
    }
    let mut accounts: Vec<String> = emulator.calls().into_iter().map(|call| call.account).collect();
    accounts.dedup();
    assert_eq!(accounts, [ACCOUNT, HARDENED_ACCOUNT, ACCOUNT, FRESH_ACCOUNT], "each is entered by a role");
}

#[test]
fn a_used_emulator_comes_back_empty() {
    let emulator = Emulator::start();
    let port = emulator.port();
    emulator.python(r#"import boto3; boto3.client("iam").create_user(UserName="anna")"#);
    emulator.fault(&json!({"service": "*", "kind": "denied"}));
    drop(emulator);
    // Other tests run beside this one and may take it first: look until it is ours, or give up.
    let again: Vec<Emulator> = (0..3).map(|_| Emulator::start()).collect();
    if let Some(same) = again.iter().find(|emulator| emulator.port() == port) {
        assert!(same.calls().is_empty());
        assert!(!IAM.send(same).text().contains("anna"));
    }
}

#[test]
fn the_server_ends_with_its_test_process() {
    let start = Instant::now();
    assert!(Server::start().abandon().success());
    assert!(start.elapsed() < Duration::from_secs(60));
}
