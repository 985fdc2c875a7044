//! The types of expressions.

use super::environment::ParameterType;
use super::value::Load;
use crate::inventory::schema::{Record, Type};
use std::fmt;

/// A type: those of the schema and what expressions add to them.
#[derive(Debug, Clone)]
pub(super) enum Ty {
    Any,
    Null,
    Bool,
    Int,
    Float,
    Text,
    Timestamp,
    Duration,
    List(Box<Ty>),
    Map(Box<Ty>),
    Record(&'static Record),
}

impl From<&Type> for Ty {
    fn from(ty: &Type) -> Self {
        match ty {
            Type::Any => Self::Any,
            Type::Bool => Self::Bool,
            Type::Int => Self::Int,
            Type::Float => Self::Float,
            Type::String => Self::Text,
            Type::Timestamp => Self::Timestamp,
            Type::List(item) => Self::List(Box::new((*item).into())),
            Type::Map(item) => Self::Map(Box::new((*item).into())),
            Type::Record(record) => Self::Record(record),
        }
    }
}

impl From<ParameterType> for Ty {
    fn from(kind: ParameterType) -> Self {
        match kind {
            ParameterType::Bool => Self::Bool,
            ParameterType::Int => Self::Int,
            ParameterType::Float => Self::Float,
            ParameterType::String => Self::Text,
            ParameterType::Duration => Self::Duration,
            ParameterType::StringList => Self::List(Box::new(Self::Text)),
        }
    }
}

impl Ty {
    /// What a value of this type must be in a document.
    pub const fn load(&self) -> Load {
        match self {
            // Nothing in a document is a duration.
            Self::Any | Self::Null | Self::Duration => Load::Any,
            Self::Bool => Load::Bool,
            Self::Int => Load::Int,
            Self::Float => Load::Float,
            Self::Text => Load::Text,
            Self::Timestamp => Load::Timestamp,
            Self::List(_) => Load::List,
            Self::Map(_) | Self::Record(_) => Load::Object,
        }
    }

    /// Values of both types may be compared with `==`.
    pub fn comparable(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::Int | Self::Float, Self::Int | Self::Float) => true,
            (Self::List(left), Self::List(right)) | (Self::Map(left), Self::Map(right)) => left.comparable(right),
            _ => self.same(other),
        }
    }

    /// Values of both types may be ordered with `<`.
    pub fn ordered(&self, other: &Self) -> bool {
        let has_order = |ty: &Self| {
            matches!(ty, Self::Any | Self::Int | Self::Float | Self::Text | Self::Timestamp | Self::Duration)
        };
        has_order(self) && has_order(other) && self.comparable(other)
    }

    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(left), Self::List(right)) | (Self::Map(left), Self::Map(right)) => left.same(right),
            (Self::Record(left), Self::Record(right)) => left.name == right.name,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// A value of this type may stand where `wanted` is needed.
    pub fn fits(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::List(left), Self::List(right)) | (Self::Map(left), Self::Map(right)) => left.fits(right),
            _ => self.same(wanted),
        }
    }

    /// The type of either one.
    pub fn either(self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => Some(Self::Any),
            (Self::List(left), Self::List(right)) => left.either(right).map(|item| Self::List(Box::new(item))),
            (Self::Map(left), Self::Map(right)) => left.either(right).map(|item| Self::Map(Box::new(item))),
            (left, right) => left.same(right).then_some(left),
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any value"),
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Float => f.write_str("float"),
            Self::Text => f.write_str("string"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::Duration => f.write_str("duration"),
            Self::List(item) => write!(f, "list of {item}"),
            Self::Map(item) => write!(f, "map to {item}"),
            Self::Record(record) => f.write_str(record.name),
        }
    }
}

/// The name among `names` that was probably meant.
pub(super) fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .min()
        .filter(|(distance, name)| *distance <= 1 + name.len().min(wrong.len()) / 4)
        .map(|(_, name)| name)
}

/// A hint for an unknown name: the nearest one, or all of them.
pub(super) fn instead<'n>(wrong: &str, kind: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    const MOST: usize = 30;
    let names: Vec<&str> = names.into_iter().collect();
    if let Some(name) = nearest(wrong, names.iter().copied()) {
        return format!("did you mean `{name}`?");
    }
    if names.is_empty() {
        return format!("there are no {kind}");
    }
    let more = if names.len() > MOST { ", ..." } else { "" };
    format!("{kind}: {}{more}", names[..names.len().min(MOST)].join(", "))
}
