//! Reading policies, and what they come to.

use super::meaning::glob_covers;
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
    let resources =
        |policy: &str| PolicyDocument::parse_percent_encoded(policy, &CALL).unwrap().statements[0].resources.clone();
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
