//! Plans: what would be done, as canonical JSON with a hash that approvals sign.

use super::operation::{Call, Exactness, Risk, Write};
use crate::audit::{Actor, canonical};
use crate::hash::sha256_hex;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The format that this program writes and reads.
pub const FORMAT: &str = "ciacm-plan/1";

/// A plan that is larger is no plan of ours: one of a thousand actions has about 4 MB.
pub const SIZE_LIMIT: usize = 32 * 1024 * 1024;

/// What would be done, sealed by its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What it says.
    pub body: PlanBody,
    /// SHA-256 of the canonical JSON of `body`, hex.
    pub hash: String,
}

/// What a plan says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanBody {
    /// [`FORMAT`].
    pub format: String,
    /// Tells plans apart that say the same.
    pub id: String,
    /// When it was made; the clock of its controls.
    pub made_at: Timestamp,
    /// From then on it is not applied.
    pub expires_at: Timestamp,
    /// The program that made it.
    pub tool: String,
    /// The hash of the control library.
    pub library: String,
    /// Who made it.
    pub requester: Actor,
    /// What it rests on.
    pub source: Source,
    /// The accounts that it changes, and who looked into them.
    pub accounts: BTreeMap<String, String>,
    /// The limits that its maker set.
    pub limits: Limits,
    /// What is done, in order.
    pub actions: Vec<Action>,
    /// Findings that it leaves as they are, and why.
    pub left_out: Vec<LeftOut>,
    /// The permissions that applying it takes, ordered.
    pub permissions: Vec<String>,
}

/// What a plan rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The account itself, read while the plan was made.
    Account,
    /// A recorded scan; such a plan shows what would be done and cannot be applied.
    Recording,
}

/// How much of a plan one run may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Actions at most.
    pub max_changes: u32,
    /// After so many failures nothing more is begun.
    pub max_failures: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_changes: 20, max_failures: 1 }
    }
}

/// What is done with one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// From 1.
    pub number: u32,
    /// The account id.
    pub account: String,
    /// The region, or `global`.
    pub region: String,
    /// The resource type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The resource's id.
    pub resource: String,
    /// What people call the resource.
    pub name: Option<String>,
    /// The findings that it repairs.
    pub findings: Vec<PlannedFinding>,
    /// The actions that come first; if one of them is not done, this one is not begun.
    pub depends_on: Vec<u32>,
    /// What it may break.
    pub risk: Risk,
    /// How much a rollback brings back.
    pub rollback: RollbackPromise,
    /// What a person should know before saying yes.
    pub impact: Vec<String>,
    /// The state as it was read.
    pub before: Map<String, Value>,
    /// SHA-256 of the canonical JSON of `before`, hex.
    pub before_hash: String,
    /// The write calls, in order.
    pub writes: Vec<Write>,
    /// The state as it is then.
    pub after: Map<String, Value>,
    /// The state after a rollback, as far as it is not the one before.
    pub restored: Map<String, Value>,
    /// How the change is verified.
    pub verification: Verification,
    /// The permissions that it takes, ordered.
    pub permissions: Vec<String>,
}

/// A finding that an action repairs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedFinding {
    /// The finding's id.
    pub finding: String,
    /// The control's id.
    pub control: String,
    /// The hash of the control's file.
    pub control_hash: String,
    /// The control's title.
    pub title: String,
    /// The control's severity.
    pub severity: String,
    /// The control's parameters, as a user writes them.
    pub parameters: BTreeMap<String, String>,
    /// The scan that found it.
    pub scan: String,
    /// What repairs it.
    pub operation: String,
    /// What the control gave the operation.
    pub with: Map<String, Value>,
}

/// What a rollback brings back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollbackPromise {
    /// How much.
    pub exactness: Exactness,
    /// What it does not bring back, or does besides.
    pub notes: Vec<String>,
    /// It needs an approval of its own.
    pub needs_approval: bool,
}

/// How a change is verified: the fields are read until they are as predicted, then every control must pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// The fields that are compared.
    pub fields: Vec<String>,
    /// Keys in them that the provider makes anew when something is made again; a rollback does not compare them.
    pub made_by_provider: Vec<String>,
    /// How long the change may take to show, in seconds.
    pub within_seconds: u32,
}

/// A finding that a plan leaves as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// The finding's id.
    pub finding: String,
    /// The control's id.
    pub control: String,
    /// The resource's id.
    pub resource: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// A file that is no plan of ours as we made it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It cannot be understood.
    #[error("it is no plan: {0}")]
    NotAPlan(String),
    /// It is of another version of the format.
    #[error("its format is `{0}`, this version reads {FORMAT}")]
    OtherFormat(String),
    /// It is not byte for byte what was made.
    #[error("it was changed after it was made: its hash says {said}, its content gives {is}")]
    Changed {
        /// The hash that it names.
        said: String,
        /// The hash of what it says.
        is: String,
    },
    /// It says the same in other bytes.
    #[error("it was changed after it was made: a plan is canonical JSON, to the byte")]
    NotCanonical,
    /// A value in it has no canonical form.
    #[error("a value of it has no canonical form: {0}")]
    NoCanonicalForm(String),
}

impl Plan {
    /// Seals what a plan says.
    ///
    /// # Errors
    /// If a value has no canonical form.
    pub fn seal(body: PlanBody) -> Result<Self, PlanError> {
        let hash = hash_of(&to_value(&body)?)?;
        Ok(Self { body, hash })
    }

    /// The plan as it stands in a file: canonical JSON and a line end.
    ///
    /// # Errors
    /// If a value has no canonical form, which [`Plan::seal`] has ruled out.
    pub fn to_bytes(&self) -> Result<Vec<u8>, PlanError> {
        let mut value = to_value(&self.body)?;
        value["hash"] = self.hash.clone().into();
        let mut bytes = canonical(&value).map_err(|error| PlanError::NoCanonicalForm(error.to_string()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads a plan and checks that it is what was made, to the byte.
    ///
    /// # Errors
    /// See [`PlanError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, PlanError> {
        if bytes.len() > SIZE_LIMIT {
            return Err(PlanError::NotAPlan(format!("it has more than {} MiB", SIZE_LIMIT / 1024 / 1024)));
        }
        let not_a_plan = |error: serde_json::Error| PlanError::NotAPlan(error.to_string());
        let mut value: Value = serde_json::from_slice(bytes).map_err(not_a_plan)?;
        let members = value.as_object_mut().ok_or_else(|| PlanError::NotAPlan("it is no JSON object".to_owned()))?;
        match members.get("format").and_then(Value::as_str) {
            Some(FORMAT) => {}
            Some(other) => return Err(PlanError::OtherFormat(other.chars().take(40).collect())),
            None => return Err(PlanError::NotAPlan("it has no format".to_owned())),
        }
        let Some(Value::String(said)) = members.remove("hash") else {
            return Err(PlanError::NotAPlan("it has no hash".to_owned()));
        };
        let is = hash_of(&value)?;
        if said != is {
            return Err(PlanError::Changed { said: said.chars().take(64).collect(), is });
        }
        let plan = Self { body: serde_json::from_value(value).map_err(not_a_plan)?, hash: is };
        if plan.to_bytes()? != bytes {
            return Err(PlanError::NotCanonical);
        }
        Ok(plan)
    }

    /// The action of that number.
    #[must_use]
    pub fn action(&self, number: u32) -> Option<&Action> {
        self.body.actions.iter().find(|action| action.number == number)
    }
}

impl Action {
    /// The state that is there after the first `done` writes.
    #[must_use]
    pub fn state_after(&self, done: usize) -> Map<String, Value> {
        let mut state = self.before.clone();
        for write in self.writes.iter().take(done) {
            state.extend(write.after.iter().map(|(field, value)| (field.clone(), value.clone())));
        }
        state
    }

    /// The state that a rollback leaves.
    #[must_use]
    pub fn state_restored(&self) -> Map<String, Value> {
        let mut state = self.before.clone();
        state.extend(self.restored.iter().map(|(field, value)| (field.clone(), value.clone())));
        state
    }

    /// The keys that are not compared after a rollback.
    #[must_use]
    pub fn made_by_provider(&self) -> Vec<&str> {
        self.verification.made_by_provider.iter().map(String::as_str).collect()
    }

    /// The resource, by its place.
    #[must_use]
    pub fn target(&self) -> super::cloud::Target {
        super::cloud::Target {
            account: self.account.clone(),
            region: self.region.clone(),
            kind: self.kind.clone(),
            id: self.resource.clone(),
        }
    }

    /// Every call, the undoing ones too.
    pub fn calls(&self) -> impl Iterator<Item = Call> + '_ {
        self.writes.iter().flat_map(|write| std::iter::once(write.to_call()).chain(write.undo.iter().cloned()))
    }
}

/// SHA-256 of the canonical JSON of a value, hex.
///
/// # Errors
/// If a value has no canonical form.
pub fn hash_of(value: &Value) -> Result<String, PlanError> {
    canonical(value).map(|bytes| sha256_hex(&bytes)).map_err(|error| PlanError::NoCanonicalForm(error.to_string()))
}

fn to_value(body: &PlanBody) -> Result<Value, PlanError> {
    serde_json::to_value(body).map_err(|error| PlanError::NotAPlan(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    pub fn example() -> Plan {
        let body = json!({
            "format": FORMAT, "id": "0199f3a2-1c2d-7e3f-8a4b-5c6d7e8f9a0b",
            "made_at": "2026-11-01T00:00:00Z", "expires_at": "2026-11-02T00:00:00Z", "tool": "ciacm 0.1.0",
            "library": "ab", "requester": {"user": "anna", "host": "desk"}, "source": "account",
            "accounts": {"123456789012": "arn:aws:iam::123456789012:user/anna"},
            "limits": {"max_changes": 20, "max_failures": 1}, "actions": [], "left_out": [], "permissions": [],
        });
        Plan::seal(serde_json::from_value(body).unwrap()).unwrap()
    }

    #[test]
    fn a_plan_reads_back() {
        let plan = example();
        assert_eq!(Plan::parse(&plan.to_bytes().unwrap()), Ok(plan));
    }

    #[test]
    fn one_byte_is_enough_to_spoil_a_plan() {
        let bytes = example().to_bytes().unwrap();
        for at in 0..bytes.len() {
            for change in [1_u8, 0x20] {
                let mut changed = bytes.clone();
                changed[at] ^= change;
                assert!(Plan::parse(&changed).is_err(), "byte {at}: {}", String::from_utf8_lossy(&changed));
            }
        }
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(Plan::parse(text.trim_end().as_bytes()), Err(PlanError::NotCanonical));
        assert_eq!(Plan::parse(text.replacen(':', ": ", 1).as_bytes()), Err(PlanError::NotCanonical));
    }

    #[test]
    fn other_formats_and_other_files_are_told_apart() {
        assert_eq!(
            Plan::parse(br#"{"format": "ciacm-plan/9"}"#),
            Err(PlanError::OtherFormat("ciacm-plan/9".to_owned()))
        );
        for text in ["", "[]", "{}", "null", r#"{"format": "ciacm-plan/1"}"#] {
            assert!(matches!(Plan::parse(text.as_bytes()), Err(PlanError::NotAPlan(_))), "{text}");
        }
    }

    proptest! {
        #[test]
        fn foreign_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0_usize..400, text in ".{0,20}") {
            prop_assert!(Plan::parse(&bytes).is_err());
            let mut plan = String::from_utf8(example().to_bytes().unwrap()).unwrap();
            let at = at.min(plan.len());
            plan.insert_str(at, &text);
            prop_assert!(text.is_empty() || Plan::parse(plan.as_bytes()).is_err());
        }
    }
}
