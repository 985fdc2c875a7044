//! Access control lists of buckets, and switching them off.

use crate::inventory::aws::s3::Bucket;
use crate::remediation::operation::{Argument, Change, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

const PUT_ACL: WriteApi = WriteApi::idempotent("s3:PutBucketAcl", &["s3:PutBucketAcl"]);
const PUT_OWNERSHIP: WriteApi =
    WriteApi::idempotent("s3:PutBucketOwnershipControls", &["s3:PutBucketOwnershipControls"]);
const DELETE_OWNERSHIP: WriteApi =
    WriteApi::idempotent("s3:DeleteBucketOwnershipControls", &["s3:PutBucketOwnershipControls"]);

/// Grants.
pub const REMOVE_ACL_GRANTS: Operation = Operation {
    name: "aws.s3.remove_acl_grants",
    about: "Takes the chosen grants out of a bucket's access control list; the others stay.",
    state: &["acl"],
    looks_at: &["acl_owner", "public_access_block", "is_website"],
    arguments: &[Argument::for_each("The grants that go, out of `resource.acl`.")],
    risk: Risk::Disruptive,
    rollback_note: "S3 refuses to give public grants back where Block Public Access keeps out public ACLs by then",
    writes: &[PUT_ACL],
    prepare: remove_acl_grants,
    ..Operation::of(Bucket::TYPE)
};

fn remove_acl_grants(input: &Input<'_>) -> Result<Change, Refusal> {
    let grants = input.list("acl")?;
    let (gone, kept): (Vec<_>, Vec<_>) = grants.iter().cloned().partition(|grant| input.targets().contains(grant));
    if gone.is_empty() {
        return Ok(Change::nothing());
    }
    let owner = input.field("acl_owner")?;
    let policy = |grants: &[Value]| -> Result<Value, Refusal> {
        let grants: Vec<_> = grants.iter().map(api_grant).collect::<Result<_, _>>()?;
        Ok(json!({"Bucket": input.name(), "AccessControlPolicy": {"Owner": {"ID": owner}, "Grants": grants}}))
    };
    let undo = input.call(&PUT_ACL, policy(grants)?);
    let write = input.write(&PUT_ACL, policy(&kept)?, [undo]).replacing("acl").then("acl", kept.into());
    let blocked = |switch: &str| {
        input.document.get("public_access_block").and_then(|block| block.get(switch)) == Some(&Value::Bool(true))
    };
    let mut change = Change::by([write]);
    for grant in &gone {
        change = change.telling(format!(
            "{} no longer has {} on the bucket through its ACL",
            who(grant),
            grant["permission"].as_str().unwrap_or_default()
        ));
    }
    if blocked("ignore_public_acls") {
        change = change.telling("Block Public Access ignores public ACLs, so nobody uses the grants now");
    }
    if blocked("block_public_acls") {
        change = change.telling("Block Public Access keeps out public ACLs: a rollback cannot give the grants back");
    }
    Ok(super::telling_visitors(input, change.telling("ACLs of single objects stay as they are")))
}

/// A grant as the API writes it.
fn api_grant(grant: &Value) -> Result<Value, Refusal> {
    let grantee = match (grant["grantee_kind"].as_str(), grant["grantee"].as_str()) {
        (Some("CanonicalUser"), Some(id)) => json!({"Type": "CanonicalUser", "ID": id}),
        (Some("Group"), Some(uri)) => json!({"Type": "Group", "URI": uri}),
        _ => {
            return Err(Refusal::Unsuitable(
                "the ACL has a grant to neither an account nor a group, which could not be written again as it is: \
                 change the ACL by hand"
                    .to_owned(),
            ));
        }
    };
    Ok(json!({"Grantee": grantee, "Permission": grant["permission"]}))
}

/// Whom a grant is for, in words.
fn who(grant: &Value) -> &str {
    match grant["grantee"].as_str().unwrap_or_default() {
        "http://acs.amazonaws.com/groups/global/AllUsers" => "everyone",
        "http://acs.amazonaws.com/groups/global/AuthenticatedUsers" => "everyone with an AWS account",
        "http://acs.amazonaws.com/groups/s3/LogDelivery" => "the log delivery of S3",
        other => other,
    }
}

const ENFORCED: &str = "BucketOwnerEnforced";

/// No ACLs.
pub const ENFORCE_BUCKET_OWNER: Operation = Operation {
    name: "aws.s3.enforce_bucket_owner",
    about: "Switches off the access control lists of a bucket and of its objects, if the bucket's own grants nothing to \
            others.",
    state: &["ownership"],
    looks_at: &["acl", "acl_owner"],
    risk: Risk::Disruptive,
    rollback_note: "objects that others uploaded meanwhile stay the bucket owner's",
    writes: &[PUT_OWNERSHIP, DELETE_OWNERSHIP],
    prepare: enforce_bucket_owner,
    ..Operation::of(Bucket::TYPE)
};

fn enforce_bucket_owner(input: &Input<'_>) -> Result<Change, Refusal> {
    let before = input.field("ownership")?;
    if before == ENFORCED {
        return Ok(Change::nothing());
    }
    let owner = input.field("acl_owner")?;
    let foreign = input.list("acl")?.iter().find(|grant| grant["grantee"] != *owner);
    if let Some(grant) = foreign {
        return Err(Refusal::Unsuitable(format!(
            "its ACL grants {} to {}: let the bucket policy allow what is needed of that, and take the grant away first",
            grant["permission"].as_str().unwrap_or_default(),
            who(grant)
        )));
    }
    let bucket = json!({"Bucket": input.name()});
    let parameters = |ownership: &Value| {
        let mut parameters = bucket.clone();
        parameters["OwnershipControls"] = json!({"Rules": [{"ObjectOwnership": ownership}]});
        parameters
    };
    let undo = if before.is_null() {
        input.call(&DELETE_OWNERSHIP, bucket.clone())
    } else {
        input.call(&PUT_OWNERSHIP, parameters(before))
    };
    let write = input.write(&PUT_OWNERSHIP, parameters(&ENFORCED.into()), [undo]).replacing("ownership");
    Ok(Change::by([write.then("ownership", ENFORCED.into())])
        .telling("who reads objects through ACLs of their own loses access; ciacm does not read the ACLs of objects")
        .telling("uploads that set an ACL are refused, except for bucket-owner-full-control"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remediation::operations::aws::testing::{parameters, prepare, undo};

    const ALL: &str = "http://acs.amazonaws.com/groups/global/AllUsers";

    fn grant(kind: &str, grantee: &str, permission: &str) -> Value {
        json!({"grantee_kind": kind, "grantee": grantee, "permission": permission})
    }

    fn fields(grants: &[Value]) -> Value {
        json!({"acl": grants, "acl_owner": "75aa", "public_access_block": null, "ownership": "ObjectWriter"})
    }

    #[test]
    fn public_grants_go_and_the_others_stay() {
        let owner = grant("CanonicalUser", "75aa", "FULL_CONTROL");
        let (public, partner) = (grant("Group", ALL, "READ"), grant("CanonicalUser", "b0b0", "READ"));
        let with = json!({"for_each": [public]});
        let before = [owner.clone(), public, partner.clone()];
        let change = prepare(&REMOVE_ACL_GRANTS, fields(&before), with.clone()).unwrap();
        let own = json!({"Grantee": {"Type": "CanonicalUser", "ID": "75aa"}, "Permission": "FULL_CONTROL"});
        let all = json!({"Grantee": {"Type": "Group", "URI": ALL}, "Permission": "READ"});
        let other = json!({"Grantee": {"Type": "CanonicalUser", "ID": "b0b0"}, "Permission": "READ"});
        let call = |grants: Value| {
            let policy = json!({"Owner": {"ID": "75aa"}, "Grants": grants});
            ("s3:PutBucketAcl", json!({"Bucket": "example", "AccessControlPolicy": policy}))
        };
        assert_eq!(parameters(&change), [call(json!([own, other]))]);
        assert_eq!(undo(&change), [call(json!([own, all, other]))]);
        assert_eq!(change.writes[0].after["acl"], json!([owner, partner]));
        assert_eq!(change.impact[0], "everyone no longer has READ on the bucket through its ACL");
        let rest = fields(&[owner, partner]);
        assert_eq!(prepare(&REMOVE_ACL_GRANTS, rest, with), Ok(Change::nothing()));
    }

    #[test]
    fn what_block_public_access_does_to_grants_is_told() {
        let public = grant("Group", ALL, "READ");
        let mut fields = fields(std::slice::from_ref(&public));
        fields["public_access_block"] = json!({"block_public_acls": true, "ignore_public_acls": true});
        let change = prepare(&REMOVE_ACL_GRANTS, fields, json!({"for_each": [public]})).unwrap();
        assert!(change.impact[1].contains("nobody uses the grants now"), "{:?}", change.impact);
        assert!(change.impact[2].contains("cannot give the grants back"), "{:?}", change.impact);
    }

    #[test]
    fn a_grant_that_could_not_be_written_again_is_left_to_people() {
        let by_mail = json!({"grantee_kind": "AmazonCustomerByEmail", "grantee": null, "permission": "READ"});
        let public = grant("Group", ALL, "READ");
        let refused = prepare(&REMOVE_ACL_GRANTS, fields(&[by_mail, public.clone()]), json!({"for_each": [public]}));
        assert!(matches!(refused, Err(Refusal::Unsuitable(_))), "{refused:?}");
    }

    #[test]
    fn acls_that_grant_nothing_to_others_are_switched_off() {
        let owner = [grant("CanonicalUser", "75aa", "FULL_CONTROL")];
        let put = |ownership: &str| {
            let controls = json!({"Rules": [{"ObjectOwnership": ownership}]});
            ("s3:PutBucketOwnershipControls", json!({"Bucket": "example", "OwnershipControls": controls}))
        };
        let change = prepare(&ENFORCE_BUCKET_OWNER, fields(&owner), json!({})).unwrap();
        assert_eq!(parameters(&change), [put("BucketOwnerEnforced")]);
        assert_eq!(undo(&change), [put("ObjectWriter")]);
        let mut never_set = fields(&owner);
        never_set["ownership"] = Value::Null;
        let change = prepare(&ENFORCE_BUCKET_OWNER, never_set, json!({})).unwrap();
        assert_eq!(undo(&change), [("s3:DeleteBucketOwnershipControls", json!({"Bucket": "example"}))]);
        let mut enforced = fields(&owner);
        enforced["ownership"] = "BucketOwnerEnforced".into();
        assert_eq!(prepare(&ENFORCE_BUCKET_OWNER, enforced, json!({})), Ok(Change::nothing()));
    }

    #[test]
    fn acls_that_let_others_in_stay_on() {
        let logs = grant("Group", "http://acs.amazonaws.com/groups/s3/LogDelivery", "WRITE");
        let refused = prepare(&ENFORCE_BUCKET_OWNER, fields(&[logs]), json!({})).unwrap_err();
        assert!(refused.to_string().starts_with("its ACL grants WRITE to the log delivery of S3"), "{refused}");
    }
}
