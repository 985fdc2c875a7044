//! The audit log for people: its entries, and what verifying it found.

use super::layout;
use super::style::{self, DIM, STRONG, cut, cut_middle, paint};
use crate::audit::assess::{Assessment, Checked, Signature, Stamp, Standing};
use crate::audit::{Entry, Outcome};
use anstyle::{AnsiColor, Style};
use jiff::Timestamp;
use serde_json::Value;
use std::io::{self, Write};

const BAD: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
const GOOD: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));

/// The width of the names before values.
const LABEL: usize = 13;

/// One line an entry; `size` is how many the log has.
///
/// # Errors
/// If the output cannot be written.
pub fn entries(out: &mut dyn Write, entries: &[Entry], size: u64) -> io::Result<()> {
    if entries.is_empty() {
        return writeln!(out, "No entry of the audit log is of that kind, of {} in all.", style::grouped(size));
    }
    let digits = entries.last().map_or(1, |entry| entry.seq.to_string().len()).max(3);
    writeln!(out, "{}", paint(STRONG, format!("{:>digits$}  {:<19}  {:<20}  WHAT", "SEQ", "TIME (UTC)", "EVENT")))?;
    let rest = style::width().saturating_sub(digits + 2 + 19 + 2 + 20 + 2);
    for entry in entries {
        let time = entry.ts.get(..19).unwrap_or(&entry.ts).replace('T', " ");
        let outcome = match entry.outcome {
            Outcome::Success => String::new(),
            other => format!("{}: ", other.as_str().to_uppercase()),
        };
        let what = format!("{outcome}{}", subject(entry, rest.saturating_sub(outcome.len())));
        writeln!(out, "{:>digits$}  {time}  {:<20}  {what}", entry.seq, entry.event.as_str())?;
    }
    let shown = entries.len() as u64;
    writeln!(out, "\n{} of {} entries; `ciacm audit show SEQ` shows one", style::grouped(shown), style::grouped(size))
}

/// What an entry is about, in so many characters.
fn subject(entry: &Entry, width: usize) -> String {
    let target = entry.resource.as_deref().or(entry.account.as_deref());
    match (entry.control.as_deref(), target) {
        (Some(control), Some(target)) => {
            let rest = width.saturating_sub(control.chars().count() + 1);
            return format!("{control} {}", cut_middle(target, rest));
        }
        (Some(one), None) | (None, Some(one)) => return cut_middle(one, width),
        (None, None) => {}
    }
    let detail = ["scan", "plan", "run", "to", "origin", "what", "size"].into_iter().find_map(|name| {
        let text = match entry.detail.get(name)? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Some(format!("{name} {text}"))
    });
    cut(&detail.unwrap_or_else(|| entry.action.clone()), width)
}

/// Everything that an entry says.
///
/// # Errors
/// If the output cannot be written.
pub fn entry(out: &mut dyn Write, entry: &Entry, leaf: &str) -> io::Result<()> {
    let width = style::width();
    writeln!(out, "{}  {}", paint(STRONG, format!("Entry {}", entry.seq)), entry.event)?;
    let regressed = if entry.clock_regressed { " (the clock had gone back)" } else { "" };
    line(out, "time", &format!("{}{regressed}", entry.ts))?;
    line(out, "by", &format!("{} on {}, with `ciacm {}`", entry.actor.user, entry.actor.host, entry.action))?;
    line(out, "outcome", entry.outcome.as_str())?;
    for (name, value) in [
        ("organisation", &entry.org),
        ("account", &entry.account),
        ("control", &entry.control),
        ("resource", &entry.resource),
    ] {
        if let Some(value) = value {
            line(out, name, value)?;
        }
    }
    for (name, value) in [("before", &entry.before), ("after", &entry.after), ("detail", &entry.detail)] {
        let empty = value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
        if !empty {
            let lines = style::wrap(&layout::json(value), width - LABEL - 2);
            for (index, text) in lines.iter().enumerate() {
                line(out, if index == 0 { name } else { "" }, text)?;
            }
        }
    }
    line(out, "hash", leaf)?;
    line(out, "hash before", &entry.prev)
}

fn line(out: &mut dyn Write, name: &str, value: &str) -> io::Result<()> {
    writeln!(out, "  {}{value}", paint(DIM, format!("{name:<LABEL$}")))
}

/// What verifying the log found; `written` is the entry that tells of it, or why there is none.
///
/// # Errors
/// If the output cannot be written.
pub fn assessment(out: &mut dyn Write, found: &Assessment, written: Option<&Result<u64, String>>) -> io::Result<()> {
    let log = &found.log;
    if found.holds() {
        writeln!(out, "{}", paint(GOOD, "The audit log holds."))?;
    } else {
        writeln!(out, "{}", paint(BAD, "The audit log does NOT hold."))?;
    }
    if let Some(bad) = found.first_bad() {
        let which = if bad.from == bad.to {
            format!("entry {}", bad.from)
        } else {
            format!("one of the entries {} to {}", bad.from, bad.to)
        };
        paragraph(out, "first bad", &format!("{which}: {}", bad.what))?;
    }
    line(out, "log", if log.origin.is_empty() { "has no entry" } else { &log.origin })?;
    if let (Some(first), Some(last)) = (log.first, log.last) {
        let name = if log.fault.is_some() { "in order" } else { "entries" };
        line(out, name, &format!("{}, from {} to {} UTC", style::grouped(log.size), clock(first), clock(last)))?;
    }
    line(out, "root", &log.root_hex())?;
    checkpoints(out, found)?;
    if let Some((from, to)) = found.chain_only().filter(|_| found.holds()) {
        let text = format!("{}: who can write the database could have written them anew", range(from, to));
        paragraph(out, "chain only", &text)?;
    }
    match written {
        Some(Err(why)) => paragraph(out, "recorded", &format!("not, for the home cannot be written: {why}")),
        Some(Ok(seq)) => line(out, "recorded", &format!("as entry {seq}")),
        None => Ok(()),
    }
}

fn checkpoints(out: &mut dyn Write, found: &Assessment) -> io::Result<()> {
    let all = found.checkpoints.len() as u64;
    if all == 0 {
        return paragraph(out, "checkpoints", "none: nothing but the chain speaks for the log");
    }
    let agreeing = found.checkpoints.iter().filter(|checked| checked.agreement == Standing::Agrees).count() as u64;
    let verb = if agreeing == 1 { "agrees" } else { "agree" };
    line(out, "checkpoints", &format!("{} found, {} {verb}", style::grouped(all), style::grouped(agreeing)))?;
    let reach = |name: &str, counts: &dyn Fn(&Checked) -> bool| (name.to_owned(), found.covered_by(counts));
    let valid = |checked: &Checked| matches!(checked.signature, Signature::Valid { .. });
    for (name, size) in [
        reach("kept in the home", &|checked| !checked.elsewhere),
        reach("kept elsewhere (--against)", &|checked| checked.elsewhere),
        reach("signed", &valid),
    ] {
        let covers = if size == 0 { "none".to_owned() } else { format!("cover {}", range(1, size)) };
        line(out, "", &format!("{name}: {covers}"))?;
    }
    let mut signers: Vec<String> = Vec::new();
    for checked in &found.checkpoints {
        if let Signature::Valid { signer, root, trusted } = &checked.signature {
            let root =
                if *trusted { format!("root {root}") } else { format!("root {root}, which nobody here vouches for") };
            let signer = format!("by {signer}; {root}");
            if !signers.contains(&signer) {
                signers.push(signer);
            }
        }
    }
    for signer in signers {
        paragraph(out, "", &signer)?;
    }
    let stamps = found.checkpoints.iter().filter_map(|checked| match &checked.timestamp {
        Stamp::Valid { time, authority, trusted } => Some((*time, checked.size.unwrap_or(0), authority, *trusted)),
        Stamp::None | Stamp::Invalid(_) | Stamp::NotChecked(_) => None,
    });
    for (time, size, authority, trusted) in stamps {
        let believed = if trusted { "" } else { ", which nobody here vouches for" };
        let text = format!("{} stamped at {} UTC by {authority}{believed}", range(1, size), clock(time));
        paragraph(out, "", &text)?;
    }
    for checked in &found.checkpoints {
        let why = match (&checked.agreement, &checked.signature) {
            (Standing::Differs, _) => "the log has other entries".to_owned(),
            (Standing::NotReached, _) => "the log does not reach so far".to_owned(),
            (Standing::AnotherLog, _) => "it is of another log".to_owned(),
            (Standing::Unreadable(why), _) => why.clone(),
            (Standing::Agrees, Signature::Invalid(why) | Signature::NotChecked(why)) => why.clone(),
            (Standing::Agrees, Signature::None | Signature::Valid { .. }) => match &checked.timestamp {
                Stamp::Invalid(why) | Stamp::NotChecked(why) => format!("the time stamp: {why}"),
                Stamp::None | Stamp::Valid { .. } => continue,
            },
        };
        let file = cut_middle(&checked.file.display().to_string(), style::width());
        paragraph(out, "", &format!("{}: {why}", paint(BAD, file)))?;
    }
    Ok(())
}

fn paragraph(out: &mut dyn Write, name: &str, text: &str) -> io::Result<()> {
    for (index, text) in style::wrap(text, style::width() - LABEL - 2).iter().enumerate() {
        line(out, if index == 0 { name } else { "" }, text)?;
    }
    Ok(())
}

fn range(from: u64, to: u64) -> String {
    if from == to {
        format!("entry {to}")
    } else {
        format!("entries {} to {}", style::grouped(from), style::grouped(to))
    }
}

fn clock(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
