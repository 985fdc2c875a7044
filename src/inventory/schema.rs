//! Schemas of resource types: what an expression may name, which call fills it, which permission that call needs.
//!
//! A schema is made from the Rust struct that a provider fills (macros [`record!`] and [`resource_type!`]), so the
//! two cannot disagree.

use serde_json::Value;
use std::collections::BTreeMap;

/// The type of a value in a resource document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Anything; the type checker lets every use through and the evaluator reports mismatches.
    Any,
    /// `true` or `false`.
    Bool,
    /// A 64-bit signed integer.
    Int,
    /// A 64-bit float.
    Float,
    /// Text.
    String,
    /// An RFC 3339 text in the document, a moment in expressions.
    Timestamp,
    /// A list of one type.
    List(&'static Type),
    /// Text keys to values of one type.
    Map(&'static Type),
    /// An object with named fields.
    Record(&'static Record),
}

/// An object type: named fields and the helpers that expressions may call on it.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    /// The Rust name, for instance `SecurityGroupRule`.
    pub name: &'static str,
    /// What it is, from the doc comment.
    pub about: &'static str,
    /// Its fields in order of declaration.
    pub fields: &'static [Field],
    /// Its helpers, called as `value.helper(arguments)`.
    pub helpers: &'static [Helper],
}

impl Record {
    /// The field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The helper of that name.
    #[must_use]
    pub fn helper(&self, name: &str) -> Option<&'static Helper> {
        self.helpers.iter().find(|helper| helper.name == name)
    }
}

/// One field of a record or of a resource type.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// The name in the document and in expressions.
    pub name: &'static str,
    /// What it is, from the doc comment.
    pub about: &'static str,
    /// Its type.
    pub ty: Type,
    /// It may be absent, so expressions must guard it with `has(...)`.
    pub optional: bool,
    /// The calls made for this field alone; empty for what the listing already brings.
    pub calls: &'static [ApiCall],
}

/// A read-only API call and the permission it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiCall {
    /// `service:Operation`, as the provider's API names it.
    pub name: &'static str,
    /// The permissions that a least-privilege policy must grant for it.
    pub permissions: &'static [&'static str],
}

impl ApiCall {
    /// A call whose permission has the call's own name.
    #[must_use]
    pub const fn new(name: &'static str, permissions: &'static [&'static str]) -> Self {
        Self { name, permissions }
    }
}

/// A pure function on a record that expressions may call: `rule.opens_port("tcp", 22)`.
#[derive(Debug)]
pub struct Helper {
    /// The name in expressions.
    pub name: &'static str,
    /// What it answers.
    pub about: &'static str,
    /// The types of its arguments.
    pub parameters: &'static [Type],
    /// The type of its answer.
    pub returns: Type,
    /// The function: the record's document and the arguments, already checked against `parameters`.
    pub run: fn(&Value, &[Value]) -> Value,
}

impl PartialEq for Helper {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
impl Eq for Helper {}

/// A type of resource, for instance `aws.s3.bucket`.
#[derive(Debug, PartialEq, Eq)]
pub struct ResourceType {
    /// `provider.service.kind`.
    pub name: &'static str,
    /// The calls that list the resources of this type, made whatever fields are wanted.
    pub listed_by: &'static [ApiCall],
    /// The fields of its own; [`COMMON_FIELDS`] come on top.
    pub record: &'static Record,
}

impl ResourceType {
    /// `aws` of `aws.s3.bucket`.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.name.split('.').next().unwrap_or_default()
    }

    /// `s3` of `aws.s3.bucket`.
    #[must_use]
    pub fn service(&self) -> &'static str {
        self.name.split('.').nth(1).unwrap_or_default()
    }

    /// The field of that name, common ones included.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.record.field(name).or_else(|| COMMON_FIELDS.iter().find(|field| field.name == name))
    }

    /// Every call that reading `fields` of a resource of this type takes, the listing included.
    #[must_use]
    pub fn calls_for<'a>(&self, fields: impl IntoIterator<Item = &'a str>) -> Vec<ApiCall> {
        let mut calls = self.listed_by.to_vec();
        for field in fields.into_iter().filter_map(|name| self.record.field(name)) {
            calls.extend_from_slice(field.calls);
        }
        calls.sort_unstable();
        calls.dedup();
        calls
    }
}

/// The fields that every resource has, whatever its type.
pub static COMMON_FIELDS: &[Field] = &[
    common("provider", "`aws`, `azure` or `m365`.", Type::String, false),
    common("account", "The account, subscription or tenant id.", Type::String, false),
    common("region", "The region, or `global`.", Type::String, false),
    common("type", "The resource type, for instance `aws.s3.bucket`.", Type::String, false),
    common("id", "The provider's own id, unique in account and region.", Type::String, false),
    common("name", "What people call it.", Type::String, true),
    common("tags", "Tag keys to values; empty if the type has none.", Type::Map(&Type::String), false),
];

const fn common(name: &'static str, about: &'static str, ty: Type, optional: bool) -> Field {
    Field { name, about, ty, optional, calls: &[] }
}

/// A Rust type that has a place in a document.
pub trait Typed {
    /// Its type.
    const TYPE: Type;
    /// It may be absent (`Option`).
    const OPTIONAL: bool = false;
}

/// A moment, kept as the RFC 3339 text of UTC to the second: `2026-11-01T00:00:00Z`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Moment(pub String);

impl Moment {
    /// The moment that many seconds after 1970-01-01T00:00:00Z; none if it is outside the years -9999 to 9999.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        jiff::Timestamp::from_second(seconds).ok().map(|timestamp| Self(timestamp.to_string()))
    }
}

macro_rules! typed {
    ($($rust:ty => $ty:expr),+ $(,)?) => {
        $(impl Typed for $rust { const TYPE: Type = $ty; })+
    };
}
typed! { bool => Type::Bool, i64 => Type::Int, f64 => Type::Float, String => Type::String, Moment => Type::Timestamp, Value => Type::Any }

impl<T: Typed> Typed for Option<T> {
    const TYPE: Type = T::TYPE;
    const OPTIONAL: bool = true;
}
impl<T: Typed> Typed for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);
}
impl<T: Typed> Typed for BTreeMap<String, T> {
    const TYPE: Type = Type::Map(&T::TYPE);
}
/// Inside a record or a list: an answer of a call of its own, which can be unreadable where its neighbours are not.
impl<T: Typed> Typed for super::Reading<T> {
    const TYPE: Type = T::TYPE;
}
impl<T: Typed> Typed for std::sync::Arc<T> {
    const TYPE: Type = T::TYPE;
    const OPTIONAL: bool = T::OPTIONAL;
}

/// Declares object types that stand inside resources, with their helpers.
///
/// ```ignore
/// record! {
///     /// A rule of a security group.
///     pub struct SecurityGroupRule {
///         /// IP protocol: `tcp`, `udp`, `icmp` or `-1` for all.
///         pub protocol: String,
///     }
///     helpers {
///         /// The rule lets this protocol reach this port.
///         opens_port(Type::String, Type::Int) -> Type::Bool = opens_port,
///     }
/// }
/// ```
#[macro_export]
macro_rules! record {
    (
        $(#[doc = $about:expr])*
        pub struct $name:ident { $( $(#[doc = $field_about:expr])* pub $field:ident : $ty:ty ),* $(,)? }
        $( helpers { $( $(#[doc = $helper_about:expr])* $helper:ident ( $($parameter:expr),* ) -> $returns:expr => $run:path ),* $(,)? } )?
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        pub struct $name { $( $(#[doc = $field_about])* pub $field: $ty, )* }

        impl $name {
            /// The schema of this type.
            pub const RECORD: &'static $crate::inventory::schema::Record = &$crate::inventory::schema::Record {
                name: stringify!($name),
                about: concat!($($about, "\n"),*),
                fields: &[ $( $crate::inventory::schema::Field {
                    name: stringify!($field),
                    about: concat!($($field_about, "\n"),*),
                    ty: <$ty as $crate::inventory::schema::Typed>::TYPE,
                    optional: <$ty as $crate::inventory::schema::Typed>::OPTIONAL,
                    calls: &[],
                } ),* ],
                helpers: &[ $( $( $crate::inventory::schema::Helper {
                    name: stringify!($helper),
                    about: concat!($($helper_about, "\n"),*),
                    parameters: &[$($parameter),*],
                    returns: $returns,
                    run: $run,
                } ),* )? ],
            };
        }

        impl $crate::inventory::schema::Typed for $name {
            const TYPE: $crate::inventory::schema::Type = $crate::inventory::schema::Type::Record($name::RECORD);
        }
    };
}

/// Declares a resource type: its struct, its schema, the calls behind each field.
///
/// Three kinds of field: `listed` comes with the listing; `reading` takes calls of its own and is never absent;
/// `maybe` takes calls of its own and may be absent (expressions must guard it with `has`).
///
/// ```ignore
/// resource_type! {
///     /// A bucket.
///     pub struct Bucket: "aws.s3.bucket", listed_by [LIST_BUCKETS] {
///         /// When it was made.
///         listed created_at: Option<Moment>,
///         /// The four switches of the bucket itself.
///         maybe public_access_block: PublicAccessBlock, from [GET_PUBLIC_ACCESS_BLOCK],
///     }
/// }
/// ```
#[macro_export]
macro_rules! resource_type {
    (
        $(#[doc = $about:expr])*
        pub struct $name:ident : $type_name:literal, listed_by [ $($listing:expr),* $(,)? ] {
            $( $(#[doc = $field_about:expr])* $kind:ident $field:ident : $ty:ty $(, from [ $($call:expr),* ])? );* $(;)?
        }
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        pub struct $name {
            $(
                $(#[doc = $field_about])*
                pub $field: $crate::resource_type!(@rust $kind $ty),
            )*
        }

        impl $name {
            /// The schema of this type.
            pub const TYPE: &'static $crate::inventory::schema::ResourceType = &$crate::inventory::schema::ResourceType {
                name: $type_name,
                listed_by: &[$($listing),*],
                record: &$crate::inventory::schema::Record {
                    name: stringify!($name),
                    about: concat!($($about, "\n"),*),
                    fields: &[ $( $crate::inventory::schema::Field {
                        name: stringify!($field),
                        about: concat!($($field_about, "\n"),*),
                        ty: <$ty as $crate::inventory::schema::Typed>::TYPE,
                        optional: $crate::resource_type!(@optional $kind $ty),
                        calls: &[$($($call),*)?],
                    } ),* ],
                    helpers: &[],
                },
            };
        }
    };
    (@rust listed $ty:ty) => { $ty };
    (@rust reading $ty:ty) => { $crate::inventory::Reading<$ty> };
    (@rust maybe $ty:ty) => { $crate::inventory::Reading<$ty> };
    (@optional listed $ty:ty) => { <$ty as $crate::inventory::schema::Typed>::OPTIONAL };
    (@optional reading $ty:ty) => { false };
    (@optional maybe $ty:ty) => { true };
}
