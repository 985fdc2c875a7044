//! Reads from the store what a pack tells.

mod facts;

use super::actions;
use super::dossier::{AuditFacts, Dossier, LibraryFacts, Population, Scope, SignerFacts};
use super::oscal::Loosened;
use super::redact::Redaction;
use super::resource_file::{ResourceKey, Resting};
use crate::control::Library;
use crate::inventory::ListingOutcome;
use crate::store::remediation::Run;
use crate::store::{Finding, FindingFilter, Scan, ScanControl, ScanRef, ScanState, Store, StoreError};
use crate::wildcard::matches;
use crate::yaml::Diagnostic;
use facts::{accounts, as_it_ran, control_facts, failed_calls, finding_facts, frameworks, waivers};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Framework ids; none means all.
    pub frameworks: Vec<String>,
    /// Control ids, `*` stands for any text; none means all.
    pub controls: Vec<String>,
    /// The first moment of the period.
    pub from: Option<Timestamp>,
    /// The last moment of the period.
    pub to: Option<Timestamp>,
    /// This scan, instead of the newest of each account within the period.
    pub scan: Option<ScanRef>,
}

/// What is known apart from scans.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The organisation's name.
    pub organisation: String,
    /// The time of the last entry of the audit log.
    pub as_of: Timestamp,
    /// The audit log.
    pub audit: AuditFacts,
    /// Who signs.
    pub signer: SignerFacts,
}

/// What was collected.
#[derive(Debug)]
pub struct Collection {
    /// Everything that the pack tells; without secrets.
    pub dossier: Dossier,
    /// What was taken out of the dossier: JSON pointers into it.
    pub redactions: Vec<Redaction>,
    /// The controls whose parameters were looser than a framework asks.
    pub loosened: Loosened,
    /// The resources whose documents belong into the pack, and the findings that rest on them.
    pub resources: BTreeMap<ResourceKey, Vec<Resting>>,
    /// The runs that changed what findings are about, the oldest first.
    pub runs: Vec<Run>,
}

/// Why nothing could be collected.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A framework catalogue is broken.
    #[error("{0}")]
    Catalogue(Diagnostic),
    /// There is nothing to tell.
    #[error("{what}\n  why: {why}\n  next: {next}")]
    Nothing {
        /// What cannot be done.
        what: String,
        /// Why.
        why: String,
        /// What to do.
        next: String,
    },
}

impl From<Diagnostic> for CollectError {
    fn from(problem: Diagnostic) -> Self {
        Self::Catalogue(problem)
    }
}

/// Reads everything that is asked for. Call it inside [`Store::moment`], together with what else goes into the pack.
///
/// # Errors
/// If no scan fits, or the store cannot be read.
pub fn collect(
    store: &Store,
    library: &Library,
    request: &Request,
    setting: Setting,
) -> Result<Collection, CollectError> {
    let chosen = choose(store, request)?;
    let in_scope = InScope::new(request);
    let mut ran: BTreeMap<String, ScanControl> = BTreeMap::new();
    // The newest scan comes first.
    for (scan, _) in &chosen {
        for control in store.scan_controls(&scan.id)? {
            ran.entry(control.control.clone()).or_insert(control);
        }
    }
    // Waivers count as they stood when the period ended, not when the scan did.
    let at = request.to.map_or(setting.as_of, |to| to.min(setting.as_of));
    let mut found = findings(store, &chosen, &in_scope, at)?;
    let served: BTreeSet<String> = found.iter().map(|finding| finding.control.clone()).collect();
    ran.retain(|id, _| {
        in_scope.control(id)
            && (served.contains(id) || library.control(id).is_some_and(|control| in_scope.serves(&control.frameworks)))
    });
    let mut resources = resting(&found);
    let population = population(store, &chosen, &ran, library, &mut resources)?;

    let mut redactions = Vec::new();
    let findings = found
        .drain(..)
        .enumerate()
        .map(|(index, finding)| finding_facts(store, finding, index, request.to, &resources, &mut redactions))
        .collect::<Result<Vec<_>, StoreError>>()?;
    let controls: Vec<_> = ran.values().map(|ran| control_facts(ran, as_it_ran(library, ran), &findings)).collect();
    let waivers = waivers(store, &findings, at, &mut redactions)?;
    let runs = actions::runs(store, &findings, request.from, request.to)?;
    let actions = actions::facts(store, &runs, &findings, &mut redactions)?;
    let loosened: Loosened = ran
        .iter()
        .map(|(id, ran)| (id.clone(), library.control(id).map(|one| one.loosened(&ran.parameters)).unwrap_or_default()))
        .collect();
    let dossier = Dossier {
        organisation: setting.organisation,
        as_of: setting.as_of,
        scope: Scope {
            frameworks: request.frameworks.clone(),
            controls: request.controls.clone(),
            from: request.from,
            to: request.to,
            accounts: accounts(&chosen, &findings),
        },
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        library: LibraryFacts {
            hash: chosen.first().map(|(scan, _)| scan.library_hash.clone()).unwrap_or_default(),
            controls: controls.len() as u64,
        },
        population,
        frameworks: frameworks(library, &in_scope, &loosened, &findings)?,
        controls,
        findings,
        waivers,
        actions,
        failed_calls: failed_calls(store, &chosen, &mut redactions)?,
        scans: chosen.into_iter().map(|(scan, _)| scan).collect(),
        audit: setting.audit,
        signer: setting.signer,
    };
    Ok(Collection { dossier, redactions, loosened, resources, runs })
}

/// What of the store is asked for.
#[derive(Debug)]
struct InScope<'a> {
    frameworks: &'a [String],
    controls: &'a [String],
}

impl<'a> InScope<'a> {
    fn new(request: &'a Request) -> Self {
        Self { frameworks: &request.frameworks, controls: &request.controls }
    }

    fn control(&self, id: &str) -> bool {
        self.controls.is_empty() || self.controls.iter().any(|pattern| matches(pattern, id))
    }

    fn serves(&self, frameworks: &BTreeMap<String, Vec<String>>) -> bool {
        self.frameworks.is_empty() || self.frameworks.iter().any(|framework| frameworks.contains_key(framework))
    }
}

/// A scan and those of its accounts whose verdicts are taken from it.
type Chosen = (Scan, BTreeSet<String>);

/// The scan that is asked for, or the newest finished one of each account within the period; the newest first.
fn choose(store: &Store, request: &Request) -> Result<Vec<Chosen>, CollectError> {
    const WHAT: &str = "there is nothing to put into a pack";
    let accounts = |scan: &Scan| scan.accounts.iter().map(|account| account.id.clone()).collect::<BTreeSet<_>>();
    if let Some(name) = &request.scan {
        let scan = store.scan(name)?;
        if scan.state == ScanState::Running {
            return Err(CollectError::Nothing {
                what: WHAT.to_owned(),
                why: format!("scan {} is still running", scan.id),
                next: "wait until it ends".to_owned(),
            });
        }
        let accounts = accounts(&scan);
        return Ok(vec![(scan, accounts)]);
    }
    let mut seen = BTreeSet::new();
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut scans = store.scans()?;
    let all = scans.len();
    scans.retain(|scan| scan.state == ScanState::Complete);
    scans.sort_by_key(|scan| std::cmp::Reverse((scan.now, scan.started, scan.id)));
    for scan in scans {
        if request.from.is_some_and(|from| scan.now < from) || request.to.is_some_and(|to| scan.now > to) {
            continue;
        }
        let fresh: BTreeSet<_> = &accounts(&scan) - &seen;
        if !fresh.is_empty() {
            seen.extend(fresh.iter().cloned());
            chosen.push((scan, fresh));
        }
    }
    if chosen.is_empty() {
        let (why, next) = match all {
            0 => (
                "nothing was scanned with this home yet",
                "run `ciacm scan demo`, or give --home of the store you mean",
            ),
            _ if request.from.is_some() || request.to.is_some() => {
                ("no finished scan lies within the period", "widen --period, or name a scan with --scan")
            }
            _ => ("no scan was finished", "name an interrupted scan with --scan, or scan again"),
        };
        return Err(CollectError::Nothing { what: WHAT.to_owned(), why: why.to_owned(), next: next.to_owned() });
    }
    Ok(chosen)
}

fn findings(
    store: &Store,
    chosen: &[Chosen],
    in_scope: &InScope<'_>,
    at: Timestamp,
) -> Result<Vec<Finding>, StoreError> {
    let mut found = Vec::new();
    for (scan, accounts) in chosen {
        let filter = FindingFilter {
            scan: Some(scan.id),
            controls: in_scope.controls.to_vec(),
            accounts: accounts.iter().cloned().collect(),
            as_of: Some(at),
            ..FindingFilter::default()
        };
        store.findings(&filter, |finding| -> Result<(), StoreError> {
            if in_scope.serves(&finding.frameworks) {
                found.push(finding);
            }
            Ok(())
        })?;
    }
    let order = |f: &Finding| (f.control.clone(), f.account.clone(), f.region.clone(), f.resource.clone(), f.id);
    found.sort_by_cached_key(order);
    Ok(found)
}

fn key(finding: &Finding) -> ResourceKey {
    ResourceKey {
        provider: finding.provider.clone(),
        account: finding.account.clone(),
        region: finding.region.clone(),
        kind: finding.kind.clone(),
        id: finding.resource.clone(),
    }
}

fn resting(found: &[Finding]) -> BTreeMap<ResourceKey, Vec<Resting>> {
    let mut resting: BTreeMap<ResourceKey, Vec<Resting>> = BTreeMap::new();
    for finding in found {
        resting.entry(key(finding)).or_default().push(Resting {
            finding: finding.id,
            control: finding.control.clone(),
            verdict: finding.verdict,
        });
    }
    resting
}

/// Counts the resources of the types that the controls look at. What no scan recorded leaves `resources`.
fn population(
    store: &Store,
    chosen: &[Chosen],
    ran: &BTreeMap<String, ScanControl>,
    library: &Library,
    resources: &mut BTreeMap<ResourceKey, Vec<Resting>>,
) -> Result<Vec<Population>, StoreError> {
    let mut kinds: BTreeSet<String> =
        ran.keys().filter_map(|id| Some(library.control(id)?.resource.name.to_owned())).collect();
    kinds.extend(resources.keys().map(|key| key.kind.clone()));
    let mut population: BTreeMap<(String, String, String), Population> = BTreeMap::new();
    let mut present = BTreeSet::new();
    let entry = |account: &str, region: &str, kind: &str| {
        let key = (account.to_owned(), region.to_owned(), kind.to_owned());
        let new = Population {
            account: key.0.clone(),
            region: key.1.clone(),
            kind: key.2.clone(),
            seen: 0,
            evaluated: 0,
            listed_completely: false,
        };
        (key, new)
    };
    for (scan, accounts) in chosen {
        for listing in store.listings(&scan.id)? {
            if accounts.contains(&listing.account) && kinds.contains(&listing.kind) {
                let (key, new) = entry(&listing.account, &listing.region, &listing.kind);
                population.entry(key).or_insert(new).listed_completely = listing.outcome == ListingOutcome::Complete;
            }
        }
        store.resources(&scan.id, |resource| -> Result<(), StoreError> {
            if accounts.contains(resource.account()) && kinds.contains(resource.kind()) {
                let (key, new) = entry(resource.account(), resource.region(), resource.kind());
                let count = population.entry(key).or_insert(new);
                count.seen += 1;
                let key = ResourceKey::from(&resource);
                if resources.contains_key(&key) {
                    count.evaluated += 1;
                    present.insert(key);
                }
            }
            Ok(())
        })?;
    }
    resources.retain(|key, _| present.contains(key));
    Ok(population.into_values().collect())
}
