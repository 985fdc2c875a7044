//! Everything that a machine can repair in an account with some of everything, and back again.

use crate::support::emulator::Emulator;
use crate::support::repair::Repair;
use crate::support::scanned::{Place, verdicts};
use std::collections::BTreeMap;

/// Parameters that only whoever owns the account can choose.
const CHOSEN: [&str; 4] = ["--param", "AWS-S3-010.key=alias/aws/s3", "--param", "AWS-SNS-002.key=alias/aws/sns"];

fn scan(repair: &Repair<'_>) -> BTreeMap<Place, String> {
    let scan = ["scan", "aws", "--region", "us-east-1,eu-west-1,eu-central-1", "--fail-on", "none", "--format", "json"];
    verdicts(&repair.command(&scan).run().expect_code(0).json())
}

#[test]
fn everything_is_repaired_and_rolled_back() {
    let mut emulator = Emulator::start();
    emulator.seed();
    let repair = Repair::of(&emulator);
    let before = scan(&repair);
    let mut arguments = vec!["--max-changes", "500", "--max-failures", "500"];
    arguments.extend(CHOSEN);
    let plan = repair.plan(&arguments).expect_code(0).json();
    assert!(plan["actions"].as_array().unwrap().len() > 100, "{}", plan["actions"].as_array().unwrap().len());
    repair.approve();
    let run = repair.apply(&[]).json();
    let others: Vec<_> = run["actions"].as_array().unwrap().iter().filter(|one| one["state"] != "applied").collect();
    assert!(others.is_empty(), "{others:#?}");

    let repaired = scan(&repair);
    let failures = |verdicts: &BTreeMap<Place, String>| verdicts.values().filter(|one| *one == "FAIL").count();
    assert!(failures(&repaired) + 150 < failures(&before), "{} {}", failures(&before), failures(&repaired));

    let approve = ["remediate", "approve", "--rollback", "latest", "--key", "Ann"];
    repair.ciacm.args(approve).run().expect_code(0);
    let undone = repair.rollback(&[]).expect_code(0).json();
    assert_eq!(undone["state"], "rolled-back");
    let after = scan(&repair);
    let differing: Vec<_> = before.iter().filter(|(place, verdict)| after.get(*place) != Some(verdict)).collect();
    assert!(differing.is_empty(), "{differing:#?}");
    repair.ciacm.args(["audit", "verify"]).run().expect_code(0);
}
