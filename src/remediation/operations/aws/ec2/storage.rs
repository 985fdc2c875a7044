//! Operations on snapshots and machine images.

use crate::inventory::aws::ec2::{Image, Snapshot};
use crate::remediation::operation::{Change, Exactness, Operation, Risk, WriteApi};
use crate::remediation::operations::aws::sharing::{COPIES_STAY, EVERYBODY, without_everybody};
use serde_json::json;

const MODIFY_SNAPSHOT: WriteApi = WriteApi::idempotent("ec2:ModifySnapshotAttribute", &["ec2:ModifySnapshotAttribute"]);
const MODIFY_IMAGE: WriteApi = WriteApi::idempotent("ec2:ModifyImageAttribute", &["ec2:ModifyImageAttribute"]);

/// Snapshots.
pub const UNSHARE_SNAPSHOT: Operation = Operation {
    name: "aws.ec2.unshare_snapshot",
    about: "Lets no longer every AWS account restore the snapshot; accounts that are named still may.",
    kind: Snapshot::TYPE,
    state: &["is_public", "shared_with"],
    looks_at: &[],
    arguments: &[],
    risk: Risk::Disruptive,
    rollback: Exactness::Exact,
    rollback_note: "",
    rollback_needs_approval: false,
    writes: &[MODIFY_SNAPSHOT],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: 120,
    answer: None,
    prepare: |input| {
        let Some(rest) = without_everybody(input)? else { return Ok(Change::nothing()) };
        let parameters = |change: &str| {
            json!({"SnapshotId": input.common("id"), "Attribute": "createVolumePermission", "OperationType": change,
                "GroupNames": [EVERYBODY]})
        };
        let undo = input.call(&MODIFY_SNAPSHOT, parameters("add"));
        let write = input.write(&MODIFY_SNAPSHOT, parameters("remove"), [undo]);
        let write = write.then("is_public", false.into()).then("shared_with", rest);
        Ok(Change::by([write]).telling(COPIES_STAY))
    },
};

/// Images.
pub const UNSHARE_IMAGE: Operation = Operation {
    name: "aws.ec2.unshare_image",
    about: "Lets no longer every AWS account launch the image; accounts and organisations that are named still may.",
    kind: Image::TYPE,
    state: &["is_public", "shared_with"],
    looks_at: &[],
    arguments: &[],
    risk: Risk::Disruptive,
    rollback: Exactness::Exact,
    rollback_note: "",
    rollback_needs_approval: false,
    writes: &[MODIFY_IMAGE],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: 120,
    answer: None,
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
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remediation::operation::Refusal;
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
}
