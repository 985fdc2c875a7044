//! Actions of listeners in the shape that the API gives them, from the SDK and to it.

use crate::provider::aws::write::Parameters;
use crate::remediation::cloud::WriteFailure;
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, FixedResponseActionConfig, ForwardActionConfig, RedirectActionConfig,
    RedirectActionStatusCodeEnum, TargetGroupStickinessConfig, TargetGroupTuple,
};
use serde_json::{Map, Value};

/// The action; of those that sign users in, what they are and no more.
pub(super) fn to_document(action: &Action) -> Value {
    object([
        ("Type", action.r#type.as_ref().map(|kind| kind.as_str().into())),
        ("Order", action.order.map(Value::from)),
        ("TargetGroupArn", text(action.target_group_arn.as_ref())),
        ("ForwardConfig", action.forward_config.as_ref().map(forward)),
        ("RedirectConfig", action.redirect_config.as_ref().map(redirect)),
        ("FixedResponseConfig", action.fixed_response_config.as_ref().map(fixed_response)),
    ])
}

/// The action of such a document.
pub(super) fn from_document(given: Parameters<'_>) -> Result<Action, WriteFailure> {
    let action = Action::builder()
        .r#type(ActionTypeEnum::from(given.text("Type")?))
        .set_order(given.given_number("Order"))
        .set_target_group_arn(owned(given, "TargetGroupArn"))
        .set_forward_config(given.object("ForwardConfig").ok().map(to_forward))
        .set_redirect_config(given.object("RedirectConfig").ok().map(to_redirect))
        .set_fixed_response_config(given.object("FixedResponseConfig").ok().map(to_fixed_response));
    Ok(action.build())
}

fn forward(config: &ForwardActionConfig) -> Value {
    let group = |group: &TargetGroupTuple| {
        object([("TargetGroupArn", text(group.target_group_arn.as_ref())), ("Weight", group.weight.map(Value::from))])
    };
    let stickiness = |stickiness: &TargetGroupStickinessConfig| {
        object([
            ("Enabled", stickiness.enabled.map(Value::from)),
            ("DurationSeconds", stickiness.duration_seconds.map(Value::from)),
        ])
    };
    object([
        ("TargetGroups", config.target_groups.as_ref().map(|groups| groups.iter().map(group).collect())),
        ("TargetGroupStickinessConfig", config.target_group_stickiness_config.as_ref().map(stickiness)),
    ])
}

fn to_forward(given: Parameters<'_>) -> ForwardActionConfig {
    let groups = given.objects("TargetGroups").map(|group| {
        TargetGroupTuple::builder()
            .set_target_group_arn(owned(group, "TargetGroupArn"))
            .set_weight(group.given_number("Weight"))
            .build()
    });
    let stickiness = given.object("TargetGroupStickinessConfig").ok().map(|stickiness| {
        TargetGroupStickinessConfig::builder()
            .set_enabled(stickiness.given_switch("Enabled"))
            .set_duration_seconds(stickiness.given_number("DurationSeconds"))
            .build()
    });
    ForwardActionConfig::builder()
        .set_target_groups(Some(groups.collect()))
        .set_target_group_stickiness_config(stickiness)
        .build()
}

fn redirect(config: &RedirectActionConfig) -> Value {
    object([
        ("Protocol", text(config.protocol.as_ref())),
        ("Port", text(config.port.as_ref())),
        ("Host", text(config.host.as_ref())),
        ("Path", text(config.path.as_ref())),
        ("Query", text(config.query.as_ref())),
        ("StatusCode", config.status_code.as_ref().map(|code| code.as_str().into())),
    ])
}

fn to_redirect(given: Parameters<'_>) -> RedirectActionConfig {
    RedirectActionConfig::builder()
        .set_protocol(owned(given, "Protocol"))
        .set_port(owned(given, "Port"))
        .set_host(owned(given, "Host"))
        .set_path(owned(given, "Path"))
        .set_query(owned(given, "Query"))
        .set_status_code(given.given_text("StatusCode").map(RedirectActionStatusCodeEnum::from))
        .build()
}

fn fixed_response(config: &FixedResponseActionConfig) -> Value {
    object([
        ("MessageBody", text(config.message_body.as_ref())),
        ("StatusCode", text(config.status_code.as_ref())),
        ("ContentType", text(config.content_type.as_ref())),
    ])
}

fn to_fixed_response(given: Parameters<'_>) -> FixedResponseActionConfig {
    FixedResponseActionConfig::builder()
        .set_message_body(owned(given, "MessageBody"))
        .set_status_code(owned(given, "StatusCode"))
        .set_content_type(owned(given, "ContentType"))
        .build()
}

fn text(value: Option<&String>) -> Option<Value> {
    value.map(|text| text.as_str().into())
}

fn owned(given: Parameters<'_>, name: &str) -> Option<String> {
    given.given_text(name).map(ToOwned::to_owned)
}

/// The members that are there.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let there = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_read_can_be_written_again() {
        let actions = [
            json!({"Type": "forward", "Order": 1, "TargetGroupArn": "arn:1", "ForwardConfig": {
                "TargetGroups": [{"TargetGroupArn": "arn:1", "Weight": 0}, {"TargetGroupArn": "arn:2"}],
                "TargetGroupStickinessConfig": {"Enabled": false, "DurationSeconds": 60}}}),
            json!({"Type": "redirect", "RedirectConfig": {"Protocol": "HTTP", "Port": "81", "Host": "#{host}",
                "Path": "/#{path}", "Query": "q=1", "StatusCode": "HTTP_302"}}),
            json!({"Type": "fixed-response", "FixedResponseConfig": {"MessageBody": "gone", "StatusCode": "410",
                "ContentType": "text/plain"}}),
        ];
        for action in actions {
            let sdk = from_document(Parameters::new("elbv2:ModifyListener", &action)).unwrap();
            assert_eq!(to_document(&sdk), action);
        }
        let nameless = json!({"TargetGroupArn": "arn:1"});
        assert!(from_document(Parameters::new("elbv2:ModifyListener", &nameless)).is_err());
    }
}
