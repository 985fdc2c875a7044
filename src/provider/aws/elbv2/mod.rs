//! Elastic Load Balancing.

mod attributes;
mod collect;
mod listeners;

pub use collect::COLLECTORS;
