//! Which controls a command works with, and which of their fields must be collected.

use super::library::Library;
use super::model::{Control, Severity};
use crate::framework;
use crate::policy::ParameterValue;
use crate::provider::Wanted;
use crate::suggest::did_you_mean;
use std::collections::BTreeMap;

/// What the user asked for; empty lists select everything.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Selection {
    /// Control ids.
    pub controls: Vec<String>,
    /// Control ids to leave out.
    pub excluded: Vec<String>,
    /// Framework ids, or `framework:requirement`.
    pub frameworks: Vec<String>,
    /// Services, for instance `s3`.
    pub services: Vec<String>,
    /// The least severity.
    pub severity: Option<Severity>,
}

/// The user named something that does not exist.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct SelectionError {
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

/// Parameter values by control id and parameter name.
pub type Overrides = BTreeMap<String, BTreeMap<String, ParameterValue>>;

impl Selection {
    /// The selected controls of one provider, ordered by id.
    ///
    /// # Errors
    /// If a name does not exist or nothing is left.
    pub fn choose<'a>(&self, library: &'a Library, provider: Option<&str>) -> Result<Vec<&'a Control>, SelectionError> {
        for id in self.controls.iter().chain(&self.excluded) {
            known_control(library, id)?;
        }
        let frameworks =
            self.frameworks.iter().map(|name| FrameworkChoice::parse(name)).collect::<Result<Vec<_>, _>>()?;
        for service in &self.services {
            let services: Vec<_> = library.controls().map(|control| control.resource.service()).collect();
            if !services.contains(&service.as_str()) {
                let mut unique = services.clone();
                unique.sort_unstable();
                unique.dedup();
                return Err(SelectionError {
                    what: format!("no control looks at a service `{service}`"),
                    hint: did_you_mean(service, services).unwrap_or_else(|| format!("one of {}", unique.join(", "))),
                });
            }
        }
        let chosen: Vec<_> = library
            .controls()
            .filter(|control| provider.is_none_or(|provider| control.resource.provider() == provider))
            .filter(|control| self.controls.is_empty() || self.controls.contains(&control.id))
            .filter(|control| !self.excluded.contains(&control.id))
            .filter(|control| frameworks.is_empty() || frameworks.iter().any(|choice| choice.covers(control)))
            .filter(|control| {
                self.services.is_empty() || self.services.iter().any(|one| one == control.resource.service())
            })
            .filter(|control| self.severity.is_none_or(|least| control.severity >= least))
            .collect();
        if chosen.is_empty() {
            return Err(SelectionError {
                what: "the selection leaves no control".to_owned(),
                hint: "loosen --control, --framework, --service or --severity; `ciacm controls list` shows all"
                    .to_owned(),
            });
        }
        Ok(chosen)
    }
}

/// The control of that id, or the error that names the nearest.
///
/// # Errors
/// If there is none.
pub fn known_control<'a>(library: &'a Library, id: &str) -> Result<&'a Control, SelectionError> {
    library.control(id).ok_or_else(|| SelectionError {
        what: format!("there is no control {id}"),
        hint: did_you_mean(id, library.controls().map(|control| control.id.as_str()))
            .unwrap_or_else(|| "`ciacm controls list` shows all".to_owned()),
    })
}

/// A framework, or one requirement of it, as users write it: `soc2`, `cis-aws-7.0:6.3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameworkChoice<'a> {
    /// The framework's id.
    pub framework: &'a str,
    /// The requirement's id.
    pub requirement: Option<&'a str>,
}

impl<'a> FrameworkChoice<'a> {
    /// Reads a choice.
    ///
    /// # Errors
    /// If there is no such framework or requirement.
    pub fn parse(name: &'a str) -> Result<Self, SelectionError> {
        let (framework, requirement) = match name.split_once(':') {
            Some((framework, requirement)) => (framework, Some(requirement)),
            None => (name, None),
        };
        if !framework::ids().contains(&framework) {
            return Err(unknown_framework(framework));
        }
        if let Some(requirement) = requirement
            && let Ok(all) = framework::all()
            && let Some(found) = all.iter().find(|one| one.id == framework)
            && found.requirement(requirement).is_none()
        {
            return Err(SelectionError {
                what: format!("{framework} has no requirement {requirement}"),
                hint: did_you_mean(requirement, found.requirements.iter().map(|one| one.id.as_str()))
                    .unwrap_or_else(|| format!("`ciacm frameworks show {framework}` lists them")),
            });
        }
        Ok(Self { framework, requirement })
    }

    fn covers(&self, control: &Control) -> bool {
        control
            .frameworks
            .get(self.framework)
            .is_some_and(|ids| self.requirement.is_none_or(|requirement| ids.iter().any(|id| id == requirement)))
    }
}

/// The error for a framework id that does not exist.
#[must_use]
pub fn unknown_framework(given: &str) -> SelectionError {
    SelectionError {
        what: format!("there is no framework {given}"),
        hint: did_you_mean(given, framework::ids())
            .unwrap_or_else(|| format!("one of {}", framework::ids().join(", "))),
    }
}

/// What must be collected for these controls: what their checks name and, of what their automatic repairs look at,
/// what the same calls bring. With `repair_readings` all of the latter, so that repairs can be planned from a recording.
#[must_use]
pub fn wanted<'a>(controls: impl IntoIterator<Item = &'a Control>, repair_readings: bool) -> Wanted {
    let mut wanted = Wanted::default();
    for control in controls {
        let reads = control.reads();
        let calls = control.resource.calls_for(reads.iter().copied());
        wanted.add(control.resource, reads);
        let fields = control.repair_reads();
        let cheap = |field: &&'static str| {
            repair_readings || control.resource.calls_for([*field]).iter().all(|call| calls.contains(call))
        };
        wanted.add(control.resource, fields.filter(cheap));
    }
    wanted
}

/// Reads `CONTROL.NAME=VALUE` settings.
///
/// # Errors
/// If a control or parameter does not exist or a value is out of bounds.
pub fn overrides(library: &Library, settings: &[String]) -> Result<Overrides, SelectionError> {
    let mut overrides = Overrides::new();
    for setting in settings {
        let parts = setting.split_once('=').and_then(|(path, value)| Some((path.rsplit_once('.')?, value)));
        let Some(((id, name), value)) = parts else {
            return Err(SelectionError {
                what: format!("`{setting}` is no parameter setting"),
                hint: "write CONTROL.NAME=VALUE, for instance AWS-IAM-004.max_age=60d".to_owned(),
            });
        };
        let control = known_control(library, id)?;
        let Some(parameter) = control.parameter(name) else {
            let names: Vec<_> = control.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            return Err(SelectionError {
                what: format!("{id} has no parameter `{name}`"),
                hint: if names.is_empty() { format!("{id} has none") } else { format!("it has {}", names.join(", ")) },
            });
        };
        let value = parameter.parse(value).map_err(|why| SelectionError {
            what: format!("`{setting}`: {why}"),
            hint: format!("`ciacm controls show {id}` shows the bounds"),
        })?;
        overrides.entry(id.to_owned()).or_default().insert(name.to_owned(), value);
    }
    Ok(overrides)
}
