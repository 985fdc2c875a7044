//! The guard for the last administrator, and roles that are not the account's own.

use crate::remediation::operation::{Input, Refusal};
use serde_json::Value;

/// What a person should know if these policies go; none if no administration rests on them.
///
/// # Errors
/// If nobody is known to administer the account then.
pub(super) fn without(input: &Input<'_>, policies: &[&str]) -> Result<Option<String>, Refusal> {
    let administration = input.field("administration")?;
    if texts(administration, "granted_by").any(|granted| policies.contains(&granted)) {
        stays(administration).map(Some)
    } else {
        Ok(None)
    }
}

/// What administration has to do with it when these policies are gone, for repairs that follow.
pub(super) fn after(input: &Input<'_>, policies: &[&str]) -> Result<Value, Refusal> {
    let mut administration = input.field("administration")?.clone();
    let left: Vec<&str> = texts(&administration, "granted_by").filter(|granted| !policies.contains(granted)).collect();
    administration["granted_by"] = left.into_iter().map(Value::from).collect();
    Ok(administration)
}

/// What a person should know if nobody comes into a role any more; none if no administration rests on its policies.
///
/// # Errors
/// If nobody is known to administer the account then.
pub(super) fn without_role(input: &Input<'_>) -> Result<Option<String>, Refusal> {
    let administration = input.field("administration")?;
    if texts(administration, "granted_by").next().is_some() { stays(administration).map(Some) } else { Ok(None) }
}

/// How many administrators are named.
const NAMED: usize = 3;

fn stays(administration: &Value) -> Result<String, Refusal> {
    let remaining: Vec<_> = texts(administration, "remaining_administrators").collect();
    if remaining.is_empty() {
        return Err(Refusal::LocksOut(
            "nobody else is known to administer the account, the root user apart: first make sure that a role with \
             full administration can be assumed by people"
                .to_owned(),
        ));
    }
    let named = remaining.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    Ok(match remaining.len() - remaining.len().min(NAMED) {
        0 => format!("the account is still administered by {named}"),
        more => format!("the account is still administered by {named} and {more} more"),
    })
}

fn texts<'a>(administration: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    administration.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// # Errors
/// If IAM lets only AWS change the role.
pub(super) fn of_the_account(input: &Input<'_>) -> Result<(), Refusal> {
    let path = input.field("path")?.as_str().unwrap_or_default();
    let whose = if path.starts_with("/aws-service-role/") {
        "an AWS service made the role for itself and only it can change it: change the service's own settings"
    } else if path.starts_with("/aws-reserved/") {
        "IAM Identity Center keeps the role: change the permission set from which it was made"
    } else {
        return Ok(());
    };
    Err(Refusal::Unsuitable(whose.to_owned()))
}
