//! Resource types of AWS Lambda. Environment variables of functions are never read: they often hold secrets.

use super::policy_document::PolicyDocument;
use crate::inventory::schema::{ApiCall, ResourceType};
use crate::{record, resource_type};
use std::collections::BTreeMap;

/// The functions of a region. Its answer has environment variables too, which are dropped.
pub const LIST_FUNCTIONS: ApiCall = ApiCall::new("lambda:ListFunctions", &["lambda:ListFunctions"]);
/// A function's resource policy.
pub const GET_POLICY: ApiCall = ApiCall::new("lambda:GetPolicy", &["lambda:GetPolicy"]);
/// The URLs of a function and of its aliases.
pub const LIST_FUNCTION_URL_CONFIGS: ApiCall =
    ApiCall::new("lambda:ListFunctionUrlConfigs", &["lambda:ListFunctionUrlConfigs"]);
/// A function's tags.
pub const LIST_TAGS: ApiCall = ApiCall::new("lambda:ListTags", &["lambda:ListTags"]);

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[Function::TYPE];

record! {
    /// An address at which everybody who may can call a function.
    pub struct FunctionUrl {
        /// ARN of the function, with the name of the alias behind it if the URL belongs to one.
        pub function: String,
        /// `AWS_IAM`: callers must sign their requests, and IAM decides; `NONE`: Lambda asks nobody who he is.
        pub auth_type: String,
    }
}

resource_type! {
    /// A function.
    pub struct Function: "aws.lambda.function", listed_by [LIST_FUNCTIONS] {
        /// The runtime that AWS keeps up to date, for instance `python3.13`; absent if the function is a container
        /// image.
        maybe runtime: String, from [LIST_FUNCTIONS];
        /// ARN of the role whose permissions it has.
        listed role: Option<String>;
        /// ARN of the KMS key of the account that encrypts its environment variables; absent if AWS's key does.
        listed kms_key: Option<String>;
        /// The VPC that its network interfaces are in; absent if it is not attached to one.
        listed vpc_id: Option<String>;
        /// Who may call and change it; absent if it has no policy. Versions and aliases have policies of their own,
        /// which are not read.
        maybe policy: PolicyDocument, from [GET_POLICY];
        /// The text of the policy as Lambda keeps it; absent if there is none.
        maybe policy_text: String, from [GET_POLICY];
        /// What Lambda calls this state of the policy; absent if there is none.
        maybe policy_revision: String, from [GET_POLICY];
        /// Its URLs and those of its aliases.
        reading urls: Vec<FunctionUrl>, from [LIST_FUNCTION_URL_CONFIGS];
        /// Its tags.
        reading tags: BTreeMap<String, String>, from [LIST_TAGS];
    }
}
