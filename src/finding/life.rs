//! The life of a finding: what a new verdict does to the status it had.
//!
//! | had | FAIL | PASS, NOT_APPLICABLE | ERROR, MANUAL | resource gone |
//! |---|---|---|---|---|
//! | none (never failed) | OPEN | none | none | none |
//! | OPEN | OPEN | RESOLVED | OPEN | RESOLVED |
//! | WAIVED | WAIVED | WAIVED | WAIVED | RESOLVED |
//! | FIXED | OPEN, reopened | FIXED | FIXED | FIXED |
//! | RESOLVED | OPEN, reopened | RESOLVED | RESOLVED | RESOLVED |
//!
//! A waiver holds until its date whatever the scans between say, so that a rule that is met for a day does not
//! cancel it. When it ends, by its date or because it is taken back, the finding is OPEN again, or RESOLVED if its rule
//! is met by then.

use super::word::{Status, Verdict};
use jiff::Timestamp;

/// The reason of a finding whose resource a complete listing no longer names.
pub const GONE: &str = "the resource is gone";

/// What was known of a finding before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Previous {
    /// Where it stood.
    pub status: Option<Status>,
    /// The last verdict.
    pub verdict: Verdict,
    /// When status or verdict last changed.
    pub last_changed: Timestamp,
    /// How often it was opened again.
    pub reopened: u32,
}

/// What happened to the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// It failed for the first time.
    Opened,
    /// It failed again after it was fixed or resolved.
    Reopened,
    /// It no longer fails, or its resource is gone.
    Resolved,
}

/// What is known of a finding now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Where it stands.
    pub status: Option<Status>,
    /// The verdict.
    pub verdict: Verdict,
    /// When status or verdict last changed.
    pub last_changed: Timestamp,
    /// How often it was opened again.
    pub reopened: u32,
    /// What happened to the status, if anything did.
    pub transition: Option<Transition>,
    /// Status or verdict differ from what they were: the history gets an entry. A first verdict is an entry only
    /// if it opens the finding.
    pub recorded: bool,
}

/// The finding after a scan of the time `now` gave it `verdict`.
#[must_use]
pub fn next(previous: Option<&Previous>, verdict: Verdict, now: Timestamp) -> Change {
    let had = previous.and_then(|previous| previous.status);
    let (status, transition) = match (had, verdict) {
        (None, Verdict::Fail) => (Some(Status::Open), Some(Transition::Opened)),
        (Some(Status::Fixed | Status::Resolved), Verdict::Fail) => (Some(Status::Open), Some(Transition::Reopened)),
        (Some(Status::Open), Verdict::Pass | Verdict::NotApplicable) => {
            (Some(Status::Resolved), Some(Transition::Resolved))
        }
        (had, Verdict::Fail | Verdict::Pass | Verdict::NotApplicable | Verdict::Error | Verdict::Manual) => (had, None),
    };
    change(previous, status, verdict, transition, now)
}

/// The finding after a scan of the time `now` listed all resources of its type and its own was not among them.
#[must_use]
pub fn gone(previous: &Previous, now: Timestamp) -> Change {
    let (status, transition) = match previous.status {
        Some(Status::Open | Status::Waived) => (Some(Status::Resolved), Some(Transition::Resolved)),
        had @ (None | Some(Status::Fixed | Status::Resolved)) => (had, None),
    };
    change(Some(previous), status, Verdict::NotApplicable, transition, now)
}

/// The finding after somebody accepted it at the time `now`.
#[must_use]
pub fn waived(previous: &Previous, now: Timestamp) -> Change {
    change(Some(previous), Some(Status::Waived), previous.verdict, None, now)
}

/// A waived finding after its waiver ended at the time `now`.
#[must_use]
pub fn waiver_ended(previous: &Previous, now: Timestamp) -> Change {
    let met = matches!(previous.verdict, Verdict::Pass | Verdict::NotApplicable);
    let status = if met { Status::Resolved } else { Status::Open };
    change(Some(previous), Some(status), previous.verdict, None, now)
}

fn change(
    previous: Option<&Previous>,
    status: Option<Status>,
    verdict: Verdict,
    transition: Option<Transition>,
    now: Timestamp,
) -> Change {
    let differs = |previous: &Previous| previous.verdict != verdict || previous.status != status;
    let recorded = transition.is_some() || previous.is_some_and(differs);
    let last_changed = match previous {
        Some(previous) if !recorded => previous.last_changed,
        Some(previous) => now.max(previous.last_changed),
        None => now,
    };
    let before = previous.map_or(0, |previous| previous.reopened);
    let reopened = if transition == Some(Transition::Reopened) { before.saturating_add(1) } else { before };
    Change { status, verdict, last_changed, reopened, transition, recorded }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const THEN: Timestamp = Timestamp::constant(1_000, 0);
    const NOW: Timestamp = Timestamp::constant(2_000, 0);

    const STATUSES: [Option<Status>; 5] =
        [None, Some(Status::Open), Some(Status::Fixed), Some(Status::Resolved), Some(Status::Waived)];

    fn previous(status: Option<Status>, verdict: Verdict) -> Previous {
        Previous { status, verdict, last_changed: THEN, reopened: 3 }
    }

    #[test]
    fn every_transition_is_as_the_table_says() {
        use Status::{Fixed, Open, Resolved, Waived};
        use Transition::{Opened, Reopened, Resolved as Closed};
        use Verdict::{Error, Fail, Manual, NotApplicable, Pass};
        let table = [
            (None, Fail, Some(Open), Some(Opened)),
            (None, Pass, None, None),
            (None, NotApplicable, None, None),
            (None, Error, None, None),
            (None, Manual, None, None),
            (Some(Open), Fail, Some(Open), None),
            (Some(Open), Pass, Some(Resolved), Some(Closed)),
            (Some(Open), NotApplicable, Some(Resolved), Some(Closed)),
            (Some(Open), Error, Some(Open), None),
            (Some(Open), Manual, Some(Open), None),
            (Some(Waived), Fail, Some(Waived), None),
            (Some(Waived), Pass, Some(Waived), None),
            (Some(Waived), NotApplicable, Some(Waived), None),
            (Some(Waived), Error, Some(Waived), None),
            (Some(Waived), Manual, Some(Waived), None),
            (Some(Fixed), Fail, Some(Open), Some(Reopened)),
            (Some(Fixed), Pass, Some(Fixed), None),
            (Some(Fixed), NotApplicable, Some(Fixed), None),
            (Some(Fixed), Error, Some(Fixed), None),
            (Some(Fixed), Manual, Some(Fixed), None),
            (Some(Resolved), Fail, Some(Open), Some(Reopened)),
            (Some(Resolved), Pass, Some(Resolved), None),
            (Some(Resolved), NotApplicable, Some(Resolved), None),
            (Some(Resolved), Error, Some(Resolved), None),
            (Some(Resolved), Manual, Some(Resolved), None),
        ];
        assert_eq!(table.len(), STATUSES.len() * Verdict::ALL.len());
        for (had, verdict, status, transition) in table {
            for &before in Verdict::ALL {
                let change = next(Some(&previous(had, before)), verdict, NOW);
                assert_eq!((change.status, change.transition), (status, transition), "{had:?} {before} -> {verdict}");
                assert_eq!(change.verdict, verdict);
                assert_eq!(change.recorded, had != status || before != verdict);
                assert_eq!(change.last_changed, if change.recorded { NOW } else { THEN });
                assert_eq!(change.reopened, if transition == Some(Reopened) { 4 } else { 3 });
            }
        }
    }

    #[test]
    fn a_first_verdict_is_history_only_if_it_opens() {
        for &verdict in Verdict::ALL {
            let change = next(None, verdict, NOW);
            assert_eq!(change.status, (verdict == Verdict::Fail).then_some(Status::Open));
            assert_eq!(change.recorded, verdict == Verdict::Fail);
            assert_eq!((change.last_changed, change.reopened), (NOW, 0));
        }
    }

    #[test]
    fn a_gone_resource_closes_what_is_open_or_waived() {
        for status in STATUSES {
            let change = gone(&previous(status, Verdict::Error), NOW);
            let closes = matches!(status, Some(Status::Open | Status::Waived));
            assert_eq!(change.status, if closes { Some(Status::Resolved) } else { status });
            assert_eq!(change.transition, closes.then_some(Transition::Resolved));
            assert_eq!(change.verdict, Verdict::NotApplicable);
        }
    }

    #[test]
    fn a_waived_finding_opens_when_its_waiver_ends_unless_its_rule_is_met() {
        for &verdict in Verdict::ALL {
            let accepted = waived(&previous(Some(Status::Open), verdict), NOW);
            assert_eq!((accepted.status, accepted.verdict), (Some(Status::Waived), verdict));
            assert!(accepted.recorded && accepted.last_changed == NOW && accepted.transition.is_none());
            // A waiver that another replaces is no change of status.
            assert!(!waived(&previous(Some(Status::Waived), verdict), NOW).recorded);
            let ended = waiver_ended(&previous(Some(Status::Waived), verdict), NOW);
            let met = matches!(verdict, Verdict::Pass | Verdict::NotApplicable);
            assert_eq!(ended.status, Some(if met { Status::Resolved } else { Status::Open }));
            assert!(ended.recorded && ended.verdict == verdict && ended.reopened == 3);
        }
    }

    #[test]
    fn a_scan_that_started_earlier_does_not_turn_time_back() {
        let change = next(
            Some(&Previous { last_changed: NOW, ..previous(Some(Status::Open), Verdict::Fail) }),
            Verdict::Pass,
            THEN,
        );
        assert_eq!(change.last_changed, NOW);
    }

    fn verdicts() -> impl Strategy<Value = Vec<Verdict>> {
        proptest::collection::vec(proptest::sample::select(Verdict::ALL), 1..40)
    }

    proptest! {
        #[test]
        fn a_life_keeps_its_promises(verdicts in verdicts()) {
            let mut known: Option<Previous> = None;
            let mut failed = false;
            let mut reopenings = 0;
            for (second, &verdict) in verdicts.iter().enumerate() {
                let now = Timestamp::from_second(i64::try_from(second).unwrap()).unwrap();
                let change = next(known.as_ref(), verdict, now);
                let had = known.and_then(|previous| previous.status);
                failed |= verdict == Verdict::Fail;
                reopenings += u32::from(change.transition == Some(Transition::Reopened));
                // Never failed: no status. Once failed: always one.
                prop_assert_eq!(change.status.is_some(), failed);
                // What could not be evaluated concludes nothing.
                if matches!(verdict, Verdict::Error | Verdict::Manual) {
                    prop_assert_eq!(change.status, had);
                }
                // After a FAIL a scan alone leaves nothing but OPEN.
                if verdict == Verdict::Fail {
                    prop_assert_eq!(change.status, Some(Status::Open));
                }
                // A scan never claims a fix or a waiver.
                prop_assert!(!matches!(change.status, Some(Status::Fixed | Status::Waived)));
                prop_assert_eq!(change.reopened, reopenings);
                prop_assert!(change.last_changed <= now);
                let known_now = Previous { status: change.status, verdict, last_changed: change.last_changed, reopened: change.reopened };
                // The same verdict again changes nothing.
                let again = next(Some(&known_now), verdict, Timestamp::MAX);
                prop_assert!(!again.recorded && again.transition.is_none() && again.last_changed == change.last_changed);
                known = Some(known_now);
            }
        }

        #[test]
        fn only_time_and_people_end_a_waiver(verdicts in verdicts()) {
            let mut known = previous(Some(Status::Waived), Verdict::Fail);
            for verdict in verdicts {
                let change = next(Some(&known), verdict, NOW);
                prop_assert_eq!(change.status, Some(Status::Waived));
                known = Previous { status: change.status, verdict, last_changed: change.last_changed, reopened: change.reopened };
            }
        }
    }
}
