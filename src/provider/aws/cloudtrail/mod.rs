//! AWS CloudTrail.

mod collect;
mod selectors;
pub mod trails;

pub use collect::COLLECTORS;
