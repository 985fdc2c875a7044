//! Asking a time-stamping authority.

use super::message::{self, Request, Response};
use super::token;
use der::{Decode, Encode};
use sha2::{Digest, Sha256};
use std::time::Duration;
use ureq::Agent;
use ureq::http::header::CONTENT_TYPE;

/// Answers are a few kilobytes; no honest one is larger.
const MAX_ANSWER: u64 = 64 * 1024;

/// How long to wait for an answer, in all.
const PATIENCE: Duration = Duration::from_secs(15);

/// A time-stamping authority. It is sent a hash and nothing else.
#[derive(Debug, Clone)]
pub struct Timestamper {
    url: String,
    agent: Agent,
}

/// Why there is no time stamp. Whether that stops anything is for the caller to decide.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no time stamp from {url}\n  why: {why}\n  next: try again later; what was signed stays valid and can be stamped afterwards"
)]
pub struct TimestampError {
    /// The authority.
    pub url: String,
    /// What went wrong.
    pub why: String,
}

impl Timestamper {
    /// An authority at an `http` or `https` address. Plain HTTP is usual: the answer is signed.
    ///
    /// # Errors
    /// If it is no such address.
    pub fn new(url: &str) -> Result<Self, TimestampError> {
        Self::with_patience(url, PATIENCE)
    }

    /// As [`Timestamper::new`], waiting so long at most for an answer.
    ///
    /// # Errors
    /// As [`Timestamper::new`].
    pub fn with_patience(url: &str, patience: Duration) -> Result<Self, TimestampError> {
        let known = url.split_once("://").is_some_and(|(scheme, rest)| {
            (scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) && !rest.is_empty()
        });
        if !known {
            let why = "this is no http:// or https:// address".to_owned();
            return Err(TimestampError { url: url.to_owned(), why });
        }
        let agent = Agent::config_builder()
            .timeout_global(Some(patience))
            .max_redirects(3)
            .user_agent(concat!("ciacm/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Ok(Self { url: url.to_owned(), agent })
    }

    /// The authority's address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A token over `data`, as DER. It was checked: it is of this data, answers this request, and is signed by the
    /// certificate that it brings. Whether the authority is to be trusted is for the verifier to say.
    ///
    /// # Errors
    /// If the authority is down, slow, refuses, or answers nonsense.
    pub fn stamp(&self, data: &[u8]) -> Result<Vec<u8>, TimestampError> {
        self.ask(&Sha256::digest(data).into()).map_err(|why| TimestampError { url: self.url.clone(), why })
    }

    fn ask(&self, digest: &[u8; 32]) -> Result<Vec<u8>, String> {
        let nonce = message::nonce().ok_or("the system gives no random numbers")?;
        let request = Request::new(digest, nonce).map_err(|error| error.to_string())?;
        let answer = self.post(&message::encode(&request).map_err(|error| error.to_string())?)?;
        let response = Response::from_der(&answer).map_err(|error| format!("the answer cannot be read: {error}"))?;
        if response.status.status > 1 {
            return Err(format!("the authority refused: {}", response.status.words()));
        }
        let token = response.token.ok_or("the answer holds no token")?;
        let token = token.to_der().map_err(|error| error.to_string())?;
        let (parsed, info) = token::read(&token).map_err(|error| error.to_string())?;
        if info.nonce != request.nonce {
            return Err("the answer is to another request: its nonce differs".to_owned());
        }
        if info.message_imprint != request.message_imprint
            && !same_but_null(&info.message_imprint, &request.message_imprint)
        {
            return Err("the answer stamps something else than was asked".to_owned());
        }
        match token::check(&parsed, &info, &[]) {
            // An algorithm that we do not know: the auditor's tools may.
            Ok(_) | Err(token::TokenError::NotChecked(_)) => Ok(token),
            Err(error) => Err(format!("the token does not hold: {error}")),
        }
    }

    fn post(&self, request: &[u8]) -> Result<Vec<u8>, String> {
        let mut answer = self
            .agent
            .post(&self.url)
            .header(CONTENT_TYPE, "application/timestamp-query")
            .send(request)
            .map_err(|error| error.to_string())?;
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if kind != "application/timestamp-reply" {
            return Err("the answer is no time stamp: its content type is not application/timestamp-reply".to_owned());
        }
        let body = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
        body.map_err(|error| match error {
            ureq::Error::BodyExceedsLimit(_) => format!("the answer is larger than {MAX_ANSWER} bytes"),
            error => error.to_string(),
        })
    }
}

/// Some authorities write the parameters of SHA-256 as NULL, others leave them out; both mean the same.
fn same_but_null(answer: &message::MessageImprint, asked: &message::MessageImprint) -> bool {
    answer.hash_algorithm.oid == asked.hash_algorithm.oid
        && answer.hash_algorithm.parameters.as_ref().is_none_or(der::Any::is_null)
        && answer.hashed_message == asked.hashed_message
}
