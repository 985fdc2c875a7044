//! What is safe when it is planned may not be so any more when it is applied.

use crate::support::emulator::Emulator;
use crate::support::repair::Repair;
use serde_json::json;

#[test]
fn a_key_that_was_used_since_it_was_planned_is_left_alone() {
    for (control, why) in [("AWS-IAM-016", "was used in the last 24 hours"), ("AWS-IAM-009", "does not fail any more")]
    {
        let emulator = Emulator::start();
        emulator.python(
            "import boto3\niam = boto3.client('iam')\niam.create_user(UserName='bot')\n\
             for _ in range(2): iam.create_access_key(UserName='bot')",
        );
        let repair = Repair::of(&emulator);
        let key = repair.state("iam.list_access_keys(UserName='bot')['AccessKeyMetadata'][0]['AccessKeyId']");
        emulator.patch(&json!({"op": "access_key", "id": key, "created_days": 400, "last_used_days": 60}));
        repair.scan(control);
        let plan = repair.plan(&[]).expect_code(0).json();
        assert_eq!(plan["actions"].as_array().unwrap().len(), 1, "{plan}");
        repair.approve();
        emulator.patch(&json!({"op": "access_key", "id": key, "last_used_days": 0}));
        emulator.clear_calls();
        let run = repair.apply(&[]).expect_code(3).json();
        assert_eq!(run["actions"][0]["state"], "skipped", "{run}");
        let reason = run["actions"][0]["reason"].as_str().unwrap();
        assert!(reason.contains(why), "{reason}");
        assert_eq!(repair.writes(), Vec::<String>::new());
    }
}
