//! Providers collect the inventory of accounts: resources with readings, listings, and the calls that failed.
//!
//! Providers know nothing of controls. They are told which fields of which resource types are wanted and make only
//! the calls that these need.

#[cfg(feature = "aws")]
pub mod aws;
pub mod snapshot;

pub use crate::inventory::{Account, CallRecord, FailedCall};
use crate::inventory::{Listing, Resource, ResourceType};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The names of the wanted fields of one resource type.
pub type Fields = BTreeSet<&'static str>;

/// Which fields of which resource types to collect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    types: BTreeMap<&'static str, Fields>,
}

impl Wanted {
    /// Adds fields of a type; an empty set still wants the listing.
    pub fn add(&mut self, kind: &'static ResourceType, fields: impl IntoIterator<Item = &'static str>) {
        self.types.entry(kind.name).or_default().extend(fields);
    }

    /// The wanted fields of that type; none if the type is not wanted.
    #[must_use]
    pub fn fields(&self, kind: &ResourceType) -> Option<&Fields> {
        self.types.get(kind.name)
    }

    /// The names of the wanted types.
    pub fn types(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.types.keys().copied()
    }
}

/// One independent piece of a scan, the grain of `--resume`: what one collector does in one region of one account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Unit {
    /// The account id.
    pub account: String,
    /// The region, or `global`.
    pub region: String,
    /// The collector's name.
    pub collector: String,
}

/// What a provider hands over, in the order in which a unit produces it: resources, then listings, then its end.
#[derive(Debug, Clone)]
pub enum Collected {
    /// An account was entered.
    Account(Account),
    /// A resource with its readings.
    Resource(Resource),
    /// A listing ended.
    Listing(Listing),
    /// A call failed.
    Failure(FailedCall),
    /// A call was made; it comes before what was made of its answer.
    Call(CallRecord),
    /// A unit is done and need not be done again on `--resume`.
    UnitFinished(Unit),
    /// The number of units that this scan has; for progress.
    Planned(u64),
    /// Nothing comes after this, whoever still holds the other end.
    End,
}

/// Why a provider could not even begin; the exit code is 2.
#[derive(Debug, thiserror::Error)]
#[error("{what}\n  why: {why}\n  next: {next}")]
pub struct ProviderError {
    /// What failed.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do next.
    pub next: String,
}

/// How a collection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every unit was done, some perhaps with failed calls.
    Complete,
    /// The user stopped it.
    Interrupted,
}
