//! Other people's tools, with which the tests check what the program signs.
//!
//! A tool that this machine lacks makes its test say `SKIPPED`, loudly, and pass. With `CIACM_REQUIRE_TOOLS=1`, which
//! CI sets, it fails instead.
//!
//! ```ignore
//! let Some(openssl) = tool("openssl") else { return };
//! let output = openssl.run(["version"]);
//! assert!(output.success, "{output}");
//! ```

use super::python;
use super::{announce, root};
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// The tools, with the Debian package that has them and where other systems put them.
const DEBIAN: &[(&str, &str)] = &[
    ("certutil", "libnss3-tools"),
    ("openssl", "openssl"),
    ("pdffonts", "poppler-utils"),
    ("pdfinfo", "poppler-utils"),
    ("pdfsig", "poppler-utils"),
    ("pdftoppm", "poppler-utils"),
    ("pdftotext", "poppler-utils"),
    ("pkcs11-tool", "opensc"),
    ("python3", "python3"),
    ("qpdf", "qpdf"),
    ("script", "bsdutils"),
    ("sha256sum", "coreutils"),
    ("softhsm2-util", "softhsm2"),
    ("ssh-keygen", "openssh-client"),
];

/// Tools that come from PyPI, pinned with hashes in `tests/tools/requirements.txt`.
const PYTHON: &[&str] = &["pyhanko", "trestle"];

/// A tool that is there.
#[derive(Debug, Clone)]
pub struct Tool {
    program: PathBuf,
    directory: Option<PathBuf>,
    environment: Vec<(OsString, OsString)>,
}

/// What a tool answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// It ended with code 0.
    pub success: bool,
    /// Its exit code.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: Vec<u8>,
    /// What it wrote to stderr.
    pub stderr: String,
}

/// A program on the search path or from PyPI; `None`, after saying so, if this machine lacks it.
pub fn tool(name: &str) -> Option<Tool> {
    let found = if PYTHON.contains(&name) {
        // Where the environment can be made at all, the tool must be in it.
        python_tools().as_ref().map(|bin| bin.join(name)).map_err(Clone::clone)
    } else {
        on_path(name).ok_or_else(|| match DEBIAN.iter().find(|(tool, _)| *tool == name) {
            Some((_, package)) => format!("on Debian it is in the package {package}"),
            None => "it is not on the search path".to_owned(),
        })
    };
    match found {
        Ok(program) => Some(Tool { program, directory: None, environment: Vec::new() }),
        Err(why) => missing(name, &why),
    }
}

/// The interpreter of the environment with the tools from PyPI, for scripts that use them as libraries.
pub fn python_with_tools() -> Option<Tool> {
    match python_tools() {
        Ok(bin) => Some(Tool { program: bin.join("python"), directory: None, environment: Vec::new() }),
        Err(why) => missing("python with pyHanko and compliance-trestle", why),
    }
}

/// Says that a test does less than it could, or fails where that is not allowed.
fn missing(name: &str, why: &str) -> Option<Tool> {
    assert!(
        std::env::var_os("CIACM_REQUIRE_TOOLS").is_none_or(|value| value != "1"),
        "the test needs `{name}`, which is missing: {why}"
    );
    static TOLD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if TOLD.lock().unwrap().insert(name.to_owned()) {
        announce(&format!("SKIPPED: tests that need `{name}`, which is missing: {why}"));
    }
    None
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|directory| directory.join(name)).find(|program| program.is_file())
}

fn python_tools() -> &'static Result<PathBuf, String> {
    static BIN: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    BIN.get_or_init(|| {
        let requirements = root().join("tests/tools/requirements.txt");
        let interpreter = python::provision("pyHanko and compliance-trestle", "tools", &requirements)?;
        Ok(interpreter.parent().map(Path::to_owned).unwrap_or_default())
    })
}

impl Tool {
    /// Runs in this directory.
    pub fn at(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Where it runs.
    pub fn directory(&self) -> &Path {
        self.directory.as_deref().unwrap_or(Path::new("."))
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Where the program is.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Runs it.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Answer {
        self.run_with(args, b"")
    }

    /// Runs it with this on its stdin.
    pub fn run_with<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>, stdin: &[u8]) -> Answer {
        let mut command = Command::new(&self.program);
        command.args(args).env("LC_ALL", "C.UTF-8").envs(self.environment.iter().cloned());
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child =
            command.spawn().unwrap_or_else(|error| panic!("{} cannot be started: {error}", self.program.display()));
        let mut pipe = child.stdin.take().unwrap();
        let stdin = stdin.to_owned();
        // A tool that does not read its input closes the pipe, which is no fault of the test.
        let writer = std::thread::spawn(move || {
            let _ = pipe.write_all(&stdin);
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Answer {
            success: output.status.success(),
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs it; it must succeed. Answers what it wrote to stdout.
    #[track_caller]
    pub fn must<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> String {
        let answer = self.run(args);
        assert!(answer.success, "{} failed:\n{answer}", self.program.display());
        answer.text()
    }
}

impl Answer {
    /// What it wrote to stdout, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.text(), self.stderr)
    }
}
