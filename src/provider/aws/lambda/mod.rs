//! AWS Lambda.

mod collect;

pub use collect::COLLECTORS;
