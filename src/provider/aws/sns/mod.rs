//! Amazon SNS.

mod collect;

pub use collect::COLLECTORS;
