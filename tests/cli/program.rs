//! The program as a whole: help, completions, the manual page, where output goes and how it ends.

use crate::support::ciacm::Ciacm;
#[cfg(feature = "aws")]
use crate::support::root;
use crate::support::scanned::assert_fits;
use std::io::{BufRead, BufReader, Read};

/// The subcommands that a help text lists.
fn subcommands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A description that is wrapped goes on further in.
    let named = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    named.filter_map(|line| line.split_whitespace().next()).map(ToOwned::to_owned).collect()
}

fn walk(ciacm: &Ciacm, path: &mut Vec<String>, seen: &mut Vec<String>) {
    let output = ciacm.args(path.iter().map(String::as_str).chain(["--help"])).run().expect_code(0);
    let name = path.join(" ");
    assert_eq!(output.stderr, "", "{name}");
    assert_fits(&output.stdout);
    assert!(output.stdout.contains("Example"), "no example in `ciacm {name} --help`:\n{}", output.stdout);
    assert!(output.stdout.contains("ciacm ") && output.stdout.contains("Usage:"), "{name}");
    let commands = subcommands(&output.stdout);
    seen.push(name);
    for command in commands {
        path.push(command);
        walk(ciacm, path, seen);
        path.pop();
    }
}

#[test]
fn every_command_has_help_with_an_example() {
    let mut seen = Vec::new();
    walk(&Ciacm::new(), &mut Vec::new(), &mut seen);
    for expected in ["scan demo", "findings show", "controls permissions", "frameworks status", "completions", "man"] {
        assert!(seen.iter().any(|name| name == expected), "`{expected}` is not among {seen:?}");
    }
}

#[test]
fn the_short_help_fits_too() {
    for command in [&["-h"][..], &["scan", "demo", "-h"], &["findings", "list", "-h"]] {
        let output = Ciacm::new().args(command.iter().copied()).run().expect_code(0);
        assert_fits(&output.stdout);
    }
}

#[test]
fn the_version_is_the_packages() {
    for args in [["--version"], ["-V"]] {
        let output = Ciacm::new().run(args).expect_code(0);
        assert_eq!(output.stdout, format!("ciacm {}\n", env!("CARGO_PKG_VERSION")));
    }
}

#[test]
fn wrong_use_is_told_with_code_2() {
    insta::assert_snapshot!(Ciacm::new().run(["findings", "lst"]).snapshot());
    insta::assert_snapshot!(Ciacm::new().run(["findings", "list", "--severity", "hgih"]).snapshot());
    insta::assert_snapshot!(Ciacm::new().run(["scan", "demo", "--fail-on", "sometimes"]).snapshot());
    insta::assert_snapshot!(Ciacm::new().run(["scan"]).snapshot().lines().next().unwrap());
    Ciacm::new().run([]).expect_code(2);
}

/// Shell, and the file that has its completions.
#[cfg(feature = "aws")]
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "ciacm.bash"),
    ("zsh", "_ciacm"),
    ("fish", "ciacm.fish"),
    ("powershell", "_ciacm.ps1"),
    ("elvish", "ciacm.elv"),
];

#[test]
#[cfg(feature = "aws")]
fn completions_and_manual_page_are_up_to_date() {
    let ciacm = Ciacm::new();
    let shells = COMPLETIONS.map(|(shell, file)| (vec!["completions", shell], file));
    let all = shells.into_iter().chain([(vec!["man"], "ciacm.1")]);
    let mut stale = Vec::new();
    for (args, file) in all {
        let output = ciacm.args(&args).run().expect_code(0);
        let committed = std::fs::read_to_string(root().join("completions").join(file)).unwrap_or_default();
        if committed.replace("\r\n", "\n") != output.stdout {
            stale.push(format!("  cargo run -- {} > completions/{file}", args.join(" ")));
        }
    }
    assert!(
        stale.is_empty(),
        "files in completions/ are out of date; bring them up to date with\n{}",
        stale.join("\n")
    );
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let ciacm = Ciacm::new();
    let mut child = ciacm.args(["frameworks", "show", "nist-800-53r5", "--format", "json"]).spawn();
    let mut first = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    assert_eq!(first, "{\n");
    let code = child.wait().unwrap().code();
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
}

#[test]
fn output_goes_to_a_file_whole_or_not_at_all() {
    let ciacm = Ciacm::new();
    let args = ["controls", "list", "--service", "s3", "--format", "json"];
    let printed = ciacm.run(args).expect_code(0);
    let written = ciacm.args(args).args(["--output", "controls.json"]).run().expect_code(0);
    assert_eq!(written.stdout, "");
    assert_eq!(std::fs::read_to_string(ciacm.path("controls.json")).unwrap(), printed.stdout);

    // Over what is there, and nothing is left beside it.
    ciacm.write("controls.json", "old");
    ciacm.args(args).args(["--output", "controls.json"]).run().expect_code(0);
    assert_eq!(std::fs::read_to_string(ciacm.path("controls.json")).unwrap(), printed.stdout);
    let mut left: Vec<_> = std::fs::read_dir(ciacm.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["controls.json", "user"]);

    insta::assert_snapshot!(ciacm.args(args).args(["--output", "no/such/file"]).run().snapshot());
    insta::assert_snapshot!(ciacm.args(args).args(["--output", "user"]).run().snapshot());
}

#[test]
fn colours_are_for_terminals_and_no_color_is_obeyed() {
    let ciacm = Ciacm::new();
    let args = ["controls", "show", "AWS-S3-001"];
    let coloured = ciacm.args(args).without_env("NO_COLOR").env("CLICOLOR_FORCE", "1").run().expect_code(0);
    assert!(coloured.stdout.contains('\u{1b}'), "nothing to test: no colours even if forced");
    for output in [ciacm.args(args).run(), ciacm.args(args).without_env("NO_COLOR").run()] {
        assert!(!output.stdout.contains('\u{1b}'), "{}", output.stdout);
    }
    let file = ciacm.args(args).without_env("NO_COLOR").env("CLICOLOR_FORCE", "1").args(["--output", "show.txt"]);
    file.run().expect_code(0);
    assert!(!std::fs::read_to_string(ciacm.path("show.txt")).unwrap().contains('\u{1b}'));
}
