//! A running sandbox, and how to start one.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::documents::{ApiVersion, Catalog, catalog};
use crate::example::Filling;
use crate::faults::{Fault, FaultRule, Faults};
use crate::hosts::Hosts;
use crate::random::{api_key, seeded, unpredictable};
use crate::server::{self, Server};
use crate::state::bank_linking::{self, TransactionsUpdated};
use crate::state::payments::Payment;
use crate::state::webhooks::WebhookDelivery;
use crate::state::{State, crypto, customers, kyc};
use crate::{Error, delivery, routes};

/// A Meld of one's own, on this machine, until it is dropped.
///
/// ```
/// # async fn example() -> Result<(), meld_sandbox::Error> {
/// let sandbox = meld_sandbox::Sandbox::start().await?;
/// println!("{} takes the key {}", sandbox.base_url(), sandbox.api_key());
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    pub(crate) server: Arc<Server>,
    catalog: &'static Catalog,
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
    }
}

impl Sandbox {
    /// Starts a sandbox on a free port.
    ///
    /// # Errors
    /// When a document cannot be read, or there is no port.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// A sandbox with other settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The URL of the API on this machine, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.server.base_url
    }

    /// The key that is accepted: made up, good for nothing else. It is another one for each server, unless it was set
    /// by [`Builder::api_key`] or [`Builder::seed`].
    pub fn api_key(&self) -> &str {
        &self.server.api_key
    }

    /// The clock by which everything happens.
    pub fn clock(&self) -> Clock {
        self.server.clock.clone()
    }

    /// Lets something go wrong from now on.
    ///
    /// # Errors
    /// Returns [`Error::Faults`] if the rule can never happen: its operation fits none, its `nth` is 0 or its probability
    /// is not from 0 to 1.
    pub fn add_fault(&self, rule: FaultRule) -> Result<(), Error> {
        rule.check(self.catalog.operations())?;
        self.faults(|faults| faults.add(rule, self.server.seed));
        Ok(())
    }

    /// Lets nothing go wrong any more.
    pub fn clear_faults(&self) {
        self.faults(Faults::clear);
    }

    /// How often each fault has happened.
    pub fn faults_happened(&self) -> BTreeMap<Fault, u64> {
        self.faults(|faults| faults.happened.clone())
    }

    fn faults<T>(&self, use_them: impl FnOnce(&mut Faults) -> T) -> T {
        use_them(&mut self.server.faults.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The user finishes the widget of a connection, to link or to repair it. Gives the ids of the
    /// accounts.
    ///
    /// # Errors
    /// When no widget is open for such a connection.
    pub fn complete_connection(&self, connection_id: &str) -> Result<Vec<String>, Error> {
        let now = self.server.clock.now();
        let done = self.server.change(|state| bank_linking::complete(state, connection_id, now));
        done.ok_or_else(|| {
            Error::Unknown(format!("connection with an open widget: {connection_id}"))
        })
    }

    /// Something happens to a connection, at the bank or at the provider.
    ///
    /// # Errors
    /// When there is no such connection.
    pub fn set_connection_status(
        &self,
        connection_id: &str,
        status: ConnectionStatus,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        let now = self.server.clock.now();
        let done = self.server.change(|state| {
            bank_linking::set_status(state, connection_id, status.name(), reason, now)
        });
        done.ok_or_else(|| Error::Unknown(format!("connection {connection_id}")))
    }

    /// New transactions come to a bank account, of the newest some change and some vanish.
    ///
    /// # Errors
    /// When there is no such account.
    pub fn update_transactions(
        &self,
        account_id: &str,
        add: usize,
        change: usize,
        remove: usize,
    ) -> Result<TransactionsUpdated, Error> {
        let (now, many) = (self.server.clock.now(), (add, change, remove));
        let done = self
            .server
            .change(|state| bank_linking::update_transactions(state, account_id, many, now));
        done.ok_or_else(|| Error::Unknown(format!("financial account {account_id}")))
    }

    /// The user pays in the widget of a session. Gives the id of the transaction, which is settling
    /// after 30 seconds and has its outcome after 90.
    ///
    /// # Errors
    /// When there is no such session.
    pub fn complete_session(&self, session_id: &str, outcome: Outcome) -> Result<String, Error> {
        let now = self.server.clock.now();
        let done =
            self.server.change(|state| crypto::complete(state, session_id, outcome.name(), now));
        done.ok_or_else(|| Error::Unknown(format!("session {session_id}")))
    }

    /// Adds a customer with a name, an email and a billing address, whom these providers have approved. Returns the id.
    ///
    /// ```
    /// # async fn example() -> Result<(), meld_sandbox::Error> {
    /// let sandbox = meld_sandbox::Sandbox::start().await?;
    /// let customer_id = sandbox.add_customer(&["NOAH"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_customer(&self, approved_by: &[&str]) -> String {
        let now = self.server.clock.now();
        self.server.change(|state| {
            let id = customers::make_complete(state);
            kyc::approve(state, &id, approved_by, now);
            id
        })
    }

    /// All providers decide about a customer.
    ///
    /// # Errors
    /// When there is no such customer.
    pub fn decide_kyc(&self, customer_id: &str, status: KycStatus) -> Result<(), Error> {
        let now = self.server.clock.now();
        let known =
            self.server.change(|state| kyc::decide(state, customer_id, None, status.name(), now));
        if known { Ok(()) } else { Err(Error::Unknown(format!("customer {customer_id}"))) }
    }

    /// One provider decides about a customer.
    ///
    /// # Errors
    /// When there is no such customer, or one that the provider does not know.
    pub fn decide_kyc_at(
        &self,
        customer_id: &str,
        provider: &str,
        status: KycStatus,
    ) -> Result<(), Error> {
        let now = self.server.clock.now();
        let known = self
            .server
            .change(|state| kyc::decide(state, customer_id, Some(provider), status.name(), now));
        if known { Ok(()) } else { Err(unknown_at(customer_id, provider)) }
    }

    /// A provider asks a customer for more than it was given: until it decides, the customer has a page of it
    /// (`HostedURL`).
    ///
    /// # Errors
    /// When there is no such customer, or one that the provider does not know.
    pub fn ask_customer(&self, customer_id: &str, provider: &str) -> Result<(), Error> {
        let (now, base_url) = (self.server.clock.now(), self.base_url());
        let known = self
            .server
            .change(|state| kyc::ask_for_more(state, customer_id, provider, base_url, now));
        if known { Ok(()) } else { Err(unknown_at(customer_id, provider)) }
    }

    /// The ledger: everything that was carried out with fiat money, in its order. What was sent twice
    /// with one idempotency key is here once.
    pub fn payments(&self) -> Vec<Payment> {
        self.server.look(|state| state.ledger.clone())
    }

    /// Every sending of a webhook event, and how it ended.
    pub fn webhook_deliveries(&self) -> Vec<WebhookDelivery> {
        self.server.look(|state| state.webhooks.sent.clone())
    }

    /// How many requests have come, however they were answered.
    pub fn requests_received(&self) -> u64 {
        self.server.requests.load(Ordering::Relaxed)
    }
}

fn unknown_at(customer_id: &str, provider: &str) -> Error {
    Error::Unknown(format!("customer {customer_id} at {provider}"))
}

macro_rules! names {
    ($(#[doc = $doc:literal])+ $type:ident { $($name:ident = $text:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type {
            $(#[doc = concat!("`", $text, "`")] $name,)+
        }

        impl $type {
            /// The name that Meld has for it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

names! {
    /// How a crypto transaction ends.
    Outcome {
        Settled = "SETTLED",
        Failed = "FAILED",
        Declined = "DECLINED",
        Cancelled = "CANCELLED",
        Refunded = "REFUNDED",
    }
}

names! {
    /// What a provider thinks of a customer.
    KycStatus {
        Pending = "PENDING",
        Approved = "APPROVED",
        Rejected = "REJECTED",
        Expired = "EXPIRED",
        Unknown = "UNKNOWN",
    }
}

names! {
    /// How a connection is.
    ConnectionStatus {
        InProgress = "IN_PROGRESS",
        Expired = "EXPIRED",
        Active = "ACTIVE",
        PartiallyActive = "PARTIALLY_ACTIVE",
        Degraded = "DEGRADED",
        ReconnectRequired = "RECONNECT_REQUIRED",
        Unrecoverable = "UNRECOVERABLE",
        Undetermined = "UNDETERMINED",
        Deleted = "DELETED",
    }
}

/// The settings of a sandbox.
#[derive(Clone, Debug)]
pub struct Builder {
    listen: SocketAddr,
    allowed_hosts: Vec<String>,
    api_key: Option<String>,
    version: Option<ApiVersion>,
    seed: Option<u64>,
    faults: Vec<FaultRule>,
    slow: Duration,
    filling: Filling,
    examples_only: bool,
    webhooks_leave: bool,
    replays_are_ok: bool,
    transactions_per_account: usize,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            allowed_hosts: Vec::new(),
            api_key: None,
            version: None,
            seed: None,
            faults: Vec::new(),
            slow: Duration::from_secs(2),
            filling: Filling::Full,
            examples_only: false,
            webhooks_leave: false,
            replays_are_ok: false,
            transactions_per_account: 2500,
        }
    }
}

impl Builder {
    /// Sets the port only; 0, a free one, unless set.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.listen.set_port(port);
        self
    }

    /// Sets the address and port to listen on; `127.0.0.1:0` unless set. At `0.0.0.0`, other machines and containers
    /// reach the server too: they need a name that is allowed by [`allow_host`](Self::allow_host), or an IP address.
    ///
    /// ```
    /// let builder = meld_sandbox::Sandbox::builder().listen(([0, 0, 0, 0], 8080)).allow_host("mock");
    /// ```
    #[must_use]
    pub fn listen(mut self, address: impl Into<SocketAddr>) -> Self {
        self.listen = address.into();
        self
    }

    /// Allows requests that call the server by this host name (`Host`, without a port), as others do in a network of
    /// containers. `localhost`, loopback addresses and the address that it listens on are always allowed; any other name
    /// is refused with 421, because a web page could give it to this machine (DNS rebinding).
    #[must_use]
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.allowed_hosts.push(name.into());
        self
    }

    /// Sets the key that is accepted; a random one for each server unless set.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// The version of calls without `Meld-Version`; the newest of each operation unless set.
    #[must_use]
    pub fn version(mut self, version: ApiVersion) -> Self {
        self.version = Some(version);
        self
    }

    /// The seed of everything that is made up, and of the key unless that is set. Unless set, everything but the key is
    /// as with the seed 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// What goes wrong; where several rules fit, the first. A rule that can never happen is an error of
    /// [`start`](Self::start).
    #[must_use]
    pub fn faults(mut self, rules: impl IntoIterator<Item = FaultRule>) -> Self {
        self.faults.extend(rules);
        self
    }

    /// How long slow responses take; two seconds unless set.
    #[must_use]
    pub fn slow(mut self, slow: Duration) -> Self {
        self.slow = slow;
        self
    }

    /// How much is filled in of responses that are made from the schema; all unless set.
    #[must_use]
    pub fn filling(mut self, filling: Filling) -> Self {
        self.filling = filling;
        self
    }

    /// Responses everything from the schema: nothing is remembered, and every id is known.
    #[must_use]
    pub fn examples_only(mut self, examples_only: bool) -> Self {
        self.examples_only = examples_only;
        self
    }

    /// Delivers webhooks to other machines too; only to this one unless set.
    #[must_use]
    pub fn webhooks_leave_this_machine(mut self, leave: bool) -> Self {
        self.webhooks_leave = leave;
        self
    }

    /// Responses 200 in place of 201 to a repeated idempotency key. The guides say both: that the first
    /// response comes again, and that a replay of a create is a 200. The first unless set.
    #[must_use]
    pub fn replays_response_ok(mut self, ok: bool) -> Self {
        self.replays_are_ok = ok;
        self
    }

    /// How many transactions a new bank account has; 2500 unless set.
    #[must_use]
    pub fn transactions_per_account(mut self, many: usize) -> Self {
        self.transactions_per_account = many;
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// When a document cannot be read, the port is taken, or a setting or a rule of [`faults`](Self::faults) cannot be
    /// used.
    pub async fn start(self) -> Result<Sandbox, Error> {
        self.start_with(catalog()?).await
    }

    /// Starts it with other documents than those that are built in.
    pub(crate) async fn start_with(self, catalog: &'static Catalog) -> Result<Sandbox, Error> {
        for rule in &self.faults {
            rule.check(catalog.operations())?;
        }
        let listen = |error: std::io::Error| Error::Listen(error.to_string());
        let listener = TcpListener::bind(self.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let seed = self.seed.unwrap_or_default();
        let api_key = self.key()?;
        let server = Arc::new(Server {
            base_url: format!("http://{}", on_this_machine(address)),
            hosts: Hosts::new(address.ip(), self.allowed_hosts)?,
            api_key,
            seed,
            version: self.version,
            filling: self.filling,
            examples_only: self.examples_only,
            slow: self.slow,
            webhooks_leave: self.webhooks_leave,
            replays_are_ok: self.replays_are_ok,
            clock: Clock::new(),
            faults: Mutex::new(Faults::new(self.faults, seed)),
            state: Mutex::new(State::new(seed, self.transactions_per_account)),
            changed: Notify::new(),
            requests: AtomicU64::new(0),
        });
        let router = routes::router(&server, catalog);
        let deliveries =
            delivery::run(Arc::clone(&server), delivery::client(server.webhooks_leave)?);
        let tasks = vec![tokio::spawn(server::serve(listener, router)), tokio::spawn(deliveries)];
        Ok(Sandbox { server, catalog, tasks })
    }

    fn key(&self) -> Result<String, Error> {
        match (&self.api_key, self.seed) {
            (Some(key), _)
                if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic()) =>
            {
                Ok(key.clone())
            }
            (Some(_), _) => {
                let message = "a key has visible ASCII characters and no spaces".to_owned();
                Err(Error::Setting { name: "api_key", message })
            }
            (None, Some(seed)) => Ok(api_key(&mut seeded(seed, "api key"))),
            (None, None) => Ok(api_key(&mut unpredictable()?)),
        }
    }
}

/// The address by which this machine reaches a server: one that listens on all addresses is on the loopback address too.
fn on_this_machine(mut address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(all) if all.ip().is_unspecified() => {
            address.set_ip(Ipv4Addr::LOCALHOST.into())
        }
        SocketAddr::V6(all) if all.ip().is_unspecified() => {
            address.set_ip(Ipv6Addr::LOCALHOST.into())
        }
        _ => {}
    }
    address
}
