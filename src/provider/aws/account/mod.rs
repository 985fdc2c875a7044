//! AWS Account Management.

mod collect;

pub use collect::COLLECTORS;
