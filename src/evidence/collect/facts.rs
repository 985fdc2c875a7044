//! From what the store holds to the facts of a dossier.

use super::{Chosen, InScope, key};
use crate::control::{Control, Library};
use crate::evidence::dossier::{AccountFacts, ControlFacts, FindingFacts, FrameworkFacts, WaiverFacts};
use crate::evidence::oscal::Loosened;
use crate::evidence::redact::{self, Redaction};
use crate::evidence::resource_file::{ResourceKey, Resting};
use crate::finding::Severity;
use crate::framework::status::{self, ControlResult};
use crate::framework::{self, Framework};
use crate::store::{Finding, ScanControl, ScanError, Store, StoreError};
use crate::yaml::Diagnostic;
use jiff::Timestamp;
use std::collections::BTreeMap;

pub(super) fn finding_facts(
    store: &Store,
    mut finding: Finding,
    index: usize,
    to: Option<Timestamp>,
    resources: &BTreeMap<ResourceKey, Vec<Resting>>,
    redactions: &mut Vec<Redaction>,
) -> Result<FindingFacts, StoreError> {
    let place = key(&finding);
    let resource_file = resources.contains_key(&place).then(|| place.path());
    let mut history = store.finding_history(&finding.id)?;
    history.retain(|entry| to.is_none_or(|to| entry.at <= to));
    let at = format!("/findings/{index}");
    redactions.extend(redact::text(&mut finding.resource, &format!("{at}/resource")));
    for (text, name) in [(&mut finding.name, "name"), (&mut finding.reason, "reason")] {
        redactions.extend(text.as_mut().and_then(|text| redact::text(text, &format!("{at}/{name}"))));
    }
    redactions.extend(redact::evidence(&mut finding.evidence, &finding.kind, &format!("{at}/evidence")));
    for (number, entry) in history.iter_mut().enumerate() {
        let at = format!("{at}/history/{number}");
        redactions.extend(entry.reason.as_mut().and_then(|text| redact::text(text, &format!("{at}/reason"))));
        redactions.extend(redact::evidence(&mut entry.evidence, &finding.kind, &format!("{at}/evidence")));
    }
    Ok(FindingFacts { finding, history, resource_file })
}

/// The control, if the library still has it as it ran.
pub(super) fn as_it_ran<'a>(library: &'a Library, ran: &ScanControl) -> Option<&'a Control> {
    library.control(&ran.control).filter(|control| control.hash == ran.hash)
}

pub(super) fn control_facts(ran: &ScanControl, control: Option<&Control>, findings: &[FindingFacts]) -> ControlFacts {
    let of_control = || findings.iter().map(|one| &one.finding).filter(|finding| finding.control == ran.control);
    let mut verdicts = BTreeMap::new();
    for finding in of_control() {
        *verdicts.entry(finding.verdict).or_default() += 1;
    }
    let told = of_control().next();
    let text = |text: Option<&String>| text.map(|text| text.trim().to_owned()).unwrap_or_default();
    ControlFacts {
        id: ran.control.clone(),
        title: control
            .map(|control| &control.title)
            .or(told.map(|finding| &finding.title))
            .unwrap_or(&ran.control)
            .clone(),
        severity: control
            .map(|control| control.severity)
            .or(told.map(|finding| finding.severity))
            .unwrap_or(Severity::Informational),
        kind: control
            .map(|control| control.resource.name.to_owned())
            .or(told.map(|finding| finding.kind.clone()))
            .unwrap_or_default(),
        summary: text(control.map(|control| &control.summary)),
        rationale: text(control.map(|control| &control.rationale)),
        remediation: text(control.map(|control| &control.remediation.manual)),
        frameworks: control
            .map(|control| &control.frameworks)
            .or(told.map(|finding| &finding.frameworks))
            .cloned()
            .unwrap_or_default(),
        parameters: ran.parameters.clone(),
        hash: ran.hash.clone(),
        verdicts,
    }
}

pub(super) fn frameworks(
    library: &Library,
    in_scope: &InScope<'_>,
    loosened: &Loosened,
    findings: &[FindingFacts],
) -> Result<Vec<FrameworkFacts>, Diagnostic> {
    let mut results: BTreeMap<String, ControlResult> = BTreeMap::new();
    for (id, loosened) in loosened {
        results.insert(id.clone(), ControlResult { loosened: loosened.clone(), ..ControlResult::default() });
    }
    for FindingFacts { finding, .. } in findings {
        results.entry(finding.control.clone()).or_default().count(finding.verdict, finding.status);
    }
    let wanted = |framework: &&Framework| in_scope.frameworks.is_empty() || in_scope.frameworks.contains(&framework.id);
    let facts = framework::all()?.iter().filter(wanted).map(|framework| {
        let requirements = status::status(framework, &library.serving(&framework.id), &results);
        FrameworkFacts {
            id: framework.id.clone(),
            title: framework.title.clone(),
            edition: framework.edition.clone(),
            totals: status::totals(&requirements),
            requirements,
        }
    });
    Ok(facts.collect())
}

pub(super) fn accounts(chosen: &[Chosen], findings: &[FindingFacts]) -> Vec<AccountFacts> {
    let mut facts: Vec<_> = chosen
        .iter()
        .flat_map(|(scan, accounts)| scan.accounts.iter().map(move |account| (scan, accounts, account)))
        .filter(|(_, accounts, account)| accounts.contains(&account.id))
        .map(|(scan, _, account)| AccountFacts {
            provider: findings
                .iter()
                .find(|one| one.finding.account == account.id)
                .map_or(&scan.provider, |one| &one.finding.provider)
                .clone(),
            id: account.id.clone(),
            identity: account.identity.clone(),
            regions: account.regions.clone(),
            disabled_regions: account.disabled_regions.clone(),
            scan: scan.id.to_string(),
            complete: scan.complete,
        })
        .collect();
    facts.sort_by(|a, b| (&a.provider, &a.id).cmp(&(&b.provider, &b.id)));
    facts
}

/// The waivers of these findings that are in force at that moment, ordered by finding.
pub(super) fn waivers(
    store: &Store,
    findings: &[FindingFacts],
    at: Timestamp,
    redactions: &mut Vec<Redaction>,
) -> Result<Vec<WaiverFacts>, StoreError> {
    let status: BTreeMap<_, _> = findings.iter().map(|one| (one.finding.id, one.finding.status)).collect();
    let mut waivers: Vec<_> = store
        .waivers()?
        .into_iter()
        .filter(|waiver| waiver.in_force(at))
        .filter_map(|waiver| {
            Some(WaiverFacts {
                status: *status.get(&waiver.finding)?,
                finding: waiver.finding,
                control: waiver.control,
                resource: waiver.resource,
                reason: waiver.reason,
                owner: waiver.owner,
                approver: waiver.approver,
                granted: waiver.granted,
                until: waiver.until,
            })
        })
        .collect();
    waivers.sort_by_key(|waiver| (waiver.finding, waiver.granted));
    for (index, waiver) in waivers.iter_mut().enumerate() {
        for (text, name) in [
            (&mut waiver.resource, "resource"),
            (&mut waiver.reason, "reason"),
            (&mut waiver.owner, "owner"),
            (&mut waiver.approver, "approver"),
        ] {
            redactions.extend(redact::text(text, &format!("/waivers/{index}/{name}")));
        }
    }
    Ok(waivers)
}

pub(super) fn failed_calls(
    store: &Store,
    chosen: &[Chosen],
    redactions: &mut Vec<Redaction>,
) -> Result<Vec<ScanError>, StoreError> {
    let mut failed = Vec::new();
    for (scan, accounts) in chosen {
        store.errors(&scan.id, |mut error| -> Result<(), StoreError> {
            if accounts.contains(&error.account) {
                let at = format!("/failed_calls/{}", failed.len());
                redactions.extend(redact::text(&mut error.failure.message, &format!("{at}/message")));
                redactions
                    .extend(error.resource.as_mut().and_then(|text| redact::text(text, &format!("{at}/resource"))));
                failed.push(error);
            }
            Ok(())
        })?;
    }
    Ok(failed)
}
