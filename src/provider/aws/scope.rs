//! One region of one account: its clients, and the way every call is made and judged.

use super::clients::Clients;
use super::stopwatch::Stopwatch;
use crate::inventory::resource::{GLOBAL, Place};
use crate::inventory::{ApiCall, CallFailure, Listing, ListingOutcome, Resource, ResourceType};
use crate::provider::{Collected, FailedCall};
use aws_smithy_async::future::pagination_stream::PaginationStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::{ErrorMetadata, ProvideErrorMetadata};
use aws_types::SdkConfig;
use aws_types::request_id::RequestId;
use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OnceCell, Semaphore, mpsc};

/// How many calls may be under way at once.
#[derive(Debug, Clone, Copy)]
pub struct Concurrency {
    /// In the whole scan.
    pub total: usize,
    /// To one service in one region of one account.
    pub by_service: usize,
}

impl Concurrency {
    /// So few calls at once that at `max_rate` requests a second none waits for its turn longer than a quarter of
    /// `call_timeout`: the time of an attempt begins before its turn comes.
    #[must_use]
    pub fn within(self, max_rate: Option<NonZeroU32>, call_timeout: Duration) -> Self {
        let Some(rate) = max_rate else { return self };
        let turns = u64::from(rate.get()).saturating_mul(call_timeout.as_secs()) / 4;
        Self { total: self.total.min(usize::try_from(turns).unwrap_or(usize::MAX).max(1)), ..self }
    }
}

/// What all scopes of a scan share.
#[derive(Debug)]
pub struct Limits {
    total: Semaphore,
    by_service: usize,
}

impl Limits {
    /// Limits for one scan.
    #[must_use]
    pub fn new(concurrency: Concurrency) -> Arc<Self> {
        Arc::new(Self { total: Semaphore::new(concurrency.total.max(1)), by_service: concurrency.by_service.max(1) })
    }
}

type Answer = Arc<OnceCell<Arc<dyn Any + Send + Sync>>>;

/// One region of one account.
#[derive(Debug)]
pub struct Scope {
    account: String,
    partition: String,
    api_region: String,
    /// The clients of this region.
    pub clients: Clients,
    limits: Arc<Limits>,
    by_service: Mutex<HashMap<String, Arc<Semaphore>>>,
    unreachable: Mutex<HashMap<String, CallFailure>>,
    /// Calls to each service that timed out, one after the other.
    silent: Mutex<HashMap<String, u32>>,
    answers: Mutex<HashMap<&'static str, Answer>>,
    /// The only resource that is wanted; every one, if none is named.
    only: Option<String>,
    /// Weak: what is remembered here may keep scopes alive, and the channel must close when collecting ends.
    output: mpsc::WeakSender<Collected>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // The maps behind these locks are never left half-changed, so a panic elsewhere does not spoil them.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Scope {
    /// A scope that calls `config`'s region.
    #[must_use]
    pub fn new(
        account: &str,
        partition: &str,
        config: SdkConfig,
        limits: Arc<Limits>,
        output: mpsc::WeakSender<Collected>,
    ) -> Self {
        let api_region = config.region().map(ToString::to_string).unwrap_or_default();
        Self {
            account: account.to_owned(),
            partition: partition.to_owned(),
            clients: Clients::new(config, account),
            api_region,
            limits,
            by_service: Mutex::default(),
            unreachable: Mutex::default(),
            silent: Mutex::default(),
            answers: Mutex::default(),
            only: None,
            output,
        }
    }

    /// The same scope, for one resource alone: others are not handed over, and what is asked about each is not asked.
    #[must_use]
    pub fn only_for(self, resource: Option<String>) -> Self {
        Self { only: resource, ..self }
    }

    /// True if this resource is wanted.
    #[must_use]
    pub fn concerns(&self, resource: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only == resource)
    }

    /// True if one resource alone is wanted, as it is now.
    #[must_use]
    pub const fn is_for_one(&self) -> bool {
        self.only.is_some()
    }

    /// The account id.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// `aws`, `aws-cn`, `aws-us-gov`, ...: the second part of ARNs.
    #[must_use]
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The region that is called; also for global services, which have one home region a partition.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.api_region
    }

    /// Makes one call and judges its answer; a failure is reported and returned.
    ///
    /// # Errors
    /// The failed call.
    pub async fn call<O, E>(
        &self,
        call: &ApiCall,
        request: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    ) -> Result<O, CallFailure>
    where
        O: RequestId,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let result = self.attempt(call, None, request, |output| Some(id_of(output))).await;
        self.report(None, result).await
    }

    /// Like [`Scope::call`], for a call about one resource, where some error codes mean "not configured".
    ///
    /// # Errors
    /// The failed call, if its code is not one of `absent`.
    pub async fn call_about<O, E>(
        &self,
        resource: &str,
        call: &ApiCall,
        absent: &[&str],
        request: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    ) -> Result<Option<O>, CallFailure>
    where
        O: RequestId,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let result = match self.attempt(call, Some(resource), request, |output| Some(id_of(output))).await {
            Ok(output) => Ok(Some(output)),
            Err(failure) if absent.contains(&failure.code.as_str()) => Ok(None),
            Err(failure) => Err(failure),
        };
        self.report(Some(resource), result).await
    }

    /// The next page of a paginated call; none after the last.
    ///
    /// # Errors
    /// The failed call.
    pub async fn page<O, E>(
        &self,
        call: &ApiCall,
        pages: &mut PaginationStream<Result<O, SdkError<E, HttpResponse>>>,
    ) -> Result<Option<O>, CallFailure>
    where
        O: RequestId,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.page_of(None, call, pages).await
    }

    /// Like [`Scope::page`], for a list that belongs to one resource.
    ///
    /// # Errors
    /// The failed call.
    pub async fn page_about<O, E>(
        &self,
        resource: &str,
        call: &ApiCall,
        pages: &mut PaginationStream<Result<O, SdkError<E, HttpResponse>>>,
    ) -> Result<Option<O>, CallFailure>
    where
        O: RequestId,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.page_of(Some(resource), call, pages).await
    }

    async fn page_of<O, E>(
        &self,
        resource: Option<&str>,
        call: &ApiCall,
        pages: &mut PaginationStream<Result<O, SdkError<E, HttpResponse>>>,
    ) -> Result<Option<O>, CallFailure>
    where
        O: RequestId,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        // After the last page nothing is asked.
        let next = async { pages.next().await.transpose() };
        let result = self.attempt(call, resource, next, |page| page.as_ref().map(id_of)).await;
        self.report(resource, result).await
    }

    /// Does `ask` the first time and remembers its answer for this scope: for calls that several collectors need.
    ///
    /// The answer must hold no scope: the two would keep each other and the output channel alive, and the scan waits for
    /// that channel's end.
    pub async fn once<T, F>(&self, key: &'static str, ask: impl FnOnce() -> F) -> Arc<T>
    where
        T: Send + Sync + 'static,
        F: Future<Output = T>,
    {
        let cell = Arc::clone(lock(&self.answers).entry(key).or_default());
        let answer = cell.get_or_init(|| async { Arc::new(ask().await) as Arc<dyn Any + Send + Sync> }).await;
        match Arc::clone(answer).downcast::<T>() {
            Ok(answer) => answer,
            // A key names one question, so one type; asking two under one key is a mistake in the source.
            Err(_) => unreachable!("`{key}` was asked for two types"),
        }
    }

    /// Hands a resource over.
    pub async fn emit<T: serde::Serialize>(&self, kind: &'static ResourceType, place: Place, readings: &T) {
        if !self.concerns(&place.id) {
            return;
        }
        self.hand_over(Collected::Resource(Resource::new(kind, place, readings))).await;
    }

    /// Says that all resources of a type in this region were handed over: for a collector that is asked once an
    /// account and finds resources of many regions. Findings on what is gone are closed region by region.
    pub async fn listed(&self, kind: &'static ResourceType) {
        let listing = Listing {
            provider: kind.provider().to_owned(),
            account: self.account.clone(),
            region: self.api_region.clone(),
            kind: kind.name.to_owned(),
            outcome: ListingOutcome::Complete,
        };
        self.hand_over(Collected::Listing(listing)).await;
    }

    async fn hand_over(&self, collected: Collected) {
        // A closed channel means that the scan is being stopped; what comes late is not wanted.
        if let Some(output) = self.output.upgrade() {
            let _ = output.send(collected).await;
        }
    }

    /// A place in this region.
    #[must_use]
    pub fn place(&self, id: impl Into<String>, name: Option<String>, tags: BTreeMap<String, String>) -> Place {
        Place { account: self.account.clone(), region: self.api_region.clone(), id: id.into(), name, tags }
    }

    /// A place that belongs to the whole account.
    #[must_use]
    pub fn global_place(&self, id: impl Into<String>, name: Option<String>, tags: BTreeMap<String, String>) -> Place {
        Place { region: GLOBAL.to_owned(), ..self.place(id, name, tags) }
    }

    async fn report<O>(&self, resource: Option<&str>, result: Result<O, CallFailure>) -> Result<O, CallFailure> {
        if let Err(failure) = &result {
            let failed = FailedCall {
                account: self.account.clone(),
                region: self.api_region.clone(),
                resource: resource.map(ToOwned::to_owned),
                failure: failure.clone(),
            };
            self.hand_over(Collected::Failure(failed)).await;
        }
        result
    }

    /// Makes a call and hands over its record. `made` answers nothing if there was nothing to ask, else the request id.
    async fn attempt<O, E>(
        &self,
        call: &ApiCall,
        resource: Option<&str>,
        request: impl Future<Output = Result<O, SdkError<E, HttpResponse>>>,
        made: impl FnOnce(&O) -> Option<Option<String>>,
    ) -> Result<O, CallFailure>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let service = call.name.split(':').next().unwrap_or_default();
        let of_service = Arc::clone(
            lock(&self.by_service)
                .entry(service.to_owned())
                .or_insert_with(|| Arc::new(Semaphore::new(self.limits.by_service))),
        );
        // The semaphores are never closed, so acquiring cannot fail.
        let of_service = of_service.acquire().await;
        let of_scan = self.limits.total.acquire().await;
        if let Some(known) = lock(&self.unreachable).get(service) {
            return Err(CallFailure {
                call: call.name.to_owned(),
                permission: call.permissions.join(", "),
                ..known.clone()
            });
        }
        let stopwatch = Stopwatch::start();
        let answer = request.await;
        let request_id = match &answer {
            Ok(output) => made(output),
            Err(error) => Some(id_of(error)),
        };
        // Others may call while the record waits to be taken.
        drop((of_service, of_scan));
        let result = answer.map_err(|error| judge(call, &error));
        self.remember_silence(service, result.as_ref().err());
        if let Some(request_id) = request_id {
            let failure = result.as_ref().err();
            let record = stopwatch.record(call, &self.account, &self.api_region, resource, request_id, failure);
            self.hand_over(Collected::Call(record)).await;
        }
        result
    }

    /// A service that nobody answers for in this region is not asked again and again: each call would take its time.
    fn remember_silence(&self, service: &str, failure: Option<&CallFailure>) {
        let mut silent = lock(&self.silent);
        let timeouts = silent.entry(service.to_owned()).or_default();
        *timeouts = if failure.is_some_and(|failure| failure.code == TIMEOUT) { *timeouts + 1 } else { 0 };
        if let Some(failure) = failure
            && (failure.code == UNREACHABLE || *timeouts >= TIMEOUTS_TOLERATED)
        {
            lock(&self.unreachable).insert(service.to_owned(), failure.clone());
        }
    }
}

/// Our code for a service that does not answer in a region: no address, no connection, no TLS.
pub const UNREACHABLE: &str = "Unreachable";
/// After so many calls in a row that timed out, a service counts as unreachable in that region.
const TIMEOUTS_TOLERATED: u32 = 3;
/// Our code for a call that took too long.
pub const TIMEOUT: &str = "Timeout";
const MESSAGE_LIMIT: usize = 300;

/// The id that the provider gave to a request; none if it gave no answer.
pub fn id_of(answer: &impl RequestId) -> Option<String> {
    answer.request_id().map(ToOwned::to_owned)
}

/// Turns an SDK error into a failure: code, one-line message, missing permission.
pub fn judge<E>(call: &ApiCall, error: &SdkError<E, HttpResponse>) -> CallFailure
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let (code, message) = match error {
        SdkError::ServiceError(service) => {
            let error = service.err();
            let message = error.message().map_or_else(|| "the service gave no message".to_owned(), ToOwned::to_owned);
            match error.code() {
                Some(code) => (code.to_owned(), message),
                // An answer that the SDK could not parse; the reason stands below its error.
                None if error.source().is_some_and(|cause| !cause.is::<ErrorMetadata>()) => {
                    ("UnexpectedAnswer".to_owned(), innermost(error))
                }
                None => ("UnknownError".to_owned(), message),
            }
        }
        SdkError::TimeoutError(_) => (TIMEOUT.to_owned(), "no answer in time".to_owned()),
        SdkError::DispatchFailure(dispatch) => {
            let cause = dispatch.as_connector_error().map_or_else(String::new, |error| innermost(error));
            if dispatch.is_timeout() || dispatch.is_io() || dispatch.is_user() {
                (UNREACHABLE.to_owned(), cause)
            } else {
                // Everything else that never left the machine: mostly credentials that could not be had.
                ("DispatchFailure".to_owned(), cause)
            }
        }
        SdkError::ResponseError(_) => ("UnexpectedAnswer".to_owned(), innermost(error)),
        _ => ("RequestNotBuilt".to_owned(), innermost(error)),
    };
    CallFailure {
        call: call.name.to_owned(),
        code,
        message: one_line(&message),
        permission: call.permissions.join(", "),
    }
}

/// The message of the innermost cause, which says most.
pub fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn one_line(message: &str) -> String {
    let mut line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = line.char_indices().nth(MESSAGE_LIMIT) {
        line.truncate(cut);
        line.push('…');
    }
    line
}
