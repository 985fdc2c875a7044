//! What an expression may name, and what it is evaluated against.

use crate::inventory::schema::ResourceType;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// The type of a control's parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterType {
    /// `true` or `false`.
    Bool,
    /// A 64-bit signed integer.
    Int,
    /// A 64-bit float.
    Float,
    /// Text.
    String,
    /// A length of time.
    Duration,
    /// A list of texts.
    StringList,
}

impl fmt::Display for ParameterType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::String => "string",
            Self::Duration => "duration",
            Self::StringList => "strings",
        })
    }
}

/// The value of a control's parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum ParameterValue {
    /// `true` or `false`.
    Bool(bool),
    /// A 64-bit signed integer.
    Int(i64),
    /// A 64-bit float.
    Float(f64),
    /// Text.
    String(String),
    /// A length of time.
    Duration(SignedDuration),
    /// A list of texts.
    StringList(Vec<String>),
}

impl ParameterValue {
    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> ParameterType {
        match self {
            Self::Bool(_) => ParameterType::Bool,
            Self::Int(_) => ParameterType::Int,
            Self::Float(_) => ParameterType::Float,
            Self::String(_) => ParameterType::String,
            Self::Duration(_) => ParameterType::Duration,
            Self::StringList(_) => ParameterType::StringList,
        }
    }
}

/// The values of a control's parameters, in the order of [`Environment::parameters`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parameters {
    values: Vec<(String, ParameterValue)>,
}

impl Parameters {
    /// Takes the values.
    pub fn new(values: impl IntoIterator<Item = (String, ParameterValue)>) -> Self {
        Self { values: values.into_iter().collect() }
    }

    /// The value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ParameterValue> {
        self.values.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// The value of that name, which should stand at `index`.
    pub(super) fn at(&self, index: usize, name: &str) -> Option<&ParameterValue> {
        match self.values.get(index) {
            Some((other, value)) if other == name => Some(value),
            _ => self.get(name),
        }
    }
}

impl FromIterator<(String, ParameterValue)> for Parameters {
    fn from_iter<T: IntoIterator<Item = (String, ParameterValue)>>(values: T) -> Self {
        Self::new(values)
    }
}

/// What an expression may name.
#[derive(Debug, Clone, Copy)]
pub struct Environment<'a> {
    /// The type of `resource`.
    pub resource: &'static ResourceType,
    /// The names and types of `params`.
    pub parameters: &'a [(String, ParameterType)],
}

/// The type that an expression must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A condition.
    Bool,
    /// What a remediation goes through (`for_each`).
    List,
    /// Anything.
    Any,
}

/// What an expression is evaluated against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The resource document.
    pub resource: &'a Value,
    /// The parameters.
    pub parameters: &'a Parameters,
    /// The time of the scan.
    pub now: Timestamp,
}

/// Paths known to be present because earlier conditions hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub(super) present: BTreeSet<String>,
}
