//! Resource types of AWS IAM.

use super::policy_document::PolicyDocument;
use crate::inventory::document::text;
use crate::inventory::schema::{ApiCall, Moment, ResourceType, Type};
use crate::{record, resource_type};
use serde_json::Value;

/// Users, groups, roles and customer managed policies with all that hangs on them.
pub const GET_ACCOUNT_AUTHORIZATION_DETAILS: ApiCall =
    ApiCall::new("iam:GetAccountAuthorizationDetails", &["iam:GetAccountAuthorizationDetails"]);
/// Counts, and facts of the root user.
pub const GET_ACCOUNT_SUMMARY: ApiCall = ApiCall::new("iam:GetAccountSummary", &["iam:GetAccountSummary"]);
/// The rules for passwords of IAM users.
pub const GET_ACCOUNT_PASSWORD_POLICY: ApiCall =
    ApiCall::new("iam:GetAccountPasswordPolicy", &["iam:GetAccountPasswordPolicy"]);
/// Makes AWS write the credential report; changes nothing else.
pub const GENERATE_CREDENTIAL_REPORT: ApiCall =
    ApiCall::new("iam:GenerateCredentialReport", &["iam:GenerateCredentialReport"]);
/// The credential report.
pub const GET_CREDENTIAL_REPORT: ApiCall = ApiCall::new("iam:GetCredentialReport", &["iam:GetCredentialReport"]);
/// The access keys of a user.
pub const LIST_ACCESS_KEYS: ApiCall = ApiCall::new("iam:ListAccessKeys", &["iam:ListAccessKeys"]);
/// When an access key was last used.
pub const GET_ACCESS_KEY_LAST_USED: ApiCall = ApiCall::new("iam:GetAccessKeyLastUsed", &["iam:GetAccessKeyLastUsed"]);
/// The MFA devices that are apps.
pub const LIST_VIRTUAL_MFA_DEVICES: ApiCall = ApiCall::new("iam:ListVirtualMFADevices", &["iam:ListVirtualMFADevices"]);
/// Who holds a managed policy.
pub const LIST_ENTITIES_FOR_POLICY: ApiCall = ApiCall::new("iam:ListEntitiesForPolicy", &["iam:ListEntitiesForPolicy"]);
/// The password of a user; IAM refuses if there is none.
pub const GET_LOGIN_PROFILE: ApiCall = ApiCall::new("iam:GetLoginProfile", &["iam:GetLoginProfile"]);
/// The members of a group.
pub const GET_GROUP: ApiCall = ApiCall::new("iam:GetGroup", &["iam:GetGroup"]);
/// A role, with the text of its trust policy.
pub const GET_ROLE: ApiCall = ApiCall::new("iam:GetRole", &["iam:GetRole"]);
/// The text of an inline policy of a user.
pub const GET_USER_POLICY: ApiCall = ApiCall::new("iam:GetUserPolicy", &["iam:GetUserPolicy"]);
/// The text of an inline policy of a group.
pub const GET_GROUP_POLICY: ApiCall = ApiCall::new("iam:GetGroupPolicy", &["iam:GetGroupPolicy"]);
/// The text of an inline policy of a role.
pub const GET_ROLE_POLICY: ApiCall = ApiCall::new("iam:GetRolePolicy", &["iam:GetRolePolicy"]);
/// The SAML identity providers.
pub const LIST_SAML_PROVIDERS: ApiCall = ApiCall::new("iam:ListSAMLProviders", &["iam:ListSAMLProviders"]);
/// The `OpenID` Connect identity providers.
pub const LIST_OIDC_PROVIDERS: ApiCall =
    ApiCall::new("iam:ListOpenIDConnectProviders", &["iam:ListOpenIDConnectProviders"]);
/// The TLS certificates kept in IAM.
pub const LIST_SERVER_CERTIFICATES: ApiCall =
    ApiCall::new("iam:ListServerCertificates", &["iam:ListServerCertificates"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] =
    &[Account::TYPE, Group::TYPE, Policy::TYPE, Role::TYPE, ServerCertificate::TYPE, User::TYPE];

record! {
    /// A managed policy that is attached.
    pub struct AttachedPolicy {
        /// The policy's name.
        pub policy_name: String,
        /// The policy's ARN; AWS's own have `aws` in the place of the account id.
        pub arn: String,
    }
    helpers {
        /// It is AWS's own AdministratorAccess, which allows everything.
        is_administrator_access() -> Type::Bool => is_administrator_access,
    }
}

record! {
    /// A policy that belongs to one user, group or role alone.
    pub struct InlinePolicy {
        /// The policy's name.
        pub policy_name: String,
        /// What it says.
        pub document: PolicyDocument,
    }
}

record! {
    /// An inline policy as it was written.
    pub struct InlinePolicyText {
        /// The policy's name.
        pub policy_name: String,
        /// Its JSON text, byte for byte.
        pub text: String,
    }
}

record! {
    /// How a user, group or role matters for the administration of the account.
    pub struct Administration {
        /// The policies of its own on which administration may rest, because they allow everything, or everything of
        /// IAM, or cannot be understood: ARNs of managed policies, names of inline ones.
        pub granted_by: Vec<String>,
        /// The ARNs of the users and roles that certainly administer the account without its policies: they may do
        /// everything, nothing bounds or denies that, and a person can sign in as them or assume them.
        pub remaining_administrators: Vec<String>,
    }
}

record! {
    /// A console password.
    pub struct ConsolePassword {
        /// When it was set.
        pub changed_at: Moment,
        /// When somebody last signed in with it; absent if never (or before October 2014).
        pub last_used_at: Option<Moment>,
    }
    helpers {
        /// When it was last used or, if never, when it was set.
        last_active_at() -> Type::Timestamp => password_last_active_at,
    }
}

record! {
    /// An access key of a user.
    pub struct AccessKey {
        /// The key's id; absent in scans, because the credential report has none.
        pub id: Option<String>,
        /// 1 or 2: a user has at most two keys.
        pub slot: i64,
        /// `Active` or `Inactive`.
        pub status: String,
        /// When it was made.
        pub created_at: Moment,
        /// When it last signed a request; absent if never.
        pub last_used_at: Option<Moment>,
    }
    helpers {
        /// When it was last used or, if never, when it was made.
        last_active_at() -> Type::Timestamp => key_last_active_at,
    }
}

record! {
    /// An access key as IAM tells it at once; the credential report is up to four hours old.
    pub struct CurrentAccessKey {
        /// The key's id.
        pub id: String,
        /// `Active` or `Inactive`.
        pub status: String,
        /// When it was made.
        pub created_at: Moment,
    }
}

record! {
    /// The rules for passwords of IAM users.
    pub struct PasswordPolicy {
        /// The fewest characters allowed; IAM's own minimum is 6.
        pub minimum_length: i64,
        /// How many former passwords may not be used again; absent if they all may.
        pub remembered_passwords: Option<i64>,
        /// Days after which a password expires; absent if never.
        pub max_age_days: Option<i64>,
        /// A symbol is required.
        pub requires_symbols: bool,
        /// A digit is required.
        pub requires_numbers: bool,
        /// An upper case letter is required.
        pub requires_uppercase: bool,
        /// A lower case letter is required.
        pub requires_lowercase: bool,
        /// Users may change their own password.
        pub users_may_change: bool,
        /// Whose password has expired cannot choose a new one; an administrator must.
        pub hard_expiry: bool,
    }
}

record! {
    /// Who holds a managed policy directly, by name.
    pub struct PolicyHolders {
        /// Users.
        pub users: Vec<String>,
        /// Groups.
        pub groups: Vec<String>,
        /// Roles.
        pub roles: Vec<String>,
    }
}

resource_type! {
    /// A user of IAM. The credential report, which AWS writes anew at most every four hours, tells of the credentials.
    pub struct User: "aws.iam.user", listed_by [GET_ACCOUNT_AUTHORIZATION_DETAILS] {
        /// When the user was made.
        listed created_at: Option<Moment>;
        /// The path, `/` if none was chosen.
        listed path: Option<String>;
        /// The names of the groups that the user is in.
        listed groups: Vec<String>;
        /// The managed policies attached to the user directly.
        listed attached_policies: Vec<AttachedPolicy>;
        /// The user's inline policies.
        reading inline_policies: Vec<InlinePolicy>;
        /// The texts of the inline policies.
        reading inline_policy_texts: Vec<InlinePolicyText>, from [GET_USER_POLICY];
        /// What the account's administration has to do with it.
        reading administration: Administration, from [LIST_ACCESS_KEYS, GET_LOGIN_PROFILE, LIST_SAML_PROVIDERS];
        /// The ARN of the policy that bounds the user's permissions.
        listed permissions_boundary: Option<String>;
        /// The console password; absent if the user has none and so cannot sign in to the console.
        maybe password: ConsolePassword, from [GENERATE_CREDENTIAL_REPORT, GET_CREDENTIAL_REPORT];
        /// An MFA device is active.
        reading mfa_active: bool, from [GENERATE_CREDENTIAL_REPORT, GET_CREDENTIAL_REPORT];
        /// The access keys, active and inactive ones.
        reading access_keys: Vec<AccessKey>, from [GENERATE_CREDENTIAL_REPORT, GET_CREDENTIAL_REPORT];
        /// The access keys with their ids, as they are now; read before a repair, with their last uses in `access_keys`.
        reading current_access_keys: Vec<CurrentAccessKey>, from [LIST_ACCESS_KEYS, GET_ACCESS_KEY_LAST_USED];
    }
}

resource_type! {
    /// A group of IAM users.
    pub struct Group: "aws.iam.group", listed_by [GET_ACCOUNT_AUTHORIZATION_DETAILS] {
        /// When the group was made.
        listed created_at: Option<Moment>;
        /// The path, `/` if none was chosen.
        listed path: Option<String>;
        /// The managed policies attached to the group.
        listed attached_policies: Vec<AttachedPolicy>;
        /// The group's inline policies.
        reading inline_policies: Vec<InlinePolicy>;
        /// The texts of the inline policies.
        reading inline_policy_texts: Vec<InlinePolicyText>, from [GET_GROUP_POLICY];
        /// What the account's administration has to do with it.
        reading administration: Administration, from [LIST_ACCESS_KEYS, GET_LOGIN_PROFILE, LIST_SAML_PROVIDERS];
        /// The ARNs of the users in the group.
        reading members: Vec<String>, from [GET_GROUP];
        /// The user who asks is in the group.
        reading asked_by_member: bool, from [GET_GROUP];
    }
}

resource_type! {
    /// A role.
    pub struct Role: "aws.iam.role", listed_by [GET_ACCOUNT_AUTHORIZATION_DETAILS] {
        /// When the role was made.
        reading created_at: Moment;
        /// The path, `/` if none was chosen; below `/aws-service-role/` for roles that belong to an AWS service.
        listed path: Option<String>;
        /// An AWS service made the role for itself, and only that service can change or use it.
        reading service_linked: bool;
        /// Who may assume the role.
        reading trust_policy: PolicyDocument;
        /// The text of the trust policy, byte for byte.
        reading trust_policy_text: String, from [GET_ROLE];
        /// The managed policies attached to the role.
        listed attached_policies: Vec<AttachedPolicy>;
        /// The role's inline policies.
        reading inline_policies: Vec<InlinePolicy>;
        /// The texts of the inline policies.
        reading inline_policy_texts: Vec<InlinePolicyText>, from [GET_ROLE_POLICY];
        /// What the account's administration has to do with it.
        reading administration: Administration, from [LIST_ACCESS_KEYS, GET_LOGIN_PROFILE, LIST_SAML_PROVIDERS];
        /// The ARN of the policy that bounds the role's permissions.
        listed permissions_boundary: Option<String>;
        /// When somebody last used the role; absent if never in the last 400 days, which is how long AWS remembers.
        listed last_used_at: Option<Moment>;
    }
}

resource_type! {
    /// A customer managed policy.
    pub struct Policy: "aws.iam.policy", listed_by [GET_ACCOUNT_AUTHORIZATION_DETAILS] {
        /// When its newest version was made.
        listed updated_at: Option<Moment>;
        /// How many users, groups and roles have it attached.
        reading attachment_count: i64;
        /// What its default version, the one in force, says.
        reading document: PolicyDocument;
    }
}

resource_type! {
    /// The account-wide settings of IAM, the root user's among them. One an account; its id is the account's.
    pub struct Account: "aws.iam.account", listed_by [] {
        /// The root user has an access key.
        reading root_has_access_keys: bool, from [GET_ACCOUNT_SUMMARY];
        /// The root user has an MFA device of any kind.
        reading root_has_mfa: bool, from [GET_ACCOUNT_SUMMARY];
        /// The root user has a password; false in member accounts whose root credentials were removed from the
        /// organization's management account. Absent if AWS does not say.
        maybe root_has_password: bool, from [GET_ACCOUNT_SUMMARY];
        /// The root user has a virtual MFA device, which is an app on some telephone or computer.
        reading root_has_virtual_mfa: bool, from [LIST_VIRTUAL_MFA_DEVICES];
        /// When the root user's password or one of its access keys was last used; absent if never.
        maybe root_last_used_at: Moment, from [GENERATE_CREDENTIAL_REPORT, GET_CREDENTIAL_REPORT];
        /// The rules for passwords; absent if nobody ever set any, then a length of 8 is enough.
        maybe password_policy: PasswordPolicy, from [GET_ACCOUNT_PASSWORD_POLICY];
        /// Who holds AWSSupportAccess and so can work with AWS Support.
        reading support_access_holders: PolicyHolders, from [LIST_ENTITIES_FOR_POLICY];
        /// Who holds AWSCloudShellFullAccess, which also lets files be carried in and out.
        reading cloudshell_full_access_holders: PolicyHolders, from [LIST_ENTITIES_FOR_POLICY];
        /// The ARNs of the SAML identity providers; AWS IAM Identity Center makes one in each account it serves.
        reading saml_providers: Vec<String>, from [LIST_SAML_PROVIDERS];
        /// The ARNs of the OpenID Connect identity providers.
        reading oidc_providers: Vec<String>, from [LIST_OIDC_PROVIDERS];
    }
}

resource_type! {
    /// A TLS certificate kept in IAM.
    pub struct ServerCertificate: "aws.iam.server_certificate", listed_by [LIST_SERVER_CERTIFICATES] {
        /// When it was uploaded.
        listed uploaded_at: Option<Moment>;
        /// When it expires.
        reading expires_at: Moment;
    }
}

fn is_administrator_access(policy: &Value, _: &[Value]) -> Value {
    let arn = text(policy, "arn");
    Value::Bool(arn.starts_with("arn:") && arn.ends_with(":iam::aws:policy/AdministratorAccess"))
}

fn password_last_active_at(password: &Value, _: &[Value]) -> Value {
    later_of(password, "last_used_at", "changed_at")
}

fn key_last_active_at(key: &Value, _: &[Value]) -> Value {
    later_of(key, "last_used_at", "created_at")
}

/// A password that was set after its last use counts from then: nobody had the time to use the new one.
fn later_of(document: &Value, used: &str, made: &str) -> Value {
    let moment = |key: &str| text(document, key).parse::<jiff::Timestamp>().ok();
    match (moment(used), moment(made)) {
        (Some(used), Some(made)) => used.max(made).to_string().into(),
        (Some(moment), None) | (None, Some(moment)) => moment.to_string().into(),
        (None, None) => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn administrator_access_is_told_by_its_arn() {
        let is = |arn: &str| is_administrator_access(&json!({"arn": arn}), &[]) == Value::Bool(true);
        assert!(is("arn:aws:iam::aws:policy/AdministratorAccess"));
        assert!(is("arn:aws-us-gov:iam::aws:policy/AdministratorAccess"));
        assert!(!is("arn:aws:iam::123456789012:policy/AdministratorAccess"));
        assert!(!is("arn:aws:iam::aws:policy/AdministratorAccess-Amplify"));
        assert_eq!(is_administrator_access(&json!({}), &[]), Value::Bool(false));
    }

    #[test]
    fn last_activity_is_the_later_of_use_and_change() {
        let at = |document: Value| password_last_active_at(&document, &[]);
        let (old, new) = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
        assert_eq!(at(json!({"changed_at": old, "last_used_at": new})), json!(new));
        assert_eq!(at(json!({"changed_at": new, "last_used_at": old})), json!(new));
        assert_eq!(at(json!({"changed_at": old, "last_used_at": null})), json!(old));
        assert_eq!(at(json!({"changed_at": "2026-01-01T01:00:00+01:00"})), json!(old));
        assert_eq!(at(json!({})), Value::Null);
    }
}
