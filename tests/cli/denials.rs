//! The program never guesses: whatever single call AWS denies, verdicts that rest on it become ERROR, and no verdict
//! becomes another one.

use crate::support::ciacm::Ciacm;
use crate::support::emulator::Emulator;
use crate::support::scanned::{Place, verdicts, word};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Every call that a control of the library names, and the controls that name it.
fn controls_by_call(ciacm: &Ciacm) -> BTreeMap<String, Vec<String>> {
    let library = ciacm.run(["controls", "list", "--format", "json"]).expect_code(0).json();
    let mut by_call: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for control in library.as_array().unwrap() {
        for call in control["calls"].as_array().unwrap() {
            by_call.entry(call.as_str().unwrap().to_owned()).or_default().push(word(control, "id"));
        }
    }
    by_call
}

/// What is wrong with `denied`, in which one call was denied, compared with `granted`.
fn guesses(granted: &BTreeMap<Place, String>, denied: &Value) -> Vec<String> {
    let said = verdicts(denied);
    let unlisted: BTreeSet<&String> =
        said.keys().filter(|(.., resource)| resource == "*").map(|(control, ..)| control).collect();
    let mut wrong = Vec::new();
    for (place, verdict) in &said {
        match granted.get(place) {
            _ if verdict == "ERROR" => {}
            Some(before) if before == verdict => {}
            before => wrong.push(format!("{place:?} is {verdict}, was {before:?}")),
        }
    }
    for place in granted.keys().filter(|place| !said.contains_key(place) && !unlisted.contains(&place.0)) {
        wrong.push(format!("{place:?} is gone, and nothing says that it could not be listed"));
    }
    wrong
}

#[test]
fn a_denied_call_changes_verdicts_to_error_and_to_nothing_else() {
    let mut emulator = Emulator::start();
    emulator.seed();
    let ciacm = Ciacm::new();
    let scan = |controls: &[String]| {
        let args = ["--format", "json", "--fail-on", "none", "--control"];
        ciacm.scan(&emulator, &["us-east-1"]).args(args).args([controls.join(",")]).run()
    };
    let by_call = controls_by_call(&ciacm);
    assert!(by_call.len() > 50, "{}", by_call.len());
    let all: BTreeSet<String> = by_call.values().flatten().cloned().collect();
    let all: Vec<String> = all.into_iter().collect();
    let granted = verdicts(&scan(&all).expect_code(0).json());

    let (mut wrong, mut not_made) = (Vec::new(), Vec::new());
    for (call, controls) in &by_call {
        let (service, operation) = call.split_once(':').unwrap();
        emulator.clear_faults();
        emulator.clear_calls();
        emulator.fault(&json!({"service": service, "operation": operation, "kind": "denied"}));
        let output = scan(controls);
        if !emulator.calls().iter().any(|one| one.service == service && one.operation == operation) {
            not_made.push(call);
            continue;
        }
        // Something selected could not be evaluated, and that is told with the call that was denied.
        if output.code != Some(3) {
            wrong.push(format!("{call} denied: exit code {:?}", output.code));
            continue;
        }
        let report = output.json();
        let own = granted.iter().filter(|(place, _)| controls.contains(&place.0));
        let own = own.map(|(place, verdict)| (place.clone(), verdict.clone())).collect();
        wrong.extend(guesses(&own, &report).into_iter().map(|what| format!("{call} denied: {what}")));
        if !report["errors"].as_array().unwrap().iter().any(|error| error["call"] == call.as_str()) {
            wrong.push(format!("{call} denied: no error tells of it"));
        }
        for finding in report["findings"].as_array().unwrap().iter().filter(|one| one["verdict"] == "ERROR") {
            let reason = word(finding, "reason");
            if !reason.contains(call.as_str()) {
                wrong.push(format!("{call} denied: {} says `{reason}`", finding["control"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{} guesses:\n{}", wrong.len(), wrong.join("\n"));
    // Some calls are only asked of what this account does not have.
    assert!(not_made.len() <= 8, "the estate is not asked by {not_made:?}");
}
