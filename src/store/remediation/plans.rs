//! Plans and approvals.

use super::StoredApproval;
use crate::audit::{Event, NewEntry};
use crate::inventory::Resource;
use crate::remediation::plan::{Plan, PlanBody};
use crate::store::error::{Failure, Inner, StoreError};
use crate::store::rows::{json, stamp, time};
use crate::store::{Finding, Store};
use rusqlite::{Connection, OptionalExtension as _, named_params};
use serde_json::{Value, json};

impl Store {
    /// Records a plan; made again, it is not kept twice.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub fn record_plan(&mut self, plan: &Plan) -> Result<(), StoreError> {
        let body = serde_json::to_string(&plan.body).map_err(|error| Failure::Unreadable(error.to_string()));
        self.write("recording a plan", |tx| {
            let inserted = tx.execute(
                "INSERT INTO plans (hash, body, made, expires) VALUES (:hash, :body, :made, :expires)
                 ON CONFLICT DO NOTHING",
                named_params! {
                    ":hash": plan.hash, ":body": body?, ":made": stamp(plan.body.made_at),
                    ":expires": stamp(plan.body.expires_at),
                },
            )?;
            if inserted > 0 {
                let findings = plan.body.actions.iter().flat_map(|action| &action.findings);
                let detail = json!({
                    "plan": plan.hash,
                    "expires": plan.body.expires_at.to_string(),
                    "actions": plan.body.actions.len(),
                    "left_out": plan.body.left_out.len(),
                    "accounts": plan.body.accounts.keys().collect::<Vec<_>>(),
                    "findings": findings.map(|finding| finding.finding.as_str()).collect::<Vec<_>>(),
                });
                tx.log(&NewEntry::new(Event::PlanMade, detail))?;
            }
            Ok(())
        })
    }

    /// The plan of that hash.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn plan(&self, hash: &str) -> Result<Option<Plan>, StoreError> {
        self.read("reading a plan", |db| {
            let body: Option<String> = db
                .query_row("SELECT body FROM plans WHERE hash = :hash", named_params! { ":hash": hash }, |row| {
                    row.get(0)
                })
                .optional()?;
            body.map(|body| Ok(Plan { body: json::<PlanBody>(&body)?, hash: hash.to_owned() })).transpose()
        })
    }

    /// Records an approval; `event` tells what was approved.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub fn record_approval(&mut self, approval: &StoredApproval, entry: &NewEntry) -> Result<(), StoreError> {
        self.write("recording an approval", |tx| {
            tx.execute(
                "INSERT INTO approvals (subject, approver, signer, body, signature, made)
                 VALUES (:subject, :approver, :signer, :body, :signature, :made)
                 ON CONFLICT (subject, signer) DO UPDATE SET
                     approver = excluded.approver, body = excluded.body, signature = excluded.signature, made = excluded.made
                 WHERE used IS NULL",
                named_params! {
                    ":subject": approval.subject, ":approver": approval.approver, ":signer": approval.signer,
                    ":body": approval.body, ":signature": approval.signature, ":made": stamp(approval.made),
                },
            )?;
            tx.log(entry)?;
            Ok(())
        })
    }

    /// The approvals of a plan or of a request to roll back, ordered by time.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn approvals(&self, subject: &str) -> Result<Vec<StoredApproval>, StoreError> {
        self.read("reading approvals", |db| of_subject(db, subject))
    }

    /// Uses up the approvals of a request to roll back a run.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub fn use_approvals(&mut self, subject: &str, run: &str) -> Result<(), StoreError> {
        self.write("using an approval", |tx| use_up(tx, subject, run))
    }

    /// The document of the finding's resource, as the finding's last scan read it.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn document_of(&self, finding: &Finding) -> Result<Option<Resource>, StoreError> {
        self.read("reading a resource", |db| {
            let body: Option<String> = db
                .query_row(
                    "SELECT d.body FROM scans AS s JOIN scan_resources AS o ON o.scan = s.key
                         JOIN resources AS r ON r.key = o.resource JOIN documents AS d ON d.key = o.document
                     WHERE s.id = :scan AND r.provider = :provider AND r.account = :account AND r.region = :region
                         AND r.type = :type AND r.id = :id",
                    named_params! {
                        ":scan": finding.last_scan.to_string(), ":provider": finding.provider,
                        ":account": finding.account, ":region": finding.region, ":type": finding.kind,
                        ":id": finding.resource,
                    },
                    |row| row.get(0),
                )
                .optional()?;
            body.map(|body| {
                let document = json::<Value>(&body)?;
                Resource::from_document(document).map_err(|error| Failure::Unreadable(error.to_string()))
            })
            .transpose()
        })
    }
}

fn of_subject(db: &Connection, subject: &str) -> Inner<Vec<StoredApproval>> {
    let mut select = db.prepare_cached(
        "SELECT subject, approver, signer, body, signature, made, used FROM approvals WHERE subject = :subject
         ORDER BY made, key",
    )?;
    let mut rows = select.query(named_params! { ":subject": subject })?;
    let mut approvals = Vec::new();
    while let Some(row) = rows.next()? {
        approvals.push(StoredApproval {
            subject: row.get(0)?,
            approver: row.get(1)?,
            signer: row.get(2)?,
            body: row.get(3)?,
            signature: row.get(4)?,
            made: time(&row.get::<_, String>(5)?)?,
            used: row.get(6)?,
        });
    }
    Ok(approvals)
}

/// An approval counts once.
pub(super) fn use_up(db: &Connection, subject: &str, run: &str) -> Inner<()> {
    db.execute(
        "UPDATE approvals SET used = :run WHERE subject = :subject AND used IS NULL",
        named_params! { ":run": run, ":subject": subject },
    )?;
    Ok(())
}
