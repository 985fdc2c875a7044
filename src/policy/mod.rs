//! The expression language of controls: a subset of CEL with a type checker, evidence, and a notion of "unreadable".
//!
//! Pure: expressions see one resource document, the control's parameters and the time of the scan, and nothing else.
//! The reference for users is `docs/expressions.md`.

mod ast;
mod calls;
mod check;
mod duration;
mod environment;
mod error;
mod evaluate;
mod explain;
mod lexer;
mod operate;
mod parser;
mod paths;
mod program;
mod reach;
mod shelf;
#[cfg(test)]
mod tests;
mod types;
mod value;

pub use duration::{DurationError, parse_duration};
pub use environment::{Context, Environment, Expected, Facts, ParameterType, ParameterValue, Parameters};
pub use error::{CompileError, EvaluationError};
pub use explain::Evidence;
pub use program::{Program, compile};
