//! Amazon DynamoDB.

mod collect;

pub use collect::COLLECTORS;
