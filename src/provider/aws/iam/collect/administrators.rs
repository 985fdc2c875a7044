//! Asks the account who administers it.

use super::authorization::{Administrators, Listed, Policies, in_force};
use super::{account, keys, principals};
use crate::inventory::CallFailure;
use crate::inventory::aws::iam::{GET_ACCOUNT_AUTHORIZATION_DETAILS, GET_LOGIN_PROFILE};
use crate::provider::aws::Scope;
use aws_sdk_iam::types::EntityType;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::BTreeMap;

/// Asks the account for everything that decides.
pub(super) async fn of(scope: &Scope) -> Result<Administrators, CallFailure> {
    let listed = listed(scope).await?;
    let saml = account::saml_providers(scope).await?;
    let mut administrators = listed.administrators(scope.account(), &saml);
    let able: BTreeMap<String, bool> = stream::iter(administrators.users())
        .map(|user| async move { can_sign_in(scope, &user).await.map(|able| (user, able)) })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    administrators.keep_if(|user| able.get(user) == Some(&true));
    Ok(administrators)
}

/// Users asked about at once; the scope's limits decide how many of their calls are under way.
const AT_ONCE: usize = 16;

async fn can_sign_in(scope: &Scope, user: &str) -> Result<bool, CallFailure> {
    let request = scope.clients.iam().get_login_profile().user_name(user).send();
    if scope.call_about(user, &GET_LOGIN_PROFILE, &["NoSuchEntity"], request).await?.is_some() {
        return Ok(true);
    }
    Ok(keys::list(scope, user).await?.iter().any(|key| key.status == "Active"))
}

async fn listed(scope: &Scope) -> Result<Listed, CallFailure> {
    let entities = [
        EntityType::User,
        EntityType::Group,
        EntityType::Role,
        EntityType::LocalManagedPolicy,
        EntityType::AwsManagedPolicy,
    ];
    let request = scope.clients.iam().get_account_authorization_details().set_filter(Some(entities.to_vec()));
    let mut pages = request.into_paginator().page_size(principals::PAGE_SIZE).send();
    let (mut users, mut groups, mut roles, mut policies) = (Vec::new(), Vec::new(), Vec::new(), Policies::new());
    while let Some(page) = scope.page(&GET_ACCOUNT_AUTHORIZATION_DETAILS, &mut pages).await? {
        users.extend(page.user_detail_list.into_iter().flatten());
        groups.extend(page.group_detail_list.into_iter().flatten());
        roles.extend(page.role_detail_list.into_iter().flatten());
        policies.extend(page.policies.into_iter().flatten().filter_map(in_force));
    }
    Ok(Listed::new(users, groups, roles, &policies))
}
