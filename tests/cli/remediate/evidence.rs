//! What an evidence pack tells of repairs.

use crate::support::emulator::Emulator;
use crate::support::repair::Repair;
use serde_json::{Value, json};
use std::path::Path;

fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_pack_holds_plan_approval_states_and_rollback_of_every_run() {
    let emulator = Emulator::start();
    emulator.python("import boto3\nboto3.client('s3').create_bucket(Bucket='acme-open')");
    let repair = Repair::of(&emulator);
    repair.scan("AWS-S3-001");
    let plan = repair.plan(&["--control", "AWS-S3-001"]).expect_code(0).json();
    repair.approve();
    let run = repair.apply(&[]).expect_code(0).json();
    let run = run["run"].as_str().unwrap();
    let export = |name: &str| {
        repair.ciacm.args(["evidence", "export", "--out", name]).run().expect_code(0);
        repair.ciacm.args(["evidence", "verify", name]).run().expect_code(0);
        let root = repair.ciacm.path(name);
        assert_eq!(read(&root.join("manifest.json"))["counts"]["actions"], 1);
        (
            read(&root.join("findings/findings.json"))["actions"][0].clone(),
            read(&root.join(format!("actions/{run}.json"))),
        )
    };

    let (told, file) = export("applied");
    assert_eq!((&told["state"], &told["approvers"]), (&json!("applied"), &json!(["Ann"])));
    assert_eq!((&told["plan"], &told["run"]), (&plan["hash"], &json!(run)));
    assert_eq!(told["before"], json!({"public_access_block": null}));
    assert_eq!(told["after"]["public_access_block"]["block_public_acls"], true);
    assert_eq!((&file["plan"]["hash"], &file["state"]), (&plan["hash"], &json!("complete")));
    assert_eq!(file["writes"][0]["call"]["call"], "s3:PutPublicAccessBlock");
    let signed: Value = serde_json::from_str(file["approvals"][0]["signed"].as_str().unwrap()).unwrap();
    assert_eq!(signed["subject"], plan["hash"]);
    assert!(file["approvals"][0]["signature"].as_str().unwrap().starts_with("MII"), "{file}");

    repair.rollback(&[]).expect_code(0);
    let (told, file) = export("undone");
    assert_eq!((&told["state"], &told["after"]), (&json!("rolled-back"), &told["before"]));
    assert_eq!(file["writes"].as_array().unwrap().len(), 2);
    assert_eq!(file["writes"][1]["direction"], "undo");
    let pack = repair.ciacm.path("undone");
    std::fs::remove_file(pack.join(format!("actions/{run}.json"))).unwrap();
    repair.ciacm.args(["evidence", "verify", "undone"]).run().expect_code(4);
}
