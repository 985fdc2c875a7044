//! The control library: what is embedded, and what the user adds or overrides.

use super::model::Control;
use super::validate::{self, Strictness};
use crate::embedded;
use crate::hash::sha256_hex;
use crate::yaml::{self, Diagnostic};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every control that a command can select.
#[derive(Debug)]
pub struct Library {
    controls: BTreeMap<String, Control>,
    /// What a user should know of and may ignore, for instance a control that replaces a shipped one.
    pub warnings: Vec<String>,
}

/// The library cannot be used; each problem has its place.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct LibraryError(pub Vec<Diagnostic>);

impl Library {
    /// The shipped controls, and those of `directories`; a control there replaces the shipped one of the same id.
    ///
    /// # Errors
    /// Every problem of every file.
    pub fn load(directories: &[PathBuf]) -> Result<Self, LibraryError> {
        let mut library = Self::from_files(embedded_files(), Strictness::Load)?;
        if !directories.is_empty() {
            let own = Self::from_files(directory_files(directories)?, Strictness::Lint)?;
            for (id, control) in own.controls {
                if let Some(shipped) = library.controls.get(&id) {
                    library
                        .warnings
                        .push(format!("{} replaces the shipped control {id} ({})", control.file, shipped.file));
                }
                library.controls.insert(id, control);
            }
        }
        Ok(library)
    }

    /// The same, with every check that `controls lint` makes; only the directories if any are given.
    ///
    /// # Errors
    /// Every problem of every file.
    pub fn lint(directories: &[PathBuf]) -> Result<Self, LibraryError> {
        let files = if directories.is_empty() { embedded_files() } else { directory_files(directories)? };
        Self::from_files(files, Strictness::Lint)
    }

    fn from_files(files: Vec<(String, String)>, strictness: Strictness) -> Result<Self, LibraryError> {
        let results: Vec<_> = files.par_iter().map(|(file, text)| validate::control(file, text, strictness)).collect();
        let mut controls: BTreeMap<String, Control> = BTreeMap::new();
        let mut problems = Vec::new();
        for result in results {
            match result {
                Ok(control) => {
                    if let Some(first) = controls.get(&control.id) {
                        problems.push(Diagnostic {
                            file: control.file.clone(),
                            line: 1,
                            column: 1,
                            message: format!("{} has the id {} already", first.file, control.id),
                            hint: Some("give each control an id of its own".to_owned()),
                        });
                    } else {
                        controls.insert(control.id.clone(), control);
                    }
                }
                Err(mut of_file) => problems.append(&mut of_file),
            }
        }
        if problems.is_empty() { Ok(Self { controls, warnings: Vec::new() }) } else { Err(LibraryError(problems)) }
    }

    /// The controls, ordered by id.
    pub fn controls(&self) -> impl Iterator<Item = &Control> {
        self.controls.values()
    }

    /// The control of that id.
    #[must_use]
    pub fn control(&self, id: &str) -> Option<&Control> {
        self.controls.get(id)
    }

    /// Requirement id of a framework to the controls that serve it.
    #[must_use]
    pub fn serving(&self, framework: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut serving: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for control in self.controls() {
            for requirement in control.frameworks.get(framework).into_iter().flatten() {
                serving.entry(requirement.clone()).or_default().insert(control.id.clone());
            }
        }
        serving
    }

    /// How many controls there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.controls.len()
    }

    /// True if there is no control.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.controls.is_empty()
    }

    /// SHA-256 over the ids and hashes of all controls: the same library gives the same text.
    #[must_use]
    pub fn hash(&self) -> String {
        let lines: String =
            self.controls.values().map(|control| format!("{} {}\n", control.id, control.hash)).collect();
        sha256_hex(lines.as_bytes())
    }
}

fn embedded_files() -> Vec<(String, String)> {
    embedded::CONTROLS.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect()
}

fn directory_files(directories: &[PathBuf]) -> Result<Vec<(String, String)>, LibraryError> {
    let mut paths = Vec::new();
    for directory in directories {
        find_yaml(directory, 0, &mut paths).map_err(|problem| LibraryError(vec![problem]))?;
    }
    paths.sort();
    paths.dedup();
    let (files, problems): (Vec<_>, Vec<_>) = paths
        .into_iter()
        .map(|path| yaml::read(&path).map(|text| (path.display().to_string(), text)))
        .partition(Result::is_ok);
    let problems: Vec<_> = problems.into_iter().filter_map(Result::err).collect();
    if !problems.is_empty() {
        return Err(LibraryError(problems));
    }
    let files: Vec<_> = files.into_iter().filter_map(Result::ok).collect();
    if files.is_empty() {
        return Err(LibraryError(vec![whole_directory(
            directories.first().map(PathBuf::as_path).unwrap_or(Path::new("")),
            "holds no .yaml file".to_owned(),
        )]));
    }
    Ok(files)
}

/// Directories nested deeper than this are links in a circle or no control library.
const DIRECTORY_DEPTH: usize = 16;

fn find_yaml(path: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Diagnostic> {
    if path.is_file() {
        found.push(path.to_owned());
        return Ok(());
    }
    if depth > DIRECTORY_DEPTH {
        return Err(whole_directory(path, "is nested too deep".to_owned()));
    }
    let entries = std::fs::read_dir(path).map_err(|error| whole_directory(path, format!("cannot be read: {error}")))?;
    for entry in entries {
        let path = entry.map_err(|error| whole_directory(path, format!("cannot be read: {error}")))?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if !hidden && (path.is_dir() || yaml) {
            find_yaml(&path, depth + 1, found)?;
        }
    }
    Ok(())
}

fn whole_directory(path: &Path, message: String) -> Diagnostic {
    Diagnostic {
        file: path.display().to_string(),
        line: 0,
        column: 0,
        message,
        hint: Some("give --controls a directory of control files".to_owned()),
    }
}
