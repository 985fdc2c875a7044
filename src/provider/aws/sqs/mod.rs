//! Amazon SQS.

mod collect;

pub use collect::COLLECTORS;
