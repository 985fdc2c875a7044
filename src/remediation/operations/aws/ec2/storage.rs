//! Operations on snapshots and machine images.

use crate::inventory::aws::ec2::{Image, Snapshot};
use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Input, Operation, Refusal, Risk, Write, WriteApi};
use crate::remediation::operations::aws::sharing::{COPIES_STAY, EVERYBODY, without_everybody};
use serde_json::{Value, json};

const MODIFY_SNAPSHOT: WriteApi = WriteApi::idempotent("ec2:ModifySnapshotAttribute", &["ec2:ModifySnapshotAttribute"]);
const MODIFY_IMAGE: WriteApi = WriteApi::idempotent("ec2:ModifyImageAttribute", &["ec2:ModifyImageAttribute"]);

/// Snapshots.
pub const UNSHARE_SNAPSHOT: Operation = Operation {
    name: "aws.ec2.unshare_snapshot",
    about: "Lets no longer every AWS account restore the snapshot; accounts that are named still may.",
    state: &["is_public", "shared_with"],
    risk: Risk::Disruptive,
    writes: &[MODIFY_SNAPSHOT],
    settles_within: 120,
    prepare: |input| {
        let Some(rest) = without_everybody(input)? else { return Ok(Change::nothing()) };
        let write = unshare(input, "GroupNames", &json!([EVERYBODY]));
        let write = write.then("is_public", false.into()).then("shared_with", rest);
        Ok(Change::by([write]).telling(COPIES_STAY))
    },
    ..Operation::of(Snapshot::TYPE)
};

/// The write that takes a snapshot back from groups or from accounts.
fn unshare(input: &Input<'_>, kind: &str, from: &Value) -> Write {
    let parameters = |change: &str| {
        json!({"SnapshotId": input.common("id"), "Attribute": "createVolumePermission", "OperationType": change,
            kind: from})
    };
    let undo = input.call(&MODIFY_SNAPSHOT, parameters("add"));
    input.write(&MODIFY_SNAPSHOT, parameters("remove"), [undo])
}

/// Snapshots that strangers may restore.
pub const UNSHARE_SNAPSHOT_FROM_UNKNOWN: Operation = Operation {
    name: "aws.ec2.unshare_snapshot_from_unknown",
    about: "Lets only trusted accounts, of those that may restore the snapshot, go on to do so.",
    state: &["is_public", "shared_with"],
    arguments: &[Argument {
        name: "trusted_accounts",
        ty: Type::List(&Type::String),
        required: true,
        about: "The ids of the accounts that may restore it; others that may now no longer may.",
    }],
    risk: Risk::Disruptive,
    writes: &[MODIFY_SNAPSHOT],
    settles_within: 120,
    prepare: unshare_snapshot_from_unknown,
    ..Operation::of(Snapshot::TYPE)
};

fn unshare_snapshot_from_unknown(input: &Input<'_>) -> Result<Change, Refusal> {
    let trusted = input.argument("trusted_accounts").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let shared = input.list("shared_with")?;
    let (known, unknown): (Vec<_>, Vec<_>) = shared.iter().cloned().partition(|with| trusted.contains(with));
    if unknown.is_empty() {
        return Ok(Change::nothing());
    }
    // An empty list may mean that nobody has decided yet, and then every account would lose the snapshot.
    if trusted.is_empty() {
        return Err(Refusal::Undecided(
            "which accounts are trusted is not said: set the control's parameter `trusted_accounts`, to this account's \
             own id if there are none"
                .to_owned(),
        ));
    }
    let accounts: Vec<_> = unknown.iter().filter(|with| *with != EVERYBODY).cloned().collect();
    let mut writes = Vec::new();
    if accounts.len() < unknown.len() {
        let rest: Vec<_> = shared.iter().filter(|with| *with != EVERYBODY).cloned().collect();
        let write = unshare(input, "GroupNames", &json!([EVERYBODY]));
        writes.push(write.then("is_public", false.into()).then("shared_with", rest.into()));
    }
    let mut impact = vec![COPIES_STAY.to_owned()];
    if !accounts.is_empty() {
        let names: Vec<_> = accounts.iter().filter_map(Value::as_str).collect();
        impact.insert(0, format!("accounts that can no longer restore the snapshot: {}", names.join(", ")));
        writes.push(unshare(input, "UserIds", &accounts.into()).then("shared_with", known.into()));
    }
    Ok(Change { impact, ..Change::by(writes) })
}

/// Images.
pub const UNSHARE_IMAGE: Operation = Operation {
    name: "aws.ec2.unshare_image",
    about: "Lets no longer every AWS account launch the image; accounts and organisations that are named still may.",
    state: &["is_public", "shared_with"],
    risk: Risk::Disruptive,
    writes: &[MODIFY_IMAGE],
    settles_within: 120,
    prepare: |input| {
        let Some(rest) = without_everybody(input)? else { return Ok(Change::nothing()) };
        let parameters =
            |change: &str| json!({"ImageId": input.common("id"), "LaunchPermission": {change: [{"Group": EVERYBODY}]}});
        let undo = input.call(&MODIFY_IMAGE, parameters("Add"));
        let write = input.write(&MODIFY_IMAGE, parameters("Remove"), [undo]);
        let write = write.then("is_public", false.into()).then("shared_with", rest);
        Ok(Change::by([write])
            .telling(COPIES_STAY)
            .telling("launch templates of accounts that are not named no longer find the image"))
    },
    ..Operation::of(Image::TYPE)
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remediation::operations::aws::testing::{parameters, prepare, undo};

    #[test]
    fn everybody_goes_and_named_accounts_stay() {
        let public = || json!({"is_public": true, "shared_with": ["all", "111122223333"]});
        let change = prepare(&UNSHARE_SNAPSHOT, public(), json!({})).unwrap();
        let call = |change: &str| {
            json!({"SnapshotId": "example-id", "Attribute": "createVolumePermission", "OperationType": change,
                "GroupNames": ["all"]})
        };
        assert_eq!(parameters(&change), [("ec2:ModifySnapshotAttribute", call("remove"))]);
        assert_eq!(undo(&change), [("ec2:ModifySnapshotAttribute", call("add"))]);
        let after = json!({"is_public": false, "shared_with": ["111122223333"]});
        assert_eq!(serde_json::Value::from(change.writes[0].after.clone()), after);

        let change = prepare(&UNSHARE_IMAGE, public(), json!({})).unwrap();
        let call = |change: &str| json!({"ImageId": "example-id", "LaunchPermission": {change: [{"Group": "all"}]}});
        assert_eq!(parameters(&change), [("ec2:ModifyImageAttribute", call("Remove"))]);
        assert_eq!(undo(&change), [("ec2:ModifyImageAttribute", call("Add"))]);
        assert_eq!(serde_json::Value::from(change.writes[0].after.clone()), after);
    }

    #[test]
    fn what_is_not_public_stays_as_it_is() {
        for operation in [&UNSHARE_SNAPSHOT, &UNSHARE_IMAGE] {
            let fields = json!({"is_public": false, "shared_with": ["111122223333"]});
            assert_eq!(prepare(operation, fields, json!({})), Ok(Change::nothing()));
            let unread = prepare(operation, json!({"is_public": true}), json!({}));
            assert_eq!(unread, Err(Refusal::NotCollected("shared_with".to_owned())));
        }
    }

    #[test]
    fn strangers_go_and_trusted_accounts_stay() {
        let fields = |shared: Value| json!({"is_public": false, "shared_with": shared});
        let with = || json!({"trusted_accounts": ["111122223333"]});
        let shared = json!(["999988887777", "111122223333", "888877776666"]);
        let change = prepare(&UNSHARE_SNAPSHOT_FROM_UNKNOWN, fields(shared), with()).unwrap();
        let call = |change: &str| {
            json!({"SnapshotId": "example-id", "Attribute": "createVolumePermission", "OperationType": change,
                "UserIds": ["999988887777", "888877776666"]})
        };
        assert_eq!(parameters(&change), [("ec2:ModifySnapshotAttribute", call("remove"))]);
        assert_eq!(undo(&change), [("ec2:ModifySnapshotAttribute", call("add"))]);
        assert_eq!(Value::from(change.writes[0].after.clone()), json!({"shared_with": ["111122223333"]}));
        assert!(change.impact[0].ends_with("999988887777, 888877776666"), "{:?}", change.impact);
        let nothing = prepare(&UNSHARE_SNAPSHOT_FROM_UNKNOWN, fields(json!(["111122223333"])), with());
        assert_eq!(nothing, Ok(Change::nothing()));
    }

    #[test]
    fn everybody_is_a_stranger_too() {
        let fields = json!({"is_public": true, "shared_with": ["999988887777", "all"]});
        let with = json!({"trusted_accounts": ["111122223333"]});
        let change = prepare(&UNSHARE_SNAPSHOT_FROM_UNKNOWN, fields, with).unwrap();
        assert_eq!(change.writes[0].parameters["GroupNames"], json!(["all"]));
        let after = json!({"is_public": false, "shared_with": ["999988887777"]});
        assert_eq!(Value::from(change.writes[0].after.clone()), after);
        assert_eq!(change.writes[1].parameters["UserIds"], json!(["999988887777"]));
        assert_eq!(Value::from(change.writes[1].after.clone()), json!({"shared_with": []}));
    }

    #[test]
    fn nobody_is_cut_off_before_somebody_says_who_is_trusted() {
        let fields = json!({"is_public": false, "shared_with": ["999988887777"]});
        let refused = prepare(&UNSHARE_SNAPSHOT_FROM_UNKNOWN, fields, json!({"trusted_accounts": []}));
        assert!(matches!(refused, Err(Refusal::Undecided(_))), "{refused:?}");
    }
}
