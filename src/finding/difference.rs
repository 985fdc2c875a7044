//! What two scans say of one finding, compared.

use super::{Status, Verdict};
use serde::Serialize;
use serde_json::Value;

/// What one scan said of a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Said {
    /// The verdict.
    pub verdict: Verdict,
    /// Where that left the finding.
    pub status: Option<Status>,
    /// Why, in a sentence.
    pub reason: Option<String>,
    /// The paths and values that decided it.
    pub evidence: Value,
}

/// How what an earlier and a later scan said of a finding differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// It fails, and did not before.
    New,
    /// It failed, and no longer does, or its resource is gone.
    Resolved,
    /// Anything else: it could not be evaluated once, it was waived, it fails for another reason.
    Changed,
    /// Only one of the scans looked at it.
    NotCompared,
}

/// What a scan said of a finding; `looked` is whether it could have said something: it ran the control and listed all
/// resources of the type. That no scan names a resource proves that it is gone only then.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What it said.
    pub said: Option<&'a Said>,
    /// Whether it looked.
    pub looked: bool,
}

/// How they differ; none if they say the same, or nothing worth telling: a resource that is new, or gone, and passes.
#[must_use]
pub fn difference(before: Side<'_>, after: Side<'_>) -> Option<Difference> {
    use Verdict::{Error, Fail, Manual, NotApplicable, Pass};
    match (before.said, after.said) {
        (None, None) => None,
        (None, Some(_)) if !before.looked => Some(Difference::NotCompared),
        (Some(_), None) if !after.looked => Some(Difference::NotCompared),
        (None, Some(now)) => match now.verdict {
            Fail => Some(Difference::New),
            Error => Some(Difference::Changed),
            Pass | NotApplicable | Manual => None,
        },
        (Some(then), None) => match then.verdict {
            Fail => Some(Difference::Resolved),
            Error => Some(Difference::Changed),
            Pass | NotApplicable | Manual => None,
        },
        (Some(then), Some(now)) => match (then.verdict, now.verdict) {
            (Pass | NotApplicable | Manual, Fail) => Some(Difference::New),
            (Fail, Pass | NotApplicable) => Some(Difference::Resolved),
            (Fail, Fail) => (then != now).then_some(Difference::Changed),
            // What a rule that is met, or could not be evaluated, rests on may change with every scan.
            (was, is) => (was != is || then.status != now.status).then_some(Difference::Changed),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(verdict: Verdict) -> Said {
        Said { verdict, status: None, reason: None, evidence: json!([]) }
    }

    fn between(before: Option<&Said>, after: Option<&Said>) -> Option<Difference> {
        difference(Side { said: before, looked: true }, Side { said: after, looked: true })
    }

    #[test]
    fn only_what_failed_is_resolved_and_only_what_fails_is_new() {
        for &was in Verdict::ALL {
            for &is in Verdict::ALL {
                let found = between(Some(&said(was)), Some(&said(is)));
                let unknown = |verdict| matches!(verdict, Verdict::Error);
                let expected = match (was == Verdict::Fail, is == Verdict::Fail) {
                    _ if was == is => None,
                    (false, true) if !unknown(was) => Some(Difference::New),
                    (true, false) if matches!(is, Verdict::Pass | Verdict::NotApplicable) => Some(Difference::Resolved),
                    _ => Some(Difference::Changed),
                };
                assert_eq!(found, expected, "{was} -> {is}");
            }
        }
    }

    #[test]
    fn what_comes_and_goes_counts_if_it_fails_or_could_not_be_evaluated() {
        use Difference::{Changed, New, Resolved};
        for (verdict, came, went) in [
            (Verdict::Fail, Some(New), Some(Resolved)),
            (Verdict::Error, Some(Changed), Some(Changed)),
            (Verdict::Pass, None, None),
            (Verdict::NotApplicable, None, None),
            (Verdict::Manual, None, None),
        ] {
            assert_eq!(between(None, Some(&said(verdict))), came);
            assert_eq!(between(Some(&said(verdict)), None), went);
        }
        assert_eq!(between(None, None), None);
    }

    #[test]
    fn a_scan_that_did_not_look_proves_nothing() {
        for &verdict in Verdict::ALL {
            let said = said(verdict);
            let (seen, blind) = (Side { said: Some(&said), looked: true }, Side { said: None, looked: false });
            assert_eq!(difference(seen, blind), Some(Difference::NotCompared));
            assert_eq!(difference(blind, seen), Some(Difference::NotCompared));
        }
    }

    #[test]
    fn another_reason_or_status_is_a_change() {
        let fails = said(Verdict::Fail);
        let elsewhere = Said { reason: Some("for another reason".to_owned()), ..fails.clone() };
        assert_eq!(between(Some(&fails), Some(&elsewhere)), Some(Difference::Changed));
        let waived = Said { status: Some(Status::Waived), ..fails.clone() };
        assert_eq!(between(Some(&fails), Some(&waived)), Some(Difference::Changed));
        let passes = said(Verdict::Pass);
        let otherwise = Said { evidence: json!([1]), ..passes.clone() };
        assert_eq!(between(Some(&passes), Some(&otherwise)), None);
    }
}
