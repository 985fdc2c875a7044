//! What verifying a pack found out.

use jiff::Timestamp;
use serde::Serialize;

/// Everything that was checked, and what it comes to.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Every check, in order.
    pub checks: Vec<Check>,
    /// What is proved, and what is not.
    pub proved: Proved,
    /// Whose pack it says it is.
    pub organisation: Option<String>,
    /// Up to when.
    pub as_of: Option<Timestamp>,
    /// SHA-256 of the list of hashes: what tells this pack from every other.
    pub pack: Option<String>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked, as it should be.
    pub what: String,
    /// How it went.
    pub outcome: Outcome,
    /// Why it failed, or was not made.
    pub detail: Option<String>,
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is as it should be.
    Passed,
    /// It is not.
    Failed,
    /// This program cannot tell.
    NotChecked,
}

/// What is proved, one sentence each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proved {
    /// Nothing was changed since it was signed.
    pub integrity: Answer,
    /// Who signed.
    pub origin: Answer,
    /// When.
    pub time: Answer,
    /// Nothing was taken out of the log since an older pack.
    pub completeness: Answer,
}

/// Proved or not, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// True if it is proved.
    pub proved: bool,
    /// What that means here.
    pub words: String,
}

impl Answer {
    pub(super) fn yes(words: impl Into<String>) -> Self {
        Self { proved: true, words: words.into() }
    }

    pub(super) fn no(words: impl Into<String>) -> Self {
        Self { proved: false, words: words.into() }
    }
}

impl Report {
    /// True if a check failed.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.checks.iter().any(|check| check.outcome == Outcome::Failed)
    }

    /// True if no check failed, but one could not be made on which integrity rests.
    #[must_use]
    pub fn open(&self) -> bool {
        !self.failed() && !self.proved.integrity.proved
    }
}

/// The checks so far.
#[derive(Debug, Default)]
pub(super) struct Checks(pub Vec<Check>);

impl Checks {
    /// Notes a check; the error says why it failed.
    pub fn note(&mut self, what: impl Into<String>, result: Result<(), String>) -> bool {
        let (outcome, detail) = match result {
            Ok(()) => (Outcome::Passed, None),
            Err(why) => (Outcome::Failed, Some(why)),
        };
        self.0.push(Check { what: what.into(), outcome, detail });
        outcome == Outcome::Passed
    }

    /// Notes what this program cannot tell.
    pub fn open(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.0.push(Check { what: what.into(), outcome: Outcome::NotChecked, detail: Some(why.into()) });
    }

    pub fn failed(&self) -> bool {
        self.0.iter().any(|check| check.outcome == Outcome::Failed)
    }
}
