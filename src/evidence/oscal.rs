//! The pack as OSCAL assessment results (NIST, version 1.2): what other compliance tools read.
//!
//! Every id is made from what it names, so the same pack gives the same document.

use super::dossier::{Dossier, FindingFacts, FrameworkFacts};
use super::resource_file::ResourceKey;
use crate::finding::{Status, Verdict};
use crate::framework::status::{RequirementStatus, Standing};
use crate::store::Scan;
use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};
use std::collections::{BTreeMap, BTreeSet};

/// The version of OSCAL.
const VERSION: &str = "1.2.1";

/// The namespace of our properties.
const NAMESPACE: &str = "urn:ciacm:oscal";

/// Control id to the frameworks that ask for stricter parameters than it ran with, and why.
pub type Loosened = BTreeMap<String, BTreeMap<String, String>>;

/// The document.
///
/// # Errors
/// If a value has no JSON, which these have.
pub fn assessment_results(dossier: &Dossier, loosened: &Loosened) -> serde_json::Result<Vec<u8>> {
    let scans: Vec<_> = dossier.scans.iter().map(|scan| OfScan::new(dossier, scan, loosened)).collect();
    let mut bytes = serde_json::to_vec(&Root {
        assessment_results: Document {
            uuid: uuid(&["document", &dossier.organisation, &dossier.as_of.to_string()]),
            metadata: metadata(dossier),
            import_ap: json!({"href": format!("#{}", plan(dossier))}),
            results: scans.iter().map(OfScan::result).collect(),
            back_matter: back_matter(dossier),
        },
    })?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[derive(Serialize)]
struct Root<'a> {
    #[serde(rename = "assessment-results")]
    assessment_results: Document<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Document<'a> {
    uuid: String,
    metadata: Value,
    import_ap: Value,
    results: Vec<ScanResult<'a>>,
    back_matter: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ScanResult<'a> {
    uuid: String,
    title: String,
    description: String,
    start: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    props: Value,
    local_definitions: LocalDefinitions<'a>,
    reviewed_controls: Value,
    #[serde(skip_serializing_if = "Each::is_empty")]
    observations: Each<'a, FindingFacts>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct LocalDefinitions<'a> {
    #[serde(skip_serializing_if = "Each::is_empty")]
    inventory_items: Each<'a, FindingFacts>,
    assessment_assets: Value,
}

/// A list whose elements are made one by one while it is written.
struct Each<'a, T> {
    items: Vec<&'a T>,
    make: Box<dyn Fn(&T) -> Value + 'a>,
}

impl<T> Each<'_, T> {
    const fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl<T> Serialize for Each<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.items.len()))?;
        for item in &self.items {
            list.serialize_element(&(self.make)(item))?;
        }
        list.end()
    }
}

/// A UUID of version 5: the SHA-1 of a namespace and the parts.
fn uuid(parts: &[&str]) -> String {
    /// Of our own, made once.
    const SPACE: [u8; 16] =
        [0x5d, 0x1c, 0x0b, 0x0a, 0x7f, 0x2e, 0x4b, 0x39, 0x9a, 0x41, 0x63, 0x69, 0x61, 0x63, 0x6d, 0x01];
    let mut hash = Sha1::new_with_prefix(SPACE);
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(hash.finalize()) {
        *byte = hashed;
    }
    uuid::Builder::from_sha1_bytes(bytes).into_uuid().to_string()
}

fn property(name: &str, value: &str) -> Value {
    // An empty value, or one that begins or ends with white space, is not allowed.
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    json!({"name": name, "ns": NAMESPACE, "value": if value.is_empty() { "-" } else { &value }})
}

/// A text of one line that is not empty.
fn line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { "-".to_owned() } else { text }
}

fn plan(dossier: &Dossier) -> String {
    uuid(&["plan", &dossier.library.hash])
}

fn tool() -> String {
    uuid(&["tool", "ciacm", env!("CARGO_PKG_VERSION")])
}

fn metadata(dossier: &Dossier) -> Value {
    let time = dossier.as_of.to_string();
    let organisation = line(&dossier.organisation);
    json!({
        "title": format!("Assessment results of {organisation}"),
        "last-modified": time,
        "version": time,
        "oscal-version": VERSION,
        "parties": [{"uuid": uuid(&["party", &dossier.organisation]), "type": "organization", "name": organisation}],
    })
}

fn back_matter(dossier: &Dossier) -> Value {
    let file = |path: &str, title: &str, media: &str| {
        json!({
            "uuid": uuid(&["file", path]), "title": title,
            "rlinks": [{"href": format!("../{path}"), "media-type": media}],
        })
    };
    json!({"resources": [
        {
            "uuid": plan(dossier),
            "title": "Control library of ciacm",
            "description": format!(
                "What is assessed, and how, is told by the control library with the SHA-256 {}. There is no assessment plan in OSCAL.",
                dossier.library.hash
            ),
            "rlinks": [{"href": "../findings/controls-to-requirements.csv", "media-type": "text/csv"}],
        },
        file("report/evidence-report.pdf", "Evidence report", "application/pdf"),
        file("findings/findings.json", "Findings", "application/json"),
        file("manifest.json", "Manifest of the evidence pack", "application/json"),
    ]})
}

/// The id of a requirement as an OSCAL token: the catalogue's own id for NIST SP 800-53, else behind the framework's.
fn control_id(framework: &str, requirement: &str) -> String {
    if framework == "nist-800-53r5" {
        return requirement.to_ascii_lowercase().replace('(', ".").replace(')', "");
    }
    let text = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    format!("{framework}_{requirement}").chars().map(text).collect()
}

/// One scan and the findings that come from it.
struct OfScan<'a> {
    dossier: &'a Dossier,
    scan: &'a Scan,
    findings: Vec<&'a FindingFacts>,
    /// The controls that ran.
    ran: BTreeSet<&'a str>,
    loosened: &'a Loosened,
}

impl<'a> OfScan<'a> {
    fn new(dossier: &'a Dossier, scan: &'a Scan, loosened: &'a Loosened) -> Self {
        let id = scan.id.to_string();
        let accounts: BTreeSet<&str> =
            dossier.scope.accounts.iter().filter(|one| one.scan == id).map(|one| one.id.as_str()).collect();
        Self {
            dossier,
            scan,
            findings: dossier.findings.iter().filter(|one| accounts.contains(one.finding.account.as_str())).collect(),
            ran: dossier.controls.iter().map(|control| control.id.as_str()).collect(),
            loosened,
        }
    }

    fn result(&self) -> ScanResult<'_> {
        let id = self.scan.id.to_string();
        // What was recorded before is as old as the recording, whenever it was looked at.
        let replayed = self.scan.provider == "snapshot";
        let start = if replayed { self.scan.now } else { self.scan.started };
        let end = if replayed { Some(self.scan.now) } else { self.scan.finished };
        let accounts: Vec<_> =
            self.dossier.scope.accounts.iter().filter(|one| one.scan == id).map(|one| one.id.as_str()).collect();
        ScanResult {
            uuid: uuid(&["result", &id]),
            title: format!("Scan {id}"),
            description: format!(
                "Automated assessment of {} by ciacm {}, {}.",
                line(&accounts.join(", ")),
                self.scan.tool_version,
                if self.scan.complete { "complete" } else { "incomplete: not everything could be evaluated" }
            ),
            start: start.to_string(),
            end: end.map(|end| end.to_string()),
            props: json!([
                property("scan", &id),
                property("library-sha256", &self.scan.library_hash),
                property("complete", if self.scan.complete { "true" } else { "false" }),
            ]),
            local_definitions: LocalDefinitions {
                inventory_items: self.inventory(),
                assessment_assets: json!({
                    "components": [{
                        "uuid": tool(), "type": "software", "title": "ciacm",
                        "description": "Scans cloud accounts against a library of controls.",
                        "props": [property("version", env!("CARGO_PKG_VERSION"))],
                        "status": {"state": "operational"},
                    }],
                    "assessment-platforms": [{
                        "uuid": uuid(&["platform", &id]), "title": "ciacm",
                        "uses-components": [{"component-uuid": tool()}],
                    }],
                }),
            },
            reviewed_controls: self.reviewed(),
            observations: Each { items: self.findings.clone(), make: Box::new(|one| self.observation(one)) },
            findings: self.requirements(),
        }
    }

    fn inventory(&self) -> Each<'_, FindingFacts> {
        let mut seen = BTreeSet::new();
        let items =
            self.findings.iter().copied().filter(|one| one.resource_file.is_some() && seen.insert(subject(one)));
        let make = |facts: &FindingFacts| {
            let finding = &facts.finding;
            json!({
                "uuid": subject(facts),
                "description": line(finding.name.as_deref().unwrap_or(&finding.resource)),
                "props": [
                    property("provider", &finding.provider), property("account", &finding.account),
                    property("region", &finding.region), property("type", &finding.kind),
                    property("id", &finding.resource),
                ],
                "links": facts.resource_file.iter().map(|path| json!({"href": format!("../{path}"), "rel": "reference"})).collect::<Vec<_>>(),
            })
        };
        Each { items: items.collect(), make: Box::new(make) }
    }

    fn observation(&self, facts: &FindingFacts) -> Value {
        let finding = &facts.finding;
        let reason = match (&finding.reason, finding.verdict) {
            (Some(reason), _) => line(reason),
            (None, Verdict::Pass) => "The control passes.".to_owned(),
            (None, Verdict::NotApplicable) => "The control does not concern this resource.".to_owned(),
            (None, Verdict::Manual) => "A human must attest.".to_owned(),
            (None, Verdict::Fail | Verdict::Error) => finding.verdict.to_string(),
        };
        let mut evidence = vec![json!({
            "href": "../findings/findings.json",
            "description": format!("The finding {} with its history.", finding.id),
        })];
        if let Some(path) = &facts.resource_file {
            evidence.push(json!({"href": format!("../{path}"), "description": "What was read of the resource."}));
        }
        let mut observation = json!({
            "uuid": observation(self.scan, facts),
            "title": line(&format!("{}: {}", finding.control, finding.title)),
            "description": reason,
            "props": [
                property("control", &finding.control), property("verdict", finding.verdict.as_str()),
                property("severity", finding.severity.as_str()),
                property("status", finding.status.map_or("none", Status::as_str)),
            ],
            "methods": ["TEST"],
            "types": ["control-objective"],
            "origins": [{"actors": [{"type": "tool", "actor-uuid": tool()}]}],
            "relevant-evidence": evidence,
            "collected": self.scan.now.to_string(),
        });
        if facts.resource_file.is_some() {
            observation["subjects"] = json!([{
                "subject-uuid": subject(facts), "type": "inventory-item", "title": line(&finding.resource),
            }]);
        }
        observation
    }

    fn reviewed(&self) -> Value {
        let selections: Vec<_> = self
            .dossier
            .frameworks
            .iter()
            .filter_map(|framework| {
                let ids: BTreeSet<_> =
                    self.covered(framework).map(|requirement| control_id(&framework.id, &requirement.id)).collect();
                (!ids.is_empty()).then(|| {
                    json!({
                        "description": format!("Requirements of {} ({}) that a control looks at.", framework.title, framework.id),
                        "include-controls": ids.into_iter().map(|id| json!({"control-id": id})).collect::<Vec<_>>(),
                    })
                })
            })
            .collect();
        if selections.is_empty() {
            return json!({"control-selections": [{"description": "No framework has a requirement for these controls."}]});
        }
        json!({"control-selections": selections})
    }

    /// The requirements that a control which ran serves.
    fn covered<'f>(&'f self, framework: &'f FrameworkFacts) -> impl Iterator<Item = &'f RequirementStatus> {
        framework.requirements.iter().filter(|one| one.controls.iter().any(|id| self.ran.contains(id.as_str())))
    }

    fn requirements(&self) -> Vec<Value> {
        let mut by_control: BTreeMap<&str, Vec<&FindingFacts>> = BTreeMap::new();
        for facts in &self.findings {
            by_control.entry(&facts.finding.control).or_default().push(facts);
        }
        let mut found = Vec::new();
        for framework in &self.dossier.frameworks {
            for requirement in self.covered(framework) {
                let observed = || requirement.controls.iter().filter_map(|id| by_control.get(id.as_str())).flatten();
                let standing = self.standing(framework, requirement, observed().copied());
                let (state, reason) = match standing {
                    Standing::Met => ("satisfied", "pass"),
                    Standing::Failing => ("not-satisfied", "fail"),
                    Standing::NotEvaluated | Standing::NotCovered => ("not-satisfied", "other"),
                };
                let target = control_id(&framework.id, &requirement.id);
                let remarks = if requirement.reasons.is_empty() {
                    standing.words().to_owned()
                } else {
                    format!("{}. In all scans together: {}.", standing.words(), requirement.reasons.join("; "))
                };
                let mut finding = json!({
                    "uuid": uuid(&["finding", &self.scan.id.to_string(), &framework.id, &requirement.id]),
                    "title": line(&format!("{} {}: {}", framework.title, requirement.id, requirement.title)),
                    "description": line(&remarks),
                    "target": {
                        "type": "objective-id", "target-id": target,
                        "status": {"state": state, "reason": reason, "remarks": standing.words()},
                    },
                });
                let related: Vec<_> =
                    observed().map(|facts| json!({"observation-uuid": observation(self.scan, facts)})).collect();
                if !related.is_empty() {
                    finding["related-observations"] = related.into();
                }
                found.push(finding);
            }
        }
        found
    }

    /// Where a requirement stands after this scan alone; the same rules as [`crate::framework::status`].
    fn standing<'f>(
        &self,
        framework: &FrameworkFacts,
        requirement: &RequirementStatus,
        observed: impl Iterator<Item = &'f FindingFacts>,
    ) -> Standing {
        let loosened = |id: &String| self.loosened.get(id).is_some_and(|why| why.contains_key(&framework.id));
        let mut fails = requirement.controls.iter().any(loosened);
        let mut unknown = requirement.controls.iter().any(|id| !self.ran.contains(id.as_str()));
        for FindingFacts { finding, .. } in observed {
            fails |= finding.verdict == Verdict::Fail && finding.status != Some(Status::Waived);
            unknown |= finding.verdict == Verdict::Error;
        }
        match (fails, unknown) {
            (true, _) => Standing::Failing,
            (false, true) => Standing::NotEvaluated,
            (false, false) => Standing::Met,
        }
    }
}

fn observation(scan: &Scan, facts: &FindingFacts) -> String {
    uuid(&["observation", &scan.id.to_string(), &facts.finding.id.to_string()])
}

/// The id of the resource: its document's path is as unique as it is.
fn subject(facts: &FindingFacts) -> String {
    let finding = &facts.finding;
    let path = facts.resource_file.clone().unwrap_or_else(|| {
        ResourceKey {
            provider: finding.provider.clone(),
            account: finding.account.clone(),
            region: finding.region.clone(),
            kind: finding.kind.clone(),
            id: finding.resource.clone(),
        }
        .path()
    });
    uuid(&["resource", &path])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_requirements_are_tokens() {
        assert_eq!(control_id("nist-800-53r5", "AC-2(12)"), "ac-2.12");
        assert_eq!(control_id("gdpr", "Art.32(1)(d)"), "gdpr_Art.32_1__d_");
        assert_eq!(control_id("cis-aws-7.0", "6.3"), "cis-aws-7.0_6.3");
    }

    #[test]
    fn ids_are_uuids_of_version_5_and_the_same_every_time() {
        let id = uuid(&["a", "b"]);
        assert_eq!(id, uuid(&["a", "b"]));
        assert_ne!(id, uuid(&["ab", ""]));
        assert_eq!(uuid::Uuid::parse_str(&id).unwrap().get_version_num(), 5);
    }

    #[test]
    fn requirement_ids_of_a_framework_stay_apart() {
        for framework in crate::framework::all().unwrap() {
            let ids: BTreeSet<_> = framework.in_force().map(|one| control_id(&framework.id, &one.id)).collect();
            assert_eq!(ids.len(), framework.in_force().count(), "{}", framework.id);
        }
    }
}
