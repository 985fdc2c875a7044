//! Nine attacks on the audit log by somebody who may write everything in the home: the triggers are dropped, and the
//! home's own checkpoints are gone. What the chain alone does not show, a checkpoint that was kept elsewhere does,
//! unless it is older than what was changed.

use crate::support::ciacm::Ciacm;
use ciacm::audit::Entry;
use ciacm::audit::merkle::leaf_hash;
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

const TRIGGERS: &str = "DROP TRIGGER audit_log_refuses_update; DROP TRIGGER audit_log_refuses_delete;
    DROP TRIGGER audit_log_has_no_gaps;";

/// A home as it was at three moments, and the checkpoints of the first and the last.
struct Estate {
    ciacm: Ciacm,
    /// How many entries it had when the older checkpoint was made.
    older: u64,
    /// ... when the home was copied.
    copied: u64,
    /// ... in the end.
    tail: u64,
}

static ESTATE: LazyLock<Estate> = LazyLock::new(|| {
    let ciacm = Ciacm::new();
    let size = || {
        let db = Connection::open(ciacm.home().join("ciacm.db")).unwrap();
        db.query_row("SELECT max(seq) FROM audit_log", [], |row| row.get::<_, u64>(0)).unwrap()
    };
    let scan = |service: &str| {
        ciacm.args(["scan", "demo", "--fail-on", "none", "--service", service]).run().expect_code(0);
        size()
    };
    let older = scan("s3");
    let copied = scan("sns");
    copy(&ciacm.home(), &ciacm.path("copy"));
    let tail = scan("efs");
    copy(&ciacm.home().join("checkpoints"), &ciacm.path("elsewhere"));
    Estate { ciacm, older, copied, tail }
});

impl Estate {
    fn checkpoint(&self, size: u64) -> PathBuf {
        self.ciacm.path("elsewhere").join(format!("{size:012}.txt"))
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn entry(db: &Connection, seq: u64) -> Entry {
    let body: Vec<u8> = db.query_row("SELECT body FROM audit_log WHERE seq = ?1", [seq], |row| row.get(0)).unwrap();
    serde_json::from_slice(&body).unwrap()
}

fn put(db: &Connection, seq: u64, entry: &Entry) {
    let body = entry.body().unwrap();
    let insert = "INSERT OR REPLACE INTO audit_log (seq, body, leaf) VALUES (?1, ?2, ?3)";
    db.execute(insert, params![seq, body, leaf_hash(&body)]).unwrap();
}

/// Makes the chain fit again from `from` on.
fn chain_anew(db: &Connection, from: u64) {
    let last: u64 = db.query_row("SELECT max(seq) FROM audit_log", [], |row| row.get(0)).unwrap();
    for seq in from..=last {
        let before: [u8; 32] =
            db.query_row("SELECT leaf FROM audit_log WHERE seq = ?1", [seq - 1], |row| row.get(0)).unwrap();
        let mut next = entry(db, seq);
        next.seq = seq;
        next.prev = before.iter().map(|byte| format!("{byte:02x}")).collect();
        put(db, seq, &next);
    }
}

/// What is found: with nothing but the chain, with the checkpoint of the tail, with the older one.
type Found = [bool; 3];

const FOUND: Found = [true, true, true];

/// Lets `attack` change a copy of the home, and looks whether that is found, and whether the first bad entry that is
/// told is `bad`.
fn attack(found: Found, bad: u64, attack: impl FnOnce(&Connection)) {
    let estate = &*ESTATE;
    let home = tempfile::tempdir().unwrap();
    copy(&estate.ciacm.home(), home.path());
    let db = Connection::open(home.path().join("ciacm.db")).unwrap();
    db.execute_batch(TRIGGERS).unwrap();
    attack(&db);
    // What the program itself remembers is the attacker's to change too.
    db.execute("UPDATE audit_frontier SET size = 0, hashes = x''", []).unwrap();
    drop(db);
    let verify = |against: Option<u64>| -> (Option<i32>, Value) {
        let mut command = estate.ciacm.args(["audit", "verify", "--format", "json", "--home"]).args([home.path()]);
        if let Some(size) = against {
            command = command.args(["--against".into(), estate.checkpoint(size)]);
        }
        let output = command.run();
        // Each time as the attacker left it.
        let _ = std::fs::remove_dir_all(home.path().join("checkpoints"));
        (output.code, output.json())
    };
    // Verified from copies, so that what verifying appends is not there the next time.
    let original = tempfile::tempdir().unwrap();
    copy(home.path(), original.path());
    for (expected, against) in found.into_iter().zip([None, Some(estate.tail), Some(estate.older)]) {
        copy(original.path(), home.path());
        let (code, told) = verify(against);
        assert_eq!(code, Some(if expected { 4 } else { 0 }), "against {against:?}: {told:#}");
        assert_eq!(told["holds"], !expected);
        if expected {
            let (from, to) = (told["first_bad"]["from"].as_u64().unwrap(), told["first_bad"]["to"].as_u64().unwrap());
            assert!(from <= bad && bad <= to, "against {against:?}: {told:#}");
        } else {
            assert_eq!(told["first_bad"], Value::Null);
        }
    }
}

fn forge(entry: &mut Entry) {
    entry.after = json!({"status": "OPEN", "verdict": "PASS"});
}

#[test]
fn what_was_not_attacked_holds() {
    let estate = &*ESTATE;
    assert!(estate.older > 20 && estate.copied > estate.older + 3 && estate.tail > estate.copied + 3);
    attack([false; 3], 0, |_| ());
}

#[test]
fn attack_1_edit() {
    attack(FOUND, 9, |db| {
        let body =
            db.query_row("SELECT body FROM audit_log WHERE seq = 9", [], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        let text = String::from_utf8(body).unwrap().replace("FAIL", "PASS");
        db.execute("UPDATE audit_log SET body = ?1 WHERE seq = 9", [text.as_bytes()]).unwrap();
    });
}

#[test]
fn attack_2_edit_and_chain_anew() {
    attack([false, true, true], 9, |db| {
        let mut edited = entry(db, 9);
        forge(&mut edited);
        put(db, 9, &edited);
        chain_anew(db, 10);
    });
}

#[test]
fn attack_3_delete() {
    attack(FOUND, 9, |db| {
        db.execute("DELETE FROM audit_log WHERE seq = 9", []).unwrap();
    });
}

#[test]
fn attack_4_delete_and_renumber() {
    let seq = ESTATE.copied + 1;
    attack([false, true, false], seq, |db| {
        db.execute("DELETE FROM audit_log WHERE seq = ?1", [seq]).unwrap();
        db.execute("UPDATE audit_log SET seq = -(seq - 1) WHERE seq > ?1", [seq]).unwrap_err();
        // Numbers below 1 are refused by the table itself; the attacker goes one by one.
        for later in seq + 1..=ESTATE.tail {
            db.execute("UPDATE audit_log SET seq = ?1 - 1 WHERE seq = ?1", [later]).unwrap();
        }
        chain_anew(db, seq);
    });
}

#[test]
fn attack_5_swap() {
    attack(FOUND, 9, |db| {
        let (one, two) = (entry(db, 9), entry(db, 10));
        put(db, 9, &two);
        put(db, 10, &one);
    });
}

#[test]
fn attack_6_insert_forged() {
    attack([false, true, true], 9, |db| {
        for seq in (9..=ESTATE.tail).rev() {
            db.execute("UPDATE audit_log SET seq = ?1 + 1 WHERE seq = ?1", [seq]).unwrap();
        }
        let mut forged = entry(db, 8);
        forge(&mut forged);
        put(db, 9, &forged);
        chain_anew(db, 9);
    });
}

#[test]
fn attack_7_truncate_the_tail() {
    let seq = ESTATE.tail - 2;
    attack([false, true, false], seq, |db| {
        db.execute("DELETE FROM audit_log WHERE seq >= ?1", [seq]).unwrap();
    });
}

#[test]
fn attack_8_restore_an_older_database() {
    attack([false, true, false], ESTATE.copied + 1, |db| {
        db.execute("DELETE FROM audit_log", []).unwrap();
        restore(db);
    });
}

#[test]
fn attack_9_fork() {
    attack([false, true, false], ESTATE.copied + 1, |db| {
        db.execute("DELETE FROM audit_log", []).unwrap();
        restore(db);
        let mut other = entry(db, ESTATE.copied);
        forge(&mut other);
        for seq in ESTATE.copied + 1..=ESTATE.tail {
            put(db, seq, &other);
        }
        chain_anew(db, ESTATE.copied + 1);
    });
}

/// The log as it was when the home was copied.
fn restore(db: &Connection) {
    let copied = ESTATE.ciacm.path("copy").join("ciacm.db");
    db.execute("ATTACH ?1 AS copy", [copied.to_str().unwrap()]).unwrap();
    db.execute("INSERT INTO audit_log (seq, body, leaf) SELECT seq, body, leaf FROM copy.audit_log", []).unwrap();
    db.execute("DETACH copy", []).unwrap();
}

#[test]
fn an_attacker_who_forgets_the_home_s_own_checkpoints_is_found_by_them() {
    let estate = &*ESTATE;
    let home = tempfile::tempdir().unwrap();
    copy(&estate.ciacm.home(), home.path());
    let db = Connection::open(home.path().join("ciacm.db")).unwrap();
    db.execute_batch(TRIGGERS).unwrap();
    db.execute("DELETE FROM audit_log WHERE seq > ?1", [estate.tail - 2]).unwrap();
    drop(db);
    let verify = || {
        let output = estate.ciacm.args(["audit", "verify", "--home"]).args([home.path()]).run().expect_code(4);
        let told = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        (told, output.stderr)
    };
    // The database remembers how many entries there were ...
    let (told, warned) = verify();
    let missing = format!("the log had {} and has {}", estate.tail, estate.tail - 2);
    assert!(told.contains(&missing), "{told}");
    // ... and makes no checkpoint that would vouch for what is left.
    assert!(warned.contains("entries of the audit log are missing"), "{warned}");
    assert!(!home.path().join("checkpoints").exists());
    // So do the checkpoints.
    copy(&estate.ciacm.home().join("checkpoints"), &home.path().join("checkpoints"));
    let db = Connection::open(home.path().join("ciacm.db")).unwrap();
    db.execute("UPDATE audit_frontier SET size = 0, hashes = x''", []).unwrap();
    drop(db);
    let (told, _) = verify();
    assert!(told.contains("the log does not reach so far"), "{told}");
}
