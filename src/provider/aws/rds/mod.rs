//! Amazon RDS.

mod collect;

pub use collect::COLLECTORS;
