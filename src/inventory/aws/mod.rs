//! Resource types of AWS, one file a service.

pub mod ec2;
pub mod s3;

use super::schema::ResourceType;

/// Every AWS resource type.
#[must_use]
pub fn resource_types() -> &'static [&'static ResourceType] {
    static TYPES: std::sync::LazyLock<Vec<&'static ResourceType>> =
        std::sync::LazyLock::new(|| [s3::TYPES, ec2::TYPES].concat());
    &TYPES
}
