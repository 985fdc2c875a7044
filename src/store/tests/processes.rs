//! Several processes in one home: writing at once, killed, without rights.
//!
//! The other processes are this test program again, told by a variable which part to play.

use super::*;
use Verdict::{Fail, Pass};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const HOME: &str = "CIACM_TEST_STORE_HOME";

/// The home, if this process is to play a part.
pub(super) fn part() -> Option<PathBuf> {
    std::env::var_os(HOME).map(PathBuf::from)
}

/// This program as another process that plays the part of the ignored test `name`.
pub(super) fn other(program: &Path, name: &str, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args([&format!("store::tests::{name}"), "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(HOME, home)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

pub(super) fn this_program() -> PathBuf {
    std::env::current_exe().unwrap()
}

/// Waits for a process to do its part well.
pub(super) fn done(child: Child) {
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}\n{errors}");
}

/// The batch of one unit: its resources, and that it is finished.
fn unit_batch(who: &str, number: usize) -> Batch {
    let resources = (0..40)
        .map(|i| {
            let verdict = if i % 2 == 0 { Fail } else { Pass };
            ScannedResource {
                resource: bucket_in("111111111111", &format!("region-{who}"), &format!("{number}-{i}")),
                evaluations: vec![evaluation(PUBLIC, verdict), evaluation(ENCRYPTED, verdict)],
            }
        })
        .collect();
    Batch { resources, finished_units: vec![unit(&format!("{number:06}"))], ..Batch::default() }
}

#[test]
#[ignore = "a part that other tests play in another process"]
fn plays_a_writer() {
    let Some(home) = part() else { return };
    let who = std::process::id().to_string();
    let mut store = Store::open(&home).unwrap();
    let id = store.begin_scan(&new_scan(at(0), &[PUBLIC, ENCRYPTED])).unwrap();
    for number in 0..10 {
        store.record(&id, &unit_batch(&who, number)).unwrap();
    }
    let summary = store.finish_scan(&id, end(at(1))).unwrap();
    assert_eq!((summary.resources, summary.opened, summary.verdicts.total()), (400, 400, 800));
}

#[test]
fn several_processes_write_at_once() {
    let home = tempfile::tempdir().unwrap();
    // The home is not even made yet.
    let writers: Vec<_> =
        (0..4).map(|_| other(&this_program(), "processes::plays_a_writer", home.path()).spawn().unwrap()).collect();
    writers.into_iter().for_each(done);
    let store = Store::open(home.path()).unwrap();
    let scans = store.scans().unwrap();
    assert!(scans.len() == 4 && scans.iter().all(|scan| scan.state == ScanState::Complete));
    assert_eq!(store.count_findings(&FindingFilter::default()).unwrap(), 3200);
    whole(&store);
}

#[test]
fn several_threads_write_at_once() {
    let home = tempfile::tempdir().unwrap();
    std::thread::scope(|threads| {
        for _ in 0..3 {
            threads.spawn(|| {
                let mut store = Store::open(home.path()).unwrap();
                let id = store.begin_scan(&new_scan(at(0), &[PUBLIC, ENCRYPTED])).unwrap();
                for number in 0..5 {
                    // The same resources from all of them.
                    store.record(&id, &unit_batch("same", number)).unwrap();
                }
                let summary = store.finish_scan(&id, end(at(1))).unwrap();
                assert_eq!((summary.resources, summary.verdicts.total()), (200, 400));
            });
        }
    });
    let store = Store::open(home.path()).unwrap();
    assert_eq!(store.count_findings(&FindingFilter::default()).unwrap(), 400);
    // Whoever was first opened them; nobody opened them twice.
    let opened: u64 = store.scans().unwrap().iter().map(|scan| store.summary(&scan.id).unwrap().opened).sum();
    assert_eq!(opened, 200);
    whole(&store);
}

#[test]
#[ignore = "a part that other tests play in another process"]
fn plays_a_scan_that_never_ends() {
    let Some(home) = part() else { return };
    let mut store = Store::open(&home).unwrap();
    let id = store.begin_scan(&new_scan(at(0), &[PUBLIC, ENCRYPTED])).unwrap();
    for number in 0.. {
        store.record(&id, &unit_batch("x", number)).unwrap();
    }
}

#[test]
fn a_killed_scan_leaves_whole_batches_and_can_be_resumed() {
    for round in 0..4 {
        let home = tempfile::tempdir().unwrap();
        let mut store = Store::open(home.path()).unwrap();
        let mut child = other(&this_program(), "processes::plays_a_scan_that_never_ends", home.path()).spawn().unwrap();
        let patience = Instant::now();
        let finished = |store: &Store| {
            let count = "SELECT count(*) FROM scan_units";
            store.connection().query_row(count, [], |row| row.get::<_, u64>(0)).unwrap()
        };
        while finished(&store) < 2 + round {
            assert!(patience.elapsed() < Duration::from_secs(120) && child.try_wait().unwrap().is_none());
            std::thread::sleep(Duration::from_millis(3));
        }
        // It runs as long as its process lives.
        assert_eq!(store.scan(&ScanRef::Latest).unwrap().state, ScanState::Running);
        // Anywhere in the middle of a batch.
        std::thread::sleep(Duration::from_millis(7 * round));
        child.kill().unwrap();
        child.wait().unwrap();

        let scan = store.scan(&ScanRef::Latest).unwrap();
        assert_eq!(scan.state, ScanState::Interrupted);
        whole(&store);
        let resumed = store.resume_scan(&ScanRef::Latest).unwrap();
        let units = resumed.finished_units.len();
        let expected: Vec<_> = (0..units).map(|number| unit(&format!("{number:06}"))).collect();
        assert_eq!(resumed.finished_units, expected);
        let so_far = store.summary(&scan.id).unwrap();
        assert_eq!((so_far.resources, so_far.verdicts.total()), (40 * units as u64, 80 * units as u64));
        assert_eq!(so_far.opened, 40 * units as u64);
        store.record(&scan.id, &unit_batch("x", units)).unwrap();
        let summary = store.finish_scan(&scan.id, end(at(5))).unwrap();
        assert_eq!((summary.scan.state, summary.resources), (ScanState::Complete, 40 * (units as u64 + 1)));
    }
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "a part that other tests play in another process"]
fn plays_one_who_fills_the_disk() {
    let Some(home) = part() else { return };
    let mut store = Store::open(&home).unwrap();
    let id = store.begin_scan(&new_scan(at(0), &[PUBLIC, ENCRYPTED])).unwrap();
    let mut number = 0;
    let error = loop {
        match store.record(&id, &unit_batch("x", number)) {
            Ok(()) => number += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    assert!(number > 3, "{number}");
    whole(&store);
    // The audit log tells of every batch that was recorded, and of no other.
    let log = store.audit_verify(&[]).unwrap();
    assert_eq!((log.size, log.fault), (2 + 40 * number as u64, None));
    drop(store);
    // Even with no byte left it can be read, and opened again or refused for the same reason.
    let filler = std::fs::write(home.join("filler"), vec![0; 8 << 20]);
    assert!(filler.is_err());
    let store = Store::open_read_only(&home).unwrap();
    assert_eq!(store.summary(&id).unwrap().resources, 40 * number as u64);
    match Store::open(&home).and_then(|mut store| store.begin_scan(&new_scan(at(0), &[]))) {
        Ok(_) | Err(StoreError::Full { .. }) => (),
        Err(other) => panic!("{other:?}"),
    }
    let empty = home.join("another");
    assert!(matches!(Store::open(&empty), Err(StoreError::Full { .. })));
}

/// On a disk of 2 MB that only the other process sees.
#[cfg(target_os = "linux")]
#[test]
#[expect(clippy::print_stderr, reason = "a skipped test is told loudly")]
fn a_disk_that_fills_up_is_told_and_what_was_recorded_stays() {
    let home = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=2m tmpfs \"$1\" || exit 42; shift; exec \"$@\"";
    let part = other(&this_program(), "processes::plays_one_who_fills_the_disk", home.path());
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", mount, "sh"]).arg(home.path()).arg(part.get_program()).args(part.get_args());
    command.env(HOME, home.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    match command.output() {
        Ok(output) if output.status.success() => assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed")),
        Ok(output) if String::from_utf8_lossy(&output.stdout).contains("running 1 test") => {
            panic!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
        }
        refused => eprintln!("SKIPPED a disk that fills up: cannot mount a small one here: {refused:?}"),
    }
}

/// Nothing in the file contradicts itself.
fn whole(store: &Store) {
    let db = store.connection();
    let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    let orphans = db.prepare("PRAGMA foreign_key_check").unwrap().query_map([], |_| Ok(())).unwrap().count();
    assert_eq!(orphans, 0);
}

#[cfg(unix)]
mod rights {
    //! The administrator may do everything, so what follows is played by a process of another user.

    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;

    /// `nobody` on every system we know.
    const NOBODY: u32 = 65_534;

    fn is_administrator(home: &Path) -> bool {
        fs::set_permissions(home, Permissions::from_mode(0o500)).unwrap();
        let probe = fs::write(home.join("probe"), "").is_ok();
        fs::set_permissions(home, Permissions::from_mode(0o700)).unwrap();
        let _ = fs::remove_file(home.join("probe"));
        probe
    }

    fn set_mode(home: &Path, directory: u32, file: u32) {
        fs::set_permissions(home, Permissions::from_mode(0o700)).unwrap();
        for entry in fs::read_dir(home).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                set_mode(&path, directory, file);
            } else {
                fs::set_permissions(path, Permissions::from_mode(file)).unwrap();
            }
        }
        fs::set_permissions(home, Permissions::from_mode(directory)).unwrap();
    }

    /// Lets `name` be played by a process that may read the home, or not even that, but never write to it.
    #[expect(clippy::print_stderr, reason = "a skipped test is told loudly")]
    fn without_rights(name: &str, home: &Path, readable: bool) {
        let name = format!("processes::rights::{name}");
        if !is_administrator(home) {
            let (directory, file) = if readable { (0o500, 0o400) } else { (0o000, 0o000) };
            set_mode(home, directory, file);
            done(other(&this_program(), &name, home).spawn().unwrap());
            set_mode(home, 0o700, 0o600);
            return;
        }
        let (directory, file) = if readable { (0o555, 0o444) } else { (0o700, 0o600) };
        set_mode(home, directory, file);
        // The program may lie where the other user cannot go.
        let place = tempfile::tempdir().unwrap();
        let program = place.path().join("program");
        fs::copy(this_program(), &program).unwrap();
        set_mode(place.path(), 0o755, 0o755);
        let mut command = other(&program, &name, home);
        command.uid(NOBODY).gid(NOBODY).current_dir("/");
        match command.spawn() {
            Ok(child) => done(child),
            Err(error) => eprintln!("SKIPPED {name}: cannot become another user: {error}"),
        }
        set_mode(home, 0o700, 0o600);
    }

    /// A home below a directory that everybody may pass.
    fn home() -> (tempfile::TempDir, PathBuf) {
        let outside = tempfile::tempdir().unwrap();
        fs::set_permissions(outside.path(), Permissions::from_mode(0o755)).unwrap();
        let home = outside.path().join("home");
        (outside, home)
    }

    #[test]
    #[ignore = "a part that other tests play in another process"]
    fn plays_a_reader_without_rights() {
        let Some(home) = part() else { return };
        let store = Store::open_read_only(&home).unwrap();
        assert_eq!(all(&store).len(), 1);
        assert_eq!(store.scans().unwrap().len(), 1);
        let id = store.scan(&ScanRef::Latest).unwrap().id;
        assert_eq!(store.summary(&id).unwrap().verdicts.fail, 1);
        let error = Store::open(&home).unwrap_err();
        assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
        assert!(error.to_string().contains("--home"), "{error}");
    }

    #[test]
    fn a_home_without_rights_is_read_but_not_written() {
        let (_outside, home) = home();
        let mut store = Store::open(&home).unwrap();
        scan(&mut store, 0, &complete(vec![scanned("a", &[(PUBLIC, Fail)])]));
        // While its files are in use by a writer ...
        assert!(home.join("ciacm.db-shm").exists());
        without_rights("plays_a_reader_without_rights", &home, true);
        // ... and when nobody has them open.
        drop(store);
        assert!(!home.join("ciacm.db-wal").exists());
        without_rights("plays_a_reader_without_rights", &home, true);
    }

    #[test]
    fn a_log_that_a_killed_writer_left_is_read_too() {
        let (_outside, home) = home();
        let mut store = Store::open(&home).unwrap();
        scan(&mut store, 0, &complete(vec![scanned("a", &[(PUBLIC, Fail)])]));
        // As after a kill: file and log without the shared memory.
        let copied = home.with_file_name("copied");
        fs::create_dir(&copied).unwrap();
        for name in ["ciacm.db", "ciacm.db-wal"] {
            fs::copy(home.join(name), copied.join(name)).unwrap();
        }
        assert_ne!(fs::metadata(copied.join("ciacm.db-wal")).unwrap().len(), 0);
        without_rights("plays_a_reader_without_rights", &copied, true);
    }

    #[test]
    #[ignore = "a part that other tests play in another process"]
    fn plays_one_who_cannot_even_read() {
        let Some(home) = part() else { return };
        for error in [Store::open(&home).unwrap_err(), Store::open_read_only(&home).unwrap_err()] {
            assert!(!matches!(error, StoreError::Missing { .. } | StoreError::Foreign { .. }), "{error:?}");
            assert!(error.to_string().contains("ermission denied"), "{error}");
        }
    }

    #[test]
    fn a_home_that_cannot_be_read_is_told() {
        let (_outside, home) = home();
        let mut store = Store::open(&home).unwrap();
        scan(&mut store, 0, &complete(vec![]));
        drop(store);
        without_rights("plays_one_who_cannot_even_read", &home, false);
    }

    #[test]
    #[ignore = "a part that other tests play in another process"]
    fn plays_one_who_cannot_make_a_home() {
        let Some(home) = part() else { return };
        let error = Store::open(&home.join("new")).unwrap_err();
        assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    }

    #[test]
    fn a_home_that_cannot_be_made_is_told() {
        let (_outside, home) = home();
        fs::create_dir(&home).unwrap();
        without_rights("plays_one_who_cannot_make_a_home", &home, true);
    }
}
