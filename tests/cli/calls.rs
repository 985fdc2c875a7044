//! Which calls a scan makes: only reading ones, and only those that the selected controls need.

use crate::support::ciacm::Ciacm;
use crate::support::emulator::{ACCOUNT, Emulator, HARDENED_ACCOUNT, REGIONS};
use crate::support::scanned::{self, word};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Calls that every scan makes, whatever it looks at.
const ALWAYS: [&str; 3] = ["sts:GetCallerIdentity", "sts:AssumeRole", "ec2:DescribeRegions"];

fn reads(operation: &str) -> bool {
    // The credential report is made by a call of its own; it changes nothing that anybody could see.
    ["Get", "BatchGet", "List", "Describe", "Head"].iter().any(|verb| operation.starts_with(verb))
        || operation == "GenerateCredentialReport"
        || operation == "AssumeRole"
}

#[test]
fn no_scan_ever_writes() {
    let calls = &scanned::estate().calls;
    assert!(calls.len() > 100);
    let writing: Vec<_> = calls.iter().filter(|call| !reads(&call.operation)).collect();
    assert!(writing.is_empty(), "{writing:?}");
    assert!(calls.iter().all(|call| call.account == ACCOUNT));
}

#[test]
fn every_call_is_made_once() {
    // The estate has one page of everything, so each listing is one call a region.
    let mut times: BTreeMap<(String, String), usize> = BTreeMap::new();
    for call in &scanned::estate().calls {
        *times.entry((format!("{}:{}", call.service, call.operation), call.region.clone())).or_default() += 1;
    }
    let mut often = Vec::new();
    for ((name, region), count) in &times {
        let listing = name.split(':').nth(1).unwrap().starts_with("List") || name.starts_with("ec2:Describe");
        // Snapshots are listed by owner and by who may restore them. The others are asked once a key, snapshot, ...
        let each = [
            "DescribeSnapshots",
            "ListResourceTags",
            "Attribute",
            "ListEntitiesForPolicy",
            "ListSubscriptionsByTopic",
            "ListFunctionUrlConfigs",
            "Entries",
        ];
        if listing && !each.iter().any(|part| name.contains(part)) && *count > 1 {
            often.push(format!("{name} {region} {count} times"));
        }
    }
    assert!(often.is_empty(), "{often:#?}");
}

/// In one region of the account that has one of everything.
#[test]
fn a_control_makes_no_call_that_it_does_not_name() {
    let emulator = Emulator::start();
    emulator.seed_hardened();
    let ciacm = Ciacm::new();
    let role = format!("arn:aws:iam::{HARDENED_ACCOUNT}:role/OrganizationAccountAccessRole");
    let library = ciacm.run(["controls", "list", "--format", "json"]).expect_code(0).json();
    let library = library.as_array().unwrap();
    assert!(library.len() >= 60, "{}", library.len());
    let mut wrong = Vec::new();
    for control in library {
        let id = word(control, "id");
        let declared: BTreeSet<&str> = control["calls"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        emulator.clear_calls();
        let output = ciacm
            .scan(&emulator, &REGIONS[..1])
            .args(["--role-arn", &role, "--control", &id, "--fail-on", "none", "--format", "json"])
            .run()
            .expect_code(0);
        assert_eq!(output.json()["summary"]["controls"], 1);
        let made: BTreeSet<String> = emulator.call_names().into_iter().collect();
        let asked = made.iter().map(String::as_str).filter(|call| !ALWAYS.contains(call));
        let undeclared: Vec<_> = asked.clone().filter(|call| !declared.contains(call)).collect();
        if !undeclared.is_empty() {
            wrong.push(format!("{id} makes {undeclared:?}, and names {declared:?}"));
        }
        if asked.count() == 0 {
            wrong.push(format!("{id} makes no call, and names {declared:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn permissions_are_those_of_the_selection() {
    let ciacm = Ciacm::new();
    let actions = |args: &[&str]| -> BTreeSet<String> {
        let output = ciacm.args(["controls", "permissions"].iter().chain(args)).run().expect_code(0);
        let policy = output.json();
        assert_eq!(policy["Version"], "2012-10-17");
        assert_eq!(policy["Statement"].as_array().unwrap().len(), 1);
        assert_eq!(
            (&policy["Statement"][0]["Effect"], &policy["Statement"][0]["Resource"]),
            (&"Allow".into(), &"*".into())
        );
        let actions = policy["Statement"][0]["Action"].as_array().unwrap();
        actions.iter().map(|action| action.as_str().unwrap().to_owned()).collect()
    };
    let all = actions(&[]);
    for action in &all {
        let (service, operation) = action.split_once(':').unwrap();
        assert!(!service.is_empty() && reads(operation) && !operation.contains('*'), "{action} is no reading action");
    }
    assert!(all.contains("sts:GetCallerIdentity") && all.contains("ec2:DescribeRegions"));

    let bucket = actions(&["--control", "AWS-S3-001"]);
    let expected = [
        "ec2:DescribeRegions",
        "s3:GetBucketLocation",
        "s3:GetBucketPublicAccessBlock",
        "s3:ListAllMyBuckets",
        "sts:GetCallerIdentity",
    ];
    assert_eq!(bucket, expected.map(ToOwned::to_owned).into());
    assert!(bucket.is_subset(&all));

    let framework = actions(&["--framework", "cis-aws-7.0:6.3"]);
    assert!(framework.contains("ec2:DescribeSecurityGroups") && framework.len() < all.len());

    // To a file, too.
    ciacm.run(["controls", "permissions", "--control", "AWS-S3-001", "--output", "policy.json"]).expect_code(0);
    let written: Value = serde_json::from_slice(&std::fs::read(ciacm.path("policy.json")).unwrap()).unwrap();
    assert_eq!(written["Statement"][0]["Action"].as_array().unwrap().len(), expected.len());
}

/// What repairs look at takes calls of its own, which only a scan that was asked for them makes.
#[test]
fn repair_readings_are_read_when_asked_for_and_their_permissions_listed() {
    let mut emulator = Emulator::start();
    emulator.seed();
    let ciacm = Ciacm::new();
    let calls = |more: &[&str]| {
        emulator.clear_calls();
        let args = ["--control", "AWS-EC2-001", "--fail-on", "none"];
        ciacm.scan(&emulator, &[]).args(args).args(more).run().expect_code(0);
        emulator.call_names().into_iter().collect::<BTreeSet<_>>()
    };
    let permissions = |more: &[&str]| {
        let policy = ciacm.args(["controls", "permissions", "--control", "AWS-EC2-001"]).args(more).run().json();
        let actions = policy["Statement"][0]["Action"].as_array().unwrap().clone();
        actions.iter().map(|action| action.as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let without = calls(&[]);
    let with = calls(&["--repair-readings"]);
    assert!(!without.contains("ec2:DescribeSecurityGroupRules"), "{without:?}");
    assert!(with.contains("ec2:DescribeSecurityGroupRules"), "{with:?}");
    assert!(!permissions(&[]).contains("ec2:DescribeSecurityGroupRules"));
    assert!(with.is_subset(&permissions(&["--repair-readings"])), "{with:?}");
}
