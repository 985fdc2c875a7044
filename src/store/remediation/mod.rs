//! Plans, approvals and runs in the store.

mod findings;
mod plans;
mod runs;

pub use findings::Judged;
pub use runs::Locked;
pub(crate) use runs::about;

use crate::finding::word::words;
use crate::remediation::plan::Plan;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

words! {
    /// Where a run stands.
    RunState, "state of a run" {
        /// A process works on it, or died while it did.
        Running = "running",
        /// Every action was applied and verified.
        Complete = "complete",
        /// Some actions were not: they failed, or were not begun.
        Incomplete = "incomplete",
        /// The canaries are done, the others wait.
        Paused = "paused",
        /// What it did was undone.
        RolledBack = "rolled-back",
    }
}

words! {
    /// Where an action of a run stands.
    ActionState, "state of an action" {
        /// It was not begun.
        Pending = "pending",
        /// It was begun.
        Running = "running",
        /// It was done, and reading again shows it.
        Applied = "applied",
        /// It was done, but reading again does not show it, or its control still fails.
        Unverified = "unverified",
        /// It was not done; the resource is as it was.
        Failed = "failed",
        /// The resource is not what the plan saw; nothing was done.
        Drifted = "drifted",
        /// A guard, or an action that it depends on, stopped it; nothing was done.
        Skipped = "skipped",
        /// It was undone, and reading again shows it.
        RolledBack = "rolled-back",
        /// It was not undone, because somebody changed the resource meanwhile.
        Conflict = "conflict",
        /// It was left as it is on purpose when the run was rolled back.
        Kept = "kept",
    }
}

impl ActionState {
    /// True if nothing more is to do in a run.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        !matches!(self, Self::Pending | Self::Running)
    }

    /// True if the change is in place, whether it was verified or not.
    #[must_use]
    pub const fn is_in_place(self) -> bool {
        matches!(self, Self::Applied | Self::Unverified | Self::Conflict | Self::Kept)
    }
}

words! {
    /// What became of a write call.
    WriteState, "state of a write call" {
        /// It is about to be made, or nobody saw its answer.
        Intended = "intended",
        /// It was done.
        Applied = "applied",
        /// It was not done.
        Failed = "failed",
        /// Its answer was lost, and reading has not settled it yet.
        Unknown = "unknown",
    }
}

words! {
    /// Whether a write call changes or undoes.
    Direction, "direction" {
        /// It changes.
        Apply = "apply",
        /// It undoes.
        Undo = "undo",
    }
}

/// How a run is done; kept with it, so that `resume` does it the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunOptions {
    /// Actions at most.
    pub max_changes: u32,
    /// After so many failures nothing more is begun.
    pub max_failures: u32,
    /// So many disruptive actions first, then a pause.
    pub canary: Option<u32>,
    /// Patterns of resources that are left alone.
    pub protected: Vec<String>,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: String,
    /// The plan that it applies.
    pub plan: Plan,
    /// Where it stands.
    pub state: RunState,
    /// How it is done.
    pub options: RunOptions,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Its actions, ordered.
    pub actions: Vec<RunAction>,
    /// Its write calls, in the order in which they were intended.
    pub writes: Vec<RunWrite>,
    /// A process works on it now.
    pub alive: bool,
}

impl Run {
    /// The action of that number.
    #[must_use]
    pub fn action(&self, number: u32) -> Option<&RunAction> {
        self.actions.iter().find(|action| action.number == number)
    }

    /// The write calls of an action in one direction.
    pub fn writes_of(&self, action: u32, direction: Direction) -> impl Iterator<Item = &RunWrite> {
        self.writes.iter().filter(move |write| write.action == action && write.direction == direction)
    }
}

/// An action of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunAction {
    /// Its number in the plan.
    pub number: u32,
    /// Where it stands.
    pub state: ActionState,
    /// Why, in a sentence.
    pub reason: Option<String>,
    /// The state that was found last.
    pub found: Option<Map<String, Value>>,
    /// When it came to stand there.
    pub at: Timestamp,
}

/// A write call of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunWrite {
    /// The action's number.
    pub action: u32,
    /// Which write of the action, from 0.
    pub write: u32,
    /// Whether it changes or undoes.
    pub direction: Direction,
    /// The call.
    pub call: Value,
    /// What became of it.
    pub state: WriteState,
    /// What it answered.
    pub output: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was about to be made.
    pub intended: Timestamp,
    /// When its outcome was known.
    pub settled: Option<Timestamp>,
    #[serde(skip)]
    pub(crate) key: i64,
}

/// An approval, signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredApproval {
    /// The hash of what is approved.
    pub subject: String,
    /// Who approved.
    pub approver: String,
    /// The fingerprint of the key.
    pub signer: String,
    /// What was signed.
    pub body: String,
    /// The signature.
    pub signature: Vec<u8>,
    /// When.
    pub made: Timestamp,
    /// The run that used it up.
    pub used: Option<String>,
}
