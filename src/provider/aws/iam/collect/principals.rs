//! Reads users, groups, roles and customer managed policies, all from one listing.

use super::authorization::Administrators;
use super::credential_report::{self, CredentialReport, Row};
use super::{administrators, keys, moment, texts};
use crate::inventory::aws::iam::{
    Administration, AttachedPolicy, GET_ACCOUNT_AUTHORIZATION_DETAILS, GET_GROUP, Group, InlinePolicy, Policy, Role,
    User,
};
use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::{CallFailure, Reading, ResourceType};
use crate::provider::aws::collector::{Outcome, Task};
use aws_sdk_iam::types::{EntityType, GroupDetail, ManagedPolicyDetail, PolicyDetail, RoleDetail, Tag, UserDetail};
use std::collections::BTreeMap;
use std::sync::Arc;

const KINDS: [(&ResourceType, EntityType); 4] = [
    (User::TYPE, EntityType::User),
    (Group::TYPE, EntityType::Group),
    (Role::TYPE, EntityType::Role),
    (Policy::TYPE, EntityType::LocalManagedPolicy),
];
/// The largest page that AWS allows; fewer calls are worth more than smaller pages.
pub(super) const PAGE_SIZE: i32 = 1000;

pub(super) async fn collect(task: Task) -> Outcome {
    let wanted: Vec<_> = KINDS.into_iter().filter(|(kind, _)| task.fields(kind).is_some()).collect();
    let result = pages(&task, wanted.iter().map(|(_, entity)| entity.clone()).collect()).await;
    wanted.into_iter().map(|(kind, _)| (kind, result.clone())).collect()
}

/// What is asked once for all users, groups and roles, if it is wanted.
struct Shared {
    report: Report,
    administrators: Option<Result<Administrators, CallFailure>>,
}

type Report = Option<Arc<Result<CredentialReport, CallFailure>>>;

impl Shared {
    fn administration(&self, task: &Task, kind: &ResourceType, arn: &str) -> Reading<Administration> {
        match &self.administrators {
            Some(Ok(administrators)) if task.wants(kind, "administration") => {
                Reading::Known(administrators.administration_of(arn))
            }
            Some(Err(failure)) if task.wants(kind, "administration") => Reading::Unreadable(failure.clone()),
            _ => Reading::NotCollected,
        }
    }
}

async fn pages(task: &Task, entities: Vec<EntityType>) -> Result<(), CallFailure> {
    let reported = ["password", "mfa_active", "access_keys"];
    let report = if reported.iter().any(|field| task.wants(User::TYPE, field)) {
        Some(credential_report::of(&task.scope).await)
    } else {
        None
    };
    let principals = [User::TYPE, Group::TYPE, Role::TYPE];
    let administrators = if principals.iter().any(|kind| task.wants(kind, "administration")) {
        Some(administrators::of(&task.scope).await)
    } else {
        None
    };
    let shared = Shared { report, administrators };
    let request = task.scope.clients.iam().get_account_authorization_details().set_filter(Some(entities));
    let mut pages = request.into_paginator().page_size(PAGE_SIZE).send();
    while let Some(page) = task.scope.page(&GET_ACCOUNT_AUTHORIZATION_DETAILS, &mut pages).await? {
        if task.fields(User::TYPE).is_some() {
            for user in page.user_detail_list.into_iter().flatten() {
                emit_user(task, user, &shared).await;
            }
        }
        if task.fields(Group::TYPE).is_some() {
            for group in page.group_detail_list.into_iter().flatten() {
                emit_group(task, group, &shared).await;
            }
        }
        if task.fields(Role::TYPE).is_some() {
            for role in page.role_detail_list.into_iter().flatten() {
                emit_role(task, role, &shared).await;
            }
        }
        if task.fields(Policy::TYPE).is_some() {
            for policy in page.policies.into_iter().flatten() {
                emit_policy(task, policy).await;
            }
        }
    }
    Ok(())
}

async fn emit_user(task: &Task, user: UserDetail, shared: &Shared) {
    let report = &shared.report;
    let Some(arn) = user.arn.filter(|arn| task.scope.concerns(arn)) else { return };
    let name = user.user_name.as_deref().unwrap_or_default();
    let current = if task.wants(User::TYPE, "current_access_keys") || task.scope.is_for_one() {
        Some(keys::list(&task.scope, name).await)
    } else {
        None
    };
    // Of one user alone the keys are told as they are now, and not as the report saw them hours ago.
    let access_keys = match &current {
        Some(keys) if task.scope.is_for_one() && task.wants(User::TYPE, "access_keys") => {
            keys::with_last_use(&task.scope, keys).await.into()
        }
        _ => reported(task, "access_keys", report, &arn, Row::access_keys),
    };
    let texts = task.reading(User::TYPE, "inline_policy_texts", || async {
        texts::of_user(&task.scope, name, &names(user.user_policy_list.as_deref())).await
    });
    let readings = User {
        inline_policy_texts: texts.await,
        administration: shared.administration(task, User::TYPE, &arn),
        created_at: user.create_date.and_then(moment),
        path: user.path,
        groups: user.group_list.unwrap_or_default(),
        attached_policies: attached(user.attached_managed_policies),
        inline_policies: inline(task, User::TYPE, user.user_policy_list),
        permissions_boundary: user.permissions_boundary.and_then(|boundary| boundary.permissions_boundary_arn),
        password: reported(task, "password", report, &arn, Row::password),
        mfa_active: reported(task, "mfa_active", report, &arn, Row::mfa_active),
        access_keys,
        current_access_keys: match current {
            Some(keys) if task.wants(User::TYPE, "current_access_keys") => keys.into(),
            _ => Reading::NotCollected,
        },
    };
    let place = task.scope.global_place(arn, user.user_name, tags(user.tags));
    task.scope.emit(User::TYPE, place, &readings).await;
}

async fn emit_group(task: &Task, group: GroupDetail, shared: &Shared) {
    let Some(arn) = group.arn.filter(|arn| task.scope.concerns(arn)) else { return };
    let name = group.group_name.as_deref().unwrap_or_default();
    let texts = task.reading(Group::TYPE, "inline_policy_texts", || async {
        texts::of_group(&task.scope, name, &names(group.group_policy_list.as_deref())).await
    });
    let members = if ["members", "asked_by_member"].iter().any(|field| task.wants(Group::TYPE, field)) {
        Some(members(task, name).await)
    } else {
        None
    };
    let us = &task.session.account.identity;
    let asked_by_member = members.clone().map(|members| members.map(|members| members.contains(us)));
    let readings = Group {
        members: wanted(task, "members", members),
        asked_by_member: wanted(task, "asked_by_member", asked_by_member),
        inline_policy_texts: texts.await,
        administration: shared.administration(task, Group::TYPE, &arn),
        created_at: group.create_date.and_then(moment),
        path: group.path,
        attached_policies: attached(group.attached_managed_policies),
        inline_policies: inline(task, Group::TYPE, group.group_policy_list),
    };
    let place = task.scope.global_place(arn, group.group_name, BTreeMap::new());
    task.scope.emit(Group::TYPE, place, &readings).await;
}

/// A reading of a group that was asked for together with another.
fn wanted<T>(task: &Task, field: &str, answer: Option<Result<T, CallFailure>>) -> Reading<T> {
    match answer {
        Some(answer) if task.wants(Group::TYPE, field) => answer.into(),
        _ => Reading::NotCollected,
    }
}

async fn members(task: &Task, group: &str) -> Result<Vec<String>, CallFailure> {
    let mut pages = task.scope.clients.iam().get_group().group_name(group).into_paginator().send();
    let mut members = Vec::new();
    while let Some(page) = task.scope.page_about(group, &GET_GROUP, &mut pages).await? {
        members.extend(page.users.into_iter().map(|user| user.arn));
    }
    Ok(members)
}

async fn emit_role(task: &Task, role: RoleDetail, shared: &Shared) {
    let Some(arn) = role.arn.filter(|arn| task.scope.concerns(arn)) else { return };
    let name = role.role_name.as_deref().unwrap_or_default();
    let texts = task.reading(Role::TYPE, "inline_policy_texts", || async {
        texts::of_role(&task.scope, name, &names(role.role_policy_list.as_deref())).await
    });
    let texts = texts.await;
    let trust_policy_text = task.reading(Role::TYPE, "trust_policy_text", || texts::of_trust(&task.scope, name)).await;
    let service_linked = role.path.as_ref().map(|path| path.starts_with("/aws-service-role/"));
    let trust_policy = if task.wants(Role::TYPE, "trust_policy") {
        document(role.assume_role_policy_document.as_deref(), "trust policy").into()
    } else {
        Reading::NotCollected
    };
    let readings = Role {
        created_at: sent(role.create_date.and_then(moment), "creation date").into(),
        service_linked: sent(service_linked, "path").into(),
        path: role.path,
        trust_policy,
        trust_policy_text,
        inline_policy_texts: texts,
        administration: shared.administration(task, Role::TYPE, &arn),
        attached_policies: attached(role.attached_managed_policies),
        inline_policies: inline(task, Role::TYPE, role.role_policy_list),
        permissions_boundary: role.permissions_boundary.and_then(|boundary| boundary.permissions_boundary_arn),
        last_used_at: role.role_last_used.and_then(|used| used.last_used_date).and_then(moment),
    };
    let place = task.scope.global_place(arn, role.role_name, tags(role.tags));
    task.scope.emit(Role::TYPE, place, &readings).await;
}

async fn emit_policy(task: &Task, policy: ManagedPolicyDetail) {
    let Some(arn) = policy.arn else { return };
    let in_force = policy.policy_version_list.into_iter().flatten().find(|version| version.is_default_version);
    let document = if task.wants(Policy::TYPE, "document") {
        document(in_force.and_then(|version| version.document).as_deref(), "default version of the policy").into()
    } else {
        Reading::NotCollected
    };
    let readings = Policy {
        updated_at: policy.update_date.and_then(moment),
        attachment_count: sent(policy.attachment_count.map(i64::from), "attachment count").into(),
        document,
    };
    let place = task.scope.global_place(arn, policy.policy_name, BTreeMap::new());
    task.scope.emit(Policy::TYPE, place, &readings).await;
}

/// A reading from the user's row of the credential report.
fn reported<T, A>(
    task: &Task,
    field: &str,
    report: &Report,
    arn: &str,
    read: fn(&Row) -> Result<A, CallFailure>,
) -> Reading<T>
where
    Result<A, CallFailure>: Into<Reading<T>>,
{
    match report {
        Some(report) if task.wants(User::TYPE, field) => {
            report.as_ref().as_ref().map_err(Clone::clone).and_then(|report| report.user(arn)).and_then(read).into()
        }
        _ => Reading::NotCollected,
    }
}

fn sent<T>(value: Option<T>, what: &str) -> Result<T, CallFailure> {
    value.ok_or_else(|| CallFailure::incomplete(&GET_ACCOUNT_AUTHORIZATION_DETAILS, what))
}

fn document(text: Option<&str>, what: &str) -> Result<PolicyDocument, CallFailure> {
    PolicyDocument::parse_percent_encoded(sent(text, what)?, &GET_ACCOUNT_AUTHORIZATION_DETAILS)
}

/// The names of inline policies.
fn names(policies: Option<&[PolicyDetail]>) -> Vec<String> {
    policies.into_iter().flatten().filter_map(|policy| policy.policy_name.clone()).collect()
}

fn attached(policies: Option<Vec<aws_sdk_iam::types::AttachedPolicy>>) -> Vec<AttachedPolicy> {
    policies
        .into_iter()
        .flatten()
        .map(|policy| AttachedPolicy {
            policy_name: policy.policy_name.unwrap_or_default(),
            arn: policy.policy_arn.unwrap_or_default(),
        })
        .collect()
}

fn inline(task: &Task, kind: &ResourceType, policies: Option<Vec<PolicyDetail>>) -> Reading<Vec<InlinePolicy>> {
    if !task.wants(kind, "inline_policies") {
        return Reading::NotCollected;
    }
    let parse = |policy: PolicyDetail| {
        let policy_name = policy.policy_name.unwrap_or_default();
        let document = document(policy.policy_document.as_deref(), "inline policy");
        document.map(|document| InlinePolicy { policy_name, document })
    };
    policies.into_iter().flatten().map(parse).collect::<Result<Vec<_>, _>>().into()
}

fn tags(tags: Option<Vec<Tag>>) -> BTreeMap<String, String> {
    tags.into_iter().flatten().map(|tag| (tag.key, tag.value)).collect()
}
