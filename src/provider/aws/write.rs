//! Making write calls: from the JSON of a plan to the SDK, once, and what became of it.

use super::Scope;
use super::scope::judge;
use crate::inventory::{ApiCall, CallFailure};
use crate::remediation::cloud::{Certainty, WriteFailure};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;
use serde_json::{Map, Value};
use std::pin::Pin;

/// What a write call comes to.
pub type Written = Result<Value, WriteFailure>;

/// What a call comes to, when it has.
pub type Writing<'a> = Pin<Box<dyn Future<Output = Written> + Send + 'a>>;

/// A write call that this provider can make.
#[derive(Clone, Copy)]
pub struct WriteCall {
    /// `service:Operation`.
    pub name: &'static str,
    /// Makes it.
    pub run: for<'a> fn(&'a Scope, Parameters<'a>) -> Writing<'a>,
}

/// Names write calls and the functions that make them.
macro_rules! write_calls {
    ($($name:literal => $run:ident),+ $(,)?) => {
        /// The write calls of this service.
        pub const WRITES: &[$crate::provider::aws::write::WriteCall] = &[
            $($crate::provider::aws::write::WriteCall { name: $name, run: |scope, parameters| Box::pin($run(scope, parameters)) }),+
        ];
    };
}
pub(crate) use write_calls;

/// The parameters of a write call, in the shape of the API.
#[derive(Debug, Clone, Copy)]
pub struct Parameters<'a> {
    call: &'a str,
    value: &'a Value,
}

impl<'a> Parameters<'a> {
    /// The parameters of that call.
    #[must_use]
    pub const fn new(call: &'a str, value: &'a Value) -> Self {
        Self { call, value }
    }

    /// The text of that name.
    ///
    /// # Errors
    /// If it is not given; nothing is guessed in its place.
    pub fn text(&self, name: &str) -> Result<&'a str, WriteFailure> {
        self.given_text(name).ok_or_else(|| self.missing(name))
    }

    /// The text of that name, if it is given.
    #[must_use]
    pub fn given_text(&self, name: &str) -> Option<&'a str> {
        self.value.get(name).and_then(Value::as_str)
    }

    /// The switch of that name.
    ///
    /// # Errors
    /// If it is not given.
    pub fn switch(&self, name: &str) -> Result<bool, WriteFailure> {
        self.given_switch(name).ok_or_else(|| self.missing(name))
    }

    /// The switch of that name, if it is given.
    #[must_use]
    pub fn given_switch(&self, name: &str) -> Option<bool> {
        self.value.get(name).and_then(Value::as_bool)
    }

    /// The number of that name.
    ///
    /// # Errors
    /// If it is not given.
    pub fn number(&self, name: &str) -> Result<i32, WriteFailure> {
        self.given_number(name).ok_or_else(|| self.missing(name))
    }

    /// The number of that name, if it is given.
    #[must_use]
    pub fn given_number(&self, name: &str) -> Option<i32> {
        self.value.get(name).and_then(Value::as_i64).and_then(|number| i32::try_from(number).ok())
    }

    /// The texts of the list of that name.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        let items = self.value.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
    }

    /// The texts of the list of that name, if it is given.
    #[must_use]
    pub fn given_texts(&self, name: &str) -> Option<Vec<String>> {
        self.value.get(name).is_some_and(Value::is_array).then(|| self.texts(name))
    }

    /// The object of that name.
    ///
    /// # Errors
    /// If it is not given.
    pub fn object(&self, name: &str) -> Result<Self, WriteFailure> {
        let value = self.value.get(name).filter(|value| value.is_object()).ok_or_else(|| self.missing(name))?;
        Ok(Self { value, ..*self })
    }

    /// The objects of the list of that name.
    pub fn objects(&self, name: &str) -> impl Iterator<Item = Self> {
        let items = self.value.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        items.iter().map(|value| Self { value, ..*self })
    }

    fn missing(&self, name: &str) -> WriteFailure {
        refused(self.call, "MissingParameter", format!("the plan gives no {name}"))
    }

    /// Parameters of which the SDK makes no request.
    #[must_use]
    pub fn unusable(&self, why: impl std::fmt::Display) -> WriteFailure {
        refused(self.call, "UnusableParameter", why.to_string())
    }

    /// What became of the request; of a call that answers nothing of use.
    ///
    /// # Errors
    /// If it did not answer that it was done.
    pub fn done<O: RequestId, E>(&self, result: Result<O, SdkError<E, HttpResponse>>) -> Written
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.answered(result, |_| Map::new())
    }

    /// What became of the request, and what of its answer undoing it takes.
    ///
    /// # Errors
    /// If it did not answer that it was done.
    pub fn answered<O: RequestId, E>(
        &self,
        result: Result<O, SdkError<E, HttpResponse>>,
        pick: impl FnOnce(&O) -> Map<String, Value>,
    ) -> Written
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        match result {
            Ok(answer) => {
                let mut output = pick(&answer);
                if let Some(id) = answer.request_id() {
                    output.insert("RequestId".to_owned(), id.into());
                }
                Ok(Value::Object(output))
            }
            Err(error) => {
                let certainty = certainty(&error);
                let api = ApiCall::new("", &[]);
                let failure = CallFailure { call: self.call.to_owned(), ..judge(&api, &error) };
                Err(WriteFailure { failure, certainty })
            }
        }
    }
}

/// Error codes that mean: later.
const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "SlowDown",
    "PriorRequestNotComplete",
    "BandwidthLimitExceeded",
];

fn certainty<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Certainty {
    match error {
        SdkError::ConstructionFailure(_) => Certainty::Refused,
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            match service.err().code() {
                Some(code) if THROTTLED.contains(&code) => Certainty::Throttled,
                // An answer without a code, or an error on their side, says nothing of what was done.
                None => Certainty::Unknown,
                Some(_) if status >= 500 && status != 501 => Certainty::Unknown,
                Some(_) => Certainty::Refused,
            }
        }
        _ => Certainty::Unknown,
    }
}

/// A call that was not made.
#[must_use]
pub fn refused(call: &str, code: &str, message: String) -> WriteFailure {
    let failure = CallFailure { call: call.to_owned(), code: code.to_owned(), message, permission: String::new() };
    WriteFailure { failure, certainty: Certainty::Refused }
}
