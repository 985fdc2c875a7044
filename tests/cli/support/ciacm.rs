//! Runs the `ciacm` binary in a home and an environment of its own.

use super::emulator::Emulator;
use super::root;
use regex::Regex;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use tempfile::TempDir;

/// A home of the program in a temporary directory, gone with this value.
pub struct Ciacm {
    directory: TempDir,
}

impl Ciacm {
    /// An empty home.
    pub fn new() -> Self {
        let directory = tempfile::Builder::new().prefix("ciacm-test-").tempdir().unwrap();
        std::fs::create_dir(directory.path().join("user")).unwrap();
        Self { directory }
    }

    /// The program's home, `CIACM_HOME`.
    pub fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// A path in the temporary directory, which is also where the program runs.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file into the temporary directory and answers its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// One use of the program with these arguments.
    pub fn args<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Invocation<'_> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ciacm"));
        command.current_dir(self.directory.path()).env_clear();
        for name in ["PATH", "SystemRoot", "LLVM_PROFILE_FILE"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("HOME", self.path("user"))
            .env("CIACM_HOME", self.home())
            .env("NO_COLOR", "1")
            .env("COLUMNS", "80")
            .env("TZ", "UTC")
            .env("AWS_ACCESS_KEY_ID", "testing")
            .env("AWS_SECRET_ACCESS_KEY", "testing")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .args(args);
        Invocation { ciacm: self, command, stdin: Vec::new() }
    }

    /// `ciacm scan aws` of the emulator, in one region if none are given.
    pub fn scan(&self, emulator: &Emulator, regions: &[&str]) -> Invocation<'_> {
        let mut args = vec!["scan".to_owned(), "aws".to_owned(), "--endpoint-url".to_owned(), emulator.url()];
        for region in if regions.is_empty() { &["us-east-1"] } else { regions } {
            args.extend(["--region".to_owned(), (*region).to_owned()]);
        }
        self.args(args)
    }
}

/// One use of the program, about to be run.
pub struct Invocation<'a> {
    ciacm: &'a Ciacm,
    command: Command,
    stdin: Vec<u8>,
}

impl Invocation<'_> {
    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.command.env(name, value.into());
        self
    }

    /// Takes an environment variable away, for instance the credentials.
    pub fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// What the program reads from standard input; nothing otherwise.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Runs the program to its end.
    pub fn run(mut self) -> Output {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        // A program that does not read its input closes the pipe, which is no fault of the test.
        let _ = child.stdin.take().unwrap().write_all(&self.stdin);
        let output = child.wait_with_output().unwrap();
        Output {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            directory: self.ciacm.directory.path().to_owned(),
        }
    }

    /// Starts the program without waiting, for tests that kill it.
    pub fn spawn(mut self) -> Child {
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command.spawn().unwrap()
    }
}

/// What one use of the program gave.
#[derive(Debug)]
pub struct Output {
    /// The exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    directory: PathBuf,
}

impl Output {
    /// Asserts the exit code, and shows everything if it is another.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.snapshot());
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|problem| panic!("stdout is not JSON: {problem}\n{}", self.snapshot()))
    }

    /// Exit code and both outputs, without what differs from run to run, for `insta::assert_snapshot!`.
    pub fn snapshot(&self) -> String {
        let code = self.code.map_or("killed by a signal".to_owned(), |code| code.to_string());
        let text = format!(
            "exit code: {code}\n----- stdout -----\n{}\n----- stderr -----\n{}",
            self.stdout.trim_end(),
            self.stderr.trim_end()
        );
        scrub(&text, &self.directory)
    }
}

/// Replaces paths, ports, versions, scan ids, times and durations by placeholders.
pub fn scrub(text: &str, directory: &Path) -> String {
    static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        [
            (r"(localhost|127\.0\.0\.1):\d+", "$1:[PORT]"),
            (r"ciacm \d+\.\d+\.\d+", "ciacm [VERSION]"),
            // The program's own ids are UUIDs of version 7; ids of the estate are the same in every run
            (r"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b", "[ID]"),
            (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?( ?UTC|Z|[+-]\d\d:\d\d)?", "[TIME]"),
            // Not an account id with a region behind it
            (r"\b\d{1,6}(\.\d+)? ?(µs|us|ms|s|min)\b", "[DURATION]"),
        ]
        .map(|(pattern, name)| (Regex::new(pattern).unwrap(), name))
        .into()
    });
    let mut text = text.replace(&*directory.to_string_lossy(), "[TEMP]");
    text = text.replace(&*root().to_string_lossy(), "[ROOT]");
    for (pattern, name) in PATTERNS.iter() {
        text = pattern.replace_all(&text, *name).into_owned();
    }
    text
}

#[test]
fn snapshots_hide_what_differs_from_run_to_run() {
    let ciacm = Ciacm::new();
    let text = format!(
        "ciacm 0.1.0 scan 0199f3a2-1c2d-7e3f-8a4b-5c6d7e8f9a0b of http://localhost:41234 into {}/db, \
         from 2026-11-22T04:27:36.18Z, 12 calls in 1.5s; key cfdf070a-ce78-4f8d-b626-29d41431fa1d, policy 2012-10-17",
        ciacm.home().display()
    );
    assert_eq!(
        scrub(&text, ciacm.directory.path()),
        "ciacm [VERSION] scan [ID] of http://localhost:[PORT] into [TEMP]/home/db, \
         from [TIME], 12 calls in [DURATION]; key cfdf070a-ce78-4f8d-b626-29d41431fa1d, policy 2012-10-17"
    );
}

#[test]
fn the_binary_runs_in_a_home_of_its_own() {
    let ciacm = Ciacm::new();
    let output = ciacm.args(["--version"]).run();
    assert_eq!(output.code, Some(0), "{}", output.snapshot());
    assert!(output.snapshot().starts_with("exit code: 0\n----- stdout -----\n"));
}
