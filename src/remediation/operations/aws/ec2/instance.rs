//! Operations on instances.

use crate::inventory::aws::ec2::Instance;
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Input, Operation, Refusal, Risk, Write, WriteApi};
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
    state: &["imds_tokens", "imds_endpoint", "imds_hop_limit", "imds_ipv6", "imds_tags"],
    looks_at: &["imds_v1_requests"],
    risk: Risk::Disruptive,
    writes: &[MODIFY],
    settles_within: 120,
    prepare: require_imdsv2,
    ..Operation::of(Instance::TYPE)
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
    let change = Change::by([with(input, "imds_tokens", "required".into())?]).telling(match without_token {
        Some(_) => "no request came without a token in the last 14 days",
        None => "CloudWatch knows nothing of requests without a token: see that the programs on it ask for one",
    });
    Ok(if input.field("imds_hop_limit")?.as_i64() == Some(1) {
        change.telling("the token goes one hop: programs in containers with a network of their own do not get it")
    } else {
        change
    })
}

/// A shorter way of tokens.
pub const LIMIT_METADATA_HOPS: Operation = Operation {
    name: "aws.ec2.limit_metadata_hops",
    about: "Lets tokens of an instance's metadata service travel no more network hops than given.",
    state: &["imds_tokens", "imds_endpoint", "imds_hop_limit", "imds_ipv6", "imds_tags"],
    arguments: &[Argument {
        name: "max_hops",
        ty: Type::Int,
        required: true,
        about: "How many hops, from 1 to 64; a smaller limit stays.",
    }],
    risk: Risk::Disruptive,
    writes: &[MODIFY],
    settles_within: 120,
    prepare: limit_metadata_hops,
    ..Operation::of(Instance::TYPE)
};

fn limit_metadata_hops(input: &Input<'_>) -> Result<Change, Refusal> {
    let hops = input.field("imds_hop_limit")?.as_i64();
    let most = input.argument("max_hops").and_then(Value::as_i64);
    let (Some(hops), Some(most)) = (hops, most) else {
        return Err(Refusal::Unsuitable("how many hops are allowed is not known".to_owned()));
    };
    if hops <= most {
        return Ok(Change::nothing());
    }
    let change = Change::by([with(input, "imds_hop_limit", most.into())?]);
    Ok(change.telling(format!(
        "programs in containers that are more than {most} hops away from the metadata service lose the credentials of \
         the instance's role"
    )))
}

/// The write that changes one option. All are sent, so that none depends on what becomes of those that are left out.
fn with(input: &Input<'_>, changed: &str, to: Value) -> Result<Write, Refusal> {
    let mut before = Map::from_iter([("InstanceId".to_owned(), Value::from(input.common("id")))]);
    let mut after = before.clone();
    for (field, api) in OPTIONS {
        let value = input.field(field)?;
        if !value.is_null() {
            before.insert(api.to_owned(), value.clone());
            after.insert(api.to_owned(), if field == changed { to.clone() } else { value.clone() });
        }
    }
    let undo = input.call(&MODIFY, before.into());
    Ok(input.write(&MODIFY, after.into(), [undo]).replacing("metadata_options").then(changed, to))
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

    #[test]
    fn the_way_of_tokens_is_made_shorter_and_never_longer() {
        let hops = |limit: i64, most: i64| {
            let mut fields = fields("required", "enabled", Value::Null);
            fields["imds_hop_limit"] = limit.into();
            prepare(&LIMIT_METADATA_HOPS, fields, json!({"max_hops": most}))
        };
        let change = hops(3, 2).unwrap();
        let call = |hops: i64| {
            json!({"InstanceId": "example-id", "HttpTokens": "required", "HttpEndpoint": "enabled",
                "HttpPutResponseHopLimit": hops, "HttpProtocolIpv6": "disabled"})
        };
        assert_eq!(parameters(&change), [("ec2:ModifyInstanceMetadataOptions", call(2))]);
        assert_eq!(undo(&change), [("ec2:ModifyInstanceMetadataOptions", call(3))]);
        assert_eq!(change.writes[0].after, Map::from_iter([("imds_hop_limit".to_owned(), 2.into())]));
        for (limit, most) in [(2, 2), (1, 2)] {
            assert_eq!(hops(limit, most), Ok(Change::nothing()));
        }
    }
}
