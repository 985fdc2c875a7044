//! What a scan said, as tests compare it, and one scan of the estate that many tests look at.

use super::ciacm::{Ciacm, Output};
use super::emulator::{Call, Emulator, REGIONS};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

/// A finding's place: control, account, region, resource.
pub type Place = (String, String, String, String);

/// The findings of a report of `scan`, or of `findings list`, by their places.
#[track_caller]
pub fn by_place(report: &Value) -> BTreeMap<Place, Value> {
    let findings = report.get("findings").unwrap_or(report).as_array().expect("a list of findings");
    findings
        .iter()
        .map(|finding| {
            let text = |name: &str| finding[name].as_str().unwrap().to_owned();
            ((text("control"), text("account"), text("region"), text("resource")), finding.clone())
        })
        .collect()
}

/// Place to verdict.
#[track_caller]
pub fn verdicts(report: &Value) -> BTreeMap<Place, String> {
    by_place(report).into_iter().map(|(place, finding)| (place, word(&finding, "verdict"))).collect()
}

/// What a scan said of one control: `region resource` to verdict.
#[track_caller]
pub fn of_control(report: &Value, control: &str) -> BTreeMap<String, String> {
    verdicts(report)
        .into_iter()
        .filter(|((id, ..), _)| id == control)
        .map(|((_, _, region, resource), verdict)| (format!("{region} {resource}"), verdict))
        .collect()
}

/// A text of a JSON object.
#[track_caller]
pub fn word(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no text `{name}` in {value}")).to_owned()
}

/// Asserts that no line is wider than 80 columns, but for what must not be broken: an address or an ARN alone.
#[track_caller]
pub fn assert_fits(text: &str) {
    for line in text.lines() {
        let width = line.chars().count();
        let alone = !line.trim().trim_end_matches(" \\").contains(' ');
        assert!(width <= 80 || alone, "{width} columns: {line}");
    }
}

/// One scan of the whole estate with every shipped control.
pub struct EstateScan {
    /// Its report as JSON.
    pub report: Value,
    /// The snapshot that it recorded.
    pub snapshot: Vec<u8>,
    /// The calls that it made.
    pub calls: Vec<Call>,
}

/// The scan of the estate that all tests of this process share.
pub fn estate() -> &'static EstateScan {
    static SCAN: OnceLock<EstateScan> = OnceLock::new();
    SCAN.get_or_init(|| {
        let emulator = Emulator::estate();
        emulator.clear_calls();
        let ciacm = Ciacm::new();
        let output = ciacm
            .scan(emulator, &REGIONS)
            .args(["--format", "json", "--record", "estate.snapshot"])
            .run()
            .expect_code(1);
        EstateScan {
            report: output.json(),
            snapshot: std::fs::read(ciacm.path("estate.snapshot")).unwrap(),
            calls: emulator.calls(),
        }
    })
}

impl Ciacm {
    /// A home in which the estate was scanned, from the recording: fast, and nobody else writes there.
    pub fn with_estate() -> Self {
        let ciacm = Self::new();
        ciacm.estate_snapshot();
        ciacm.args(["scan", "snapshot", "estate.snapshot", "--fail-on", "none"]).run().expect_code(0);
        ciacm
    }

    /// Writes the recording of the estate into the temporary directory.
    pub fn estate_snapshot(&self) -> PathBuf {
        self.write("estate.snapshot", &estate().snapshot)
    }

    /// Runs the program.
    #[track_caller]
    pub fn run<const N: usize>(&self, args: [&str; N]) -> Output {
        self.args(args).run()
    }

    /// Everything that the store knows of findings.
    #[track_caller]
    pub fn findings(&self) -> Value {
        self.run(["findings", "list", "--all", "--format", "json"]).expect_code(0).json()
    }

    /// Asserts that no scan was recorded in this home.
    #[track_caller]
    pub fn assert_nothing_recorded(&self) {
        let output = self.run(["frameworks", "status", "soc2"]).expect_code(2);
        let none = ["nothing is recorded", "nothing was scanned", "nothing recorded"];
        assert!(none.iter().any(|text| output.stderr.contains(text)), "{}", output.snapshot());
    }
}
