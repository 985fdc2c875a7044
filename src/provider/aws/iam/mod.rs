//! AWS IAM.

mod collect;

pub use collect::COLLECTORS;
