//! Reads volumes, snapshots and images.

use super::values::{moment, moment_of_text, name, tags};
use super::{AT_ONCE, PAGE};
use crate::inventory::aws::ec2::{Image, Snapshot, Volume, calls};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::collector::Task;
use aws_sdk_ec2::types::{CreateVolumePermission, ImageAttributeName, LaunchPermission, SnapshotAttributeName};
use futures_util::{StreamExt, stream};
use std::collections::HashSet;

pub(super) async fn volumes(task: &Task) -> Result<(), CallFailure> {
    let mut pages = task.scope.clients.ec2().describe_volumes().into_paginator().page_size(PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_VOLUMES, &mut pages).await? {
        for volume in page.volumes.unwrap_or_default() {
            let Some(id) = volume.volume_id else { continue };
            let readings = Volume {
                encrypted: Reading::sent(volume.encrypted, &calls::DESCRIBE_VOLUMES, "encrypted"),
                kms_key: volume.kms_key_id,
                state: volume.state.map(|state| state.as_str().to_owned()),
                attached_to: volume
                    .attachments
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|attachment| attachment.instance_id)
                    .collect(),
                snapshot: volume.snapshot_id.filter(|snapshot| !snapshot.is_empty()),
                size: volume.size.map(i64::from),
                created_at: moment(volume.create_time),
            };
            let tags = tags(volume.tags);
            task.scope.emit(Volume::TYPE, task.scope.place(id, name(&tags), tags), &readings).await;
        }
    }
    Ok(())
}

pub(super) async fn snapshots(task: &Task) -> Result<(), CallFailure> {
    let request = task.scope.clients.ec2().describe_snapshots().owner_ids("self");
    let mut pages = request.into_paginator().page_size(PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_SNAPSHOTS, &mut pages).await? {
        stream::iter(page.snapshots.unwrap_or_default())
            .for_each_concurrent(AT_ONCE, |snapshot| snapshot_readings(task, snapshot))
            .await;
    }
    Ok(())
}

async fn snapshot_readings(task: &Task, snapshot: aws_sdk_ec2::types::Snapshot) {
    let Some(id) = snapshot.snapshot_id.filter(|id| task.scope.concerns(id)) else { return };
    let is_public: Reading<bool> = task
        .reading(Snapshot::TYPE, "is_public", || async {
            let public = task.scope.once("ec2.public_snapshots", || public_snapshots(task)).await;
            public.as_ref().as_ref().map(|public| public.contains(&id)).map_err(Clone::clone)
        })
        .await;
    let shared_with = task.reading(Snapshot::TYPE, "shared_with", || shared_with(task, &id)).await;
    let readings = Snapshot {
        encrypted: Reading::sent(snapshot.encrypted, &calls::DESCRIBE_SNAPSHOTS, "encrypted"),
        kms_key: snapshot.kms_key_id,
        volume: snapshot.volume_id,
        created_at: moment(snapshot.start_time),
        is_public,
        shared_with,
    };
    let tags = tags(snapshot.tags);
    task.scope.emit(Snapshot::TYPE, task.scope.place(id, name(&tags), tags), &readings).await;
}

/// The account's snapshots that every account may restore.
async fn public_snapshots(task: &Task) -> Result<HashSet<String>, CallFailure> {
    let mut public = HashSet::new();
    let request = task.scope.clients.ec2().describe_snapshots().owner_ids("self").restorable_by_user_ids("all");
    let mut pages = request.into_paginator().page_size(PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_SNAPSHOTS, &mut pages).await? {
        public.extend(page.snapshots.unwrap_or_default().into_iter().filter_map(|snapshot| snapshot.snapshot_id));
    }
    Ok(public)
}

async fn shared_with(task: &Task, snapshot: &str) -> Result<Option<Vec<String>>, CallFailure> {
    let request = task
        .scope
        .clients
        .ec2()
        .describe_snapshot_attribute()
        .snapshot_id(snapshot)
        .attribute(SnapshotAttributeName::CreateVolumePermission)
        .send();
    let answer = task.scope.call_about(snapshot, &calls::DESCRIBE_SNAPSHOT_ATTRIBUTE, &[], request).await?;
    Ok(answer
        .map(|answer| answer.create_volume_permissions.unwrap_or_default().into_iter().filter_map(grantee).collect()))
}

fn grantee(permission: CreateVolumePermission) -> Option<String> {
    permission.user_id.or_else(|| permission.group.map(|group| group.as_str().to_owned()))
}

pub(super) async fn images(task: &Task) -> Result<(), CallFailure> {
    // Disabled and deprecated images are the account's own too, and an image stays public while it is deprecated.
    let request =
        task.scope.clients.ec2().describe_images().owners("self").include_deprecated(true).include_disabled(true);
    let mut pages = request.into_paginator().page_size(PAGE).send();
    while let Some(page) = task.scope.page(&calls::DESCRIBE_IMAGES, &mut pages).await? {
        for image in page.images.unwrap_or_default() {
            let Some(id) = image.image_id.filter(|id| task.scope.concerns(id)) else { continue };
            let shared_with = task.reading(Image::TYPE, "shared_with", || may_launch(task, &id)).await;
            let readings = Image {
                is_public: Reading::sent(image.public, &calls::DESCRIBE_IMAGES, "isPublic"),
                shared_with,
                state: image.state.map(|state| state.as_str().to_owned()),
                imds_support: image.imds_support.map(|support| support.as_str().to_owned()),
                created_at: moment_of_text(image.creation_date),
                deprecated_at: moment_of_text(image.deprecation_time),
            };
            let tags = tags(image.tags);
            let place = task.scope.place(id, image.name.or_else(|| name(&tags)), tags);
            task.scope.emit(Image::TYPE, place, &readings).await;
        }
    }
    Ok(())
}

async fn may_launch(task: &Task, image: &str) -> Result<Option<Vec<String>>, CallFailure> {
    let request = task
        .scope
        .clients
        .ec2()
        .describe_image_attribute()
        .image_id(image)
        .attribute(ImageAttributeName::LaunchPermission)
        .send();
    let answer = task.scope.call_about(image, &calls::DESCRIBE_IMAGE_ATTRIBUTE, &[], request).await?;
    Ok(answer.map(|answer| answer.launch_permissions.unwrap_or_default().into_iter().filter_map(launcher).collect()))
}

fn launcher(permission: LaunchPermission) -> Option<String> {
    let group = permission.group.map(|group| group.as_str().to_owned());
    permission.user_id.or(permission.organization_arn).or(permission.organizational_unit_arn).or(group)
}
