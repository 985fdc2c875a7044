//! AWS KMS.

mod collect;

pub use collect::COLLECTORS;
