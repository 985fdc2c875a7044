//! Amazon CloudWatch alarms, CloudWatch Logs metric filters and the SNS topics behind them.

mod collect;

pub use collect::COLLECTORS;
