//! The audit log in the store: appending to it and reading it.

use super::Store;
use super::error::{Failure, Inner, StoreError};
use super::settings;
use crate::audit::entry::Tail;
use crate::audit::merkle::leaf_hash;
use crate::audit::{Acting, Event, NewEntry};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, named_params};
use serde_json::json;
use uuid::Uuid;

impl Store {
    /// Appends an entry that stands alone to the audit log; answers its number.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub fn log(&mut self, entry: &NewEntry) -> Result<u64, StoreError> {
        self.write("appending to the audit log", |tx| tx.log(entry))
    }
}

/// Appends an entry inside the transaction of what it describes; answers the entry that is now the last. `last` is the
/// one that was, if this transaction has appended before: nobody else can meanwhile.
pub(super) fn append(
    tx: &Connection,
    acting: &Acting,
    last: Option<Tail>,
    entry: &NewEntry,
    now: Timestamp,
) -> Inner<Tail> {
    let mut last = match last {
        Some(last) => last,
        None => tail(tx)?,
    };
    if last.seq == 0 {
        // What tells this log from every other; checkpoints name it.
        let origin = json!({"origin": format!("ciacm/{}", Uuid::now_v7())});
        last = insert(tx, acting, &NewEntry::new(Event::LogStarted, origin), &last, now)?;
    }
    insert(tx, acting, entry, &last, now)
}

/// The last entry.
fn tail(tx: &Connection) -> Inner<Tail> {
    let mut select = tx.prepare_cached("SELECT seq, leaf, ts FROM audit_log ORDER BY seq DESC LIMIT 1")?;
    let found = select.query_row([], |row| Ok(Tail { seq: row.get(0)?, leaf: row.get(1)?, ts: row.get(2)? }));
    Ok(found.optional()?.unwrap_or_else(|| Tail { seq: 0, leaf: [0; 32], ts: String::new() }))
}

fn insert(tx: &Connection, acting: &Acting, entry: &NewEntry, last: &Tail, now: Timestamp) -> Inner<Tail> {
    let organisation = settings::organisation(tx)?;
    let entry = entry.follow(last, acting, organisation.as_deref(), now);
    let body =
        entry.body().map_err(|error| Failure::Unreadable(format!("an audit entry cannot be written: {error}")))?;
    let leaf = leaf_hash(&body);
    tx.prepare_cached("INSERT INTO audit_log (seq, body, leaf) VALUES (:seq, :body, :leaf)")?
        .execute(named_params! { ":seq": entry.seq, ":body": body, ":leaf": leaf })?;
    Ok(Tail { seq: entry.seq, leaf, ts: entry.ts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::entry::Entry;
    use crate::audit::{Actor, Outcome};
    use crate::hash::hex;

    fn store() -> (tempfile::TempDir, Store) {
        let home = tempfile::tempdir().unwrap();
        let actor = Actor { user: "ann".to_owned(), host: "desk".to_owned() };
        let store = Store::open(home.path()).unwrap().acting_as(actor, "scan demo");
        (home, store)
    }

    fn rows(store: &Store) -> Vec<(u64, Vec<u8>, [u8; 32])> {
        let mut select = store.connection().prepare("SELECT seq, body, leaf FROM audit_log ORDER BY seq").unwrap();
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    #[test]
    fn entries_are_chained_from_the_first() {
        let (_home, mut store) = store();
        let entry = NewEntry::new(Event::PlanMade, json!({"plan": "p"}))
            .about("111111111111", "AWS-S3-001", "arn:aws:s3:::b")
            .change(json!(null), json!({"open": false}))
            .outcome(Outcome::Refused);
        assert_eq!((store.log(&entry).unwrap(), store.log(&entry).unwrap()), (2, 3));
        let rows = rows(&store);
        let mut prev = [0; 32];
        for (place, (seq, body, leaf)) in rows.iter().enumerate() {
            let read: Entry = serde_json::from_slice(body).unwrap();
            assert_eq!((read.seq, *seq, read.v), (place as u64 + 1, place as u64 + 1, 1));
            assert_eq!((&read.prev, *leaf), (&hex(&prev), leaf_hash(body)));
            assert_eq!((read.actor.user.as_str(), read.action.as_str()), ("ann", "scan demo"));
            assert_eq!(read.body().unwrap(), *body);
            prev = *leaf;
        }
        let first: Entry = serde_json::from_slice(&rows[0].1).unwrap();
        assert_eq!((first.event, first.prev.as_str()), (Event::LogStarted, "0".repeat(64).as_str()));
        assert!(first.detail["origin"].as_str().unwrap().starts_with("ciacm/"));
        let text = String::from_utf8(rows[1].1.clone()).unwrap();
        assert!(
            text.starts_with(r#"{"account":"111111111111","action":"scan demo","actor":{"host":"desk","user":"ann"},"#)
        );
        assert!(text.contains(r#""after":{"open":false},"before":null,"control":"AWS-S3-001","#), "{text}");
    }

    #[test]
    fn what_is_asked_for_is_what_was_hashed() {
        let (_home, mut store) = store();
        store.log(&NewEntry::new(Event::KeyRotated, json!({})).about("a", "c", "r")).unwrap();
        let select = "SELECT event, outcome, action, actor, account, control, resource FROM audit_log WHERE seq = 2";
        let columns: Vec<String> =
            store.connection().query_row(select, [], |row| (0..7).map(|place| row.get(place)).collect()).unwrap();
        assert_eq!(columns, ["key.rotated", "success", "scan demo", "ann", "a", "c", "r"]);
    }

    #[test]
    fn nothing_is_changed_deleted_or_left_out() {
        let (_home, mut store) = store();
        store.log(&NewEntry::new(Event::KeyRotated, json!({}))).unwrap();
        let before = rows(&store);
        for refused in [
            "UPDATE audit_log SET body = x'7b7d' WHERE seq = 1",
            "DELETE FROM audit_log WHERE seq = 2",
            "DELETE FROM audit_log",
            "INSERT INTO audit_log (seq, body, leaf) SELECT 4, body, leaf FROM audit_log WHERE seq = 2",
            "INSERT INTO audit_log (body, leaf) SELECT body, leaf FROM audit_log WHERE seq = 2",
            "INSERT OR REPLACE INTO audit_log (seq, body, leaf) SELECT 1, body, leaf FROM audit_log WHERE seq = 2",
            "INSERT INTO audit_log (seq, body, leaf) VALUES (3, x'7b7d', x'00')",
        ] {
            assert!(store.connection().execute(refused, []).is_err(), "{refused}");
            assert_eq!(rows(&store), before, "{refused}");
        }
    }

    #[test]
    fn a_clock_that_went_back_is_told_and_kept() {
        let (_home, mut store) = store();
        let entry = NewEntry::new(Event::PlanMade, json!({}));
        let acting = Acting { actor: Actor::current(), action: "test".to_owned() };
        let noon: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        for hours in [0, 1, -1, -1] {
            let now = noon + jiff::SignedDuration::from_hours(hours);
            store.write("test", |tx| append(tx, &acting, None, &entry, now)).unwrap();
        }
        let read: Vec<Entry> = rows(&store).iter().map(|row| serde_json::from_slice(&row.1).unwrap()).collect();
        let told: Vec<_> = read.iter().map(|entry| (&entry.ts[11..23], entry.clock_regressed)).collect();
        let expected = [
            ("12:00:00.000", false),
            ("12:00:00.000", false),
            ("13:00:00.000", false),
            ("11:00:00.000", true),
            ("11:00:00.000", false),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn an_entry_that_cannot_be_written_undoes_what_it_describes() {
        let (_home, mut store) = store();
        let failed = store.write("test", |tx| {
            tx.execute("INSERT INTO documents (sha256, body) VALUES ('x', 'y')", [])?;
            tx.log(&NewEntry::new(Event::PlanMade, json!({"fraction": 0.5})))
        });
        assert!(failed.unwrap_err().to_string().contains("0.5 is no integer"));
        let documents: u64 =
            store.connection().query_row("SELECT count(*) FROM documents", [], |row| row.get(0)).unwrap();
        assert_eq!((documents, rows(&store).len()), (0, 0));
    }
}
