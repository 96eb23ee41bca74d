//! The trait of all operation builders.

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use uuid::Uuid;

use crate::client::api_version;
use crate::client::api_version::ApiVersion;
use crate::client::options::RequestOptions;
use crate::client::passthrough::Passthrough;
use crate::client::request::Request;
use crate::client::response::ResponseValue;
use crate::client::retry::RetryPolicy;
use crate::client::send::Receive;
use crate::client::transport::Transport;
use crate::error::Error;
use crate::operation::Operation;

/// A call of an operation that is being built.
///
/// Implemented by every operation builder. Import it for the methods that set options of a single call; the prelude of
/// an API version includes it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use meld_client_core::{Call, Error};
///
/// async fn print_status<C: Call>(call: C) -> Result<(), Error> {
///     let transport = call.transport().clone();
///     let request = call.with_timeout(Duration::from_secs(10)).into_request()?;
///     let response = C::send_request(&transport, request).await?;
///     println!("{}", response.status());
///     Ok(())
/// }
/// ```
///
/// A call of an operation that no version crate has:
///
/// ```
/// use meld_client_core::{Call, Error, Operation, Receive, Request, RequestOptions, Transport, serde_json};
///
/// static PING: Operation = Operation { path: "/ping", ..Operation::DEFAULT };
///
/// struct Ping(Transport, RequestOptions);
///
/// impl Call for Ping {
///     type Output = serde_json::Value;
///
///     const OPERATION: &'static Operation = &PING;
///
///     const RECEIVE: Receive<Self::Output> = Receive::send();
///
///     fn transport(&self) -> &Transport {
///         &self.0
///     }
///
///     fn options_mut(&mut self) -> &mut RequestOptions {
///         &mut self.1
///     }
///
///     fn into_request(self) -> Result<Request, Error> {
///         Ok(Request::with_options(&PING, self.1))
///     }
/// }
/// ```
pub trait Call: Sized + Send {
    /// The decoded body of the response.
    type Output: Send;

    /// The operation.
    const OPERATION: &'static Operation;

    /// The way in which [`send_request`](Self::send_request) receives the response.
    // A constant compiles much faster than a method with a future in each of a hundred implementations.
    const RECEIVE: Receive<Self::Output>;

    /// Returns the transport that sends the call.
    fn transport(&self) -> &Transport;

    /// Returns the options of the call.
    fn options_mut(&mut self) -> &mut RequestOptions;

    /// Returns the request without sending it. It can be stored, cloned and sent with [`Transport::send`]. If the
    /// operation takes an idempotency key, all clones have the same one.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if required values are missing, or
    /// values are not valid. The error names all of them ([`Error::invalid_fields`](crate::Error::invalid_fields)).
    fn into_request(self) -> Result<Request, Error>;

    /// Sends a request of this operation, such as the one of [`into_request`](Self::into_request).
    ///
    /// Define it only to send requests in another way, such as to a model of the service in a test.
    ///
    /// # Errors
    ///
    /// Returns an error as [`Transport::send`] does.
    fn send_request(
        transport: &Transport,
        request: Request,
    ) -> impl Future<Output = Result<ResponseValue<Self::Output>, Error>> + Send {
        transport.receive(request, Self::RECEIVE)
    }

    /// Sets the time limit of one attempt of this call, up to the end of the response.
    #[must_use]
    fn with_timeout(mut self, timeout: Duration) -> Self {
        self.options_mut().set_timeout(timeout);
        self
    }

    /// Sets the retry policy of this call.
    #[must_use]
    fn with_retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.options_mut().set_retry_policy(policy);
        self
    }

    /// Sets an extra header of this call, such as one that a gateway needs.
    ///
    /// It overrides the same header of the client. A header that the client sets itself, such as `Authorization` or
    /// `Content-Type`, fails the call with an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest)
    /// before anything is sent. An invalid header fails it too. See
    /// [`RequestOptions::set_header`](crate::RequestOptions::set_header).
    ///
    /// # Examples
    ///
    /// ```
    /// # use meld_client_core::Call;
    /// fn for_tenant<C: Call>(call: C, tenant: &str) -> C {
    ///     call.with_header("X-Tenant", tenant)
    /// }
    /// ```
    #[must_use]
    fn with_header<N, V>(mut self, name: N, value: V) -> Self
    where
        N: TryInto<HeaderName>,
        V: TryInto<HeaderValue>,
    {
        let options = self.options_mut();
        let result = options.set_header(name, value);
        options.keep_error(result);
        self
    }

    /// Sets the account of this call (header `Meld-Account-Id`), for the network-partner operations. Other operations
    /// do not send it. The parameter `account_id` of an operation overrides it.
    ///
    /// An account that is empty or contains whitespace fails the call with an error of kind
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) before anything is sent.
    #[must_use]
    fn with_account(mut self, account: impl Into<String>) -> Self {
        let options = self.options_mut();
        let result = options.set_account(account);
        options.keep_error(result);
        self
    }

    /// Sets a merchant's own credentials for this call. Operations that do not take them do not send them. The
    /// parameters of an operation, such as `passthrough_oauth`, override them.
    ///
    /// A credential that is empty or contains whitespace fails the call with an error of kind
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) before anything is sent.
    #[must_use]
    fn with_passthrough(mut self, passthrough: Passthrough) -> Self {
        let options = self.options_mut();
        let result = options.set_passthrough(passthrough);
        options.keep_error(result);
        self
    }

    /// Sets the idempotency key of this call, instead of a random one.
    ///
    /// Builders of operations that take a key have a method of the same name. This one is for generic code. An
    /// operation that takes no key fails with an error of kind
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) before anything is sent.
    #[must_use]
    fn idempotency_key(mut self, key: Uuid) -> Self {
        self.options_mut().set_idempotency_key(key);
        self
    }

    /// Sets the API version of this call: the header `Meld-Version`, as a date such as `"2026-05-01"`.
    ///
    /// It overrides the version that the operation and its parameters need
    /// ([`Request::meld_version`](crate::Request::meld_version)). Meld serves the newest version of the endpoint that is
    /// not newer; [`ResponseValue::version`] returns it.
    ///
    /// An invalid date fails the call with an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) before
    /// anything is sent.
    #[must_use]
    fn meld_version(mut self, version: impl TryInto<ApiVersion>) -> Self {
        let result = version.try_into().map_err(|_| api_version::invalid());
        let result = result.map(|version| self.options_mut().set_meld_version(version));
        self.options_mut().keep_error(result);
        self
    }
}

/// Sends the request of a call. The method `send` of each operation compiles faster if it does nothing else.
///
/// # Errors
///
/// Returns the error of the request, or an error as [`Call::send_request`] does.
#[doc(hidden)]
pub async fn send_call<C: Call>(
    transport: Transport,
    request: Result<Request, Error>,
) -> Result<ResponseValue<C::Output>, Error> {
    C::send_request(&transport, request?).await
}

/// Implements `send` and [`Call`] for a builder, with `Debug` output that omits its values, as they may be secret:
/// `call!(Quote, operations::QUOTE, send -> types::CryptoQuoteResponse)`. Doc comments before the name are added to
/// those of `send`.
#[doc(hidden)]
#[macro_export]
macro_rules! call {
    ($(#[$errors:meta])* $name:ident, $operation:path, $send:ident -> $response:ty) => {
        $crate::opaque!($name);

        impl $name {
            /// Sends the request. Nothing is sent before the future is polled.
            ///
            /// # Errors
            ///
            /// Returns an error if [`into_request`](Self::into_request) fails, no response arrives, Meld responds with
            /// an error status, or the body of the response cannot be decoded.
            ///
            $(#[$errors])*
            #[inline]
            pub fn send(
                self,
            ) -> impl ::core::future::Future<
                Output = ::core::result::Result<$crate::ResponseValue<$response>, $crate::Error>,
            > {
                let transport = self.transport.clone();
                $crate::send_call::<Self>(transport, self.into_request())
            }
        }

        impl $crate::Call for $name {
            type Output = $response;

            const OPERATION: &'static $crate::Operation = &$operation;

            const RECEIVE: $crate::Receive<$response> = $crate::Receive::$send();

            #[inline]
            fn transport(&self) -> &$crate::Transport {
                &self.transport
            }

            #[inline]
            fn options_mut(&mut self) -> &mut $crate::RequestOptions {
                &mut self.options
            }

            #[inline]
            fn into_request(self) -> ::core::result::Result<$crate::Request, $crate::Error> {
                $name::into_request(self)
            }
        }
    };
}
