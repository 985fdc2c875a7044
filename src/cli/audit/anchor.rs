//! `ciacm audit anchor`: copies of the checkpoints where who can write the home cannot.

use crate::audit::{Event, NewEntry, files};
use crate::cli::error::CommandError;
use crate::cli::output::{Format, OutputArgs};
use crate::cli::{Context, exit};
use crate::report::style;
use clap::Args;
use serde_json::json;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

#[derive(Debug, Args)]
pub struct AnchorArgs {
    /// A directory, `git:DIR` for a commit in the git repository there, or `s3://BUCKET/PREFIX`
    #[arg(long, value_name = "PLACE")]
    to: Place,
    #[command(flatten)]
    output: OutputArgs,
}

/// Where copies go.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Directory(PathBuf),
    Git(PathBuf),
    Bucket { bucket: String, prefix: String },
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(place) = text.strip_prefix("s3://") {
            let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
            if bucket.is_empty() {
                return Err("name the bucket: s3://BUCKET/PREFIX".to_owned());
            }
            return Ok(Self::Bucket { bucket: bucket.to_owned(), prefix: prefix.trim_matches('/').to_owned() });
        }
        if let Some(directory) = text.strip_prefix("git:") {
            return Ok(Self::Git(PathBuf::from(directory)));
        }
        if text.is_empty() {
            return Err("name a directory".to_owned());
        }
        Ok(Self::Directory(PathBuf::from(text)))
    }
}

/// A file to copy.
struct Copy {
    name: String,
    bytes: Vec<u8>,
}

pub fn run(context: &Context, args: &AnchorArgs) -> Result<u8, CommandError> {
    let mut store = context.store()?;
    let directory = store.home().join(files::DIRECTORY);
    let copies = read(&directory)?;
    let newest = files::newest(&directory)?.and_then(|kept| kept.checkpoint.ok());
    let Some(newest) = newest.filter(|_| !copies.is_empty()) else {
        return Err(CommandError::new("there are no checkpoints to copy")
            .why(format!("{} has none", directory.display()))
            .next("run `ciacm audit checkpoint`"));
    };
    let (place, copied) = match &args.to {
        Place::Directory(to) => (to.display().to_string(), into_directory(&copies, to)?),
        Place::Git(to) => {
            let copied = into_directory(&copies, to)?;
            commit(to, &copies, newest.size)?;
            (format!("git:{}", to.display()), copied)
        }
        Place::Bucket { bucket, prefix } => (format!("s3://{bucket}/{prefix}"), into_bucket(&copies, bucket, prefix)?),
    };
    let detail = json!({"to": place, "files": copied, "size": newest.size});
    store.log(&NewEntry::new(Event::CheckpointAnchored, detail))?;
    match args.output.format {
        Format::Json => {
            args.output
                .emit_json(&json!({"to": place, "copied": copied, "files": copies.len(), "size": newest.size}))?;
        }
        Format::Table => args.output.emit(|out| {
            let (new, all) = (style::count(copied, "new file"), style::count(copies.len() as u64, "file"));
            writeln!(out, "{place} has the checkpoints up to entry {}: {new} of {all}.", newest.size)
        })?,
    }
    Ok(exit::FINE)
}

/// The checkpoints of the home with their signatures and time stamps.
fn read(directory: &Path) -> Result<Vec<Copy>, CommandError> {
    let mut copies = Vec::new();
    for kept in files::read_all(directory)? {
        let mut add = |extension: &str, bytes: Vec<u8>| {
            let name = kept.path.with_extension(extension);
            let name = name.file_name().and_then(OsStr::to_str).unwrap_or_default().to_owned();
            copies.push(Copy { name, bytes });
        };
        add("txt", kept.text);
        kept.signature.into_iter().for_each(|bytes| add("p7s", bytes));
        kept.timestamp.into_iter().for_each(|bytes| add("tst", bytes));
    }
    Ok(copies)
}

/// Copies what is not there yet; answers how many files. One that is there and differs is never replaced.
fn into_directory(copies: &[Copy], to: &Path) -> Result<u64, CommandError> {
    let mut copied = 0;
    for copy in copies {
        let path = to.join(&copy.name);
        let is_new = !path.exists();
        files::keep(&path, &copy.bytes).map_err(|error| refused(&path.display().to_string(), &error))?;
        copied += u64::from(is_new);
    }
    Ok(copied)
}

fn refused(place: &str, error: &io::Error) -> CommandError {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return CommandError::new(format!("{place} is not what this home has under that name"))
            .why("one of the two was changed, or they are of different logs")
            .next("compare them, and run `ciacm audit verify --against` with the copy")
            .integrity();
    }
    CommandError::new(format!("{place} cannot be written"))
        .why(error.to_string())
        .next("check the path, its permissions and the free space")
}

/// Commits the copies in the repository.
fn commit(repository: &Path, copies: &[Copy], size: u64) -> Result<(), CommandError> {
    let names = || copies.iter().map(|copy| copy.name.as_str());
    let message = format!("Anchor the audit log at entry {size}");
    git(repository, ["add", "--"].into_iter().chain(names()))?;
    // Nothing new is no failure.
    if git(repository, ["diff", "--cached", "--quiet", "--"].into_iter().chain(names())).is_ok() {
        return Ok(());
    }
    git(repository, ["commit", "--quiet", "-m", &message, "--"].into_iter().chain(names()))
}

fn git<'a>(repository: &Path, arguments: impl Iterator<Item = &'a str>) -> Result<(), CommandError> {
    let failed = |why: String| {
        CommandError::new(format!("git cannot commit in {}", repository.display()))
            .why(why)
            .next("check that it is a git repository in which you may commit; the files themselves are there")
    };
    let output = Command::new("git").arg("-C").arg(repository).args(arguments).output();
    let output = output.map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(failed(text.trim().lines().next().unwrap_or("it gave no reason").to_owned()))
}

#[cfg(not(feature = "aws"))]
fn into_bucket(_copies: &[Copy], bucket: &str, _prefix: &str) -> Result<u64, CommandError> {
    Err(CommandError::new(format!("this ciacm cannot write to the bucket {bucket}"))
        .why("it was built without AWS")
        .next("use a build with AWS, or copy a directory with the aws program"))
}

#[cfg(feature = "aws")]
fn into_bucket(copies: &[Copy], bucket: &str, prefix: &str) -> Result<u64, CommandError> {
    use crate::provider::aws::bucket::{Bucket, Kept};
    let connected = Bucket::connect(bucket)?;
    let mut copied = 0;
    for copy in copies {
        let key = if prefix.is_empty() { copy.name.clone() } else { format!("{prefix}/{}", copy.name) };
        match connected.keep(&key, &copy.bytes)? {
            Kept::New => copied += 1,
            Kept::Same => {}
            Kept::Other => return Err(refused(&format!("s3://{bucket}/{key}"), &io::ErrorKind::AlreadyExists.into())),
        }
    }
    Ok(copied)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_apart() {
        let bucket =
            |bucket: &str, prefix: &str| Ok(Place::Bucket { bucket: bucket.to_owned(), prefix: prefix.to_owned() });
        assert_eq!("s3://b".parse(), bucket("b", ""));
        assert_eq!("s3://b/a/c/".parse(), bucket("b", "a/c"));
        assert_eq!("git:/srv/x".parse(), Ok(Place::Git(PathBuf::from("/srv/x"))));
        assert_eq!("x/y".parse(), Ok(Place::Directory(PathBuf::from("x/y"))));
        assert!("s3://".parse::<Place>().is_err() && "".parse::<Place>().is_err());
    }
}
