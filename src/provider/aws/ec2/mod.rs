//! Amazon EC2.

mod collect;

pub use collect::COLLECTORS;
