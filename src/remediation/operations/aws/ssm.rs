//! Operations on AWS Systems Manager.

use super::sharing::{ACCOUNT_ARGUMENTS, Parted, parted};
use crate::inventory::aws::ssm::{ALL, Document};
use crate::remediation::operation::{Change, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&UNSHARE_DOCUMENT];

const MODIFY_PERMISSION: WriteApi =
    WriteApi::idempotent("ssm:ModifyDocumentPermission", &["ssm:ModifyDocumentPermission"]);

/// The most accounts that one call takes.
const MOST_ACCOUNTS: usize = 20;

const UNSHARE_DOCUMENT: Operation = Operation {
    name: "aws.ssm.unshare_document",
    about: "Takes a document back from the chosen accounts; the others keep it.",
    state: &["shared_with", "shared_versions"],
    arguments: ACCOUNT_ARGUMENTS,
    risk: Risk::Disruptive,
    rollback_note: "AWS refuses to share with everyone again where public sharing of documents was blocked meanwhile",
    writes: &[MODIFY_PERMISSION],
    prepare: unshare_document,
    ..Operation::of(Document::TYPE)
};

fn unshare_document(input: &Input<'_>) -> Result<Change, Refusal> {
    let Some(Parted { gone, rest }) = parted(input)? else { return Ok(Change::nothing()) };
    let versions = input.field("shared_versions")?;
    // Systems Manager takes everyone in a call of its own.
    let (everyone, named): (Vec<_>, Vec<_>) = gone.into_iter().partition(|account| account == ALL);
    let mut left: Vec<_> = named.iter().chain(&rest).cloned().collect();
    let mut writes = Vec::new();
    for accounts in everyone.chunks(1).chain(named.chunks(MOST_ACCOUNTS)) {
        left.retain(|account| !accounts.contains(account));
        let undo: Vec<_> = by_version(accounts, versions)
            .into_iter()
            .map(|(version, accounts)| {
                let mut again = parameters(input, "AccountIdsToAdd", accounts);
                if let Some(version) = version {
                    again["SharedDocumentVersion"] = version.into();
                }
                input.call(&MODIFY_PERMISSION, again)
            })
            .collect();
        let kept = left
            .iter()
            .filter_map(|account| Some((account.as_str()?.to_owned(), versions.get(account.as_str()?)?.clone())));
        let kept: serde_json::Map<_, _> = kept.collect();
        let write = input.write(&MODIFY_PERMISSION, parameters(input, "AccountIdsToRemove", accounts.to_vec()), undo);
        writes.push(write.then("shared_with", left.clone().into()).then("shared_versions", kept.into()));
    }
    Ok(Change::by(writes).telling("other accounts that use the document cannot any more"))
}

fn parameters(input: &Input<'_>, list: &str, accounts: Vec<Value>) -> Value {
    json!({"Name": input.name(), "PermissionType": "Share", list: accounts})
}

/// The accounts by the version of the document that they may use.
fn by_version<'a>(accounts: &[Value], versions: &'a Value) -> BTreeMap<Option<&'a str>, Vec<Value>> {
    let mut by_version: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for account in accounts {
        let version = account.as_str().and_then(|account| versions.get(account)?.as_str());
        by_version.entry(version).or_default().push(account.clone());
    }
    by_version
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    const CALL: &str = "ssm:ModifyDocumentPermission";

    fn call(list: &str, accounts: Value) -> Value {
        json!({"Name": "example", "PermissionType": "Share", list: accounts})
    }

    #[test]
    fn everyone_goes_and_accounts_stay() {
        let fields = json!({"shared_with": ["111122223333", "all"], "shared_versions": {"all": "$DEFAULT"}});
        let change = prepare(&UNSHARE_DOCUMENT, fields, json!({"for_each": ["all"]})).unwrap();
        assert_eq!(parameters(&change), [(CALL, call("AccountIdsToRemove", json!(["all"])))]);
        let mut again = call("AccountIdsToAdd", json!(["all"]));
        again["SharedDocumentVersion"] = "$DEFAULT".into();
        assert_eq!(undo(&change), [(CALL, again)]);
        assert_eq!(change.writes[0].after["shared_with"], json!(["111122223333"]));
        assert_eq!(change.writes[0].after["shared_versions"], json!({}));
    }

    #[test]
    fn accounts_get_back_the_version_that_they_had() {
        let fields = json!({
            "shared_with": ["1", "2", "3", "4"], "shared_versions": {"1": "$LATEST", "2": "$ALL", "4": "$ALL"},
        });
        let change = prepare(&UNSHARE_DOCUMENT, fields.clone(), json!({"for_each": ["1", "2", "3"]})).unwrap();
        assert_eq!(parameters(&change), [(CALL, call("AccountIdsToRemove", json!(["1", "2", "3"])))]);
        let with = |version: &str, account: &str| {
            let mut call = call("AccountIdsToAdd", json!([account]));
            call["SharedDocumentVersion"] = version.into();
            (CALL, call)
        };
        let unnamed = (CALL, call("AccountIdsToAdd", json!(["3"])));
        assert_eq!(undo(&change), [unnamed, with("$ALL", "2"), with("$LATEST", "1")]);
        assert_eq!(change.writes[0].after["shared_versions"], json!({"4": "$ALL"}));
        assert_eq!(prepare(&UNSHARE_DOCUMENT, fields, json!({"for_each": []})), Ok(Change::nothing()));
    }

    #[test]
    fn everyone_and_many_accounts_take_calls_of_their_own() {
        let shared: Vec<_> = (0..21).map(|number| number.to_string()).chain(["all".to_owned()]).collect();
        let fields = json!({"shared_with": shared, "shared_versions": {}});
        let change = prepare(&UNSHARE_DOCUMENT, fields, json!({"for_each": shared})).unwrap();
        let counts: Vec<_> = parameters(&change)
            .into_iter()
            .map(|(_, call)| call["AccountIdsToRemove"].as_array().unwrap().len())
            .collect();
        assert_eq!(counts, [1, 20, 1]);
        assert_eq!(change.writes[1].after["shared_with"], json!(["20"]));
        assert_eq!(change.writes[2].after["shared_with"], json!([]));
    }
}
