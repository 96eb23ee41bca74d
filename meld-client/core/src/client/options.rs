//! The options of one request.

use std::borrow::Cow;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use crate::client::api_version::ApiVersion;
use crate::client::header_names::extra_header;
use crate::client::passthrough::{Passthrough, plain_header};
use crate::client::retry::RetryPolicy;
use crate::error::{Error, ErrorKind};

/// The options of one [`Request`](crate::Request), which override the settings of its [`Transport`](crate::Transport).
///
/// Most callers set them by the methods of [`Call`](crate::Call). A parameter of the operation overrides the option of
/// the same name, and an option overrides the setting of the transport.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use meld_client_core::{RequestOptions, RetryPolicy};
///
/// let mut options = RequestOptions::default();
/// options.set_timeout(Duration::from_secs(60));
/// options.set_retry_policy(RetryPolicy::never());
/// options.set_header("X-Tenant", "acme")?;
/// assert_eq!(options.headers()["x-tenant"], "acme");
/// # Ok::<(), meld_client_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestOptions {
    timeout: Option<Duration>,
    retry_policy: Option<RetryPolicy>,
    time_left: Option<Duration>,
    meld_version: Option<ApiVersion>,
    /// In a box, because few calls have any of them, and all builders hold the options.
    rare: Option<Box<Rare>>,
}

/// The options that few calls have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rare {
    headers: HeaderMap,
    account: Option<String>,
    passthrough: Option<Passthrough>,
    idempotency_key: Option<Uuid>,
    /// The field and the reason of the first option that is not valid, which fails the call.
    invalid: Option<(Cow<'static, str>, String)>,
}

/// Setting options.
impl RequestOptions {
    /// Sets the time limit of one attempt, up to the end of the response.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    /// Sets the retry policy.
    pub fn set_retry_policy(&mut self, policy: RetryPolicy) {
        self.retry_policy = Some(policy);
    }

    /// Sets the API version: the header `Meld-Version`, instead of the version that the operation and its parameters
    /// need.
    pub fn set_meld_version(&mut self, version: ApiVersion) {
        self.meld_version = Some(version);
    }

    /// Sets an extra header, instead of any other value of it. A name with a word such as `key`, `token` or `secret`
    /// marks the value as sensitive.
    ///
    /// A header parameter of the operation overrides it.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](ErrorKind::InvalidRequest) if:
    ///
    /// - the name or the value is not valid
    /// - the client sets the header itself: `Authorization`, `Host`, `Content-…`, `Meld-Version`, `X-Idempotency-Key`
    ///   and the like. The error names the option to use.
    pub fn set_header<N, V>(&mut self, name: N, value: V) -> Result<(), Error>
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        let (name, value) = extra_header(name, value)?;
        self.rare_mut().headers.insert(name, value);
        Ok(())
    }

    /// Sets the account whose providers network-partner operations list (header `Meld-Account-Id`). Other operations do
    /// not send it.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](ErrorKind::InvalidRequest) if `account` is empty, or contains white
    /// space or characters that no header can carry.
    pub fn set_account(&mut self, account: impl Into<String>) -> Result<(), Error> {
        let account = account.into();
        if plain_header(&account).is_none() {
            return Err(Error::invalid("Meld-Account-Id", "must not be empty or contain whitespace"));
        }
        self.rare_mut().account = Some(account);
        Ok(())
    }

    /// Sets a merchant's own credentials, which are sent if the operation takes them.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](ErrorKind::InvalidRequest) if a credential is empty or cannot be
    /// sent as a header.
    pub fn set_passthrough(&mut self, passthrough: Passthrough) -> Result<(), Error> {
        passthrough.headers().map_err(|_| {
            Error::invalid("Meld-Passthrough", "must not have credentials that are empty or contain whitespace")
        })?;
        self.rare_mut().passthrough = Some(passthrough);
        Ok(())
    }

    /// Sets the idempotency key of the requests that are created with these options. It fails operations that take
    /// none, and has no effect on a request that exists.
    pub fn set_idempotency_key(&mut self, key: Uuid) {
        self.rare_mut().idempotency_key = Some(key);
    }

    /// Limits the request to the time that its caller has left, as polls do. No retry begins later, and no attempt
    /// lasts longer than `left`, or than 5 seconds if `left` is less. Stricter options and settings stay.
    pub fn set_time_left(&mut self, left: Duration) {
        self.time_left = Some(left);
    }

    /// Keeps the error of an option, which fails the call.
    pub(crate) fn keep_error(&mut self, result: Result<(), Error>) {
        let Err(error) = result else { return };
        if let ErrorKind::InvalidRequest { field, reason, .. } = error.kind() {
            self.rare_mut().invalid.get_or_insert_with(|| (field.clone(), reason.clone()));
        }
    }

    fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }
}

/// The options that are set.
impl RequestOptions {
    /// Returns the time limit of one attempt; `None` for that of the transport.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Returns the retry policy; `None` for that of the transport.
    #[must_use]
    pub fn retry_policy(&self) -> Option<RetryPolicy> {
        self.retry_policy
    }

    /// Returns the time that the caller has left; `None` if it is not limited.
    #[must_use]
    pub fn time_left(&self) -> Option<Duration> {
        self.time_left
    }

    /// Returns the API version; `None` for that of the transport, or that of the operation.
    #[must_use]
    pub fn meld_version(&self) -> Option<ApiVersion> {
        self.meld_version
    }

    /// Returns the extra headers. The values of credentials are marked as sensitive.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        static NONE: std::sync::LazyLock<HeaderMap> = std::sync::LazyLock::new(HeaderMap::new);
        self.rare.as_ref().map_or(&NONE, |rare| &rare.headers)
    }

    /// Returns the account; `None` for that of the transport.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.rare.as_ref()?.account.as_deref()
    }

    /// Returns a merchant's own credentials; `None` for those of the transport.
    #[must_use]
    pub fn passthrough(&self) -> Option<&Passthrough> {
        self.rare.as_ref()?.passthrough.as_ref()
    }

    /// Returns the idempotency key of new requests; `None` for a random one.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<Uuid> {
        self.rare.as_ref()?.idempotency_key
    }

    /// Returns the error of the first option that is not valid.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.rare.as_ref().and_then(|rare| rare.invalid.as_ref()) {
            Some((field, reason)) => Err(Error::invalid(field.clone(), reason.clone())),
            None => Ok(()),
        }
    }
}
