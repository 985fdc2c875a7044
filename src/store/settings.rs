//! What is set for the whole home.

use super::Store;
use super::error::{Inner, StoreError};
use crate::audit::{Event, NewEntry};
use rusqlite::{Connection, OptionalExtension as _, named_params};
use serde_json::json;

const ORGANISATION: &str = "organisation";

impl Store {
    /// The organisation's name, once it was set.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn organisation(&self) -> Result<Option<String>, StoreError> {
        self.read("reading the settings", organisation)
    }

    /// Sets the organisation's name. Setting it to what it is changes nothing.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub fn set_organisation(&mut self, name: &str) -> Result<(), StoreError> {
        self.write("changing the settings", |tx| {
            let before = organisation(tx)?;
            if before.as_deref() == Some(name) {
                return Ok(());
            }
            tx.prepare_cached("INSERT OR REPLACE INTO settings (name, value) VALUES (:name, :value)")?
                .execute(named_params! { ":name": ORGANISATION, ":value": name })?;
            let entry = NewEntry::new(Event::ConfigurationChanged, json!({"setting": ORGANISATION}));
            tx.log(&entry.change(json!(before), json!(name)))?;
            Ok(())
        })
    }
}

/// The organisation's name, in a transaction.
pub(super) fn organisation(connection: &Connection) -> Inner<Option<String>> {
    let mut select = connection.prepare_cached("SELECT value FROM settings WHERE name = :name")?;
    Ok(select.query_row(named_params! { ":name": ORGANISATION }, |row| row.get(0)).optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::entry::Entry;

    #[test]
    fn the_organisation_is_kept_and_its_change_is_told() {
        let home = tempfile::tempdir().unwrap();
        let mut store = Store::open(home.path()).unwrap();
        assert_eq!(store.organisation().unwrap(), None);
        store.set_organisation("Example").unwrap();
        store.set_organisation("Example").unwrap();
        store.set_organisation("Example Corp").unwrap();
        drop(store);
        let store = Store::open_read_only(home.path()).unwrap();
        assert_eq!(store.organisation().unwrap().as_deref(), Some("Example Corp"));
        let mut select = store.connection().prepare("SELECT body FROM audit_log ORDER BY seq").unwrap();
        let rows = select.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        let entries: Vec<Entry> = rows.map(|row| serde_json::from_slice(&row.unwrap()).unwrap()).collect();
        let told: Vec<_> = entries.iter().map(|entry| (entry.event, &entry.before, entry.org.as_deref())).collect();
        let expected = [
            (Event::LogStarted, &json!(null), Some("Example")),
            (Event::ConfigurationChanged, &json!(null), Some("Example")),
            (Event::ConfigurationChanged, &json!("Example"), Some("Example Corp")),
        ];
        assert_eq!(told, expected, "every entry says whose log it is");
    }
}
