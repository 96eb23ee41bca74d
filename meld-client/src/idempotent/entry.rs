//! The fields of a stored request.

use std::time::Duration;

use meld_client_core::http::{HeaderName, HeaderValue};
use meld_client_core::{Decimal, Operation, Request, RequestOptions, RequestParts, RetryPolicy};

use super::key::IdempotencyKey;
use super::load_error::LoadError;
use super::store_error::StoreError;

/// The format of [`Entry`]. Every change of its fields needs another one.
pub(super) const FORMAT: u32 = 1;

#[derive(Clone, PartialEq)]
pub(super) struct Entry {
    format: u32,
    api_version: String,
    family: String,
    operation_id: String,
    path: String,
    query: Vec<Pair>,
    headers: Vec<Pair>,
    body: Option<String>,
    options: Options,
    without_api_key: bool,
    api_key_is_optional: bool,
    key: String,
    sent: bool,
}

meld_client_core::object! {
    sent Entry {
        format: "format",
        api_version: "apiVersion",
        family: "family",
        operation_id: "operationId",
        path: "path" secret,
        query: "query" secret,
        headers: "headers" secret,
        body: "body" secret,
        options: "options",
        without_api_key: "withoutApiKey",
        api_key_is_optional: "apiKeyIsOptional",
        key: "key",
        sent: "sent",
    }
}

#[derive(Clone, PartialEq)]
struct Pair {
    name: String,
    value: String,
}

meld_client_core::object! { sent Pair { name: "name", value: "value" secret } }

/// The options of a request. Durations are seconds.
#[derive(Clone, PartialEq)]
struct Options {
    timeout: Option<Decimal>,
    retry_policy: Option<Retries>,
    meld_version: Option<String>,
    headers: Vec<Pair>,
}

meld_client_core::object! {
    sent Options {
        timeout: "timeout" as_text,
        retry_policy: "retryPolicy",
        meld_version: "meldVersion",
        headers: "headers" secret,
    }
}

#[derive(Clone, PartialEq)]
struct Retries {
    max_retries: u32,
    initial_backoff: Decimal,
    max_backoff: Decimal,
    max_retry_after: Decimal,
    deadline: Decimal,
}

meld_client_core::object! {
    sent Retries {
        max_retries: "maxRetries",
        initial_backoff: "initialBackoff" as_text,
        max_backoff: "maxBackoff" as_text,
        max_retry_after: "maxRetryAfter" as_text,
        deadline: "deadline" as_text,
    }
}

impl Entry {
    pub(super) fn new(
        operation: &'static Operation,
        parts: RequestParts,
        key: &IdempotencyKey,
        sent: bool,
    ) -> Result<Self, StoreError> {
        let query = parts.query.into_iter().map(|(name, value)| Pair { name, value });
        let headers = parts.headers.iter().map(|(name, value)| Pair::of_header(name, value));
        Ok(Self {
            format: FORMAT,
            api_version: operation.version.to_owned(),
            family: operation.family.to_owned(),
            operation_id: operation.operation_id.to_owned(),
            path: parts.path,
            query: query.collect(),
            headers: headers.collect::<Result<_, StoreError>>()?,
            body: parts.body,
            options: Options::of(&parts.options)?,
            without_api_key: parts.is_without_key,
            api_key_is_optional: parts.key_is_optional,
            key: key.to_string(),
            sent,
        })
    }

    pub(super) fn is_of(&self, operation: &Operation) -> bool {
        (operation.version, operation.family, operation.operation_id)
            == (&*self.api_version, &*self.family, &*self.operation_id)
    }

    /// Returns API version, family and operationId, for errors.
    pub(super) fn operation_name(&self) -> String {
        format!("{} {} {}", self.api_version, self.family, self.operation_id)
    }

    pub(super) fn operation_id(&self) -> &str {
        &self.operation_id
    }

    pub(super) fn was_sent(&self) -> bool {
        self.sent
    }

    pub(super) fn key(&self) -> Result<IdempotencyKey, LoadError> {
        self.key.parse().map_err(|_| damaged("its key is not an idempotency key"))
    }

    pub(super) fn set_key(&mut self, key: &IdempotencyKey) {
        self.key = key.to_string();
    }

    /// Returns the request, without the headers that the client adds.
    pub(super) fn request(&self, operation: &'static Operation) -> Result<Request, LoadError> {
        let query = self.query.iter().map(|pair| (pair.name.clone(), pair.value.clone()));
        let headers = self.headers.iter().map(Pair::header);
        let parts = RequestParts {
            path: self.path.clone(),
            query: query.collect(),
            headers: headers.collect::<Result<_, LoadError>>()?,
            body: self.body.clone(),
            options: self.options.request_options()?,
            is_without_key: self.without_api_key,
            key_is_optional: self.api_key_is_optional,
        };
        Request::from_parts(operation, parts).map_err(|error| damaged(&error.to_string()))
    }
}

impl Pair {
    fn of_header(name: &HeaderName, value: &HeaderValue) -> Result<Self, StoreError> {
        let value = value
            .to_str()
            .map_err(|_| StoreError::NotStorable { reason: format!("the header `{name}` is not text") })?;
        Ok(Self { name: name.as_str().to_owned(), value: value.to_owned() })
    }

    fn header(&self) -> Result<(HeaderName, HeaderValue), LoadError> {
        let header = HeaderName::try_from(&self.name).ok().zip(HeaderValue::from_str(&self.value).ok());
        header.ok_or_else(|| damaged("a header cannot be sent"))
    }
}

impl Options {
    /// The account and the credentials of a call are among the headers of its request.
    fn of(options: &RequestOptions) -> Result<Self, StoreError> {
        let headers = options.headers().iter().map(|(name, value)| Pair::of_header(name, value));
        Ok(Self {
            timeout: options.timeout().map(seconds),
            retry_policy: options.retry_policy().map(Retries::of),
            meld_version: options.meld_version().map(|version| version.to_string()),
            headers: headers.collect::<Result<_, StoreError>>()?,
        })
    }

    fn request_options(&self) -> Result<RequestOptions, LoadError> {
        let mut options = RequestOptions::default();
        if let Some(timeout) = self.timeout {
            options.set_timeout(duration(timeout)?);
        }
        if let Some(policy) = &self.retry_policy {
            options.set_retry_policy(policy.retry_policy()?);
        }
        if let Some(version) = &self.meld_version {
            options.set_meld_version(version.parse().map_err(|_| damaged("its API version is not a date"))?);
        }
        for pair in &self.headers {
            let (name, value) = pair.header()?;
            options.set_header(name, value).map_err(|_| damaged("an extra header is not valid"))?;
        }
        Ok(options)
    }
}

impl Retries {
    fn of(policy: RetryPolicy) -> Self {
        let (max_retries, durations) = policy.parts();
        let [initial_backoff, max_backoff, max_retry_after, deadline] = durations.map(seconds);
        Self { max_retries, initial_backoff, max_backoff, max_retry_after, deadline }
    }

    fn retry_policy(&self) -> Result<RetryPolicy, LoadError> {
        Ok(RetryPolicy::default()
            .max_retries(self.max_retries)
            .initial_backoff(duration(self.initial_backoff)?)
            .max_backoff(duration(self.max_backoff)?)
            .max_retry_after(duration(self.max_retry_after)?)
            .deadline(duration(self.deadline)?))
    }
}

/// Returns a duration in seconds, with all digits.
fn seconds(duration: Duration) -> Decimal {
    let nanoseconds = i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX);
    Decimal::try_from_i128_with_scale(nanoseconds, 9).unwrap_or(Decimal::MAX).normalize()
}

fn duration(seconds: Decimal) -> Result<Duration, LoadError> {
    let whole = seconds.trunc();
    let nanoseconds = ((seconds - whole) * Decimal::from(1_000_000_000)).trunc();
    let parts = u64::try_from(whole).ok().zip(u32::try_from(nanoseconds).ok());
    let (whole, nanoseconds) = parts.ok_or_else(|| damaged("a duration is out of range"))?;
    Ok(Duration::new(whole, nanoseconds))
}

fn damaged(reason: &str) -> LoadError {
    LoadError::Damaged { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_keep_every_digit() {
        for (expected, text) in [
            (Duration::ZERO, "0"),
            (Duration::from_secs(30), "30"),
            (Duration::from_nanos(1_500_000_001), "1.500000001"),
            (Duration::MAX, "18446744073709551615.999999999"),
        ] {
            assert_eq!(seconds(expected).to_string(), text);
            assert_eq!(duration(seconds(expected)), Ok(expected));
        }
        assert!(duration(Decimal::from(-1)).is_err());
        assert!(duration(Decimal::MAX).is_err());
    }
}
