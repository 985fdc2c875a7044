//! Resource types of AWS Config.

use crate::inventory::schema::ResourceType;

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[];
