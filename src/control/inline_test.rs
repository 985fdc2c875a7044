//! Runs the tests that stand in control files.

use super::model::{Control, InlineTest};
use crate::evaluate;
use crate::policy::Evidence;
use crate::remediation::operation::Input;
use crate::remediation::state;
use serde_json::Value;

/// How one inline test went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestOutcome {
    /// As expected.
    Passed,
    /// Something else came out; each sentence says what.
    Failed(Vec<String>),
}

/// Runs one test.
#[must_use]
pub fn run(control: &Control, test: &InlineTest) -> TestOutcome {
    let repaired;
    let resource = if test.repaired {
        repaired = match predicted(control, test) {
            Ok(document) => document,
            Err(why) => return TestOutcome::Failed(vec![why]),
        };
        &repaired
    } else {
        &test.resource
    };
    let context = evaluate::context(resource, &test.parameters, test.now);
    let outcome = evaluate::evaluate(control, &context);
    let mut differences = Vec::new();
    if outcome.verdict != test.expect {
        let why = outcome.reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
        differences.push(format!("expected {}, got {}{why}", test.expect, outcome.verdict));
    }
    if let Some(because) = &test.because
        && outcome.reason.as_deref() != Some(because.trim())
    {
        let got = outcome.reason.as_deref().unwrap_or("no reason");
        differences.push(format!("expected because `{}`, got `{got}`", because.trim()));
    }
    if !test.evidence.is_empty() {
        let found = evaluate::evidence(control, &context, &outcome);
        differences.extend(evidence_differences(&test.evidence, &found));
    }
    if differences.is_empty() { TestOutcome::Passed } else { TestOutcome::Failed(differences) }
}

/// The resource as the automatic repair leaves it.
fn predicted(control: &Control, test: &InlineTest) -> Result<Value, String> {
    let automatic = control.remediation.automatic.as_ref().ok_or("the control has no automatic remediation")?;
    let with = automatic.arguments(&test.resource, &test.parameters, test.now)?;
    let input = Input { document: &test.resource, with: &with, now: test.now };
    let change =
        (automatic.operation.prepare)(&input).map_err(|refusal| format!("the repair is not planned: {refusal}"))?;
    Ok(change.writes.iter().fold(test.resource.clone(), |document, write| state::with(&document, &write.after)))
}

/// Every expected path must be found, and nothing may be found in an element of a list that no expected path names.
fn evidence_differences(expected: &[String], found: &[Evidence]) -> Vec<String> {
    let missing = expected
        .iter()
        .filter(|path| !found.iter().any(|evidence| evidence.path == **path))
        .map(|path| format!("expected evidence {path} is missing"));
    let foreign = found
        .iter()
        .filter(|evidence| {
            element(&evidence.path).is_some_and(|element| !expected.iter().any(|path| path.starts_with(element)))
        })
        .map(|evidence| format!("unexpected evidence {}", evidence.path));
    let mut differences: Vec<_> = missing.chain(foreign).collect();
    if !differences.is_empty() {
        let paths: Vec<_> = found.iter().map(|evidence| evidence.path.as_str()).collect();
        differences
            .push(format!("the evidence is {}", if paths.is_empty() { "empty".to_owned() } else { paths.join(", ") }));
    }
    differences
}

/// `resource.rules[1]` of `resource.rules[1].port`.
fn element(path: &str) -> Option<&str> {
    path.rfind(']').map(|end| &path[..=end])
}
