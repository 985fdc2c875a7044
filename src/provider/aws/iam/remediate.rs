//! The write calls of IAM.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_iam::types::StatusType;

write_calls! {
    "iam:UpdateAccountPasswordPolicy" => update_password_policy,
    "iam:DeleteAccountPasswordPolicy" => delete_password_policy,
    "iam:UpdateAccessKey" => update_access_key,
    "iam:DetachUserPolicy" => detach_user_policy,
    "iam:AttachUserPolicy" => attach_user_policy,
    "iam:DeleteUserPolicy" => delete_user_policy,
    "iam:PutUserPolicy" => put_user_policy,
    "iam:DetachGroupPolicy" => detach_group_policy,
    "iam:AttachGroupPolicy" => attach_group_policy,
    "iam:DeleteGroupPolicy" => delete_group_policy,
    "iam:PutGroupPolicy" => put_group_policy,
    "iam:DetachRolePolicy" => detach_role_policy,
    "iam:AttachRolePolicy" => attach_role_policy,
    "iam:DeleteRolePolicy" => delete_role_policy,
    "iam:PutRolePolicy" => put_role_policy,
    "iam:UpdateAssumeRolePolicy" => update_assume_role_policy,
}

async fn update_password_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .iam()
        .update_account_password_policy()
        .set_minimum_password_length(given.given_number("MinimumPasswordLength"))
        .set_password_reuse_prevention(given.given_number("PasswordReusePrevention"))
        .set_max_password_age(given.given_number("MaxPasswordAge"))
        .set_require_symbols(given.given_switch("RequireSymbols"))
        .set_require_numbers(given.given_switch("RequireNumbers"))
        .set_require_uppercase_characters(given.given_switch("RequireUppercaseCharacters"))
        .set_require_lowercase_characters(given.given_switch("RequireLowercaseCharacters"))
        .set_allow_users_to_change_password(given.given_switch("AllowUsersToChangePassword"))
        .set_hard_expiry(given.given_switch("HardExpiry"));
    given.done(request.send().await)
}

async fn delete_password_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    given.done(scope.clients.iam().delete_account_password_policy().send().await)
}

async fn update_access_key(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .iam()
        .update_access_key()
        .user_name(given.text("UserName")?)
        .access_key_id(given.text("AccessKeyId")?)
        .status(StatusType::from(given.text("Status")?));
    given.done(request.send().await)
}

async fn detach_user_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.iam().detach_user_policy();
    let request = request.user_name(given.text("UserName")?).policy_arn(given.text("PolicyArn")?);
    given.done(request.send().await)
}

async fn attach_user_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.iam().attach_user_policy();
    let request = request.user_name(given.text("UserName")?).policy_arn(given.text("PolicyArn")?);
    given.done(request.send().await)
}

async fn delete_user_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.iam().delete_user_policy();
    let request = request.user_name(given.text("UserName")?).policy_name(given.text("PolicyName")?);
    given.done(request.send().await)
}

async fn put_user_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .iam()
        .put_user_policy()
        .user_name(given.text("UserName")?)
        .policy_name(given.text("PolicyName")?)
        .policy_document(given.text("PolicyDocument")?);
    given.done(request.send().await)
}

async fn detach_group_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.iam().detach_group_policy();
    let request = request.group_name(given.text("GroupName")?).policy_arn(given.text("PolicyArn")?);
    given.done(request.send().await)
}

async fn attach_group_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.iam().attach_group_policy();
    let request = request.group_name(given.text("GroupName")?).policy_arn(given.text("PolicyArn")?);
    given.done(request.send().await)
}

async fn delete_group_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.iam().delete_group_policy();
    let request = request.group_name(given.text("GroupName")?).policy_name(given.text("PolicyName")?);
    given.done(request.send().await)
}

async fn put_group_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .iam()
        .put_group_policy()
        .group_name(given.text("GroupName")?)
        .policy_name(given.text("PolicyName")?)
        .policy_document(given.text("PolicyDocument")?);
    given.done(request.send().await)
}

async fn detach_role_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.iam().detach_role_policy();
    let request = request.role_name(given.text("RoleName")?).policy_arn(given.text("PolicyArn")?);
    given.done(request.send().await)
}

async fn attach_role_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.iam().attach_role_policy();
    let request = request.role_name(given.text("RoleName")?).policy_arn(given.text("PolicyArn")?);
    given.done(request.send().await)
}

async fn delete_role_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.iam().delete_role_policy();
    let request = request.role_name(given.text("RoleName")?).policy_name(given.text("PolicyName")?);
    given.done(request.send().await)
}

async fn put_role_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope
        .clients
        .iam()
        .put_role_policy()
        .role_name(given.text("RoleName")?)
        .policy_name(given.text("PolicyName")?)
        .policy_document(given.text("PolicyDocument")?);
    given.done(request.send().await)
}

async fn update_assume_role_policy(scope: &Scope, given: Parameters<'_>) -> Written {
    let request = scope.clients.iam().update_assume_role_policy();
    let request = request.role_name(given.text("RoleName")?).policy_document(given.text("PolicyDocument")?);
    given.done(request.send().await)
}
