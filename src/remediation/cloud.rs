//! What the engine asks of a provider: read a resource again, make one write call, say who we are.

use super::operation::Call;
use crate::inventory::{CallFailure, Resource};
use serde_json::Value;
use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Who makes the calls in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The account id.
    pub account: String,
    /// For instance the ARN of a user or of a role session.
    pub arn: String,
}

/// A resource, by its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The account id.
    pub account: String,
    /// The region, or `global`.
    pub region: String,
    /// The resource type's name.
    pub kind: String,
    /// The provider's id.
    pub id: String,
}

/// A write call that did not answer that it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteFailure {
    /// What came back.
    pub failure: CallFailure,
    /// What is known of it.
    pub certainty: Certainty,
}

/// What is known of a write call that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// The provider refused it: nothing was changed.
    Refused,
    /// The provider had no time for it: nothing was changed, and it may be made again.
    Throttled,
    /// Nobody knows whether it was done: the answer was lost, or was an error of the provider's own.
    Unknown,
}

/// Reads and writes the resources of accounts. Calls block.
pub trait Cloud {
    /// Who we are in an account; none if no credentials of ours lead there.
    fn identity(&self, account: &str) -> Option<Identity>;

    /// Reads these fields of a resource, past every cache; none if it is not there.
    ///
    /// # Errors
    /// If the resource could not be looked for. A field that could not be read is unreadable in the resource.
    fn read(&self, target: &Target, fields: &BTreeSet<&'static str>) -> Result<Option<Resource>, CallFailure>;

    /// Makes a write call once.
    ///
    /// # Errors
    /// If it did not answer that it was done.
    fn write(&self, account: &str, call: &Call) -> Result<Value, WriteFailure>;
}

/// Resources that are read at the same time.
const READERS: usize = 8;

/// Reads resources, several at a time; answers in their order. `done` is called after each.
pub fn read_all(
    cloud: &(dyn Cloud + Sync),
    wanted: &[(Target, BTreeSet<&'static str>)],
    done: impl Fn() + Sync,
) -> Vec<Result<Option<Resource>, CallFailure>> {
    let next = AtomicUsize::new(0);
    let read = || {
        let mut answers = Vec::new();
        while let number = next.fetch_add(1, Ordering::Relaxed)
            && let Some((target, fields)) = wanted.get(number)
        {
            answers.push((number, cloud.read(target, fields)));
            done();
        }
        answers
    };
    let mut answers: Vec<_> = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS.min(wanted.len())).map(|_| scope.spawn(read)).collect();
        readers.into_iter().flat_map(|reader| reader.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    answers.sort_by_key(|(number, _)| *number);
    answers.into_iter().map(|(_, answer)| answer).collect()
}
