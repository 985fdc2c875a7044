//! Runs a scan: library, store, provider, report, exit code.

use super::options::{CommonArgs, ScanArgs, ScanSource};
use super::progress::Display;
use super::request::Request;
use crate::cli::error::CommandError;
use crate::cli::file::WholeFile;
use crate::cli::{Context, exit, report, warn};
use crate::control::selection::{Overrides, overrides, wanted};
use crate::control::{Control, Library};
use crate::inventory::snapshot::{self, Entry, Header};
use crate::provider::snapshot::{Recording, Source};
use crate::provider::{Collected, Ended, ProviderError};
use crate::scan::recorder::ScanStart;
use crate::scan::{Evaluator, Progress, Recorder};
use crate::store::{NewScan, ScanControl, ScanEnd, ScanId, ScanState, Store};
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What waits between provider and recorder; bounds memory, and slows collecting down to what can be recorded.
const CHANNEL: usize = 512;

pub fn run(context: &Context, args: ScanArgs) -> Result<u8, CommandError> {
    match args.source {
        ScanSource::Demo(args) => recorded(context, args.common, Source::Demo, "demo".to_owned()),
        ScanSource::Snapshot(args) => {
            let name = args.file.display().to_string();
            recorded(context, args.common, Source::File(args.file), name)
        }
        #[cfg(feature = "aws")]
        ScanSource::Aws(args) => aws::run(context, *args),
    }
}

fn recorded(context: &Context, args: CommonArgs, source: Source, name: String) -> Result<u8, CommandError> {
    args.check_files()?;
    let library = context.library()?;
    let recording = Recording::open(source)?;
    let request = Request {
        selection: args.selection.clone().into(),
        parameters: args.parameters.clone(),
        source: name,
        ..Request::default()
    };
    let now: Timestamp = recording.header.collected_at.parse().map_err(|_| {
        CommandError::new("the snapshot cannot be scanned").why("its time of collection is no timestamp")
    })?;
    let job = Job::prepare(&library, &request, &recording.header.provider, now)?;
    let store = context.store()?;
    // What a recording holds costs no call.
    let wanted = wanted(job.controls.iter().copied(), true);
    let collect = move |output: mpsc::Sender<Collected>| async move {
        let collecting = tokio::task::spawn_blocking(move || recording.collect(&wanted, &output));
        collecting.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    };
    let start = ScanStart::New(Box::new(job.new_scan("snapshot", &request, &library)));
    finish(store, &job, start, &args, &library, collect, || 0)
}

/// The controls of a scan and their parameters.
struct Job<'a> {
    controls: Vec<&'a Control>,
    overrides: Overrides,
    now: Timestamp,
}

impl<'a> Job<'a> {
    fn prepare(library: &'a Library, request: &Request, provider: &str, now: Timestamp) -> Result<Self, CommandError> {
        let controls = request.selection.choose(library, Some(provider))?;
        let overrides = overrides(library, &request.parameters)?;
        for id in overrides.keys().filter(|id| !controls.iter().any(|control| control.id == **id)) {
            warn(&format!("--param sets {id}, which is not among the selected controls"));
        }
        Ok(Self { controls, overrides, now })
    }

    fn new_scan(&self, provider: &str, request: &Request, library: &Library) -> NewScan {
        let none = BTreeMap::new();
        let controls = self.controls.iter().map(|control| {
            let values = control.parameter_values(self.overrides.get(&control.id).unwrap_or(&none));
            let parameters =
                values.iter().map(|(name, value)| (name.clone(), json!(crate::control::parameter::show(value))));
            ScanControl {
                control: control.id.clone(),
                parameters: parameters.collect::<serde_json::Map<_, _>>().into(),
                hash: control.hash.clone(),
            }
        });
        NewScan {
            provider: provider.to_owned(),
            started: Timestamp::now(),
            now: self.now,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            library_hash: library.hash(),
            selection: json!(request),
            parameters: json!(request.parameters),
            controls: controls.collect(),
        }
    }
}

/// Collects, records, reports.
fn finish<F>(
    mut store: Store,
    job: &Job<'_>,
    start: ScanStart,
    args: &CommonArgs,
    library: &Library,
    collect: impl FnOnce(mpsc::Sender<Collected>) -> F,
    requests: impl Fn() -> u64 + Clone + Send + 'static,
) -> Result<u8, CommandError>
where
    F: Future<Output = Result<Ended, ProviderError>> + Send,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| CommandError::new("the scan cannot begin").why(error.to_string()))?;
    let evaluator = Evaluator::new(&job.controls, &job.overrides, job.now);
    let progress = Arc::new(Progress::default());
    let (sender, receiver) = mpsc::channel(CHANNEL);
    let collecting = collect(sender.clone());
    let resumed = matches!(start, ScanStart::Begun(_));
    let recorder = Recorder { store: &mut store, evaluator: &evaluator, progress: &progress, scan: start };

    let (ended, recorded) = std::thread::scope(|scope| {
        let recording = scope.spawn(move || recorder.run(receiver));
        let ended = runtime.block_on(async {
            let _display = Display::new(Arc::clone(&progress), requests.clone());
            tokio::select! {
                ended = collecting => ended,
                () = stop() => Ok(Ended::Interrupted),
            }
        });
        runtime.shutdown_background();
        // Answers that are shared in a scan may keep their scopes, and so the channel, alive: its end must be told.
        // If the recorder has failed, nobody listens, and its error says so.
        let _ = sender.blocking_send(Collected::End);
        let recorded = recording.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (ended, recorded)
    });
    let scan = recorded?;
    let Some(scan) = scan else {
        return match ended {
            Err(error) => Err(error.into()),
            Ok(_) => Err(CommandError::new("the scan was interrupted").why("nothing was collected yet")),
        };
    };
    let state = match &ended {
        Ok(Ended::Complete) => ScanState::Complete,
        Ok(Ended::Interrupted) => ScanState::Interrupted,
        // What an earlier attempt recorded is as good as before.
        Err(_) if resumed => ScanState::Interrupted,
        Err(_) => ScanState::Failed,
    };
    let summary = store.finish_scan(&scan, ScanEnd { state, finished: Timestamp::now(), calls: requests() })?;
    ended?;
    if let Some(path) = &args.record {
        record(&store, &scan, path, job.controls.first().map_or("aws", |control| control.resource.provider()))?;
    }
    report::scan(&store, &summary, library, &args.output)?;
    if state == ScanState::Interrupted {
        let next = match summary.scan.provider.as_str() {
            "snapshot" => "run it again".to_owned(),
            provider => format!("`ciacm scan {provider} --resume {scan}` goes on with it"),
        };
        warn(&format!("the scan was interrupted; {next}"));
    }
    Ok(if summary.fails(args.fail_on) {
        exit::FINDINGS
    } else if !summary.scan.complete || state != ScanState::Complete {
        exit::INCOMPLETE
    } else {
        exit::FINE
    })
}

/// Waits for Ctrl-C, or for the signal with which service managers and CI systems end a program.
async fn stop() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            () = ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    ctrl_c().await;
}

async fn ctrl_c() {
    // Where signals cannot be heard, the scan goes on to its end.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Writes the snapshot of a scan; the file appears whole or not at all.
fn record(store: &Store, scan: &ScanId, path: &Path, provider: &str) -> Result<(), CommandError> {
    let recorded = store.scan(&(*scan).into())?;
    let header = Header {
        format: snapshot::FORMAT.to_owned(),
        version: snapshot::VERSION,
        tool: format!("ciacm {}", env!("CARGO_PKG_VERSION")),
        provider: provider.to_owned(),
        scan: scan.to_string(),
        collected_at: recorded.now.to_string(),
        complete: recorded.state == ScanState::Complete,
        accounts: recorded.accounts,
    };
    let mut file = WholeFile::create(path)?;
    let problem =
        |error: snapshot::SnapshotError| CommandError::new("the snapshot cannot be written").why(error.to_string());
    let mut writer = snapshot::Writer::new(file.file(), &header).map_err(problem)?;
    store.resources(scan, |resource| writer.entry(&Entry::Resource(resource)).map_err(problem))?;
    for listing in store.listings(scan)? {
        writer.entry(&Entry::Listing(listing)).map_err(problem)?;
    }
    store.errors(scan, |error| writer.entry(&Entry::FailedCall(error.into_failed_call())).map_err(problem))?;
    store.calls(scan, |call| writer.entry(&Entry::Call(call)).map_err(problem))?;
    writer.finish().map_err(problem)?;
    Ok(file.finish()?)
}

#[cfg(feature = "aws")]
mod aws {
    use super::*;
    use crate::cli::scan::options::AwsArgs;
    use crate::provider::aws::transport::Meter;
    use crate::provider::aws::{self, Options};
    use crate::provider::{Unit, Wanted};
    use crate::store::ScanRef;
    use std::collections::HashSet;

    pub fn run(context: &Context, args: AwsArgs) -> Result<u8, CommandError> {
        args.common.check_files()?;
        let library = context.library()?;
        let mut store = context.store()?;
        let (request, resumed) = match &args.resume {
            None => (request(&args), None),
            Some(name) => {
                let resumed = store.resume_scan(&interrupted(&store, name)?)?;
                if resumed.scan.library_hash != library.hash() {
                    return Err(CommandError::new("the scan cannot go on")
                        .why("the control library is not the one that it began with")
                        .next("begin a new scan"));
                }
                let request: Request = serde_json::from_value(resumed.scan.selection.clone())?;
                (request, Some(resumed))
            }
        };
        let now = resumed.as_ref().map_or_else(Timestamp::now, |resumed| resumed.scan.now);
        let job = Job::prepare(&library, &request, "aws", now)?;
        let meter = Meter::new(args.connection.max_rate);
        let accounts = resumed.iter().flat_map(|resumed| &resumed.scan.accounts);
        let options = options(&args, &request, accounts.map(|account| account.id.clone()).collect());
        let (done, start): (HashSet<Unit>, ScanStart) = match resumed {
            Some(resumed) => (resumed.finished_units.into_iter().collect(), ScanStart::Begun(resumed.scan.id)),
            None => (HashSet::new(), ScanStart::New(Box::new(job.new_scan("aws", &request, &library)))),
        };
        let wanted: Wanted = wanted(job.controls.iter().copied(), args.repair_readings);
        let counted = Arc::clone(&meter);
        let collect = |output| async move { aws::collect(&options, wanted, done, meter, output).await };
        finish(store, &job, start, &args.common, &library, collect, move || counted.requests())
    }

    fn request(args: &AwsArgs) -> Request {
        Request {
            selection: args.common.selection.clone().into(),
            parameters: args.common.parameters.clone(),
            source: "aws".to_owned(),
            regions: args.regions.clone(),
            role_arns: args.connection.role_arns.clone(),
        }
    }

    fn options(args: &AwsArgs, request: &Request, began_with: Vec<String>) -> Options {
        Options { began_with, ..args.connection.options(request.regions.clone(), request.role_arns.clone()) }
    }

    /// The scan that `--resume` means: the named one, or the latest AWS scan that was interrupted.
    fn interrupted(store: &Store, name: &str) -> Result<ScanRef, CommandError> {
        if name != "latest" {
            return Ok(name.into());
        }
        let scans = store.scans()?;
        let latest = scans.iter().find(|scan| scan.provider == "aws" && scan.state == ScanState::Interrupted);
        latest.map(|scan| scan.id.into()).ok_or_else(|| {
            CommandError::new("there is no interrupted scan to go on with")
                .next("run `ciacm scan aws` without --resume")
        })
    }
}
