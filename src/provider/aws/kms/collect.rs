//! Reads AWS KMS.

use crate::provider::aws::collector::Collector;

/// The collectors of this service.
pub const COLLECTORS: &[Collector] = &[];
