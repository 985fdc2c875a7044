//! What verifying the audit log costs, as ratios: one pass over 1,000,000 entries on one core against the least that
//! it could cost (SQLite reading the rows, and the bytes hashed at the speed that `openssl speed sha256` has with
//! pieces of the size of an entry), two cores against one, and the memory of a small log against that of a large one.
//!
//! `cargo bench --no-default-features --bench audit`, on a machine with nothing else to do. Needs Linux (`/proc`,
//! `taskset`) and openssl.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use ciacm::audit::entry::Tail;
use ciacm::audit::merkle::leaf_hash;
use ciacm::audit::{Acting, Actor, Event, NewEntry};
use ciacm::store::Store;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const ENTRIES: u64 = 1_000_000;
const FEW: u64 = 20_000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, "scan", home, ..] => report(|| scan(Path::new(home))),
        [_, "verify", home, ..] => report(|| verify(Path::new(home))),
        _ => compare(),
    }
}

fn compare() {
    let large = tempfile::tempdir().expect("a directory");
    let small = tempfile::tempdir().expect("a directory");
    let (bytes, begun) = (fill(large.path(), ENTRIES), Instant::now());
    fill(small.path(), FEW);
    let speed = openssl_speed(bytes / ENTRIES);
    let best = |what: &str, home: &Path, cores: &str| {
        let runs = (0..5).map(|_| part(what, home, cores));
        runs.reduce(|best, run| if run.wall < best.wall { run } else { best }).expect("a run")
    };
    part("verify", large.path(), "0");
    let scanned = best("scan", large.path(), "0");
    let one = best("verify", large.path(), "0");
    let two = best("verify", large.path(), "0,1");
    let few = best("verify", small.path(), "0,1");
    let hashing = bytes as f64 / speed;
    let file = fs::metadata(large.path().join("ciacm.db")).expect("the database").len();
    println!("{ENTRIES} entries of {} bytes, {} bytes each on disk", bytes / ENTRIES, file / ENTRIES);
    println!("least: {:.2} s scanning + {hashing:.2} s hashing at {:.0} MB/s", scanned.cpu, speed / 1e6);
    println!("verify on one core: {:.2} s CPU, {:.2} of the least", one.cpu, one.cpu / (scanned.cpu + hashing));
    println!("verify on two cores: {:.2} times as fast ({:.2} s, {:.2} s)", one.wall / two.wall, one.wall, two.wall);
    println!("peak memory: {} MB for {ENTRIES} entries, {} MB for {FEW}", two.memory >> 10, few.memory >> 10);
    println!("measured in {:.0} s", begun.elapsed().as_secs_f64());
}

/// A log of findings that opened; answers how many bytes its bodies have.
fn fill(home: &Path, entries: u64) -> u64 {
    let mut store = Store::open(home).expect("a store");
    store.log(&NewEntry::new(Event::KeyCreated, json!({}))).expect("the first entries");
    let last = store.audit_entry(2).expect("read").expect("there").entry().expect("an entry");
    let leaf = store.audit_entry(2).expect("read").expect("there").leaf;
    drop(store);
    let acting = Acting { actor: Actor::current(), action: "scan demo".to_owned() };
    let mut tail = Tail { seq: 2, leaf, ts: last.ts };
    let mut db = Connection::open(home.join("ciacm.db")).expect("the database");
    let tx = db.transaction().expect("a transaction");
    let mut bytes = 0;
    {
        let mut insert =
            tx.prepare("INSERT INTO audit_log (seq, body, leaf) VALUES (?1, ?2, ?3)").expect("a statement");
        for number in 2..entries {
            let detail = json!({
                "finding": format!("{number:064x}"), "scan": "01a2021f-4eac-70f3-80de-8ddd419ccd2e",
                "reason": "The bucket's policy lets everyone read it.",
            });
            let entry = NewEntry::new(Event::FindingOpened, detail)
                .about("123456789012", "AWS-S3-001", &format!("arn:aws:s3:::a-bucket-{number}"))
                .change(json!(null), json!({"status": "OPEN", "verdict": "FAIL"}))
                .follow(&tail, &acting, Some("Example Corp"), Timestamp::now());
            let body = entry.body().expect("canonical");
            let leaf = leaf_hash(&body);
            insert.execute(params![entry.seq, body, leaf]).expect("inserted");
            bytes += body.len() as u64 + 1;
            tail = Tail { seq: entry.seq, leaf, ts: entry.ts };
        }
    }
    tx.commit().expect("committed");
    bytes
}

/// The bytes that openssl hashes in a second, in pieces of this size.
fn openssl_speed(size: u64) -> f64 {
    let output = Command::new("taskset")
        .args(["-c", "0", "openssl", "speed", "-seconds", "2", "-bytes", &size.to_string(), "sha256"])
        .output()
        .expect("openssl");
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find(|line| line.starts_with("sha256")).expect("a line of figures");
    let figure = line.split_whitespace().nth(1).expect("a figure").trim_end_matches('k');
    figure.parse::<f64>().expect("a number") * 1000.0
}

/// What a part said of itself.
struct Cost {
    wall: f64,
    cpu: f64,
    /// KB.
    memory: u64,
}

/// This program again, on these cores.
fn part(what: &str, home: &Path, cores: &str) -> Cost {
    let program = std::env::current_exe().expect("this program");
    let output =
        Command::new("taskset").args(["-c", cores]).arg(program).args([what]).arg(home).output().expect("taskset");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut figures = text.split_whitespace().map(|figure| figure.parse::<f64>().expect("a figure"));
    let mut next = || figures.next().expect("a figure");
    Cost { wall: next(), cpu: next(), memory: next() as u64 }
}

fn report(work: impl FnOnce()) {
    let begun = Instant::now();
    work();
    let wall = begun.elapsed().as_secs_f64();
    // In hundredths of a second, of all threads.
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let after_name = stat.rsplit(')').next().expect("fields");
    let ticks: f64 =
        after_name.split_whitespace().skip(11).take(2).map(|field| field.parse::<f64>().expect("ticks")).sum();
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak");
    println!("{wall} {} {}", ticks / 100.0, peak.trim().trim_end_matches(" kB"));
}

fn scan(home: &Path) {
    let db = Connection::open(home.join("ciacm.db")).expect("the database");
    let mut select = db.prepare("SELECT seq, body, leaf FROM audit_log ORDER BY seq").expect("a statement");
    let mut rows = select.query([]).expect("rows");
    let mut bytes = 0;
    while let Some(row) = rows.next().expect("a row") {
        let blob = |column| row.get_ref(column).expect("a column").as_blob().expect("bytes").len();
        bytes += blob(1) + blob(2) + usize::from(row.get::<_, i64>(0).expect("a number") > 0);
    }
    assert!(bytes > 0);
}

fn verify(home: &Path) {
    let log = Store::open_read_only(home).expect("a store").audit_verify(&[]).expect("verified");
    assert!(log.fault.is_none());
}
