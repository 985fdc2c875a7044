//! A bucket that keeps copies of checkpoints. The one place that writes to S3.

use super::Options;
use super::clients::Clients;
use super::scope::{Concurrency, innermost};
use super::session::{DEFAULT_CONNECT_TIMEOUT, base_config};
use super::transport::Meter;
use crate::provider::ProviderError;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::runtime::Runtime;

/// A bucket, reached with the credentials of the environment.
#[derive(Debug)]
pub struct Bucket {
    name: String,
    clients: Clients,
    runtime: Runtime,
}

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It was not there, and is now.
    New,
    /// It was there with the same bytes.
    Same,
    /// It is there with other bytes, which stay.
    Other,
}

impl Bucket {
    /// The bucket of that name.
    ///
    /// # Errors
    /// If the configuration of AWS cannot be used.
    pub fn connect(name: &str) -> Result<Self, ProviderError> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| ProviderError {
                what: format!("the bucket {name} cannot be reached"),
                why: error.to_string(),
                next: "run the command again".to_owned(),
            })?;
        let options = Options {
            profile: None,
            regions: Vec::new(),
            role_arns: Vec::new(),
            began_with: Vec::new(),
            external_id: None,
            session_name: "ciacm".to_owned(),
            endpoint_url: None,
            max_rate: None,
            max_attempts: const { NonZeroU32::new(4).expect("it is not zero") },
            concurrency: Concurrency { total: 1, by_service: 1 },
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            call_timeout: Duration::from_secs(30),
        };
        let config = runtime.block_on(base_config(&options, Meter::new(None)))?;
        Ok(Self { name: name.to_owned(), clients: Clients::new(config, ""), runtime })
    }

    /// Writes an object, unless there is one of that name.
    ///
    /// # Errors
    /// If it cannot be written, or read where there is one.
    pub fn keep(&self, key: &str, bytes: &[u8]) -> Result<Kept, ProviderError> {
        self.runtime.block_on(async {
            let put = self.clients.s3().put_object().bucket(&self.name).key(key);
            let put = put.if_none_match("*").body(ByteStream::from(bytes.to_vec())).send().await;
            let Err(error) = put else { return Ok(Kept::New) };
            // The other code is of two who write at once.
            if !matches!(error.code(), Some("PreconditionFailed" | "ConditionalRequestConflict")) {
                return Err(self.refused("s3:PutObject", key, error.code(), &innermost(&error)));
            }
            let got = self.clients.s3().get_object().bucket(&self.name).key(key).send().await;
            let got = got.map_err(|error| self.refused("s3:GetObject", key, error.code(), &innermost(&error)))?;
            let there = got
                .body
                .collect()
                .await
                .map_err(|error| self.refused("s3:GetObject", key, None, &error.to_string()))?;
            Ok(if there.into_bytes() == bytes { Kept::Same } else { Kept::Other })
        })
    }

    fn refused(&self, call: &str, key: &str, code: Option<&str>, message: &str) -> ProviderError {
        ProviderError {
            what: format!("s3://{}/{key} cannot be written", self.name),
            why: format!("{call}: {}{message}", code.map(|code| format!("{code}: ")).unwrap_or_default()),
            next: format!("check the bucket's name and region (AWS_REGION), the credentials, and grant {call}"),
        }
    }
}
