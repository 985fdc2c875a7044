//! Writes an evidence pack.

use super::collect::{CollectError, Collection, Request, Setting, collect};
use super::dossier::{AuditFacts, Dossier, SignerFacts};
use super::manifest::{self, Counts, FileRedaction};
use super::pdf_signature::{self, SignError, SignatureMeta};
use super::proofs::Resting;
use super::report::{self, Attachments, ReportError};
use super::resource_file::{self, Collected, ResourceKey};
use super::sink::Sink;
use super::{actions, csv, index, oscal, proofs, readme};
use crate::audit::verify::Agreement;
use crate::audit::{Checkpoint, NotCanonical};
use crate::control::Library;
use crate::hash::sha256_hex;
use crate::inventory::Resource;
use crate::signing::cms::{self, Profile, sign_detached};
use crate::signing::tsa::{TimestampError, Timestamper, verify_token};
use crate::signing::{Identity, SigningError, certificate};
use crate::store::{Store, StoreError};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// Findings with their history.
pub const FINDINGS: &str = "findings/findings.json";
/// The report.
pub const REPORT: &str = "report/evidence-report.pdf";
/// The list of hashes, which is what is signed.
pub const SUMS: &str = "SHA256SUMS";
/// The `format` of [`FINDINGS`].
pub const FINDINGS_FORMAT: &str = "ciacm-findings";

/// What is to be exported.
#[derive(Debug)]
pub struct Job<'a> {
    /// Where from.
    pub store: &'a Store,
    /// The controls.
    pub library: &'a Library,
    /// What is asked for.
    pub request: Request,
    /// The organisation's name.
    pub organisation: String,
    /// Who signs.
    pub identity: &'a Identity,
    /// The time-stamping authority, if one is asked.
    pub timestamper: Option<&'a Timestamper>,
    /// Without time stamps there is no pack.
    pub timestamps_required: bool,
    /// The checkpoint of the previous pack; that of the last export, if none is given.
    pub previous: Option<Checkpoint>,
    /// The clock: when the report says that it was signed. Nothing else depends on it.
    pub now: Timestamp,
}

/// A pack that was written.
#[derive(Debug, Clone, Serialize)]
pub struct Exported {
    /// SHA-256 of its list of hashes: what tells this pack from every other.
    pub pack: String,
    /// The text of its checkpoint.
    pub checkpoint: String,
    /// The size of the log at the checkpoint that the consistency proof begins at.
    pub continues: Option<u64>,
    /// The fingerprint of the root certificate.
    pub root_fingerprint: String,
    /// The scans that it tells of.
    pub scans: Vec<String>,
    /// What it counts.
    pub counts: Counts,
    /// How many values were taken out.
    pub redactions: u64,
    /// How many files it has.
    pub files: u64,
    /// True if it has time stamps.
    pub stamped: bool,
    /// What should be known of it.
    pub warnings: Vec<String>,
}

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There is nothing to tell, or the store cannot be read.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key cannot be used.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// There is no time stamp, and one was required.
    #[error(transparent)]
    Timestamp(#[from] TimestampError),
    /// It cannot be written.
    #[error(
        "the pack cannot be written\n  why: {0}\n  next: check the path, its permissions and the free space; nothing was left there"
    )]
    Io(#[from] io::Error),
    /// The report cannot be written or signed.
    #[error("{0}")]
    Report(String),
    /// A value has no form in a format of the pack.
    #[error(
        "the pack cannot be written\n  why: {0}\n  next: this is a bug in ciacm: please report it with this message"
    )]
    Format(String),
    /// The log does not verify.
    #[error("the audit log does not verify: {0}")]
    Log(String),
}

impl From<SignError> for ExportError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::Key(error) => Self::Signing(error),
            SignError::Timestamp(error) => Self::Timestamp(error),
            other => Self::Report(other.to_string()),
        }
    }
}

impl From<ReportError> for ExportError {
    fn from(error: ReportError) -> Self {
        Self::Report(error.to_string())
    }
}

impl From<serde_json::Error> for ExportError {
    fn from(error: serde_json::Error) -> Self {
        if error.is_io() { Self::Io(error.into()) } else { Self::Format(error.to_string()) }
    }
}

impl From<::csv::Error> for ExportError {
    fn from(error: ::csv::Error) -> Self {
        Self::Format(error.to_string())
    }
}

impl From<NotCanonical> for ExportError {
    fn from(error: NotCanonical) -> Self {
        Self::Format(error.to_string())
    }
}

/// Writes a pack to `path`, which appears whole or not at all.
///
/// # Errors
/// [`ExportError`]; then there is nothing at `path`.
pub fn export(job: &Job<'_>, path: &Path) -> Result<Exported, ExportError> {
    let mut sink = Sink::create(path)?;
    // Other processes may write meanwhile: everything that is read is the state of one moment.
    let exported = job.store.moment(|| fill(job, &mut sink))?;
    sink.finish()?;
    Ok(exported)
}

fn fill(job: &Job<'_>, sink: &mut Sink) -> Result<Exported, ExportError> {
    let previous = match &job.previous {
        Some(given) => Some(given.clone()),
        None => proofs::last_exported(job.store)?,
    };
    let (setting, checkpoint) = setting(job, previous.as_ref())?;
    let Collection { dossier, redactions, loosened, resources, runs } =
        collect(job.store, job.library, &job.request, setting)?;
    let mut redactions: Vec<FileRedaction> = redactions
        .into_iter()
        .map(|one| FileRedaction { file: FINDINGS.to_owned(), path: one.path, rule: one.rule })
        .collect();
    let mut warnings = Vec::new();
    let mut stamper = Stamper { job, failed: None, authority: Vec::new() };

    // The checkpoint comes first: whether there are time stamps is told in the files that follow.
    let text = checkpoint.to_string();
    let stamped = signed(job, sink, proofs::CHECKPOINT, text.as_bytes(), &mut stamper)?;
    sink.add("README.md", readme::text(&dossier, stamped, previous.as_ref()).as_bytes())?;
    for (file, bytes) in [
        ("verify/verify.py", include_str!("assets/verify.py")),
        ("verify/verify.sh", include_str!("assets/verify.sh")),
        ("verify/verify.ps1", include_str!("assets/verify.ps1")),
    ] {
        sink.add(file, bytes.as_bytes())?;
    }
    keys(job, sink, &stamper)?;

    let findings = findings(&dossier)?;
    sink.add(FINDINGS, &findings)?;
    sink.add("findings/findings.csv", &csv::findings(&dossier)?)?;
    sink.add("findings/controls-to-requirements.csv", &csv::controls_to_requirements(&dossier)?)?;
    sink.add(REPORT, &report(job, &dossier, &findings, &mut stamper)?)?;
    sink.add("oscal/assessment-results.json", &oscal::assessment_results(&dossier, &loosened)?)?;
    sink.add("index.html", &index::page(&dossier)?)?;
    let documents = documents(job, sink, &dossier, &resources, &mut redactions)?;
    for run in &runs {
        let (path, told, found) = actions::file(job.store, run)?;
        sink.add(&path, &pretty(&told)?)?;
        redactions.extend(found.into_iter().map(|one| FileRedaction {
            file: path.clone(),
            path: one.path,
            rule: one.rule,
        }));
    }

    let resting = Resting {
        scans: dossier.scans.iter().map(|scan| scan.id.to_string()).collect(),
        waived: dossier.waivers.iter().map(|waiver| waiver.finding.to_string()).collect(),
    };
    let entries = proofs::entries::<ExportError>(job.store, sink, &resting)?;
    let tree = job.store.audit_tree()?;
    sink.add(proofs::INCLUSION, &pretty(&entries.inclusions(&tree, &checkpoint))?)?;
    if let Some(previous) = &previous
        && let Some(proof) = proofs::consistency(&tree, previous, &checkpoint)
    {
        sink.add(proofs::CONSISTENCY, &pretty(&proof)?)?;
    }
    let counts = Counts::of(&dossier, documents, entries.withheld.len() as u64);
    redactions.extend(entries.withheld);

    let mut files = sink.files().to_vec();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    sink.add("manifest.json", &manifest::bytes(&dossier, counts.clone(), &checkpoint, &redactions, &files)?)?;
    let mut lines: Vec<_> = sink.files().iter().map(|file| (&file.path, &file.sha256)).collect();
    lines.sort();
    let sums: String = lines.into_iter().map(|(path, sha256)| format!("{sha256}  {path}\n")).collect();
    signed(job, sink, SUMS, sums.as_bytes(), &mut stamper)?;

    let partial = dossier.scans.iter().filter(|scan| is_partial(scan));
    warnings.extend(partial.map(|scan| format!("scan {} looked at a selection of the controls only", scan.id)));
    let unfit = dossier.scans.iter().filter(|scan| !scan.complete);
    warnings.extend(unfit.map(|scan| format!("scan {} is incomplete: not everything could be evaluated", scan.id)));
    warnings.extend(stamper.failed.map(|error| error.to_string()));
    Ok(Exported {
        pack: sha256_hex(sums.as_bytes()),
        checkpoint: text,
        continues: previous.map(|previous| previous.size),
        root_fingerprint: dossier.signer.root_fingerprint.clone(),
        scans: resting.scans.into_iter().collect(),
        counts,
        redactions: redactions.len() as u64,
        files: sink.files().len() as u64,
        stamped,
        warnings,
    })
}

/// Verifies the audit log; tells what is known apart from scans.
fn setting(job: &Job<'_>, previous: Option<&Checkpoint>) -> Result<(Setting, Checkpoint), ExportError> {
    let watched: Vec<u64> = previous.iter().map(|previous| previous.size).collect();
    let log = job.store.audit_verify(&watched)?;
    if let Some(fault) = &log.fault {
        return Err(ExportError::Log(format!("entry {}: {}", fault.seq, fault.what)));
    }
    let Some(as_of) = log.last else {
        return Err(CollectError::Nothing {
            what: "there is nothing to put into a pack".to_owned(),
            why: "the audit log of this home is empty".to_owned(),
            next: "run `ciacm scan demo`, or give --home of the store you mean".to_owned(),
        }
        .into());
    };
    if let Some(previous) = previous {
        let why = match log.agrees(previous) {
            Agreement::Same => None,
            Agreement::Other => Some("the entries that the previous pack vouches for are others now"),
            Agreement::NotReached => Some("it is shorter than it was for the previous pack"),
            Agreement::AnotherLog => Some("the previous pack is of another log"),
        };
        if let Some(why) = why {
            return Err(ExportError::Log(why.to_owned()));
        }
    }
    let leaf = job.identity.certificate()?;
    let root = job.identity.chain.last().unwrap_or(leaf);
    let setting = Setting {
        organisation: job.organisation.clone(),
        as_of,
        audit: AuditFacts {
            origin: log.origin.clone(),
            size: log.size,
            root: log.root_hex(),
            first: log.first,
            last: log.last,
            verified: format!(
                "All {} entries were recomputed before this pack was written: each follows the one before it, and \
                 the Merkle root over them is that of the checkpoint.",
                log.size
            ),
        },
        signer: SignerFacts {
            subject: certificate::subject(leaf),
            root: certificate::subject(root),
            root_fingerprint: job.identity.root_fingerprint()?,
            not_after: certificate::not_after(leaf),
        },
    };
    Ok((setting, Checkpoint { origin: log.origin, size: log.size, root: log.root }))
}

/// True for a scan that was asked for some controls only.
fn is_partial(scan: &crate::store::Scan) -> bool {
    let Some(selection) = scan.selection.get("selection") else { return false };
    let lists = ["controls", "excluded", "frameworks", "services"];
    lists
        .iter()
        .any(|name| selection.get(name).and_then(serde_json::Value::as_array).is_some_and(|one| !one.is_empty()))
        || selection.get("severity").is_some_and(|severity| !severity.is_null())
}

#[derive(Serialize)]
struct Findings<'a> {
    format: &'static str,
    version: u32,
    as_of: Timestamp,
    findings: &'a [super::dossier::FindingFacts],
    waivers: &'a [super::dossier::WaiverFacts],
    actions: &'a [super::dossier::ActionFacts],
    failed_calls: &'a [crate::store::ScanError],
}

fn findings(dossier: &Dossier) -> serde_json::Result<Vec<u8>> {
    pretty(&Findings {
        format: FINDINGS_FORMAT,
        version: 1,
        as_of: dossier.as_of,
        findings: &dossier.findings,
        waivers: &dossier.waivers,
        actions: &dossier.actions,
        failed_calls: &dossier.failed_calls,
    })
}

fn pretty(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The signed report.
fn report(
    job: &Job<'_>,
    dossier: &Dossier,
    findings: &[u8],
    stamper: &mut Stamper<'_, '_>,
) -> Result<Vec<u8>, ExportError> {
    let pdf = report::render(dossier, &Attachments { findings_json: findings })?;
    let meta = SignatureMeta {
        name: dossier.signer.subject.clone(),
        reason: "Evidence of compliance".to_owned(),
        location: String::new(),
        claimed_time: job.now,
    };
    let timestamper = job.timestamper.filter(|_| stamper.failed.is_none());
    match pdf_signature::sign(&pdf, job.identity, &meta, timestamper) {
        Err(SignError::Timestamp(error)) if !job.timestamps_required => {
            stamper.failed = Some(error);
            Ok(pdf_signature::sign(&pdf, job.identity, &meta, None)?)
        }
        signed => Ok(signed?),
    }
}

/// The documents of the resources that findings rest on.
fn documents(
    job: &Job<'_>,
    sink: &mut Sink,
    dossier: &Dossier,
    resources: &std::collections::BTreeMap<ResourceKey, Vec<resource_file::Resting>>,
    redactions: &mut Vec<FileRedaction>,
) -> Result<u64, ExportError> {
    let mut count = 0;
    for scan in &dossier.scans {
        let id = scan.id.to_string();
        let accounts: BTreeSet<&str> =
            dossier.scope.accounts.iter().filter(|one| one.scan == id).map(|one| one.id.as_str()).collect();
        let calls = super::call_index::CallIndex::read(job.store, &scan.id)?;
        let collected = Collected { now: scan.now, started: scan.started, finished: scan.finished };
        job.store.resources(&scan.id, |resource: Resource| -> Result<(), ExportError> {
            let key = ResourceKey::from(&resource);
            let Some(resting) = resources.get(&key).filter(|_| accounts.contains(resource.account())) else {
                return Ok(());
            };
            let path = key.path();
            let behind = calls.behind(&resource);
            let (bytes, found) = resource_file::document(resource, scan.id, collected.clone(), resting, &behind)?;
            sink.add(&path, &bytes)?;
            redactions.extend(found.into_iter().map(|one| FileRedaction {
                file: path.clone(),
                path: one.path,
                rule: one.rule,
            }));
            count += 1;
            Ok(())
        })?;
    }
    Ok(count)
}

/// The certificates and the revocation list, as PEM; never a private key.
fn keys(job: &Job<'_>, sink: &mut Sink, stamper: &Stamper<'_, '_>) -> Result<(), ExportError> {
    let chain = &job.identity.chain;
    sink.add("keys/signer.crt", certificate::pem(chain)?.as_bytes())?;
    if let Some(root) = chain.last() {
        sink.add("keys/ca.crt", certificate::pem(std::slice::from_ref(root))?.as_bytes())?;
    }
    let mut lists = String::new();
    for list in &job.identity.revocation_lists {
        let pem = der::pem::encode_string("X509 CRL", der::pem::LineEnding::LF, list);
        lists.push_str(&pem.map_err(|error| ExportError::Format(error.to_string()))?);
    }
    if !lists.is_empty() {
        sink.add("keys/org.crl", lists.as_bytes())?;
    }
    if !stamper.authority.is_empty() {
        sink.add("keys/tsa.crt", certificate::pem(&stamper.authority)?.as_bytes())?;
    }
    Ok(())
}

/// Adds a file, its signature and, if asked for, its time stamp; answers whether it got one.
fn signed(
    job: &Job<'_>,
    sink: &mut Sink,
    path: &str,
    bytes: &[u8],
    stamper: &mut Stamper<'_, '_>,
) -> Result<bool, ExportError> {
    sink.add(path, bytes)?;
    let mut signature = sign_detached(&Sha256::digest(bytes).into(), job.identity, Profile::File)?;
    if let Some(token) = stamper.stamp(&cms::signature_value(&signature)?)? {
        signature = cms::add_timestamp(&signature, &token)?;
    }
    sink.add(&format!("{path}.p7s"), &signature)?;
    let token = stamper.stamp(bytes)?;
    if let Some(token) = &token {
        sink.add(&format!("{path}.tst"), token)?;
    }
    Ok(token.is_some())
}

/// Asks the time-stamping authority, and does not wait for it again once it has failed.
struct Stamper<'a, 'b> {
    job: &'a Job<'b>,
    failed: Option<TimestampError>,
    /// The authority's certificates.
    authority: Vec<x509_cert::Certificate>,
}

impl Stamper<'_, '_> {
    fn stamp(&mut self, data: &[u8]) -> Result<Option<Vec<u8>>, TimestampError> {
        let Some(timestamper) = self.job.timestamper.filter(|_| self.failed.is_none()) else { return Ok(None) };
        match timestamper.stamp(data) {
            Ok(token) => {
                if self.authority.is_empty()
                    && let Ok(stamp) = verify_token(&token, data, &[])
                {
                    self.authority = stamp.certificates;
                }
                Ok(Some(token))
            }
            Err(error) if self.job.timestamps_required => Err(error),
            Err(error) => {
                self.failed = Some(error);
                Ok(None)
            }
        }
    }
}
