//! Reads Amazon CloudWatch alarms, CloudWatch Logs metric filters and the SNS topics behind them.

use crate::provider::aws::collector::Collector;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[];
