//! Embeds the control library and the framework catalogues: one array of (path, text) each.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    println!("cargo::rerun-if-changed=controls");
    let mut files = Vec::new();
    yaml_files(&root.join("controls"), &mut files);
    files.sort();
    let (frameworks, controls): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| file.starts_with(root.join("controls/frameworks")));
    let mut code = String::new();
    array(&mut code, "CONTROLS", &root, &controls);
    array(&mut code, "FRAMEWORKS", &root, &frameworks);
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    std::fs::write(out.join("embedded.rs"), code).expect("the output directory is writable");
}

fn yaml_files(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            yaml_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
}

fn array(code: &mut String, name: &str, root: &Path, files: &[PathBuf]) {
    let _ = writeln!(code, "pub(crate) const {name}: &[(&str, &str)] = &[");
    for file in files {
        let shown = file.strip_prefix(root).unwrap_or(file).display().to_string();
        // Relative to this checkout: several may share a target directory, and one must not embed another's files.
        let path = format!("/{shown}");
        let _ = writeln!(code, "    ({shown:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),");
    }
    let _ = writeln!(code, "];");
}
