//! Reads policies as they were written. The listing of all identities brings what they say; putting one back as it was
//! takes the text.

use crate::inventory::aws::iam::{GET_GROUP_POLICY, GET_ROLE, GET_ROLE_POLICY, GET_USER_POLICY, InlinePolicyText};
use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::{ApiCall, CallFailure};
use crate::provider::aws::Scope;

/// The texts of these inline policies of a user.
pub(super) async fn of_user(scope: &Scope, user: &str, names: &[String]) -> Result<Vec<InlinePolicyText>, CallFailure> {
    let mut texts = Vec::new();
    for name in names {
        let request = scope.clients.iam().get_user_policy().user_name(user).policy_name(name).send();
        let answer = scope.call_about(user, &GET_USER_POLICY, &[], request).await?;
        texts.push(inline(name, &GET_USER_POLICY, answer.map(|answer| answer.policy_document))?);
    }
    Ok(texts)
}

/// The texts of these inline policies of a group.
pub(super) async fn of_group(
    scope: &Scope,
    group: &str,
    names: &[String],
) -> Result<Vec<InlinePolicyText>, CallFailure> {
    let mut texts = Vec::new();
    for name in names {
        let request = scope.clients.iam().get_group_policy().group_name(group).policy_name(name).send();
        let answer = scope.call_about(group, &GET_GROUP_POLICY, &[], request).await?;
        texts.push(inline(name, &GET_GROUP_POLICY, answer.map(|answer| answer.policy_document))?);
    }
    Ok(texts)
}

/// The texts of these inline policies of a role.
pub(super) async fn of_role(scope: &Scope, role: &str, names: &[String]) -> Result<Vec<InlinePolicyText>, CallFailure> {
    let mut texts = Vec::new();
    for name in names {
        let request = scope.clients.iam().get_role_policy().role_name(role).policy_name(name).send();
        let answer = scope.call_about(role, &GET_ROLE_POLICY, &[], request).await?;
        texts.push(inline(name, &GET_ROLE_POLICY, answer.map(|answer| answer.policy_document))?);
    }
    Ok(texts)
}

/// The text of a role's trust policy.
pub(super) async fn of_trust(scope: &Scope, role: &str) -> Result<String, CallFailure> {
    let request = scope.clients.iam().get_role().role_name(role).send();
    let answer = scope.call_about(role, &GET_ROLE, &[], request).await?;
    text(&GET_ROLE, answer.and_then(|answer| answer.role).and_then(|role| role.assume_role_policy_document))
}

fn inline(name: &str, call: &ApiCall, encoded: Option<String>) -> Result<InlinePolicyText, CallFailure> {
    Ok(InlinePolicyText { policy_name: name.to_owned(), text: text(call, encoded)? })
}

fn text(call: &ApiCall, encoded: Option<String>) -> Result<String, CallFailure> {
    let encoded = encoded.ok_or_else(|| CallFailure::incomplete(call, "policy"))?;
    Ok(PolicyDocument::percent_decoded(&encoded, call)?.into_owned())
}
