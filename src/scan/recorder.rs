//! Takes what a provider hands over, judges it in parallel, and records it in batches.

use super::evaluator::Evaluator;
use crate::inventory::{ListingOutcome, Resource};
use crate::provider::Collected;
use crate::store::{Batch, NewScan, ScanId, ScannedResource, Store, StoreError, Unlisted};
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

/// Resources judged and recorded together; bounds what is in memory at once.
const BATCH: usize = 256;

/// How far a scan is, for a progress display.
#[derive(Debug, Default)]
pub struct Progress {
    /// Units that the scan has.
    pub planned: AtomicU64,
    /// Units that are done.
    pub finished: AtomicU64,
    /// Resources recorded.
    pub resources: AtomicU64,
    /// Calls that failed.
    pub failures: AtomicU64,
}

/// Judges and records one scan.
#[derive(Debug)]
pub struct Recorder<'a> {
    /// Where to.
    pub store: &'a mut Store,
    /// By what.
    pub evaluator: &'a Evaluator<'a>,
    /// For the display.
    pub progress: &'a Progress,
    /// The scan that goes on, or the one that begins with the first thing handed over: a provider that cannot even
    /// enter an account leaves no scan behind.
    pub scan: ScanStart,
}

/// Which scan is recorded.
#[derive(Debug)]
pub enum ScanStart {
    /// A new one.
    New(Box<NewScan>),
    /// One that was begun.
    Begun(ScanId),
}

impl Recorder<'_> {
    /// Records until [`Collected::End`] or until the channel is closed; answers the scan, if there was anything to record. Blocks.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub fn run(mut self, mut input: mpsc::Receiver<Collected>) -> Result<Option<ScanId>, StoreError> {
        let mut pending = Vec::with_capacity(BATCH);
        let mut ended = false;
        while !ended {
            let Some(first) = input.blocking_recv() else { break };
            let mut next = Some(first);
            while let Some(collected) = next {
                if matches!(collected, Collected::End) {
                    ended = true;
                    break;
                }
                pending.push(collected);
                next = if pending.len() < BATCH { input.try_recv().ok() } else { None };
            }
            // Calls alone are not worth a transaction: they wait for what was made of their answers.
            let worth_it = pending.len() >= BATCH || pending.iter().any(|one| !matches!(one, Collected::Call(_)));
            if worth_it {
                self.record(&mut pending)?;
            }
        }
        if !pending.is_empty() {
            self.record(&mut pending)?;
        }
        Ok(match self.scan {
            ScanStart::Begun(scan) => Some(scan),
            ScanStart::New(_) => None,
        })
    }

    fn record(&mut self, pending: &mut Vec<Collected>) -> Result<(), StoreError> {
        let scan = match &self.scan {
            ScanStart::Begun(scan) => *scan,
            ScanStart::New(new) => {
                let scan = self.store.begin_scan(new)?;
                self.scan = ScanStart::Begun(scan);
                scan
            }
        };
        let batch = self.judge(pending);
        if !batch.is_empty() {
            self.store.record(&scan, &batch)?;
        }
        let add = |counter: &AtomicU64, number: usize| counter.fetch_add(number as u64, Ordering::Relaxed);
        add(&self.progress.finished, batch.finished_units.len());
        add(&self.progress.resources, batch.resources.len());
        add(&self.progress.failures, batch.errors.len());
        Ok(())
    }

    fn judge(&self, pending: &mut Vec<Collected>) -> Batch {
        let mut batch = Batch::default();
        let mut resources: Vec<Resource> = Vec::new();
        for collected in pending.drain(..) {
            match collected {
                Collected::Resource(resource) => resources.push(resource),
                Collected::Account(account) => batch.accounts.push(account),
                Collected::Failure(failed) => batch.errors.push(failed),
                Collected::Call(record) => batch.calls.push(record),
                Collected::UnitFinished(unit) => batch.finished_units.push(unit),
                // The caller stops at it and hands over only what came before.
                Collected::End => {}
                Collected::Planned(units) => {
                    self.progress.planned.fetch_add(units, Ordering::Relaxed);
                }
                Collected::Listing(listing) => {
                    if matches!(listing.outcome, ListingOutcome::Failed(_)) {
                        batch.unlisted.push(Unlisted::new(&listing, self.evaluator.judge_unlisted(&listing)));
                    }
                    batch.listings.push(listing);
                }
            }
        }
        batch.resources = resources
            .into_par_iter()
            .map(|resource| {
                let evaluations = self.evaluator.judge(&resource);
                ScannedResource { resource, evaluations }
            })
            .collect();
        batch
    }
}
