//! AWS CloudTrail.

mod collect;

pub use collect::COLLECTORS;
