//! Amazon ECR.

mod collect;

pub use collect::COLLECTORS;
