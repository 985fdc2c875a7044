//! `ciacm findings waive` and `ciacm findings unwaive`.

use crate::cli::error::CommandError;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::{Context, exit, warn};
use crate::finding::{FindingId, Waiver, WaiverTerms};
use crate::report::waiver;
use crate::store::{Store, StoreError};
use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

#[derive(Debug, Args)]
pub struct WaiveArgs {
    /// The findings' ids, or the beginnings of them
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// The last day of the waiver, in UTC: 2027-03-31
    #[arg(long, value_name = "DATE", value_parser = date)]
    until: Date,
    /// Why the findings are accepted
    #[arg(long, value_name = "TEXT", value_parser = text)]
    reason: String,
    /// Who answers for it
    #[arg(long, value_name = "NAME", value_parser = text)]
    owner: String,
    /// Who approved it [default: the owner]
    #[arg(long, value_name = "NAME", value_parser = text)]
    approver: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Args)]
pub struct UnwaiveArgs {
    /// The findings' ids, or the beginnings of them
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// Why the waivers are taken back
    #[arg(long, value_name = "TEXT", value_parser = text)]
    reason: String,
    #[command(flatten)]
    output: OutputArgs,
}

fn date(text: &str) -> Result<Date, String> {
    text.trim().parse().map_err(|_| "give a date such as 2027-03-31".to_owned())
}

/// A text in one line that says something.
fn text(text: &str) -> Result<String, String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line {
        line if line.is_empty() => Err("it must not be empty".to_owned()),
        line if line.contains(char::is_control) => Err("it must not have control characters".to_owned()),
        line => Ok(line),
    }
}

pub fn waive(context: &Context, args: &WaiveArgs) -> Result<u8, CommandError> {
    let now = Timestamp::now();
    let terms = WaiverTerms {
        until: last_moment(args.until, now)?,
        reason: args.reason.clone(),
        owner: args.owner.clone(),
        approver: args.approver.clone().unwrap_or_else(|| args.owner.clone()),
    };
    let mut store = context.store_to_change()?;
    let ids = named(&store, &args.ids)?;
    let waivers = store.waive(&ids, &terms, now)?;
    print(&waivers, &args.output, |out| waiver::granted(out, &waivers))
}

pub fn unwaive(context: &Context, args: &UnwaiveArgs) -> Result<u8, CommandError> {
    let mut store = context.store_to_change()?;
    let ids = named(&store, &args.ids)?;
    let waivers = store.unwaive(&ids, &args.reason, Timestamp::now())?;
    print(&waivers, &args.output, |out| waiver::revoked(out, &waivers))
}

fn print(
    waivers: &[Waiver],
    output: &OutputArgs,
    table: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>,
) -> Result<u8, CommandError> {
    match output.format {
        Format::Table => output.emit(table)?,
        Format::Json => output.emit_json(&waivers)?,
    }
    Ok(exit::FINE)
}

/// The last moment of that day; refused if it has passed, and warned of if it is far away.
fn last_moment(day: Date, now: Timestamp) -> Result<Timestamp, CommandError> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let refused = |why: String| {
        CommandError::new("the findings cannot be waived").why(why).next("give --until a day to come, in UTC")
    };
    if day < today {
        return Err(refused(format!("{day} is past: it is {today}")));
    }
    let year = today.checked_add(Span::new().years(1)).unwrap_or(Date::MAX);
    if day > year {
        warn(&format!("the waiver lasts longer than a year, until {day}; accept less, and look again"));
    }
    let moment = day.at(23, 59, 59, 999_000_000).to_zoned(TimeZone::UTC);
    moment.map(|moment| moment.timestamp()).map_err(|_| refused(format!("{day} is too far away")))
}

/// The ids of findings as people name them, each once.
fn named(store: &Store, names: &[String]) -> Result<Vec<FindingId>, StoreError> {
    let mut ids = Vec::new();
    for name in names {
        let id = store.finding(name)?.id;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiver_holds_through_its_last_day() {
        let noon: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let until = |text: &str| last_moment(text.parse().unwrap(), noon);
        assert_eq!(until("2026-11-22").unwrap().to_string(), "2026-11-22T23:59:59.999Z");
        assert_eq!(until("2027-03-31").unwrap().to_string(), "2027-03-31T23:59:59.999Z");
        let past = until("2026-11-21").unwrap_err().to_string();
        assert!(past.contains("2026-11-21 is past: it is 2026-11-22"), "{past}");
        assert!(until("9999-12-31").unwrap_err().to_string().contains("too far away"));
    }

    #[test]
    fn texts_say_something_in_one_line() {
        assert_eq!(text("  the\n vendor  knows "), Ok("the vendor knows".to_owned()));
        assert!(text(" \n").is_err() && text("a\u{1b}[31mb").is_err());
    }
}
