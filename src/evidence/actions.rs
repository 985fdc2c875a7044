//! Remediations in a pack: what a run planned, who approved it, what it changed, and what became of it.

use super::dossier::{ActionFacts, FindingFacts};
use super::redact::{self, Redaction};
use crate::finding::FindingId;
use crate::store::remediation::Run;
use crate::store::{Store, StoreError};
use base64ct::{Base64, Encoding as _};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const FORMAT: &str = "ciacm-run";

/// The runs within a period that changed, or tried to change, what one of these findings is about; the oldest first.
///
/// # Errors
/// If the store cannot be read.
pub fn runs(
    store: &Store,
    findings: &[FindingFacts],
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> Result<Vec<Run>, StoreError> {
    let known: BTreeSet<String> = findings.iter().map(|one| one.finding.id.to_string()).collect();
    let mut runs = store.runs()?;
    runs.retain(|run| {
        from.is_none_or(|from| run.started >= from)
            && to.is_none_or(|to| run.started <= to)
            && planned(run).any(|(_, finding)| known.contains(finding))
    });
    runs.reverse();
    Ok(runs)
}

fn planned(run: &Run) -> impl Iterator<Item = (u32, &str)> {
    let actions = run.plan.body.actions.iter();
    actions.flat_map(|action| action.findings.iter().map(|finding| (action.number, finding.finding.as_str())))
}

/// What is told of the runs' actions on these findings, in the order in which they were done.
///
/// # Errors
/// If the store cannot be read.
pub fn facts(
    store: &Store,
    runs: &[Run],
    findings: &[FindingFacts],
    redactions: &mut Vec<Redaction>,
) -> Result<Vec<ActionFacts>, StoreError> {
    let known: BTreeSet<FindingId> = findings.iter().map(|one| one.finding.id).collect();
    let mut all = Vec::new();
    for run in runs {
        let approvals = store.approvals(&run.plan.hash)?;
        let approvers: Vec<String> = approvals.into_iter().map(|approval| approval.approver).collect();
        for action in &run.plan.body.actions {
            let Some(recorded) = run.action(action.number) else { continue };
            let found = recorded.found.as_ref().map_or(Value::Null, |found| found.clone().into());
            for planned in &action.findings {
                let Some(finding) = planned.finding.parse().ok().filter(|id| known.contains(id)) else { continue };
                all.push(ActionFacts {
                    plan: run.plan.hash.clone(),
                    run: Some(run.id.clone()),
                    finding,
                    resource: action.resource.clone(),
                    operation: planned.operation.clone(),
                    state: recorded.state.to_string(),
                    at: recorded.at,
                    approvers: approvers.clone(),
                    before: action.before.clone().into(),
                    after: found.clone(),
                });
            }
        }
    }
    for (index, action) in all.iter_mut().enumerate() {
        let at = format!("/actions/{index}");
        redactions.extend(redact::text(&mut action.resource, &format!("{at}/resource")));
        for (value, name) in [(&mut action.before, "before"), (&mut action.after, "after")] {
            let found = redact::value(value).into_iter();
            redactions.extend(found.map(|one| Redaction { path: format!("{at}/{name}{}", one.path), ..one }));
        }
    }
    Ok(all)
}

/// An approval as it was signed.
#[derive(Serialize)]
struct SignedApproval {
    approver: String,
    key: String,
    made: Timestamp,
    /// The text whose bytes were signed.
    signed: String,
    /// The signature, base64: CMS in DER, or the armoured text of an SSH signature.
    signature: String,
}

/// The path of a run's file, and its bytes without secrets: the plan, its approvals, every write call, every state.
///
/// # Errors
/// If the store cannot be read.
pub fn file(store: &Store, run: &Run) -> Result<(String, Value, Vec<Redaction>), StoreError> {
    let approvals: Vec<_> = store
        .approvals(&run.plan.hash)?
        .into_iter()
        .map(|approval| SignedApproval {
            approver: approval.approver,
            key: approval.signer,
            made: approval.made,
            signed: approval.body,
            signature: Base64::encode_string(&approval.signature),
        })
        .collect();
    let mut value = json!({
        "format": FORMAT,
        "version": 1,
        "run": run.id,
        "state": run.state,
        "started": run.started,
        "finished": run.finished,
        "options": run.options,
        "plan": {"hash": run.plan.hash, "body": run.plan.body},
        "approvals": approvals,
        "actions": run.actions,
        "writes": run.writes,
        "new_ids": store.aliases(&run.id)?,
    });
    let redactions = redact::value(&mut value);
    Ok((format!("actions/{}.json", run.id), value, redactions))
}
