//! Python environments for the tests: made once in the target directory, shared by all test processes.

use super::{announce, emulator_sources, target};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The interpreters that are tried, best first.
const CANDIDATES: &[&str] =
    &["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];

/// Prints the version, fails below 3.10, and fails where Debian has split off the `venv` module.
const PROBE: &str = "import sys, venv, ensurepip; assert sys.version_info >= (3, 10); print(sys.version)";

const WHAT_TO_INSTALL: &str = "\
the tests need Python 3.10 or newer with its venv module, and found none.
  Debian, Ubuntu:  apt-get install python3 python3-venv
  Fedora:          dnf install python3
  macOS:           brew install python
Tests of the library run without it: cargo test --lib";

/// The interpreter of the virtual environment that has moto; makes the environment if it is not there.
pub fn interpreter() -> &'static Path {
    static INTERPRETER: OnceLock<PathBuf> = OnceLock::new();
    INTERPRETER.get_or_init(|| {
        let requirements = emulator_sources().join("requirements.txt");
        provision("the AWS emulator", "emulator", &requirements).unwrap_or_else(|problem| panic!("{problem}"))
    })
}

/// Makes an environment with what `requirements` pins, unless it is there; answers its interpreter.
pub fn provision(what: &str, directory: &str, requirements: &Path) -> Result<PathBuf, String> {
    let (python, version) = find_python().ok_or(WHAT_TO_INSTALL)?;
    let pinned = fs::read(requirements).map_err(|e| format!("cannot read {}: {e}", requirements.display()))?;
    let mut hash = Sha256::new();
    hash.update(&pinned);
    hash.update(version.as_bytes());
    let name: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();

    let directory = target().join(directory);
    fs::create_dir_all(&directory).map_err(|e| format!("cannot make {}: {e}", directory.display()))?;
    let environment = directory.join(format!("venv-{name}"));
    let interpreter = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });

    // Another test process may be making the same environment: wait for it, then find it complete.
    let lock = File::create(directory.join("lock")).map_err(|e| format!("cannot make the lock: {e}"))?;
    lock.lock().map_err(|e| format!("cannot lock {}: {e}", directory.display()))?;
    let complete = environment.join("complete");
    if !complete.exists() {
        announce(&format!("Installing {what} for the tests (once, about a minute) ..."));
        let run = |command: &mut Command| run(what, command);
        run(Command::new(python).args(["-m", "venv", "--clear"]).arg(&environment))?;
        run(Command::new(&interpreter)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"])
            .arg(requirements))?;
        File::create(&complete).map_err(|e| format!("cannot make {}: {e}", complete.display()))?;
    }
    Ok(interpreter)
}

fn find_python() -> Option<(&'static str, String)> {
    CANDIDATES.iter().find_map(|name| {
        let output = Command::new(name).args(["-c", PROBE]).output().ok()?;
        output.status.success().then(|| (*name, String::from_utf8_lossy(&output.stdout).into_owned()))
    })
}

fn run(what: &str, command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|e| format!("cannot run {command:?}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{what} could not be installed: {command:?} failed\n{said}"))
}
