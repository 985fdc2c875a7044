//! Keys that never leave their device: a child process signs.
//!
//! The process gets the 32 bytes of a SHA-256 digest on stdin and answers with the raw signature on stdout. That covers
//! every KMS, HSM and smart card that has a command-line tool; see `docs/keys.md` for bridges.

use super::{Signer, SigningError};
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// How long a process may take; people must be able to enter a PIN or touch a token.
const PATIENCE: Duration = Duration::from_secs(60);

/// The largest signature: RSA with 8192 bits has 1024 bytes.
const MAX_SIGNATURE: u64 = 4096;
/// How much of its stderr is told.
const MAX_COMPLAINT: u64 = 4096;

/// A command that signs digests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalSigner {
    command: Vec<String>,
    patience: Duration,
}

impl ExternalSigner {
    /// The program and its arguments; no shell takes them apart.
    #[must_use]
    pub const fn new(command: Vec<String>) -> Self {
        Self { command, patience: PATIENCE }
    }

    #[cfg(test)]
    pub(super) fn with_patience(command: Vec<String>, patience: Duration) -> Self {
        Self { command, patience }
    }

    fn failed(&self, why: impl std::fmt::Display, complaint: &[u8]) -> SigningError {
        let program = self.command.first().map_or("", String::as_str);
        let complaint: String =
            String::from_utf8_lossy(complaint).chars().filter(|c| !c.is_control() || *c == '\n').collect();
        let complaint = complaint.trim();
        let why = if complaint.is_empty() {
            why.to_string()
        } else {
            format!("{why}; it said:\n    {}", complaint.replace('\n', "\n    "))
        };
        SigningError::new(format!("the external signer `{program}` did not sign"))
            .why(why)
            .next("run it by hand: it gets a 32-byte SHA-256 digest on stdin and writes the raw signature to stdout")
    }
}

impl Signer for ExternalSigner {
    fn sign_digest(&self, digest: &[u8; 32]) -> Result<Vec<u8>, SigningError> {
        let Some((program, arguments)) = self.command.split_first() else {
            return Err(self.failed("no command is configured", b""));
        };
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| self.failed(format!("it cannot be started: {error}"), b""))?;
        let stdin = child.stdin.take();
        let signature = gather(child.stdout.take(), MAX_SIGNATURE);
        let complaint = gather(child.stderr.take(), MAX_COMPLAINT);
        // A process that does not read its input is told by what it answers. 32 bytes always fit into the pipe.
        if let Some(mut stdin) = stdin {
            let _ = stdin.write_all(digest);
        }
        let begun = Instant::now();
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if begun.elapsed() < self.patience => thread::sleep(Duration::from_millis(5)),
                result => {
                    let _ = child.kill();
                    let _ = child.wait();
                    let why = match result {
                        Err(error) => error.to_string(),
                        Ok(_) => format!("it did not end within {:?}", self.patience),
                    };
                    return Err(self.failed(why, &received(&complaint)));
                }
            }
        };
        let complaint = received(&complaint);
        if !status.success() {
            return Err(self.failed(format!("it ended with {status}"), &complaint));
        }
        let signature = received(&signature);
        if signature.is_empty() {
            return Err(self.failed("it wrote no signature", &complaint));
        }
        if u64::try_from(signature.len()).is_ok_and(|length| length >= MAX_SIGNATURE) {
            return Err(self.failed("what it wrote is too long for a signature", &complaint));
        }
        Ok(signature)
    }
}

/// Reads up to `most` bytes in the background and lets go of the rest, so that the process never waits for us.
fn gather(stream: Option<impl Read + Send + 'static>, most: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.by_ref().take(most).read_to_end(&mut bytes);
            let _ = sender.send(bytes);
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        }
    });
    receiver
}

/// What was gathered. A grandchild may keep the pipe open for ever; nobody waits for it.
fn received(stream: &Receiver<Vec<u8>>) -> Vec<u8> {
    stream.recv_timeout(Duration::from_secs(1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(script: &str, patience: u64) -> Result<Vec<u8>, SigningError> {
        let command = ["sh", "-c", script].map(str::to_owned).to_vec();
        ExternalSigner::with_patience(command, Duration::from_millis(patience)).sign_digest(&[7; 32])
    }

    #[test]
    fn the_process_gets_the_digest_and_gives_the_signature() {
        assert_eq!(sign("cat", 60_000).unwrap(), [7; 32]);
    }

    #[test]
    fn a_process_that_does_not_sign_is_told_with_its_own_words() {
        let why = |script| sign(script, 60_000).unwrap_err().why;
        assert_eq!(
            why("echo 'no token in slot 0' >&2; exit 3"),
            "it ended with exit status: 3; it said:\n    no token in slot 0"
        );
        assert_eq!(why("true"), "it wrote no signature");
        assert_eq!(why("head -c 100000 /dev/zero"), "what it wrote is too long for a signature");
        assert!(why("head -c 1000000 /dev/zero | tr '\\0' x >&2; exit 1").len() < 20_000);
    }

    #[test]
    fn a_process_that_hangs_is_ended() {
        let begun = Instant::now();
        assert_eq!(sign("exec sleep 60", 200).unwrap_err().why, "it did not end within 200ms");
        assert!(begun.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_program_that_is_not_there_is_told() {
        let signer = ExternalSigner::new(vec!["/nowhere/signer".to_owned()]);
        let error = signer.sign_digest(&[0; 32]).unwrap_err();
        assert_eq!(error.what, "the external signer `/nowhere/signer` did not sign");
        assert!(error.why.starts_with("it cannot be started"), "{}", error.why);
    }
}
