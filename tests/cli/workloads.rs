//! Queues, tables, functions, repositories, load balancers and documents: tags, paging, one failure among many, secrets.

use crate::support::ciacm::Ciacm;
use crate::support::emulator::Emulator;
use crate::support::scanned::{self, of_control};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Read as _;

const KINDS: [&str; 7] = [
    "sqs.queue",
    "dynamodb.table",
    "lambda.function",
    "ecr.repository",
    "elbv2.load_balancer",
    "elbv2.listener",
    "ssm.document",
];

/// A control of our own that asks every resource of a type for its owner.
fn owned(id: &str, kind: &str) -> String {
    format!(
        r#"id: {id}
title: It has an owner
severity: low
provider: aws
resource: aws.{kind}
summary: A tag names the owner.
rationale: Nobody answers for what nobody owns.
check:
  pass_when:
    - expr: |
        "Owner" in resource.tags
      otherwise: No tag names an owner.
remediation:
  manual: Add the tag.
tests:
  - name: owned
    resource: {{tags: {{Owner: ops}}}}
    expect: PASS
  - name: not owned
    resource: {{tags: {{}}}}
    expect: FAIL
"#
    )
}

#[test]
fn tags_are_read_where_a_control_asks_for_them() {
    let ciacm = Ciacm::new();
    let id = |number: usize| format!("ACME-TAG-{number:03}");
    for (number, kind) in KINDS.iter().enumerate() {
        ciacm.write(&format!("own/{number}.yaml"), owned(&id(number), kind));
    }
    let ids: Vec<String> = (0..KINDS.len()).map(id).collect();
    let only = ["--controls", "own", "--format", "json", "--fail-on", "none", "--control"];
    let scan = ciacm.scan(Emulator::estate(), &["us-east-1"]).args(only).args([ids.join(",")]);
    let report = scan.run().expect_code(0).json();
    for (id, kind) in ids.iter().zip(KINDS) {
        let said: BTreeSet<String> = of_control(&report, id).into_values().collect();
        // Listeners were seeded without tags, everything else with an owner.
        let expected = if kind == "elbv2.listener" { "FAIL" } else { "PASS" };
        assert_eq!(said, [expected.to_owned()].into(), "{kind}");
    }
}

#[test]
fn all_pages_are_read() {
    let emulator = Emulator::start();
    emulator.python(
        r#"
import boto3
ssm, dynamodb, elbv2, ec2 = (boto3.client(name, region_name="us-east-1") for name in ("ssm", "dynamodb", "elbv2", "ec2"))
step = '{"schemaVersion": "2.2", "description": "d", "mainSteps": []}'
for number in range(53):
    ssm.create_document(Name=f"document-{number}", Content=step, DocumentType="Command")
key = dict(AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
for number in range(103):
    dynamodb.create_table(TableName=f"table-{number}", BillingMode="PAY_PER_REQUEST", **key)
subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]][:2]
for number in range(53):
    elbv2.create_load_balancer(Name=f"balancer-{number}", Subnets=subnets)
"#,
    );
    emulator.clear_calls();
    let ciacm = Ciacm::new();
    let only = ["--control", "AWS-SSM-001,AWS-DYNAMODB-002,AWS-ELBV2-001", "--format", "json", "--fail-on", "none"];
    let report = ciacm.scan(&emulator, &["us-east-1"]).args(only).run().expect_code(0).json();
    for (control, call, number) in [
        ("AWS-SSM-001", "ssm:ListDocuments", 53),
        ("AWS-DYNAMODB-002", "dynamodb:ListTables", 103),
        ("AWS-ELBV2-001", "elbv2:DescribeLoadBalancers", 53),
    ] {
        assert_eq!(of_control(&report, control).len(), number, "{control}");
        assert_eq!(emulator.call_names().iter().filter(|name| *name == call).count(), 2, "{call}");
    }
}

#[test]
fn listeners_that_cannot_be_listed_leave_those_of_other_load_balancers() {
    let mut emulator = Emulator::start();
    emulator.seed();
    let listeners =
        json!({"service": "elbv2", "operation": "DescribeListeners", "match": "acme-legacy", "kind": "denied"});
    emulator.fault(&listeners);
    let ciacm = Ciacm::new();
    let only = ["--control", "AWS-ELBV2-001,AWS-ELBV2-004,AWS-ELBV2-005", "--format", "json", "--fail-on", "none"];
    let report = ciacm.scan(&emulator, &["us-east-1"]).args(only).run().expect_code(3).json();
    // The load balancers are all known.
    assert_eq!(of_control(&report, "AWS-ELBV2-001").into_values().collect::<BTreeSet<_>>().len(), 2);
    // Of the listeners only those of the other load balancer, and it is told that some are missing.
    let said = of_control(&report, "AWS-ELBV2-005");
    assert_eq!(said.get("us-east-1 *").map(String::as_str), Some("ERROR"), "{said:?}");
    assert!(said.keys().all(|place| place.ends_with('*') || place.contains("acme-feed")), "{said:?}");
    assert_eq!(said.len(), 3, "{said:?}");
    let finding = report["findings"].as_array().unwrap().iter().find(|one| one["resource"] == "*").unwrap();
    let reason = finding["reason"].as_str().unwrap();
    assert!(reason.contains("needs elasticloadbalancing:DescribeListeners"), "{reason}");
}

#[test]
fn a_security_policy_that_aws_does_not_explain_is_an_error() {
    let emulator = Emulator::start();
    emulator.python(
        r#"
import boto3
elbv2, ec2 = (boto3.client(name, region_name="us-east-1") for name in ("elbv2", "ec2"))
subnets = ec2.describe_subnets()["Subnets"][:2]
balancer = elbv2.create_load_balancer(Name="shop", Subnets=[subnet["SubnetId"] for subnet in subnets])
target = elbv2.create_target_group(Name="shop", Protocol="HTTP", Port=80, VpcId=subnets[0]["VpcId"])
elbv2.create_listener(
    LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"], Protocol="HTTPS", Port=443,
    SslPolicy="ELBSecurityPolicy-Unheard-Of",
    Certificates=[{"CertificateArn": "arn:aws:iam::123456789012:server-certificate/www"}],
    DefaultActions=[{"Type": "forward", "TargetGroupArn": target["TargetGroups"][0]["TargetGroupArn"]}],
)
"#,
    );
    let ciacm = Ciacm::new();
    let only = ["--control", "AWS-ELBV2-005", "--format", "json"];
    let report = ciacm.scan(&emulator, &["us-east-1"]).args(only).run().expect_code(3).json();
    let finding = &report["findings"][0];
    assert_eq!(finding["verdict"], "ERROR");
    let reason = finding["reason"].as_str().unwrap();
    assert!(reason.contains("ELBSecurityPolicy-Unheard-Of"), "{reason}");
}

#[test]
fn environment_variables_of_functions_are_nowhere() {
    let estate = scanned::estate();
    let functions = Emulator::estate().python(
        r#"
import boto3
for one in boto3.client("lambda", "us-east-1").list_functions()["Functions"]:
    print(one["Environment"]["Variables"]["API_KEY"])
"#,
    );
    let secret = functions.lines().next().unwrap();
    assert_eq!(secret, "swordfish-in-the-environment");
    let mut recorded = String::new();
    flate2::read::MultiGzDecoder::new(estate.snapshot.as_slice()).read_to_string(&mut recorded).unwrap();
    let report: &Value = &estate.report;
    for text in [recorded, report.to_string()] {
        assert!(text.contains("acme-legacy-forms") && !text.contains(secret) && !text.contains("API_KEY"));
    }
}
