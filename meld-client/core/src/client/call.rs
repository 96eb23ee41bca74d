//! What the builders of all operations have in common.

use std::time::Duration;

use crate::{Error, Request, ResponseValue, RetryPolicy, Transport};

/// A call of an operation that is being built: what the types of a generated module `builder` are.
///
/// Code that works with any operation takes this trait; who calls one operation does not need it.
pub trait Call: Sized + Send {
    /// What the operation responds.
    type Output: Send;

    /// What the call is sent through.
    fn transport(&self) -> &Transport;

    /// The request, without sending it. It can be kept, cloned and sent with [`Transport::send`]; if
    /// the operation takes an idempotency key, then all clones have the same.
    ///
    /// # Errors
    /// When a required value is missing or a value cannot be sent; the error names it.
    fn into_request(self) -> Result<Request, Error>;

    /// Sends a request of this operation, such as the one of [`into_request`](Self::into_request).
    ///
    /// # Errors
    /// When the request cannot be sent, the service responds with an error, or its response cannot be
    /// read.
    fn send_request(
        transport: &Transport,
        request: Request,
    ) -> impl Future<Output = Result<ResponseValue<Self::Output>, Error>> + Send;

    /// For this call, how long one attempt may take, up to the end of the response.
    #[must_use]
    fn with_timeout(self, timeout: Duration) -> Self;

    /// For this call, when it is sent again.
    #[must_use]
    fn with_retry_policy(self, policy: RetryPolicy) -> Self;
}

/// Makes a builder a [`Call`], with debug output without what was set, which may be secret:
/// `call!(Quote, send -> types::CryptoQuoteResponse)`.
#[doc(hidden)]
#[macro_export]
macro_rules! call {
    ($name:ident, $send:ident -> $response:ty) => {
        $crate::opaque!($name);

        impl $name {
            /// For this call, how long one attempt may take, up to the end of the response.
            pub fn with_timeout(mut self, timeout: ::core::time::Duration) -> Self {
                self.transport = self.transport.with_timeout(timeout);
                self
            }

            /// For this call, when it is sent again.
            pub fn with_retry_policy(mut self, policy: $crate::RetryPolicy) -> Self {
                self.transport = self.transport.with_retry_policy(policy);
                self
            }
        }

        impl $crate::Call for $name {
            type Output = $response;

            fn transport(&self) -> &$crate::Transport {
                &self.transport
            }

            fn into_request(self) -> ::core::result::Result<$crate::Request, $crate::Error> {
                $name::into_request(self)
            }

            async fn send_request(
                transport: &$crate::Transport,
                request: $crate::Request,
            ) -> ::core::result::Result<$crate::ResponseValue<$response>, $crate::Error> {
                transport.$send(request).await
            }

            fn with_timeout(self, timeout: ::core::time::Duration) -> Self {
                $name::with_timeout(self, timeout)
            }

            fn with_retry_policy(self, policy: $crate::RetryPolicy) -> Self {
                $name::with_retry_policy(self, policy)
            }
        }
    };
}
