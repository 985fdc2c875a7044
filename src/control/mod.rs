//! Controls: YAML to validated, compiled rules; the library of all of them; their inline tests and documentation.

pub mod docs;
mod document;
pub mod fixture;
pub mod inline_test;
pub mod library;
pub mod model;
pub mod parameter;
pub mod permissions;
pub mod selection;
pub mod validate;

pub use library::Library;
pub use model::{Control, Severity};
pub use selection::Selection;
