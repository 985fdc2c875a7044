//! Operations on instances.

use crate::inventory::aws::ec2::Instance;
use crate::remediation::operation::{Change, Exactness, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Map, Value};

const MODIFY: WriteApi =
    WriteApi::idempotent("ec2:ModifyInstanceMetadataOptions", &["ec2:ModifyInstanceMetadataOptions"]);

/// The options of the metadata service: in the inventory, and in the API.
const OPTIONS: [(&str, &str); 5] = [
    ("imds_tokens", "HttpTokens"),
    ("imds_endpoint", "HttpEndpoint"),
    ("imds_hop_limit", "HttpPutResponseHopLimit"),
    ("imds_ipv6", "HttpProtocolIpv6"),
    ("imds_tags", "InstanceMetadataTags"),
];

/// IMDSv2 alone.
pub const REQUIRE_IMDSV2: Operation = Operation {
    name: "aws.ec2.require_imdsv2",
    about: "Lets the metadata service of an instance answer only requests with a session token.",
    kind: Instance::TYPE,
    state: &["imds_tokens", "imds_endpoint", "imds_hop_limit", "imds_ipv6", "imds_tags"],
    looks_at: &["imds_v1_requests"],
    arguments: &[],
    risk: Risk::Disruptive,
    rollback: Exactness::Exact,
    rollback_note: "",
    rollback_needs_approval: false,
    writes: &[MODIFY],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: 120,
    answer: None,
    prepare: require_imdsv2,
};

fn require_imdsv2(input: &Input<'_>) -> Result<Change, Refusal> {
    let tokens = input.field("imds_tokens")?;
    if tokens == "required" || input.field("imds_endpoint")? == "disabled" {
        return Ok(Change::nothing());
    }
    let without_token = input.field("imds_v1_requests")?.as_i64();
    if let Some(requests @ 1..) = without_token {
        return Err(Refusal::Unsuitable(format!(
            "programs on it made {requests} requests without a token in the last 14 days and would lose their \
             credentials; bring their SDKs up to date first"
        )));
    }
    // All options are sent, so that none depends on what becomes of those that are left out.
    let mut parameters = Map::from_iter([("InstanceId".to_owned(), Value::from(input.common("id")))]);
    for (field, api) in OPTIONS {
        let value = input.field(field)?;
        if !value.is_null() {
            parameters.insert(api.to_owned(), value.clone());
        }
    }
    let undo = input.call(&MODIFY, parameters.clone().into());
    parameters.insert("HttpTokens".to_owned(), "required".into());
    let write = input.write(&MODIFY, parameters.into(), [undo]).then("imds_tokens", "required".into());
    let change = Change::by([write]).telling(match without_token {
        Some(_) => "no request came without a token in the last 14 days",
        None => "CloudWatch knows nothing of requests without a token: see that the programs on it ask for one",
    });
    Ok(if input.field("imds_hop_limit")?.as_i64() == Some(1) {
        change.telling("the token goes one hop: programs in containers with a network of their own do not get it")
    } else {
        change
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remediation::operations::aws::testing::{parameters, prepare, undo};
    use serde_json::json;

    fn fields(tokens: &str, endpoint: &str, requests: Value) -> Value {
        json!({
            "imds_tokens": tokens, "imds_endpoint": endpoint, "imds_hop_limit": 1, "imds_ipv6": "disabled",
            "imds_tags": null, "imds_v1_requests": requests,
        })
    }

    #[test]
    fn tokens_are_required_and_the_other_options_stay() {
        let call = |tokens: &str| {
            json!({"InstanceId": "example-id", "HttpTokens": tokens, "HttpEndpoint": "enabled",
                "HttpPutResponseHopLimit": 1, "HttpProtocolIpv6": "disabled"})
        };
        let change = prepare(&REQUIRE_IMDSV2, fields("optional", "enabled", 0.into()), json!({})).unwrap();
        assert_eq!(parameters(&change), [("ec2:ModifyInstanceMetadataOptions", call("required"))]);
        assert_eq!(undo(&change), [("ec2:ModifyInstanceMetadataOptions", call("optional"))]);
        assert_eq!(change.writes[0].after, Map::from_iter([("imds_tokens".to_owned(), "required".into())]));
        assert!(change.impact[0].starts_with("no request"), "{:?}", change.impact);
        for done in [fields("required", "enabled", Value::Null), fields("optional", "disabled", Value::Null)] {
            assert_eq!(prepare(&REQUIRE_IMDSV2, done, json!({})), Ok(Change::nothing()));
        }
    }

    #[test]
    fn who_still_asks_without_a_token_is_not_cut_off() {
        let refused = prepare(&REQUIRE_IMDSV2, fields("optional", "enabled", 7.into()), json!({})).unwrap_err();
        assert!(refused.to_string().contains("7 requests without a token"), "{refused}");
        let change = prepare(&REQUIRE_IMDSV2, fields("optional", "enabled", Value::Null), json!({})).unwrap();
        assert!(change.impact[0].starts_with("CloudWatch knows nothing"), "{:?}", change.impact);
    }
}
