//! Operations on IAM Access Analyzer.

use super::partition;
use crate::inventory::aws::accessanalyzer::AccessAnalyzerRegion;
use crate::remediation::operation::{Change, Input, Operation, Refusal, Risk, WriteApi};
use serde_json::{Value, json};

/// The operations of this service.
pub const OPERATIONS: &[&Operation] = &[&CREATE_ANALYZER];

const CREATE: WriteApi = WriteApi::once(
    "accessanalyzer:CreateAnalyzer",
    &["access-analyzer:CreateAnalyzer", "iam:CreateServiceLinkedRole"],
    &[],
);
const DELETE: WriteApi = WriteApi::once(
    "accessanalyzer:DeleteAnalyzer",
    &["access-analyzer:DeleteAnalyzer"],
    &["ResourceNotFoundException"],
);

const CREATE_ANALYZER: Operation = Operation {
    name: "aws.accessanalyzer.create_analyzer",
    about: "Makes an analyzer of external access for the account in the region.",
    state: &["analyzers"],
    risk: Risk::Safe,
    rollback_note: "the analyzer's findings and archive rules go with it",
    rollback_needs_approval: true,
    writes: &[CREATE, DELETE],
    settles_within: 300,
    prepare: create_analyzer,
    tested_on_fake: true,
    ..Operation::of(AccessAnalyzerRegion::TYPE)
};

/// Analyzers of external access for the account.
const ACCOUNT: &str = "ACCOUNT";
const NAME: &str = "external-access";

fn create_analyzer(input: &Input<'_>) -> Result<Change, Refusal> {
    let analyzers = input.list("analyzers")?;
    let is = |analyzer: &Value, kinds: &[&str], active: bool| {
        kinds.iter().any(|kind| analyzer["kind"] == *kind) && (analyzer["status"] == "ACTIVE") == active
    };
    if analyzers.iter().any(|analyzer| is(analyzer, &[ACCOUNT, "ORGANIZATION"], true)) {
        return Ok(Change::nothing());
    }
    // A region has one analyzer of this type for the account, so a second one cannot be made.
    if let Some(idle) = analyzers.iter().find(|analyzer| is(analyzer, &[ACCOUNT], false)) {
        return Err(Refusal::Unsuitable(format!(
            "the account's analyzer {} is {}: wait if it is being made, else find out why and delete it first",
            name_of(idle),
            idle["status"].as_str().unwrap_or("in no known state")
        )));
    }
    let taken: Vec<_> = analyzers.iter().map(name_of).collect();
    let mut name = NAME.to_owned();
    for number in 2.. {
        if !taken.contains(&name.as_str()) {
            break;
        }
        name = format!("{NAME}-{number}");
    }
    let (account, region) = (input.common("account"), input.common("region"));
    let arn = format!("arn:{}:access-analyzer:{region}:{account}:analyzer/{name}", partition(region));
    // The same for the same wish, so that Access Analyzer makes one analyzer however often it is asked.
    let token = &crate::hash::sha256_hex(format!("{arn} {}", input.now).as_bytes())[..32];
    let parameters = json!({"analyzerName": name, "type": ACCOUNT, "clientToken": token});
    let undo = input.call(&DELETE, json!({"analyzerName": name}));
    let mut after = analyzers.to_vec();
    after.push(json!({"arn": arn, "kind": ACCOUNT, "status": "ACTIVE"}));
    let write = input.write(&CREATE, parameters, [undo]).then("analyzers", after.into());
    Ok(Change::by([write])
        .telling("if an analyzer of the organization covers the account already, waive the finding instead")
        .telling("analyzers of external access cost nothing"))
}

/// The last part of an analyzer's ARN.
fn name_of(analyzer: &Value) -> &str {
    let arn = analyzer["arn"].as_str().unwrap_or_default();
    arn.rsplit_once('/').map_or(arn, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{parameters, prepare, undo};
    use super::*;

    const ARN: &str = "arn:aws:access-analyzer:eu-west-1:123456789012:analyzer";

    fn analyzer(name: &str, kind: &str, status: &str) -> Value {
        json!({"arn": format!("{ARN}/{name}"), "kind": kind, "status": status})
    }

    fn repair(analyzers: Value) -> Result<Change, Refusal> {
        prepare(&CREATE_ANALYZER, json!({ "analyzers": analyzers }), json!({}))
    }

    #[test]
    fn an_analyzer_is_made_and_deleted_again() {
        let unused = analyzer("external-access", "ACCOUNT_UNUSED_ACCESS", "ACTIVE");
        let change = repair(json!([unused])).unwrap();
        let made = parameters(&change);
        assert_eq!(made[0].0, "accessanalyzer:CreateAnalyzer");
        assert_eq!((&made[0].1["analyzerName"], &made[0].1["type"]), (&json!("external-access-2"), &json!("ACCOUNT")));
        assert_eq!(made[0].1["clientToken"].as_str().unwrap().len(), 32);
        let call = json!({"analyzerName": "external-access-2"});
        assert_eq!(undo(&change), [("accessanalyzer:DeleteAnalyzer", call)]);
        let after = json!([unused, analyzer("external-access-2", "ACCOUNT", "ACTIVE")]);
        assert_eq!(change.writes[0].after["analyzers"], after);
        assert_eq!(parameters(&repair(json!([])).unwrap())[0].1["analyzerName"], "external-access");
    }

    #[test]
    fn one_that_works_is_enough() {
        for kind in ["ACCOUNT", "ORGANIZATION"] {
            assert_eq!(repair(json!([analyzer("ours", kind, "ACTIVE")])), Ok(Change::nothing()));
        }
    }

    #[test]
    fn one_that_does_not_work_takes_a_person() {
        for status in ["CREATING", "DISABLED", "FAILED"] {
            let refused = repair(json!([analyzer("ours", "ACCOUNT", status)])).unwrap_err();
            assert!(refused.to_string().contains(&format!("analyzer ours is {status}")), "{refused}");
        }
        let change = repair(json!([analyzer("all", "ORGANIZATION", "DISABLED")])).unwrap();
        assert_eq!(change.writes.len(), 1);
    }
}
