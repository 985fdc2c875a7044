//! A proxy between the program and the emulator that lies, loses and delays.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is done to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is carried out, and the answer is an error 500.
    ErrorAfter,
    /// The connection is closed, and nothing is carried out.
    DropBefore,
    /// It is carried out, and the connection is closed.
    DropAfter,
    /// It is not carried out; the answer is that there is no time.
    Throttle,
    /// It waits before it is carried out.
    DelayBefore(Duration),
    /// It is carried out, and the answer waits.
    DelayAfter(Duration),
}

type Rule = Box<dyn FnMut(&str) -> Option<Fault> + Send>;

/// A proxy; it ends with this value.
pub struct Proxy {
    port: u16,
    ending: Arc<AtomicBool>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// A proxy before that port. `rule` sees every request, head and body, and says what is done to it.
    pub fn before(target: u16, rule: impl FnMut(&str) -> Option<Fault> + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let ending = Arc::new(AtomicBool::new(false));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let rule: Arc<Mutex<Rule>> = Arc::new(Mutex::new(Box::new(rule)));
        let (stop, log) = (Arc::clone(&ending), Arc::clone(&seen));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let (rule, log) = (Arc::clone(&rule), Arc::clone(&log));
                if let Ok(client) = client {
                    // A client that went away is no fault of the proxy.
                    std::thread::spawn(move || drop(serve(client, target, &rule, &log)));
                }
            }
        });
        Self { port, ending, seen }
    }

    /// For `--endpoint-url`.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The requests that a fault was done to, by their first lines.
    pub fn faulted(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ending.store(true, Ordering::Relaxed);
        // Wakes the listener.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

fn serve(mut client: TcpStream, target: u16, rule: &Mutex<Rule>, log: &Mutex<Vec<String>>) -> std::io::Result<()> {
    while let Some(request) = request(&mut client)? {
        let text = String::from_utf8_lossy(&request).into_owned();
        let fault = (rule.lock().unwrap())(&text);
        if fault.is_some() {
            log.lock().unwrap().push(text.lines().next().unwrap_or_default().to_owned());
        }
        match fault {
            Some(Fault::DropBefore) => return client.shutdown(Shutdown::Both),
            Some(Fault::Throttle) => {
                client.write_all(&later(&text))?;
                continue;
            }
            Some(Fault::DelayBefore(time)) => std::thread::sleep(time),
            _ => {}
        }
        let response = forward(target, &request)?;
        match fault {
            Some(Fault::DropAfter) => return client.shutdown(Shutdown::Both),
            Some(Fault::ErrorAfter) => {
                client.write_all(&answer(500, "<Error><Code>InternalError</Code><Message>no</Message></Error>"))?;
                continue;
            }
            Some(Fault::DelayAfter(time)) => std::thread::sleep(time),
            _ => {}
        }
        client.write_all(&response)?;
        // The emulator's answer closes the connection.
        return client.shutdown(Shutdown::Both);
    }
    Ok(())
}

/// "Later", in the words of the request's protocol.
fn later(request: &str) -> Vec<u8> {
    let error = |code: &str| format!("<Error><Code>{code}</Code><Message>later</Message></Error>");
    let head = request.to_lowercase();
    if head.contains("x-amz-target:") {
        answer(400, r#"{"__type":"ThrottlingException","message":"later"}"#)
    } else if head.contains("content-type: application/json") {
        answer(429, r#"{"__type":"TooManyRequestsException","message":"later"}"#)
    } else if request.contains("Version=2016-11-15") {
        answer(503, &format!("<Response><Errors>{}</Errors></Response>", error("RequestLimitExceeded")))
    } else if request.contains("Action=") {
        answer(400, &format!("<ErrorResponse>{}</ErrorResponse>", error("Throttling")))
    } else {
        answer(503, &error("SlowDown"))
    }
}

fn answer(status: u16, body: &str) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 {status} Fault\r\nContent-Type: application/xml\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body.as_bytes()].concat()
}

/// The next request of a connection, head and body; none at its end.
fn request(client: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        let head = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
            let length =
                text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
            if bytes.len() >= head + 4 + length.unwrap_or(0) {
                return Ok(Some(bytes));
            }
        }
        let read = client.read(&mut buffer)?;
        if read == 0 {
            return Ok(None);
        }
        bytes.extend_from_slice(&buffer[..read]);
    }
}

fn forward(target: u16, request: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut server = TcpStream::connect(("127.0.0.1", target))?;
    let head = request.windows(2).position(|window| window == b"\r\n").unwrap_or(0);
    server.write_all(&request[..head])?;
    server.write_all(b"\r\nConnection: close")?;
    server.write_all(&request[head..])?;
    let mut response = Vec::new();
    server.read_to_end(&mut response)?;
    Ok(response)
}
