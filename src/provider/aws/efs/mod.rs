//! Amazon EFS.

mod collect;

pub use collect::COLLECTORS;
