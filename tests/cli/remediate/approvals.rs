//! Who may say yes, and what is refused: exit code 4, nothing is changed, and the audit log tells.

use crate::support::ciacm::Ciacm;
use crate::support::emulator::Emulator;
use crate::support::repair::Repair;
use std::process::Command;

/// One open bucket, scanned and planned.
fn planned(emulator: &Emulator) -> Repair<'_> {
    emulator.python("import boto3\nboto3.client('s3').create_bucket(Bucket='acme-open')");
    let repair = Repair::of(emulator);
    repair.scan("AWS-S3-001");
    repair.plan(&[]).expect_code(0);
    emulator.clear_calls();
    repair
}

/// Asserts that applying is refused, changes nothing and is told.
#[track_caller]
fn assert_refused(repair: &Repair<'_>, why: &str) {
    let output = repair.apply(&[]).expect_code(4);
    assert!(output.stderr.contains(why), "{}", output.stderr);
    assert_eq!(repair.writes(), Vec::<String>::new());
    let told = repair.ciacm.args(["audit", "list", "--event", "refused", "--format", "json"]).run().expect_code(0);
    assert!(told.stdout.contains(why), "{}", told.stdout);
}

#[test]
fn without_the_right_approval_nothing_happens() {
    let emulator = Emulator::start();
    let repair = planned(&emulator);
    assert_refused(&repair, "an approval by an approver who is not");
    // The organisation's own key is nobody's in person.
    let approved = repair.ciacm.args(["remediate", "approve", "plan.json"]).run().expect_code(0);
    assert!(approved.stdout.contains("not enough yet"), "{}", approved.stdout);
    assert_refused(&repair, "an approval by an approver who is not");
}

#[test]
fn a_plan_that_was_edited_is_refused() {
    let emulator = Emulator::start();
    let repair = planned(&emulator);
    repair.approve();
    let path = repair.ciacm.path("plan.json");
    let whole = std::fs::read_to_string(&path).unwrap();
    let at = whole.find("acme-open").unwrap();
    for changed in [
        format!("{}b{}", &whole[..at], &whole[at + 1..]),
        whole.replacen("\"format\":", "\"format\": ", 1),
        format!("{whole}\n"),
    ] {
        std::fs::write(&path, changed).unwrap();
        assert_refused(&repair, "it was changed after it was made");
    }
    std::fs::write(&path, "{}").unwrap();
    repair.apply(&[]).expect_code(2);
}

#[test]
fn a_plan_counts_once_and_for_its_time() {
    let emulator = Emulator::start();
    let repair = planned(&emulator);
    repair.approve();
    repair.apply(&[]).expect_code(0);
    repair.rollback(&[]).expect_code(0);
    emulator.clear_calls();
    assert_refused(&repair, "has applied it");
    // The clock of controls is that of the plan: a plan for one second is over when it is approved.
    repair.plan(&["--expires", "1s"]).expect_code(0);
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let late = repair.ciacm.args(["remediate", "approve", "plan.json", "--key", "Ann"]).run().expect_code(4);
    assert!(late.stderr.contains("it expired at"), "{}", late.stderr);
    assert_refused(&repair, "it expired at");
}

#[test]
fn a_plan_for_another_account_is_refused() {
    let emulator = Emulator::start();
    let repair = planned(&emulator);
    repair.approve();
    let role = "arn:aws:iam::210987654321:role/OrganizationAccountAccessRole";
    let output = repair.apply(&["--role-arn", role]).expect_code(4);
    assert!(output.stderr.contains("it is for account 123456789012"), "{}", output.stderr);
    assert_eq!(repair.writes(), Vec::<String>::new());
}

#[test]
fn an_ssh_key_approves_once_it_is_registered() {
    let emulator = Emulator::start();
    let repair = planned(&emulator);
    let key = repair.ciacm.path("id_ed25519");
    let made =
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "cleo", "-f"]).arg(&key).status();
    if !made.is_ok_and(|status| status.success()) {
        crate::support::announce("SKIPPED: approvals by SSH keys, because ssh-keygen is not there");
        assert!(std::env::var_os("CIACM_REQUIRE_TOOLS").is_none(), "CI has ssh-keygen");
        return;
    }
    let approve = ["remediate", "approve", "plan.json", "--ssh-key", "id_ed25519", "--role", "owner"];
    let stranger = repair.ciacm.args(approve).run().expect_code(2);
    assert!(stranger.stderr.contains("is not registered"), "{}", stranger.stderr);
    repair.ciacm.args(["key", "enroll", "id_ed25519.pub", "--name", "Cleo"]).run().expect_code(0);
    let approved = repair.ciacm.args(approve).run().expect_code(0);
    assert!(approved.stdout.contains("it has the approvals that it takes"), "{}", approved.stdout);
    repair.apply(&[]).expect_code(0);
    repair.ciacm.args(["audit", "verify"]).run().expect_code(0);
}

#[test]
fn recordings_are_planned_and_never_applied() {
    let ciacm = Ciacm::new();
    ciacm.args(["scan", "demo", "--fail-on", "none"]).run();
    let output =
        ciacm.args(["remediate", "plan", "--control", "AWS-S3-001", "--out", "plan.json"]).run().expect_code(0);
    assert!(output.stdout.contains("made from a recording"), "{}", output.stdout);
    crate::support::scanned::assert_fits(&output.stdout);
    for command in ["approve", "apply"] {
        let refused = ciacm.args(["remediate", command, "plan.json"]).run().expect_code(2);
        assert!(refused.stderr.contains("it was made from a recording"), "{}", refused.stderr);
    }
    let dry_run = ciacm.args(["remediate", "--dry-run", "--control", "AWS-S3-001"]).run().expect_code(0);
    assert!(dry_run.stdout.contains("made from a recording"), "{}", dry_run.stdout);
}

#[test]
fn too_many_changes_at_once_are_refused() {
    let emulator = Emulator::start();
    emulator.python("import boto3\nfor n in 'abc': boto3.client('s3').create_bucket(Bucket='acme-' + n)");
    let repair = Repair::of(&emulator);
    repair.scan("AWS-S3-001");
    repair.plan(&[]).expect_code(0);
    repair.approve();
    let output = repair.apply(&["--max-changes", "2"]).expect_code(2);
    assert!(output.stderr.contains("it has 3 actions, and 2 are allowed"), "{}", output.stderr);
    let paused = repair.apply(&["--canary", "1"]).expect_code(0).json();
    assert_eq!(paused["state"], "paused");
    let rest = repair.command(&["remediate", "resume", "--format", "json"]).run().expect_code(0).json();
    assert_eq!(rest["state"], "complete");
    assert_eq!(repair.rollback(&["--action", "2"]).expect_code(0).json()["actions"].as_array().unwrap().len(), 1);
}

#[test]
fn whoever_begins_is_told_what_comes_first() {
    let ciacm = Ciacm::new();
    let at_once = ciacm.run(["remediate"]).expect_code(2);
    for step in ["remediate plan", "approve", "apply", "--dry-run"] {
        assert!(at_once.stderr.contains(step), "{}", at_once.stderr);
    }
    let nothing = ciacm.run(["remediate", "plan"]).expect_code(0);
    assert!(nothing.stdout.contains("no open finding that a machine could repair"), "{}", nothing.stdout);
    for command in [&["rollback", "latest"][..], &["remediate", "resume"]] {
        let refused = ciacm.args(command).run().expect_code(2);
        assert!(refused.stderr.contains("no plan was applied in this home"), "{}", refused.stderr);
    }
}
