//! The write calls of IAM.

use crate::provider::aws::Scope;
use crate::provider::aws::write::{Parameters, Written, write_calls};
use aws_sdk_iam::types::StatusType;

write_calls! {
    "iam:UpdateAccountPasswordPolicy" => update_password_policy,
    "iam:DeleteAccountPasswordPolicy" => delete_password_policy,
    "iam:UpdateAccessKey" => update_access_key,
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
