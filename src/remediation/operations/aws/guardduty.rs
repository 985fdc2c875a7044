//! Operations on Amazon GuardDuty.

use crate::inventory::aws::guardduty::GuardDutyRegion;
use crate::remediation::operation::{Change, Operation, Refusal, Risk, WriteApi, output};
use crate::remediation::state::any;
use serde_json::json;

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&ENABLE_DETECTOR, &WATCH_S3];

const CREATE: WriteApi =
    WriteApi::once("guardduty:CreateDetector", &["guardduty:CreateDetector", "iam:CreateServiceLinkedRole"], &[]);
const UPDATE: WriteApi = WriteApi::idempotent("guardduty:UpdateDetector", &["guardduty:UpdateDetector"]);
const DELETE: WriteApi = WriteApi::idempotent("guardduty:DeleteDetector", &["guardduty:DeleteDetector"]);

const ENABLE_DETECTOR: Operation = Operation {
    name: "aws.guardduty.enable_detector",
    about: "Makes the region's detector, or switches a suspended one on again.",
    state: &["detector"],
    risk: Risk::Safe,
    rollback_note: "a detector that the repair made is deleted, and its findings with it; a suspended one is suspended again",
    rollback_needs_approval: true,
    writes: &[CREATE, UPDATE, DELETE],
    // A region has one detector, so the one that is there now is the one that was made.
    answer: Some(|_, now| Some(json!({"DetectorId": now.get("detector")?.get("detector_id")?.as_str()?}))),
    prepare: |input| {
        let before = input.field("detector")?;
        let told = "GuardDuty costs by the events and gigabytes that it looks at";
        let Some(id) = before.get("detector_id") else {
            // The same for the same wish, so that GuardDuty makes one detector however often it is asked.
            let wish = format!("{} {} {}", input.common("account"), input.common("region"), input.now);
            let token = &crate::hash::sha256_hex(wish.as_bytes())[..32];
            let undo = input.call(&DELETE, json!({"DetectorId": output("DetectorId")}));
            let write = input.write(&CREATE, json!({"Enable": true, "ClientToken": token}), [undo]);
            let detector = json!({
                "detector_id": any(), "status": "ENABLED", "publishing_frequency": any(), "features": any(),
            });
            return Ok(Change::by([write.then("detector", detector)]).telling(told));
        };
        if before.get("status").is_some_and(|status| status == "ENABLED") {
            return Ok(Change::nothing());
        }
        let parameters = |on: bool| json!({"DetectorId": id, "Enable": on});
        let mut after = before.clone();
        after["status"] = "ENABLED".into();
        // What GuardDuty watches without being asked may follow the detector.
        after["features"] = any();
        let write = input.write(&UPDATE, parameters(true), [input.call(&UPDATE, parameters(false))]);
        Ok(Change::by([write.then("detector", after)]).telling(told))
    },
    ..Operation::of(GuardDutyRegion::TYPE)
};

/// The protection plan that looks at who does what with objects.
const S3: &str = "S3_DATA_EVENTS";

const WATCH_S3: Operation = Operation {
    name: "aws.guardduty.watch_s3",
    about: "Switches on S3 protection of a detector, and nothing else.",
    state: &["detector"],
    risk: Risk::Safe,
    rollback_note: "findings that came meanwhile stay",
    writes: &[UPDATE],
    prepare: |input| {
        let before = input.field("detector")?;
        let Some(id) = before.get("detector_id").filter(|_| before["status"] == "ENABLED") else {
            return Err(Refusal::Unsuitable("GuardDuty itself is off: switch it on first".to_owned()));
        };
        if before["features"][S3] == "ENABLED" {
            return Ok(Change::nothing());
        }
        let parameters = |status: &str| json!({"DetectorId": id, "Features": [{"Name": S3, "Status": status}]});
        let with = |status: &str| {
            let mut detector = before.clone();
            detector["features"][S3] = status.into();
            detector
        };
        let write = input.write(&UPDATE, parameters("ENABLED"), [input.call(&UPDATE, parameters("DISABLED"))]);
        Ok(Change::by([write.then("detector", with("ENABLED")).leaving("detector", with("DISABLED"))])
            .telling("S3 protection costs by the requests for objects that it looks at"))
    },
    ..Operation::of(GuardDutyRegion::TYPE)
};

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;
    use serde_json::{Map, Value};

    #[test]
    fn a_region_without_a_detector_gets_one_that_is_deleted_again() {
        let change = prepare(&ENABLE_DETECTOR, json!({"detector": null}), json!({})).unwrap();
        let made = parameters(&change);
        assert_eq!((made[0].0, &made[0].1["Enable"]), ("guardduty:CreateDetector", &json!(true)));
        assert_eq!(made[0].1["ClientToken"].as_str().unwrap().len(), 32);
        let call = json!({"DetectorId": {"$output": "DetectorId"}});
        assert_eq!(undo(&change), [("guardduty:DeleteDetector", call)]);
    }

    #[test]
    fn an_answer_that_nobody_saw_is_read() {
        let state = |detector: Value| Map::from_iter([("detector".to_owned(), detector)]);
        let answer = ENABLE_DETECTOR.answer.unwrap();
        let now = state(json!({"detector_id": "d-1", "status": "ENABLED"}));
        assert_eq!(answer(&state(Value::Null), &now), Some(json!({"DetectorId": "d-1"})));
        assert_eq!(answer(&now, &state(Value::Null)), None);
    }

    #[test]
    fn a_suspended_detector_is_switched_on() {
        let detector = |status: &str| json!({"detector": {"detector_id": "d-1", "status": status, "features": {}}});
        let change = prepare(&ENABLE_DETECTOR, detector("DISABLED"), json!({})).unwrap();
        let call = |on: bool| json!({"DetectorId": "d-1", "Enable": on});
        assert_eq!(parameters(&change), [("guardduty:UpdateDetector", call(true))]);
        assert_eq!(undo(&change), [("guardduty:UpdateDetector", call(false))]);
        assert_eq!(prepare(&ENABLE_DETECTOR, detector("ENABLED"), json!({})), Ok(Change::nothing()));
    }

    #[test]
    fn s3_protection_is_switched_on_and_nothing_else() {
        let detector = |status: &str, features: Value| json!({"detector": {"detector_id": "d-1", "status": status, "features": features}});
        let off = json!({"S3_DATA_EVENTS": "DISABLED", "EKS_AUDIT_LOGS": "DISABLED"});
        let change = prepare(&WATCH_S3, detector("ENABLED", off), json!({})).unwrap();
        let call =
            |status: &str| json!({"DetectorId": "d-1", "Features": [{"Name": "S3_DATA_EVENTS", "Status": status}]});
        assert_eq!(parameters(&change), [("guardduty:UpdateDetector", call("ENABLED"))]);
        assert_eq!(undo(&change), [("guardduty:UpdateDetector", call("DISABLED"))]);
        let features = json!({"S3_DATA_EVENTS": "ENABLED", "EKS_AUDIT_LOGS": "DISABLED"});
        assert_eq!(change.writes[0].after["detector"]["features"], features);
        let on = detector("ENABLED", json!({"S3_DATA_EVENTS": "ENABLED"}));
        assert_eq!(prepare(&WATCH_S3, on, json!({})), Ok(Change::nothing()));
        for refused in [json!({"detector": null}), detector("DISABLED", json!({}))] {
            assert!(matches!(prepare(&WATCH_S3, refused, json!({})), Err(Refusal::Unsuitable(_))));
        }
    }
}
