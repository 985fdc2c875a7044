//! What an account holds: resources, the readings they are made of, and the registry of resource types.
//!
//! This module knows no SDK and no control: providers fill its types, controls are checked against its schemas,
//! snapshots replay its documents.

pub mod aws;
pub mod call;
pub mod document;
pub mod reading;
pub mod resource;
pub mod schema;
pub mod snapshot;

pub use call::{CallRecord, CallsBehind};
pub use reading::{CallFailure, Reading};
pub use resource::{Account, FailedCall, Listing, ListingOutcome, Resource};
pub use schema::{ApiCall, Field, Helper, Record, ResourceType, Type};

/// Every resource type that any provider can collect, ordered by name.
#[must_use]
pub fn resource_types() -> Vec<&'static ResourceType> {
    let mut types: Vec<_> = aws::resource_types().to_vec();
    types.sort_by_key(|kind| kind.name);
    types
}

/// The resource type of that name, for instance `aws.s3.bucket`.
#[must_use]
pub fn resource_type(name: &str) -> Option<&'static ResourceType> {
    aws::resource_types().iter().copied().find(|kind| kind.name == name)
}
