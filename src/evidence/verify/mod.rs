//! Verifies a pack that a stranger may have made, and says what that proves and what not. Needs no store, writes
//! nothing.

mod log;
mod report;
mod signature;
mod sums;

pub use report::{Answer, Check, Outcome, Proved, Report};

use super::archive::Archive;
use super::export::{FINDINGS, FINDINGS_FORMAT, REPORT, SUMS};
use super::manifest::{self, CheckpointFacts, ReadManifest};
use super::{pdf_attachment, pdf_signature, proofs};
use crate::audit::Checkpoint;
use crate::finding::Verdict;
use crate::hash::sha256_hex;
use crate::signing::certificate;
use crate::signing::cms::VerifyError;
use crate::signing::path::Trust;
use log::{Entries, MAX_SMALL, Watched};
use report::Checks;
use serde::Deserialize;
use serde::de::IgnoredAny;
use signature::Signed;
use std::collections::BTreeMap;

/// The longest file of findings and the longest report that are read.
const MAX_FINDINGS: u64 = 1 << 30;

/// What the verifier brings along.
#[derive(Debug, Default)]
pub struct Question {
    /// What the verifier trusts.
    pub trust: Trust,
    /// An older pack of the same log.
    pub against: Option<Archive>,
}

/// Verifies a pack.
#[must_use]
pub fn verify(archive: &mut Archive, question: Question) -> Report {
    let mut checks = Checks::default();
    let Question { mut trust, against } = question;
    if archive.repacked {
        checks.open("the zip file is as ciacm wrote it", "somebody packed it anew, which changes no file of it");
    }

    let list = archive.read(SUMS, MAX_SMALL).map_err(|error| error.to_string());
    let parsed = list.as_deref().map_err(Clone::clone).and_then(sums::parse);
    let mut sizes = BTreeMap::new();
    match &parsed {
        Ok(sums) => {
            checks.note("SHA256SUMS lists every file and no other", sums::same_files(archive, sums));
            let hashed = sums::hashes(archive, sums);
            sizes = hashed.clone().unwrap_or_default();
            checks.note("every file has its SHA-256", hashed.map(drop));
        }
        Err(why) => {
            checks.note("SHA256SUMS can be read", Err(why.clone()));
        }
    }

    let manifest = read_manifest(archive, parsed.as_ref().ok(), &sizes, &mut checks);
    // Certificates must have been valid when the pack says that it was made; a time stamp takes the place of that.
    trust.claimed = manifest.as_ref().map(|manifest| manifest.as_of);
    let signed = match &list {
        Ok(list) => signature::check(archive, SUMS, list, &trust, &mut checks),
        Err(_) => Signed { signature: None, stamp: None },
    };
    own_root(archive, &signed, &mut checks);
    let audit = Audit::check(archive, against, &trust, manifest.as_ref(), &mut checks);
    contents(archive, manifest.as_ref(), &audit, &mut checks);
    report_is_signed(archive, &trust, &mut checks);

    let proved = Proved {
        integrity: integrity(&checks, &signed),
        origin: origin(&checks, &signed, !trust.roots.is_empty()),
        time: time(&checks, &signed, manifest.as_ref()),
        completeness: audit.completeness(&checks),
    };
    Report {
        checks: checks.0,
        proved,
        organisation: manifest.as_ref().map(|manifest| manifest.organisation.clone()),
        as_of: manifest.as_ref().map(|manifest| manifest.as_of),
        pack: list.ok().map(|list| sha256_hex(&list)),
    }
}

fn read_manifest(
    archive: &mut Archive,
    sums: Option<&BTreeMap<String, String>>,
    sizes: &BTreeMap<String, u64>,
    checks: &mut Checks,
) -> Option<ReadManifest> {
    const WHAT: &str = "manifest.json lists the same files";
    let manifest: ReadManifest = match log::json(archive, "manifest.json") {
        Ok(manifest) => manifest,
        Err(why) => {
            checks.note(WHAT, Err(why));
            return None;
        }
    };
    if manifest.format != manifest::FORMAT || manifest.version > manifest::VERSION {
        let why = format!("it has the format {} {}", manifest.format, manifest.version);
        checks.note("manifest.json is that of a pack that this program knows", Err(why));
        return None;
    }
    if let Some(sums) = sums {
        // The manifest cannot name its own hash, nor the list and its signature.
        let listed: BTreeMap<&str, (&str, u64)> =
            manifest.files.iter().map(|file| (file.path.as_str(), (file.sha256.as_str(), file.size))).collect();
        let others = sums.iter().filter(|(path, _)| *path != "manifest.json");
        let expected: BTreeMap<&str, (&str, u64)> = others
            .map(|(path, sha256)| (path.as_str(), (sha256.as_str(), sizes.get(path).copied().unwrap_or_default())))
            .collect();
        let same = listed.len() == manifest.files.len() && listed == expected;
        checks.note(WHAT, if same { Ok(()) } else { Err("paths, sizes or hashes differ from SHA256SUMS".to_owned()) });
    }
    Some(manifest)
}

/// The root that the pack brings is the one that its signature leads to.
fn own_root(archive: &mut Archive, signed: &Signed, checks: &mut Checks) {
    let Some(signature) = &signed.signature else { return };
    let own = archive.read("keys/ca.crt", MAX_SMALL).map_err(|error| error.to_string());
    let own = own.and_then(|bytes| certificate::read(&bytes));
    let (root, _) = signature::root(&signature.path.origin);
    let same = own.and_then(|own| match own.first() {
        Some(first) if certificate::fingerprint(first) == root => Ok(()),
        _ => Err("it is another certificate".to_owned()),
    });
    checks.note("keys/ca.crt is the root of the signature", same);
}

/// What was found out of the audit log.
#[derive(Debug, Default)]
struct Audit {
    entries: Option<Entries>,
    /// How many entries an older pack vouches for, if one was given and agrees.
    since: Option<u64>,
    compared: bool,
}

impl Audit {
    fn check(
        archive: &mut Archive,
        against: Option<Archive>,
        trust: &Trust,
        manifest: Option<&ReadManifest>,
        checks: &mut Checks,
    ) -> Self {
        let mut audit = Self { compared: against.is_some(), ..Self::default() };
        let checkpoint = match log::checkpoint(archive) {
            Ok(checkpoint) => checkpoint,
            Err(why) => {
                checks.note("audit/checkpoint.txt can be read", Err(why));
                return audit;
            }
        };
        signature::check(archive, proofs::CHECKPOINT, checkpoint.to_string().as_bytes(), trust, checks);
        if let Some(manifest) = manifest {
            let same = manifest.checkpoint == CheckpointFacts::from(&checkpoint);
            checks.note("manifest.json names that checkpoint", same.then_some(()).ok_or("it names another".to_owned()));
        }
        let inclusions = log::inclusions(archive);
        let consistency = log::consistency(archive);
        let older = against.map(|archive| older(archive, trust, checks));
        let mut watched = Watched::default();
        watched.entries.extend(inclusions.iter().flat_map(|proofs| &proofs.entries).map(|proof| proof.seq));
        watched.sizes.extend(consistency.iter().flatten().map(|proof| proof.old.size));
        watched.sizes.extend(older.iter().flatten().map(|checkpoint| checkpoint.size));
        let entries = match log::entries(archive, &watched) {
            Ok(entries) => entries,
            Err(why) => {
                checks.note("the entries of the audit log are a chain without gaps", Err(why));
                return audit;
            }
        };
        checks.note(format!("the {} entries of the audit log are a chain without gaps", entries.size), Ok(()));
        let named = entries.origin.as_ref().is_none_or(|origin| *origin == checkpoint.origin);
        let same = named && entries.size == checkpoint.size && entries.root == checkpoint.root;
        let other = || "it is another".to_owned();
        checks.note("their Merkle root is that of the checkpoint", same.then_some(()).ok_or_else(other));
        let count = inclusions.as_ref().map_or(0, |proofs| proofs.entries.len());
        checks.note(
            format!("{count} proofs of inclusion lead to the checkpoint"),
            inclusions.and_then(|proofs| log::check_inclusions(&proofs, &entries, &checkpoint)),
        );
        match consistency {
            Ok(None) => {}
            Ok(Some(proof)) => {
                let what = format!("the log goes on from the earlier checkpoint of {} entries", proof.old.size);
                checks.note(what, log::check_consistency(&proof, &entries, &checkpoint));
            }
            Err(why) => {
                checks.note("the proof of consistency can be read", Err(why));
            }
        }
        if let Some(Some(older)) = older {
            let what = format!("the log begins with the {} entries of the older pack", older.size);
            let agrees = if older.origin != checkpoint.origin {
                Err("the older pack is of another log".to_owned())
            } else if older.size > checkpoint.size {
                Err(format!("this pack has only {}: it is the older one, or entries were taken out", checkpoint.size))
            } else if entries.roots.get(&older.size) == Some(&older.root) {
                Ok(())
            } else {
                Err("they are others: the log was rewritten".to_owned())
            };
            if checks.note(what, agrees) {
                audit.since = Some(older.size);
            }
        }
        audit.entries = Some(entries);
        audit
    }

    fn completeness(&self, checks: &Checks) -> Answer {
        match self.since {
            _ if checks.failed() => Answer::no("a check failed"),
            Some(size) => Answer::yes(format!(
                "the log goes on from the {size} entries of the older pack: none of them was changed or taken out"
            )),
            None if self.compared => Answer::no("the older pack does not agree"),
            None => Answer::no(
                "no older pack was compared with --against; the log is whole in itself, but may have been begun anew",
            ),
        }
    }
}

/// The checkpoint of an older pack, which must be signed as well.
fn older(mut archive: Archive, trust: &Trust, checks: &mut Checks) -> Option<Checkpoint> {
    let mut own = Checks::default();
    let trust = Trust {
        claimed: log::json::<ReadManifest>(&mut archive, "manifest.json").ok().map(|one| one.as_of),
        ..trust.clone()
    };
    let checkpoint = log::checkpoint(&mut archive);
    if let Ok(checkpoint) = &checkpoint {
        signature::check(&mut archive, proofs::CHECKPOINT, checkpoint.to_string().as_bytes(), &trust, &mut own);
    }
    let failed = own.0.into_iter().find(|check| check.outcome == Outcome::Failed).and_then(|check| check.detail);
    let result = match (checkpoint, failed) {
        (Ok(checkpoint), None) => Ok(checkpoint),
        (Err(why), _) | (Ok(_), Some(why)) => Err(why),
    };
    checks.note("the checkpoint of the older pack is signed", result.as_ref().map(|_| ()).map_err(Clone::clone));
    result.ok()
}

#[derive(Deserialize)]
struct Findings {
    format: String,
    findings: Vec<Finding>,
    waivers: Vec<IgnoredAny>,
    actions: Vec<Remediated>,
    failed_calls: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
struct Remediated {
    run: Option<String>,
}

#[derive(Deserialize)]
struct Finding {
    verdict: Verdict,
    resource_file: Option<String>,
}

/// What the manifest counts is what is there.
fn contents(archive: &mut Archive, manifest: Option<&ReadManifest>, audit: &Audit, checks: &mut Checks) {
    const WHAT: &str = "manifest.json counts what is there";
    let Some(manifest) = manifest else { return };
    let findings = archive
        .read(FINDINGS, MAX_FINDINGS)
        .map_err(|error| error.to_string())
        .and_then(|bytes| serde_json::from_slice::<Findings>(&bytes).map_err(|error| format!("{FINDINGS}: {error}")));
    let findings = match findings {
        Ok(findings) if findings.format == FINDINGS_FORMAT => findings,
        Ok(_) => {
            checks.note(WHAT, Err(format!("{FINDINGS} is in another format")));
            return;
        }
        Err(why) => {
            checks.note(WHAT, Err(why));
            return;
        }
    };
    let mut verdicts: BTreeMap<Verdict, u64> = Verdict::ALL.iter().map(|&verdict| (verdict, 0)).collect();
    for finding in &findings.findings {
        *verdicts.entry(finding.verdict).or_default() += 1;
    }
    let documents = archive.files().keys().filter(|path| path.starts_with("resources/")).count() as u64;
    let counts = &manifest.counts;
    let mut wrong = Vec::new();
    let mut compare = |what: &str, counted: u64, there: u64| {
        if counted != there {
            wrong.push(format!("{what}: it says {counted}, there are {there}"));
        }
    };
    compare("findings", counts.findings, findings.findings.len() as u64);
    for (verdict, there) in &verdicts {
        compare(verdict.as_str(), counts.verdicts.get(verdict).copied().unwrap_or_default(), *there);
    }
    compare("waivers", counts.waivers, findings.waivers.len() as u64);
    compare("actions", counts.actions, findings.actions.len() as u64);
    compare("failed calls", counts.failed_calls, findings.failed_calls.len() as u64);
    compare("documents of resources", counts.resource_documents, documents);
    if let Some(entries) = &audit.entries {
        compare("audit entries", counts.audit_entries, entries.size);
        compare("audit entries withheld", counts.audit_entries_withheld, entries.withheld);
    }
    checks.note(WHAT, if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) });
    let documents = findings.findings.iter().filter_map(|one| one.resource_file.clone());
    let runs = findings.actions.iter().filter_map(|one| one.run.as_ref().map(|run| format!("actions/{run}.json")));
    let missing = documents.chain(runs).find(|path| !archive.has(path));
    checks.note(
        "every finding leads to what it rests on",
        missing.map_or(Ok(()), |path| Err(format!("{} is missing", super::archive::shown(&path)))),
    );
}

/// The report is signed as a whole, and the findings attached to it are those of the pack.
fn report_is_signed(archive: &mut Archive, trust: &Trust, checks: &mut Checks) {
    let what = format!("the signature of {REPORT} covers all of it");
    let read = |archive: &mut Archive, path| archive.read(path, MAX_FINDINGS).map_err(|error| error.to_string());
    let pdf = match read(archive, REPORT) {
        Ok(pdf) => pdf,
        Err(why) => {
            checks.note(what, Err(why));
            return;
        }
    };
    match pdf_signature::verify(&pdf, trust) {
        Ok(_) => {
            checks.note(what, Ok(()));
        }
        Err(pdf_signature::VerifyError::Signature(error @ VerifyError::NotChecked { .. })) => {
            checks.open(what, error.to_string());
        }
        Err(error) => {
            checks.note(what, Err(error.to_string()));
        }
    }
    let attached = read(archive, FINDINGS).and_then(|findings| pdf_attachment::all_are(&pdf, &findings));
    checks.note(format!("the findings attached to it are {FINDINGS}"), attached);
}

fn integrity(checks: &Checks, signed: &Signed) -> Answer {
    match &signed.signature {
        _ if checks.failed() => Answer::no("a check failed"),
        Some(_) => Answer::yes("nothing was changed since it was signed"),
        None => Answer::no("the signature was not checked by ciacm; the hashes agree with SHA256SUMS"),
    }
}

fn origin(checks: &Checks, signed: &Signed, given: bool) -> Answer {
    let Some(signature) = signed.signature.as_ref().filter(|_| !checks.failed()) else {
        return Answer::no("a check failed, or the signature was not checked");
    };
    let signer = certificate::subject(&signature.signer);
    match signature::root(&signature.path.origin) {
        (root, true) => Answer::yes(format!("signed by {signer}, whose root is the trusted one: {root}")),
        (root, false) if given => Answer::no(format!("signed by {signer}, whose root is not the trusted one: {root}")),
        (root, false) => Answer::no(format!(
            "signed by {signer}, but the root came with the pack. Give --trusted-ca, or compare its fingerprint with one \
             that reached you by another way: {root}"
        )),
    }
}

fn time(checks: &Checks, signed: &Signed, manifest: Option<&ReadManifest>) -> Answer {
    match (&signed.stamp, manifest) {
        _ if checks.failed() => Answer::no("a check failed"),
        (Some(stamp), _) => {
            let words = format!("signed before {}, says {}", stamp.time, stamp.authority);
            match signature::root(&stamp.origin) {
                (_, true) => Answer::yes(words),
                (root, false) => Answer::no(format!(
                    "{words}; whether that authority is to be trusted was not checked. Give --tsa-ca, or compare: {root}"
                )),
            }
        }
        (None, Some(manifest)) => {
            Answer::no(format!("there is no time stamp; the signer's own clock says {}", manifest.as_of))
        }
        (None, None) => Answer::no("there is no time stamp"),
    }
}
