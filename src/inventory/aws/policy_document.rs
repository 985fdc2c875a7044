//! IAM policy documents, normalised: what AWS lets be one value or a list is always a list here.
//!
//! Identity policies, trust policies and the resource policies of S3, KMS, SNS, EFS and others all have this shape.

mod meaning;
#[cfg(test)]
mod tests;

use crate::inventory::CallFailure;
use crate::inventory::schema::{ApiCall, Type};
use crate::record;
use meaning::{
    allows_everything, allows_on_everything, denies_plain_http, denies_plain_http_to, is_public,
    trusts_any_tenant_of_shared_provider,
};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The code of a reading whose policy text is not a policy.
pub const MALFORMED_POLICY: &str = "MalformedPolicy";

record! {
    /// Whom a statement is about.
    pub struct PolicyPrincipal {
        /// `AWS`, `Service`, `Federated`, `CanonicalUser`, or `*` for everyone and everything.
        pub kind: String,
        /// An ARN, an account id, a service name, an identity provider, or `*`.
        pub value: String,
    }
}

record! {
    /// One comparison of a statement's condition; all of them must hold.
    pub struct PolicyCondition {
        /// The operator as written, for instance `StringEquals` or `ForAnyValue:ArnLikeIfExists`.
        pub operator: String,
        /// The condition key in lower case, for instance `aws:securetransport`.
        pub key: String,
        /// The values, of which one must match; numbers and booleans as text.
        pub values: Vec<String>,
    }
}

record! {
    /// One statement of a policy.
    pub struct PolicyStatement {
        /// The statement's own name.
        pub sid: Option<String>,
        /// `Allow` or `Deny`.
        pub effect: String,
        /// Whom it is about; empty in identity policies.
        pub principals: Vec<PolicyPrincipal>,
        /// It is about everyone but these.
        pub not_principals: Vec<PolicyPrincipal>,
        /// Action patterns as written, for instance `s3:Get*` or `*`.
        pub actions: Vec<String>,
        /// It covers every action but these patterns.
        pub not_actions: Vec<String>,
        /// Resource ARN patterns, or `*`; empty in trust policies.
        pub resources: Vec<String>,
        /// It covers every resource but these patterns.
        pub not_resources: Vec<String>,
        /// What must hold besides.
        pub conditions: Vec<PolicyCondition>,
    }
    helpers {
        /// The statement allows every action on every resource: `Action: *`, or a `NotAction` that leaves IAM itself
        /// allowed, on `Resource: *`. Conditions do not make it less.
        allows_everything() -> Type::Bool => allows_everything,
        /// The statement allows this action on every resource.
        allows_on_everything(Type::String) -> Type::Bool => allows_on_everything,
        /// The statement allows something to everyone (principal `*`, or everyone but some), and no condition narrows
        /// that to an account, an organization, a VPC or its endpoint, a source resource, or an address range of at
        /// most /8 (IPv6: /32).
        is_public() -> Type::Bool => is_public,
        /// The statement lets an identity provider that many organizations share (GitHub, GitLab.com, Terraform
        /// Cloud, Buildkite) assume the role without fixing whose identities it means.
        trusts_any_tenant_of_shared_provider() -> Type::Bool => trusts_any_tenant_of_shared_provider,
    }
}

record! {
    /// A policy.
    pub struct PolicyDocument {
        /// Its statements in order.
        pub statements: Vec<PolicyStatement>,
    }
    helpers {
        /// The policy of the bucket with this name denies everyone every action on the bucket and on all its objects
        /// if the request comes without TLS.
        denies_plain_http(Type::String) -> Type::Bool => denies_plain_http,
        /// The policy denies everyone every action of this service (the part before the colon, for instance `sqs`) on
        /// the resource with this ARN if the request comes without TLS.
        denies_plain_http_to(Type::String, Type::String) -> Type::Bool => denies_plain_http_to,
    }
}

impl PolicyDocument {
    /// Parses the JSON text of a policy that `call` brought.
    ///
    /// # Errors
    /// A [`CallFailure`] with the code [`MALFORMED_POLICY`]: what cannot be understood must not look empty.
    pub fn parse(json: &str, call: &ApiCall) -> Result<Self, CallFailure> {
        let document: Value =
            serde_json::from_str(json).map_err(|error| malformed(call, format!("the policy is not JSON: {error}")))?;
        statements(&document).map(|statements| Self { statements }).map_err(|message| malformed(call, message))
    }

    /// Like [`PolicyDocument::parse`], for IAM, which sends policies percent-encoded.
    ///
    /// # Errors
    /// As [`PolicyDocument::parse`].
    pub fn parse_percent_encoded(encoded: &str, call: &ApiCall) -> Result<Self, CallFailure> {
        Self::parse(&Self::percent_decoded(encoded, call)?, call)
    }

    /// The JSON text of a policy that IAM sent percent-encoded.
    ///
    /// # Errors
    /// As [`PolicyDocument::parse`].
    pub fn percent_decoded<'a>(encoded: &'a str, call: &ApiCall) -> Result<Cow<'a, str>, CallFailure> {
        // JSON never begins with '%', so what begins otherwise was sent plainly and must keep its percent signs.
        if encoded.trim_start().starts_with('{') {
            return Ok(Cow::Borrowed(encoded));
        }
        percent_encoding::percent_decode_str(encoded)
            .decode_utf8()
            .map_err(|error| malformed(call, format!("the policy is not percent-encoded UTF-8: {error}")))
    }
}

fn malformed(call: &ApiCall, message: String) -> CallFailure {
    CallFailure {
        call: call.name.to_owned(),
        code: MALFORMED_POLICY.to_owned(),
        message,
        permission: call.permissions.join(", "),
    }
}

fn statements(document: &Value) -> Result<Vec<PolicyStatement>, String> {
    let Value::Object(policy) = document else {
        return Err("the policy is not a JSON object".to_owned());
    };
    only_known_elements(policy, &["Version", "Id", "Statement"])?;
    match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().map(statement).collect(),
        Some(single) => Ok(vec![statement(single)?]),
        None => Err("the policy has no Statement".to_owned()),
    }
}

const STATEMENT_ELEMENTS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

fn statement(document: &Value) -> Result<PolicyStatement, String> {
    let Value::Object(statement) = document else {
        return Err("a statement is not a JSON object".to_owned());
    };
    only_known_elements(statement, &STATEMENT_ELEMENTS)?;
    let effect = match statement.get("Effect").and_then(Value::as_str) {
        Some(effect @ ("Allow" | "Deny")) => effect.to_owned(),
        _ => return Err("a statement's Effect is neither Allow nor Deny".to_owned()),
    };
    let (actions, not_actions) = (strings(statement, "Action")?, strings(statement, "NotAction")?);
    if actions.is_empty() && not_actions.is_empty() {
        return Err("a statement has neither Action nor NotAction".to_owned());
    }
    Ok(PolicyStatement {
        sid: statement.get("Sid").and_then(Value::as_str).filter(|sid| !sid.is_empty()).map(ToOwned::to_owned),
        effect,
        principals: principals(statement.get("Principal"))?,
        not_principals: principals(statement.get("NotPrincipal"))?,
        actions,
        not_actions,
        resources: strings(statement, "Resource")?,
        not_resources: strings(statement, "NotResource")?,
        conditions: conditions(statement.get("Condition"))?,
    })
}

/// An element that we do not know could change what the policy means.
fn only_known_elements(object: &Map<String, Value>, known: &[&str]) -> Result<(), String> {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(unknown) => Err(format!("the policy has the unknown element `{unknown}`")),
        None => Ok(()),
    }
}

fn strings(object: &Map<String, Value>, element: &str) -> Result<Vec<String>, String> {
    one_or_many(object.get(element), |value| value.as_str().map(ToOwned::to_owned))
        .ok_or_else(|| format!("{element} is neither a text nor a list of texts"))
}

fn one_or_many(value: Option<&Value>, convert: impl Fn(&Value) -> Option<String>) -> Option<Vec<String>> {
    match value {
        None => Some(Vec::new()),
        Some(Value::Array(values)) => values.iter().map(convert).collect(),
        Some(single) => convert(single).map(|value| vec![value]),
    }
}

fn principals(element: Option<&Value>) -> Result<Vec<PolicyPrincipal>, String> {
    match element {
        None => Ok(Vec::new()),
        Some(Value::String(everyone)) if everyone == "*" => {
            Ok(vec![PolicyPrincipal { kind: "*".to_owned(), value: "*".to_owned() }])
        }
        Some(Value::Object(kinds)) => {
            let mut principals = Vec::new();
            for kind in kinds.keys() {
                for value in strings(kinds, kind)? {
                    principals.push(PolicyPrincipal { kind: kind.clone(), value });
                }
            }
            Ok(principals)
        }
        Some(_) => Err("a principal is neither `*` nor an object".to_owned()),
    }
}

fn conditions(element: Option<&Value>) -> Result<Vec<PolicyCondition>, String> {
    let Some(element) = element else { return Ok(Vec::new()) };
    let not_an_object = || "a condition is not a JSON object".to_owned();
    let mut conditions = Vec::new();
    for (operator, keys) in element.as_object().ok_or_else(not_an_object)? {
        for (key, values) in keys.as_object().ok_or_else(not_an_object)? {
            let values = one_or_many(Some(values), scalar)
                .ok_or_else(|| format!("the values of the condition key {key} are not texts"))?;
            conditions.push(PolicyCondition { operator: operator.clone(), key: key.to_ascii_lowercase(), values });
        }
    }
    Ok(conditions)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}
