//! Changing one setting of an instance or of a cluster, and no other.

use crate::inventory::schema::Type;
use crate::remediation::operation::{Argument, Change, Input, Refusal, Write, WriteApi};
use serde_json::{Value, json};

/// How long RDS may take to take over a setting.
pub(super) const SETTLES: u32 = 900;

/// What a shorter retention costs.
pub(super) const SHORTER_RETENTION: &str =
    "backups that are older than the former number of days are deleted then, and stay so";

/// What a person should know of IAM authentication.
pub(super) const GRANTED_INSIDE: &str =
    "nobody signs in otherwise than before, until a database user is made for it (rds_iam, AWSAuthenticationPlugin)";

/// The argument of both operations on backups.
pub(super) const BACKUP_ARGUMENTS: &[Argument] =
    &[Argument { name: "days", ty: Type::Int, required: true, about: "How many days backups are kept at least." }];

/// What is changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    /// In sentences.
    pub(super) word: &'static str,
    /// The call.
    pub(super) modify: WriteApi,
    /// The parameter that names what is changed.
    pub(super) named_by: &'static str,
}

/// When RDS does what it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// This setting is taken over at once by itself. Asking for that would carry out whatever else waits for the
    /// maintenance window too.
    ByItself,
    /// Now, and not in the maintenance window.
    Now,
}

/// A switch to `wanted`.
pub(super) fn switch(input: &Input<'_>, kind: Kind, field: &str, api: &str, wanted: bool) -> Result<Change, Refusal> {
    let before = input.field(field)?;
    if before == &Value::Bool(wanted) {
        return Ok(Change::nothing());
    }
    Ok(Change::by([set(input, kind, field, api, [before.clone(), wanted.into()], When::ByItself)?]))
}

/// A switch to `wanted` that RDS keeps for the maintenance window if it is not asked to do it now.
pub(super) fn switch_now(
    input: &Input<'_>,
    kind: Kind,
    field: &str,
    api: &str,
    wanted: bool,
) -> Result<Change, Refusal> {
    let before = input.field(field)?;
    if before == &Value::Bool(wanted) {
        return Ok(Change::nothing());
    }
    nothing_else_waits(input)?;
    Ok(Change::by([set(input, kind, field, api, [before.clone(), wanted.into()], When::Now)?]))
}

/// What waits for the maintenance window is carried out with whatever is asked for now.
fn nothing_else_waits(input: &Input<'_>) -> Result<(), Refusal> {
    if input.field("changes_pending")? == &Value::Bool(true) {
        return Err(Refusal::Unsuitable(
            "other changes wait for the maintenance window, and would be carried out with this one".to_owned(),
        ));
    }
    Ok(())
}

/// Sends one more kind of log to CloudWatch Logs, if none goes there.
pub(super) fn export_logs(input: &Input<'_>, kind: Kind) -> Result<Change, Refusal> {
    if !input.list("log_exports")?.is_empty() {
        return Ok(Change::nothing());
    }
    is_available(input, kind)?;
    let engine = input.field("engine")?.as_str().unwrap_or_default();
    let Some(log) = first_log(engine) else {
        return Err(Refusal::Unsuitable(format!(
            "{engine} writes no log before its parameter group says so: switch on auditing there, then export `audit`"
        )));
    };
    // RDS takes this over at once, whatever it is asked for.
    let parameters = |change: &str| {
        let mut parameters = json!({"ApplyImmediately": false, "CloudwatchLogsExportConfiguration": {change: [log]}});
        parameters[kind.named_by] = input.name().into();
        parameters
    };
    let undo = input.call(&kind.modify, parameters("DisableLogTypes"));
    let write = input.write(&kind.modify, parameters("EnableLogTypes"), [undo]).then("log_exports", json!([log]));
    Ok(Change::by([write]).telling(format!(
        "the {log} log goes to the log group /aws/rds/{}/{}/{log}, which is paid for and keeps it for ever until it has \
         a retention",
        kind.word,
        input.name()
    )))
}

/// The log that an engine writes without being told to, and that tells of errors and sign-ins.
fn first_log(engine: &str) -> Option<&'static str> {
    match engine {
        "postgres" | "aurora-postgresql" => Some("postgresql"),
        "mysql" | "mariadb" | "aurora" | "aurora-mysql" => Some("error"),
        engine if engine.starts_with("sqlserver-") => Some("error"),
        engine if engine.starts_with("oracle-") => Some("alert"),
        _ => None,
    }
}

/// Automated backups are kept for as many days as asked for; never for fewer than now.
pub(super) fn keep_backups(input: &Input<'_>, kind: Kind) -> Result<Change, Refusal> {
    const FIELD: &str = "backup_retention_days";
    let before = input.field(FIELD)?;
    let (Some(days), Some(wanted)) = (before.as_i64(), input.argument("days").and_then(Value::as_i64)) else {
        return Err(Refusal::Undecided("how many days backups shall be kept is not said".to_owned()));
    };
    if days >= wanted {
        return Ok(Change::nothing());
    }
    let when = if days == 0 { When::Now } else { When::ByItself };
    if when == When::Now {
        nothing_else_waits(input)?;
    }
    let write = set(input, kind, FIELD, "BackupRetentionPeriod", [before.clone(), wanted.into()], when)?;
    let change = Change::by([write]).telling("backups beyond the size of the database are paid for");
    Ok(if when == When::Now {
        change.telling("the first backup begins at once; the database may stand still for some seconds meanwhile")
    } else {
        change
    })
}

fn set(
    input: &Input<'_>,
    kind: Kind,
    field: &str,
    api: &str,
    [before, after]: [Value; 2],
    when: When,
) -> Result<Write, Refusal> {
    is_available(input, kind)?;
    let parameters = |value: Value| {
        let mut parameters = json!({"ApplyImmediately": when == When::Now});
        parameters[kind.named_by] = input.name().into();
        parameters[api] = value;
        parameters
    };
    let undo = input.call(&kind.modify, parameters(before));
    Ok(input.write(&kind.modify, parameters(after.clone()), [undo]).then(field, after))
}

fn is_available(input: &Input<'_>, kind: Kind) -> Result<(), Refusal> {
    let status = input.field("status")?.as_str().unwrap_or_default();
    if status != "available" {
        return Err(Refusal::Unsuitable(format!("the {} is {status}; RDS changes only what is available", kind.word)));
    }
    Ok(())
}
