//! Amazon GuardDuty.

mod collect;

pub use collect::COLLECTORS;
