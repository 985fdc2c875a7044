//! Operations on Amazon S3.

mod access_list;
mod encryption;
mod logging;

use super::partition;
use super::policy;
use crate::inventory::aws::policy_document::PolicyDocument;
use crate::inventory::aws::s3::{Account, Bucket, GET_BUCKET_POLICY};
use crate::inventory::schema::Type;
use crate::remediation::operation::{
    Argument, Call, Change, Exactness, Input, Operation, Refusal, Risk, Write, WriteApi,
};
use serde_json::{Map, Value, json};

/// The operations of this service. Policies and ACLs come before the switches that refuse public ones, and grants
/// before ACLs are switched off.
pub const OPERATIONS: &[&Operation] = &[
    &REMOVE_POLICY_STATEMENTS,
    &DENY_INSECURE_TRANSPORT,
    &access_list::REMOVE_ACL_GRANTS,
    &access_list::ENFORCE_BUCKET_OWNER,
    &PUT_PUBLIC_ACCESS_BLOCK,
    &PUT_ACCOUNT_PUBLIC_ACCESS_BLOCK,
    &ENABLE_VERSIONING,
    &logging::KEEP_ACCESS_LOGS,
    &encryption::ENCRYPT_WITH_KMS,
];

const PUT_BLOCK: WriteApi = WriteApi::idempotent("s3:PutPublicAccessBlock", &["s3:PutBucketPublicAccessBlock"]);
const DELETE_BLOCK: WriteApi = WriteApi::idempotent("s3:DeletePublicAccessBlock", &["s3:PutBucketPublicAccessBlock"]);
const PUT_ACCOUNT_BLOCK: WriteApi =
    WriteApi::idempotent("s3control:PutPublicAccessBlock", &["s3:PutAccountPublicAccessBlock"]);
const DELETE_ACCOUNT_BLOCK: WriteApi =
    WriteApi::idempotent("s3control:DeletePublicAccessBlock", &["s3:PutAccountPublicAccessBlock"]);
const PUT_POLICY: WriteApi = WriteApi::idempotent("s3:PutBucketPolicy", &["s3:PutBucketPolicy"]);
const DELETE_POLICY: WriteApi = WriteApi::idempotent("s3:DeleteBucketPolicy", &["s3:DeleteBucketPolicy"]);
const PUT_VERSIONING: WriteApi = WriteApi::idempotent("s3:PutBucketVersioning", &["s3:PutBucketVersioning"]);

/// The switches: in the inventory, and in the API.
const SWITCHES: [(&str, &str); 4] = [
    ("block_public_acls", "BlockPublicAcls"),
    ("block_public_policy", "BlockPublicPolicy"),
    ("ignore_public_acls", "IgnorePublicAcls"),
    ("restrict_public_buckets", "RestrictPublicBuckets"),
];

const SWITCH_ARGUMENTS: &[Argument] = &[
    switch("block_public_acls"),
    switch("block_public_policy"),
    switch("ignore_public_acls"),
    switch("restrict_public_buckets"),
];

const fn switch(name: &'static str) -> Argument {
    Argument { name, ty: Type::Bool, required: false, about: "`true` switches it on; otherwise it stays as it is." }
}

const PUT_PUBLIC_ACCESS_BLOCK: Operation = Operation {
    name: "aws.s3.put_public_access_block",
    about: "Switches on Block Public Access switches of a bucket; those that are on stay on.",
    state: &["public_access_block"],
    looks_at: &["policy_is_public", "is_website"],
    arguments: SWITCH_ARGUMENTS,
    risk: Risk::Disruptive,
    writes: &[PUT_BLOCK, DELETE_BLOCK],
    prepare: |input| {
        let bucket = json!({"Bucket": input.name()});
        let Some(write) = block(input, &PUT_BLOCK, &DELETE_BLOCK, &bucket)? else { return Ok(Change::nothing()) };
        let mut change = Change::by([write]);
        if input.document.get("policy_is_public") == Some(&Value::Bool(true)) {
            change = change.telling("the bucket policy lets in everyone now: those who come through it lose access");
        }
        Ok(telling_visitors(input, change))
    },
    ..Operation::of(Bucket::TYPE)
};

const PUT_ACCOUNT_PUBLIC_ACCESS_BLOCK: Operation = Operation {
    name: "aws.s3.put_account_public_access_block",
    about: "Switches on Block Public Access switches of the account; those that are on stay on.",
    state: &["public_access_block"],
    looks_at: &["public_buckets"],
    arguments: SWITCH_ARGUMENTS,
    risk: Risk::Disruptive,
    writes: &[PUT_ACCOUNT_BLOCK, DELETE_ACCOUNT_BLOCK],
    comes_after: &["aws.s3.remove_policy_statements", "aws.s3.remove_acl_grants", "aws.s3.put_public_access_block"],
    prepare: |input| {
        let account = json!({"AccountId": input.common("account")});
        let write = block(input, &PUT_ACCOUNT_BLOCK, &DELETE_ACCOUNT_BLOCK, &account)?;
        Ok(write.map_or_else(Change::nothing, |write| Change::by([write]).telling(closed(input))))
    },
    ..Operation::of(Account::TYPE)
};

/// How many buckets are named.
const NAMED: usize = 10;

/// What the switches of the account close.
fn closed(input: &Input<'_>) -> String {
    match input.list("public_buckets") {
        Ok([]) => "no bucket of the account is public now".to_owned(),
        Ok(buckets) => {
            let names: Vec<_> = buckets.iter().filter_map(Value::as_str).take(NAMED).collect();
            let more = match buckets.len() - names.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!("these buckets are public now, and closed then: {}{more}", names.join(", "))
        }
        Err(why) => {
            format!("every bucket of the account that is public on purpose is closed as well; which ones: {why}")
        }
    }
}

/// The write that switches on what is wanted and not on yet.
fn block(input: &Input<'_>, put: &WriteApi, delete: &WriteApi, whose: &Value) -> Result<Option<Write>, Refusal> {
    let before = input.field("public_access_block")?;
    let is_on = |name: &str| before.get(name) == Some(&Value::Bool(true));
    let wanted = |name: &str| is_on(name) || input.argument(name) == Some(&Value::Bool(true));
    if SWITCHES.iter().all(|(name, _)| is_on(name) == wanted(name)) {
        return Ok(None);
    }
    let parameters = |on: &dyn Fn(&str) -> bool| -> Value {
        let switches: Map<_, _> = SWITCHES.iter().map(|(name, api)| ((*api).to_owned(), on(name).into())).collect();
        let mut parameters = whose.clone();
        parameters["PublicAccessBlockConfiguration"] = switches.into();
        parameters
    };
    let undo = if before.is_null() { input.call(delete, whose.clone()) } else { input.call(put, parameters(&is_on)) };
    let after: Map<_, _> = SWITCHES.iter().map(|(name, _)| ((*name).to_owned(), wanted(name).into())).collect();
    let write = input.write(put, parameters(&wanted), [undo]).replacing("public_access_block");
    Ok(Some(write.then("public_access_block", after.into())))
}

const REMOVE_POLICY_STATEMENTS: Operation = Operation {
    looks_at: &["policy", "is_website"],
    ..policy::removal(
        "aws.s3.remove_policy_statements",
        "Removes the chosen statements from a bucket policy; the text of all others stays byte for byte.",
        Bucket::TYPE,
        &[PUT_POLICY, DELETE_POLICY],
        |input| {
            let change = policy::remove_targets(input, &GET_BUCKET_POLICY, &|text| Ok(put_policy(input, text)))?;
            Ok(telling_visitors(input, telling_publicity(change)))
        },
    )
};

/// The change, and whom it shuts out if the bucket is a web site.
fn telling_visitors(input: &Input<'_>, change: Change) -> Change {
    if input.document.get("is_website") == Some(&Value::Bool(true)) {
        change.telling("the bucket serves a web site: visitors who do not come through CloudFront lose it")
    } else {
        change
    }
}

const DENY_INSECURE_TRANSPORT: Operation = Operation {
    name: "aws.s3.deny_insecure_transport",
    about: "Adds a statement to the bucket policy that denies requests without TLS; the rest stays byte for byte.",
    state: &["policy_text"],
    looks_at: &["policy"],
    risk: Risk::Disruptive,
    writes: &[PUT_POLICY, DELETE_POLICY],
    prepare: deny_insecure_transport,
    ..Operation::of(Bucket::TYPE)
};

fn deny_insecure_transport(input: &Input<'_>) -> Result<Change, Refusal> {
    let bucket = input.name();
    let denies = PolicyDocument::RECORD.helper("denies_plain_http");
    let parsed = input.field("policy")?;
    if denies.is_some_and(|helper| (helper.run)(parsed, &[bucket.into()]) == Value::Bool(true)) {
        return Ok(Change::nothing());
    }
    let arn = format!("arn:{}:s3:::{bucket}", partition(input.common("region")));
    let resources = json!([arn, format!("{arn}/*")]);
    let put = |text: Option<&str>| Ok(put_policy(input, text));
    policy::deny_plain_http(input, "s3", &resources, &GET_BUCKET_POLICY, &put).map(telling_publicity)
}

fn put_policy(input: &Input<'_>, text: Option<&str>) -> Call {
    let bucket = input.name();
    match text {
        Some(text) => input.call(&PUT_POLICY, json!({"Bucket": bucket, "Policy": text})),
        None => input.call(&DELETE_POLICY, json!({"Bucket": bucket})),
    }
}

/// The change of a policy, with what S3 says of it then.
fn telling_publicity(mut change: Change) -> Change {
    for write in &mut change.writes {
        let policy = &write.after["policy"];
        let public = if policy.is_null() { Value::Null } else { policy::is_public(policy).into() };
        write.after.insert("policy_is_public".to_owned(), public);
    }
    change
}

const ENABLE_VERSIONING: Operation = Operation {
    name: "aws.s3.enable_versioning",
    about: "Switches on versioning of a bucket.",
    state: &["versioning"],
    risk: Risk::Safe,
    rollback: Exactness::Partial,
    rollback_note: "a bucket that had versioning once can only suspend it, never be without it again; versions stay",
    writes: &[PUT_VERSIONING],
    prepare: |input| {
        let before = input.field("versioning")?;
        let (status, mfa) = (before.get("status").and_then(Value::as_str), before.get("mfa_delete"));
        if status == Some("Enabled") {
            return Ok(Change::nothing());
        }
        if mfa == Some(&Value::Bool(true)) {
            return Err(Refusal::Unsuitable(
                "MFA delete is on: only the root user with its MFA device can change versioning".to_owned(),
            ));
        }
        let parameters = |status| json!({"Bucket": input.name(), "VersioningConfiguration": {"Status": status}});
        let state = |status| json!({"status": status, "mfa_delete": false});
        let write = input
            .write(&PUT_VERSIONING, parameters("Enabled"), [input.call(&PUT_VERSIONING, parameters("Suspended"))])
            .replacing("versioning")
            .then("versioning", state("Enabled"))
            .leaving("versioning", state("Suspended"));
        let mut change = Change::by([write]).telling("every version of an object is kept, and paid for");
        if status == Some("Suspended") {
            change.exactly = true;
        }
        Ok(change)
    },
    ..Operation::of(Bucket::TYPE)
};

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    const ALL: [(&str, bool); 4] = [
        ("block_public_acls", true),
        ("block_public_policy", true),
        ("ignore_public_acls", true),
        ("restrict_public_buckets", true),
    ];

    fn all_on() -> Value {
        Value::Object(ALL.iter().map(|(name, on)| ((*name).to_owned(), (*on).into())).collect())
    }

    #[test]
    fn switches_are_added_and_never_taken_away() {
        let before = json!({"block_public_acls": true, "block_public_policy": false, "ignore_public_acls": true, "restrict_public_buckets": false});
        let fields = json!({"public_access_block": before, "policy_is_public": true});
        let change =
            prepare(&PUT_PUBLIC_ACCESS_BLOCK, fields, json!({"block_public_policy": true, "block_public_acls": false}))
                .unwrap();
        let wanted = |policy| {
            json!({"Bucket": "example", "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": true, "BlockPublicPolicy": policy, "IgnorePublicAcls": true, "RestrictPublicBuckets": false}})
        };
        assert_eq!(parameters(&change), [("s3:PutPublicAccessBlock", wanted(true))]);
        assert_eq!(undo(&change), [("s3:PutPublicAccessBlock", wanted(false))]);
        assert!(change.impact[0].contains("lets in everyone now"), "{:?}", change.impact);
    }

    #[test]
    fn what_was_not_there_is_removed_again() {
        let change = prepare(&PUT_PUBLIC_ACCESS_BLOCK, json!({"public_access_block": null}), all_on()).unwrap();
        assert_eq!(undo(&change), [("s3:DeletePublicAccessBlock", json!({"Bucket": "example"}))]);
        let change = prepare(&PUT_ACCOUNT_PUBLIC_ACCESS_BLOCK, json!({"public_access_block": null}), all_on()).unwrap();
        assert_eq!(undo(&change), [("s3control:DeletePublicAccessBlock", json!({"AccountId": "123456789012"}))]);
        let change = prepare(&PUT_PUBLIC_ACCESS_BLOCK, json!({"public_access_block": all_on()}), all_on()).unwrap();
        assert_eq!(change, Change::nothing());
    }

    #[test]
    fn what_is_unknown_is_refused() {
        let refused = prepare(&PUT_PUBLIC_ACCESS_BLOCK, json!({}), all_on()).unwrap_err();
        assert_eq!(refused, Refusal::NotCollected("public_access_block".to_owned()));
        let unreadable = json!({"public_access_block": {"$unreadable": {"call": "s3:GetPublicAccessBlock", "code": "AccessDenied"}}});
        let refused = prepare(&PUT_PUBLIC_ACCESS_BLOCK, unreadable, all_on()).unwrap_err();
        assert!(refused.to_string().contains("AccessDenied"), "{refused}");
    }

    fn policy(text: &str) -> Value {
        Value::Object(policy::fields_of(Some(text), &GET_BUCKET_POLICY).unwrap())
    }

    const PUBLIC: &str =
        r#"{"Sid": "p", "Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#;
    const PARTNER: &str = r#"{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#;

    #[test]
    fn one_statement_of_a_policy_goes() {
        let text = format!(r#"{{"Statement": [{PUBLIC}, {PARTNER}]}}"#);
        let fields = policy(&text);
        let public = fields["policy"]["statements"][0].clone();
        let change = prepare(&REMOVE_POLICY_STATEMENTS, fields, json!({"for_each": [public]})).unwrap();
        let rest = format!(r#"{{"Statement": [{PARTNER}]}}"#);
        assert_eq!(parameters(&change), [("s3:PutBucketPolicy", json!({"Bucket": "example", "Policy": rest}))]);
        assert_eq!(undo(&change), [("s3:PutBucketPolicy", json!({"Bucket": "example", "Policy": text}))]);
        assert_eq!(change.writes[0].after["policy_is_public"], false);
        assert_eq!(change.impact, ["statement p goes: nobody has s3:GetObject through it any more"]);
    }

    #[test]
    fn the_last_statement_takes_the_policy_with_it() {
        for text in [format!(r#"{{"Statement": [{PUBLIC}]}}"#), format!(r#"{{"Statement": {PUBLIC}}}"#)] {
            let fields = policy(&text);
            let targets = fields["policy"]["statements"].clone();
            let change = prepare(&REMOVE_POLICY_STATEMENTS, fields, json!({"for_each": targets})).unwrap();
            assert_eq!(parameters(&change), [("s3:DeleteBucketPolicy", json!({"Bucket": "example"}))]);
            assert_eq!(undo(&change)[0].1["Policy"], text);
            assert_eq!(change.writes[0].after["policy_text"], Value::Null);
        }
    }

    #[test]
    fn plain_http_is_denied_once() {
        let change =
            prepare(&DENY_INSECURE_TRANSPORT, json!({"policy": null, "policy_text": null}), json!({})).unwrap();
        assert_eq!(undo(&change), [("s3:DeleteBucketPolicy", json!({"Bucket": "example"}))]);
        let fields = Value::Object(change.writes[0].after.clone());
        assert_eq!(prepare(&DENY_INSECURE_TRANSPORT, fields, json!({})).unwrap(), Change::nothing());

        let text = format!("{{\"Statement\":\n[{PARTNER}]}}");
        let change = prepare(&DENY_INSECURE_TRANSPORT, policy(&text), json!({})).unwrap();
        let after = change.writes[0].after["policy_text"].as_str().unwrap();
        assert!(after.starts_with(&text[..text.len() - 2]), "{after}");
        assert_eq!(undo(&change)[0].1["Policy"], text);
    }

    #[test]
    fn versioning_cannot_be_undone_wholly() {
        let change =
            prepare(&ENABLE_VERSIONING, json!({"versioning": {"status": "Disabled", "mfa_delete": false}}), json!({}))
                .unwrap();
        assert_eq!(undo(&change)[0].1["VersioningConfiguration"]["Status"], "Suspended");
        assert_eq!(change.writes[0].undone["versioning"]["status"], "Suspended");
        let refused =
            prepare(&ENABLE_VERSIONING, json!({"versioning": {"status": "Suspended", "mfa_delete": true}}), json!({}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))));
        let nothing =
            prepare(&ENABLE_VERSIONING, json!({"versioning": {"status": "Enabled", "mfa_delete": false}}), json!({}));
        assert_eq!(nothing, Ok(Change::nothing()));
    }

    #[test]
    fn the_switches_of_the_account_tell_whom_they_close() {
        let told = |buckets: Value| {
            let fields = json!({"public_access_block": null, "public_buckets": buckets});
            prepare(&PUT_ACCOUNT_PUBLIC_ACCESS_BLOCK, fields, json!({"block_public_acls": true})).unwrap().impact
        };
        assert_eq!(told(json!([])), ["no bucket of the account is public now"]);
        assert_eq!(told(json!(["a", "b"])), ["these buckets are public now, and closed then: a, b"]);
        let many: Vec<_> = (0..12).map(|number| number.to_string()).collect();
        assert!(told(json!(many))[0].ends_with(", 9 and 2 more"));
        let unknown = json!({"$unreadable": {"call": "s3:ListBuckets", "code": "AccessDenied", "permission": "s3:ListAllMyBuckets"}});
        assert!(told(unknown)[0].ends_with("s3:ListBuckets answered AccessDenied (needs s3:ListAllMyBuckets)"));
    }
}
