//! The progress line on stderr, on a terminal only.

use crate::report::style;
use crate::scan::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::JoinHandle;

const REFRESH: Duration = Duration::from_millis(120);

/// Shows progress until it is dropped.
#[derive(Debug)]
pub struct Display {
    ticker: Option<JoinHandle<()>>,
    bar: ProgressBar,
}

impl Display {
    /// A display of `progress`; `requests` tells how many HTTP requests were made.
    pub fn new(progress: Arc<Progress>, requests: impl Fn() -> u64 + Send + 'static) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self { ticker: None, bar: ProgressBar::hidden() };
        }
        let bar = ProgressBar::new(0);
        if let Ok(template) = ProgressStyle::with_template("{spinner} {bar:24} {pos}/{len} units  {msg}") {
            bar.set_style(template);
        }
        let shown = bar.clone();
        let ticker = tokio::spawn(async move {
            loop {
                let read = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
                shown.set_length(read(&progress.planned));
                shown.set_position(read(&progress.finished));
                let failures = read(&progress.failures);
                let failed = if failures == 0 { String::new() } else { format!(", {failures} failed") };
                shown.set_message(format!(
                    "{}, {}{failed}",
                    style::count(read(&progress.resources), "resource"),
                    style::count(requests(), "call")
                ));
                tokio::time::sleep(REFRESH).await;
            }
        });
        Self { ticker: Some(ticker), bar }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        if let Some(ticker) = &self.ticker {
            ticker.abort();
        }
        self.bar.finish_and_clear();
    }
}
