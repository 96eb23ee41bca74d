//! Quotes of several payment methods, requested concurrently.

use std::fmt;

use futures_util::{StreamExt, stream};
use meld_client_core::{Call, Error};

use super::QuoteRequest;
use super::quotes::QuoteList;
use super::sessions::Quote;
use crate::codes::PaymentMethodId;

/// The default of [`QuotesByMethodCall::concurrency`].
const CONCURRENCY: usize = 4;

/// The `crypto` client of an API version with quotes, and its types for them.
///
/// [`QuotesByMethodExt`] has the methods.
pub trait QuoteClient {
    /// A quote, such as `v2026_02_03::crypto::types::CryptoQuote`.
    type Quote: Quote;
    /// The builder of a request for quotes.
    type CreateQuote: Call;
}

/// The operations of a version.
pub trait Quoting: QuoteClient<Quote: Send, CreateQuote: Call> {
    fn quote_call(&self, request: QuoteRequest) -> Self::CreateQuote;

    /// Returns the quotes, each with the payment method of the request if it names none itself.
    fn into_quotes(response: <Self::CreateQuote as Call>::Output, method: &PaymentMethodId) -> Vec<Self::Quote>;
}

/// Requests the quotes of several payment methods at once.
///
/// Implemented for the `crypto` client of API versions from 2025-03-04 on.
pub trait QuotesByMethodExt: Quoting + Sized {
    /// Requests the quotes of each payment method (operation `crypto-quote-get`), and merges them.
    ///
    /// Without a payment method, each provider quotes its own default only. Take the methods of the country from a
    /// [`Market`](crate::network_partner::Market::method_ids) or from
    /// [`Routes`](crate::network_partner::Routes::payment_methods). The payment method of the request itself is ignored.
    /// A quote that names no payment method gets the requested one, for its session.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(all(feature = "v2026-02-03", feature = "crypto", feature = "network_partner"))]
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = meld_sandbox::Sandbox::start().await?;
    /// # let meld = meld_client::Meld::builder();
    /// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use meld_client::Money;
    /// use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
    /// use meld_client::network_partner::{Catalog, Direction};
    /// use meld_client::v2026_02_03::prelude::*;
    ///
    /// let api = meld.v2026_02_03();
    /// let (usd, btc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("BTC")?);
    /// let market = Catalog::new(api.network_partner()).market(Direction::Buy, "US", usd.clone()).await?;
    /// let request = QuoteRequest::buy("US", Money::new(100, usd), btc);
    ///
    /// let all = api.crypto().create_quote_for_all_methods(request, market.method_ids()).send().await?;
    /// for quote in all.ranked() {
    ///     println!("{:?} by {:?}: {:?}", quote.service_provider, quote.payment_method_type, quote.destination());
    /// }
    /// for failed in &all.failures {
    ///     eprintln!("no quotes for {}: {}", failed.method, failed.error);
    /// }
    /// # assert!(all.best().is_some());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto", feature = "network_partner")))]
    /// # fn main() {}
    /// ```
    fn create_quote_for_all_methods(
        &self,
        request: QuoteRequest,
        methods: impl IntoIterator<Item = PaymentMethodId>,
    ) -> QuotesByMethodCall<Self> {
        let mut calls: Vec<(PaymentMethodId, Self::CreateQuote)> = Vec::new();
        for method in methods {
            if calls.iter().all(|(known, _)| *known != method) {
                let call = self.quote_call(request.clone().payment_method(method.clone()));
                calls.push((method, call));
            }
        }
        QuotesByMethodCall { calls, concurrency: CONCURRENCY }
    }
}

impl<C: Quoting> QuotesByMethodExt for C {}

/// Requests for the quotes of several payment methods. Returned by
/// [`create_quote_for_all_methods`](QuotesByMethodExt::create_quote_for_all_methods).
#[must_use = "call `send` to send the requests"]
pub struct QuotesByMethodCall<C: QuoteClient> {
    calls: Vec<(PaymentMethodId, C::CreateQuote)>,
    concurrency: usize,
}

impl<C: Quoting> QuotesByMethodCall<C> {
    /// Sets the number of requests at the same time. The default is 4; 0 counts as 1.
    pub fn concurrency(self, requests: usize) -> Self {
        Self { concurrency: requests.max(1), ..self }
    }

    /// Changes each request, for example by a parameter or a timeout.
    pub fn each(mut self, change: impl Fn(C::CreateQuote) -> C::CreateQuote) -> Self {
        self.calls = self.calls.into_iter().map(|(method, call)| (method, change(call))).collect();
        self
    }

    /// Sends the requests, and merges the quotes.
    ///
    /// # Errors
    ///
    /// Returns a [`QuotesByMethodError`] if all requests fail, or if there is no payment method. A failure of only some
    /// requests is in [`QuotesByMethod::failures`].
    pub async fn send(self) -> Result<QuotesByMethod<C::Quote>, QuotesByMethodError> {
        // The position keeps equal quotes in the order of the methods, whichever response arrives first.
        let sent = self
            .calls
            .into_iter()
            .enumerate()
            .map(|(position, (method, call))| async move { (position, method, crate::call::send(call).await) });
        let mut results: Vec<_> = stream::iter(sent).buffer_unordered(self.concurrency).collect().await;
        results.sort_unstable_by_key(|(position, ..)| *position);
        let mut merged = QuotesByMethod { quotes: Vec::new(), failures: Vec::new() };
        let mut has_response = false;
        for (_, method, result) in results {
            match result {
                Ok(response) => {
                    has_response = true;
                    merged.quotes.extend(C::into_quotes(response.into_inner(), &method));
                }
                Err(error) => merged.failures.push(FailedMethod { method, error }),
            }
        }
        if has_response { Ok(merged) } else { Err(QuotesByMethodError { failures: merged.failures }) }
    }
}

impl<C: QuoteClient> fmt::Debug for QuotesByMethodCall<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let methods: Vec<&PaymentMethodId> = self.calls.iter().map(|(method, _)| method).collect();
        formatter.debug_struct("QuotesByMethodCall").field("methods", &methods).finish_non_exhaustive()
    }
}

/// The merged quotes of several payment methods. [`QuotesExt`](super::QuotesExt) ranks them.
#[derive(Debug)]
#[non_exhaustive]
pub struct QuotesByMethod<Quote> {
    /// The quotes, in the order of the payment methods.
    pub quotes: Vec<Quote>,
    /// The payment methods without a response.
    pub failures: Vec<FailedMethod>,
}

/// A payment method whose request failed.
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedMethod {
    /// The payment method.
    pub method: PaymentMethodId,
    /// The error. A 404 means that no provider offers the exchange by this method.
    pub error: Error,
}

impl<Q: Quote> QuoteList for QuotesByMethod<Q> {
    type Quote = Q;

    fn quotes(&self) -> &[Q] {
        &self.quotes
    }
}

/// The requests of all payment methods failed, or there was none.
#[derive(Debug)]
#[non_exhaustive]
pub struct QuotesByMethodError {
    /// The payment methods with their errors. Empty if there was no payment method.
    pub failures: Vec<FailedMethod>,
}

impl fmt::Display for QuotesByMethodError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.failures.first() else {
            return formatter.write_str("there is no payment method to request quotes for");
        };
        let count = self.failures.len();
        write!(formatter, "no quotes for any of {count} payment methods; {}: {}", first.method, first.error)
    }
}

impl std::error::Error for QuotesByMethodError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.failures.first().map(|failed| &failed.error as _)
    }
}
