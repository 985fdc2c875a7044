//! The AWS emulator as tests see it. `tests/emulator/README.md` explains what it can do.

use super::http::{self, Response};
use super::{emulator_sources, python};
use serde::Deserialize;
use serde_json::Value;
use std::io::{self, BufRead, BufReader};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock, mpsc};
use std::time::Duration;

/// The account that any credentials belong to.
pub const ACCOUNT: &str = "123456789012";

/// The account that `Emulator::seed_hardened` builds.
pub const HARDENED_ACCOUNT: &str = "210987654321";

/// The account that `Emulator::seed_fresh` builds.
pub const FRESH_ACCOUNT: &str = "345678901234";

/// The regions of the estate.
pub const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "eu-central-1"];

/// One AWS call that the emulator saw.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
pub struct Call {
    /// The service, by the SDK's name: `efs`, not `elasticfilesystem`.
    pub service: String,
    /// The operation: `DescribeFileSystems`.
    pub operation: String,
    /// The region of the signature.
    pub region: String,
    /// The account of the credentials.
    pub account: String,
    /// The HTTP status of the answer; 0 if the connection was closed without one.
    pub status: u16,
}

/// What a scan of the estate must say of one resource.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expectation {
    /// The control's id.
    pub control: String,
    /// The region, `global` for global resources.
    pub region: String,
    /// The resource's id.
    pub resource: String,
    /// `PASS`, `FAIL`, `ERROR`, `NOT_APPLICABLE` or `MANUAL`.
    pub verdict: String,
}

/// Servers that a test has finished with, emptied and ready for the next one: starting one costs a second.
static IDLE: Mutex<Vec<Server>> = Mutex::new(Vec::new());

/// A running emulator.
pub struct Emulator {
    server: Option<Server>,
    expected: Vec<Expectation>,
}

impl Emulator {
    /// An empty emulator of one's own, for tests that change things, inject faults or count calls.
    pub fn start() -> Self {
        let idle = IDLE.lock().unwrap().pop();
        Self { server: Some(idle.unwrap_or_else(Server::start)), expected: Vec::new() }
    }

    /// The seeded estate, shared by all tests of this process: only read it.
    pub fn estate() -> &'static Self {
        static ESTATE: OnceLock<Emulator> = OnceLock::new();
        ESTATE.get_or_init(|| {
            let mut emulator = Self::start();
            emulator.seed();
            emulator
        })
    }

    /// `http://localhost:PORT`, for `--endpoint-url`.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port())
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.server.as_ref().expect("a live emulator has its server").port
    }

    /// Builds Acme's account, and keeps what a scan must say of it.
    pub fn seed(&mut self) {
        self.expected = self.run_estate(&[]);
    }

    /// Builds the well-kept second account, and answers what a scan must say of it.
    pub fn seed_hardened(&self) -> Vec<Expectation> {
        self.run_estate(&["--hardened"])
    }

    /// Builds the third account, in which nothing was ever set up, and answers what a scan must say of it.
    pub fn seed_fresh(&self) -> Vec<Expectation> {
        self.run_estate(&["--fresh"])
    }

    fn run_estate(&self, more: &[&str]) -> Vec<Expectation> {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("expected.json");
        let mut command = self.command();
        command.args(["-m", "estate", "seed", "--endpoint", &self.url(), "--expected"]).arg(&file).args(more);
        finish(command);
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap()
    }

    /// What a scan of the seeded estate must say.
    pub fn expected(&self) -> &[Expectation] {
        &self.expected
    }

    /// Runs Python with boto3 against this emulator and answers what it printed. `boto3.client("s3")` needs no
    /// further arguments.
    pub fn python(&self, script: &str) -> String {
        let mut command = self.command();
        command.args(["-c", script]);
        finish(command)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(python::interpreter());
        command
            .current_dir(emulator_sources())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("AWS_ENDPOINT_URL", self.url())
            .env("AWS_ACCESS_KEY_ID", "testing")
            .env("AWS_SECRET_ACCESS_KEY", "testing")
            .env("AWS_DEFAULT_REGION", REGIONS[0])
            .env("AWS_MAX_ATTEMPTS", "1")
            .env_remove("AWS_PROFILE")
            .env_remove("AWS_SESSION_TOKEN");
        command
    }

    /// Every call since the start or the last `clear_calls`.
    pub fn calls(&self) -> Vec<Call> {
        serde_json::from_value(self.lab("GET", "/_lab/calls", &Value::Null)).unwrap()
    }

    /// The calls as `service:Operation`, in the order of their arrival.
    pub fn call_names(&self) -> Vec<String> {
        self.calls().iter().map(|call| format!("{}:{}", call.service, call.operation)).collect()
    }

    /// Forgets the calls so far.
    pub fn clear_calls(&self) {
        self.lab("POST", "/_lab/calls/clear", &Value::Null);
    }

    /// Adds a fault: `json!({"service": "kms", "operation": "ListKeys", "kind": "denied"})`.
    pub fn fault(&self, fault: &Value) {
        self.lab("POST", "/_lab/faults", fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.lab("DELETE", "/_lab/faults", &Value::Null);
    }

    /// Sets what no API can set: `json!({"op": "root", "mfa": true})`.
    pub fn patch(&self, patch: &Value) {
        self.lab("POST", "/_lab/patch", patch);
    }

    /// Sets what the fakes answer: `json!({"service": "account", "set": {"contact_information": null}})`.
    pub fn state(&self, state: &Value) {
        self.lab("POST", "/_lab/state", state);
    }

    /// Sends a request of one's own making.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Response> {
        http::request(self.port(), method, path, headers, body)
    }

    fn lab(&self, method: &str, path: &str, data: &Value) -> Value {
        lab(self.port(), method, path, data)
    }
}

impl Drop for Emulator {
    /// Empties the server for the next test. After a panic it may be in any state, and is stopped.
    fn drop(&mut self) {
        let Some(server) = self.server.take() else { return };
        if !std::thread::panicking() {
            lab(server.port, "POST", "/_lab/reset", &Value::Null);
            IDLE.lock().unwrap().push(server);
        }
    }
}

fn lab(port: u16, method: &str, path: &str, data: &Value) -> Value {
    let body = if data.is_null() { Vec::new() } else { data.to_string().into_bytes() };
    let answer = http::request(port, method, path, &[], &body)
        .unwrap_or_else(|problem| panic!("the emulator does not answer {method} {path}: {problem}"));
    assert_eq!(answer.status, 200, "{method} {path} {data}: {}", answer.text());
    answer.json()
}

fn finish(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The server process. It ends when its standard input closes, so it does not outlive a killed test process.
pub struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    _stdout: BufReader<ChildStdout>,
    /// The port on 127.0.0.1.
    pub port: u16,
}

impl Server {
    /// Starts a server on a free port and waits until it listens.
    pub fn start() -> Self {
        let mut child = Command::new(python::interpreter())
            .arg("server.py")
            .arg("--watch-stdin")
            .current_dir(emulator_sources())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = stdout.read_line(&mut line);
            let _ = sender.send((line, stdout));
        });
        let Ok((line, stdout)) = receiver.recv_timeout(Duration::from_secs(120)) else {
            let _ = child.kill();
            panic!("the emulator did not start within two minutes");
        };
        let Some(port) = line.trim().rsplit(':').next().and_then(|port| port.parse().ok()) else {
            panic!("the emulator did not start, see its messages above: {:?}", child.wait());
        };
        Self { child, stdin, _stdout: stdout, port }
    }

    /// Closes the server's standard input, as the end of this process does, and waits for its end.
    pub fn abandon(mut self) -> std::process::ExitStatus {
        drop(self.stdin.take());
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
