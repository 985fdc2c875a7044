//! A reading: one part of a resource, and what became of the call that asks for it.

use super::schema::ApiCall;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};

/// The key that marks an unreadable reading inside a resource document.
pub const UNREADABLE_KEY: &str = "$unreadable";

/// Marks a reading that was not collected while a document is being built; [`super::Resource::new`] drops it.
pub(super) const NOT_COLLECTED_KEY: &str = "$not_collected";

/// A call that gave no answer we can rest a verdict on: denied, throttled out, timed out, not implemented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallFailure {
    /// The API call, `service:Operation`, for instance `s3:GetBucketPolicy`.
    pub call: String,
    /// The provider's error code, for instance `AccessDenied`; `Timeout` and `Unreachable` are ours.
    pub code: String,
    /// The provider's message, one line, without secrets.
    pub message: String,
    /// The permission that the call needs, for instance `s3:GetBucketPolicy`.
    pub permission: String,
}

/// The code of an answer that lacks what the provider always sends.
pub const INCOMPLETE_ANSWER: &str = "IncompleteAnswer";

impl CallFailure {
    /// The call succeeded, but what we need is not in its answer; nothing is assumed in its place.
    #[must_use]
    pub fn incomplete(call: &ApiCall, what: &str) -> Self {
        Self {
            call: call.name.to_owned(),
            code: INCOMPLETE_ANSWER.to_owned(),
            message: format!("the answer has no {what}"),
            permission: call.permissions.join(", "),
        }
    }
}

impl std::fmt::Display for CallFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} answered {}", self.call, self.code)?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        write!(f, " (needs {})", self.permission)
    }
}

/// What is known of one part of a resource.
///
/// In a resource document: a missing key is `NotCollected`, `null` is `Absent`, an object with the one key
/// [`UNREADABLE_KEY`] is `Unreadable`, everything else is `Known`.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Reading<T> {
    /// No selected control named it, so no call was made.
    #[default]
    NotCollected,
    /// The provider answered with a value.
    Known(T),
    /// The provider says that this is not configured.
    Absent,
    /// The call failed; nothing may be concluded.
    Unreadable(CallFailure),
}

impl<T> Reading<T> {
    /// True if no call was made; such readings are left out of the document.
    pub const fn is_not_collected(&self) -> bool {
        matches!(self, Self::NotCollected)
    }

    /// A value that the answer of `call` always holds; if it does not, nothing is assumed in its place.
    pub fn sent(value: Option<T>, call: &ApiCall, what: &str) -> Self {
        value.map_or_else(|| Self::Unreadable(CallFailure::incomplete(call, what)), Self::Known)
    }

    /// Turns the known value into another, keeping every other state.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::NotCollected => Reading::NotCollected,
            Self::Known(value) => Reading::Known(change(value)),
            Self::Absent => Reading::Absent,
            Self::Unreadable(failure) => Reading::Unreadable(failure),
        }
    }
}

impl<T> From<Result<T, CallFailure>> for Reading<T> {
    fn from(result: Result<T, CallFailure>) -> Self {
        match result {
            Ok(value) => Self::Known(value),
            Err(failure) => Self::Unreadable(failure),
        }
    }
}

impl<T> From<Result<Option<T>, CallFailure>> for Reading<T> {
    fn from(result: Result<Option<T>, CallFailure>) -> Self {
        match result {
            Ok(Some(value)) => Self::Known(value),
            Ok(None) => Self::Absent,
            Err(failure) => Self::Unreadable(failure),
        }
    }
}

impl<T: Serialize> Serialize for Reading<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Unreadable(failure) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(UNREADABLE_KEY, failure)?;
                map.end()
            }
            Self::Absent => serializer.serialize_none(),
            Self::NotCollected => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(NOT_COLLECTED_KEY, &true)?;
                map.end()
            }
        }
    }
}
