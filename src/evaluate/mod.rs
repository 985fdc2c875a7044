//! Controls x resources -> verdicts. Pure: no clock, no network, no store.

use crate::control::Control;
use crate::finding::Verdict;
use crate::inventory::CallFailure;
use crate::policy::{Context, EvaluationError, Evidence, Parameters};
use serde_json::Value;

/// What one control says of one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// FAIL: the sentence of the condition that does not hold. ERROR: what could not be evaluated and why.
    pub reason: Option<String>,
    decided_by: DecidedBy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DecidedBy {
    Applicability,
    Condition(usize),
    AllConditions,
    Nothing,
}

/// Evaluates a control on a resource document. `context.now` is the scan's time.
#[must_use]
pub fn evaluate(control: &Control, context: &Context<'_>) -> Outcome {
    if let Some(applies_when) = &control.check.applies_when {
        match applies_when.evaluate(context) {
            Ok(true) => {}
            Ok(false) => {
                return Outcome { verdict: Verdict::NotApplicable, reason: None, decided_by: DecidedBy::Applicability };
            }
            Err(error) => return unevaluated(&error),
        }
    }
    let mut first_error = None;
    for (index, condition) in control.check.pass_when.iter().enumerate() {
        match condition.program.evaluate(context) {
            Ok(true) => {}
            // A condition that is false decides, whatever could not be read for the others: all must hold.
            Ok(false) => {
                return Outcome {
                    verdict: Verdict::Fail,
                    reason: Some(condition.otherwise.clone()),
                    decided_by: DecidedBy::Condition(index),
                };
            }
            Err(error) => {
                first_error.get_or_insert(error);
            }
        }
    }
    match first_error {
        Some(error) => unevaluated(&error),
        None => Outcome { verdict: Verdict::Pass, reason: None, decided_by: DecidedBy::AllConditions },
    }
}

fn unevaluated(error: &EvaluationError) -> Outcome {
    Outcome { verdict: Verdict::Error, reason: Some(error.to_string()), decided_by: DecidedBy::Nothing }
}

/// The paths and values that the outcome rests on; a second, slower pass.
#[must_use]
pub fn evidence(control: &Control, context: &Context<'_>, outcome: &Outcome) -> Vec<Evidence> {
    let conditions = &control.check.pass_when;
    match outcome.decided_by {
        DecidedBy::Nothing => Vec::new(),
        DecidedBy::Applicability => {
            control.check.applies_when.as_ref().map_or_else(Vec::new, |program| program.explain(context, false))
        }
        DecidedBy::Condition(index) => conditions[index].program.explain(context, false),
        DecidedBy::AllConditions => {
            let mut evidence: Vec<Evidence> = Vec::new();
            for found in conditions.iter().flat_map(|condition| condition.program.explain(context, true)) {
                if !evidence.iter().any(|known| known.path == found.path) {
                    evidence.push(found);
                }
            }
            evidence
        }
    }
}

/// The outcome when the resources could not even be listed.
#[must_use]
pub fn unlisted(kind: &str, failure: &CallFailure) -> Outcome {
    Outcome {
        verdict: Verdict::Error,
        reason: Some(format!("the resources of type {kind} could not be listed: {failure}")),
        decided_by: DecidedBy::Nothing,
    }
}

/// Evaluates with these parameters at this time.
#[must_use]
pub const fn context<'a>(resource: &'a Value, parameters: &'a Parameters, now: jiff::Timestamp) -> Context<'a> {
    Context { resource, parameters, now }
}
