//! The calls of a scan, found by what they were about, so that each resource costs what belongs to it.

use crate::inventory::{CallRecord, CallsBehind, Resource, resource_type};
use crate::store::{ScanId, Store, StoreError};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// The calls of one scan.
#[derive(Debug, Default)]
pub struct CallIndex {
    by_name: HashMap<(String, String), Calls>,
}

/// The calls of one operation in one account.
#[derive(Debug, Default)]
struct Calls {
    listings: Vec<CallRecord>,
    about: HashMap<String, Vec<CallRecord>>,
}

impl CallIndex {
    /// Reads the calls of a scan.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn read(store: &Store, scan: &ScanId) -> Result<Self, StoreError> {
        let mut index = Self::default();
        store.calls(scan, |call| -> Result<(), StoreError> {
            let calls = index.by_name.entry((call.account.clone(), call.call.clone())).or_default();
            match &call.resource {
                None => calls.listings.push(call),
                Some(about) => calls.about.entry(about.clone()).or_default().push(call),
            }
            Ok(())
        })?;
        Ok(index)
    }

    /// The calls behind the readings that the resource's document has, ordered by call, region and time.
    #[must_use]
    pub fn behind(&self, resource: &Resource) -> Vec<CallRecord> {
        let Some(kind) = resource_type(resource.kind()) else { return Vec::new() };
        let fields: Vec<&str> =
            resource.document().as_object().into_iter().flat_map(|fields| fields.keys()).map(String::as_str).collect();
        // What a call can have been about: anything, for the settings of an account or region; else what the document
        // names, or the end of the id.
        let setting = resource.id() == resource.account() || resource.id() == resource.region();
        let mut named = BTreeSet::new();
        texts(resource.document(), &mut named);
        let ends = resource.id().match_indices(['/', ':']).filter_map(|(place, _)| resource.id().get(place + 1..));
        named.extend(ends);
        let mut candidates = Vec::new();
        for call in kind.calls_for(fields.iter().copied()) {
            let key = (resource.account().to_owned(), call.name.to_owned());
            let Some(calls) = self.by_name.get(&key) else { continue };
            candidates.extend(calls.listings.iter().cloned());
            if setting {
                candidates.extend(calls.about.values().flatten().cloned());
            } else {
                candidates.extend(named.iter().filter_map(|about| calls.about.get(*about)).flatten().cloned());
            }
        }
        let mut chosen = CallsBehind::resource(resource, fields).choose(candidates);
        chosen.sort_by_cached_key(|call| {
            (call.call.clone(), call.region.clone(), call.started, call.resource.clone(), call.request_id.clone())
        });
        chosen
    }
}

fn texts<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::String(text) => {
            found.insert(text);
        }
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
