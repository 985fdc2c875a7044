//! Amazon EFS.

mod collect;
mod remediate;

pub use collect::COLLECTORS;
pub use remediate::WRITES;
