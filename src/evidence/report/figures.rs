//! The dossier counted and grouped, as several parts of the report need it.

use crate::evidence::dossier::{ControlFacts, Dossier, FindingFacts, Population};
use crate::finding::{Severity, Status, Verdict};
use std::collections::BTreeMap;

/// Counts and groups.
pub struct Figures<'a> {
    /// How many verdicts there are of each kind.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// Failures that nobody accepted, by severity.
    pub open: BTreeMap<Severity, u64>,
    /// Failures that are accepted.
    pub waived: u64,
    /// Resources that were seen.
    pub seen: u64,
    /// Resources that at least one control evaluated.
    pub evaluated: u64,
    /// Lists of which not all pages could be read.
    pub incomplete: Vec<&'a Population>,
    /// Controls with something to tell, the worst first, then by id.
    pub groups: Vec<Group<'a>>,
    /// Findings that failed once and do so no more.
    pub closed: Vec<&'a FindingFacts>,
}

/// What one control says that is not fine.
pub struct Group<'a> {
    /// The control's id.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its severity.
    pub severity: Severity,
    /// The control, if the scans recorded it.
    pub control: Option<&'a ControlFacts>,
    /// Failures that nobody accepted.
    pub open: Vec<&'a FindingFacts>,
    /// Failures that are accepted.
    pub waived: Vec<&'a FindingFacts>,
    /// Verdicts ERROR.
    pub errors: Vec<&'a FindingFacts>,
    /// Verdicts MANUAL.
    pub manual: Vec<&'a FindingFacts>,
}

impl<'a> Figures<'a> {
    /// Counts.
    pub fn of(dossier: &'a Dossier) -> Self {
        let mut figures = Self {
            verdicts: BTreeMap::new(),
            open: BTreeMap::new(),
            waived: 0,
            seen: dossier.population.iter().map(|one| one.seen).sum(),
            evaluated: dossier.population.iter().map(|one| one.evaluated).sum(),
            incomplete: dossier.population.iter().filter(|one| !one.listed_completely).collect(),
            groups: Vec::new(),
            closed: Vec::new(),
        };
        let controls: BTreeMap<_, _> = dossier.controls.iter().map(|one| (one.id.as_str(), one)).collect();
        let mut groups: BTreeMap<&str, Group<'a>> = BTreeMap::new();
        for facts in &dossier.findings {
            let finding = &facts.finding;
            *figures.verdicts.entry(finding.verdict).or_default() += 1;
            let group = || {
                let control = controls.get(finding.control.as_str()).copied();
                Group {
                    id: &finding.control,
                    title: &finding.title,
                    severity: finding.severity,
                    control,
                    open: Vec::new(),
                    waived: Vec::new(),
                    errors: Vec::new(),
                    manual: Vec::new(),
                }
            };
            match (finding.verdict, finding.status) {
                (Verdict::Fail, Some(Status::Waived)) => {
                    figures.waived += 1;
                    groups.entry(&finding.control).or_insert_with(group).waived.push(facts);
                }
                (Verdict::Fail, _) => {
                    *figures.open.entry(finding.severity).or_default() += 1;
                    groups.entry(&finding.control).or_insert_with(group).open.push(facts);
                }
                (Verdict::Error, _) => groups.entry(&finding.control).or_insert_with(group).errors.push(facts),
                (Verdict::Manual, _) => groups.entry(&finding.control).or_insert_with(group).manual.push(facts),
                (_, Some(Status::Fixed | Status::Resolved)) => figures.closed.push(facts),
                (Verdict::Pass | Verdict::NotApplicable, _) => {}
            }
        }
        figures.groups = groups.into_values().collect();
        figures.groups.sort_by(|a, b| b.severity.cmp(&a.severity).then(a.id.cmp(b.id)));
        figures
    }

    /// How many verdicts of that kind.
    pub fn verdict(&self, verdict: Verdict) -> u64 {
        self.verdicts.get(&verdict).copied().unwrap_or(0)
    }

    /// Failures that nobody accepted.
    pub fn open_total(&self) -> u64 {
        self.open.values().sum()
    }

    /// True if everything that was selected could be evaluated.
    pub fn complete(&self, dossier: &Dossier) -> bool {
        self.verdict(Verdict::Error) == 0
            && self.incomplete.is_empty()
            && dossier.scans.iter().all(|scan| scan.complete)
    }
}

impl Group<'_> {
    /// How many verdicts of that kind the control gave.
    pub fn verdict(&self, verdict: Verdict) -> u64 {
        self.control.and_then(|control| control.verdicts.get(&verdict)).copied().unwrap_or(0)
    }
}
