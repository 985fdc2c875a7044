//! The audit log: what it says, how its entries are chained, and how anyone verifies it.
//!
//! Pure values and functions: the store keeps the entries, `docs/audit-log.md` tells the format well enough for a
//! second implementation.

mod actor;
pub mod assess;
pub mod canonical;
pub mod checkpoint;
pub mod entry;
pub mod files;
pub mod merkle;
pub mod verify;

pub use canonical::{NotCanonical, canonical};
pub use checkpoint::Checkpoint;
pub use entry::{Acting, Actor, Entry, Event, NewEntry, Outcome};
