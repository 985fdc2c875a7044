//! JSON for programs; `docs/json.md` documents every shape.

use crate::control::Control;
use crate::control::inline_test::TestOutcome;
use crate::control::model::InlineTest;
use crate::control::parameter::show;
use serde_json::{Value, json};

/// A control.
#[must_use]
pub fn control(control: &Control) -> Value {
    let parameters: Vec<_> = control
        .parameters
        .iter()
        .map(|parameter| {
            json!({
                "name": parameter.name,
                "type": parameter.kind.to_string(),
                "default": show(&parameter.default),
                "min": parameter.min.as_ref().map(show),
                "max": parameter.max.as_ref().map(show),
                "about": parameter.about,
            })
        })
        .collect();
    let conditions: Vec<_> = control
        .check
        .pass_when
        .iter()
        .map(|condition| json!({"expr": condition.program.source().trim(), "otherwise": condition.otherwise}))
        .collect();
    let calls: Vec<_> = control.resource.calls_for(control.reads()).iter().map(|call| call.name).collect();
    json!({
        "id": control.id,
        "title": control.title,
        "severity": control.severity,
        "provider": control.resource.provider(),
        "service": control.resource.service(),
        "resource": control.resource.name,
        "summary": control.summary.trim(),
        "rationale": control.rationale.trim(),
        "frameworks": control.frameworks,
        "references": control.references,
        "parameters": parameters,
        "check": {
            "applies_when": control.check.applies_when.as_ref().map(|program| program.source().trim()),
            "pass_when": conditions,
        },
        "calls": calls,
        "remediation": {
            "manual": control.remediation.manual.trim(),
            "automatic": control.remediation.automatic.as_ref().map(|automatic| json!({
                "operation": automatic.operation.name,
                "about": automatic.operation.about,
                "risk": automatic.risk,
                "impact": automatic.impact,
                "rollback": automatic.rollback,
                "rollback_note": automatic.operation.rollback_note,
                "permissions": automatic.operation.permissions(),
            })),
        },
        "tests": control.tests.len(),
        "file": control.file,
        "hash": control.hash,
    })
}

/// The results of inline tests.
#[must_use]
pub fn inline_tests(results: &[(&Control, &InlineTest, TestOutcome)]) -> Value {
    results
        .iter()
        .map(|(control, test, outcome)| {
            let (word, differences) = match outcome {
                TestOutcome::Passed => ("passed", &[][..]),
                TestOutcome::Failed(differences) => ("failed", differences.as_slice()),
            };
            json!({
                "control": control.id, "test": test.name, "file": control.file, "line": test.line,
                "outcome": word, "differences": differences,
            })
        })
        .collect()
}
