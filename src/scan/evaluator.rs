//! The selected controls with their parameters, ready to judge resources.

use crate::control::Control;
use crate::control::selection::Overrides;
use crate::evaluate::{self, Outcome};
use crate::finding::Verdict;
use crate::inventory::{Listing, ListingOutcome, Resource};
use crate::policy::{Evidence, Parameters};
use crate::store::Evaluation;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

/// Evidence kept of one verdict; the resource's document is kept whole anyway.
const EVIDENCE_KEPT: usize = 20;

/// Judges resources.
#[derive(Debug)]
pub struct Evaluator<'a> {
    by_type: HashMap<&'static str, Vec<Selected<'a>>>,
    now: jiff::Timestamp,
}

#[derive(Debug)]
struct Selected<'a> {
    control: &'a Control,
    parameters: Parameters,
}

impl<'a> Evaluator<'a> {
    /// An evaluator of these controls at this time.
    #[must_use]
    pub fn new(controls: &[&'a Control], overrides: &Overrides, now: jiff::Timestamp) -> Self {
        let none = BTreeMap::new();
        let mut by_type: HashMap<_, Vec<_>> = HashMap::new();
        for control in controls {
            let parameters = control.parameters_with(overrides.get(&control.id).unwrap_or(&none));
            by_type.entry(control.resource.name).or_default().push(Selected { control, parameters });
        }
        Self { by_type, now }
    }

    /// One evaluation for each selected control of the resource's type.
    #[must_use]
    pub fn judge(&self, resource: &Resource) -> Vec<Evaluation> {
        let selected = self.by_type.get(resource.kind()).map_or(&[][..], Vec::as_slice);
        selected
            .iter()
            .map(|Selected { control, parameters }| {
                let context = evaluate::context(resource.document(), parameters, self.now);
                let outcome = evaluate::evaluate(control, &context);
                let evidence = evaluate::evidence(control, &context, &outcome);
                evaluation(control, outcome, evidence)
            })
            .collect()
    }

    /// ERROR of each selected control of the type, if its listing failed.
    #[must_use]
    pub fn judge_unlisted(&self, listing: &Listing) -> Vec<Evaluation> {
        let ListingOutcome::Failed(failure) = &listing.outcome else { return Vec::new() };
        let selected = self.by_type.get(listing.kind.as_str()).map_or(&[][..], Vec::as_slice);
        selected
            .iter()
            .map(|one| evaluation(one.control, evaluate::unlisted(&listing.kind, failure), Vec::new()))
            .collect()
    }
}

fn evaluation(control: &Control, outcome: Outcome, evidence: Vec<Evidence>) -> Evaluation {
    debug_assert!(outcome.verdict != Verdict::Fail || outcome.reason.is_some());
    Evaluation {
        control: control.id.clone(),
        title: control.title.clone(),
        severity: control.severity,
        verdict: outcome.verdict,
        reason: outcome.reason,
        evidence: evidence_json(evidence),
        frameworks: control.frameworks.clone(),
    }
}

fn evidence_json(evidence: Vec<Evidence>) -> Value {
    let object = |one: Evidence| -> Value {
        Map::from_iter([("path".to_owned(), Value::String(one.path)), ("value".to_owned(), one.value)]).into()
    };
    evidence.into_iter().take(EVIDENCE_KEPT).map(object).collect()
}
