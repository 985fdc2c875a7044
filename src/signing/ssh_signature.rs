//! SSH signatures, made and checked by `ssh-keygen`: it asks the agent, hardware tokens and the user itself.

use super::identity::SigningError;
use super::ssh::PublicKey;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const PROGRAM: &str = "ssh-keygen";

/// Signs data with the private key of a file, or with the one that the agent holds for a public key file.
///
/// # Errors
/// If `ssh-keygen` is not there or refuses.
pub fn sign(key: &Path, namespace: &str, data: &[u8]) -> Result<Vec<u8>, SigningError> {
    let mut command = Command::new(PROGRAM);
    command.args(["-Y", "sign", "-n", namespace, "-f"]).arg(key);
    let (success, output, told) = run(&mut command, data)?;
    if success && output.starts_with(b"-----BEGIN SSH SIGNATURE-----") {
        return Ok(output);
    }
    Err(SigningError::new(format!("{} cannot sign", key.display()))
        .why(told)
        .next("check the path, the passphrase, and that ssh-agent or the token has the key"))
}

/// True if the private half of `key` signed `data`.
///
/// # Errors
/// If `ssh-keygen` is not there.
pub fn verify(key: &PublicKey, namespace: &str, data: &[u8], signature: &[u8]) -> Result<bool, SigningError> {
    // Who signed is known by the key; the name here only has to be the same twice.
    const NAME: &str = "approver";
    let failed = |error: std::io::Error| {
        SigningError::new("an SSH signature cannot be checked").why(error).next("check the temporary directory")
    };
    let directory = tempfile::Builder::new().prefix("ciacm-").tempdir().map_err(failed)?;
    let (allowed, file) = (directory.path().join("allowed"), directory.path().join("signature"));
    std::fs::write(&allowed, format!("{NAME} namespaces=\"{namespace}\" {}\n", key.line())).map_err(failed)?;
    std::fs::write(&file, signature).map_err(failed)?;
    let mut command = Command::new(PROGRAM);
    command.args(["-Y", "verify", "-n", namespace, "-I", NAME, "-f"]).arg(&allowed).arg("-s").arg(&file);
    run(&mut command, data).map(|(success, ..)| success)
}

fn run(command: &mut Command, input: &[u8]) -> Result<(bool, Vec<u8>, String), SigningError> {
    let missing = |error: std::io::Error| {
        SigningError::new(format!("{PROGRAM} cannot be run"))
            .why(error)
            .next("install OpenSSH, or approve with a key of the home: `ciacm key new`")
    };
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(missing)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that refuses before it reads closes the pipe; its own words say why.
        let _ = stdin.write_all(input);
    }
    let output = child.wait_with_output().map_err(missing)?;
    let told = String::from_utf8_lossy(&output.stderr).trim().chars().take(300).collect();
    Ok((output.status.success(), output.stdout, told))
}
