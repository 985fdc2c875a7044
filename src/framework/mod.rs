//! Framework catalogues: every official requirement id with a title in our own words, covered by a control or not.

pub mod status;

use crate::embedded;
use crate::yaml::{self, Diagnostic};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A catalogue of requirements.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// For instance `iso27001-2022`.
    pub id: String,
    /// The official name.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// The edition, as the publisher writes it.
    pub edition: String,
    /// Where the official text is had.
    pub source: String,
    /// What the list leaves out, whose words the titles are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The requirements in official order.
    pub requirements: Vec<Requirement>,
}

/// One requirement.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// The official id.
    pub id: String,
    /// A title, mostly in our own words.
    pub title: String,
    /// The official section it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The profile level, where the framework has levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// Whether the publisher says that a machine can assess it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Assessment>,
    /// The publisher withdrew it; kept so that old ids are recognized.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

/// How the publisher says that a requirement is assessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assessment {
    /// By a machine.
    Automated,
    /// By a human.
    Manual,
}

impl Framework {
    /// The requirement of that id.
    #[must_use]
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.id == id)
    }

    /// The requirements in force.
    pub fn in_force(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.iter().filter(|requirement| !requirement.withdrawn)
    }
}

/// Every catalogue, ordered by id; parsed when first asked for.
///
/// # Errors
/// A diagnostic if an embedded catalogue is broken, which the tests rule out.
pub fn all() -> Result<&'static [Framework], Diagnostic> {
    static ALL: LazyLock<Result<Vec<Framework>, Diagnostic>> = LazyLock::new(|| {
        let mut frameworks = embedded::FRAMEWORKS
            .iter()
            .map(|(file, text)| yaml::parse::<Framework>(file, text))
            .collect::<Result<Vec<_>, _>>()?;
        frameworks.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(frameworks)
    });
    ALL.as_deref().map_err(Clone::clone)
}

/// The ids of all catalogues, without parsing them: each file is named after its id.
#[must_use]
pub fn ids() -> Vec<&'static str> {
    embedded::FRAMEWORKS.iter().filter_map(|(file, _)| file.rsplit('/').next()?.strip_suffix(".yaml")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn catalogues_are_complete() {
        let count = |id: &str| all().unwrap().iter().find(|one| one.id == id).unwrap().in_force().count();
        assert_eq!(count("iso27001-2022"), 93);
        assert_eq!(count("soc2"), 61);
        assert_eq!(count("cis-aws-7.0"), 70);
        assert_eq!(count("nist-800-53r5"), 1014);
    }

    #[test]
    fn requirement_ids_are_unique_and_files_bear_the_id() {
        for (framework, id) in all().unwrap().iter().zip(ids()) {
            assert_eq!(framework.id, id);
            let unique: BTreeSet<_> = framework.requirements.iter().map(|one| &one.id).collect();
            assert_eq!(unique.len(), framework.requirements.len(), "{}", framework.id);
        }
    }
}
