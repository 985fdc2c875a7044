//! Operations on CloudWatch Logs.

use crate::inventory::aws::logs::LogGroup;
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&KEEP_EVENTS];

const PUT: WriteApi = WriteApi::idempotent("logs:PutRetentionPolicy", &["logs:PutRetentionPolicy"]);

/// The numbers of days that CloudWatch Logs takes.
const TAKEN: [i64; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

const KEEP_EVENTS: Operation = Operation {
    name: "aws.logs.keep_events",
    about: "Keeps the events of a log group for more days; never for fewer. Events that are kept for ever stay so.",
    state: &["retention_days"],
    looks_at: &["stored_bytes"],
    arguments: &[Argument {
        name: "days",
        ty: Type::Int,
        required: true,
        about: "How many days at least; the next number that CloudWatch Logs takes is set.",
    }],
    risk: Risk::Safe,
    rollback_note: "events that are older than the former number of days are deleted then",
    rollback_needs_approval: true,
    writes: &[PUT],
    prepare: keep_events,
    ..Operation::of(LogGroup::TYPE)
};

fn keep_events(input: &Input<'_>) -> Result<Change, Refusal> {
    // Without a number events are kept for ever, which is longer than any number.
    let Some(before) = input.field("retention_days")?.as_i64() else { return Ok(Change::nothing()) };
    let Some(wanted) = input.argument("days").and_then(Value::as_i64) else {
        return Err(Refusal::Undecided("how many days events shall be kept is not said".to_owned()));
    };
    if before >= wanted {
        return Ok(Change::nothing());
    }
    let Some(days) = TAKEN.into_iter().find(|days| *days >= wanted) else {
        return Err(Refusal::Unsuitable(format!(
            "CloudWatch Logs keeps events for {} days at most, or for ever: remove the policy by hand",
            TAKEN[TAKEN.len() - 1]
        )));
    };
    let parameters = |days: i64| json!({"logGroupName": input.name(), "retentionInDays": days});
    let write = input.write(&PUT, parameters(days), [input.call(&PUT, parameters(before))]);
    let change = Change::by([write.then("retention_days", days.into())]);
    let stored = input.document.get("stored_bytes").and_then(Value::as_i64).unwrap_or_default();
    Ok(change.telling(format!("events are paid for as long as they are kept; {stored} bytes are stored now")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    fn group(retention: Value) -> Value {
        json!({"retention_days": retention, "stored_bytes": 4096})
    }

    #[test]
    fn events_are_kept_longer() {
        let call = |days: i64| json!({"logGroupName": "example", "retentionInDays": days});
        for (wanted, set) in [(365, 365), (366, 400), (3653, 3653)] {
            let change = prepare(&KEEP_EVENTS, group(30.into()), json!({"days": wanted})).unwrap();
            assert_eq!(parameters(&change), [("logs:PutRetentionPolicy", call(set))]);
            assert_eq!(undo(&change), [("logs:PutRetentionPolicy", call(30))]);
            assert_eq!(change.writes[0].after["retention_days"], set);
        }
    }

    #[test]
    fn events_are_never_kept_for_a_shorter_time() {
        for enough in [Value::Null, 365.into(), 3653.into()] {
            assert_eq!(prepare(&KEEP_EVENTS, group(enough), json!({"days": 365})), Ok(Change::nothing()));
        }
        let refused = prepare(&KEEP_EVENTS, group(30.into()), json!({"days": 4000}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
    }
}
