//! The output that the README shows is the program's own.

use crate::support::ciacm::Ciacm;
use std::path::Path;

/// Every line between the marks stands in the output, in this order; `[...]` stands for any number of lines.
#[test]
fn the_readme_shows_what_the_demo_prints() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let shown = readme.split("<!-- demo -->").nth(1).unwrap().split("<!-- /demo -->").next().unwrap();
    let output = Ciacm::new().args(["scan", "demo"]).run().expect_code(1);
    let mut printed = output.stdout.lines();
    let mut may_skip = false;
    let mut compared = 0;
    for line in shown.lines().filter(|line| !line.starts_with("```")).skip_while(|line| line.is_empty()) {
        if line.trim() == "[...]" {
            may_skip = true;
            continue;
        }
        let found = if may_skip { printed.by_ref().find(|one| *one == line) } else { printed.next() };
        assert_eq!(found, Some(line), "the README is out of date: run `ciacm scan demo` and paste its output");
        may_skip = false;
        compared += 1;
        if printed.clone().next().is_none() {
            break;
        }
    }
    assert!(compared > 20, "the README shows only {compared} lines");
}

#[test]
fn the_generated_pages_are_up_to_date() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    Ciacm::new().args(["controls", "docs", "--check", docs.to_str().unwrap()]).run().expect_code(0);
}

#[test]
fn the_readme_counts_the_repairs() {
    let library = Ciacm::new().run(["controls", "list", "--format", "json"]).expect_code(0).json();
    let controls = library.as_array().unwrap();
    let repaired = controls.iter().filter(|control| !control["remediation"]["automatic"].is_null()).count();
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let counted = format!("what {repaired} of the {} controls find", controls.len());
    assert!(readme.contains(&counted), "README.md does not say `{counted}`");
}
