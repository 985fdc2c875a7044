//! The store: one SQLite file in the home that keeps scans, resources, findings and their history.
//!
//! See `docs/store.md` for what is kept. Everything is written through one private function, `Store::write`, one
//! immediate transaction each, so several processes may use one home at once and a killed process leaves whole
//! batches only. What a transaction means is appended to the audit log in the same transaction.

mod audit;
mod audit_checkpoint;
mod audit_read;
mod backup;
mod begin;
mod calls;
mod compare;
mod error;
mod gone;
mod life;
mod lock;
mod model;
mod open;
mod query;
mod record;
pub mod remediation;
mod rows;
mod scans;
mod schema;
mod settings;
mod summary;
mod waivers;

pub use audit_read::{EntryFilter, StoredEntry};
pub use error::StoreError;
pub use model::{
    Batch, Compared, Evaluation, Finding, FindingFilter, HistoryEntry, NewScan, ResumedScan, Scan, ScanControl,
    ScanEnd, ScanError, ScanId, ScanRef, ScanState, ScannedResource, Unlisted,
};
pub use open::Store;
pub use summary::{ScanSummary, Tally};

#[cfg(test)]
mod tests;
