//! What statements come to: whom they let in, what they allow, what they deny.

use crate::inventory::document::{list, text, texts};
use serde_json::Value;
use std::net::IpAddr;

fn is_allow(statement: &Value) -> bool {
    text(statement, "effect") == "Allow"
}

pub(super) fn allows_everything(statement: &Value, _: &[Value]) -> Value {
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

pub(super) fn allows_on_everything(statement: &Value, arguments: &[Value]) -> Value {
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
pub(super) fn glob_covers(pattern: &str, target: &str) -> bool {
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

pub(super) fn is_public(statement: &Value, _: &[Value]) -> Value {
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

pub(super) fn trusts_any_tenant_of_shared_provider(statement: &Value, _: &[Value]) -> Value {
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

pub(super) fn denies_plain_http(document: &Value, arguments: &[Value]) -> Value {
    let Some(bucket) = arguments.first().and_then(Value::as_str) else { return Value::Bool(false) };
    let denied: Vec<_> =
        list(document, "statements").iter().filter(|statement| denies_all_plain_requests(statement, "s3")).collect();
    let covered = |target: &str| {
        denied.iter().any(|statement| texts(statement, "resources").any(|pattern| covers_bucket(pattern, target)))
    };
    Value::Bool(covered(bucket) && covered(&format!("{bucket}/\0")))
}

pub(super) fn denies_plain_http_to(document: &Value, arguments: &[Value]) -> Value {
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
