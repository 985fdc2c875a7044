//! Times a call and writes its record.

use crate::inventory::{ApiCall, CallFailure, CallRecord};
use jiff::Timestamp;
use std::time::Instant;

/// Runs from the moment in which a call begins.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch {
    started: Timestamp,
    clock: Instant,
}

impl Stopwatch {
    /// Begins to run.
    #[must_use]
    pub fn start() -> Self {
        Self { started: Timestamp::now(), clock: Instant::now() }
    }

    /// The record of the call, which ends now.
    #[must_use]
    pub fn record(
        self,
        call: &ApiCall,
        account: &str,
        region: &str,
        resource: Option<&str>,
        request_id: Option<String>,
        failure: Option<&CallFailure>,
    ) -> CallRecord {
        CallRecord {
            account: account.to_owned(),
            region: region.to_owned(),
            resource: resource.map(ToOwned::to_owned),
            call: call.name.to_owned(),
            request_id,
            // To the millisecond, as it is kept; a clock outside of jiff's years has no milliseconds to lose.
            started: Timestamp::from_millisecond(self.started.as_millisecond()).unwrap_or(self.started),
            duration_ms: u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX),
            error: failure.map(|failure| failure.code.clone()),
        }
    }
}
