//! What the builders of all operations have in common.

use std::time::Duration;

use crate::{Error, Request, ResponseValue, Retries, Transport};

/// A call of an operation that is being built: what the types of a generated module `builder` are.
///
/// Code that works with any operation takes this trait; who calls one operation does not need it.
pub trait Call: Sized + Send {
    /// What the operation answers.
    type Answer: Send;

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
    /// When the request cannot be sent, the service answers with an error, or its answer cannot be
    /// read.
    fn send_request(
        transport: &Transport,
        request: Request,
    ) -> impl Future<Output = Result<ResponseValue<Self::Answer>, Error>> + Send;

    /// For this call, how long one attempt may take, up to the end of the answer.
    #[must_use]
    fn with_timeout(self, timeout: Duration) -> Self;

    /// For this call, when it is sent again.
    #[must_use]
    fn with_retries(self, retries: Retries) -> Self;
}

/// Makes a builder a [`Call`], with debug output without what was set, which may be secret:
/// `call!(Quote, send -> types::CryptoQuoteResponse)`.
#[doc(hidden)]
#[macro_export]
macro_rules! call {
    ($name:ident, $send:ident -> $answer:ty) => {
        $crate::opaque!($name);

        impl $name {
            /// For this call, how long one attempt may take, up to the end of the answer.
            pub fn with_timeout(mut self, timeout: ::core::time::Duration) -> Self {
                self.transport = self.transport.with_timeout(timeout);
                self
            }

            /// For this call, when it is sent again.
            pub fn with_retries(mut self, retries: $crate::Retries) -> Self {
                self.transport = self.transport.with_retries(retries);
                self
            }
        }

        impl $crate::Call for $name {
            type Answer = $answer;

            fn transport(&self) -> &$crate::Transport {
                &self.transport
            }

            fn into_request(self) -> ::core::result::Result<$crate::Request, $crate::Error> {
                $name::into_request(self)
            }

            async fn send_request(
                transport: &$crate::Transport,
                request: $crate::Request,
            ) -> ::core::result::Result<$crate::ResponseValue<$answer>, $crate::Error> {
                transport.$send(request).await
            }

            fn with_timeout(self, timeout: ::core::time::Duration) -> Self {
                $name::with_timeout(self, timeout)
            }

            fn with_retries(self, retries: $crate::Retries) -> Self {
                $name::with_retries(self, retries)
            }
        }
    };
}
