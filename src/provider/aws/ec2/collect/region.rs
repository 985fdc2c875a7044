//! Reads the settings of a region.

use crate::inventory::aws::ec2::{InstanceMetadataDefaults, Region, calls};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::Task;
use aws_sdk_ec2::types::InstanceMetadataDefaultsResponse;
use std::collections::BTreeMap;

pub(super) async fn region(task: &Task) -> Result<(), CallFailure> {
    let (scope, ec2) = (&task.scope, task.scope.clients.ec2());
    let kind = Region::TYPE;
    let ebs_encryption_by_default: Reading<bool> = task
        .reading(kind, "ebs_encryption_by_default", || async {
            let answer = scope.call(&calls::GET_EBS_ENCRYPTION_BY_DEFAULT, ec2.get_ebs_encryption_by_default().send());
            Ok(answer.await?.ebs_encryption_by_default)
        })
        .await;
    let ebs_default_kms_key: Reading<String> = task
        .reading(kind, "ebs_default_kms_key", || async {
            let answer = scope.call(&calls::GET_EBS_DEFAULT_KMS_KEY_ID, ec2.get_ebs_default_kms_key_id().send());
            Ok(answer.await?.kms_key_id)
        })
        .await;
    let snapshot_block_public_access: Reading<String> = task
        .reading(kind, "snapshot_block_public_access", || async {
            let request = ec2.get_snapshot_block_public_access_state().send();
            let answer = scope.call(&calls::GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS_STATE, request).await?;
            Ok(answer.state.map(|state| state.as_str().to_owned()))
        })
        .await;
    let image_block_public_access: Reading<String> = task
        .reading(kind, "image_block_public_access", || async {
            let request = ec2.get_image_block_public_access_state().send();
            let answer = scope.call(&calls::GET_IMAGE_BLOCK_PUBLIC_ACCESS_STATE, request).await?;
            Ok(answer.image_block_public_access_state)
        })
        .await;
    let instance_metadata_defaults: Reading<InstanceMetadataDefaults> = task
        .reading(kind, "instance_metadata_defaults", || async {
            let request = ec2.get_instance_metadata_defaults().send();
            let answer = scope.call(&calls::GET_INSTANCE_METADATA_DEFAULTS, request).await?;
            Ok(answer.account_level.and_then(metadata_defaults))
        })
        .await;
    let readings = Region {
        ebs_encryption_by_default,
        ebs_default_kms_key,
        snapshot_block_public_access,
        image_block_public_access,
        instance_metadata_defaults,
    };
    let place = scope.place(scope.region(), Some(scope.region().to_owned()), BTreeMap::new());
    scope.emit(kind, place, &readings).await;
    Ok(())
}

/// None if the account prefers nothing: EC2 then answers an empty object.
fn metadata_defaults(defaults: InstanceMetadataDefaultsResponse) -> Option<InstanceMetadataDefaults> {
    let defaults = InstanceMetadataDefaults {
        tokens: defaults.http_tokens.map(|tokens| tokens.as_str().to_owned()),
        endpoint: defaults.http_endpoint.map(|endpoint| endpoint.as_str().to_owned()),
        hop_limit: defaults.http_put_response_hop_limit.map(i64::from),
        tags: defaults.instance_metadata_tags.map(|tags| tags.as_str().to_owned()),
        tokens_enforced: defaults.http_tokens_enforced.map(|enforced| enforced.as_str().to_owned()),
    };
    let InstanceMetadataDefaults { tokens, endpoint, hop_limit, tags, tokens_enforced } = &defaults;
    let texts = [tokens, endpoint, tags, tokens_enforced];
    let prefers = hop_limit.is_some() || texts.iter().any(|text| text.is_some());
    prefers.then_some(defaults)
}
