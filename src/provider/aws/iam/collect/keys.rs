//! Reads the access keys of one user from IAM itself, past the credential report.

use super::moment;
use crate::inventory::CallFailure;
use crate::inventory::aws::iam::{AccessKey, CurrentAccessKey, GET_ACCESS_KEY_LAST_USED, LIST_ACCESS_KEYS};
use crate::provider::aws::Scope;

/// The keys of a user.
pub(super) async fn list(scope: &Scope, user: &str) -> Result<Vec<CurrentAccessKey>, CallFailure> {
    // A user has at most two keys, so there is one page.
    let request = scope.clients.iam().list_access_keys().user_name(user).send();
    let answer = scope.call_about(user, &LIST_ACCESS_KEYS, &[], request).await?;
    let keys = answer.into_iter().flat_map(|answer| answer.access_key_metadata);
    let mut keys = keys
        .map(|key| {
            let incomplete = |what| CallFailure::incomplete(&LIST_ACCESS_KEYS, what);
            Ok(CurrentAccessKey {
                id: key.access_key_id.ok_or_else(|| incomplete("id"))?,
                status: key.status.ok_or_else(|| incomplete("status"))?.as_str().to_owned(),
                created_at: key.create_date.and_then(moment).ok_or_else(|| incomplete("creation date"))?,
            })
        })
        .collect::<Result<Vec<_>, CallFailure>>()?;
    keys.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(keys)
}

/// The same keys as controls see them, each with its last use.
pub(super) async fn with_last_use(
    scope: &Scope,
    keys: &Result<Vec<CurrentAccessKey>, CallFailure>,
) -> Result<Vec<AccessKey>, CallFailure> {
    let mut known = Vec::new();
    for (slot, key) in (1..).zip(keys.as_ref().map_err(Clone::clone)?) {
        let request = scope.clients.iam().get_access_key_last_used().access_key_id(&key.id).send();
        let answer = scope.call_about(&key.id, &GET_ACCESS_KEY_LAST_USED, &[], request).await?;
        let used = answer.and_then(|answer| answer.access_key_last_used);
        known.push(AccessKey {
            id: Some(key.id.clone()),
            slot,
            status: key.status.clone(),
            created_at: key.created_at.clone(),
            last_used_at: used.and_then(|used| used.last_used_date).and_then(moment),
        });
    }
    Ok(known)
}
