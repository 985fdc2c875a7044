//! Resource types of AWS Account Management.

use crate::inventory::schema::ResourceType;

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[];
