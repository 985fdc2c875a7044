//! AWS Systems Manager.

mod collect;

pub use collect::COLLECTORS;
