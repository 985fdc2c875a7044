//! AWS Config.

mod collect;

pub use collect::COLLECTORS;
