//! Stubs as tests add them.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::error::Error;
use crate::sandbox::Sandbox;
use crate::server::Server;
use crate::specs::Operation;
use crate::stubs::registry::Stubs;
use crate::stubs::rule::StubRule;
use crate::stubs::{StubResponse, UnmetStubs};

impl Sandbox {
    /// Returns a builder for a stub of an operation: responses in place of those of the mock server.
    ///
    /// The operation is an operationId (`crypto-quote-get`), a path, or a method and path (`POST /payments/crypto/quote`),
    /// in which `*` matches any text. The metadata of `meld-client` is one, too: `&operations::CREATE_QUOTE`. Stubs apply
    /// to valid requests with the API key; the mock server refuses all others as usual.
    ///
    /// The first stub that matches a call responds. Calls that no stub takes get the response of the mock server, unless
    /// [`Builder::only_stubs`](crate::Builder::only_stubs) is set.
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use meld_sandbox::{Sandbox, StubResponse};
    /// use serde_json::json;
    ///
    /// let sandbox = Sandbox::start().await?;
    /// let quotes = sandbox
    ///     .on("POST /payments/crypto/quote")
    ///     .body(json!({ "sourceCurrencyCode": "USD" }))
    ///     .respond(json!({ "quotes": [] }))
    ///     .then(StubResponse::error("QUOTE_TIMEOUT"))
    ///     .add()?;
    /// // … the code under test
    /// # drop(quotes);
    /// # sandbox.clear_stubs();
    /// sandbox.check_stubs()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on(&self, operation: impl fmt::Display) -> StubBuilder<'_> {
        let (server, operations) = (self.server(), self.operations());
        StubBuilder { server, operations, rule: StubRule::new(operation.to_string()), problem: None }
    }

    /// Returns an error if a stub was called less often than declared, or if no stub took a call of a stubbed operation.
    ///
    /// Each response must be used once, or as often as [`times`](StubBuilder::times) says. Calls beyond
    /// [`nth`](StubBuilder::nth) and [`probability`](StubBuilder::probability) are expected. Call it at the end of a test.
    ///
    /// # Errors
    ///
    /// Returns [`UnmetStubs`] with a line for each such stub and call.
    pub fn check_stubs(&self) -> Result<(), UnmetStubs> {
        self.server().stubs(|stubs| stubs.check())
    }

    /// Removes all stubs, and forgets unexpected calls.
    pub fn clear_stubs(&self) {
        self.server().stubs(Stubs::clear);
    }
}

/// Builder for a stub, from [`Sandbox::on`]. Without a condition, all calls of the operation match.
#[must_use = "a stub has no effect until it is added"]
pub struct StubBuilder<'a> {
    server: &'a Arc<Server>,
    operations: &'a [Operation],
    rule: StubRule,
    /// The first mistake, which `add` reports.
    problem: Option<Error>,
}

impl fmt::Debug for StubBuilder<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("StubBuilder").field(&format_args!("{}", self.rule)).finish()
    }
}

impl StubBuilder<'_> {
    /// Limits the stub to calls with this value of a path parameter.
    pub fn path(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.rule.path.insert(name.into(), value.to_string());
        self
    }

    /// Limits the stub to calls with this value of a query parameter.
    pub fn query(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.rule.query.insert(name.into(), value.to_string());
        self
    }

    /// Limits the stub to calls whose JSON body has these fields, and any others. Lists must be equal.
    pub fn body(mut self, fields: impl Serialize) -> Self {
        match serde_json::to_value(fields) {
            Ok(fields) => self.rule.body = Some(fields),
            Err(error) => self.fail(format!("the body cannot be serialized: {error}")),
        }
        self
    }

    /// Limits the stub to one of the matching calls, counted from 1.
    pub fn nth(mut self, nth: u64) -> Self {
        self.rule.nth = Some(nth);
        self
    }

    /// Limits the stub to a share of the matching calls: a probability from 0 to 1, by the seed.
    pub fn probability(mut self, probability: f64) -> Self {
        self.rule.probability = Some(probability);
        self
    }

    /// Adds a success with this body, which must conform to the spec; see [`StubResponse::success`].
    pub fn respond(self, body: impl Serialize) -> Self {
        self.then(StubResponse::success(body))
    }

    /// Adds a response with any status and body; see [`StubResponse::json`].
    pub fn respond_json(self, status: u16, body: Value) -> Self {
        self.then(StubResponse::json(status, body))
    }

    /// Adds the response to the next call. The last response is repeated, unless [`times`](Self::times) limits it.
    pub fn then(mut self, response: StubResponse) -> Self {
        self.rule.responses.push(response);
        self
    }

    /// Repeats the last added response for exactly this number of calls.
    pub fn times(mut self, times: u64) -> Self {
        match self.rule.responses.last_mut() {
            Some(response) => response.times = Some(times),
            None => self.fail("`times` follows a response".to_owned()),
        }
        self
    }

    /// Adds the stub to the server.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Stub`] if the stub can never apply or its responses cannot be sent:
    ///
    /// - no operation, parameter or field of the body has the name; the message has the nearest;
    /// - `nth` or `times` is 0, or the probability is not from 0 to 1;
    /// - there is no response, or one does not conform to the spec, or has an undocumented error code.
    pub fn add(self) -> Result<Stub, Error> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        self.rule.validate(self.operations)?;
        let id = self.server.stubs(|stubs| stubs.add(self.rule, self.server.seed));
        Ok(Stub { server: Arc::clone(self.server), id })
    }

    fn fail(&mut self, message: String) {
        self.problem.get_or_insert(Error::Stub(message));
    }
}

/// A stub of a running mock server.
#[derive(Clone)]
pub struct Stub {
    server: Arc<Server>,
    id: u64,
}

impl fmt::Debug for Stub {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Stub").field("id", &self.id).finish()
    }
}

impl Stub {
    /// Returns the number of calls that the stub responded to.
    pub fn calls(&self) -> u64 {
        self.server.stubs(|stubs| stubs.calls(self.id))
    }
}
