//! Resource types of IAM Access Analyzer.

use crate::inventory::schema::ResourceType;

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[];
