//! Operations on the settings of a region.

use crate::inventory::aws::ec2::Region;
use crate::remediation::operation::{Change, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Map, Value, json};

const BLOCK_SNAPSHOTS: WriteApi =
    WriteApi::idempotent("ec2:EnableSnapshotBlockPublicAccess", &["ec2:EnableSnapshotBlockPublicAccess"]);
const UNBLOCK_SNAPSHOTS: WriteApi =
    WriteApi::idempotent("ec2:DisableSnapshotBlockPublicAccess", &["ec2:DisableSnapshotBlockPublicAccess"]);
const BLOCK_IMAGES: WriteApi =
    WriteApi::idempotent("ec2:EnableImageBlockPublicAccess", &["ec2:EnableImageBlockPublicAccess"]);
const UNBLOCK_IMAGES: WriteApi =
    WriteApi::idempotent("ec2:DisableImageBlockPublicAccess", &["ec2:DisableImageBlockPublicAccess"]);
const MODIFY_METADATA_DEFAULTS: WriteApi =
    WriteApi::idempotent("ec2:ModifyInstanceMetadataDefaults", &["ec2:ModifyInstanceMetadataDefaults"]);

/// What both kinds of sharing are blocked to: nothing new becomes public, and what is public stays.
const BLOCKED: &str = "block-new-sharing";
const UNBLOCKED: &str = "unblocked";

/// Snapshots.
pub const BLOCK_PUBLIC_SNAPSHOTS: Operation = Operation {
    name: "aws.ec2.block_public_snapshots",
    about: "Lets no further EBS snapshot of the region become public; those that are public stay so.",
    state: &["snapshot_block_public_access"],
    risk: Risk::Disruptive,
    writes: &[BLOCK_SNAPSHOTS, UNBLOCK_SNAPSHOTS],
    settles_within: 120,
    prepare: |input| {
        let field = "snapshot_block_public_access";
        // `block-all-sharing` is stricter and stays.
        if input.field(field)? != UNBLOCKED {
            return Ok(Change::nothing());
        }
        let undo = input.call(&UNBLOCK_SNAPSHOTS, json!({}));
        let write = input.write(&BLOCK_SNAPSHOTS, json!({"State": BLOCKED}), [undo]).then(field, BLOCKED.into());
        Ok(Change::by([write]).telling(
            "who publishes snapshots of this region on purpose cannot publish new ones; public ones stay public",
        ))
    },
    tested_on_fake: true,
    ..Operation::of(Region::TYPE)
};

/// Images.
pub const BLOCK_PUBLIC_IMAGES: Operation = Operation {
    name: "aws.ec2.block_public_images",
    about: "Lets no further machine image of the region become public; those that are public stay so.",
    state: &["image_block_public_access"],
    risk: Risk::Disruptive,
    writes: &[BLOCK_IMAGES, UNBLOCK_IMAGES],
    // EC2 may take ten minutes, and tells of the old state until then.
    settles_within: 660,
    prepare: |input| {
        let field = "image_block_public_access";
        if input.field(field)? != UNBLOCKED {
            return Ok(Change::nothing());
        }
        let undo = input.call(&UNBLOCK_IMAGES, json!({}));
        let parameters = json!({"ImageBlockPublicAccessState": BLOCKED});
        let write = input.write(&BLOCK_IMAGES, parameters, [undo]).then(field, BLOCKED.into());
        Ok(Change::by([write])
            .telling("who publishes images of this region on purpose cannot publish new ones; public ones stay public")
            .telling("EC2 may take ten minutes until the change shows"))
    },
    tested_on_fake: true,
    ..Operation::of(Region::TYPE)
};

/// The preferences: in the inventory, and in the API.
const PREFERENCES: [(&str, &str); 5] = [
    ("tokens", "HttpTokens"),
    ("endpoint", "HttpEndpoint"),
    ("hop_limit", "HttpPutResponseHopLimit"),
    ("tags", "InstanceMetadataTags"),
    ("tokens_enforced", "HttpTokensEnforced"),
];

/// IMDSv2 for new instances.
pub const REQUIRE_IMDSV2_BY_DEFAULT: Operation = Operation {
    name: "aws.ec2.require_imdsv2_by_default",
    about: "Requires IMDSv2 of new instances in the region, unless their launch says otherwise.",
    state: &["instance_metadata_defaults"],
    risk: Risk::Disruptive,
    rollback_note: "instances that were launched meanwhile go on to require IMDSv2",
    writes: &[MODIFY_METADATA_DEFAULTS],
    prepare: require_imdsv2_by_default,
    tested_on_fake: true,
    ..Operation::of(Region::TYPE)
};

fn require_imdsv2_by_default(input: &Input<'_>) -> Result<Change, Refusal> {
    let field = "instance_metadata_defaults";
    let before = input.field(field)?;
    if before.get("tokens").is_some_and(|tokens| tokens == "required") {
        return Ok(Change::nothing());
    }
    // All preferences are sent, so that none depends on what becomes of those that are left out.
    let parameters = |tokens: Value| -> Value {
        let given = |name: &str| before.get(name).filter(|value| !value.is_null()).cloned();
        let kept = PREFERENCES.iter().filter_map(|(name, api)| Some(((*api).to_owned(), given(name)?)));
        let mut parameters: Map<_, _> = kept.collect();
        parameters.insert("HttpTokens".to_owned(), tokens);
        parameters.into()
    };
    let tokens_before = before.get("tokens").filter(|tokens| !tokens.is_null()).cloned();
    let undo =
        input.call(&MODIFY_METADATA_DEFAULTS, parameters(tokens_before.unwrap_or_else(|| "no-preference".into())));
    let mut after = before.as_object().cloned().unwrap_or_default();
    after.insert("tokens".to_owned(), "required".into());
    let write = input.write(&MODIFY_METADATA_DEFAULTS, parameters("required".into()), [undo]).then(field, after.into());
    Ok(Change::by([write]).telling(
        "instances that run stay as they are; new ones, of scaling groups too, answer only programs that ask for a \
         token, unless the launch or the image says otherwise",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remediation::operations::aws::testing::{parameters, prepare, undo};

    #[test]
    fn new_sharing_is_blocked() {
        let fields = json!({"snapshot_block_public_access": "unblocked", "image_block_public_access": "unblocked"});
        let change = prepare(&BLOCK_PUBLIC_SNAPSHOTS, fields.clone(), json!({})).unwrap();
        let call = json!({"State": "block-new-sharing"});
        assert_eq!(parameters(&change), [("ec2:EnableSnapshotBlockPublicAccess", call)]);
        assert_eq!(undo(&change), [("ec2:DisableSnapshotBlockPublicAccess", json!({}))]);
        let change = prepare(&BLOCK_PUBLIC_IMAGES, fields, json!({})).unwrap();
        let call = json!({"ImageBlockPublicAccessState": "block-new-sharing"});
        assert_eq!(parameters(&change), [("ec2:EnableImageBlockPublicAccess", call)]);
        assert_eq!(undo(&change), [("ec2:DisableImageBlockPublicAccess", json!({}))]);
    }

    #[test]
    fn what_is_blocked_stays_so() {
        for state in ["block-new-sharing", "block-all-sharing"] {
            let fields = json!({"snapshot_block_public_access": state, "image_block_public_access": state});
            for operation in [&BLOCK_PUBLIC_SNAPSHOTS, &BLOCK_PUBLIC_IMAGES] {
                assert_eq!(prepare(operation, fields.clone(), json!({})), Ok(Change::nothing()));
            }
        }
    }

    fn imdsv2(defaults: Value) -> Change {
        let fields = json!({"instance_metadata_defaults": defaults});
        prepare(&REQUIRE_IMDSV2_BY_DEFAULT, fields, json!({})).unwrap()
    }

    #[test]
    fn a_region_without_preferences_gets_one_and_loses_it_again() {
        let change = imdsv2(Value::Null);
        let call = |tokens: &str| ("ec2:ModifyInstanceMetadataDefaults", json!({"HttpTokens": tokens}));
        assert_eq!(parameters(&change), [call("required")]);
        assert_eq!(undo(&change), [call("no-preference")]);
        assert_eq!(change.writes[0].after["instance_metadata_defaults"], json!({"tokens": "required"}));
    }

    #[test]
    fn other_preferences_stay() {
        let change = imdsv2(json!({"tokens": "optional", "hop_limit": 2, "endpoint": null, "tags": "enabled"}));
        let call = |tokens: &str| {
            let all = json!({"HttpTokens": tokens, "HttpPutResponseHopLimit": 2, "InstanceMetadataTags": "enabled"});
            ("ec2:ModifyInstanceMetadataDefaults", all)
        };
        assert_eq!(parameters(&change), [call("required")]);
        assert_eq!(undo(&change), [call("optional")]);
        assert_eq!(imdsv2(json!({"tokens": "required", "hop_limit": 1})), Change::nothing());
    }
}
