//! The tables of a pack for spreadsheets: RFC 4180, with cells that no spreadsheet takes for formulas.

use super::dossier::{Dossier, FindingFacts};
use crate::framework::status::Standing;
use std::collections::BTreeMap;

/// The findings, one a line.
///
/// # Errors
/// Never, but for a lack of memory.
pub fn findings(dossier: &Dossier) -> csv::Result<Vec<u8>> {
    const HEADER: [&str; 18] = [
        "id",
        "control",
        "title",
        "severity",
        "verdict",
        "status",
        "provider",
        "account",
        "region",
        "type",
        "resource",
        "name",
        "reason",
        "first_seen",
        "last_seen",
        "last_changed",
        "requirements",
        "document",
    ];
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(HEADER)?;
    for FindingFacts { finding, resource_file, .. } in &dossier.findings {
        let requirements: Vec<_> = finding
            .frameworks
            .iter()
            .flat_map(|(framework, ids)| ids.iter().map(move |id| format!("{framework}:{id}")))
            .collect();
        let cells: [&str; HEADER.len()] = [
            &finding.id.to_string(),
            &finding.control,
            &finding.title,
            finding.severity.as_str(),
            finding.verdict.as_str(),
            finding.status.map_or("", |status| status.as_str()),
            &finding.provider,
            &finding.account,
            &finding.region,
            &finding.kind,
            &finding.resource,
            finding.name.as_deref().unwrap_or_default(),
            finding.reason.as_deref().unwrap_or_default(),
            &finding.first_seen.to_string(),
            &finding.last_seen.to_string(),
            &finding.last_changed.to_string(),
            &requirements.join("; "),
            resource_file.as_deref().unwrap_or_default(),
        ];
        table.write_record(cells.map(harmless))?;
    }
    finish(table)
}

/// Which control serves which requirement, and where the requirement stands.
///
/// # Errors
/// Never, but for a lack of memory.
pub fn controls_to_requirements(dossier: &Dossier) -> csv::Result<Vec<u8>> {
    let titles: BTreeMap<&str, &str> =
        dossier.controls.iter().map(|control| (control.id.as_str(), control.title.as_str())).collect();
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["framework", "requirement", "requirement_title", "status", "control", "control_title"])?;
    for framework in &dossier.frameworks {
        for requirement in &framework.requirements {
            let line = |control: &str, title: &str| {
                [&framework.id, &requirement.id, &requirement.title, requirement.status.words(), control, title]
                    .map(harmless)
            };
            if requirement.status == Standing::NotCovered {
                table.write_record(line("", ""))?;
            }
            for control in &requirement.controls {
                let title = titles.get(control.as_str()).copied().unwrap_or("(did not run)");
                table.write_record(line(control, title))?;
            }
        }
    }
    finish(table)
}

fn finish(table: csv::Writer<Vec<u8>>) -> csv::Result<Vec<u8>> {
    table.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// A cell that a spreadsheet shows and does not compute.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn formulas_become_texts() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        assert_eq!(harmless("arn:aws:s3:::a=b"), "arn:aws:s3:::a=b");
    }
}
