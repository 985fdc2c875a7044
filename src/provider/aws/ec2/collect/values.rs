//! Values that several types of EC2 share.

use crate::inventory::schema::Moment;
use aws_smithy_types::DateTime;
use std::collections::BTreeMap;

/// True if the account itself owns it. Networks that other accounts share are listed too, but what matters of them
/// (flow logs for instance) is visible to their owner alone; they are judged there.
pub(super) fn owned_by(account: &str, owner: Option<&str>) -> bool {
    owner.is_none_or(|owner| owner == account)
}

/// Tags as a map.
pub(super) fn tags(tags: Option<Vec<aws_sdk_ec2::types::Tag>>) -> BTreeMap<String, String> {
    tags.unwrap_or_default().into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}

/// The name that people see in the console: the tag `Name`.
pub(super) fn name(tags: &BTreeMap<String, String>) -> Option<String> {
    tags.get("Name").filter(|name| !name.is_empty()).cloned()
}

/// A moment of the SDK.
pub(super) fn moment(moment: Option<DateTime>) -> Option<Moment> {
    Moment::from_unix_seconds(moment?.secs())
}

/// A moment that EC2 writes as text.
pub(super) fn moment_of_text(text: Option<String>) -> Option<Moment> {
    let timestamp: jiff::Timestamp = text?.parse().ok()?;
    Moment::from_unix_seconds(timestamp.as_second())
}
