//! Resource types of Amazon CloudWatch alarms, CloudWatch Logs metric filters and the SNS topics behind them.

use crate::inventory::schema::ResourceType;

/// Every type of this service.
pub const TYPES: &[&ResourceType] = &[];
