//! The audit log in its file: bytes that change, processes that die, several at once.

use super::super::open::Settings;
use super::super::schema;
use super::processes::{done, other, part, this_program};
use super::*;
use crate::audit::{Event, NewEntry};
use rusqlite::{Connection, OpenFlags};
use std::io::{BufRead as _, BufReader};
use std::path::Path;

/// A database of the audit log alone.
fn audit_alone() -> Settings {
    let tables = ["CREATE TABLE audit_log", "CREATE TABLE settings"];
    let migrations: Vec<&str> = schema::MIGRATIONS
        .iter()
        .copied()
        .filter(|migration| tables.iter().any(|table| migration.contains(table)))
        .collect();
    assert_eq!(migrations.len(), tables.len());
    Settings { migrations: migrations.leak(), ..Settings::default() }
}

fn entry(number: u64) -> NewEntry {
    NewEntry::new(Event::FindingOpened, json!({"number": number}))
        .about("111111111111", PUBLIC, "arn:aws:s3:::a-bucket-with-a-name")
        .change(Value::Null, json!({"status": "OPEN", "verdict": "FAIL"}))
}

type Rows = Vec<(i64, Vec<u8>, Vec<u8>)>;

fn rows(path: &Path) -> rusqlite::Result<Rows> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut select = db.prepare("SELECT seq, body, leaf FROM audit_log ORDER BY seq")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

/// True if verifying finds something.
fn found(home: &Path, settings: Settings) -> bool {
    let look = || -> Result<bool, StoreError> {
        let store = Store::open_read_only_with(home, settings)?;
        let remembered = store.audit_remembered()?;
        let log = store.audit_verify(&[])?;
        Ok(log.fault.is_some() || log.size < remembered)
    };
    look().unwrap_or(true)
}

#[test]
fn no_flipped_bit_that_touches_an_entry_goes_unnoticed() {
    const FLIPS: u64 = 10_000;
    let home = tempfile::tempdir().unwrap();
    let settings = audit_alone();
    let mut store = Store::open_with(home.path(), settings).unwrap();
    for number in 0..40 {
        store.log(&entry(number)).unwrap();
    }
    store.audit_advance().unwrap();
    // Without a log beside it the file alone is the database.
    store.connection().pragma_update(None, "journal_mode", "DELETE").unwrap();
    drop(store);
    assert!(!found(home.path(), settings));
    let original = std::fs::read(home.path().join("ciacm.db")).unwrap();
    let before = rows(&home.path().join("ciacm.db")).unwrap();
    assert_eq!(before.len(), 41);
    let touched: u64 = std::thread::scope(|threads| {
        let thread = |thread: u64| {
            let (original, before) = (&original, &before);
            threads.spawn(move || {
                let home = tempfile::tempdir().unwrap();
                let path = home.path().join("ciacm.db");
                let mut touched = 0;
                for number in (thread..FLIPS).step_by(2) {
                    // Spread over the file, the same in every run.
                    let random = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
                    let mut bytes = original.clone();
                    let place = usize::try_from(random % original.len() as u64).unwrap();
                    bytes[place] ^= 1 << (random >> 61);
                    std::fs::write(&path, bytes).unwrap();
                    if rows(&path).as_ref() != Ok(before) {
                        touched += 1;
                        assert!(found(home.path(), settings), "byte {place}");
                    }
                }
                touched
            })
        };
        [thread(0), thread(1)].into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert!(touched > FLIPS / 2, "{touched}");
}

#[test]
#[ignore = "a part that other tests play in another process"]
#[expect(clippy::print_stdout, reason = "the other process reads it")]
fn plays_one_who_appends() {
    let Some(home) = part() else { return };
    let mut store = Store::open(&home).unwrap();
    let process = u64::from(std::process::id());
    for number in 0.. {
        let seq = store.log(&entry(process * 1_000_000 + number)).unwrap();
        println!("appended {seq} {number}");
    }
}

#[test]
fn killed_processes_lose_nothing_that_they_said_they_appended() {
    let home = tempfile::tempdir().unwrap();
    let mut said = 0;
    for round in 0..4 {
        let mut children: Vec<_> = (0..3)
            .map(|_| other(&this_program(), "audit::plays_one_who_appends", home.path()).spawn().unwrap())
            .collect();
        let mut acknowledged = Vec::new();
        for (place, child) in children.iter_mut().enumerate() {
            let process = u64::from(child.id());
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let enough = 10 * (round + 1) + 7 * place;
            let mut own = 0;
            while own < enough {
                let line = lines.next().unwrap().unwrap();
                if let Some((seq, number)) = line.strip_prefix("appended ").and_then(|rest| rest.split_once(' ')) {
                    let number: u64 = number.parse().unwrap();
                    acknowledged.push((seq.parse::<u64>().unwrap(), process * 1_000_000 + number));
                    own += 1;
                }
            }
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let store = Store::open(home.path()).unwrap();
        for (seq, number) in acknowledged {
            assert_eq!(store.audit_entry(seq).unwrap().unwrap().entry().unwrap().detail["number"], number);
            said += 1;
        }
        let log = store.audit_verify(&[]).unwrap();
        assert!(log.fault.is_none() && log.size >= said, "{log:?}");
    }
}

#[test]
#[ignore = "a part that other tests play in another process"]
fn plays_one_who_appends_and_verifies() {
    let Some(home) = part() else { return };
    let mut store = Store::open(&home).unwrap();
    for number in 0..60 {
        store.log(&entry(number)).unwrap();
        if number % 10 == 0 {
            let checkpoint = store.audit_advance().unwrap().unwrap();
            let log = store.audit_verify(&[checkpoint.size]).unwrap();
            assert_eq!(log.agrees(&checkpoint), crate::audit::verify::Agreement::Same);
            assert!(log.fault.is_none(), "{log:?}");
        }
    }
}

#[test]
fn several_processes_append_and_verify_at_once() {
    let home = tempfile::tempdir().unwrap();
    let processes: Vec<_> = (0..4)
        .map(|_| other(&this_program(), "audit::plays_one_who_appends_and_verifies", home.path()).spawn().unwrap())
        .collect();
    processes.into_iter().for_each(done);
    let store = Store::open(home.path()).unwrap();
    let log = store.audit_verify(&[]).unwrap();
    assert_eq!((log.size, log.fault.clone()), (241, None));
    assert_eq!(store.audit_checkpoint().unwrap().unwrap().root, log.root);
    assert_eq!(store.audit_tree().unwrap().root(241), Some(log.root));
}

#[test]
fn a_checkpoint_costs_what_is_new_and_never_vouches_for_what_was_changed() {
    let home = tempfile::tempdir().unwrap();
    let mut store = Store::open(home.path()).unwrap();
    assert_eq!((store.audit_checkpoint().unwrap(), store.audit_advance().unwrap()), (None, None));
    for number in 0..9 {
        store.log(&entry(number)).unwrap();
    }
    assert_eq!(store.audit_advance().unwrap().unwrap().size, 10);
    let honest = store.audit_verify(&[]).unwrap();
    store.connection().execute_batch("DROP TRIGGER audit_log_refuses_update").unwrap();
    store.connection().execute("UPDATE audit_log SET leaf = zeroblob(32) WHERE seq = 4", []).unwrap();
    let checkpoint = store.audit_checkpoint().unwrap().unwrap();
    assert_eq!((checkpoint.size, checkpoint.root), (10, honest.root));
    // Entries that are gone are told.
    store
        .connection()
        .execute_batch("DROP TRIGGER audit_log_refuses_delete; DELETE FROM audit_log WHERE seq = 10")
        .unwrap();
    let error = store.audit_checkpoint().unwrap_err();
    assert!(matches!(error, StoreError::LogCut { size: 9, checkpointed: 10 }), "{error:?}");
}

#[test]
fn an_entry_is_small_on_disk() {
    let home = tempfile::tempdir().unwrap();
    let mut store = Store::open(home.path()).unwrap();
    let many: Vec<_> = (0..2000)
        .map(|number| {
            scanned(&format!("arn:aws:s3:::a-bucket-with-a-longer-name-{number}"), &[(PUBLIC, Verdict::Fail)])
        })
        .collect();
    scan(&mut store, 0, &complete(many));
    let entries = store.audit_size().unwrap();
    assert!(entries > 2000);
    let pages = "SELECT sum(pgsize) FROM dbstat WHERE name = 'audit_log'";
    let bytes: u64 = match store.connection().query_row(pages, [], |row| row.get(0)) {
        Ok(bytes) => bytes,
        // Without the table of pages: the texts, and twice what a row has beside them.
        Err(_) => {
            store.connection().query_row("SELECT sum(length(body) + 64) FROM audit_log", [], |row| row.get(0)).unwrap()
        }
    };
    assert!(bytes / entries < 1024, "{} bytes an entry", bytes / entries);
}

#[test]
fn a_scan_tells_what_became_of_findings() {
    let home = tempfile::tempdir().unwrap();
    let mut store = Store::open(home.path()).unwrap();
    let events = |store: &Store| {
        let mut events = Vec::new();
        store
            .audit_entries(&EntryFilter::default(), |stored| {
                let entry = stored.entry()?;
                events.push((entry.event, entry.resource.unwrap_or_default()));
                Ok::<_, StoreError>(())
            })
            .unwrap();
        events
    };
    let buckets = |first, second| complete(vec![scanned("a", &[(PUBLIC, first)]), scanned("b", &[(PUBLIC, second)])]);
    let (fail, pass) = (Verdict::Fail, Verdict::Pass);
    scan_with(&mut store, 0, &[PUBLIC], &buckets(fail, pass));
    scan_with(&mut store, 10, &[PUBLIC], &buckets(pass, fail));
    scan_with(&mut store, 20, &[PUBLIC], &buckets(fail, fail));
    // The same again says nothing new; then everything is gone.
    scan_with(&mut store, 30, &[PUBLIC], &buckets(fail, fail));
    scan_with(&mut store, 40, &[PUBLIC], &complete(vec![]));
    let id = store.begin_scan(&new_scan(at(50), &[PUBLIC])).unwrap();
    store.finish_scan(&id, ScanEnd { state: ScanState::Interrupted, ..end(at(51)) }).unwrap();
    store.resume_scan(&id.into()).unwrap();
    let event = |event: Event, resource: &str| (event, resource.to_owned());
    let (start, end) = (event(Event::ScanStarted, ""), event(Event::ScanFinished, ""));
    let expected = vec![
        event(Event::LogStarted, ""),
        start.clone(),
        event(Event::FindingOpened, "a"),
        end.clone(),
        start.clone(),
        event(Event::FindingResolved, "a"),
        event(Event::FindingOpened, "b"),
        end.clone(),
        start.clone(),
        event(Event::FindingReopened, "a"),
        end.clone(),
        start.clone(),
        end.clone(),
        start.clone(),
        event(Event::FindingResolved, "a"),
        event(Event::FindingResolved, "b"),
        end,
        start,
        event(Event::ScanInterrupted, ""),
        event(Event::ScanResumed, ""),
    ];
    assert_eq!(events(&store), expected);
    let last = store.audit_entry(17).unwrap().unwrap().entry().unwrap();
    assert_eq!((&last.detail["state"], &last.detail["resources"]), (&json!("complete"), &json!(0)));
    let opened = store.audit_entry(3).unwrap().unwrap().entry().unwrap();
    assert_eq!(opened.after, json!({"status": "OPEN", "verdict": "FAIL"}));
    assert_eq!((opened.account.as_deref(), opened.control.as_deref()), (Some("111111111111"), Some(PUBLIC)));
    assert_eq!(opened.detail["finding"], json!(one(&store, PUBLIC, "a").id));
}
