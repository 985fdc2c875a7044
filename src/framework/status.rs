//! Where an organisation stands with a framework: per requirement met, failing, not evaluated or not covered.

use super::{Framework, Requirement};
use crate::finding::{Status, Verdict};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the scans say of one control, all accounts together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ControlResult {
    /// Verdicts FAIL that nobody accepted.
    pub failing: u64,
    /// Verdicts FAIL that are waived.
    pub waived: u64,
    /// Verdicts ERROR.
    pub errors: u64,
    /// Verdicts PASS.
    pub passing: u64,
    /// Framework id to the reason why the control's parameters are looser than that framework asks.
    pub loosened: BTreeMap<String, String>,
}

impl ControlResult {
    /// Counts one more verdict.
    pub const fn count(&mut self, verdict: Verdict, status: Option<Status>) {
        match (verdict, status) {
            (Verdict::Fail, Some(Status::Waived)) => self.waived += 1,
            (Verdict::Fail, _) => self.failing += 1,
            (Verdict::Error, _) => self.errors += 1,
            (Verdict::Pass, _) => self.passing += 1,
            (Verdict::NotApplicable | Verdict::Manual, _) => {}
        }
    }
}

/// Where a requirement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Every control of it was evaluated on every resource, and none fails.
    Met,
    /// A control of it fails, or ran with a parameter looser than the framework asks.
    Failing,
    /// A control of it could not be evaluated, or was not part of the scan; none fails.
    NotEvaluated,
    /// No control looks at it.
    NotCovered,
}

impl Standing {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Failing => "failing",
            Self::NotEvaluated => "could not be evaluated",
            Self::NotCovered => "not covered",
        }
    }
}

/// One requirement and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequirementStatus {
    /// The official id.
    pub id: String,
    /// The title.
    pub title: String,
    /// Where it stands.
    pub status: Standing,
    /// The controls that serve it.
    pub controls: Vec<String>,
    /// Resources that fail one of them.
    pub failing: u64,
    /// Failures that are waived.
    pub waived: u64,
    /// Why, where it is not met: one sentence a control, and one for those that were not part of the scan.
    pub reasons: Vec<String>,
}

/// How many requirements stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// See [`Standing::Met`].
    pub met: usize,
    /// See [`Standing::Failing`].
    pub failing: usize,
    /// See [`Standing::NotEvaluated`].
    pub not_evaluated: usize,
    /// See [`Standing::NotCovered`].
    pub not_covered: usize,
}

/// The status of every requirement in force.
///
/// `mapped` tells which controls of the library serve which requirement, `results` what was found of those that ran.
#[must_use]
pub fn status(
    framework: &Framework,
    mapped: &BTreeMap<String, BTreeSet<String>>,
    results: &BTreeMap<String, ControlResult>,
) -> Vec<RequirementStatus> {
    framework.in_force().map(|requirement| requirement_status(framework, requirement, mapped, results)).collect()
}

/// Counts.
#[must_use]
pub fn totals(statuses: &[RequirementStatus]) -> Totals {
    let count = |standing| statuses.iter().filter(|one| one.status == standing).count();
    Totals {
        met: count(Standing::Met),
        failing: count(Standing::Failing),
        not_evaluated: count(Standing::NotEvaluated),
        not_covered: count(Standing::NotCovered),
    }
}

fn requirement_status(
    framework: &Framework,
    requirement: &Requirement,
    mapped: &BTreeMap<String, BTreeSet<String>>,
    results: &BTreeMap<String, ControlResult>,
) -> RequirementStatus {
    let none = BTreeSet::new();
    let controls = mapped.get(&requirement.id).unwrap_or(&none);
    let (mut failing, mut waived, mut reasons) = (0, 0, Vec::new());
    let (mut fails, mut unknown) = (false, false);
    let mut left_out = Vec::new();
    for control in controls {
        let Some(result) = results.get(control) else {
            left_out.push(control.as_str());
            continue;
        };
        failing += result.failing;
        waived += result.waived;
        if result.failing > 0 {
            fails = true;
            reasons.push(format!("{control} fails on {}", resources(result.failing)));
        }
        if let Some(why) = result.loosened.get(&framework.id) {
            fails = true;
            reasons.push(format!("{control} {why}"));
        }
        if result.errors > 0 {
            unknown = true;
            reasons.push(format!("{control} could not be evaluated on {}", resources(result.errors)));
        }
    }
    if !left_out.is_empty() {
        unknown = true;
        reasons.push(not_scanned(&left_out, controls.len()));
    }
    let status = if controls.is_empty() {
        Standing::NotCovered
    } else if fails {
        Standing::Failing
    } else if unknown {
        Standing::NotEvaluated
    } else {
        Standing::Met
    };
    RequirementStatus {
        id: requirement.id.clone(),
        title: requirement.title.clone(),
        status,
        controls: controls.iter().cloned().collect(),
        failing,
        waived,
        reasons,
    }
}

/// One sentence, however many they are.
fn not_scanned(left_out: &[&str], all: usize) -> String {
    match left_out {
        [one] => format!("{one} was not part of the scan"),
        few if few.len() <= 3 => format!("{} were not part of the scan", few.join(", ")),
        many => format!("{} of its {all} controls were not part of the scan", many.len()),
    }
}

fn resources(count: u64) -> String {
    if count == 1 { "1 resource".to_owned() } else { format!("{count} resources") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framework() -> Framework {
        crate::yaml::parse(
            "test",
            "{id: f, title: F, publisher: P, edition: '1', source: s, requirements: [{id: '1', title: one}, {id: '2', title: two}, {id: '3', title: old, withdrawn: true}]}",
        )
        .unwrap()
    }

    fn standing(results: &[(&str, ControlResult)]) -> Standing {
        let mapped = BTreeMap::from([("1".to_owned(), BTreeSet::from(["A".to_owned(), "B".to_owned()]))]);
        let results = results.iter().map(|(id, result)| ((*id).to_owned(), result.clone())).collect();
        status(&framework(), &mapped, &results)[0].status
    }

    fn result(failing: u64, errors: u64) -> ControlResult {
        ControlResult { failing, errors, passing: 1, ..ControlResult::default() }
    }

    #[test]
    fn the_worst_control_decides() {
        assert_eq!(standing(&[("A", result(0, 0)), ("B", result(0, 0))]), Standing::Met);
        assert_eq!(standing(&[("A", result(0, 0)), ("B", result(1, 0))]), Standing::Failing);
        assert_eq!(standing(&[("A", result(0, 1)), ("B", result(1, 0))]), Standing::Failing);
        assert_eq!(standing(&[("A", result(0, 1)), ("B", result(0, 0))]), Standing::NotEvaluated);
        assert_eq!(standing(&[("A", result(0, 0))]), Standing::NotEvaluated);
    }

    #[test]
    fn a_loosened_parameter_fails_its_framework_only() {
        let mut loosened = result(0, 0);
        loosened.loosened.insert("f".to_owned(), "ran with max_age = 365d".to_owned());
        assert_eq!(standing(&[("A", loosened.clone()), ("B", result(0, 0))]), Standing::Failing);
        loosened.loosened = BTreeMap::from([("other".to_owned(), String::new())]);
        assert_eq!(standing(&[("A", loosened), ("B", result(0, 0))]), Standing::Met);
    }

    #[test]
    fn requirements_without_controls_are_listed_and_withdrawn_ones_are_not() {
        let all = status(&framework(), &BTreeMap::new(), &BTreeMap::new());
        assert_eq!(all.len(), 2);
        assert_eq!(totals(&all), Totals { not_covered: 2, ..Totals::default() });
    }
}
