//! Reading YAML that others wrote: within bounds, with positions.

use serde::de::DeserializeOwned;
use serde_saphyr::{Location, Options};
use std::fmt;
use std::path::Path;

/// A YAML file larger than this is refused before it is parsed; the largest framework catalogue has 110 KiB.
pub const FILE_SIZE_LIMIT: u64 = 1024 * 1024;

/// Something wrong in a file, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file as the user named it, or the path inside the embedded library.
    pub file: String,
    /// Line, from 1; 0 if the whole file is meant.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// Reads a file, refusing what is too large.
///
/// # Errors
/// A diagnostic without a line.
pub fn read(path: &Path) -> Result<String, Diagnostic> {
    let whole = |message: String, hint: &str| Diagnostic {
        file: path.display().to_string(),
        line: 0,
        column: 0,
        message,
        hint: Some(hint.to_owned()),
    };
    let unreadable =
        |error: std::io::Error| whole(format!("cannot be read: {error}"), "check the path and its permissions");
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > FILE_SIZE_LIMIT {
        return Err(whole(
            format!("is {} MiB large; YAML files here may have 1 MiB", size.div_ceil(1024 * 1024)),
            "a control is one small file; remove what is no control from the directory",
        ));
    }
    std::fs::read_to_string(path).map_err(unreadable)
}

/// Parses a YAML text: unknown fields, duplicate keys, alias bombs and cycles are errors.
///
/// # Errors
/// A diagnostic with the place.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Diagnostic> {
    serde_saphyr::from_str_with_options(text, options()).map_err(|error| {
        let error = error.without_snippet();
        let (line, column) = error.location().map_or((0, 0), position);
        Diagnostic { file: file.to_owned(), line, column, message: plain_message(&error.to_string()), hint: None }
    })
}

fn options() -> Options {
    serde_saphyr::options! {
        strict_booleans: true,
        with_snippet: false,
    }
}

/// Line and column of a location, both from 1.
#[must_use]
pub fn position(location: Location) -> (usize, usize) {
    (usize::try_from(location.line()).unwrap_or(0), usize::try_from(location.column()).unwrap_or(0))
}

/// The place of byte `offset` of a scalar's value that stands at `location` in `text`.
///
/// Exact for plain, quoted (without escapes) and literal block scalars (`|`), which is how expressions are written.
#[must_use]
pub fn position_within(text: &str, location: Location, value: &str, offset: usize) -> (usize, usize) {
    let (line, column) = position(location);
    let before = value.get(..offset).unwrap_or(value);
    let lines_before = before.matches('\n').count();
    let in_line = before.rsplit('\n').next().unwrap_or_default().chars().count();
    let source_line = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let rest: String = source_line.chars().skip(column.saturating_sub(1)).collect();
    if rest.starts_with('|') || rest.starts_with('>') {
        let indent = text
            .lines()
            .skip(line)
            .find(|line| !line.trim().is_empty())
            .map_or(0, |line| line.chars().take_while(|c| *c == ' ').count());
        return (line + 1 + lines_before, indent + in_line + 1);
    }
    let quote = usize::from(rest.starts_with('"') || rest.starts_with('\''));
    (line + lines_before, if lines_before == 0 { column + quote + in_line } else { in_line + 1 })
}

/// The parser's messages without the position that we print ourselves.
fn plain_message(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let without_place = match first.find(" at line ") {
        Some(at) => &first[..at],
        None => first,
    };
    // Advice for programs that use the parser.
    let without_advice = without_place.split(", set DuplicateKeyPolicy").next().unwrap_or_default();
    without_advice.trim_start_matches("error: ").to_owned()
}
