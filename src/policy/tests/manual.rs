//! The examples of the user's reference.

use super::*;
use crate::inventory::resource_type;

const MANUAL: &str = include_str!("../../../docs/expressions.md");

/// The names that examples use.
fn parameters() -> Vec<(String, ParameterType)> {
    [("max_age", ParameterType::Duration), ("min_length", ParameterType::Int), ("owners", ParameterType::StringList)]
        .map(|(name, kind)| (name.to_owned(), kind))
        .into()
}

/// The `cel` blocks.
fn blocks() -> impl Iterator<Item = &'static str> {
    MANUAL.split("```cel\n").skip(1).filter_map(|rest| rest.split("```").next())
}

#[test]
fn every_example_is_what_it_says() {
    let parameters = parameters();
    let mut accepted = 0;
    let mut refused = 0;
    for block in blocks() {
        let mut kind = None;
        for part in block.split("\n\n").map(str::trim) {
            let comments = part.lines().filter_map(|line| line.strip_prefix("// "));
            let mut reason = None;
            for comment in comments {
                match comment.strip_prefix("refused: ") {
                    Some(text) => reason = Some(text),
                    None => kind = resource_type(comment),
                }
            }
            let resource = kind.unwrap_or_else(|| panic!("no resource type before {part}"));
            let environment = Environment { resource, parameters: &parameters };
            let compiled = compile(part, &environment, &Facts::default(), Expected::Any);
            match (compiled, reason) {
                (Ok(_), None) => accepted += 1,
                (Err(error), Some(reason)) => {
                    assert_eq!(error.message, reason, "{part}");
                    refused += 1;
                }
                (Ok(_), Some(_)) => panic!("accepted: {part}"),
                (Err(error), None) => panic!("{error}, {:?}: {part}", error.hint),
            }
        }
    }
    assert!(accepted >= 12 && refused >= 7, "{accepted} accepted, {refused} refused");
}
