//! A running mock server, as tests control it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::error::Error;
use crate::faults::{Fault, FaultRule, Faults};
use crate::flows::bank_linking::connections;
use crate::flows::bank_linking::transactions::{self, TransactionsUpdated};
use crate::flows::headless::{ledger, settlement};
use crate::flows::transfers::machine;
use crate::flows::{customers, kyc, sessions};
use crate::request_log::ReceivedRequest;
use crate::server::Server;
use crate::specs::{Catalog, Operation};
use crate::state::State;
use crate::state::ledger::{HeadlessOrder, Payment};
use crate::state::webhooks::WebhookDelivery;
use crate::state_file;
use crate::statuses::{ConnectionStatus, KycStatus, Outcome};

/// A local mock of the Meld API, which serves until it is dropped.
///
/// # Examples
///
/// ```
/// # async fn example() -> Result<(), meld_sandbox::Error> {
/// let sandbox = meld_sandbox::Sandbox::start().await?;
/// println!("MELD_BASE_URL={}", sandbox.base_url());
/// println!("MELD_API_KEY={}", sandbox.api_key());
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    server: Arc<Server>,
    catalog: &'static Catalog,
    state_file: Option<PathBuf>,
    tasks: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Sandbox").field("base_url", &self.server.base_url).finish()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        if let Some(path) = &self.state_file {
            // The state was written half a second ago at most, and nobody is left to tell of a failure.
            let _ = state_file::write_last(&self.server, path);
        }
    }
}

impl Sandbox {
    pub(crate) fn new(
        server: Arc<Server>,
        catalog: &'static Catalog,
        state_file: Option<PathBuf>,
        tasks: Vec<JoinHandle<()>>,
    ) -> Self {
        Self { server, catalog, state_file, tasks }
    }

    pub(crate) fn server(&self) -> &Arc<Server> {
        &self.server
    }

    pub(crate) fn operations(&self) -> &[Operation] {
        self.catalog.operations()
    }

    /// Returns the base URL of the API, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.server.base_url
    }

    /// Returns the API key that is accepted.
    ///
    /// The key is random for each server, unless it was set by [`Builder::api_key`](crate::Builder::api_key) or
    /// [`Builder::seed`](crate::Builder::seed).
    pub fn api_key(&self) -> &str {
        &self.server.api_key
    }

    /// Returns the clock of the server.
    pub fn clock(&self) -> Clock {
        self.server.clock.clone()
    }

    /// Adds a fault rule.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Faults`] if the pattern matches no operation, `nth` is 0, or the probability is not from 0 to 1.
    pub fn add_fault(&self, rule: FaultRule) -> Result<(), Error> {
        rule.validate(self.catalog.operations())?;
        self.server.faults(|faults| faults.add(rule, self.server.seed));
        Ok(())
    }

    /// Removes all fault rules.
    pub fn clear_faults(&self) {
        self.server.faults(Faults::clear);
    }

    /// Returns the number of times that each fault was injected.
    pub fn injected_faults(&self) -> BTreeMap<Fault, u64> {
        self.server.faults(|faults| faults.injected.clone())
    }

    /// Completes the widget of a connection, as a user does to link or to repair it. Returns the ids of the accounts.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unknown`] if the connection has no open widget.
    pub fn complete_connection(&self, connection_id: &str) -> Result<Vec<String>, Error> {
        self.change(format!("connection {connection_id} with an open widget"), |state, now| {
            connections::complete(state, connection_id, now)
        })
    }

    /// Changes the status of a connection, as the bank or the provider does.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unknown`] if the connection does not exist.
    pub fn set_connection_status(
        &self,
        connection_id: &str,
        status: ConnectionStatus,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        self.change(format!("connection {connection_id}"), |state, now| {
            connections::set_status(state, connection_id, status.name(), reason, now)
        })
    }

    /// Adds, changes and removes the newest transactions of a bank account.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unknown`] if the account does not exist.
    pub fn update_transactions(
        &self,
        account_id: &str,
        add: usize,
        change: usize,
        remove: usize,
    ) -> Result<TransactionsUpdated, Error> {
        self.change(format!("financial account {account_id}"), |state, now| {
            transactions::update(state, account_id, (add, change, remove), now)
        })
    }

    /// Pays in the widget of a session, as a user does. Returns the id of the transaction, which is `SETTLING` after
    /// 30 seconds and has its outcome after 90 seconds.
    ///
    /// Advance the [clock](Self::clock) instead of waiting.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unknown`] if the session does not exist.
    pub fn complete_session(&self, session_id: &str, outcome: Outcome) -> Result<String, Error> {
        self.change(format!("session {session_id}"), |state, now| {
            sessions::complete(state, session_id, outcome.name(), now)
        })
    }

    /// Adds a customer with a name, an email and a billing address, approved by these providers. Returns the id.
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn example() -> Result<(), meld_sandbox::Error> {
    /// let sandbox = meld_sandbox::Sandbox::start().await?;
    /// let customer_id = sandbox.add_customer(&["NOAH"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_customer(&self, approved_by: &[&str]) -> String {
        self.server.change(|state, now| {
            let id = customers::add_complete(state);
            kyc::approve(state, &id, approved_by, now);
            id
        })
    }

    /// Sets the KYC status of a customer at all providers.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unknown`] if the customer does not exist.
    pub fn decide_kyc(&self, customer_id: &str, status: KycStatus) -> Result<(), Error> {
        self.change(format!("customer {customer_id}"), |state, now| {
            kyc::decide(state, customer_id, None, status.name(), now)
        })
    }

    /// Sets the KYC status of a customer at one provider.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unknown`] if the customer does not exist or the provider has no check of it.
    pub fn decide_kyc_at(&self, customer_id: &str, provider: &str, status: KycStatus) -> Result<(), Error> {
        self.change(format!("customer {customer_id} at {provider}"), |state, now| {
            kyc::decide(state, customer_id, Some(provider), status.name(), now)
        })
    }

    /// Makes a provider request more from a customer, on a hosted page (`HostedURL`) until it decides.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unknown`] if the customer does not exist or the provider has no check of it.
    pub fn ask_customer(&self, customer_id: &str, provider: &str) -> Result<(), Error> {
        self.change(format!("customer {customer_id} at {provider}"), |state, now| {
            kyc::request_more(state, customer_id, provider, self.base_url(), now)
        })
    }

    /// Pays a headless order that buys crypto, as a customer does. Returns the id of the transaction, which is `SETTLING`
    /// after one second and has its outcome after two.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unknown`] if the order does not exist.
    pub fn pay_order(&self, order_id: &str, outcome: Outcome) -> Result<String, Error> {
        self.change(format!("order {order_id}"), |state, now| settlement::pay(state, order_id, outcome.name(), now))
    }

    /// Receives a deposit at a virtual account, as the customer's bank does. The amount is in major units of the source
    /// currency. Returns the id of the transaction, which is `SETTLING` after 30 seconds and has its outcome after 90
    /// seconds.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unknown`] if no virtual account that is ready has these deposit instructions.
    pub fn receive_deposit(
        &self,
        deposit_instructions_id: &str,
        amount: Decimal,
        outcome: Outcome,
    ) -> Result<String, Error> {
        self.change(format!("virtual account {deposit_instructions_id} that is ready"), |state, now| {
            settlement::deposit(state, deposit_instructions_id, amount, outcome.name(), now)
        })
    }

    /// Receives crypto at the address of a headless order that sells. Returns the id of the transaction, which is
    /// `SETTLED` after 90 seconds if the amount, in major units of the source currency, is that of the order, and
    /// otherwise `FAILED` after 30 seconds.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unknown`] if the order does not exist or sells nothing.
    pub fn receive_crypto(&self, order_id: &str, amount: Decimal) -> Result<String, Error> {
        self.change(format!("order {order_id} that sells crypto"), |state, now| {
            settlement::receive(state, order_id, amount, now)
        })
    }

    /// Authorizes access to an account on the hosted page of a transfer order, as a customer does. Returns the URL to
    /// which the page returns, with `transferAuthorization`, `orderId` and `handle`.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unknown`] if the order has no hosted page that is open.
    pub fn authorize_transfer(&self, order_id: &str) -> Result<String, Error> {
        self.change(format!("transfer order {order_id} with an open page"), |state, now| {
            machine::authorize(state, order_id, now)
        })
    }

    /// Accepts the agreements of a provider, as a customer does.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unknown`] if the customer does not exist.
    pub fn accept_agreements(&self, customer_id: &str, provider: &str) -> Result<(), Error> {
        self.change(format!("customer {customer_id}"), |state, _| {
            state.customers.find_mut(customer_id)?.agreements.push(provider.to_owned());
            Some(())
        })
    }

    /// Makes a customer reach the limit of a provider, which then requires the process `limitUpgrade`.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Unknown`] if the customer does not exist.
    pub fn reach_limit(&self, customer_id: &str, provider: &str) -> Result<(), Error> {
        self.change(format!("customer {customer_id}"), |state, _| {
            state.customers.find_mut(customer_id)?.limits_reached.push(provider.to_owned());
            Some(())
        })
    }

    /// Returns the ledger: all executed payments in fiat money, in order. Requests that were replayed by an
    /// idempotency key are listed once.
    pub fn payments(&self) -> Vec<Payment> {
        self.server.read(|state, _| state.ledger.clone())
    }

    /// Returns all headless orders that were created: those that buy and sell crypto, then the transfers. Requests that
    /// were replayed by an idempotency key are listed once.
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn example() -> Result<(), meld_sandbox::Error> {
    /// let sandbox = meld_sandbox::Sandbox::start().await?;
    /// // … the code under test
    /// assert!(sandbox.headless_orders().iter().all(|order| order.transaction_ids.len() <= 1));
    /// # Ok(())
    /// # }
    /// ```
    pub fn headless_orders(&self) -> Vec<HeadlessOrder> {
        self.server.read(|state, _| ledger::list(state))
    }

    /// Returns all attempts to deliver webhook events.
    pub fn webhook_deliveries(&self) -> Vec<WebhookDelivery> {
        self.server.read(|state, _| state.webhooks.attempts.clone())
    }

    /// Returns the number of requests received, whatever their responses.
    pub fn requests_received(&self) -> u64 {
        self.server.requests.load(Ordering::Relaxed)
    }

    /// Returns the newest requests in the order in which they were received: up to 10,000, with 16 MiB of bodies.
    ///
    /// # Examples
    ///
    /// ```
    /// # async fn example() -> Result<(), meld_sandbox::Error> {
    /// let sandbox = meld_sandbox::Sandbox::start().await?;
    /// // … the code under test
    /// for request in sandbox.requests() {
    ///     assert!(request.status.is_some_and(|status| status < 500), "{request:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.server.log(|log| log.iter().cloned().collect())
    }

    /// Changes the state. Returns [`Error::Unknown`] with the noun if the subject does not exist.
    fn change<T>(&self, noun: String, change: impl FnOnce(&mut State, DateTime<Utc>) -> Option<T>) -> Result<T, Error> {
        self.server.change(change).ok_or(Error::Unknown(noun))
    }
}
