//! Waivers: a finding is accepted until a date, by somebody, for a reason.

use super::word::words;
use super::{FindingId, Status, Verdict};
use jiff::Timestamp;
use serde::Serialize;

/// What a waiver says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverTerms {
    /// The last moment at which it holds.
    pub until: Timestamp,
    /// Why the finding is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Who approved it.
    pub approver: String,
}

words! {
    /// How a waiver ended.
    WaiverEnding, "ending of a waiver" {
        /// Somebody took it back.
        Revoked = "revoked",
        /// Its date passed.
        Expired = "expired",
        /// Another waiver of the same finding took its place.
        Replaced = "replaced",
        /// The resource is gone, so there is nothing left to accept.
        Resolved = "resolved",
    }
}

/// A waiver, in force or not. Its JSON is the one that `ciacm` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiver {
    /// The finding.
    pub finding: FindingId,
    /// The control's id.
    pub control: String,
    /// The account id.
    pub account: String,
    /// The region, or `global`.
    pub region: String,
    /// The resource's id.
    pub resource: String,
    /// Why the finding is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Who approved it.
    pub approver: String,
    /// Since when it holds.
    pub granted: Timestamp,
    /// The last moment at which it holds, if nothing ends it before.
    pub until: Timestamp,
    /// When it ended; none also if its date has passed and nothing was recorded since.
    pub ended: Option<Timestamp>,
    /// How it ended.
    pub ending: Option<WaiverEnding>,
    /// Why it was revoked.
    pub ending_reason: Option<String>,
}

impl Waiver {
    /// True if it holds at that moment.
    #[must_use]
    pub fn in_force(&self, at: Timestamp) -> bool {
        self.granted <= at && at <= self.until && self.ended.is_none_or(|ended| at < ended)
    }

    /// How it stands at that moment; none if it is in force.
    #[must_use]
    pub fn ending_at(&self, at: Timestamp) -> Option<WaiverEnding> {
        match self.ending {
            _ if self.in_force(at) => None,
            Some(ending) => Some(ending),
            None => Some(WaiverEnding::Expired),
        }
    }
}

/// Why a finding in this state cannot be waived; none if it can.
#[must_use]
pub fn not_waivable(status: Option<Status>, verdict: Verdict) -> Option<&'static str> {
    match (status, verdict) {
        (Some(Status::Open | Status::Waived), Verdict::Fail | Verdict::Error | Verdict::Manual) => None,
        (_, Verdict::Error) => Some("it could not be evaluated, and never failed before"),
        _ => Some("it does not fail, so there is nothing to accept"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn waiver(ended: Option<i64>) -> Waiver {
        Waiver {
            finding: super::super::identity("c", "p", "a", "r", "x"),
            control: "c".to_owned(),
            account: "a".to_owned(),
            region: "r".to_owned(),
            resource: "x".to_owned(),
            reason: "because".to_owned(),
            owner: "ann".to_owned(),
            approver: "bob".to_owned(),
            granted: at(10),
            until: at(20),
            ended: ended.map(at),
            ending: ended.map(|_| WaiverEnding::Revoked),
            ending_reason: None,
        }
    }

    #[test]
    fn a_waiver_holds_from_its_grant_through_its_last_moment_or_its_end() {
        let holds = |waiver: &Waiver| (5..30).filter(|&second| waiver.in_force(at(second))).collect::<Vec<_>>();
        assert_eq!(holds(&waiver(None)), (10..=20).collect::<Vec<_>>());
        assert_eq!(holds(&waiver(Some(15))), (10..15).collect::<Vec<_>>());
        assert_eq!(waiver(None).ending_at(at(20)), None);
        assert_eq!(waiver(None).ending_at(at(21)), Some(WaiverEnding::Expired));
        assert_eq!(waiver(Some(15)).ending_at(at(15)), Some(WaiverEnding::Revoked));
    }

    #[test]
    fn only_what_fails_or_failed_and_was_not_seen_since_can_be_waived() {
        for &verdict in Verdict::ALL {
            for status in [None, Some(Status::Open), Some(Status::Fixed), Some(Status::Resolved), Some(Status::Waived)]
            {
                let stands = matches!(status, Some(Status::Open | Status::Waived));
                let fails = !matches!(verdict, Verdict::Pass | Verdict::NotApplicable);
                assert_eq!(not_waivable(status, verdict).is_none(), stands && fails, "{status:?} {verdict}");
            }
        }
    }
}
