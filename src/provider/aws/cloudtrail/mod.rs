//! AWS CloudTrail.

mod collect;
mod remediate;
mod selectors;
pub mod trails;

pub use collect::COLLECTORS;
pub use remediate::WRITES;
