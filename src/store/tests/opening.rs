//! Opening: what is made, what is refused, and what can still be read.

use super::super::open::Settings;
use super::super::schema;
use super::*;
use Verdict::Fail;
use std::fs;
use std::path::Path;
use std::time::Duration;

fn with_finding(home: &Path) -> Store {
    let mut store = Store::open(home).unwrap();
    scan(&mut store, 0, &complete(vec![scanned("a", &[(PUBLIC, Fail)])]));
    store
}

/// Every message says what failed, why, and what to do next.
fn told(error: &StoreError) -> String {
    let text = error.to_string();
    assert!(text.contains("\n  why: ") && text.contains("\n  next: "), "{text}");
    text
}

#[test]
fn the_home_is_made_for_its_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("deep/home");
    let mut store = Store::open(&home).unwrap();
    scan(&mut store, 0, &Batch::default());
    assert_eq!((store.home(), store.path()), (home.as_path(), home.join("ciacm.db").as_path()));
    let pragma = |name: &str| store.connection().pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((pragma("user_version"), pragma("application_id")), (NEWEST, schema::APPLICATION_ID));
    assert_eq!((pragma("foreign_keys"), pragma("synchronous"), pragma("busy_timeout")), (1, 2, 30_000));
    let mode: String = store.connection().pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for made in [&home, &directory.path().join("deep"), &home.join("locks")] {
            assert_eq!(mode(made), 0o700);
        }
        for made in ["ciacm.db", "ciacm.db-wal", "ciacm.db-shm", "locks/open.lock"] {
            assert_eq!(mode(&home.join(made)), 0o600, "{made}");
        }
    }
    // Every table refuses what is of another type.
    let loose: i64 = store
        .connection()
        .query_row("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(loose, 0);
}

#[test]
fn a_store_opens_again_and_an_empty_file_is_a_store_not_yet_made() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("ciacm.db"), "").unwrap();
    assert!(matches!(Store::open_read_only(home.path()), Err(StoreError::Missing { .. })));
    drop(with_finding(home.path()));
    assert_eq!(all(&Store::open(home.path()).unwrap()).len(), 1);
    assert!(!home.path().join("backups").exists(), "nothing was migrated");
}

#[test]
fn a_missing_store_is_told_when_reading() {
    let home = tempfile::tempdir().unwrap();
    for missing in [home.path().to_owned(), home.path().join("nowhere")] {
        let error = Store::open_read_only(&missing).unwrap_err();
        assert!(matches!(error, StoreError::Missing { .. }));
        assert!(told(&error).contains("ciacm scan"));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "reading makes nothing");
    }
}

#[test]
fn a_file_that_is_not_ours_is_refused_and_left_alone() {
    let database = |sql: &str| {
        let home = tempfile::tempdir().unwrap();
        let db = rusqlite::Connection::open(home.path().join("ciacm.db")).unwrap();
        db.execute_batch(sql).unwrap();
        drop(db);
        fs::read(home.path().join("ciacm.db")).unwrap()
    };
    let garbage: Vec<u8> = (0..5000_u32).flat_map(|i| (i.wrapping_mul(2_654_435_761)).to_le_bytes()).collect();
    let foreign = [
        garbage,
        b"# notes\n".to_vec(),
        database("CREATE TABLE songs (title)"),
        database("PRAGMA application_id = 1; CREATE TABLE t (x)"),
        database("PRAGMA user_version = 1"),
    ];
    for content in foreign {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("ciacm.db");
        fs::write(&path, &content).unwrap();
        for error in [Store::open(home.path()).unwrap_err(), Store::open_read_only(home.path()).unwrap_err()] {
            assert!(matches!(error, StoreError::Foreign { .. }), "{error:?}");
            assert!(told(&error).contains("is not a ciacm database"));
        }
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("ciacm.db")).unwrap();
    told(&Store::open(home.path()).unwrap_err());
    told(&Store::open_read_only(home.path()).unwrap_err());
}

#[test]
fn a_damaged_store_is_told() {
    let home = tempfile::tempdir().unwrap();
    drop(with_finding(home.path()));
    let path = home.path().join("ciacm.db");
    let mut content = fs::read(&path).unwrap();
    content[4096..].fill(0xa5);
    fs::write(&path, &content).unwrap();
    let error = Store::open(home.path()).and_then(|store| store.scans()).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert!(told(&error).contains("backups"));
    // Cut short.
    fs::write(&path, &content[..5000]).unwrap();
    let error = Store::open(home.path()).and_then(|store| store.scans()).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
}

#[test]
fn a_newer_schema_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let store = with_finding(home.path());
    store.connection().pragma_update(None, "user_version", 99).unwrap();
    drop(store);
    for error in [Store::open(home.path()).unwrap_err(), Store::open_read_only(home.path()).unwrap_err()] {
        assert!(matches!(error, StoreError::Newer { found: 99, known: NEWEST, .. }), "{error:?}");
        assert!(told(&error).contains("update ciacm"));
    }
}

/// The version of the schema.
#[expect(clippy::cast_possible_wrap, reason = "there are not that many")]
const NEWEST: i64 = schema::MIGRATIONS.len() as i64;

/// The schema with these migrations after it, as a later version of the program may have it.
fn with_later(migrations: &[&'static str]) -> Settings {
    let migrations: &'static [&'static str] = [schema::MIGRATIONS, migrations].concat().leak();
    Settings { migrations, ..Settings::default() }
}

fn later() -> Settings {
    with_later(&["ALTER TABLE scans ADD COLUMN label TEXT", "CREATE TABLE labels (label TEXT) STRICT"])
}

#[test]
fn every_migration_of_a_filled_store_follows_a_backup() {
    let home = tempfile::tempdir().unwrap();
    let before = dump(&with_finding(home.path()));
    let later = later();
    let store = Store::open_with(home.path(), later).unwrap();
    assert_eq!(all(&store).len(), 1);
    let version: i64 = store.connection().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, NEWEST + 2);
    drop(store);
    Store::open_with(home.path(), later).unwrap();
    let mut backups: Vec<_> = fs::read_dir(home.path().join("backups")).unwrap().map(|f| f.unwrap().path()).collect();
    backups.sort();
    let named: Vec<_> = backups.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    let expected = [format!("ciacm-v{NEWEST}-"), format!("ciacm-v{}-", NEWEST + 1)];
    assert!(named.len() == 2 && named.iter().zip(&expected).all(|(name, start)| name.starts_with(start)), "{named:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&backups[0]).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // The first backup is the store as it was.
    let restored = tempfile::tempdir().unwrap();
    fs::copy(&backups[0], restored.path().join("ciacm.db")).unwrap();
    assert_eq!(dump(&Store::open(restored.path()).unwrap()), before);
}

#[test]
fn the_first_write_after_a_migration_tells_the_audit_log() {
    let home = tempfile::tempdir().unwrap();
    let first = Settings { migrations: &schema::MIGRATIONS[..1], ..Settings::default() };
    drop(Store::open_with(home.path(), first).unwrap());
    drop(with_finding(home.path()));
    let store = Store::open(home.path()).unwrap();
    let told =
        "SELECT json_extract(CAST(body AS TEXT), '$.before.schema') FROM audit_log WHERE event = 'store.migrated'";
    let from: Vec<i64> = store
        .connection()
        .prepare(told)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(from, [1]);
}

#[test]
fn a_migration_that_fails_changes_nothing() {
    let broken = with_later(&["CREATE TABLE labels (label TEXT) STRICT; nonsense"]);
    let home = tempfile::tempdir().unwrap();
    let before = dump(&with_finding(home.path()));
    told(&Store::open_with(home.path(), broken).unwrap_err());
    assert_eq!(dump(&Store::open(home.path()).unwrap()), before);
}

#[test]
fn an_older_schema_is_not_migrated_by_reading() {
    let home = tempfile::tempdir().unwrap();
    drop(with_finding(home.path()));
    let later = later();
    let error = Store::open_read_only_with(home.path(), later).unwrap_err();
    assert!(matches!(error, StoreError::Older { found, known, .. } if found == NEWEST && known == NEWEST + 2));
    told(&error);
    assert_eq!(all(&Store::open_read_only(home.path()).unwrap()).len(), 1);
}

#[test]
fn a_backup_is_whole_alone_and_never_overwrites() {
    let home = tempfile::tempdir().unwrap();
    let store = with_finding(home.path());
    let to = home.path().join("copy.db");
    store.backup(&to).unwrap();
    let copy = rusqlite::Connection::open(&to).unwrap();
    let mode: String = copy.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "delete");
    let content = fs::read(&to).unwrap();
    told(&store.backup(&to).unwrap_err());
    assert_eq!(fs::read(&to).unwrap(), content);
    told(&store.backup(&home.path().join("no/such/place.db")).unwrap_err());
    let left: Vec<_> = fs::read_dir(home.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_str().unwrap().contains("ciacm-backup")), "{left:?}");
}

#[test]
fn a_full_disk_is_told_and_costs_nothing_recorded() {
    let home = tempfile::tempdir().unwrap();
    let mut store = with_finding(home.path());
    let id = store.begin_scan(&new_scan(at(10), &[PUBLIC])).unwrap();
    let before = dump(&store);
    let pages: i64 = store.connection().pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    let limit =
        |pages: i64| store.connection().pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).unwrap();
    limit(pages + 1);
    let many: Vec<_> = (0..500).map(|i| scanned(&format!("bucket-{i}"), &[(PUBLIC, Fail)])).collect();
    let error = store.record(&id, &complete(many.clone())).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    assert!(told(&error).contains("no space is left"));
    assert_eq!(dump(&store), before);
    // Once there is space it goes on.
    store.connection().pragma_update_and_check(None, "max_page_count", 1_000_000, |_| Ok(())).unwrap();
    store.record(&id, &complete(many)).unwrap();
    assert_eq!(store.finish_scan(&id, end(at(11))).unwrap().opened, 500);
}

#[test]
fn a_store_that_stays_locked_is_told() {
    let home = tempfile::tempdir().unwrap();
    let blocker = with_finding(home.path());
    let impatient = Settings { patience: Duration::from_millis(50), ..Settings::default() };
    let mut store = Store::open_with(home.path(), impatient).unwrap();
    blocker.connection().execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.begin_scan(&new_scan(at(10), &[])).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error:?}");
    assert!(told(&error).contains("locked"));
    // Reading goes on.
    assert_eq!(all(&store).len(), 1);
    blocker.connection().execute_batch("ROLLBACK").unwrap();
    store.begin_scan(&new_scan(at(10), &[])).unwrap();
    // The same of the lock that opening takes.
    let opening = super::super::lock::opening(home.path(), Duration::ZERO).unwrap();
    assert!(opening.is_some());
    assert!(matches!(Store::open_with(home.path(), impatient), Err(StoreError::Locked { .. })));
}

#[test]
fn reading_writes_nothing() {
    let home = tempfile::tempdir().unwrap();
    drop(with_finding(home.path()));
    let mut store = Store::open_read_only(home.path()).unwrap();
    assert_eq!(all(&store).len(), 1);
    let error = store.begin_scan(&new_scan(at(0), &[])).unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    told(&error);
}

#[test]
fn a_home_with_odd_characters_works() {
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("50% ?a=b&c #1 'ü\" file:x");
    drop(with_finding(&home));
    assert_eq!(all(&Store::open_read_only(&home).unwrap()).len(), 1);
    let odd = super::super::open::immutable_uri(&home.join("ciacm.db"));
    assert!(odd.ends_with("/50%25%20%3Fa%3Db%26c%20%231%20%27%C3%BC%22%20file%3Ax/ciacm.db?immutable=1"), "{odd}");
}

#[test]
fn a_home_that_is_a_file_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let home = directory.path().join("home");
    fs::write(&home, "x").unwrap();
    told(&Store::open(&home).unwrap_err());
    assert!(matches!(Store::open_read_only(&home), Err(StoreError::Missing { .. })));
}
