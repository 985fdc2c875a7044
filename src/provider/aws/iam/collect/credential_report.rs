//! The credential report: one call instead of several a user, and the only source of the root user's last use.

use crate::inventory::CallFailure;
use crate::inventory::aws::iam::{self, AccessKey, ConsolePassword, GET_CREDENTIAL_REPORT};
use crate::inventory::schema::Moment;
use crate::provider::aws::Scope;
use crate::provider::aws::scope::TIMEOUT;
use aws_sdk_iam::types::ReportStateType;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// The rows of a report by ARN.
#[derive(Debug)]
pub(super) struct CredentialReport {
    rows: HashMap<String, Row>,
}

/// The columns that we use; a report without one of them is not understood.
#[derive(Debug, Deserialize)]
pub(super) struct Row {
    user: String,
    arn: String,
    password_enabled: String,
    password_last_used: String,
    password_last_changed: String,
    mfa_active: String,
    access_key_1_active: String,
    access_key_1_last_rotated: String,
    access_key_1_last_used_date: String,
    access_key_2_active: String,
    access_key_2_last_rotated: String,
    access_key_2_last_used_date: String,
}

const ROOT_USER: &str = "<root_account>";
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
const ATTEMPTS: usize = 40;

/// The account's report, made and fetched once a scan.
pub(super) async fn of(scope: &Scope) -> Arc<Result<CredentialReport, CallFailure>> {
    scope.once("iam.credential_report", || fetch(scope)).await
}

async fn fetch(scope: &Scope) -> Result<CredentialReport, CallFailure> {
    let client = scope.clients.iam();
    let mut pause = FIRST_PAUSE;
    for _ in 0..ATTEMPTS {
        let answer = scope.call(&iam::GENERATE_CREDENTIAL_REPORT, client.generate_credential_report().send()).await?;
        if answer.state == Some(ReportStateType::Complete) {
            let report = scope.call(&GET_CREDENTIAL_REPORT, client.get_credential_report().send()).await?;
            return parse(report.content.as_ref().map_or(&[], AsRef::as_ref));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    Err(CallFailure {
        code: TIMEOUT.to_owned(),
        message: "AWS did not finish the credential report in time".to_owned(),
        ..CallFailure::incomplete(&iam::GENERATE_CREDENTIAL_REPORT, "")
    })
}

fn parse(csv: &[u8]) -> Result<CredentialReport, CallFailure> {
    let mut rows = HashMap::new();
    for row in csv::Reader::from_reader(csv).deserialize::<Row>() {
        let row = row.map_err(|error| not_understood(&error.to_string()))?;
        rows.insert(row.arn.clone(), row);
    }
    Ok(CredentialReport { rows })
}

fn not_understood(why: &str) -> CallFailure {
    CallFailure {
        code: "UnexpectedAnswer".to_owned(),
        message: format!("the credential report is not understood: {why}"),
        ..CallFailure::incomplete(&GET_CREDENTIAL_REPORT, "")
    }
}

impl CredentialReport {
    /// The row of a user.
    pub(super) fn user(&self, arn: &str) -> Result<&Row, CallFailure> {
        self.rows.get(arn).ok_or_else(|| CallFailure {
            message: "the credential report is older than the user; AWS writes it anew at most every four hours"
                .to_owned(),
            ..CallFailure::incomplete(&GET_CREDENTIAL_REPORT, "")
        })
    }

    /// When the root user's password or one of its keys was last used; none if never.
    pub(super) fn root_last_used_at(&self) -> Result<Option<Moment>, CallFailure> {
        let root = self
            .rows
            .values()
            .find(|row| row.user == ROOT_USER)
            .ok_or_else(|| CallFailure::incomplete(&GET_CREDENTIAL_REPORT, "row of the root user"))?;
        let used = [&root.password_last_used, &root.access_key_1_last_used_date, &root.access_key_2_last_used_date];
        let mut latest = None;
        for cell in used {
            latest = latest.max(moment(cell)?);
        }
        Ok(latest)
    }
}

impl Row {
    pub(super) fn password(&self) -> Result<Option<ConsolePassword>, CallFailure> {
        if !flag(&self.password_enabled)? {
            return Ok(None);
        }
        let changed_at = moment(&self.password_last_changed)?
            .ok_or_else(|| CallFailure::incomplete(&GET_CREDENTIAL_REPORT, "date of the password"))?;
        Ok(Some(ConsolePassword { changed_at, last_used_at: moment(&self.password_last_used)? }))
    }

    pub(super) fn mfa_active(&self) -> Result<bool, CallFailure> {
        flag(&self.mfa_active)
    }

    pub(super) fn access_keys(&self) -> Result<Vec<AccessKey>, CallFailure> {
        let slots = [
            (1, &self.access_key_1_active, &self.access_key_1_last_rotated, &self.access_key_1_last_used_date),
            (2, &self.access_key_2_active, &self.access_key_2_last_rotated, &self.access_key_2_last_used_date),
        ];
        let mut keys = Vec::new();
        for (slot, active, made, used) in slots {
            let (active, created_at) = (flag(active)?, moment(made)?);
            let Some(created_at) = created_at else {
                if active {
                    return Err(CallFailure::incomplete(&GET_CREDENTIAL_REPORT, "date of an active access key"));
                }
                continue;
            };
            keys.push(AccessKey {
                id: None,
                slot,
                status: if active { "Active" } else { "Inactive" }.to_owned(),
                created_at,
                last_used_at: moment(used)?,
            });
        }
        Ok(keys)
    }
}

fn flag(cell: &str) -> Result<bool, CallFailure> {
    match cell {
        "true" | "TRUE" => Ok(true),
        "false" | "FALSE" => Ok(false),
        other => Err(not_understood(&format!("`{other}` is neither true nor false"))),
    }
}

fn moment(cell: &str) -> Result<Option<Moment>, CallFailure> {
    if matches!(cell, "" | "N/A" | "no_information" | "not_supported") {
        return Ok(None);
    }
    let timestamp: jiff::Timestamp = cell.parse().map_err(|_| not_understood(&format!("`{cell}` is no date")))?;
    Ok(Moment::from_unix_seconds(timestamp.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
        password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
        access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
        access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
        cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

    fn report(rows: &[&str]) -> CredentialReport {
        parse(format!("{HEADER}\n{}\n", rows.join("\n")).as_bytes()).unwrap()
    }

    fn at(text: &str) -> Moment {
        Moment(text.to_owned())
    }

    #[test]
    fn a_user_with_everything() {
        let report = report(&[
            "ann,arn:ann,2020-01-01T00:00:00+00:00,true,2026-01-02T03:04:05+00:00,2025-01-01T00:00:00+00:00,N/A,true,\
             true,2025-05-01T00:00:00+00:00,2026-01-01T00:00:00+00:00,us-east-1,s3,\
             false,2024-05-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,false,N/A",
        ]);
        let row = report.user("arn:ann").unwrap();
        let password = row.password().unwrap().unwrap();
        assert_eq!(password.changed_at, at("2025-01-01T00:00:00Z"));
        assert_eq!(password.last_used_at, Some(at("2026-01-02T03:04:05Z")));
        assert!(row.mfa_active().unwrap());
        let keys = row.access_keys().unwrap();
        let shown: Vec<_> =
            keys.iter().map(|key| (key.slot, key.status.as_str(), key.last_used_at.is_some())).collect();
        assert_eq!(shown, [(1, "Active", true), (2, "Inactive", false)]);
    }

    #[test]
    fn a_user_with_nothing() {
        let report = report(&["bob,arn:bob,2020-01-01T00:00:00+00:00,false,N/A,N/A,N/A,false,\
             false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"]);
        let row = report.user("arn:bob").unwrap();
        assert_eq!(row.password().unwrap(), None);
        assert_eq!(row.access_keys().unwrap(), []);
        assert!(!row.mfa_active().unwrap());
    }

    #[test]
    fn the_latest_use_of_root_counts() {
        let root = |password: &str, first: &str, second: &str| {
            report(&[&format!(
                "<root_account>,arn:aws:iam::1:root,2015-01-01T00:00:00+00:00,not_supported,{password},not_supported,\
                 not_supported,true,true,2016-01-01T00:00:00+00:00,{first},N/A,N/A,false,N/A,{second},N/A,N/A,\
                 false,N/A,false,N/A"
            )])
            .root_last_used_at()
            .unwrap()
        };
        assert_eq!(root("no_information", "N/A", "N/A"), None);
        let both = root("2026-01-01T00:00:00+00:00", "2026-03-01T00:00:00+00:00", "N/A");
        assert_eq!(both, Some(at("2026-03-01T00:00:00Z")));
    }

    #[test]
    fn what_is_missing_is_not_guessed() {
        let report = report(&["eve,arn:eve,2020-01-01T00:00:00+00:00,true,N/A,N/A,N/A,maybe,\
             true,N/A,N/A,N/A,N/A,false,yesterday,N/A,N/A,N/A,false,N/A,false,N/A"]);
        assert_eq!(report.user("arn:new").unwrap_err().code, "IncompleteAnswer");
        assert_eq!(report.root_last_used_at().unwrap_err().code, "IncompleteAnswer");
        let row = report.user("arn:eve").unwrap();
        assert_eq!(row.password().unwrap_err().code, "IncompleteAnswer");
        assert_eq!(row.mfa_active().unwrap_err().code, "UnexpectedAnswer");
        assert_eq!(row.access_keys().unwrap_err().code, "IncompleteAnswer");
        assert_eq!(parse(b"user,arn\nann,arn:ann\n").unwrap_err().code, "UnexpectedAnswer");
    }
}
