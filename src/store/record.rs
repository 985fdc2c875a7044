//! Recording what a scan brings, a batch at a time.

use super::error::{Inner, StoreError};
use super::life::{Findings, Place};
use super::model::{Batch, Evaluation, ScanId, ScannedResource, Unlisted};
use super::rows::{RunningScan, running, to_json};
use super::{Store, calls, gone};
use crate::inventory::{Listing, ListingOutcome, Resource};
use crate::provider::{Account, FailedCall, Unit};
use rusqlite::{OptionalExtension as _, Transaction, named_params};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;

impl Store {
    /// Records a batch of a running scan: all of it, or nothing.
    ///
    /// # Errors
    /// If there is no such scan, or it cannot be recorded.
    pub fn record(&mut self, scan: &ScanId, batch: &Batch) -> Result<(), StoreError> {
        self.write("recording what the scan found", |tx| {
            let scan = running(tx, *scan)?;
            for account in &batch.accounts {
                record_account(tx, &scan, account)?;
            }
            let mut findings = Findings::new(tx, &scan)?;
            let mut versions = ControlVersions::default();
            for scanned in &batch.resources {
                record_resource(tx, &scan, scanned)?;
                let resource = &scanned.resource;
                let place = Place {
                    provider: resource.provider(),
                    account: resource.account(),
                    region: resource.region(),
                    kind: resource.kind(),
                    resource: resource.id(),
                    name: resource.name(),
                };
                for evaluation in &scanned.evaluations {
                    findings.evaluated(place, evaluation, versions.key(tx, evaluation)?)?;
                }
            }
            for unlisted in &batch.unlisted {
                let place = Place {
                    provider: &unlisted.provider,
                    account: &unlisted.account,
                    region: &unlisted.region,
                    kind: &unlisted.kind,
                    resource: Unlisted::ID,
                    name: None,
                };
                for evaluation in &unlisted.evaluations {
                    findings.evaluated(place, evaluation, versions.key(tx, evaluation)?)?;
                }
            }
            for listing in &batch.listings {
                record_listing(tx, &scan, listing)?;
            }
            for error in &batch.errors {
                record_error(tx, &scan, error)?;
            }
            calls::record(tx, scan.key, &batch.calls)?;
            for unit in &batch.finished_units {
                record_unit(tx, &scan, unit)?;
            }
            Ok(())
        })
    }
}

fn record_account(tx: &Transaction<'_>, scan: &RunningScan, account: &Account) -> Inner<()> {
    tx.prepare_cached(
        "INSERT INTO scan_accounts (scan, account, identity, regions, disabled_regions)
         VALUES (:scan, :account, :identity, :regions, :disabled_regions)
         ON CONFLICT DO UPDATE SET identity = excluded.identity, regions = excluded.regions,
             disabled_regions = excluded.disabled_regions",
    )?
    .execute(named_params! {
        ":scan": scan.key,
        ":account": account.id,
        ":identity": account.identity,
        ":regions": to_json(&account.regions)?,
        ":disabled_regions": to_json(&account.disabled_regions)?,
    })?;
    Ok(())
}

fn record_resource(tx: &Transaction<'_>, scan: &RunningScan, scanned: &ScannedResource) -> Inner<()> {
    let resource = resource_key(tx, &scanned.resource)?;
    let document = document_key(tx, &to_json(scanned.resource.document())?)?;
    tx.prepare_cached(
        "INSERT INTO scan_resources (scan, resource, document, evaluations) VALUES (:scan, :resource, :document, :evaluations)
         ON CONFLICT DO UPDATE SET document = excluded.document, evaluations = excluded.evaluations",
    )?
    .execute(named_params! {
        ":scan": scan.key,
        ":resource": resource,
        ":document": document,
        ":evaluations": i64::try_from(scanned.evaluations.len()).unwrap_or(i64::MAX),
    })?;
    Ok(())
}

fn resource_key(tx: &Transaction<'_>, resource: &Resource) -> Inner<i64> {
    let place = [resource.provider(), resource.account(), resource.region(), resource.kind(), resource.id()];
    let known = tx
        .prepare_cached(
            "SELECT key FROM resources WHERE provider = ?1 AND account = ?2 AND region = ?3 AND type = ?4 AND id = ?5",
        )?
        .query_row(place, |row| row.get(0))
        .optional()?;
    match known {
        Some(key) => Ok(key),
        None => Ok(tx
            .prepare_cached("INSERT INTO resources (provider, account, region, type, id) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .insert(place)?),
    }
}

fn document_key(tx: &Transaction<'_>, body: &str) -> Inner<i64> {
    let mut sha256 = String::with_capacity(64);
    for byte in Sha256::digest(body.as_bytes()) {
        // Writing to a String never fails.
        let _ = write!(sha256, "{byte:02x}");
    }
    let known = tx
        .prepare_cached("SELECT key FROM documents WHERE sha256 = ?1")?
        .query_row([&sha256], |row| row.get(0))
        .optional()?;
    match known {
        Some(key) => Ok(key),
        None => Ok(tx
            .prepare_cached("INSERT INTO documents (sha256, body) VALUES (?1, ?2)")?
            .insert([sha256.as_str(), body])?),
    }
}

fn record_listing(tx: &Transaction<'_>, scan: &RunningScan, listing: &Listing) -> Inner<()> {
    let complete = matches!(listing.outcome, ListingOutcome::Complete);
    if complete {
        gone::forget_unlisted(tx, scan.key, listing)?;
    }
    tx.prepare_cached(
        "INSERT INTO listings (scan, provider, account, region, type, complete, outcome)
         VALUES (:scan, :provider, :account, :region, :type, :complete, :outcome)
         ON CONFLICT DO UPDATE SET complete = excluded.complete, outcome = excluded.outcome",
    )?
    .execute(named_params! {
        ":scan": scan.key,
        ":provider": listing.provider,
        ":account": listing.account,
        ":region": listing.region,
        ":type": listing.kind,
        ":complete": complete,
        ":outcome": to_json(&listing.outcome)?,
    })?;
    Ok(())
}

/// Equal failures are counted; those of an earlier attempt are counted anew.
fn record_error(tx: &Transaction<'_>, scan: &RunningScan, error: &FailedCall) -> Inner<()> {
    tx.prepare_cached(
        "INSERT INTO scan_errors (scan, account, region, resource, call, code, message, permission, attempt, count)
         VALUES (:scan, :account, :region, :resource, :call, :code, :message, :permission, :attempt, 1)
         ON CONFLICT DO UPDATE SET message = excluded.message, permission = excluded.permission,
             count = CASE WHEN attempt = excluded.attempt THEN count + 1 ELSE 1 END, attempt = excluded.attempt",
    )?
    .execute(named_params! {
        ":scan": scan.key,
        ":account": error.account,
        ":region": error.region,
        ":resource": error.resource.as_deref().unwrap_or_default(),
        ":call": error.failure.call,
        ":code": error.failure.code,
        ":message": error.failure.message,
        ":permission": error.failure.permission,
        ":attempt": scan.attempt,
    })?;
    Ok(())
}

fn record_unit(tx: &Transaction<'_>, scan: &RunningScan, unit: &Unit) -> Inner<()> {
    tx.prepare_cached(
        "INSERT INTO scan_units (scan, account, region, collector) VALUES (:scan, :account, :region, :collector)
         ON CONFLICT DO NOTHING",
    )?
    .execute(named_params! {
        ":scan": scan.key, ":account": unit.account, ":region": unit.region, ":collector": unit.collector,
    })?;
    Ok(())
}

/// The keys of what is told of controls, remembered for one batch.
#[derive(Debug, Default)]
struct ControlVersions<'a> {
    known: HashMap<&'a str, (&'a Evaluation, i64)>,
}

impl<'a> ControlVersions<'a> {
    fn key(&mut self, tx: &Transaction<'_>, evaluation: &'a Evaluation) -> Inner<i64> {
        if let Some((same, key)) = self.known.get(evaluation.control.as_str())
            && same.severity == evaluation.severity
            && same.title == evaluation.title
            && same.frameworks == evaluation.frameworks
        {
            return Ok(*key);
        }
        let frameworks = to_json(&evaluation.frameworks)?;
        let row = [&evaluation.control, &evaluation.title, evaluation.severity.as_str(), &frameworks];
        let known = tx
            .prepare_cached(
                "SELECT key FROM control_versions WHERE control = ?1 AND title = ?2 AND severity = ?3 AND frameworks = ?4",
            )?
            .query_row(row, |row| row.get(0))
            .optional()?;
        let key = match known {
            Some(key) => key,
            None => tx
                .prepare_cached(
                    "INSERT INTO control_versions (control, title, severity, frameworks) VALUES (?1, ?2, ?3, ?4)",
                )?
                .insert(row)?,
        };
        self.known.insert(&evaluation.control, (evaluation, key));
        Ok(key)
    }
}
