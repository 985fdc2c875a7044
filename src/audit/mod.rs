//! The audit log: what it says, how its entries are chained, and how anyone verifies it.
//!
//! Pure values and functions: the store keeps the entries, `docs/audit-log.md` tells the format well enough for a
//! second implementation.

pub mod entry;

pub use entry::{Actor, Event, NewEntry, Outcome};
