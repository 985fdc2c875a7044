//! What a collector is: the code that lists resources of some types in one region and reads their fields.

use super::scope::Scope;
use super::session::AccountSession;
use crate::inventory::{CallFailure, Reading, ResourceType};
use crate::provider::{Fields, Wanted};
use std::pin::Pin;
use std::sync::Arc;

/// The answer of a collector: which listings were complete.
pub type Outcome = Vec<(&'static ResourceType, Result<(), CallFailure>)>;

/// Whether a collector runs once an account or once a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Once an account, from the partition's home region.
    Account,
    /// Once in each scanned region.
    Region,
}

/// What a collector is given.
#[derive(Debug, Clone)]
pub struct Task {
    /// Where to make the calls.
    pub scope: Arc<Scope>,
    /// The account, for collectors that must look into several regions.
    pub session: Arc<AccountSession>,
    /// What is wanted.
    pub wanted: Arc<Wanted>,
}

impl Task {
    /// The wanted fields of a type; none if the type is not wanted.
    #[must_use]
    pub fn fields(&self, kind: &ResourceType) -> Option<&Fields> {
        self.wanted.fields(kind)
    }

    /// The reading of a field: asked for if it is wanted, else not collected.
    pub async fn reading<T, A, F>(&self, kind: &ResourceType, field: &str, ask: impl FnOnce() -> F) -> Reading<T>
    where
        F: Future<Output = A>,
        A: Into<Reading<T>>,
    {
        if self.wants(kind, field) { ask().await.into() } else { Reading::NotCollected }
    }

    /// True if that field of that type is wanted.
    #[must_use]
    pub fn wants(&self, kind: &ResourceType, field: &str) -> bool {
        self.wanted.fields(kind).is_some_and(|fields| fields.contains(field))
    }
}

/// Lists the resources of one or several types and hands them over.
#[derive(Debug, Clone, Copy)]
pub struct Collector {
    /// Its name, unique among collectors; units of `--resume` carry it.
    pub name: &'static str,
    /// The types it lists. It runs if one of them is wanted.
    pub kinds: &'static [&'static ResourceType],
    /// How often it runs.
    pub reach: Reach,
    /// The collecting itself: emits resources through the scope, answers how each wanted type's listing ended.
    pub run: fn(Task) -> Pin<Box<dyn Future<Output = Outcome> + Send>>,
}
