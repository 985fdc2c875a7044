//! Reports: values in, text out. One file a format.

pub mod audit;
pub mod diff;
pub mod finding;
pub mod json;
pub mod layout;
pub mod style;
pub mod table;
pub mod waiver;
