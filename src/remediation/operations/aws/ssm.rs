//! Operations on AWS Systems Manager.

use crate::inventory::aws::ssm::{ALL, Document};
use crate::remediation::operation::{Change, Exactness, Operation, Risk, WriteApi};
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&UNSHARE_DOCUMENT];

const MODIFY_PERMISSION: WriteApi =
    WriteApi::idempotent("ssm:ModifyDocumentPermission", &["ssm:ModifyDocumentPermission"]);

const UNSHARE_DOCUMENT: Operation = Operation {
    name: "aws.ssm.unshare_document",
    about: "Takes a document back from everyone; accounts that it is shared with by number keep it.",
    kind: Document::TYPE,
    state: &["shared_with", "public_version"],
    looks_at: &[],
    arguments: &[],
    risk: Risk::Disruptive,
    rollback: Exactness::Exact,
    rollback_note: "AWS refuses the rollback where public sharing of documents was blocked meanwhile",
    rollback_needs_approval: false,
    writes: &[MODIFY_PERMISSION],
    made_by_provider: &[],
    comes_after: &[],
    settles_within: 60,
    answer: None,
    prepare: |input| {
        let accounts = input.list("shared_with")?;
        if !accounts.iter().any(|account| account == ALL) {
            return Ok(Change::nothing());
        }
        let parameters = |list: &str| json!({"Name": input.name(), "PermissionType": "Share", list: [ALL]});
        let mut again = parameters("AccountIdsToAdd");
        let version = input.field("public_version")?;
        if !version.is_null() {
            again["SharedDocumentVersion"] = version.clone();
        }
        let undo = input.call(&MODIFY_PERMISSION, again);
        let left: Value = accounts.iter().filter(|account| *account != ALL).cloned().collect();
        let write = input.write(&MODIFY_PERMISSION, parameters("AccountIdsToRemove"), [undo]);
        Ok(Change::by([write.then("shared_with", left).then("public_version", Value::Null)])
            .telling("other accounts that use the document cannot any more"))
    },
};

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    #[test]
    fn everyone_goes_and_accounts_stay() {
        let fields = json!({"shared_with": ["111122223333", "all"], "public_version": "$DEFAULT"});
        let change = prepare(&UNSHARE_DOCUMENT, fields, json!({})).unwrap();
        let call = json!({"Name": "example", "PermissionType": "Share", "AccountIdsToRemove": ["all"]});
        assert_eq!(parameters(&change), [("ssm:ModifyDocumentPermission", call)]);
        let call = json!({
            "Name": "example", "PermissionType": "Share", "AccountIdsToAdd": ["all"], "SharedDocumentVersion": "$DEFAULT",
        });
        assert_eq!(undo(&change), [("ssm:ModifyDocumentPermission", call)]);
        assert_eq!(change.writes[0].after["shared_with"], json!(["111122223333"]));
    }

    #[test]
    fn a_version_that_nobody_named_is_not_named_again() {
        let fields = json!({"shared_with": ["all"], "public_version": null});
        let change = prepare(&UNSHARE_DOCUMENT, fields, json!({})).unwrap();
        assert_eq!(undo(&change)[0].1.get("SharedDocumentVersion"), None);
        let known = json!({"shared_with": ["111122223333"], "public_version": null});
        assert_eq!(prepare(&UNSHARE_DOCUMENT, known, json!({})), Ok(Change::nothing()));
    }
}
