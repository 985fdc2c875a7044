//! Elastic Load Balancing.

mod actions;
mod attributes;
mod collect;
mod listeners;
mod remediate;

pub use collect::COLLECTORS;
pub use remediate::WRITES;
