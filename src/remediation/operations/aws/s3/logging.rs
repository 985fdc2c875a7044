//! Server access logging of buckets.

use crate::inventory::aws::s3::Bucket;
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

const PUT: WriteApi = WriteApi::idempotent("s3:PutBucketLogging", &["s3:PutBucketLogging"]);

/// Access logs.
pub const KEEP_ACCESS_LOGS: Operation = Operation {
    name: "aws.s3.keep_access_logs",
    about: "Lets S3 write the access logs of a bucket to another bucket, under `NAME-OF-THE-BUCKET/`.",
    state: &["logging"],
    arguments: &[Argument {
        name: "log_bucket",
        ty: Type::String,
        required: true,
        about: "The bucket that gets the logs, in the same account and region; `{account}` and `{region}` in it stand \
                for those of the bucket.",
    }],
    risk: Risk::Safe,
    rollback_note: "logs that were written stay; what happens after it is not recorded",
    rollback_needs_approval: true,
    writes: &[PUT],
    prepare: keep_access_logs,
    ..Operation::of(Bucket::TYPE)
};

fn keep_access_logs(input: &Input<'_>) -> Result<Change, Refusal> {
    if !input.field("logging")?.is_null() {
        return Ok(Change::nothing());
    }
    let Some(pattern) = input.text("log_bucket") else {
        return Err(Refusal::Undecided(
            "where the logs go is not said: set the control's parameter `log_bucket` to a bucket whose policy lets \
             logging.s3.amazonaws.com put objects"
                .to_owned(),
        ));
    };
    let bucket = input.name();
    let log_bucket = pattern.replace("{account}", input.common("account")).replace("{region}", input.common("region"));
    if log_bucket == bucket {
        return Err(Refusal::Unsuitable(
            "it is the bucket that gets the logs: each log that it got would make another one; waive the finding"
                .to_owned(),
        ));
    }
    let prefix = format!("{bucket}/");
    let enabled = json!({"TargetBucket": log_bucket, "TargetPrefix": prefix});
    let parameters = json!({"Bucket": bucket, "BucketLoggingStatus": {"LoggingEnabled": enabled}});
    let off: Value = json!({"Bucket": bucket, "BucketLoggingStatus": {}});
    let write = input
        .write(&PUT, parameters, [input.call(&PUT, off)])
        .then("logging", json!({"target_bucket": log_bucket, "target_prefix": prefix}));
    Ok(Change::by([write])
        .telling(format!("logs go to the bucket {log_bucket} and are paid for until they are deleted")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remediation::operations::aws::testing::{parameters, prepare, undo};

    #[test]
    fn logs_go_to_a_bucket_of_the_same_region() {
        let with = json!({"log_bucket": "logs-{account}-{region}"});
        let change = prepare(&KEEP_ACCESS_LOGS, json!({"logging": null}), with).unwrap();
        let to = json!({"TargetBucket": "logs-123456789012-eu-west-1", "TargetPrefix": "example/"});
        let call = json!({"Bucket": "example", "BucketLoggingStatus": {"LoggingEnabled": to}});
        assert_eq!(parameters(&change), [("s3:PutBucketLogging", call)]);
        let off = json!({"Bucket": "example", "BucketLoggingStatus": {}});
        assert_eq!(undo(&change), [("s3:PutBucketLogging", off)]);
        assert_eq!(
            change.writes[0].after["logging"],
            json!({"target_bucket": "logs-123456789012-eu-west-1", "target_prefix": "example/"})
        );
    }

    #[test]
    fn no_bucket_logs_to_itself_or_to_nowhere() {
        let itself = prepare(&KEEP_ACCESS_LOGS, json!({"logging": null}), json!({"log_bucket": "example"}));
        assert!(matches!(itself, Err(Refusal::Unsuitable(_))));
        for nowhere in [json!({}), json!({"log_bucket": ""})] {
            let refused = prepare(&KEEP_ACCESS_LOGS, json!({"logging": null}), nowhere);
            assert!(matches!(refused, Err(Refusal::Undecided(_))));
        }
    }

    #[test]
    fn logs_that_go_elsewhere_stay_there() {
        let fields = json!({"logging": {"target_bucket": "other", "target_prefix": ""}});
        assert_eq!(prepare(&KEEP_ACCESS_LOGS, fields, json!({"log_bucket": "logs"})), Ok(Change::nothing()));
    }
}
