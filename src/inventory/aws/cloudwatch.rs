//! Resource types of Amazon CloudWatch: who is told of which CloudTrail events.

use super::cloudtrail::{DESCRIBE_TRAILS, GET_EVENT_SELECTORS, GET_TRAIL_STATUS};
use super::filter_pattern::Pattern;
use crate::inventory::Reading;
use crate::inventory::document::{list, text};
use crate::inventory::reading::UNREADABLE_KEY;
use crate::inventory::schema::{ApiCall, ResourceType, Type};
use crate::{record, resource_type};
use serde_json::Value;

/// The metric filters of a log group.
pub const DESCRIBE_METRIC_FILTERS: ApiCall =
    ApiCall::new("logs:DescribeMetricFilters", &["logs:DescribeMetricFilters"]);
/// The alarms of a region.
pub const DESCRIBE_ALARMS: ApiCall = ApiCall::new("cloudwatch:DescribeAlarms", &["cloudwatch:DescribeAlarms"]);
/// Who is told by a topic.
pub const LIST_SUBSCRIPTIONS_BY_TOPIC: ApiCall =
    ApiCall::new("sns:ListSubscriptionsByTopic", &["sns:ListSubscriptionsByTopic"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[CloudWatchAccount::TYPE];

record! {
    /// An SNS topic that an alarm notifies.
    pub struct AlarmTopic {
        /// The ARN.
        pub arn: String,
        /// At least one subscriber has confirmed; false also if the topic does not exist.
        pub has_subscriber: Reading<bool>,
    }
}

record! {
    /// An alarm on the metric of a metric filter.
    pub struct MetricAlarm {
        /// The alarm's name.
        pub alarm_name: String,
        /// Its actions are switched on.
        pub actions_enabled: bool,
        /// How the metric is compared, for instance `GreaterThanOrEqualToThreshold`.
        pub comparison: Option<String>,
        /// What it is compared with; absent for anomaly detection.
        pub threshold: Option<f64>,
        /// The topics that are notified when the alarm goes off.
        pub topics: Vec<AlarmTopic>,
    }
}

record! {
    /// A metric filter on a log group that a multi-region trail delivers to.
    pub struct MetricFilter {
        /// The log group's ARN.
        pub log_group_arn: String,
        /// The filter's name.
        pub filter_name: String,
        /// The pattern of the events that it counts.
        pub pattern: String,
        /// It counts only log events with these system fields (for instance `@aws.account`); absent for all.
        pub selection_criteria: Option<String>,
        /// The multi-region trails that deliver to the log group.
        pub trail_arns: Vec<String>,
        /// One of these trails is switched on and logs every management event.
        pub covers_account: Reading<bool>,
        /// The alarms on the metrics that the filter makes.
        pub alarms: Reading<Vec<MetricAlarm>>,
    }
    helpers {
        /// The filter picks events with this value of this field (`eventName`, `DeleteTrail`) out of those that have
        /// the fields of the list (`eventSource=cloudtrail.amazonaws.com`). A pattern that asks for more than these
        /// fields does not; one that only makes exceptions (`!=`, `NOT EXISTS`) does.
        selects(Type::String, Type::String, Type::List(&Type::String)) -> Type::Bool => selects,
        /// An alarm on the filter's metric goes off when the metric rises, has its actions switched on, and notifies
        /// a topic that has a confirmed subscriber.
        alerts() -> Type::Bool => alerts,
    }
}

resource_type! {
    /// CloudWatch in the whole account.
    pub struct CloudWatchAccount: "aws.cloudwatch.account", listed_by [] {
        /// The metric filters on every log group that a multi-region trail delivers to, unless the trail is switched
        /// off. What could not be read (a region, a log group, a log group of another account) stands here as one
        /// unreadable filter.
        reading metric_filters: Vec<Reading<MetricFilter>>, from [
            DESCRIBE_TRAILS, GET_TRAIL_STATUS, GET_EVENT_SELECTORS, DESCRIBE_METRIC_FILTERS, DESCRIBE_ALARMS,
            LIST_SUBSCRIPTIONS_BY_TOPIC
        ];
    }
}

fn selects(filter: &Value, arguments: &[Value]) -> Value {
    let [Value::String(field), Value::String(value), Value::Array(context)] = arguments else {
        return Value::Bool(false);
    };
    let context: Vec<_> = context.iter().filter_map(Value::as_str).filter_map(|pair| pair.split_once('=')).collect();
    let counts_every_event = filter.get("selection_criteria").is_none_or(Value::is_null);
    let pattern = Pattern::parse(text(filter, "pattern"));
    Value::Bool(counts_every_event && pattern.is_some_and(|pattern| pattern.selects(field, value, &context)))
}

fn alerts(filter: &Value, _: &[Value]) -> Value {
    let Some(alarms) = filter.get("alarms") else { return Value::Bool(false) };
    if is_unreadable(alarms) {
        return alarms.clone();
    }
    let topics = list(filter, "alarms").iter().filter(|alarm| goes_off(alarm)).flat_map(|alarm| list(alarm, "topics"));
    let mut unreadable = None;
    for has_subscriber in topics.filter_map(|topic| topic.get("has_subscriber")) {
        if *has_subscriber == Value::Bool(true) {
            return Value::Bool(true);
        }
        if is_unreadable(has_subscriber) {
            unreadable = unreadable.or(Some(has_subscriber));
        }
    }
    unreadable.cloned().unwrap_or(Value::Bool(false))
}

fn goes_off(alarm: &Value) -> bool {
    alarm.get("actions_enabled") == Some(&Value::Bool(true)) && !text(alarm, "comparison").starts_with("LessThan")
}

fn is_unreadable(value: &Value) -> bool {
    value.get(UNREADABLE_KEY).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn alarm(change: Value) -> Value {
        let mut alarm = json!({
            "alarm_name": "a", "actions_enabled": true, "comparison": "GreaterThanOrEqualToThreshold", "threshold": 1.0,
            "topics": [{"arn": "arn:aws:sns:us-east-1:1:t", "has_subscriber": true}],
        });
        for (key, value) in change.as_object().unwrap() {
            alarm[key] = value.clone();
        }
        alarm
    }

    #[test]
    fn somebody_is_told() {
        let denied = json!({"$unreadable": {"code": "AuthorizationError"}});
        let silent = json!([{"has_subscriber": false}]);
        for (alarms, answer) in [
            (json!([]), json!(false)),
            (json!([alarm(json!({}))]), json!(true)),
            (json!([alarm(json!({"topics": silent})), alarm(json!({}))]), json!(true)),
            (json!([alarm(json!({"actions_enabled": false}))]), json!(false)),
            (json!([alarm(json!({"comparison": "LessThanThreshold"}))]), json!(false)),
            (json!([alarm(json!({"topics": []}))]), json!(false)),
            (json!([alarm(json!({"topics": [{"has_subscriber": denied}]}))]), denied.clone()),
            (json!([alarm(json!({"topics": [{"has_subscriber": denied}, {"has_subscriber": true}]}))]), json!(true)),
            (json!([alarm(json!({"topics": [{"has_subscriber": denied}], "actions_enabled": false}))]), json!(false)),
            (denied.clone(), denied.clone()),
        ] {
            assert_eq!(alerts(&json!({"alarms": alarms}), &[]), answer, "{alarms}");
        }
        assert_eq!(alerts(&json!({}), &[]), json!(false));
    }

    #[test]
    fn filters_select_within_their_context() {
        let filter = json!({"pattern": "{ $.eventSource = kms.amazonaws.com && $.eventName = DisableKey }"});
        let selects_from =
            |filter: &Value, source: &str| selects(filter, &[json!("eventName"), json!("DisableKey"), json!([source])]);
        assert_eq!(selects_from(&filter, "eventSource=kms.amazonaws.com"), json!(true));
        assert_eq!(selects_from(&filter, "eventSource=iam.amazonaws.com"), json!(false));
        assert_eq!(selects_from(&filter, "nonsense"), json!(false));
        assert_eq!(selects(&filter, &[]), json!(false));
        let mut narrowed = filter;
        narrowed["selection_criteria"] = json!("@aws.account = \"111111111111\"");
        assert_eq!(selects_from(&narrowed, "eventSource=kms.amazonaws.com"), json!(false));
    }
}
