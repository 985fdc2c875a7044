//! Resource types of AWS Security Hub.

use crate::inventory::schema::ResourceType;

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[];
