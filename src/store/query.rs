//! Reading findings.

use super::Store;
use super::error::{Inner, StoreError};
use super::model::{Finding, FindingFilter, HistoryEntry};
use super::rows::{self, running};
use super::waivers;
use crate::finding::{FindingId, Severity, Status, Verdict};
use jiff::Timestamp;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, named_params, params_from_iter};

const READING: &str = "reading findings";

impl Store {
    /// Hands over the findings that the filter lets through, ordered by control, account, region and resource.
    ///
    /// # Errors
    /// If the scan asked for does not exist, the store cannot be read, or `each` fails.
    pub fn findings<E: From<StoreError>>(
        &self,
        filter: &FindingFilter,
        mut each: impl FnMut(Finding) -> Result<(), E>,
    ) -> Result<(), E> {
        self.stream(READING, |db, stop| {
            let query = Query::new(db, filter)?;
            let columns = rows::FINDING.replace("{status}", &query.status);
            let mut select = db.prepare_cached(&format!(
                "SELECT {columns} FROM {source} JOIN scans AS l ON l.key = f.last_scan WHERE {conditions}
                 ORDER BY f.control, f.account, f.region, f.resource, f.provider",
                source = query.source,
                conditions = query.conditions
            ))?;
            let mut rows = select.query(params_from_iter(query.values))?;
            while let Some(row) = rows.next()? {
                if let Err(error) = each(rows::finding(row)?) {
                    *stop = Some(error);
                    break;
                }
            }
            Ok(())
        })
    }

    /// How many findings the filter lets through.
    ///
    /// # Errors
    /// If the scan asked for does not exist or the store cannot be read.
    pub fn count_findings(&self, filter: &FindingFilter) -> Result<u64, StoreError> {
        self.read(READING, |db| {
            let query = Query::new(db, filter)?;
            let mut select = db.prepare_cached(&format!(
                "SELECT count(*) FROM {source} WHERE {conditions}",
                source = query.source,
                conditions = query.conditions
            ))?;
            Ok(select.query_row(params_from_iter(query.values), |row| row.get(0))?)
        })
    }

    /// The finding whose id begins so, as it is now.
    ///
    /// # Errors
    /// [`StoreError::NoSuchFinding`] if there is none, or several begin so.
    pub fn finding(&self, prefix: &str) -> Result<Finding, StoreError> {
        const SHOWN: usize = 5;
        let prefix = prefix.trim().to_lowercase();
        let refuse = |why: String| Err(StoreError::NoSuchFinding { wanted: prefix.clone(), why }.into());
        self.read(READING, |db| {
            if prefix.is_empty() || prefix.len() > 64 || !prefix.bytes().all(|digit| digit.is_ascii_hexdigit()) {
                return refuse("an id has up to 64 hexadecimal digits".to_owned());
            }
            let columns = rows::FINDING.replace("{status}", &waivers::status("f.status", ":now"));
            // `g` follows the last hexadecimal digit.
            let mut select = db.prepare_cached(&format!(
                "SELECT {columns} FROM {CURRENT} JOIN scans AS l ON l.key = f.last_scan
                 WHERE f.id >= :prefix AND f.id < :prefix || 'g' ORDER BY f.id LIMIT {limit}",
                limit = SHOWN + 1
            ))?;
            let mut rows = select.query(named_params! { ":prefix": prefix, ":now": rows::stamp(Timestamp::now()) })?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(rows::finding(row)?);
            }
            match found.len() {
                0 => refuse("no finding has an id that begins so".to_owned()),
                1 => Ok(found.swap_remove(0)),
                several => {
                    let mut ids: Vec<_> = found.iter().take(SHOWN).map(|finding| finding.id.short()).collect();
                    if several > SHOWN {
                        ids.push("...".to_owned());
                    }
                    refuse(format!("several ids begin so: {}", ids.join(", ")))
                }
            }
        })
    }

    /// The life of a finding, oldest first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn finding_history(&self, id: &FindingId) -> Result<Vec<HistoryEntry>, StoreError> {
        self.read("reading the history of a finding", |db| {
            let mut select = db.prepare_cached(&format!(
                "SELECT {columns} FROM findings AS f JOIN finding_history AS h ON h.finding = f.key
                     JOIN verdicts AS v ON v.key = h.verdict LEFT JOIN scans AS s ON s.key = h.scan
                 WHERE f.id = :id ORDER BY h.key",
                columns = rows::HISTORY
            ))?;
            let mut rows = select.query(named_params! { ":id": id.to_string() })?;
            let mut history = Vec::new();
            while let Some(row) = rows.next()? {
                history.push(rows::history(row)?);
            }
            Ok(history)
        })
    }
}

/// Findings as they are now.
const CURRENT: &str =
    "findings AS f JOIN verdicts AS v ON v.key = f.verdict JOIN control_versions AS c ON c.key = v.control_version";

/// Findings as a scan left them. CROSS JOIN keeps the order of the index of `findings`.
const OF_SCAN: &str = "findings AS f CROSS JOIN scan_verdicts AS s ON s.scan = ?1 AND s.finding = f.key
     CROSS JOIN verdicts AS v ON v.key = s.verdict CROSS JOIN control_versions AS c ON c.key = v.control_version";

/// A filter as SQL.
#[derive(Debug)]
struct Query {
    source: &'static str,
    status: String,
    conditions: String,
    values: Vec<Sql>,
}

impl Query {
    fn new(db: &Connection, filter: &FindingFilter) -> Inner<Self> {
        let (conditions, values) = ("1".to_owned(), Vec::new());
        let mut query = Self { source: CURRENT, status: "f.status".to_owned(), conditions, values };
        if let Some(scan) = filter.scan {
            query.source = OF_SCAN;
            query.status = "s.status".to_owned();
            query.values.push(running(db, scan)?.key.into());
        } else if !filter.gone {
            query.conditions.push_str(" AND (f.gone_since IS NULL OR f.status IS NOT NULL)");
        }
        if let Some(as_of) = filter.as_of.or_else(|| filter.scan.is_none().then(Timestamp::now)) {
            let place = query.value(rows::stamp(as_of));
            query.status = waivers::status(&query.status, &place);
            // Also where the status is neither asked for nor answered, the value needs its place.
            query.and(&format!("{place} IS NOT NULL"));
        }
        if let Some(least) = filter.at_least {
            query.any("c.severity = ", Severity::ALL.iter().filter(|&&severity| severity >= least).map(|s| s.as_str()));
        }
        query.any("c.severity = ", filter.severities.iter().map(|severity: &Severity| severity.as_str()));
        let status = format!("{} = ", query.status);
        query.any(&status, filter.statuses.iter().map(|status: &Status| status.as_str()));
        query.any("v.verdict = ", filter.verdicts.iter().map(|verdict: &Verdict| verdict.as_str()));
        query.any("f.control GLOB ", filter.controls.iter().map(|control| glob(control)));
        query.any("f.provider = ", filter.providers.iter().map(String::as_str));
        query.any("f.account = ", filter.accounts.iter().map(String::as_str));
        query.any("f.region = ", filter.regions.iter().map(String::as_str));
        query.any("f.type = ", filter.types.iter().map(String::as_str));
        query.any("f.type GLOB ", filter.services.iter().map(|service| format!("*.{}.*", glob_literal(service))));
        query.resources(&filter.resources);
        query.frameworks(filter);
        Ok(query)
    }

    /// `before` holds with one of the values; no values, no condition.
    fn any(&mut self, before: &str, values: impl IntoIterator<Item = impl Into<String>>) {
        let mut alternatives = Vec::new();
        for value in values {
            let place = self.value(value.into());
            alternatives.push(format!("{before}{place}"));
        }
        if !alternatives.is_empty() {
            self.and(&alternatives.join(" OR "));
        }
    }

    fn and(&mut self, condition: &str) {
        self.conditions.push_str(" AND (");
        self.conditions.push_str(condition);
        self.conditions.push(')');
    }

    fn value(&mut self, value: String) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    fn resources(&mut self, texts: &[String]) {
        let mut alternatives = Vec::new();
        for text in texts {
            let place = self.value(text.clone());
            alternatives
                .push(format!("instr(lower(f.resource), lower({place})) OR instr(lower(f.name), lower({place}))"));
        }
        if !alternatives.is_empty() {
            self.and(&alternatives.join(" OR "));
        }
    }

    fn frameworks(&mut self, filter: &FindingFilter) {
        if filter.framework.is_none() && filter.requirements.is_empty() {
            return;
        }
        let mut inside = "SELECT cv.key FROM control_versions AS cv, json_each(cv.frameworks) AS framework, \
                          json_each(framework.value) AS requirement WHERE 1"
            .to_owned();
        if let Some(framework) = &filter.framework {
            let place = self.value(framework.clone());
            inside.push_str(&format!(" AND framework.key = {place}"));
        }
        if !filter.requirements.is_empty() {
            let places: Vec<_> = filter.requirements.iter().map(|id| self.value(id.clone())).collect();
            inside.push_str(&format!(" AND requirement.value IN ({})", places.join(", ")));
        }
        self.and(&format!("c.key IN ({inside})"));
    }
}

/// A text in which `*` stands for any text, as a pattern of SQLite's GLOB.
fn glob(text: &str) -> String {
    text.split('*').map(glob_literal).collect::<Vec<_>>().join("*")
}

/// A text that stands for itself, as a pattern of SQLite's GLOB.
fn glob_literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '*' | '?' | '[') {
            pattern.extend(['[', character, ']']);
        } else {
            pattern.push(character);
        }
    }
    pattern
}
