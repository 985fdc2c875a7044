//! IAM policy documents, normalised: what AWS lets be one value or a list is always a list here.
//!
//! Identity policies, trust policies and the resource policies of S3, KMS, SNS, EFS and others all have this shape.

use crate::inventory::CallFailure;
use crate::inventory::document::{list, text, texts};
use crate::inventory::schema::{ApiCall, Type};
use crate::record;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::net::IpAddr;

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

fn is_allow(statement: &Value) -> bool {
    text(statement, "effect") == "Allow"
}

fn allows_everything(statement: &Value, _: &[Value]) -> Value {
    let every_action =
        texts(statement, "actions").any(|action| covers_action(action, EVERY_ACTION)) || leaves_iam_allowed(statement);
    Value::Bool(is_allow(statement) && every_action && covers_every_resource(statement))
}

/// Stands for any action: only patterns that are all wildcard cover it.
const EVERY_ACTION: &str = "\0:\0";

/// All actions but some, and one can still grant oneself the rest.
fn leaves_iam_allowed(statement: &Value) -> bool {
    let mut excluded = texts(statement, "not_actions").peekable();
    excluded.peek().is_some() && !excluded.any(|action| covers_action(action, "iam:\0"))
}

fn allows_on_everything(statement: &Value, arguments: &[Value]) -> Value {
    let Some(action) = arguments.first().and_then(Value::as_str) else { return Value::Bool(false) };
    let listed = texts(statement, "actions").any(|pattern| covers_action(pattern, action));
    let mut excluded = texts(statement, "not_actions").peekable();
    let not_excluded = excluded.peek().is_some() && !excluded.any(|pattern| covers_action(pattern, action));
    Value::Bool(is_allow(statement) && (listed || not_excluded) && covers_every_resource(statement))
}

fn covers_action(pattern: &str, action: &str) -> bool {
    glob_covers(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase())
}

fn covers_every_resource(statement: &Value) -> bool {
    let only_wildcards = |part: &str| part.chars().all(|character| character == '*');
    texts(statement, "resources").any(|pattern| {
        only_wildcards(pattern)
            || pattern.strip_prefix("arn:").is_some_and(|rest| {
                let mut parts = rest.split(':');
                let partition = parts.next().unwrap_or_default();
                let mut rest = parts.peekable();
                (only_wildcards(partition) || (partition.starts_with("aws") && rest.peek().is_some()))
                    && rest.all(only_wildcards)
            })
    })
}

/// True if `pattern` (with `*` and `?`) matches every text that `target` stands for, where `\0` in the target stands
/// for any text.
fn glob_covers(pattern: &str, target: &str) -> bool {
    let (pattern, target): (Vec<char>, Vec<char>) = (pattern.chars().collect(), target.chars().collect());
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while seen < target.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(&wanted) if wanted == target[seen] || (wanted == '?' && target[seen] != '\0') => {
                at += 1;
                seen += 1;
            }
            _ => match star {
                Some((star_at, star_seen)) => {
                    star = Some((star_at, star_seen + 1));
                    at = star_at + 1;
                    seen = star_seen + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|&character| character == '*')
}

fn names_everyone(statement: &Value) -> bool {
    list(statement, "principals").iter().any(|principal| text(principal, "value") == "*")
}

fn is_public(statement: &Value, _: &[Value]) -> Value {
    let everyone = names_everyone(statement) || !list(statement, "not_principals").is_empty();
    Value::Bool(is_allow(statement) && everyone && !list(statement, "conditions").iter().any(narrows))
}

/// True if a request can only meet the condition by coming from somewhere or someone that the policy's author chose.
fn narrows(condition: &Value) -> bool {
    let operator = text(condition, "operator").to_ascii_lowercase();
    // ForAllValues and IfExists are also met by requests that lack the key.
    let operator = operator.strip_prefix("foranyvalue:").unwrap_or(&operator);
    let fixed: fn(&str) -> bool = match (operator, text(condition, "key").to_ascii_lowercase().as_str()) {
        ("ipaddress", "aws:sourceip") => is_limited_range,
        ("bool", "elasticfilesystem:accessedviamounttarget") => |value| value == "true",
        ("stringequals" | "stringequalsignorecase", key) if identifies_caller(key) => is_literal,
        ("stringlike" | "arnequals" | "arnlike", key) if is_arn_key(key) => names_an_owner,
        ("stringlike", key) if identifies_caller(key) => |value| is_literal(value) && !value.contains(['*', '?']),
        _ => return false,
    };
    let mut values = texts(condition, "values").peekable();
    values.peek().is_some() && values.all(fixed)
}

fn identifies_caller(key: &str) -> bool {
    is_arn_key(key)
        || matches!(
            key,
            "aws:principalaccount"
                | "aws:principalorgid"
                | "aws:principalorgpaths"
                | "aws:sourceaccount"
                | "aws:sourceowner"
                | "aws:sourceorgid"
                | "aws:sourceorgpaths"
                | "aws:sourcevpc"
                | "aws:sourcevpce"
                | "aws:vpceaccount"
                | "aws:vpceorgid"
                | "aws:vpceorgpaths"
                | "aws:userid"
                | "kms:calleraccount"
                | "s3:dataaccesspointaccount"
        )
}

fn is_arn_key(key: &str) -> bool {
    matches!(
        key,
        "aws:principalarn"
            | "aws:sourcearn"
            | "aws:sourcevpcarn"
            | "s3:dataaccesspointarn"
            | "elasticfilesystem:accesspointarn"
    )
}

/// A policy variable may be filled by the caller.
fn is_literal(value: &str) -> bool {
    !value.is_empty() && !value.contains("${")
}

/// An ARN pattern that fixes the account or, where the ARN has none, as for buckets, the resource.
fn names_an_owner(pattern: &str) -> bool {
    let mut parts = pattern.splitn(6, ':').skip(4);
    let (Some(account), Some(resource)) = (parts.next(), parts.next()) else { return false };
    let owner = if account.is_empty() { resource.split('/').next().unwrap_or_default() } else { account };
    is_literal(owner) && !owner.contains(['*', '?'])
}

/// AWS itself calls a range broader than this public.
const BROADEST_IPV4: u8 = 8;
const BROADEST_IPV6: u8 = 32;

fn is_limited_range(range: &str) -> bool {
    let (address, prefix) = range.split_once('/').map_or((range, None), |(address, prefix)| (address, Some(prefix)));
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let (broadest, longest) = if address.is_ipv4() { (BROADEST_IPV4, 32) } else { (BROADEST_IPV6, 128) };
    prefix.map_or(Ok(longest), str::parse::<u8>).is_ok_and(|prefix| (broadest..=longest).contains(&prefix))
}

/// Identity providers whose tokens any of their customers can have, with the claim that tells the customers apart.
const SHARED_PROVIDERS: [&str; 4] =
    ["token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io", "agent.buildkite.com"];

fn trusts_any_tenant_of_shared_provider(statement: &Value, _: &[Value]) -> Value {
    let trusted = |provider: &&str| {
        list(statement, "principals").iter().any(|principal| {
            text(principal, "kind") == "Federated"
                && text(principal, "value").rsplit_once("oidc-provider/").is_some_and(|(_, host)| host == *provider)
        })
    };
    let fixes_tenant = |provider: &str| {
        list(statement, "conditions").iter().any(|condition| {
            let operator = text(condition, "operator").to_ascii_lowercase();
            let operator = operator.strip_prefix("foranyvalue:").unwrap_or(&operator);
            let mut values = texts(condition, "values").peekable();
            matches!(operator, "stringequals" | "stringequalsignorecase" | "stringlike")
                && text(condition, "key").strip_prefix(provider).is_some_and(is_tenant_claim)
                && values.peek().is_some()
                && values.all(|value| names_a_tenant(operator, value))
        })
    };
    let open = SHARED_PROVIDERS.iter().filter(|provider| trusted(provider)).any(|provider| !fixes_tenant(provider));
    Value::Bool(is_allow(statement) && open)
}

fn is_tenant_claim(claim: &str) -> bool {
    matches!(
        claim,
        ":sub"
            | ":repository"
            | ":repository_id"
            | ":repository_owner"
            | ":repository_owner_id"
            | ":namespace_id"
            | ":namespace_path"
            | ":project_path"
            | ":terraform_organization_id"
            | ":organization_id"
    )
}

/// `repo:our-org/*` names a tenant, `repo:*` and `*` do not.
fn names_a_tenant(operator: &str, value: &str) -> bool {
    let tenant = value.split_once(':').map_or(value, |(_, tenant)| tenant);
    let tenant = tenant.split(['/', ':']).next().unwrap_or_default();
    is_literal(value) && (operator != "stringlike" || !(tenant.is_empty() || tenant.contains(['*', '?'])))
}

fn denies_plain_http(document: &Value, arguments: &[Value]) -> Value {
    let Some(bucket) = arguments.first().and_then(Value::as_str) else { return Value::Bool(false) };
    let denied: Vec<_> =
        list(document, "statements").iter().filter(|statement| denies_all_plain_requests(statement, "s3")).collect();
    let covered = |target: &str| {
        denied.iter().any(|statement| texts(statement, "resources").any(|pattern| covers_bucket(pattern, target)))
    };
    Value::Bool(covered(bucket) && covered(&format!("{bucket}/\0")))
}

fn denies_plain_http_to(document: &Value, arguments: &[Value]) -> Value {
    let mut arguments = arguments.iter().filter_map(Value::as_str);
    let (Some(service), Some(arn)) = (arguments.next(), arguments.next()) else { return Value::Bool(false) };
    let denies = |statement: &Value| {
        denies_all_plain_requests(statement, service)
            && texts(statement, "resources").any(|pattern| glob_covers(pattern, arn))
    };
    Value::Bool(list(document, "statements").iter().any(denies))
}

fn denies_all_plain_requests(statement: &Value, service: &str) -> bool {
    let every_action = texts(statement, "actions").any(|action| covers_action(action, &format!("{service}:\0")));
    // A second condition would let some plain requests through.
    let [condition] = list(statement, "conditions") else { return false };
    let is_false = |value: &str| value.eq_ignore_ascii_case("false");
    let mut values = texts(condition, "values").peekable();
    text(statement, "effect") == "Deny"
        && names_everyone(statement)
        && every_action
        && matches!(text(condition, "operator").to_ascii_lowercase().as_str(), "bool" | "boolifexists")
        && text(condition, "key").eq_ignore_ascii_case("aws:SecureTransport")
        && values.peek().is_some()
        && values.any(is_false)
}

/// True if an ARN pattern covers this bucket or, with `/\0` after its name, all its objects, in whatever partition.
fn covers_bucket(pattern: &str, target: &str) -> bool {
    let after_partition =
        |arn: &str| arn.strip_prefix("arn:").and_then(|rest| rest.split_once(':')).map(|(_, rest)| rest.to_owned());
    match after_partition(pattern) {
        Some(rest) => glob_covers(&rest, &format!("s3:::{target}")),
        None => glob_covers(pattern, &format!("arn:aws:s3:::{target}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const CALL: ApiCall = ApiCall::new("s3:GetBucketPolicy", &["s3:GetBucketPolicy"]);

    fn parse(policy: &Value) -> Value {
        serde_json::to_value(PolicyDocument::parse(&policy.to_string(), &CALL).unwrap()).unwrap()
    }

    fn first_statement(policy: &Value) -> Value {
        parse(&json!({"Statement": policy}))["statements"][0].clone()
    }

    fn public(statement: Value) -> bool {
        is_public(&first_statement(&statement), &[]) == Value::Bool(true)
    }

    fn open_to_all(condition: Value) -> Value {
        json!({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject", "Resource": "*", "Condition": condition})
    }

    #[test]
    fn single_values_become_lists() {
        let policy = json!({"Version": "2012-10-17", "Statement": {
            "Sid": "", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*",
            "Condition": {"Bool": {"aws:SecureTransport": false}, "NumericEquals": {"s3:max-keys": [1, "2"]}},
        }});
        assert_eq!(
            parse(&policy),
            json!({"statements": [{
                "sid": null, "effect": "Allow",
                "principals": [{"kind": "*", "value": "*"}], "not_principals": [],
                "actions": ["s3:GetObject"], "not_actions": [],
                "resources": ["arn:aws:s3:::b/*"], "not_resources": [],
                "conditions": [
                    {"operator": "Bool", "key": "aws:securetransport", "values": ["false"]},
                    {"operator": "NumericEquals", "key": "s3:max-keys", "values": ["1", "2"]},
                ],
            }]})
        );
    }

    #[test]
    fn percent_encoded_policies_are_decoded_and_plain_ones_kept() {
        let plain = r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/100%25"}]}"#;
        let encoded = percent_encoding::utf8_percent_encode(plain, percent_encoding::NON_ALPHANUMERIC).to_string();
        let resources = |policy: &str| {
            PolicyDocument::parse_percent_encoded(policy, &CALL).unwrap().statements[0].resources.clone()
        };
        assert_eq!(resources(plain), ["arn:aws:s3:::b/100%25"]);
        assert_eq!(resources(&encoded), ["arn:aws:s3:::b/100%25"]);
    }

    #[test]
    fn what_is_no_policy_is_malformed_and_never_empty() {
        for text in [
            "",
            "[]",
            "{}",
            "{\"Statement\": [1]}",
            "{\"Statement\": {\"Effect\": \"allow\", \"Action\": \"*\"}}",
            "{\"Statement\": {\"Effect\": \"Allow\"}}",
            "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": 7}}",
            "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Principal\": \"someone\"}}",
            "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"condition\": {}}}",
            "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Condition\": {\"Bool\": true}}}",
        ] {
            let failure = PolicyDocument::parse(text, &CALL).unwrap_err();
            assert_eq!((failure.code.as_str(), failure.call.as_str()), (MALFORMED_POLICY, CALL.name), "{text}");
        }
        assert_eq!(PolicyDocument::parse_percent_encoded("%ff", &CALL).unwrap_err().code, MALFORMED_POLICY);
    }

    #[test]
    fn full_administration() {
        let admin = |statement: Value| allows_everything(&first_statement(&statement), &[]) == Value::Bool(true);
        assert!(admin(json!({"Effect": "Allow", "Action": "*", "Resource": "*"})));
        assert!(admin(json!({"Effect": "Allow", "Action": ["s3:Get*", "*:*"], "Resource": ["arn:aws:s3:::b", "*"]})));
        assert!(admin(json!({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:*:*:*:*"})));
        assert!(admin(json!({"Effect": "Allow", "NotAction": "aws-portal:*", "Resource": "*"})));
        assert!(admin(
            json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}})
        ));
        assert!(!admin(json!({"Effect": "Allow", "NotAction": ["IAM:*", "organizations:*"], "Resource": "*"})));
        assert!(!admin(json!({"Effect": "Deny", "Action": "*", "Resource": "*"})));
        assert!(!admin(json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})));
        assert!(!admin(json!({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::b"})));
        assert!(!admin(json!({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::*"})));
    }

    #[test]
    fn one_action_on_everything() {
        let allows = |statement: Value| {
            allows_on_everything(&first_statement(&statement), &["kms:Decrypt".into()]) == Value::Bool(true)
        };
        assert!(allows(json!({"Effect": "Allow", "Action": "KMS:decr?pt", "Resource": "*"})));
        assert!(allows(json!({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"})));
        assert!(!allows(json!({"Effect": "Allow", "NotAction": "kms:*", "Resource": "*"})));
        assert!(!allows(json!({"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*"})));
        assert!(!allows(json!({"Effect": "Allow", "Action": "kms:*", "Resource": "arn:aws:kms:*:1:key/*"})));
    }

    #[test]
    fn open_to_everyone() {
        assert!(public(open_to_all(json!({}))));
        assert!(public(json!({"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"})));
        assert!(public(json!({"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "s3:*", "Resource": "*"})));
        assert!(!public(json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"})));
        assert!(!public(
            json!({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "*", "Resource": "*"})
        ));
    }

    #[test]
    fn conditions_that_narrow() {
        for condition in [
            json!({"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}),
            json!({"StringEquals": {"AWS:SourceAccount": ["111111111111", "222222222222"]}}),
            json!({"StringEquals": {"aws:SourceVpce": "vpce-1"}, "Bool": {"aws:SecureTransport": "true"}}),
            json!({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:111111111111:*"}}),
            json!({"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::my-bucket"}}),
            json!({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.7", "2001:db8::/32"]}}),
            json!({"StringEquals": {"kms:CallerAccount": "111111111111"}}),
            json!({"ForAnyValue:StringLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/*"}}),
            json!({"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}),
        ] {
            assert!(!public(open_to_all(condition.clone())), "{condition}");
        }
    }

    #[test]
    fn conditions_that_do_not_narrow() {
        for condition in [
            json!({"Bool": {"aws:SecureTransport": "true"}}),
            json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}}),
            json!({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}),
            json!({"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-abc"}}),
            json!({"StringLike": {"aws:PrincipalOrgID": "*"}}),
            json!({"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalAccount}"}}),
            json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Admin"}}),
            json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}),
            json!({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}),
            json!({"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}),
            json!({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}}),
            json!({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
            json!({"StringEquals": {"aws:SourceVpc": []}}),
            json!({"StringLike": {"aws:UserAgent": "me"}}),
        ] {
            assert!(public(open_to_all(condition.clone())), "{condition}");
        }
    }

    #[test]
    fn shared_identity_providers() {
        let open = |condition: Value| {
            let statement = first_statement(&json!({
                "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Condition": condition,
                "Principal": {"Federated": "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"},
            }));
            trusts_any_tenant_of_shared_provider(&statement, &[]) == Value::Bool(true)
        };
        let sub = "token.actions.githubusercontent.com:sub";
        assert!(open(json!({"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}})));
        assert!(open(json!({"StringLike": {sub: "repo:*"}})));
        assert!(open(json!({"StringLike": {sub: ["repo:us/app:*", "*"]}})));
        assert!(!open(json!({"StringLike": {sub: "repo:us/*"}})));
        assert!(!open(json!({"StringEquals": {sub: "repo:us/app:ref:refs/heads/main"}})));
    }

    #[test]
    fn plain_http_is_denied_for_what_has_this_arn() {
        let queue = "arn:aws:sqs:eu-west-1:123456789012:orders";
        let denies = |action: &str, resource: &str, effect: &str| {
            let policy = parse(&json!({"Statement": {
                "Effect": effect, "Principal": "*", "Action": action, "Resource": resource,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }}));
            denies_plain_http_to(&policy, &["sqs".into(), queue.into()]) == Value::Bool(true)
        };
        assert!(denies("sqs:*", queue, "Deny"));
        assert!(denies("SQS:*", "arn:aws:sqs:*:123456789012:*", "Deny"));
        assert!(denies("*", "*", "Deny"));
        assert!(!denies("sqs:*", queue, "Allow"));
        assert!(!denies("sns:*", queue, "Deny"));
        assert!(!denies("sqs:Send*", queue, "Deny"));
        assert!(!denies("sqs:*", "arn:aws:sqs:eu-west-1:123456789012:order", "Deny"));
    }

    #[test]
    fn plain_http_is_denied_for_bucket_and_objects() {
        let deny = |resource: Value, change: Value| {
            let mut statement = json!({
                "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": resource,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            });
            for (key, value) in change.as_object().unwrap() {
                statement[key] = value.clone();
            }
            statement
        };
        let denies = |statements: Value| {
            denies_plain_http(&parse(&json!({"Statement": statements})), &["logs".into()]) == Value::Bool(true)
        };
        let both = json!(["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]);
        assert!(denies(deny(both.clone(), json!({}))));
        assert!(denies(deny(json!("*"), json!({}))));
        assert!(denies(deny(json!("arn:aws-cn:s3:::logs*"), json!({"Principal": {"AWS": "*"}, "Action": "*"}))));
        assert!(denies(json!([
            deny(json!("arn:aws:s3:::logs"), json!({})),
            deny(json!("arn:aws:s3:::logs/*"), json!({}))
        ])));
        assert!(!denies(deny(json!("arn:aws:s3:::logs/*"), json!({}))));
        assert!(!denies(deny(json!("arn:aws:s3:::logs"), json!({}))));
        assert!(!denies(deny(json!(["arn:aws:s3:::logs", "arn:aws:s3:::logs/?"]), json!({}))));
        assert!(!denies(deny(json!(["arn:aws:s3:::other", "arn:aws:s3:::other/*"]), json!({}))));
        assert!(!denies(deny(both.clone(), json!({"Effect": "Allow"}))));
        assert!(!denies(deny(both.clone(), json!({"Action": "s3:GetObject"}))));
        assert!(!denies(deny(both.clone(), json!({"Principal": {"AWS": "arn:aws:iam::1:root"}}))));
        assert!(!denies(deny(both.clone(), json!({"Condition": {"Bool": {"aws:SecureTransport": "true"}}}))));
        assert!(!denies(deny(
            both,
            json!({"Condition": {
            "Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:SourceVpc": "vpc-1"}}})
        )));
    }

    #[test]
    fn patterns_cover_only_what_they_match_wholly() {
        for (pattern, target, covered) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abbd", false),
            ("a?c", "abc", true),
            ("a?c", "a\0c", false),
            ("a*", "a\0", true),
            ("ab*", "a\0", false),
            ("*b*b", "abab", true),
        ] {
            assert_eq!(glob_covers(pattern, target), covered, "{pattern} {target:?}");
        }
    }
}
