//! The documentation speaks of the program that is there: its commands parse, its links lead somewhere.

use clap::error::ErrorKind;
use std::path::{Path, PathBuf};

fn pages() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = Vec::new();
    let mut directories =
        vec![root.to_owned(), root.join("docs"), root.join("docs/decisions"), root.join("tests/emulator")];
    directories.push(root.join("docs/controls"));
    for directory in directories {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let text = std::fs::read_to_string(&path).unwrap();
                pages.push((path, text));
            }
        }
    }
    assert!(pages.len() > 20, "the pages were not found");
    pages
}

/// The lines of shell blocks and of indented blocks that run `ciacm`, continued lines joined, comments, pipes and
/// redirections cut off.
fn commands(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut shell = false;
    let mut continued = String::new();
    for line in text.lines() {
        let indented = line.starts_with("    ciacm ");
        let line = line.trim();
        if let Some(language) = line.strip_prefix("```") {
            shell = matches!(language, "sh" | "console" | "bash" | "shell");
            continue;
        }
        if !shell && !indented && continued.is_empty() {
            continue;
        }
        if let Some(head) = line.strip_suffix('\\') {
            continued.push_str(head);
            continue;
        }
        let line = format!("{continued}{line}");
        continued.clear();
        let line = line.trim_start_matches("$ ").to_owned();
        if line.starts_with("ciacm ") && !line.contains('[') {
            let end =
                [" #", " |", " >", " &&", " ;"].iter().filter_map(|mark| line.find(mark)).min().unwrap_or(line.len());
            commands.push(line[..end].trim().to_owned());
        }
    }
    commands
}

/// The words of a command, as a shell takes it apart: quotes keep spaces.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in command.chars() {
        match (quote, c) {
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(open), c) if open == c => quote = None,
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[test]
fn every_command_in_the_documentation_is_understood() {
    let mut checked = 0;
    for (path, text) in pages() {
        for command in commands(&text) {
            let words = words(&command);
            if !cfg!(feature = "aws") && command.contains("scan aws") {
                continue;
            }
            if let Err(error) = super::command().try_get_matches_from(words) {
                let help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
                assert!(help, "{}: `{command}`\n{error}", path.display());
            }
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} commands were found");
}

#[test]
fn every_relative_link_leads_to_a_file() {
    for (path, text) in pages() {
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") || file.contains(' ') {
                continue;
            }
            let linked = path.parent().unwrap().join(file);
            assert!(linked.exists(), "{} links to {target}, which does not exist", path.display());
        }
    }
}

#[test]
fn the_command_line_is_consistent() {
    super::command().debug_assert();
}
