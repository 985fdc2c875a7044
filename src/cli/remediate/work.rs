//! Running the engine where a user watches it, and may stop it.

use crate::cli::error::CommandError;
use crate::control::Library;
use crate::remediation::cloud::Cloud;
use crate::remediation::engine::{Engine, Patience};
use crate::remediation::plan::Action;
use crate::store::Store;
use crate::store::remediation::Run;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Lets `work` use an engine for a run. Ctrl-C and the signal of service managers finish the action in flight.
pub fn with_engine<T>(
    store: &mut Store,
    library: &Library,
    cloud: &dyn Cloud,
    run: &Run,
    wait: Option<u32>,
    work: impl FnOnce(&mut Engine<'_>) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let stop = Arc::new(AtomicBool::new(false));
    listen(Arc::clone(&stop))?;
    let bar = bar(run.plan.body.actions.len() as u64, "actions");
    let watch = |action: &Action, doing: &str| {
        bar.set_position(u64::from(action.number.saturating_sub(1)));
        bar.set_message(format!("{} {doing}", action.name.as_deref().unwrap_or(&action.resource)));
    };
    let mut patience = Patience::default();
    if let Some(seconds) = wait {
        patience.change = Duration::from_secs(seconds.into());
        patience.lost_answer = patience.lost_answer.min(patience.change);
    }
    let mut engine = Engine {
        store,
        cloud,
        library,
        plan: &run.plan,
        run: &run.id,
        options: &run.options,
        expired: Timestamp::now() >= run.plan.body.expires_at,
        patience,
        stop: &stop,
        watch: &watch,
    };
    let result = work(&mut engine);
    bar.finish_and_clear();
    result
}

/// A bar on stderr, if that is a terminal.
pub fn bar(all: u64, what: &str) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(all);
    if let Ok(template) =
        ProgressStyle::with_template(&format!("{{spinner}} {{bar:24}} {{pos}}/{{len}} {what}  {{msg}}"))
    {
        bar.set_style(template);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// Sets the flag when the user wants to stop.
fn listen(stop: Arc<AtomicBool>) -> Result<(), CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CommandError::new("the run cannot begin").why(error.to_string()))?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            loop {
                stopped().await;
                stop.store(true, Ordering::Relaxed);
                let _ = writeln!(anstream::stderr(), "stopping after the action in flight ...");
            }
        });
    });
    Ok(())
}

#[cfg(unix)]
async fn stopped() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            () = interrupted() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => interrupted().await,
    }
}

#[cfg(not(unix))]
async fn stopped() {
    interrupted().await;
}

async fn interrupted() {
    // Where signals cannot be heard, the run goes on to its end.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
