//! The one error type of commands: what failed, why, what to do next.

use super::exit;
use crate::control::library::LibraryError;
use crate::control::selection::SelectionError;
use crate::provider::ProviderError;
use crate::signing::SigningError;
use crate::store::StoreError;
use crate::yaml::Diagnostic;
use std::fmt;

/// Why a command failed.
#[derive(Debug)]
pub struct CommandError {
    what: String,
    why: Option<String>,
    next: Option<String>,
    code: u8,
    broken_pipe: bool,
}

impl CommandError {
    /// A failure of wrong use, configuration or credentials.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), why: None, next: None, code: exit::WRONG_USE, broken_pipe: false }
    }

    /// Adds the reason.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// It is no wrong use: a signature, a hash, a chain or a plan did not verify.
    #[must_use]
    pub const fn integrity(mut self) -> Self {
        self.code = exit::INTEGRITY;
        self
    }

    /// What failed.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Why, if that is told apart.
    pub fn reason(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// The exit code.
    #[must_use]
    pub const fn code(&self) -> u8 {
        self.code
    }

    /// The reader of our output has gone; nobody wants to hear of it.
    #[must_use]
    pub const fn is_broken_pipe(&self) -> bool {
        self.broken_pipe
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        if let Some(why) = &self.why {
            write!(f, "\n  why: {why}")?;
        }
        if let Some(next) = &self.next {
            write!(f, "\n  next: {next}")?;
        }
        Ok(())
    }
}

impl From<std::io::Error> for CommandError {
    fn from(error: std::io::Error) -> Self {
        let broken_pipe = error.kind() == std::io::ErrorKind::BrokenPipe;
        let next = "check the path, its permissions and the free space";
        Self { broken_pipe, ..Self::new("the output cannot be written").why(error.to_string()).next(next) }
    }
}

impl From<serde_json::Error> for CommandError {
    fn from(error: serde_json::Error) -> Self {
        std::io::Error::from(error).into()
    }
}

impl From<ProviderError> for CommandError {
    fn from(error: ProviderError) -> Self {
        Self::new(error.what).why(error.why).next(error.next)
    }
}

impl From<SigningError> for CommandError {
    fn from(error: SigningError) -> Self {
        Self::new(error.what).why(error.why).next(error.next)
    }
}

impl From<SelectionError> for CommandError {
    fn from(error: SelectionError) -> Self {
        Self::new(error.what).next(error.hint)
    }
}

impl From<LibraryError> for CommandError {
    fn from(error: LibraryError) -> Self {
        let count = error.0.len();
        let problems = if count == 1 { "one problem".to_owned() } else { format!("{count} problems") };
        Self::new(format!("the control library has {problems}\n{error}"))
    }
}

impl From<Diagnostic> for CommandError {
    fn from(error: Diagnostic) -> Self {
        Self::new(error.to_string())
    }
}

impl From<StoreError> for CommandError {
    fn from(error: StoreError) -> Self {
        // The store's errors say what, why and next themselves, one a line.
        let told = Self::new(error.to_string());
        if matches!(error, StoreError::LogCut { .. }) { told.integrity() } else { told }
    }
}
