//! The PDF report and its signature, checked with other people's tools.

use crate::support::ciacm::Ciacm;
use crate::support::dossier;
use crate::support::tools::{Tool, python_with_tools, tool};
use crate::support::tsa::{Manner, Tsa};
use ciacm::evidence::dossier::Dossier;
use ciacm::evidence::pdf_signature::{self, SignError, SignatureMeta};
use ciacm::evidence::report::{Attachments, render};
use ciacm::signing::Identity;
use ciacm::signing::certificate;
use ciacm::signing::cms::Stamp;
use ciacm::signing::keystore::Keystore;
use ciacm::signing::passphrase::Passphrase;
use ciacm::signing::path::{Origin, Trust};
use ciacm::signing::tsa::Timestamper;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::LazyLock;

/// One signed report of the demo estate, for all tests.
struct Sample {
    home: Ciacm,
    dossier: Dossier,
    findings: Vec<u8>,
    plain: Vec<u8>,
    signed: Vec<u8>,
    identity: Identity,
    meta: SignatureMeta,
    trust: Trust,
    file: PathBuf,
    root: PathBuf,
}

fn report(dossier: &Dossier) -> Vec<u8> {
    let findings = serde_json::to_vec(&dossier.findings).unwrap();
    render(dossier, &Attachments { findings_json: &findings }).unwrap()
}

static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
    let home = Ciacm::new();
    home.args(["scan", "demo"]).run().expect_code(1);
    let dossier = dossier::of_home(&home.home());
    let findings = serde_json::to_vec_pretty(&dossier.findings).unwrap();
    let plain = render(&dossier, &Attachments { findings_json: &findings }).unwrap();
    let mut keys = Keystore::open(&home.path("keys-home")).unwrap();
    keys.create("Example Organisation Ltd.", None, Timestamp::now()).unwrap();
    let identity = keys.identity(&None::<Passphrase>).unwrap().unwrap();
    let trust = keys.trust().unwrap();
    let meta = SignatureMeta {
        name: dossier.organisation.clone(),
        reason: "Evidence of the state of the cloud accounts in scope".to_owned(),
        location: String::new(),
        claimed_time: Timestamp::now(),
    };
    let signed = pdf_signature::sign(&plain, &identity, &meta, None).unwrap();
    let file = home.write("evidence-report.pdf", &signed);
    let root = home.write("ca.crt", certificate::pem(&identity.chain[identity.chain.len() - 1..]).unwrap());
    Sample { home, dossier, findings, plain, signed, identity, meta, trust, file, root }
});

impl Sample {
    fn path(&self) -> &str {
        self.file.to_str().unwrap()
    }

    /// pdfsig with a certificate database that trusts the root.
    fn pdfsig(&self) -> Option<(Tool, String)> {
        let (pdfsig, certutil) = (tool("pdfsig")?, tool("certutil")?);
        static DATABASE: std::sync::Once = std::sync::Once::new();
        let directory = self.home.path("nss");
        let database = format!("sql:{}", directory.display());
        DATABASE.call_once(|| {
            std::fs::create_dir_all(&directory).unwrap();
            certutil.must(["-N", "-d", &database, "--empty-password"]);
            let root = self.root.to_str().unwrap();
            certutil.must(["-A", "-d", &database, "-n", "root", "-t", "C,C,C", "-i", root]);
        });
        Some((pdfsig, database))
    }
}

#[test]
fn the_same_dossier_gives_the_same_bytes_and_another_does_not() {
    let sample = &*SAMPLE;
    let again = render(&sample.dossier, &Attachments { findings_json: &sample.findings }).unwrap();
    assert!(again == sample.plain, "rendered twice, the report differs");
    let mut other = sample.dossier.clone();
    other.organisation.push('!');
    assert!(report(&other) != report(&sample.dossier));
}

#[test]
fn the_report_says_what_an_auditor_looks_for() {
    let sample = &*SAMPLE;
    let Some(pdftotext) = tool("pdftotext") else { return };
    let text = pdftotext.must(["-layout", sample.path(), "-"]);
    // Within a cell, words go on in the next line.
    let words = pdftotext.must([sample.path(), "-"]).split_whitespace().collect::<Vec<_>>().join(" ");
    let open = sample.dossier.findings.iter().filter(|facts| {
        facts.finding.verdict == ciacm::finding::Verdict::Fail
            && facts.finding.status != Some(ciacm::finding::Status::Waived)
    });
    let open = format!("{} open failures, 1 accepted, 0 without verdict; the scans are complete", open.count());
    for wanted in [
        "Example Organisation Ltd.",
        "Information produced by the entity",
        "A recorded inventory (snapshot), evaluated offline",
        "Period",
        &open,
        "1 Executive summary",
        "Open failures by severity",
        "62 of 70 (89 %)",
        "Population",
        "3.3 ISO/IEC 27001:2022 Annex A",
        "Not covered (60).",
        "4.2 AWS-EC2-001: No security group opens SSH to the whole internet",
        "How to repair.",
        "Findings that were closed",
        "Every control could be evaluated on every resource.",
        "platform team",
        "approved by head of",
        "plan 0c0c0c0c0c0c",
        "reopened 2 times",
        "and 2 changes before",
        "What was not looked at",
        "14 regions of account 123456789012 that it has not enabled",
        &"5f".repeat(20),
        "Appendix A: controls",
        "sha256sum -c SHA256SUMS",
    ] {
        assert!(text.contains(wanted) || words.contains(wanted), "the report does not say `{wanted}`");
    }
    let pages = text.matches('\u{c}').count();
    for page in 2..=pages {
        assert!(text.contains(&format!("Page {page} of {pages}")), "page {page} of {pages} has no number");
    }
    // One line of the contents, and the page that it names.
    let entry = text.lines().find(|line| line.trim().starts_with("9 Proof of the audit log")).unwrap();
    let number: usize = entry.split_whitespace().last().unwrap().parse().unwrap();
    let page = text.split('\u{c}').nth(number - 1).unwrap();
    assert!(page.contains("9 Proof of the audit log") && page.contains("Merkle root"));
}

#[test]
fn the_report_is_tagged_its_fonts_are_embedded_and_the_findings_attached() {
    let sample = &*SAMPLE;
    if let Some(qpdf) = tool("qpdf") {
        let checked = qpdf.must(["--check", sample.path()]);
        assert!(checked.contains("No syntax or stream encoding errors found"), "{checked}");
        let attached = qpdf.run(["--show-attachment=findings.json", sample.path()]);
        assert!(attached.stdout == sample.findings, "the attached findings are not those of the pack");
    }
    // What the file says that it is; krilla's validators are on, and refuse a file that is not.
    for claim in ["<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"] {
        assert!(sample.signed.windows(claim.len()).any(|window| window == claim.as_bytes()), "there is no {claim}");
    }
    if let Some(pdffonts) = tool("pdffonts") {
        let fonts = pdffonts.must([sample.path()]);
        let embedded: Vec<_> = fonts.lines().skip(2).map(|line| line.split_whitespace().rev().nth(4)).collect();
        assert!(embedded.len() >= 3 && embedded.iter().all(|one| *one == Some("yes")), "{fonts}");
    }
    if let Some(pdfinfo) = tool("pdfinfo") {
        let facts = pdfinfo.must([sample.path()]);
        let fact = |name: &str| {
            let line = facts.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        assert_eq!(fact("Tagged"), "yes");
        assert_eq!(fact("Title"), "Cloud compliance evidence report: Example Organisation Ltd.");
        assert_eq!(fact("PDF version"), "1.7");
        assert!(fact("Page size").contains("A4"), "{facts}");
        assert!(fact("CreationDate").contains("2026"), "{facts}");
        let structure = pdfinfo.must(["-struct", sample.path()]);
        for role in ["H1", "H2", "TOC", "TOCI", "Link", "Table", "THead", "TH", "TD", "L", "LBody", "Figure"] {
            let named = structure
                .lines()
                .any(|line| line.split_whitespace().next().map(|name| name.trim_end_matches(':')) == Some(role));
            assert!(named, "there is no {role}");
        }
        let pages: usize = fact("Pages").parse().unwrap();
        assert!((20..200).contains(&pages), "{pages} pages");
    }
}

#[test]
fn what_could_not_be_evaluated_is_told_and_never_counted_as_met() {
    let sample = &*SAMPLE;
    let Some(pdftotext) = tool("pdftotext") else { return };
    let file = sample.home.write("gaps.pdf", report(&dossier::with_gaps(&sample.dossier)));
    let text = pdftotext.must(["-layout", file.to_str().unwrap(), "-"]);
    let lists = sample.dossier.population.len();
    let most = format!("{} of {lists} lists were read to the last page; 7 API calls failed", lists - 1);
    for wanted in [
        "the scans are not complete, see section 5",
        &most,
        "What 7 failed API calls would have told",
        "Resources on pages of 1 list that could not be read",
        "AccessDenied",
        "s3:GetBucketPolicy",
        "To be attested by a human",
    ] {
        assert!(text.contains(wanted), "the report does not say `{wanted}`");
    }
    assert!(!text.contains("Every control could be evaluated"));
}

/// A text that no font has all of, that turns around, hides and never ends.
fn hostile() -> String {
    let strange = "中文 \u{1f512} שלום عربى e\u{301} \u{202e}\0\u{feff}\u{e000} <script> a\u{ad}b ﬁ \u{200d}\u{7}";
    format!("{strange} {}", "x".repeat(1000))
}

#[test]
fn nothing_leaves_the_page_whatever_a_name_is() {
    let sample = &*SAMPLE;
    let Some(pdftotext) = tool("pdftotext") else { return };
    let mut small = dossier::grown(&sample.dossier, 20);
    small.controls.truncate(5);
    for (name, dossier) in [("hostile", dossier::said_everywhere(&small, &hostile())), ("demo", sample.dossier.clone())]
    {
        let file = sample.home.write(&format!("{name}.pdf"), report(&dossier));
        let boxes = pdftotext.must(["-bbox", file.to_str().unwrap(), "-"]);
        let mut words = 0;
        for line in boxes.lines().filter(|line| line.trim().starts_with("<word")) {
            let number = |name: &str| -> f32 {
                line.split_once(&format!("{name}=\"")).unwrap().1.split('"').next().unwrap().parse().unwrap()
            };
            let inside = number("xMin") > 50.0 && number("xMax") < 595.3 - 50.0;
            assert!(inside && number("yMin") > 25.0 && number("yMax") < 841.9 - 20.0, "{name}: {line}");
            words += 1;
        }
        assert!(words > 1000, "{name}: {words} words");
    }
    let text = pdftotext.must([sample.home.path("hostile.pdf").to_str().unwrap(), "-"]);
    assert!(text.contains("\\u{4e2d}\\u{6587}") && text.contains("\\u{202e}\\u{0}"), "strange characters are not told");
    assert!(text.contains("<script>"));
    let xs = text.matches('x').count();
    assert!(xs >= 20 * 1000, "{xs} of the letters of long names are left");
}

#[test]
fn nothing_and_five_thousand_findings_make_a_report() {
    let sample = &*SAMPLE;
    let empty = report(&dossier::empty(&sample.dossier));
    let many = report(&dossier::grown(&sample.dossier, 5000));
    let Some(pdftotext) = tool("pdftotext") else { return };
    let text = |name: &str, pdf: Vec<u8>| {
        let file = sample.home.write(name, pdf);
        pdftotext.must(["-layout", file.to_str().unwrap(), "-"])
    };
    let empty = text("empty.pdf", empty);
    for said in [
        "No control fails on any resource.",
        "No framework is in scope.",
        "No failure in scope was accepted.",
        "No control ran.",
    ] {
        assert!(empty.contains(said), "the empty report does not say `{said}`");
    }
    let many = text("many.pdf", many);
    assert!(many.contains("5,000 verdicts"));
    let listed = many.matches("finding ").count();
    assert!(listed > 1500, "only {listed} findings are listed");
}

#[test]
fn pdfsig_says_valid_trusted_and_total() {
    let sample = &*SAMPLE;
    let Some((pdfsig, database)) = sample.pdfsig() else { return };
    let said = pdfsig.must(["-nssdir", &database, sample.path()]);
    for wanted in ["Signature is Valid", "Certificate is Trusted", "Total document signed", "ETSI.CAdES.detached"] {
        assert!(said.contains(wanted), "pdfsig does not say `{wanted}`:\n{said}");
    }
}

#[test]
fn pyhanko_accepts_the_signature_by_both_of_its_measures() {
    let sample = &*SAMPLE;
    let Some(pyhanko) = tool("pyhanko") else { return };
    let root = sample.root.to_str().unwrap();
    let valid = pyhanko.must(["sign", "validate", "--trust", root, "--trust-replace", "--pretty-print", sample.path()]);
    assert!(valid.contains("The signature is judged VALID"), "{valid}");
    let ades =
        pyhanko.must(["sign", "adesverify", "--trust", root, "--trust-replace", "--pretty-print", sample.path()]);
    assert!(ades.contains("VALID") && !ades.contains("INVALID") && !ades.contains("INDETERMINATE"), "{ades}");
}

#[test]
fn our_own_check_agrees() {
    let sample = &*SAMPLE;
    let verified = pdf_signature::verify(&sample.signed, &sample.trust).unwrap();
    assert!(matches!(verified.signature.path.origin, Origin::Trusted { .. }));
    assert!(sample.signed.starts_with(&sample.plain), "signing changed what was there");
}

#[test]
fn a_time_stamp_inside_the_signature_is_accepted() {
    let sample = &*SAMPLE;
    let Some(authority) = Tsa::start(Manner::Honest) else { return };
    let stamper = Timestamper::new(&authority.url()).unwrap();
    let signed = pdf_signature::sign(&sample.plain, &sample.identity, &sample.meta, Some(&stamper)).unwrap();
    let file = sample.home.write("stamped.pdf", &signed);
    let file = file.to_str().unwrap();
    let roots = certificate::read(&std::fs::read(authority.root()).unwrap()).unwrap();
    let trust = Trust { timestamp_roots: roots, ..sample.trust.clone() };
    let verified = pdf_signature::verify(&signed, &trust).unwrap();
    assert!(matches!(verified.signature.stamp, Some(Stamp::Proved(_))));
    if let Some((pdfsig, database)) = sample.pdfsig() {
        let said = pdfsig.must(["-nssdir", &database, file]);
        assert!(said.contains("Signature is Valid") && said.contains("Total document signed"), "{said}");
    }
    if let Some(pyhanko) = tool("pyhanko") {
        let (root, stamps) = (sample.root.to_str().unwrap(), authority.root());
        let trust = ["--trust", root, "--trust", stamps.to_str().unwrap(), "--trust-replace", "--pretty-print", file];
        let said = pyhanko.must([&["sign", "validate"], trust.as_slice()].concat());
        assert!(said.contains("The signature is judged VALID"), "{said}");
        assert!(said.contains("The TSA certificate is trusted"), "{said}");
    }
}

#[test]
fn without_an_answer_from_the_authority_nothing_is_signed() {
    let sample = &*SAMPLE;
    let Some(authority) = Tsa::start(Manner::Rejects) else { return };
    let stamper = Timestamper::new(&authority.url()).unwrap();
    let error = pdf_signature::sign(&sample.plain, &sample.identity, &sample.meta, Some(&stamper)).unwrap_err();
    assert!(matches!(error, SignError::Timestamp(_)), "{error}");
}

/// Says `good` or `bad` of each file.
const PYHANKO: &str = r#"
import sys, logging
logging.disable(logging.CRITICAL)
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
root = load_cert_from_pemder(sys.argv[1])
for name in sys.argv[2:]:
    try:
        with open(name, 'rb') as file:
            signature = PdfFileReader(file).embedded_signatures[0]
            status = validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False))
            whole = status.coverage.name == 'ENTIRE_FILE'
            print('good' if status.bottom_line and whole else 'bad')
    except Exception:
        print('bad')
"#;

#[test]
fn a_changed_byte_is_noticed_by_everybody() {
    let sample = &*SAMPLE;
    let start = sample.signed.windows(11).rposition(|window| window == b"/Contents <").unwrap() + 10;
    let end = start + sample.signed[start..].iter().position(|&byte| byte == b'>').unwrap();
    let length = sample.signed.len();
    let places: Vec<usize> = (0..14)
        .map(|index| 9 + index * (length - 10) / 14)
        .chain([sample.plain.len() + 3, start - 20, end + 4, length - 40])
        .filter(|place| !(start..end).contains(place))
        .collect();
    let mut files = vec![sample.path().to_owned()];
    for &place in &places {
        let mut changed = sample.signed.clone();
        changed[place] ^= 1;
        assert!(pdf_signature::verify(&changed, &sample.trust).is_err(), "we do not notice byte {place}");
        let file = sample.home.write(&format!("changed-{place}.pdf"), &changed);
        files.push(file.to_str().unwrap().to_owned());
    }
    assert!(places.len() > 12);
    if let Some((pdfsig, database)) = sample.pdfsig() {
        for file in &files[1..] {
            let said = pdfsig.run(["-nssdir", &database, file]);
            let good = said.text().contains("Signature is Valid") && said.text().contains("Total document signed");
            assert!(!good, "pdfsig does not notice {file}:\n{said}");
        }
    }
    if let Some(python) = python_with_tools() {
        let mut args = vec!["-c".to_owned(), PYHANKO.to_owned(), sample.root.to_str().unwrap().to_owned()];
        args.extend(files.iter().cloned());
        let said = python.must(args);
        let said: Vec<_> = said.lines().collect();
        assert_eq!(said.first(), Some(&"good"));
        for (file, said) in files.iter().zip(&said).skip(1) {
            assert_eq!(*said, "bad", "pyHanko does not notice {file}");
        }
        assert_eq!(said.len(), files.len());
    }
}
