//! Getting into accounts: whatever is wrong with credentials, roles, regions and endpoints is told as what it is.

use crate::support::ciacm::{Ciacm, Output};
use crate::support::emulator::{ACCOUNT, Emulator};
use crate::support::scanned::{of_control, verdicts};
use serde_json::{Value, json};

/// Asserts that the program refused to begin, and answers what it said.
#[track_caller]
fn refused(ciacm: &Ciacm, output: Output) -> String {
    assert_eq!(output.code, Some(2), "{}", output.snapshot());
    assert_eq!(output.stdout, "");
    ciacm.assert_nothing_recorded();
    output.snapshot()
}

#[test]
fn without_credentials_nothing_is_done() {
    let ciacm = Ciacm::new();
    let output = ciacm
        .args(["scan", "aws", "--endpoint-url", "http://localhost:1", "--region", "us-east-1"])
        .without_env("AWS_ACCESS_KEY_ID")
        .without_env("AWS_SECRET_ACCESS_KEY")
        .run();
    insta::assert_snapshot!(refused(&ciacm, output));
}

fn with_profile(ciacm: &Ciacm, profile: &str) -> Output {
    ciacm
        .args(["scan", "aws", "--endpoint-url", "http://localhost:1", "--region", "us-east-1", "--max-attempts", "1"])
        .args(["--profile", profile])
        .run()
}

#[test]
fn a_profile_that_is_not_there_is_told_with_the_nearest() {
    let ciacm = Ciacm::new();
    insta::assert_snapshot!(refused(&ciacm, with_profile(&ciacm, "audit")));
    ciacm.write("user/.aws/config", "[profile audit]\nregion = eu-west-1\n[profile billing]\n");
    insta::assert_snapshot!(refused(&ciacm, with_profile(&ciacm, "adit")));
}

#[test]
fn a_profile_that_is_named_does_not_give_way_to_the_environment() {
    let ciacm = Ciacm::new();
    ciacm.write("user/.aws/config", "[profile audit]\nregion = eu-west-1\n");
    let said = refused(&ciacm, with_profile(&ciacm, "audit"));
    assert!(said.contains("profile audit gives no usable credentials"), "{said}");
    // With credentials of its own it goes as far as the endpoint.
    ciacm.write("user/.aws/credentials", "[audit]\naws_access_key_id = a\naws_secret_access_key = b\n");
    let said = refused(&ciacm, with_profile(&ciacm, "audit"));
    assert!(said.contains("could not be reached"), "{said}");
}

#[test]
fn an_expired_token_is_told() {
    let emulator = Emulator::start();
    emulator.fault(&json!({"service": "*", "kind": "expired"}));
    let ciacm = Ciacm::new();
    let output = ciacm.scan(&emulator, &[]).env("AWS_SESSION_TOKEN", "old").run();
    insta::assert_snapshot!(refused(&ciacm, output));
    assert_eq!(
        emulator.call_names(),
        ["sts:GetCallerIdentity"],
        "an expired token does not get better by trying again"
    );
}

#[test]
fn wrong_credentials_are_told() {
    let emulator = Emulator::start();
    emulator.fault(&json!({"service": "*", "kind": "invalid_credentials"}));
    let ciacm = Ciacm::new();
    insta::assert_snapshot!(refused(&ciacm, ciacm.scan(&emulator, &[]).run()));
}

#[test]
fn an_unknown_region_is_told_with_the_nearest() {
    let emulator = Emulator::start();
    let ciacm = Ciacm::new();
    let said = refused(&ciacm, ciacm.scan(&emulator, &["eu-wset-1"]).run());
    assert!(said.contains("did you mean eu-west-1?"), "{said}");
    // One wrong among right ones is wrong, too.
    let said = refused(&ciacm, ciacm.scan(&emulator, &["us-east-1", "mars-north-1"]).run());
    assert!(said.contains("mars-north-1"), "{said}");
    let services: Vec<String> = emulator.call_names();
    assert!(
        services.iter().all(|call| call == "sts:GetCallerIdentity" || call == "ec2:DescribeRegions"),
        "{services:?}"
    );
}

#[test]
fn a_region_that_the_account_has_not_enabled_is_told() {
    let emulator = Emulator::start();
    emulator.state(&json!({"service": "account", "set": {"regions": ["us-east-1", "eu-west-1"]}}));
    let ciacm = Ciacm::new();
    insta::assert_snapshot!(refused(&ciacm, ciacm.scan(&emulator, &["eu-central-1"]).run()));
}

#[test]
fn an_endpoint_that_nobody_listens_on_is_told() {
    let ciacm = Ciacm::new();
    let args = ["scan", "aws", "--endpoint-url", "http://localhost:1", "--region", "us-east-1", "--max-attempts", "2"];
    insta::assert_snapshot!(refused(&ciacm, ciacm.run(args)));
}

#[test]
fn what_is_no_endpoint_and_no_role_is_wrong_use() {
    let ciacm = Ciacm::new();
    for (option, value) in [
        ("--endpoint-url", "localhost"),
        ("--endpoint-url", "https://"),
        ("--role-arn", "audit"),
        ("--role-arn", "arn:aws:iam::123456789012:user/audit"),
        ("--role-arn", "arn:aws:iam::1234:role/audit"),
        ("--max-rate", "0"),
        ("--call-timeout", "0"),
        ("--concurrency", "0"),
        ("--max-attempts", "0"),
    ] {
        let output = ciacm.run(["scan", "aws", option, value]);
        assert!(output.stderr.contains(option) && output.stderr.contains("invalid value"), "{}", output.snapshot());
        refused(&ciacm, output);
    }
}

#[test]
fn the_answer_of_a_web_server_that_is_no_aws_is_told() {
    let emulator = Emulator::start();
    let ciacm = Ciacm::new();
    let url = format!("{}/_lab/nothing", emulator.url());
    let output = ciacm.run(["scan", "aws", "--endpoint-url", &url, "--region", "us-east-1", "--max-attempts", "1"]);
    refused(&ciacm, output);
}

fn role(account: &str) -> String {
    format!("arn:aws:iam::{account}:role/audit")
}

#[test]
fn a_role_that_cannot_be_assumed_does_not_stop_the_others() {
    let emulator = Emulator::start();
    emulator.fault(&json!({"service": "sts", "operation": "AssumeRole", "match": "333333333333", "kind": "denied"}));
    let ciacm = Ciacm::new();
    let scan = |fail_on: &str| {
        ciacm
            .scan(&emulator, &[])
            .args(["--role-arn", &role("333333333333"), "--role-arn", &role("222222222222")])
            .args(["--control", "AWS-EC2-007,AWS-IAM-001", "--format", "json", "--fail-on", fail_on])
            .run()
    };
    let output = scan("none").expect_code(3);
    let report = output.json();
    let ids: Vec<&Value> = report["scan"]["accounts"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["222222222222"]);
    assert_eq!(report["scan"]["complete"], false);
    // The account that nobody entered has verdicts as well: ERROR of everything.
    for ((control, account, _, resource), verdict) in verdicts(&report) {
        if account == "333333333333" {
            assert_eq!((resource.as_str(), verdict.as_str()), ("*", "ERROR"), "{control}");
        } else {
            assert_ne!(verdict, "ERROR", "{control}");
        }
    }
    let accounts_of = |control: &str| -> Vec<String> {
        let verdicts = verdicts(&report);
        let of = verdicts.keys().filter(|place| place.0 == control);
        let mut accounts: Vec<_> = of.map(|place| place.1.clone()).collect();
        accounts.dedup();
        accounts
    };
    for control in ["AWS-EC2-007", "AWS-IAM-001"] {
        assert_eq!(accounts_of(control), ["222222222222", "333333333333"], "{control}");
    }
    insta::assert_snapshot!(serde_json::to_string_pretty(&report["errors"]).unwrap());

    // Findings of the account that was scanned close the gate first.
    assert!(scan("low").code == Some(1));

    // Once the role can be assumed, nothing is left of the refusal.
    emulator.clear_faults();
    scan("none").expect_code(0);
    let left = ciacm.run(["findings", "list", "--verdict", "error", "--format", "json"]).expect_code(0).json();
    assert_eq!(left, json!([]));
}

#[test]
fn when_every_role_is_refused_nothing_is_done() {
    let emulator = Emulator::start();
    emulator.fault(&json!({"service": "sts", "operation": "AssumeRole", "kind": "denied"}));
    let ciacm = Ciacm::new();
    let roles = [role("222222222222"), role("333333333333")];
    let output = ciacm.scan(&emulator, &[]).args(["--role-arn", &roles[0], "--role-arn", &roles[1]]).run();
    insta::assert_snapshot!(refused(&ciacm, output));
}

#[test]
fn two_accounts_are_kept_apart() {
    let emulator = Emulator::start();
    emulator.python(
        r#"
import boto3
boto3.client("s3").create_bucket(Bucket="acme-here")
sts = boto3.client("sts")
keys = sts.assume_role(RoleArn="arn:aws:iam::222222222222:role/audit", RoleSessionName="test")["Credentials"]
session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
session.client("s3").create_bucket(Bucket="acme-there")
"#,
    );
    let ciacm = Ciacm::new();
    let roles = [role(ACCOUNT), role("222222222222")];
    let output = ciacm
        .scan(&emulator, &[])
        .args(["--role-arn", &roles[0], "--role-arn", &roles[1], "--control", "AWS-S3-001", "--format", "json"])
        .run()
        .expect_code(1);
    let found: Vec<_> =
        verdicts(&output.json()).into_keys().map(|(_, account, _, resource)| (account, resource)).collect();
    let pair = |account: &str, resource: &str| (account.to_owned(), resource.to_owned());
    assert_eq!(found, [pair(ACCOUNT, "acme-here"), pair("222222222222", "acme-there")]);

    // The table tells them apart, too.
    let table = ciacm.run(["findings", "list"]).expect_code(0).stdout;
    assert!(table.contains("123456789012 us-east-1") && table.contains("222222222222 us-east-1"), "{table}");
    crate::support::scanned::assert_fits(&table);
}

#[test]
fn regions_that_are_named_need_no_list_of_regions() {
    let emulator = Emulator::start();
    emulator.fault(&json!({"service": "ec2", "operation": "DescribeRegions", "kind": "denied"}));
    let ciacm = Ciacm::new();
    let named = ciacm.scan(&emulator, &["eu-west-1"]).args(["--control", "AWS-EC2-007", "--format", "json"]).run();
    let report = named.expect_code(1).json();
    assert!(of_control(&report, "AWS-EC2-007").keys().all(|place| place.starts_with("eu-west-1 sg-")));

    let ciacm = Ciacm::new();
    let all = ciacm.args(["scan", "aws", "--endpoint-url", &emulator.url()]).run();
    insta::assert_snapshot!(refused(&ciacm, all));
}
