//! From findings to a plan: every resource is read once more, every repair is tried on paper.

use super::cloud::Identity;
use super::guard::{self, Guarded};
use super::operation::{Exactness, Input, Operation, Risk, Write};
use super::operations::operations;
use super::plan::{Action, LeftOut, PlanError, PlannedFinding, RollbackPromise, Verification, hash_of};
use super::state;
use crate::control::Control;
use crate::control::model::Automatic;
use crate::control::parameter::show;
use crate::evaluate;
use crate::finding::Verdict;
use crate::policy::{ParameterValue, Parameters};
use crate::store::Finding;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A finding that shall be repaired, its control, and the parameters that the control had.
#[derive(Debug)]
pub struct Candidate<'a> {
    /// The finding.
    pub finding: Finding,
    /// Its control.
    pub control: &'a Control,
    /// How the control says that it is repaired.
    pub automatic: &'a Automatic,
    /// The control's parameters.
    pub parameters: Vec<(String, ParameterValue)>,
}

/// On what terms a plan is made.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The clock.
    pub now: Timestamp,
    /// Patterns of resources that are left alone.
    pub protected: &'a [String],
}

/// The fields that must be read of a resource to plan these candidates, all of one resource.
#[must_use]
pub fn fields(candidates: &[Candidate<'_>]) -> BTreeSet<&'static str> {
    candidates.iter().flat_map(|one| one.control.reads().into_iter().chain(one.automatic.operation.reads())).collect()
}

/// Plans the repair of one resource. `candidates` are all of it.
pub fn plan_resource(
    document: &Value,
    mut candidates: Vec<Candidate<'_>>,
    identity: &Identity,
    terms: Terms<'_>,
) -> (Option<Action>, Vec<LeftOut>) {
    let mut left_out = Vec::new();
    candidates.sort_by_key(|one| (order(one.automatic.operation), one.control.id.clone()));
    if let Some(first) = candidates.first() {
        let resource =
            Guarded { kind: &first.finding.kind, id: &first.finding.resource, name: first.finding.name.as_deref() };
        if let Some(objection) = guard::objection(resource, identity, terms.protected) {
            left_out.extend(candidates.iter().map(|one| leave(one, objection.clone())));
            return (None, left_out);
        }
    }
    let mut draft = Draft {
        predicted: document.clone(),
        writes: Vec::new(),
        parts: Vec::new(),
        impact: Vec::new(),
        inexact: Vec::new(),
    };
    for candidate in &candidates {
        if let Err(reason) = draft.add(document, candidate, terms.now) {
            left_out.push(leave(candidate, reason));
        }
    }
    if draft.writes.is_empty() {
        return (None, left_out);
    }
    match draft.action(document) {
        Ok(action) => (Some(action), left_out),
        Err(error) => {
            left_out.extend(candidates.iter().map(|one| leave(one, error.to_string())));
            (None, left_out)
        }
    }
}

fn leave(candidate: &Candidate<'_>, reason: String) -> LeftOut {
    LeftOut {
        finding: candidate.finding.id.to_string(),
        control: candidate.control.id.clone(),
        resource: candidate.finding.resource.clone(),
        reason,
    }
}

fn order(operation: &Operation) -> usize {
    operations().position(|other| other == operation).unwrap_or(usize::MAX)
}

/// An action that grows, repair by repair.
struct Draft<'a> {
    predicted: Value,
    writes: Vec<Write>,
    parts: Vec<(&'a Candidate<'a>, Map<String, Value>)>,
    impact: Vec<String>,
    /// Operations whose rollback does not bring back everything.
    inexact: Vec<&'static Operation>,
}

impl<'a> Draft<'a> {
    /// Adds the repair of one finding.
    ///
    /// # Errors
    /// Why the finding is left out, in a sentence.
    fn add(&mut self, document: &Value, candidate: &'a Candidate<'a>, now: Timestamp) -> Result<(), String> {
        let parameters = Parameters::new(candidate.parameters.iter().cloned());
        let judge =
            |document: &Value| evaluate::evaluate(candidate.control, &evaluate::context(document, &parameters, now));
        let found = judge(document);
        match found.verdict {
            Verdict::Fail => {}
            Verdict::Error => return Err(found.reason.unwrap_or_default()),
            _ => return Err("it no longer fails".to_owned()),
        }
        let with = candidate
            .automatic
            .arguments(&self.predicted, &parameters, now)
            .map_err(|error| format!("what to repair could not be decided: {error}"))?;
        if judge(&self.predicted).verdict != Verdict::Fail {
            // What is planned already repairs it too.
            self.parts.push((candidate, with));
            return Ok(());
        }
        let operation = candidate.automatic.operation;
        let input = Input { document: &self.predicted, with: &with, now };
        let change = (operation.prepare)(&input).map_err(|refusal| refusal.to_string())?;
        if change.writes.is_empty() {
            return Err(format!("nothing of what fails is what {} repairs: it takes a person", operation.name));
        }
        let mut predicted = self.predicted.clone();
        for write in &change.writes {
            predicted = state::with(&predicted, &write.after);
        }
        let then = judge(&predicted);
        if !matches!(then.verdict, Verdict::Pass | Verdict::NotApplicable) {
            let why = then.reason.unwrap_or_default();
            return Err(format!("{} would not be enough: {why}", operation.name));
        }
        self.predicted = predicted;
        for write in change.writes {
            merge(&mut self.writes, write);
        }
        for impact in change.impact {
            if !self.impact.contains(&impact) {
                self.impact.push(impact);
            }
        }
        if !change.exactly && !self.inexact.contains(&operation) {
            self.inexact.push(operation);
        }
        self.parts.push((candidate, with));
        Ok(())
    }

    fn action(self, document: &Value) -> Result<Action, PlanError> {
        let operations: BTreeMap<&str, &'static Operation> =
            self.parts.iter().map(|(one, _)| (one.automatic.operation.name, one.automatic.operation)).collect();
        let operations: Vec<_> = operations.into_values().collect();
        let fields: BTreeSet<&str> = operations.iter().flat_map(|one| one.state.iter().copied()).collect();
        let before = state::project(document, fields.iter().copied());
        let writes: Vec<Write> = self.writes.into_iter().map(|write| of_state(write, &fields)).collect();
        let restored = writes.iter().rev().flat_map(|write| write.undone.clone()).collect::<Map<_, _>>();
        let exactness = self.inexact.iter().map(|one| one.rollback).max().unwrap_or(Exactness::Exact);
        let notes = self.inexact.iter().map(|one| one.rollback_note).filter(|note| !note.is_empty());
        let ignored: BTreeSet<_> = operations.iter().flat_map(|one| one.made_by_provider.iter().copied()).collect();
        let mut permissions: BTreeSet<&str> = BTreeSet::new();
        for (one, _) in &self.parts {
            let reads = one.control.reads().into_iter().chain(one.automatic.operation.reads());
            permissions.extend(one.control.resource.calls_for(reads).iter().flat_map(|call| call.permissions));
        }
        for call in
            writes.iter().flat_map(|write| std::iter::once(&write.call).chain(write.undo.iter().map(|call| &call.call)))
        {
            let api = operations.iter().find_map(|one| one.write_api(call));
            permissions.extend(api.into_iter().flat_map(|api| api.call.permissions));
        }
        let text = |key: &str| document.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut after = before.clone();
        for write in &writes {
            after.extend(write.after.iter().map(|(field, value)| (field.clone(), value.clone())));
        }
        Ok(Action {
            number: 0,
            account: text("account"),
            region: text("region"),
            kind: text("type"),
            resource: text("id"),
            name: document.get("name").and_then(Value::as_str).map(ToOwned::to_owned),
            findings: self.parts.iter().map(|(one, with)| planned(one, with)).collect(),
            depends_on: Vec::new(),
            risk: self.parts.iter().map(|(one, _)| one.automatic.risk).max().unwrap_or(Risk::Destructive),
            rollback: RollbackPromise {
                exactness,
                notes: notes.map(ToOwned::to_owned).collect(),
                needs_approval: operations.iter().any(|one| one.rollback_needs_approval),
            },
            impact: self.impact,
            before_hash: hash_of(&Value::Object(before.clone()))?,
            before,
            writes,
            after,
            restored,
            verification: Verification {
                fields: fields.iter().map(|field| (*field).to_owned()).collect(),
                made_by_provider: ignored.iter().map(|key| (*key).to_owned()).collect(),
                within_seconds: operations.iter().map(|one| one.settles_within).max().unwrap_or_default(),
            },
            permissions: permissions.iter().map(|permission| (*permission).to_owned()).collect(),
        })
    }
}

fn planned(candidate: &Candidate<'_>, with: &Map<String, Value>) -> PlannedFinding {
    PlannedFinding {
        finding: candidate.finding.id.to_string(),
        control: candidate.control.id.clone(),
        control_hash: candidate.control.hash.clone(),
        title: candidate.control.title.clone(),
        severity: candidate.control.severity.to_string(),
        parameters: candidate.parameters.iter().map(|(name, value)| (name.clone(), show(value))).collect(),
        scan: candidate.finding.last_scan.to_string(),
        operation: candidate.automatic.operation.name.to_owned(),
        with: with.clone(),
    }
}

/// A write with only the fields that are compared; what follows from them was for the controls alone.
fn of_state(mut write: Write, fields: &BTreeSet<&str>) -> Write {
    write.after.retain(|field, _| fields.contains(field.as_str()));
    write
}

/// Adds a write. One that replaces a whole document which an earlier one replaces takes its place: the document is
/// written once, and undone to what it was at first.
fn merge(writes: &mut Vec<Write>, write: Write) {
    let earlier = writes.iter_mut().find(|earlier| write.slot.is_some() && earlier.slot == write.slot);
    match earlier {
        None => writes.push(write),
        Some(earlier) => {
            earlier.call = write.call;
            earlier.region = write.region;
            earlier.parameters = write.parameters;
            earlier.after.extend(write.after);
        }
    }
}

/// Numbers the actions in the order in which they are done, and says which must come first.
#[must_use]
pub fn in_order(mut actions: Vec<Action>) -> Vec<Action> {
    let place = |action: &Action| {
        (rank(action), action.account.clone(), action.region.clone(), action.kind.clone(), action.resource.clone())
    };
    actions.sort_by_key(place);
    for (number, action) in (1..).zip(&mut actions) {
        action.number = number;
    }
    let all: Vec<(u32, String, Vec<String>)> = actions
        .iter()
        .map(|action| {
            let operations = action.findings.iter().map(|finding| finding.operation.clone()).collect();
            (action.number, action.account.clone(), operations)
        })
        .collect();
    for action in &mut actions {
        let earlier: BTreeSet<&str> =
            declared(action).flat_map(|operation| operation.comes_after.iter().copied()).collect();
        action.depends_on = all
            .iter()
            .filter(|(number, account, operations)| {
                *number != action.number
                    && *account == action.account
                    && operations.iter().any(|operation| earlier.contains(operation.as_str()))
            })
            .map(|(number, ..)| *number)
            .collect();
    }
    actions
}

fn declared(action: &Action) -> impl Iterator<Item = &'static Operation> + '_ {
    action.findings.iter().filter_map(|finding| super::operation(&finding.operation))
}

fn rank(action: &Action) -> usize {
    declared(action).map(depth).max().unwrap_or_default()
}

fn depth(operation: &'static Operation) -> usize {
    operation
        .comes_after
        .iter()
        .filter_map(|name| super::operation(name))
        .map(|earlier| depth(earlier) + 1)
        .max()
        .unwrap_or_default()
}
