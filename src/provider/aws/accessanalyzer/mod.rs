//! IAM Access Analyzer.

mod collect;

pub use collect::COLLECTORS;
