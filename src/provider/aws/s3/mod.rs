//! Amazon S3.

mod collect;

pub use collect::COLLECTORS;
