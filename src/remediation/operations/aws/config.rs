//! Operations on AWS Config.

use super::partition;
use crate::inventory::aws::config::ConfigRegion;
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Input, Operation, Refusal, Risk, Write, WriteApi};
use crate::remediation::state::any;
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&RECORD];

const PUT_RECORDER: WriteApi = WriteApi::idempotent(
    "config:PutConfigurationRecorder",
    &["config:PutConfigurationRecorder", "iam:CreateServiceLinkedRole", "iam:PassRole"],
);
const PUT_CHANNEL: WriteApi = WriteApi::idempotent("config:PutDeliveryChannel", &["config:PutDeliveryChannel"]);
const START: WriteApi =
    WriteApi::idempotent("config:StartConfigurationRecorder", &["config:StartConfigurationRecorder"]);
const STOP: WriteApi = WriteApi {
    already: &["NoSuchConfigurationRecorderException"],
    ..WriteApi::idempotent("config:StopConfigurationRecorder", &["config:StopConfigurationRecorder"])
};
const DELETE_CHANNEL: WriteApi = WriteApi {
    already: &["NoSuchDeliveryChannelException"],
    ..WriteApi::idempotent("config:DeleteDeliveryChannel", &["config:DeleteDeliveryChannel"])
};
const DELETE_RECORDER: WriteApi = WriteApi {
    already: &["NoSuchConfigurationRecorderException"],
    ..WriteApi::idempotent("config:DeleteConfigurationRecorder", &["config:DeleteConfigurationRecorder"])
};

/// The name that AWS itself gives to recorders and delivery channels.
const NAME: &str = "default";

const RECORD: Operation = Operation {
    name: "aws.config.record",
    about: "Makes what is missing of a recorder of all resource types and its delivery channel, and switches it on.",
    state: &["recorder", "recording", "delivery_channel"],
    arguments: &[
        Argument {
            name: "bucket",
            ty: Type::String,
            required: true,
            about: "The bucket that gets the history, if there is no delivery channel; its policy must let AWS Config in.",
        },
        Argument {
            name: "role",
            ty: Type::String,
            required: false,
            about: "ARN of the role that a new recorder reads with; without it the service-linked role of AWS Config.",
        },
        Argument {
            name: "global_types_in",
            ty: Type::String,
            required: false,
            about: "The region whose new recorder records IAM users, groups, roles and policies too.",
        },
    ],
    risk: Risk::Safe,
    rollback_note: "what was recorded stays in the bucket; nothing is recorded any more, so it needs an approval of its own",
    rollback_needs_approval: true,
    writes: &[PUT_RECORDER, PUT_CHANNEL, START, STOP, DELETE_CHANNEL, DELETE_RECORDER],
    settles_within: 120,
    prepare: record,
    ..Operation::of(ConfigRegion::TYPE)
};

fn record(input: &Input<'_>) -> Result<Change, Refusal> {
    let recorder = input.field("recorder")?;
    let recording = input.field("recording")? == &Value::Bool(true);
    let channel = input.field("delivery_channel")?;
    let mut writes = Vec::new();
    if recorder.is_null() {
        writes.push(put_recorder(input));
    } else if recorder.get("all_supported") != Some(&Value::Bool(true)) && recording {
        return Err(Refusal::Unsuitable(
            "the recorder was told which types to record; a person must say that it shall record others".to_owned(),
        ));
    }
    if channel.is_null() {
        writes.push(put_channel(input)?);
    }
    if !recording {
        let name = recorder.get("recorder_name").and_then(Value::as_str).unwrap_or(NAME);
        let parameters = json!({"ConfigurationRecorderName": name});
        let undo = input.call(&STOP, parameters.clone());
        writes.push(status(input.write(&START, parameters, [undo]), true));
    }
    if writes.is_empty() {
        return Ok(Change::nothing());
    }
    Ok(Change::by(writes).telling("AWS Config costs by the changes that it records"))
}

fn put_recorder(input: &Input<'_>) -> Write {
    let region = input.common("region");
    let role = input.text("role").map_or_else(
        || {
            let account = input.common("account");
            let path = "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig";
            format!("arn:{}:iam::{account}:{path}", partition(region))
        },
        ToOwned::to_owned,
    );
    let global = input.text("global_types_in") == Some(region);
    let parameters = json!({"ConfigurationRecorder": {
        "name": NAME, "roleARN": role, "recordingGroup": {"allSupported": true, "includeGlobalResourceTypes": global},
    }});
    let undo = input.call(&DELETE_RECORDER, json!({"ConfigurationRecorderName": NAME}));
    let recorder = json!({
        "recorder_name": NAME, "all_supported": true, "include_global_types": global, "strategy": any(),
        "included_types": [], "excluded_types": [],
    });
    status(input.write(&PUT_RECORDER, parameters, [undo]).then("recorder", recorder), false)
}

fn put_channel(input: &Input<'_>) -> Result<Write, Refusal> {
    let Some(bucket) = input.text("bucket") else {
        return Err(Refusal::Undecided(
            "where the history goes is not said: set the control's parameter `bucket` to a bucket that lets AWS Config in"
                .to_owned(),
        ));
    };
    let undo = input.call(&DELETE_CHANNEL, json!({"DeliveryChannelName": NAME}));
    let parameters = json!({"DeliveryChannel": {"name": NAME, "s3BucketName": bucket}});
    let channel = json!({"channel_name": NAME, "s3_bucket": bucket});
    Ok(input.write(&PUT_CHANNEL, parameters, [undo]).then("delivery_channel", channel))
}

/// Whether it records then, in both fields that say so.
fn status(write: Write, recording: bool) -> Write {
    write.then("recording", recording.into()).then("recorder_status", json!({"recording": recording}))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare};
    use super::*;

    fn region(recorder: Value, recording: Value, channel: Value) -> Value {
        json!({"recorder": recorder, "recording": recording, "delivery_channel": channel})
    }

    fn all() -> Value {
        json!({"recorder_name": "main", "all_supported": true, "include_global_types": false})
    }

    #[test]
    fn a_bare_region_gets_recorder_channel_and_start_and_loses_them_in_reverse() {
        let with = json!({"bucket": "history", "global_types_in": "eu-west-1"});
        let change = prepare(&RECORD, region(Value::Null, Value::Null, Value::Null), with).unwrap();
        let role = "arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig";
        let group = json!({"allSupported": true, "includeGlobalResourceTypes": true});
        assert_eq!(
            parameters(&change),
            [
                (
                    "config:PutConfigurationRecorder",
                    json!({"ConfigurationRecorder": {"name": "default", "roleARN": role, "recordingGroup": group}})
                ),
                (
                    "config:PutDeliveryChannel",
                    json!({"DeliveryChannel": {"name": "default", "s3BucketName": "history"}})
                ),
                ("config:StartConfigurationRecorder", json!({"ConfigurationRecorderName": "default"})),
            ]
        );
        let undone: Vec<_> = change.writes.iter().rev().flat_map(|write| &write.undo).map(|call| &call.call).collect();
        assert_eq!(
            undone,
            ["config:StopConfigurationRecorder", "config:DeleteDeliveryChannel", "config:DeleteConfigurationRecorder"]
        );
    }

    #[test]
    fn what_is_there_is_kept() {
        let channel = json!({"channel_name": "main", "s3_bucket": "history"});
        let change = prepare(&RECORD, region(all(), false.into(), channel.clone()), json!({"bucket": ""})).unwrap();
        let call = json!({"ConfigurationRecorderName": "main"});
        assert_eq!(parameters(&change), [("config:StartConfigurationRecorder", call)]);
        let nothing = prepare(&RECORD, region(all(), true.into(), channel), json!({"bucket": "other"}));
        assert_eq!(nothing, Ok(Change::nothing()));
    }

    #[test]
    fn where_the_history_goes_must_be_said() {
        let refused = prepare(&RECORD, region(all(), false.into(), Value::Null), json!({"bucket": ""}));
        assert!(matches!(refused, Err(Refusal::Undecided(_))));
    }

    #[test]
    fn a_recorder_of_chosen_types_is_left_alone() {
        let mut some = all();
        some["all_supported"] = false.into();
        let channel = json!({"channel_name": "main", "s3_bucket": "history"});
        let refused = prepare(&RECORD, region(some, true.into(), channel), json!({"bucket": "history"}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
    }
}
