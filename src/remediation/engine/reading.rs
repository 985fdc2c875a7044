//! Reading a resource again, and what its controls and operations say of it.

use super::calling::operations_of;
use super::{Engine, LONGEST_PAUSE};
use crate::control::Library;
use crate::evaluate;
use crate::finding::Verdict;
use crate::inventory::reading::UNREADABLE_KEY;
use crate::inventory::resource_type;
use crate::remediation::operation::Input;
use crate::remediation::plan::{Action, PlannedFinding};
use crate::remediation::{operation, state};
use crate::store::remediation::Judged;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// A resource as it was read.
#[derive(Debug)]
pub(in crate::remediation) struct Seen {
    pub document: Value,
    pub state: Map<String, Value>,
}

impl Engine<'_> {
    /// How long the change of an action may take to show.
    pub(in crate::remediation) fn within(&self, action: &Action) -> Duration {
        Duration::from_secs(action.verification.within_seconds.into()).min(self.patience.change)
    }

    /// Reads until `shows` holds or the time is over; answers what was read last.
    ///
    /// # Errors
    /// A sentence, if the last reading failed.
    pub(in crate::remediation) fn read_until(
        &self,
        action: &Action,
        within: Duration,
        shows: impl Fn(&Seen) -> bool,
    ) -> Result<Seen, String> {
        let begun = Instant::now();
        let mut pause = self.patience.first_pause;
        loop {
            let seen = self.read(action).and_then(|seen| seen.ok_or_else(|| "the resource is gone".to_owned()));
            match seen {
                Ok(seen) if shows(&seen) || begun.elapsed() >= within => return Ok(seen),
                Err(why) if begun.elapsed() >= within => return Err(why),
                _ => {}
            }
            std::thread::sleep(pause.min(within.saturating_sub(begun.elapsed())));
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Reads the resource of an action past every cache.
    ///
    /// # Errors
    /// A sentence, if it or a part of its state could not be read.
    pub(in crate::remediation) fn read(&self, action: &Action) -> Result<Option<Seen>, String> {
        self.read_fields(action, &self.fields(action))
    }

    /// Reads it with all that its operations look at.
    ///
    /// # Errors
    /// As [`Engine::read`].
    pub(super) fn read_closely(&self, action: &Action) -> Result<Option<Seen>, String> {
        let looked_at = operations_of(action).flat_map(|operation| operation.looks_at.iter().copied());
        self.read_fields(action, &self.fields(action).into_iter().chain(looked_at).collect())
    }

    fn read_fields(&self, action: &Action, fields: &BTreeSet<&'static str>) -> Result<Option<Seen>, String> {
        let resource = self.cloud.read(&action.target(), fields).map_err(|failure| failure.to_string())?;
        let Some(resource) = resource else { return Ok(None) };
        let state = state::project(resource.document(), action.verification.fields.iter().map(String::as_str));
        for field in &action.verification.fields {
            match state.get(field) {
                None => return Err(format!("{field} was not read")),
                Some(value) if value.get(UNREADABLE_KEY).is_some() => {
                    let text = |key: &str| value[UNREADABLE_KEY][key].as_str().unwrap_or_default().to_owned();
                    return Err(format!("{} answered {} (needs {})", text("call"), text("code"), text("permission")));
                }
                Some(_) => {}
            }
        }
        Ok(Some(Seen { document: resource.document().clone(), state }))
    }

    fn fields(&self, action: &Action) -> BTreeSet<&'static str> {
        let kind = resource_type(&action.kind);
        let names = action.verification.fields.iter();
        let state = names.filter_map(|name| kind.and_then(|kind| kind.record.field(name)).map(|field| field.name));
        let controls = action.findings.iter().filter_map(|finding| self.library.control(&finding.control));
        state.chain(controls.flat_map(|control| control.reads())).collect()
    }

    /// Why what was planned should not be done any more; none if it still should.
    ///
    /// The resource is what the plan saw, but controls and operations look at more than is changed: who else administers
    /// the account, when a key was last used.
    pub(super) fn refusal(&self, action: &Action, document: &Value) -> Option<String> {
        let mut predicted = document.clone();
        for finding in &action.findings {
            let Some(operation) = operation(&finding.operation) else {
                return Some(format!("this version does not know {}", finding.operation));
            };
            if judge(self.library, finding, document).verdict != Verdict::Fail {
                return Some(format!("{} does not fail any more", finding.control));
            }
            // What is planned before it repairs it too.
            if judge(self.library, finding, &predicted).verdict != Verdict::Fail {
                continue;
            }
            match (operation.prepare)(&Input { document: &predicted, with: &finding.with, now: Timestamp::now() }) {
                Err(refusal) => return Some(refusal.to_string()),
                Ok(change) => {
                    for write in &change.writes {
                        predicted = state::with(&predicted, &write.after);
                    }
                }
            }
        }
        None
    }

    /// What the controls of an action say now.
    pub(in crate::remediation) fn judged(&self, action: &Action, document: &Value) -> Vec<Judged> {
        action.findings.iter().map(|finding| judge(self.library, finding, document)).collect()
    }
}

pub(super) fn passes(judged: &Judged) -> bool {
    matches!(judged.verdict, Verdict::Pass | Verdict::NotApplicable)
}

/// What the control of a finding says of a resource now.
pub(super) fn judge(library: &Library, finding: &PlannedFinding, document: &Value) -> Judged {
    let judged = |verdict, reason, evidence| Judged { finding: finding.finding.clone(), verdict, reason, evidence };
    let Some(control) = library.control(&finding.control) else {
        return judged(Verdict::Error, Some("the control is gone from the library".to_owned()), Value::Null);
    };
    let mut overrides = BTreeMap::new();
    for (name, text) in &finding.parameters {
        if let Some(Ok(value)) = control.parameter(name).map(|parameter| parameter.parse(text)) {
            overrides.insert(name.clone(), value);
        }
    }
    let parameters = control.parameters_with(&overrides);
    let context = evaluate::context(document, &parameters, Timestamp::now());
    let outcome = evaluate::evaluate(control, &context);
    let evidence = evaluate::evidence(control, &context, &outcome);
    let evidence = evidence.into_iter().map(|one| json!({"path": one.path, "value": one.value})).collect();
    judged(outcome.verdict, outcome.reason, evidence)
}
