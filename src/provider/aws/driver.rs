//! Runs the collectors: every account, region and wanted type, a bounded number at once.

use super::collector::{Collector, Reach, Task};
use super::scope::Limits;
use super::session::{self, AccountSession, Refused};
use super::transport::Meter;
use super::{Options, collectors};
use crate::inventory::resource::GLOBAL;
use crate::inventory::{Listing, ListingOutcome, resource_type};
use crate::provider::{Collected, Ended, FailedCall, ProviderError, Unit, Wanted};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

/// Units under way at once; each may have many calls under way, which [`Limits`] bounds.
const UNITS_AT_ONCE: usize = 32;

/// Collects what is wanted from every account that `options` name, but for the units in `done`.
///
/// Dropping the returned future stops the collection at once.
///
/// # Errors
/// A [`ProviderError`] if no account could be entered or the selection is wrong; nothing was collected then.
pub async fn collect(
    options: &Options,
    wanted: Wanted,
    done: HashSet<Unit>,
    meter: Arc<Meter>,
    output: mpsc::Sender<Collected>,
) -> Result<Ended, ProviderError> {
    let limits = Limits::new(options.concurrency.within(options.max_rate, options.call_timeout));
    let (sessions, refused) = enter_accounts(options, meter, &limits, &output).await?;
    for session in &sessions {
        let _ = output.send(Collected::Account(session.account.clone())).await;
        for record in &session.entered_by {
            let _ = output.send(Collected::Call(record.clone())).await;
        }
    }
    for one in &refused {
        report_refused(one, &wanted, &output).await;
    }

    let wanted = Arc::new(wanted);
    let units: Vec<_> = sessions
        .iter()
        .flat_map(|session| units_of(session, &wanted))
        .filter(|(_, _, _, unit)| !done.contains(unit))
        .collect();
    let _ = output.send(Collected::Planned(units.len() as u64)).await;

    let places = Arc::new(Semaphore::new(UNITS_AT_ONCE));
    let mut running = JoinSet::new();
    for (session, collector, region, unit) in units {
        // Never closed, so a place always comes.
        let place = Arc::clone(&places).acquire_owned().await;
        let task = Task {
            scope: region.as_deref().map_or_else(|| session.home(), |region| session.scope(region)),
            session,
            wanted: Arc::clone(&wanted),
        };
        let output = output.clone();
        running.spawn(async move {
            run_unit(collector, task, unit, &output).await;
            drop(place);
        });
        while let Some(ended) = running.try_join_next() {
            rethrow(ended);
        }
    }
    while let Some(ended) = running.join_next().await {
        rethrow(ended);
    }
    Ok(Ended::Complete)
}

type Planned = (Arc<AccountSession>, &'static Collector, Option<String>, Unit);

fn units_of(session: &Arc<AccountSession>, wanted: &Wanted) -> Vec<Planned> {
    let mut units = Vec::new();
    for collector in collectors() {
        if !collector.kinds.iter().any(|kind| wanted.fields(kind).is_some()) {
            continue;
        }
        let regions: Vec<Option<String>> = match collector.reach {
            Reach::Account => vec![None],
            Reach::Region => session.regions().iter().cloned().map(Some).collect(),
        };
        for region in regions {
            let unit = Unit {
                account: session.account.id.clone(),
                region: region.clone().unwrap_or_else(|| GLOBAL.to_owned()),
                collector: collector.name.to_owned(),
            };
            units.push((Arc::clone(session), collector, region, unit));
        }
    }
    units
}

async fn run_unit(collector: &'static Collector, task: Task, unit: Unit, output: &mpsc::Sender<Collected>) {
    let outcome = (collector.run)(task).await;
    for (kind, result) in outcome {
        let listing = Listing {
            provider: kind.provider().to_owned(),
            account: unit.account.clone(),
            region: unit.region.clone(),
            kind: kind.name.to_owned(),
            outcome: result.map_or_else(ListingOutcome::Failed, |()| ListingOutcome::Complete),
        };
        let _ = output.send(Collected::Listing(listing)).await;
    }
    let _ = output.send(Collected::UnitFinished(unit)).await;
}

/// Enters the accounts that `options` name; those that refused come second.
pub(super) async fn enter_accounts(
    options: &Options,
    meter: Arc<Meter>,
    limits: &Arc<Limits>,
    output: &mpsc::Sender<Collected>,
) -> Result<(Vec<Arc<AccountSession>>, Vec<Refused>), ProviderError> {
    let base = session::base_config(options, meter).await?;
    if options.role_arns.is_empty() {
        let session = session::enter_base(options, base, limits, output).await?;
        return Ok((vec![Arc::new(session)], Vec::new()));
    }
    let (mut sessions, mut refused) = (Vec::new(), Vec::new());
    for role_arn in &options.role_arns {
        match session::enter_role(options, &base, role_arn, limits, output).await? {
            Ok(session) => sessions.push(Arc::new(session)),
            Err(one) => refused.push(one),
        }
    }
    if sessions.is_empty() {
        return Err(session::none_entered(&refused));
    }
    Ok((sessions, refused))
}

/// An account that nobody entered still has verdicts: every listing of it failed.
async fn report_refused(refused: &Refused, wanted: &Wanted, output: &mpsc::Sender<Collected>) {
    let failed = FailedCall {
        account: refused.account.clone(),
        region: GLOBAL.to_owned(),
        resource: None,
        failure: refused.failure.clone(),
    };
    let _ = output.send(Collected::Failure(failed)).await;
    for kind in wanted.types().filter_map(resource_type) {
        let listing = Listing {
            provider: kind.provider().to_owned(),
            account: refused.account.clone(),
            region: GLOBAL.to_owned(),
            kind: kind.name.to_owned(),
            outcome: ListingOutcome::Failed(refused.failure.clone()),
        };
        let _ = output.send(Collected::Listing(listing)).await;
    }
}

/// A panic in a collector is a mistake in the source and must not look like an empty account.
fn rethrow(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended
        && let Ok(panic) = error.try_into_panic()
    {
        std::panic::resume_unwind(panic);
    }
}
