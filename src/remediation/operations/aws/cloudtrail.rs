//! Operations on AWS CloudTrail.

use crate::inventory::aws::cloudtrail::Trail;
use crate::remediation::operation::{Change, Exactness, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&ENABLE_LOG_FILE_VALIDATION, &START_LOGGING];

const UPDATE: WriteApi = WriteApi::idempotent("cloudtrail:UpdateTrail", &["cloudtrail:UpdateTrail"]);
const START: WriteApi = WriteApi::idempotent("cloudtrail:StartLogging", &["cloudtrail:StartLogging"]);
const STOP: WriteApi = WriteApi::idempotent("cloudtrail:StopLogging", &["cloudtrail:StopLogging"]);

const ENABLE_LOG_FILE_VALIDATION: Operation = Operation {
    name: "aws.cloudtrail.enable_log_file_validation",
    about: "Lets CloudTrail deliver signed digests, with which a changed log file shows.",
    kind: Trail::TYPE,
    state: &["log_file_validation"],
    looks_at: &[],
    arguments: &[],
    risk: Risk::Safe,
    rollback: Exactness::Exact,
    rollback_note: "digests that were delivered stay",
    rollback_needs_approval: false,
    writes: &[UPDATE],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: 60,
    answer: None,
    prepare: |input| {
        if input.field("log_file_validation")? == &Value::Bool(true) {
            return Ok(Change::nothing());
        }
        let parameters = |on: bool| json!({"Name": input.common("id"), "EnableLogFileValidation": on});
        let write = input.write(&UPDATE, parameters(true), [input.call(&UPDATE, parameters(false))]);
        Ok(Change::by([write.then("log_file_validation", true.into())]))
    },
};

const START_LOGGING: Operation = Operation {
    name: "aws.cloudtrail.start_logging",
    about: "Switches on a trail that is switched off.",
    kind: Trail::TYPE,
    state: &["is_logging"],
    looks_at: &["s3_bucket"],
    arguments: &[],
    risk: Risk::Safe,
    rollback: Exactness::Exact,
    rollback_note: "switching the trail off again opens a gap in the records, so it needs an approval of its own",
    rollback_needs_approval: true,
    writes: &[START, STOP],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: 60,
    answer: None,
    prepare: |input| {
        if input.field("is_logging")? == &Value::Bool(true) {
            return Ok(Change::nothing());
        }
        let Some(bucket) = input.field("s3_bucket")?.as_str() else {
            return Err(Refusal::Unsuitable("the trail has no bucket to write to".to_owned()));
        };
        let trail = json!({"Name": input.common("id")});
        let write = input.write(&START, trail.clone(), [input.call(&STOP, trail)]).then("is_logging", true.into());
        Ok(Change::by([write]).telling(format!("log files go to the bucket {bucket} again, and are paid for")))
    },
};

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    #[test]
    fn a_trail_is_switched_on_and_off_by_its_arn() {
        let change = prepare(&START_LOGGING, json!({"is_logging": false, "s3_bucket": "logs"}), json!({})).unwrap();
        assert_eq!(parameters(&change), [("cloudtrail:StartLogging", json!({"Name": "example-id"}))]);
        assert_eq!(undo(&change), [("cloudtrail:StopLogging", json!({"Name": "example-id"}))]);
        let refused = prepare(&START_LOGGING, json!({"is_logging": false, "s3_bucket": null}), json!({}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
        let on = prepare(&START_LOGGING, json!({"is_logging": true, "s3_bucket": "logs"}), json!({}));
        assert_eq!(on, Ok(Change::nothing()));
    }

    #[test]
    fn validation_alone_is_changed() {
        let change = prepare(&ENABLE_LOG_FILE_VALIDATION, json!({"log_file_validation": false}), json!({})).unwrap();
        let call = |on: bool| json!({"Name": "example-id", "EnableLogFileValidation": on});
        assert_eq!(parameters(&change), [("cloudtrail:UpdateTrail", call(true))]);
        assert_eq!(undo(&change), [("cloudtrail:UpdateTrail", call(false))]);
    }
}
