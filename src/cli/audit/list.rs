//! `ciacm audit list`.

use crate::audit::Event;
use crate::cli::error::CommandError;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::{Context, exit};
use crate::report::audit as table;
use crate::store::{EntryFilter, Store};
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::path::PathBuf;

/// How many entries a table shows unless told otherwise.
const IN_A_TABLE: u64 = 100;

#[derive(Debug, Args)]
pub struct ListArgs {
    /// An event, or the first word of several: finding.opened, scan (repeatable)
    #[arg(long, value_name = "EVENT", value_delimiter = ',', value_parser = events, help_heading = "Filter")]
    event: Vec<Events>,
    /// Entries of this date or time, or later
    #[arg(long, value_name = "WHEN", value_parser = since, help_heading = "Filter")]
    since: Option<Timestamp>,
    /// Entries up to the end of this date, or before this time
    #[arg(long, value_name = "WHEN", value_parser = until, help_heading = "Filter")]
    until: Option<Timestamp>,
    /// An account (repeatable)
    #[arg(long, value_delimiter = ',', help_heading = "Filter")]
    account: Vec<String>,
    /// A control id (repeatable)
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Filter")]
    control: Vec<String>,
    /// A text in the resource's id (repeatable)
    #[arg(long, value_name = "TEXT", help_heading = "Filter")]
    resource: Vec<String>,
    /// A user (repeatable)
    #[arg(long, value_name = "USER", value_delimiter = ',', help_heading = "Filter")]
    actor: Vec<String>,
    /// A text anywhere in the entry
    #[arg(long, help_heading = "Filter")]
    text: Option<String>,
    /// Only so many of them, the last ones [default: 100 in a table, otherwise all]
    #[arg(long, value_name = "N", help_heading = "Filter")]
    last: Option<u64>,
    /// How to print: `table` for people; `json` and `jsonl` give the entries byte for byte, one a line
    #[arg(long, value_enum, default_value_t = EntryFormat::Table, help_heading = "Output")]
    format: EntryFormat,
    /// Write to this file instead of stdout; it appears whole or not at all
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// As `--format jsonl --output FILE`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "output"], help_heading = "Output")]
    export: Option<PathBuf>,
}

/// How to print entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EntryFormat {
    /// For people; fits 80 columns.
    Table,
    /// An array.
    Json,
    /// One entry a line, the exact bytes that are hashed.
    Jsonl,
}

#[derive(Debug, Clone)]
struct Events(Vec<Event>);

fn events(text: &str) -> Result<Events, String> {
    let family = format!("{}.", text.trim().to_ascii_lowercase());
    let several: Vec<Event> = Event::ALL.iter().copied().filter(|event| event.as_str().starts_with(&family)).collect();
    if several.is_empty() {
        return text
            .parse()
            .map(|event| Events(vec![event]))
            .map_err(|error: crate::finding::UnknownWord| error.to_string());
    }
    Ok(Events(several))
}

fn since(text: &str) -> Result<Timestamp, String> {
    when(text, 0)
}

fn until(text: &str) -> Result<Timestamp, String> {
    when(text, 1)
}

/// A time, or the beginning of a date in UTC, so many days later.
fn when(text: &str, days: i64) -> Result<Timestamp, String> {
    let text = text.trim();
    if let Ok(date) = text.parse::<Date>()
        && !text.contains(['T', 't', ' '])
    {
        let day = date.checked_add(jiff::Span::new().days(days)).map_err(|error| error.to_string())?;
        return day.to_zoned(TimeZone::UTC).map(|start| start.timestamp()).map_err(|error| error.to_string());
    }
    text.parse().map_err(|_| "this is neither a date (2026-11-22) nor a time (2026-11-22T12:00:00Z)".to_owned())
}

pub fn run(context: &Context, args: ListArgs) -> Result<u8, CommandError> {
    let store = context.store_to_read()?;
    let format = if args.export.is_some() { EntryFormat::Jsonl } else { args.format };
    let filter = EntryFilter {
        events: args.event.into_iter().flat_map(|events| events.0).collect(),
        since: args.since,
        until: args.until,
        accounts: args.account,
        controls: args.control,
        resources: args.resource,
        actors: args.actor,
        text: args.text,
        last: args.last.or((format == EntryFormat::Table).then_some(IN_A_TABLE)),
    };
    let output = OutputArgs { format: Format::Json, output: args.export.or(args.output) };
    match format {
        EntryFormat::Table => table(&store, &filter, &output)?,
        EntryFormat::Json => output.emit_exactly(|out| -> Result<(), CommandError> {
            write!(out, "[")?;
            let mut separator: &[u8] = b"\n";
            store.audit_entries(&filter, |entry| {
                out.write_all(std::mem::replace(&mut separator, b",\n"))?;
                Ok::<_, CommandError>(out.write_all(&entry.body)?)
            })?;
            Ok(writeln!(out, "\n]")?)
        })?,
        EntryFormat::Jsonl => output.emit_exactly(|out| {
            store.audit_entries(&filter, |entry| {
                out.write_all(&entry.body)?;
                Ok::<_, CommandError>(out.write_all(b"\n")?)
            })
        })?,
    }
    Ok(exit::FINE)
}

fn table(store: &Store, filter: &EntryFilter, output: &OutputArgs) -> Result<(), CommandError> {
    let mut entries = Vec::new();
    store.audit_entries(filter, |entry| {
        entries.push(entry.entry()?);
        Ok::<_, CommandError>(())
    })?;
    let size = store.audit_size()?;
    output.emit(|out| Ok(table::entries(out, &entries, size)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_means_the_whole_day() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(since("2026-11-22"), Ok(time("2026-11-22T00:00:00Z")));
        assert_eq!(until("2026-11-22"), Ok(time("2026-11-23T00:00:00Z")));
        assert_eq!(until("2026-11-22T12:00:00+01:00"), Ok(time("2026-11-22T11:00:00Z")));
        assert!(since("yesterday").is_err() && since("2026-13-01").is_err());
    }

    #[test]
    fn an_event_is_one_or_a_family() {
        assert_eq!(events("scan.started").unwrap().0, [Event::ScanStarted]);
        assert_eq!(events("Scan").unwrap().0.len(), 4);
        assert_eq!(events("refused").unwrap().0, [Event::Refused]);
        assert!(events("scans").unwrap_err().contains("finding.opened"));
    }
}
