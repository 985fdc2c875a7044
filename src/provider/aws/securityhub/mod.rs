//! AWS Security Hub.

mod collect;

pub use collect::COLLECTORS;
