//! What can go wrong: when an expression is compiled, and when it runs.

use crate::inventory::reading::{CallFailure, UNREADABLE_KEY};
use serde_json::Value;
use std::ops::Range;

/// A part of the source, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// Sources are at most 8 KiB once they pass the lexer, so nothing is cut off here.
    #[expect(clippy::cast_possible_truncation, reason = "sources are shorter than 4 GiB")]
    pub fn new(range: Range<usize>) -> Self {
        Self { start: range.start as u32, end: range.end as u32 }
    }

    pub const fn to(self, end: Self) -> Self {
        Self { start: self.start, end: end.end }
    }

    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    pub fn of(self, source: &str) -> &str {
        source.get(self.range()).unwrap_or_default()
    }
}

/// Why an expression was refused, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CompileError {
    /// What is wrong, one line.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
    /// Where, in bytes of the source.
    pub span: Range<usize>,
}

impl CompileError {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, span: span.range() }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Why an expression gave no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    /// The verdict depends on a reading whose call failed.
    #[error("`{path}` could not be read: {failure}")]
    Unreadable {
        /// The reading, for instance `resource.policy`.
        path: String,
        /// The call that failed.
        failure: CallFailure,
    },
    /// The verdict depends on a reading that nobody asked for.
    #[error("`{path}` was not collected")]
    NotCollected {
        /// The reading, for instance `resource.policy`.
        path: String,
    },
    /// The values do not fit the expression: a missing key, a wrong type, an overflow.
    #[error("`{at}` {message}")]
    Invalid {
        /// The part of the expression that has no value.
        at: String,
        /// Why, continuing the sentence that `at` begins.
        message: String,
    },
    /// The evaluation took more than a million steps.
    #[error("the evaluation took more than 1,000,000 steps")]
    Limit,
}

/// An evaluation error before anybody has to read it: no text is made for errors that `&&` and `||` ignore. It is
/// boxed to keep the results of everything that does not fail in registers.
#[derive(Debug)]
pub(super) struct Failure<'a>(Box<(Cause<'a>, Span)>);

#[derive(Debug, Clone, Copy)]
pub(super) enum Cause<'a> {
    Limit,
    NotCollected(&'static str),
    Unreadable { field: Option<&'static str>, marker: &'a Value },
    Absent,
    MissingKey,
    Wrong { expected: &'static str, found: &'static str },
    Plain(&'static str),
    Text(&'a str),
}

impl<'a> Cause<'a> {
    #[cold]
    pub fn at(self, span: Span) -> Failure<'a> {
        Failure(Box::new((self, span)))
    }
}

impl Failure<'_> {
    pub const fn is_limit(&self) -> bool {
        matches!(self.0.0, Cause::Limit)
    }

    pub fn explain(self, source: &str) -> EvaluationError {
        let (cause, span) = *self.0;
        let at = || excerpt(span.of(source));
        let message = match cause {
            Cause::Limit => return EvaluationError::Limit,
            Cause::NotCollected(field) => return EvaluationError::NotCollected { path: format!("resource.{field}") },
            Cause::Unreadable { field, marker } => {
                let path = field.map_or_else(at, |field| format!("resource.{field}"));
                return EvaluationError::Unreadable { path, failure: call_failure(marker) };
            }
            Cause::Absent => "is absent".to_owned(),
            Cause::MissingKey => "names a key that is not there".to_owned(),
            Cause::Wrong { expected, found } => format!("is {found} where {expected} is needed"),
            Cause::Plain(text) | Cause::Text(text) => text.to_owned(),
        };
        EvaluationError::Invalid { at: at(), message }
    }
}

/// Reads what stands under [`UNREADABLE_KEY`]; inline tests of controls may give just an error code.
fn call_failure(marker: &Value) -> CallFailure {
    let inner = marker.get(UNREADABLE_KEY).unwrap_or(marker);
    serde_json::from_value(inner.clone()).unwrap_or_else(|_| CallFailure {
        call: "the call".to_owned(),
        code: inner.as_str().unwrap_or("an error").to_owned(),
        message: String::new(),
        permission: "a permission that is not known".to_owned(),
    })
}

/// One line of at most 80 characters.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 80;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        None => line,
        Some((cut, _)) => format!("{}…", &line[..cut]),
    }
}
