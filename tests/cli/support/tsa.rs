//! A time-stamping authority for the tests: `openssl ts` behind a small HTTP server, which can also lie.

use super::tools::{Tool, tool};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;

/// What the authority does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It stamps what it is asked to.
    Honest,
    /// It stamps something else.
    WrongImprint,
    /// It answers an older request.
    WrongNonce,
    /// It refuses.
    Rejects,
    /// Its answer is cut off.
    Truncated,
    /// Its answer has ten megabytes.
    Huge,
    /// It says that its answer is a web page.
    WrongType,
    /// It answers with an error of HTTP.
    Unavailable,
    /// It does not answer for a minute.
    Slow,
    /// It answers bytes that are no message at all.
    Garbage,
}

/// The kind of the authority's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// `ec:prime256v1`.
    P256,
    /// `ec:secp384r1`.
    P384,
    /// `rsa:3072`.
    Rsa,
}

/// An authority; it ends with this value.
pub struct Tsa {
    directory: TempDir,
    port: u16,
    asked: Arc<AtomicUsize>,
    ending: Arc<AtomicBool>,
    server: Option<JoinHandle<()>>,
}

const CONFIGURATION: &str = "\
[tsa]
default_tsa = one
[one]
dir = .
serial = serial
crypto_device = builtin
signer_cert = tsa.crt
certs = root.crt
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[stamp]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[req]
distinguished_name = name
prompt = no
[name]
CN = Test
";

impl Tsa {
    /// An authority with a P-256 key; `None` where openssl is missing.
    pub fn start(manner: Manner) -> Option<Self> {
        Self::start_with(manner, KeyKind::P256)
    }

    /// An authority with a key of this kind.
    pub fn start_with(manner: Manner, kind: KeyKind) -> Option<Self> {
        let openssl = tool("openssl")?;
        let directory = tempfile::Builder::new().prefix("ciacm-tsa-").tempdir().unwrap();
        let openssl = openssl.at(directory.path());
        std::fs::write(directory.path().join("tsa.cnf"), CONFIGURATION).unwrap();
        std::fs::write(directory.path().join("serial"), "01\n").unwrap();
        let new_key: &[&str] = match kind {
            KeyKind::P256 => &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
            KeyKind::P384 => &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"],
            KeyKind::Rsa => &["-newkey", "rsa:3072"],
        };
        let request = |name: &str, subject: &str, more: &[&str]| {
            let mut args = vec!["req", "-x509", "-config", "tsa.cnf", "-nodes", "-days", "3650"];
            args.extend(new_key);
            let (key, certificate) = (format!("{name}.key"), format!("{name}.crt"));
            args.extend(["-subj", subject, "-keyout", &key, "-out", &certificate]);
            args.extend(more);
            openssl.must(args);
        };
        request("root", "/O=Time Ltd/CN=Time root", &["-extensions", "root"]);
        request(
            "tsa",
            "/O=Time Ltd/CN=Time stamps",
            &["-CA", "root.crt", "-CAkey", "root.key", "-extensions", "stamp"],
        );
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, ending) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let server = {
            let (asked, ending) = (Arc::clone(&asked), Arc::clone(&ending));
            let last = Mutex::new(None);
            std::thread::spawn(move || {
                for stream in listener.incoming() {
                    if ending.load(Ordering::Relaxed) {
                        return;
                    }
                    asked.fetch_add(1, Ordering::Relaxed);
                    let Ok(stream) = stream else { continue };
                    // A client that has gone away is no fault of the authority.
                    let _ = answer(stream, manner, &openssl, &last, &ending);
                }
            })
        };
        Some(Self { directory, port, asked, ending, server: Some(server) })
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/tsa", self.port)
    }

    /// The file with its root certificate.
    pub fn root(&self) -> PathBuf {
        self.directory.path().join("root.crt")
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Drop for Tsa {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        // Wakes the server, which waits for a connection.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(server) = self.server.take() {
            let _ = server.join();
        }
    }
}

fn answer(
    stream: TcpStream,
    manner: Manner,
    openssl: &Tool,
    last: &Mutex<Option<Vec<u8>>>,
    ending: &AtomicBool,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    let mut typed = false;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        let line = line.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        typed |= line.trim_end() == "content-type: application/timestamp-query";
    }
    let mut query = vec![0; length];
    reader.read_exact(&mut query)?;
    assert!(typed, "the client must say what it sends");
    let (mut status, mut kind) = ("200 OK", "application/timestamp-reply");
    let body = match manner {
        Manner::Honest => stamp(openssl, &query),
        Manner::WrongImprint => {
            // The 32 bytes of the hash follow their own length; another hash makes another request.
            let place = query.windows(2).position(|window| window == [0x04, 0x20]).unwrap() + 2;
            query[place] ^= 1;
            stamp(openssl, &query)
        }
        Manner::WrongNonce => {
            let mut last = last.lock().unwrap();
            last.get_or_insert_with(|| stamp(openssl, &query)).clone()
        }
        // PKIStatusInfo with status 2 and a text.
        Manner::Rejects => b"\x30\x0e\x30\x0c\x02\x01\x02\x30\x07\x0c\x05\x66\x75\x6c\x6c\x21".to_vec(),
        Manner::Truncated => {
            let mut body = stamp(openssl, &query);
            body.truncate(body.len() / 2);
            body
        }
        Manner::Huge => vec![0x30; 10 * 1024 * 1024],
        Manner::WrongType => {
            kind = "text/html";
            b"<html>Please log in to the hotel's network</html>".to_vec()
        }
        Manner::Unavailable => {
            status = "503 Service Unavailable";
            b"later".to_vec()
        }
        Manner::Slow => {
            for _ in 0..600 {
                if ending.load(Ordering::Relaxed) {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(100));
            }
            Vec::new()
        }
        Manner::Garbage => b"\x30\x82\xff\xff\x02\x01\x00garbage".to_vec(),
    };
    let stream = reader.get_mut();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)
}

fn stamp(openssl: &Tool, query: &[u8]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("query.tsq");
    std::fs::write(&path, query).unwrap();
    let answer = openssl.run(["ts", "-reply", "-config", "tsa.cnf", "-queryfile", path.to_str().unwrap()]);
    assert!(answer.success, "{answer}");
    answer.stdout
}
