//! The one HTTP client of all AWS calls: counts every request, caps their rate, resolves `*.localhost`.

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Builder, Connector, tls};
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Counts requests and spaces them out.
#[derive(Debug)]
pub struct Meter {
    requests: AtomicU64,
    interval: Option<Duration>,
    next_slot: Mutex<Instant>,
}

impl Meter {
    /// A meter that lets at most `max_rate` requests start in a second.
    #[must_use]
    pub fn new(max_rate: Option<NonZeroU32>) -> Arc<Self> {
        Arc::new(Self {
            requests: AtomicU64::new(0),
            interval: max_rate.map(|rate| Duration::from_secs(1) / rate.get()),
            next_slot: Mutex::new(Instant::now()),
        })
    }

    /// HTTP requests so far, retries included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    async fn admit(&self) {
        if let Some(interval) = self.interval {
            let slot = {
                let mut next_slot = self.next_slot.lock().await;
                let slot = (*next_slot).max(Instant::now());
                *next_slot = slot + interval;
                slot
            };
            tokio::time::sleep_until(slot).await;
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
    }
}

/// The HTTP client of a scan. `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are obeyed.
#[must_use]
pub fn client(meter: Arc<Meter>) -> SharedHttpClient {
    let inner = Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder().proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
            .build_with_resolver(Resolver)
    });
    SharedHttpClient::new(MeteredClient { inner, meter })
}

#[derive(Debug)]
struct MeteredClient {
    inner: SharedHttpClient,
    meter: Arc<Meter>,
}

impl HttpClient for MeteredClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(MeteredConnector {
            inner: self.inner.http_connector(settings, components),
            meter: Arc::clone(&self.meter),
        })
    }
}

#[derive(Debug)]
struct MeteredConnector {
    inner: SharedHttpConnector,
    meter: Arc<Meter>,
}

impl HttpConnector for MeteredConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let inner = self.inner.clone();
        let meter = Arc::clone(&self.meter);
        HttpConnectorFuture::new(async move {
            meter.admit().await;
            inner.call(request).await
        })
    }
}

/// The system's resolver, but for the names of emulators: what is under `.localhost` is the loopback address (RFC 6761,
/// section 6.3), and a label before an IPv4 address is that address. The S3 Control API puts the account id before the
/// host name, which an endpoint such as `http://localhost:5000` or `http://127.0.0.1:5000` must survive.
#[derive(Debug, Clone)]
struct Resolver;

impl ResolveDns for Resolver {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        if let Some(address) = emulator_address(name) {
            return DnsFuture::ready(Ok(vec![address]));
        }
        let name = name.to_owned();
        DnsFuture::new(async move {
            let addresses = tokio::net::lookup_host((name, 0)).await.map_err(ResolveDnsError::new)?;
            Ok(addresses.map(|address| address.ip()).collect())
        })
    }
}

fn emulator_address(name: &str) -> Option<IpAddr> {
    if name == "localhost" || name.ends_with(".localhost") {
        return Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let (_, rest) = name.split_once('.')?;
    rest.parse().ok().map(IpAddr::V4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_ids_before_an_emulators_host_are_resolved() {
        let loopback = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
        assert_eq!(emulator_address("localhost"), loopback);
        assert_eq!(emulator_address("123456789012.localhost"), loopback);
        assert_eq!(emulator_address("123456789012.127.0.0.1"), loopback);
        assert_eq!(emulator_address("s3.eu-west-1.amazonaws.com"), None);
        assert_eq!(emulator_address("localhost.example.com"), None);
    }
}
