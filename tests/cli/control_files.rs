//! Control files of users: what is wrong is told with file, line, column and a hint; what is right runs.

use crate::support::ciacm::{Ciacm, Output};

const CONTROL: &str = r#"id: ACME-S3-001
title: Buckets have an owner
severity: high
provider: aws
resource: aws.s3.bucket
summary: The bucket has a tag that names its owner.
rationale: Nobody answers for what nobody owns.
frameworks:
  soc2: [CC6.1]
parameters:
  tag: {type: string, default: Owner, about: name of the tag}
check:
  pass_when:
    - expr: params.tag in resource.tags
      otherwise: No tag names an owner.
remediation:
  manual: Add the tag.
tests:
  - name: owned
    resource: {tags: {Owner: ops}}
    expect: PASS
  - name: not owned
    resource: {tags: {}}
    expect: FAIL
    because: No tag names an owner.
"#;

fn lint(text: &str) -> Output {
    let ciacm = Ciacm::new();
    ciacm.write("own/control.yaml", text);
    ciacm.args(["controls", "lint", "own"]).run()
}

#[test]
fn a_right_control_is_accepted_and_tested() {
    lint(CONTROL).expect_code(0);
    let ciacm = Ciacm::new();
    ciacm.write("own/control.yaml", CONTROL);
    let output = ciacm.args(["controls", "test", "--controls", "own"]).run().expect_code(0);
    assert!(output.stdout.contains("2 passed, 0 failed"), "{}", output.snapshot());
}

#[test]
fn each_mistake_is_told_with_its_place() {
    let cases = [
        ("severity: high", "severity: hihg", "own/control.yaml:3:11: `hihg` is no severity"),
        ("severity: high", "severty: high", "own/control.yaml:3:1: "),
        (
            "aws.s3.bucket",
            "aws.s3.buket",
            "own/control.yaml:5:11: there is no resource type `aws.s3.buket`\n  hint: did you mean aws.s3.bucket?",
        ),
        ("provider: aws", "provider: azure", "own/control.yaml:4:11: `provider` is azure"),
        (
            "soc2: [CC6.1]",
            "soc2: [CC6.11]",
            "own/control.yaml:9:10: soc2 has no requirement `CC6.11`\n  hint: did you mean CC6.1?",
        ),
        (
            "soc2: [CC6.1]",
            "sco2: [CC6.1]",
            "own/control.yaml:9:10: there is no framework `sco2`\n  hint: did you mean soc2?",
        ),
        ("in resource.tags", "in resource.tgas", "own/control.yaml:14:36: "),
        ("params.tag in resource.tags", "resource.tags", "own/control.yaml:14:13: "),
        ("params.tag in resource.tags", "params.tag in", "own/control.yaml:14:"),
        ("params.tag in resource.tags", "params.tga in resource.tags", "own/control.yaml:14:20: "),
        (
            "in resource.tags",
            "in resource.tags && resource.public_access_block.block_public_acls",
            "own/control.yaml:14:",
        ),
        ("default: Owner", "default: 7", "own/control.yaml:11:8: parameter `tag`: `default`: 7 is no string"),
        ("expect: PASS", "expect: FAIL", "no inline test expects PASS"),
        ("{tags: {Owner: ops}}", "{tgas: {Owner: ops}}", "aws.s3.bucket has no field `tgas`; did you mean `tags`?"),
        ("id: ACME-S3-001", "id: acme", "own/control.yaml:1:5: `acme` is no control id"),
    ];
    for (right, wrong, expected) in cases {
        let changed = CONTROL.replacen(right, wrong, 1);
        assert_ne!(changed, CONTROL);
        let output = lint(&changed).expect_code(2);
        assert!(output.stderr.contains(expected), "`{wrong}` should tell `{expected}`:\n{}", output.stderr);
    }
}

#[test]
fn hostile_yaml_is_refused_quickly() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    for text in [bomb.as_str(), "a: &a [*a]\n", "{{{{", "\u{0}", "- - - -", "? : ? :"] {
        let output = lint(text).expect_code(2);
        assert!(output.stderr.contains("control.yaml"), "{}", output.stderr);
    }
    let ciacm = Ciacm::new();
    ciacm.write("own/control.yaml", b"id: \xff\xfe");
    ciacm.args(["controls", "lint", "own"]).run().expect_code(2);
}

#[test]
fn a_huge_file_is_refused_unread() {
    let ciacm = Ciacm::new();
    let path = ciacm.write("own/control.yaml", "id: x\n");
    std::fs::File::options().write(true).open(path).unwrap().set_len(100 * 1024 * 1024).unwrap();
    let output = ciacm.args(["controls", "lint", "own"]).run().expect_code(2);
    assert!(output.stderr.contains("100 MiB large"), "{}", output.stderr);
}

#[test]
fn directories_without_controls_are_told() {
    let ciacm = Ciacm::new();
    std::fs::create_dir(ciacm.path("empty")).unwrap();
    for directory in ["empty", "missing"] {
        let output = ciacm.args(["scan", "demo", "--controls", directory]).run().expect_code(2);
        assert!(output.stderr.contains(directory), "{}", output.stderr);
    }
}

#[test]
fn two_files_must_not_share_an_id() {
    let ciacm = Ciacm::new();
    ciacm.write("own/a.yaml", CONTROL);
    ciacm.write("own/b.yaml", CONTROL);
    let output = ciacm.args(["controls", "lint", "own"]).run().expect_code(2);
    assert!(output.stderr.contains("own/a.yaml has the id ACME-S3-001 already"), "{}", output.stderr);
}

#[test]
fn a_control_of_ones_own_replaces_the_shipped_one_with_a_warning() {
    let ciacm = Ciacm::new();
    ciacm.write("own/control.yaml", CONTROL.replace("ACME-S3-001", "AWS-S3-001"));
    let output = ciacm.args(["controls", "show", "AWS-S3-001", "--controls", "own"]).run().expect_code(0);
    assert!(output.stderr.contains("replaces the shipped control AWS-S3-001"), "{}", output.stderr);
    assert!(output.stdout.contains("Buckets have an owner"), "{}", output.stdout);
}

#[test]
fn a_test_that_fails_says_what_came_out() {
    let ciacm = Ciacm::new();
    ciacm.write("own/control.yaml", CONTROL.replace("{tags: {}}", "{tags: {Owner: someone}}"));
    let output = ciacm.args(["controls", "test", "--controls", "own"]).run().expect_code(1);
    assert!(output.stdout.contains("FAILED: own/control.yaml:22 ACME-S3-001 `not owned`"), "{}", output.stdout);
    assert!(output.stdout.contains("expected FAIL, got PASS"), "{}", output.stdout);
}

#[test]
fn the_shipped_library_is_clean_and_its_tests_pass() {
    let ciacm = Ciacm::new();
    ciacm.args(["controls", "lint"]).run().expect_code(0);
    let output = ciacm.args(["controls", "test"]).run().expect_code(0);
    assert!(output.stdout.contains(" 0 failed"), "{}", output.stdout);
}

#[test]
fn parameters_are_set_and_checked() {
    let ciacm = Ciacm::new();
    let scan = |setting: &str| {
        ciacm.args(["scan", "demo", "--control", "AWS-IAM-004", "--fail-on", "none", "--param", setting]).run()
    };
    scan("AWS-IAM-004.max_age=30d").expect_code(0);
    for (setting, expected) in [
        ("AWS-IAM-004.max_age=9000d", "is more than the largest allowed value"),
        ("AWS-IAM-004.max_age=soon", "soon"),
        ("AWS-IAM-004.max_agee=30d", "has no parameter `max_agee`"),
        ("AWS-IAM-04.max_age=30d", "did you mean AWS-IAM-004?"),
        ("max_age", "write CONTROL.NAME=VALUE"),
    ] {
        let output = scan(setting).expect_code(2);
        assert!(output.stderr.contains(expected), "{setting}: {}", output.stderr);
    }
}

#[test]
fn a_loosened_parameter_fails_the_requirement_that_limits_it() {
    let ciacm = Ciacm::new();
    let standing = |setting: &str| {
        ciacm
            .args(["scan", "demo", "--control", "AWS-IAM-009", "--fail-on", "none", "--param", setting])
            .run()
            .expect_code(0);
        let output = ciacm.args(["frameworks", "status", "cis-aws-7.0", "--format", "json"]).run().expect_code(0);
        let requirements = output.json()["requirements"].as_array().unwrap().clone();
        requirements.into_iter().find(|one| one["id"] == "2.11").unwrap()
    };
    let loose = standing("AWS-IAM-009.max_idle=365d");
    assert_eq!(loose["status"], "failing");
    let reasons = loose["reasons"].to_string();
    assert!(reasons.contains("ran with max_idle = 365d; cis-aws-7.0 asks for at most 45d"), "{reasons}");
    let strict = standing("AWS-IAM-009.max_idle=45d").to_string();
    assert!(!strict.contains("ran with"), "{strict}");
}

/// What is said of this expression.
fn expression_mistake(wrong: &str) -> String {
    let text = CONTROL.replacen("params.tag in resource.tags", wrong, 1);
    lint(&text).expect_code(2).stderr
}

#[test]
fn mistakes_in_expressions_are_told_to_the_column() {
    let told: Vec<String> = [
        "params.tag in",
        "params.tag in resource.tgas",
        "params.tag in resource.tags && resource.nmae == 'x'",
        "resource.tags",
        "resource.name == 7",
        "size(resource.tags, 1) > 0",
        "resource.policy.statements.exists(s, s.effect == 'Allow')",
        "params.tag in resource.tags &&& true",
        "\"'unclosed in resource.tags\"",
        "params.tag in resource.tags || frobnicate(resource.tags)",
        "|\n        params.tag in resource.tags &&\n        resource.tgas == 'x'",
        "'has(resource.name) && resource.name.matches(\"[\")'",
    ]
    .into_iter()
    .map(|wrong| format!("{wrong}\n{}", expression_mistake(wrong)))
    .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn other_mistakes_are_told_to_the_column() {
    let told: Vec<String> = [
        ("severity: high\n", ""),
        ("title: Buckets", "titel: Buckets"),
        ("otherwise:", "othrwise:"),
        ("    because:", "    becaus:"),
        ("  manual:", "  by_hand:"),
        ("provider: aws", "provider: [aws]"),
        ("rationale: Nobody answers for what nobody owns.", "rationale: ''"),
        ("frameworks:", "references: [http://example.com]\nframeworks:"),
        ("  - name: not owned", "  - name: owned"),
        ("    expect: FAIL", "    expect: FIAL"),
        ("title: Buckets have an owner", "title: Buckets have an owner\ntitle: Twice"),
        ("parameters:", "parameters:\n  unused: {type: int, default: 1, about: nothing}"),
        ("{type: string, default: Owner,", "{type: text, default: Owner,"),
        ("{type: string, default: Owner,", "{type: int, default: 5, max: 3,"),
        ("soc2: [CC6.1]", "soc2: [CC6.1, CC6.1]"),
    ]
    .into_iter()
    .map(|(right, wrong)| {
        let text = CONTROL.replacen(right, wrong, 1);
        assert_ne!(text, CONTROL, "{right}");
        format!("{wrong}\n{}", lint(&text).expect_code(2).stderr)
    })
    .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_control_without_tests_is_refused() {
    let without = CONTROL.split("tests:").next().unwrap();
    let output = lint(without).expect_code(2);
    for verdict in ["PASS", "FAIL"] {
        assert!(output.stderr.contains(&format!("no inline test expects {verdict}")), "{}", output.stderr);
    }
}

#[test]
fn all_problems_of_all_files_are_told_at_once() {
    let ciacm = Ciacm::new();
    ciacm.write("own/a.yaml", CONTROL.replacen("severity: high", "severity: hihg", 1).replacen("CC6.1", "CC66", 1));
    ciacm.write("own/deeper/b.yml", "id: [");
    ciacm.write("own/.hidden.yaml", "this is not looked at: [");
    ciacm.write("own/notes.txt", "nor is this");
    let output = ciacm.run(["controls", "lint", "own"]).expect_code(2);
    assert!(output.stderr.starts_with("error: the control library has 3 problems\n"), "{}", output.stderr);
    for place in ["own/a.yaml:3:11: ", "own/a.yaml:9:10: ", "own/deeper/b.yml:"] {
        assert!(output.stderr.contains(place), "no {place} in\n{}", output.stderr);
    }
    // Nothing runs with such a library.
    ciacm.run(["scan", "demo", "--controls", "own"]).expect_code(2);
    ciacm.assert_nothing_recorded();
}

#[test]
fn controls_of_ones_own_are_scanned_and_reported() {
    let ciacm = Ciacm::new();
    let shipped = std::fs::read_to_string(crate::support::root().join("controls/aws/s3/AWS-S3-001.yaml")).unwrap();
    let own = shipped.replace("AWS-S3-001", "ACME-S3-001").replace("title: ", "title: By our own rule, ");
    ciacm.write("own/control.yaml", own);
    let args = ["scan", "demo", "--controls", "own", "--control", "ACME-S3-001", "--format", "json"];
    let report = ciacm.args(args).run().expect_code(1).json();
    let findings = report["findings"].as_array().unwrap();
    assert!(!findings.is_empty() && findings.iter().all(|finding| finding["control"] == "ACME-S3-001"));
    // The finding outlives the library that made it.
    let id = findings[0]["id"].as_str().unwrap();
    let shown = ciacm.run(["findings", "show", id]).expect_code(0);
    assert!(shown.stdout.contains("By our own rule, "), "{}", shown.stdout);
    let listed = ciacm.run(["findings", "list", "--control", "ACME-*"]).expect_code(0);
    assert!(listed.stdout.contains("ACME-S3-001"), "{}", listed.stdout);
}

#[test]
fn generated_pages_are_written_and_checked() {
    let ciacm = Ciacm::new();
    let check = || ciacm.run(["controls", "docs", "--check", "docs"]);
    assert!(check().expect_code(2).stderr.contains("run `ciacm controls docs --write docs`"));
    ciacm.run(["controls", "docs", "--write", "docs"]).expect_code(0);
    check().expect_code(0);
    ciacm.write("docs/controls/AWS-S3-001.md", "edited");
    ciacm.write("docs/controls/AWS-S3-999.md", "of a control that is gone");
    let stale = check().expect_code(2).stderr;
    assert!(stale.contains("AWS-S3-001.md") && stale.contains("AWS-S3-999.md"), "{stale}");
    ciacm.run(["controls", "docs", "--write", "docs"]).expect_code(0);
    check().expect_code(0);
    assert!(!ciacm.path("docs/controls/AWS-S3-999.md").exists());
}
