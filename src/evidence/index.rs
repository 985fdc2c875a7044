//! `index.html`: from requirement to control to finding to what was read, offline, in one file.

use super::dossier::Dossier;
use base64ct::{Base64, Encoding as _};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const PAGE: &str = include_str!("assets/index.html");
const STYLE: &str = include_str!("assets/index.css");
const SCRIPT: &str = include_str!("assets/index.js");

/// The columns of a finding, in the order in which the script takes them.
const COLUMNS: [&str; 10] =
    ["id", "control", "account", "region", "type", "resource", "verdict", "status", "reason", "file"];

#[derive(Serialize)]
struct Data<'a> {
    organisation: &'a str,
    as_of: String,
    frameworks: Vec<Framework<'a>>,
    controls: BTreeMap<&'a str, Control<'a>>,
    columns: [&'static str; COLUMNS.len()],
    findings: Vec<[String; COLUMNS.len()]>,
}

#[derive(Serialize)]
struct Framework<'a> {
    id: &'a str,
    title: &'a str,
    requirements: Vec<Requirement<'a>>,
}

#[derive(Serialize)]
struct Requirement<'a> {
    id: &'a str,
    title: &'a str,
    status: &'static str,
    controls: &'a [String],
    reasons: &'a [String],
}

#[derive(Serialize)]
struct Control<'a> {
    title: &'a str,
    requirements: Vec<String>,
}

/// The page.
///
/// # Errors
/// If a value has no JSON, which these have.
pub fn page(dossier: &Dossier) -> serde_json::Result<Vec<u8>> {
    let frameworks = dossier.frameworks.iter().map(|framework| Framework {
        id: &framework.id,
        title: &framework.title,
        requirements: framework
            .requirements
            .iter()
            .map(|one| Requirement {
                id: &one.id,
                title: &one.title,
                status: one.status.words(),
                controls: &one.controls,
                reasons: &one.reasons,
            })
            .collect(),
    });
    let controls = dossier.controls.iter().map(|control| {
        let requirements = control.frameworks.iter();
        let requirements =
            requirements.flat_map(|(framework, ids)| ids.iter().map(move |id| format!("{framework} {id}")));
        (control.id.as_str(), Control { title: &control.title, requirements: requirements.collect() })
    });
    let findings = dossier.findings.iter().map(|facts| {
        let finding = &facts.finding;
        [
            finding.id.to_string(),
            finding.control.clone(),
            finding.account.clone(),
            finding.region.clone(),
            finding.kind.clone(),
            finding
                .name
                .as_ref()
                .filter(|name| **name != finding.resource)
                .map_or_else(|| finding.resource.clone(), |name| format!("{name} ({})", finding.resource)),
            finding.verdict.to_string(),
            finding.status.map(|status| status.to_string()).unwrap_or_default(),
            finding.reason.clone().unwrap_or_default(),
            facts.resource_file.clone().unwrap_or_default(),
        ]
    });
    let data = serde_json::to_string(&Data {
        organisation: &dossier.organisation,
        as_of: dossier.as_of.to_string(),
        frameworks: frameworks.collect(),
        controls: controls.collect(),
        columns: COLUMNS,
        findings: findings.collect(),
    })?;
    // Only what stands in this file runs, and nothing is fetched.
    let hash = |text: &str| format!("'sha256-{}'", Base64::encode_string(&Sha256::digest(text)));
    let policy = format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let page = PAGE
        .replace("{{policy}}", &policy)
        .replace("{{style}}", STYLE)
        .replace("{{script}}", SCRIPT)
        // Last, for the data may hold anything.
        .replacen("{{data}}", &in_script(&data), 1);
    Ok(page.into_bytes())
}

/// JSON that can stand in a `<script>` element: nothing in it is markup.
fn in_script(json: &str) -> String {
    let mut text = String::with_capacity(json.len() + json.len() / 16);
    for character in json.chars() {
        match character {
            '<' => text.push_str("\\u003c"),
            '>' => text.push_str("\\u003e"),
            '&' => text.push_str("\\u0026"),
            '\u{2028}' => text.push_str("\\u2028"),
            '\u{2029}' => text.push_str("\\u2029"),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_the_script() {
        let text = serde_json::to_string("</script><script>alert(1)</script><!--&\u{2028}").unwrap();
        let safe = in_script(&text);
        assert!(!safe.contains(['<', '>', '&', '\u{2028}']), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), serde_json::from_str::<String>(&text).unwrap());
    }

    #[test]
    fn the_template_has_each_placeholder_once() {
        for name in ["{{policy}}", "{{style}}", "{{script}}", "{{data}}"] {
            assert_eq!(PAGE.matches(name).count(), 1, "{name}");
            assert!(!STYLE.contains(name) && !SCRIPT.contains(name), "{name}");
        }
        assert!(!SCRIPT.contains("</") && !SCRIPT.contains("innerHTML"));
    }
}
