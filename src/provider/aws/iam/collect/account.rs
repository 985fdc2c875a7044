//! Reads the account-wide settings of IAM.

use super::credential_report;
use crate::inventory::aws::iam::{self, Account, PasswordPolicy, PolicyHolders};
use crate::inventory::{CallFailure, Reading};
use crate::provider::aws::Scope;
use crate::provider::aws::collector::Task;
use aws_sdk_iam::types::{AssignmentStatusType, SummaryKeyType, VirtualMfaDevice};
use std::collections::{BTreeMap, HashMap};

pub(super) async fn collect(task: Task) -> Result<(), CallFailure> {
    let scope = &task.scope;
    let summary = if SUMMARY_FIELDS.iter().any(|field| task.wants(Account::TYPE, field)) {
        Some(summary(scope).await)
    } else {
        None
    };
    let from_summary = |field: &str, key: &SummaryKeyType| match &summary {
        Some(summary) if task.wants(Account::TYPE, field) => {
            summary.clone().map(|summary| summary.get(key).map(|count| *count > 0)).into()
        }
        _ => Reading::NotCollected,
    };
    let readings = Account {
        root_has_access_keys: never_absent(from_summary(
            "root_has_access_keys",
            &SummaryKeyType::AccountAccessKeysPresent,
        )),
        root_has_mfa: never_absent(from_summary("root_has_mfa", &SummaryKeyType::AccountMfaEnabled)),
        root_has_password: from_summary("root_has_password", &SummaryKeyType::AccountPasswordPresent),
        root_has_virtual_mfa: task.reading(Account::TYPE, "root_has_virtual_mfa", || root_has_virtual_mfa(scope)).await,
        root_last_used_at: task
            .reading(Account::TYPE, "root_last_used_at", || async {
                credential_report::of(scope).await.as_ref().as_ref().map_err(Clone::clone)?.root_last_used_at()
            })
            .await,
        password_policy: task.reading(Account::TYPE, "password_policy", || password_policy(scope)).await,
        support_access_holders: task
            .reading(Account::TYPE, "support_access_holders", || holders(scope, "AWSSupportAccess"))
            .await,
        cloudshell_full_access_holders: task
            .reading(Account::TYPE, "cloudshell_full_access_holders", || holders(scope, "AWSCloudShellFullAccess"))
            .await,
        saml_providers: task.reading(Account::TYPE, "saml_providers", || saml_providers(scope)).await,
        oidc_providers: task.reading(Account::TYPE, "oidc_providers", || oidc_providers(scope)).await,
    };
    let place = scope.global_place(scope.account(), None, BTreeMap::new());
    scope.emit(Account::TYPE, place, &readings).await;
    Ok(())
}

const SUMMARY_FIELDS: [&str; 3] = ["root_has_access_keys", "root_has_mfa", "root_has_password"];

async fn summary(scope: &Scope) -> Result<HashMap<SummaryKeyType, i32>, CallFailure> {
    let request = scope.clients.iam().get_account_summary().send();
    scope.call(&iam::GET_ACCOUNT_SUMMARY, request).await.map(|answer| answer.summary_map.unwrap_or_default())
}

fn never_absent(reading: Reading<bool>) -> Reading<bool> {
    match reading {
        Reading::Absent => {
            Reading::Unreadable(CallFailure::incomplete(&iam::GET_ACCOUNT_SUMMARY, "word on the root user"))
        }
        other => other,
    }
}

async fn root_has_virtual_mfa(scope: &Scope) -> Result<bool, CallFailure> {
    let request = scope.clients.iam().list_virtual_mfa_devices().assignment_status(AssignmentStatusType::Assigned);
    let mut pages = request.into_paginator().send();
    while let Some(page) = scope.page(&iam::LIST_VIRTUAL_MFA_DEVICES, &mut pages).await? {
        if page.virtual_mfa_devices.iter().any(belongs_to_root) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn belongs_to_root(device: &VirtualMfaDevice) -> bool {
    device.user.as_ref().is_some_and(|user| user.arn.ends_with(":root"))
        || device.serial_number.ends_with(":mfa/root-account-mfa-device")
}

async fn password_policy(scope: &Scope) -> Result<Option<PasswordPolicy>, CallFailure> {
    let request = scope.clients.iam().get_account_password_policy().send();
    let call = &iam::GET_ACCOUNT_PASSWORD_POLICY;
    let Some(answer) = scope.call_about(scope.account(), call, &["NoSuchEntity"], request).await? else {
        return Ok(None);
    };
    let policy = answer.password_policy.ok_or_else(|| CallFailure::incomplete(call, "password policy"))?;
    let minimum_length =
        policy.minimum_password_length.ok_or_else(|| CallFailure::incomplete(call, "minimum length"))?;
    Ok(Some(PasswordPolicy {
        minimum_length: minimum_length.into(),
        remembered_passwords: policy.password_reuse_prevention.map(i64::from).filter(|count| *count > 0),
        max_age_days: policy.max_password_age.map(i64::from).filter(|days| *days > 0),
        requires_symbols: policy.require_symbols,
        requires_numbers: policy.require_numbers,
        requires_uppercase: policy.require_uppercase_characters,
        requires_lowercase: policy.require_lowercase_characters,
        users_may_change: policy.allow_users_to_change_password,
        hard_expiry: policy.hard_expiry.unwrap_or(false),
    }))
}

/// The holders of one of AWS's own policies; nobody holds a policy that the partition does not have.
async fn holders(scope: &Scope, policy: &str) -> Result<PolicyHolders, CallFailure> {
    let arn = format!("arn:{}:iam::aws:policy/{policy}", scope.partition());
    let mut holders = PolicyHolders { users: Vec::new(), groups: Vec::new(), roles: Vec::new() };
    let mut marker = None;
    loop {
        let request = scope.clients.iam().list_entities_for_policy().policy_arn(&arn).set_marker(marker).send();
        let call = &iam::LIST_ENTITIES_FOR_POLICY;
        let Some(page) = scope.call_about(&arn, call, &["NoSuchEntity"], request).await? else { break };
        holders.users.extend(page.policy_users.into_iter().flatten().filter_map(|user| user.user_name));
        holders.groups.extend(page.policy_groups.into_iter().flatten().filter_map(|group| group.group_name));
        holders.roles.extend(page.policy_roles.into_iter().flatten().filter_map(|role| role.role_name));
        marker = page.marker;
        if !page.is_truncated || marker.is_none() {
            break;
        }
    }
    Ok(holders)
}

pub(super) async fn saml_providers(scope: &Scope) -> Result<Vec<String>, CallFailure> {
    let request = scope.clients.iam().list_saml_providers().send();
    let answer = scope.call(&iam::LIST_SAML_PROVIDERS, request).await?;
    Ok(answer.saml_provider_list.into_iter().flatten().filter_map(|provider| provider.arn).collect())
}

async fn oidc_providers(scope: &Scope) -> Result<Vec<String>, CallFailure> {
    let request = scope.clients.iam().list_open_id_connect_providers().send();
    let answer = scope.call(&iam::LIST_OIDC_PROVIDERS, request).await?;
    Ok(answer.open_id_connect_provider_list.into_iter().flatten().filter_map(|provider| provider.arn).collect())
}
