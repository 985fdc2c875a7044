//! Reading scans and what belongs to them.

use super::error::{Failure, Inner, StoreError};
use super::model::{Finding, Scan, ScanControl, ScanError, ScanId, ScanRef, ScanState};
use super::rows::{self, json, running};
use super::{Store, lock};
use crate::inventory::{CallFailure, Listing, Resource};
use crate::provider::Account;
use rusqlite::{Connection, named_params};

const READING: &str = "reading scans";

impl Store {
    /// The scan of that name.
    ///
    /// # Errors
    /// [`StoreError::NoSuchScan`] if there is none, or several begin so.
    pub fn scan(&self, wanted: &ScanRef) -> Result<Scan, StoreError> {
        let refuse =
            |wanted: &str, why: &str| StoreError::NoSuchScan { wanted: wanted.to_owned(), why: why.to_owned() };
        match wanted {
            ScanRef::Latest => {
                let found = self.read(READING, |db| select(db, "1 ORDER BY started DESC, id DESC LIMIT 1", ""))?;
                let latest = found.into_iter().next();
                self.as_it_is(latest.ok_or_else(|| refuse("latest", "nothing was scanned with this home yet"))?)
            }
            ScanRef::Prefix(prefix) if prefix.is_empty() => Err(refuse(prefix, "the name is empty")),
            ScanRef::Prefix(prefix) => {
                let condition = "substr(id, 1, length(:prefix)) = :prefix ORDER BY id LIMIT 2";
                let mut found = self.read(READING, |db| select(db, condition, prefix))?.into_iter();
                match (found.next(), found.next()) {
                    (Some(scan), None) => self.as_it_is(scan),
                    (Some(_), Some(_)) => Err(refuse(prefix, "several scans begin so")),
                    (None, _) => Err(refuse(prefix, "no scan of this home has an id that begins so")),
                }
            }
        }
    }

    /// All scans, the newest first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn scans(&self) -> Result<Vec<Scan>, StoreError> {
        let scans = self.read(READING, |db| select(db, "1 ORDER BY started DESC, id DESC", ""))?;
        scans.into_iter().map(|scan| self.as_it_is(scan)).collect()
    }

    /// A `running` scan whose process is dead was interrupted.
    fn as_it_is(&self, mut scan: Scan) -> Result<Scan, StoreError> {
        if scan.state == ScanState::Running && !lock::alive(self.home(), scan.id) {
            // It may have ended since it was read.
            let id = scan.id.to_string();
            let again = self.read(READING, |db| select(db, "id = :prefix", &id))?;
            scan = again.into_iter().next().unwrap_or(scan);
            if scan.state == ScanState::Running {
                scan.state = ScanState::Interrupted;
            }
        }
        Ok(scan)
    }

    /// The controls that a scan used, ordered by id.
    ///
    /// # Errors
    /// If there is no such scan or the store cannot be read.
    pub fn scan_controls(&self, scan: &ScanId) -> Result<Vec<ScanControl>, StoreError> {
        self.read("reading the controls of a scan", |db| {
            let mut select = db.prepare_cached(
                "SELECT control, parameters, hash FROM scan_controls WHERE scan = :scan ORDER BY control",
            )?;
            let mut rows = select.query(named_params! { ":scan": running(db, *scan)?.key })?;
            let mut controls = Vec::new();
            while let Some(row) = rows.next()? {
                let parameters = json(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?)?;
                controls.push(ScanControl { control: row.get(0)?, parameters, hash: row.get(2)? });
            }
            Ok(controls)
        })
    }

    /// The listings of a scan, ordered by provider, account, region and type.
    ///
    /// # Errors
    /// If there is no such scan or the store cannot be read.
    pub fn listings(&self, scan: &ScanId) -> Result<Vec<Listing>, StoreError> {
        self.read("reading the listings of a scan", |db| {
            let mut select = db.prepare_cached(
                "SELECT provider, account, region, type, outcome FROM listings WHERE scan = :scan
                 ORDER BY provider, account, region, type",
            )?;
            let mut rows = select.query(named_params! { ":scan": running(db, *scan)?.key })?;
            let mut listings = Vec::new();
            while let Some(row) = rows.next()? {
                listings.push(Listing {
                    provider: row.get(0)?,
                    account: row.get(1)?,
                    region: row.get(2)?,
                    kind: row.get(3)?,
                    outcome: json(row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?)?,
                });
            }
            Ok(listings)
        })
    }

    /// Hands over the failed calls of a scan, ordered by account, region, resource, call and code.
    ///
    /// # Errors
    /// If there is no such scan, the store cannot be read, or `each` fails.
    pub fn errors<E: From<StoreError>>(
        &self,
        scan: &ScanId,
        mut each: impl FnMut(ScanError) -> Result<(), E>,
    ) -> Result<(), E> {
        self.stream("reading the failed calls of a scan", |db, stop| {
            let mut select = db.prepare_cached(
                "SELECT account, region, nullif(resource, ''), call, code, message, permission, count FROM scan_errors
                 WHERE scan = :scan ORDER BY account, region, resource, call, code",
            )?;
            let mut rows = select.query(named_params! { ":scan": running(db, *scan)?.key })?;
            while let Some(row) = rows.next()? {
                let error = ScanError {
                    account: row.get(0)?,
                    region: row.get(1)?,
                    resource: row.get(2)?,
                    failure: CallFailure {
                        call: row.get(3)?,
                        code: row.get(4)?,
                        message: row.get(5)?,
                        permission: row.get(6)?,
                    },
                    count: row.get(7)?,
                };
                if let Err(error) = each(error) {
                    *stop = Some(error);
                    break;
                }
            }
            Ok(())
        })
    }

    /// Hands over the resources of a scan with the readings it made, ordered by provider, account, region, type and
    /// id.
    ///
    /// # Errors
    /// If there is no such scan, the store cannot be read, or `each` fails.
    pub fn resources<E: From<StoreError>>(
        &self,
        scan: &ScanId,
        mut each: impl FnMut(Resource) -> Result<(), E>,
    ) -> Result<(), E> {
        self.stream("reading the resources of a scan", |db, stop| {
            // CROSS JOIN makes SQLite walk the index of `resources`, which has the order that is wanted.
            let mut select = db.prepare_cached(
                "SELECT d.body FROM resources AS r CROSS JOIN scan_resources AS s ON s.scan = :scan AND s.resource = r.key
                     CROSS JOIN documents AS d ON d.key = s.document
                 ORDER BY r.provider, r.account, r.region, r.type, r.id",
            )?;
            let mut rows = select.query(named_params! { ":scan": running(db, *scan)?.key })?;
            while let Some(row) = rows.next()? {
                let document = json(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
                let resource =
                    Resource::from_document(document).map_err(|error| Failure::Unreadable(error.to_string()))?;
                if let Err(error) = each(resource) {
                    *stop = Some(error);
                    break;
                }
            }
            Ok(())
        })
    }

    /// The resource of a finding as a scan read it; none if the scan did not see it.
    ///
    /// # Errors
    /// If there is no such scan or the store cannot be read.
    pub fn resource_of(&self, finding: &Finding, scan: &ScanId) -> Result<Option<Resource>, StoreError> {
        self.read("reading a resource of a scan", |db| {
            let mut select = db.prepare_cached(
                "SELECT d.body FROM resources AS r JOIN scan_resources AS s ON s.scan = :scan AND s.resource = r.key
                     JOIN documents AS d ON d.key = s.document
                 WHERE r.provider = :provider AND r.account = :account AND r.region = :region AND r.type = :type
                     AND r.id = :id",
            )?;
            let mut rows = select.query(named_params! {
                ":scan": running(db, *scan)?.key,
                ":provider": finding.provider,
                ":account": finding.account,
                ":region": finding.region,
                ":type": finding.kind,
                ":id": finding.resource,
            })?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let document = json(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
            Ok(Some(Resource::from_document(document).map_err(|error| Failure::Unreadable(error.to_string()))?))
        })
    }

    /// Reads rows one by one; `stop` takes the error of the one they are handed to.
    pub(super) fn stream<E: From<StoreError>>(
        &self,
        doing: &'static str,
        walk: impl FnOnce(&Connection, &mut Option<E>) -> Inner<()>,
    ) -> Result<(), E> {
        let mut stop = None;
        self.read(doing, |db| walk(db, &mut stop))?;
        stop.map_or(Ok(()), Err)
    }
}

/// The scans for which `condition` holds; it may name `:prefix`.
fn select(db: &Connection, condition: &str, prefix: &str) -> Inner<Vec<Scan>> {
    let mut select = db.prepare_cached(&format!(
        "SELECT {columns} FROM scans WHERE :prefix IS NOT NULL AND {condition}",
        columns = rows::SCAN
    ))?;
    let mut rows = select.query(named_params! { ":prefix": prefix })?;
    let mut scans = Vec::new();
    while let Some(row) = rows.next()? {
        let (key, mut scan) = rows::scan(row)?;
        scan.accounts = accounts(db, key)?;
        scans.push(scan);
    }
    Ok(scans)
}

fn accounts(db: &Connection, scan: i64) -> Inner<Vec<Account>> {
    let mut select = db.prepare_cached(
        "SELECT account, identity, regions, disabled_regions FROM scan_accounts WHERE scan = :scan ORDER BY account",
    )?;
    let mut rows = select.query(named_params! { ":scan": scan })?;
    let mut accounts = Vec::new();
    while let Some(row) = rows.next()? {
        accounts.push(Account {
            id: row.get(0)?,
            identity: row.get(1)?,
            regions: json(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?)?,
            disabled_regions: json(row.get_ref(3)?.as_str().map_err(rusqlite::Error::from)?)?,
        });
    }
    Ok(accounts)
}
