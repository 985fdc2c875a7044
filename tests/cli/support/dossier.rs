//! Dossiers for tests of what is written from them: the demo estate as it is, grown, empty, hostile.

use ciacm::control::Library;
use ciacm::evidence::collect::{Request, Setting, collect};
use ciacm::evidence::dossier::{ActionFacts, AuditFacts, Dossier, SignerFacts, WaiverFacts};
use ciacm::finding::{Status, Verdict, identity};
use ciacm::inventory::CallFailure;
use ciacm::store::{HistoryEntry, ScanError, Store};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::path::Path;

/// What the store of this home says; `ciacm scan demo` must have filled it.
pub fn of_home(home: &Path) -> Dossier {
    let store = Store::open_read_only(home).unwrap();
    let library = Library::load(&[]).unwrap();
    let as_of: Timestamp = "2026-10-01T12:00:00Z".parse().unwrap();
    let setting = Setting {
        organisation: "Example Organisation Ltd.".to_owned(),
        as_of,
        audit: AuditFacts {
            origin: "ciacm/audit/example".to_owned(),
            size: 1234,
            root: "5f".repeat(32),
            first: Some(as_of - SignedDuration::from_hours(24 * 90)),
            last: Some(as_of),
            verified: "All 1,234 entries are chained without gap, and their Merkle root is that of the checkpoint."
                .to_owned(),
        },
        signer: SignerFacts {
            subject: "CN=Evidence signing, O=Example Organisation Ltd.".to_owned(),
            root: "CN=Example Organisation Ltd. evidence root, O=Example Organisation Ltd.".to_owned(),
            root_fingerprint: vec!["A7"; 32].join(":"),
            not_after: as_of + SignedDuration::from_hours(24 * 700),
        },
    };
    let mut dossier = collect(&store, &library, &Request::default(), setting).unwrap().dossier;
    decided(&mut dossier);
    dossier
}

/// Adds decisions of people, and a history.
fn decided(dossier: &mut Dossier) {
    let as_of = dossier.as_of;
    let failing: Vec<usize> =
        (0..dossier.findings.len()).filter(|&index| dossier.findings[index].finding.verdict == Verdict::Fail).collect();
    let Some(&[first, second, third]) = failing.first_chunk::<3>() else { return };
    let waived = &mut dossier.findings[first];
    waived.finding.status = Some(Status::Waived);
    let finding = &waived.finding;
    dossier.waivers.push(WaiverFacts {
        finding: finding.id,
        control: finding.control.clone(),
        resource: finding.resource.clone(),
        reason: "The partner cannot use a role before its migration; its network is restricted meanwhile.".to_owned(),
        owner: "platform team".to_owned(),
        approver: "head of security".to_owned(),
        granted: as_of - SignedDuration::from_hours(24 * 10),
        until: as_of + SignedDuration::from_hours(24 * 80),
        status: finding.status,
    });
    let reopened = &mut dossier.findings[second];
    reopened.finding.reopened = 2;
    let step = |days: i64, to: Status, verdict: Verdict| HistoryEntry {
        at: as_of - SignedDuration::from_hours(24 * days),
        scan: Some(reopened.finding.last_scan),
        from_status: None,
        to_status: Some(to),
        from_verdict: None,
        verdict,
        reason: None,
        evidence: json!([]),
    };
    reopened.history = vec![
        step(90, Status::Open, Verdict::Fail),
        step(60, Status::Resolved, Verdict::Pass),
        step(50, Status::Open, Verdict::Fail),
        step(40, Status::Resolved, Verdict::Pass),
        step(30, Status::Open, Verdict::Fail),
        step(20, Status::Resolved, Verdict::Pass),
        step(10, Status::Open, Verdict::Fail),
    ];
    let fixed = &mut dossier.findings[third].finding;
    fixed.verdict = Verdict::Pass;
    fixed.status = Some(Status::Fixed);
    dossier.actions.push(ActionFacts {
        plan: "0c".repeat(32),
        run: Some("run-7".to_owned()),
        finding: fixed.id,
        resource: fixed.resource.clone(),
        operation: "aws.s3.put_public_access_block".to_owned(),
        state: "applied, verified".to_owned(),
        at: as_of - SignedDuration::from_hours(5),
        approvers: vec!["head of security".to_owned()],
        before: json!({"public_access_block": null}),
        after: json!({"public_access_block": {"block_public_acls": true, "block_public_policy": true}}),
    });
}

/// As many findings as wanted, made from those that are there.
pub fn grown(dossier: &Dossier, findings: usize) -> Dossier {
    let mut grown = dossier.clone();
    let mut copy = 0;
    while grown.findings.len() < findings {
        copy += 1;
        for facts in &dossier.findings {
            let mut facts = facts.clone();
            let finding = &mut facts.finding;
            finding.resource = format!("{}-{copy}", finding.resource);
            finding.id =
                identity(&finding.control, &finding.provider, &finding.account, &finding.region, &finding.resource);
            grown.findings.push(facts);
        }
    }
    grown.findings.truncate(findings);
    grown.findings.sort_by_cached_key(|facts| (facts.finding.control.clone(), facts.finding.resource.clone()));
    for control in &mut grown.controls {
        control.verdicts.clear();
        for facts in grown.findings.iter().filter(|facts| facts.finding.control == control.id) {
            *control.verdicts.entry(facts.finding.verdict).or_default() += 1;
        }
    }
    grown
}

/// Every third failure could not be evaluated, a list was cut short, calls failed, controls ask for an attestation.
pub fn with_gaps(dossier: &Dossier) -> Dossier {
    let mut gaps = dossier.clone();
    let failure = CallFailure {
        call: "s3:GetBucketPolicy".to_owned(),
        code: "AccessDenied".to_owned(),
        message: "User is not authorized to perform s3:GetBucketPolicy".to_owned(),
        permission: "s3:GetBucketPolicy".to_owned(),
    };
    let failing = gaps.findings.iter_mut().map(|facts| &mut facts.finding).filter(|one| one.verdict == Verdict::Fail);
    for (index, finding) in failing.enumerate().filter(|(index, _)| index % 3 == 0) {
        finding.verdict = if index % 2 == 0 { Verdict::Error } else { Verdict::Manual };
        finding.status = None;
        finding.reason = Some(failure.to_string());
    }
    gaps.population[0].listed_completely = false;
    gaps.failed_calls.push(ScanError {
        account: gaps.population[0].account.clone(),
        region: gaps.population[0].region.clone(),
        resource: Some("acme-prod".to_owned()),
        failure,
        count: 7,
    });
    gaps.scans[0].complete = false;
    gaps
}

/// Nothing was found, nothing was decided, nothing is in scope.
pub fn empty(dossier: &Dossier) -> Dossier {
    let mut empty = dossier.clone();
    empty.findings.clear();
    empty.waivers.clear();
    empty.actions.clear();
    empty.controls.clear();
    empty.frameworks.clear();
    empty.failed_calls.clear();
    empty.population.clear();
    empty.scans.clear();
    empty.scope.accounts.clear();
    empty
}

/// Every text that others wrote is `text`.
pub fn said_everywhere(dossier: &Dossier, text: &str) -> Dossier {
    let mut said = dossier.clone();
    let text = || text.to_owned();
    said.organisation = text();
    said.signer.root = text();
    said.signer.subject = text();
    said.audit.origin = text();
    said.audit.verified = text();
    for facts in &mut said.findings {
        facts.finding.resource = text();
        facts.finding.name = Some(text());
        facts.finding.title = text();
        facts.finding.reason = Some(text());
        facts.finding.region = text();
        facts.finding.evidence = json!([{"path": text(), "value": text()}]);
    }
    for control in &mut said.controls {
        control.title = text();
        control.rationale = text();
        control.remediation = text();
        control.parameters = json!({text(): text()});
    }
    for waiver in &mut said.waivers {
        waiver.reason = text();
        waiver.owner = text();
    }
    for action in &mut said.actions {
        action.before = json!({text(): text()});
        action.operation = text();
    }
    for account in &mut said.scope.accounts {
        account.identity = text();
    }
    for failed in &mut said.failed_calls {
        failed.failure.message = text();
    }
    said
}
