//! The settings of a mock server, and its start.

mod recording;

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::client::Client;
use crate::clock::Clock;
use crate::delivery;
use crate::error::Error;
use crate::example::Filling;
use crate::faults::{FaultRule, Faults};
use crate::hosts::Hosts;
use crate::random::{api_key, seeded, unpredictable};
#[cfg(feature = "record")]
use crate::recording::recorder::Recorder;
use crate::recording::replay::Replay;
use crate::routes;
use crate::sandbox::Sandbox;
use crate::server::{self, Server};
use crate::specs::{ApiVersion, Catalog, catalog};
use crate::state::State;
use crate::state_file;
use crate::stubs::registry::Stubs;

impl Sandbox {
    /// Starts a mock server on a free port of this machine, with the default settings.
    ///
    /// # Errors
    ///
    /// Returns an error if a spec cannot be parsed or no port is free.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// Returns a builder with the default settings.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

/// Builder for [`Sandbox`].
///
/// # Examples
///
/// ```
/// # async fn example() -> Result<(), meld_sandbox::Error> {
/// use meld_sandbox::{Fault, FaultRule, Sandbox};
///
/// let flaky = FaultRule::new(Fault::BadGateway).probability(0.1);
/// let sandbox = Sandbox::builder().seed(7).faults([flaky]).start().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    listen: SocketAddr,
    allowed_hosts: Vec<String>,
    api_key: Option<String>,
    control_token: Option<String>,
    version: Option<ApiVersion>,
    seed: Option<u64>,
    faults: Vec<FaultRule>,
    slow: Duration,
    filling: Filling,
    examples_only: bool,
    only_stubs: bool,
    external_webhooks: bool,
    replay_with_ok: bool,
    transactions_per_account: usize,
    specs: Option<PathBuf>,
    state_file: Option<PathBuf>,
    replay: Option<PathBuf>,
    #[cfg(feature = "record")]
    record: Option<(String, PathBuf)>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            allowed_hosts: Vec::new(),
            api_key: None,
            control_token: None,
            version: None,
            seed: None,
            faults: Vec::new(),
            slow: Duration::from_secs(2),
            filling: Filling::Full,
            examples_only: false,
            only_stubs: false,
            external_webhooks: false,
            replay_with_ok: false,
            transactions_per_account: 2500,
            specs: None,
            state_file: None,
            replay: None,
            #[cfg(feature = "record")]
            record: None,
        }
    }
}

impl Builder {
    /// Sets the port to listen on. The default is 0: a free port.
    pub fn port(mut self, port: u16) -> Self {
        self.listen.set_port(port);
        self
    }

    /// Sets the address and port to listen on. The default is `127.0.0.1:0`.
    ///
    /// At `0.0.0.0`, other machines and containers can reach the server, by an IP address or a name that
    /// [`allow_host`](Self::allow_host) allows.
    ///
    /// # Examples
    ///
    /// ```
    /// let builder = meld_sandbox::Sandbox::builder().listen(([0, 0, 0, 0], 8080)).allow_host("mock");
    /// ```
    pub fn listen(self, address: impl Into<SocketAddr>) -> Self {
        Self { listen: address.into(), ..self }
    }

    /// Allows requests with this host name in `Host`, such as from a network of containers.
    ///
    /// `localhost`, loopback addresses and the listening address are always allowed. Any other name is refused with
    /// 421, because a web page could point its own name at this machine (DNS rebinding).
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.allowed_hosts.push(name.into());
        self
    }

    /// Sets the API key that is accepted. The default is a random key for each server.
    pub fn api_key(self, key: impl Into<String>) -> Self {
        Self { api_key: Some(key.into()), ..self }
    }

    /// Sets the token of the control API under `/_mock`, which requests send as `Authorization: Bearer <token>`.
    ///
    /// Without a token, the control API is open at a loopback address and off at any other.
    pub fn control_token(self, token: impl Into<String>) -> Self {
        Self { control_token: Some(token.into()), ..self }
    }

    /// Sets the API version of calls without `Meld-Version`. The default is the newest of each operation.
    pub fn version(self, version: ApiVersion) -> Self {
        Self { version: Some(version), ..self }
    }

    /// Sets the seed of all generated values, including the API key unless that is set.
    ///
    /// By default, the seed is 0 and the API key is random.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    /// Adds fault rules. The first matching rule applies.
    ///
    /// A rule that can never apply is an error of [`start`](Self::start).
    pub fn faults(mut self, rules: impl IntoIterator<Item = FaultRule>) -> Self {
        self.faults.extend(rules);
        self
    }

    /// Sets the duration of slow responses. The default is two seconds.
    pub fn slow(self, slow: Duration) -> Self {
        Self { slow, ..self }
    }

    /// Sets which optional fields generated responses have. The default is [`Filling::Full`].
    pub fn filling(self, filling: Filling) -> Self {
        Self { filling, ..self }
    }

    /// Generates all responses from their schemas: nothing is stored, and every id exists. The default is `false`.
    pub fn examples_only(self, examples_only: bool) -> Self {
        Self { examples_only, ..self }
    }

    /// Refuses valid calls that no stub takes with 501, and lists them in
    /// [`check_stubs`](Sandbox::check_stubs). The default is `false`: they get the response of the mock server.
    pub fn only_stubs(self, only_stubs: bool) -> Self {
        Self { only_stubs, ..self }
    }

    /// Delivers webhooks to other machines, too. The default is `false`: only to this machine.
    pub fn allow_external_webhooks(self, allow: bool) -> Self {
        Self { external_webhooks: allow, ..self }
    }

    /// Replays the response to an idempotency key with 200 instead of 201. The default is `false`.
    ///
    /// The guides say both: that the first response is repeated, and that the replay of a create is a 200.
    pub fn replay_with_ok(self, ok: bool) -> Self {
        Self { replay_with_ok: ok, ..self }
    }

    /// Sets the number of transactions of a new bank account. The default is 2500.
    pub fn transactions_per_account(self, count: usize) -> Self {
        Self { transactions_per_account: count, ..self }
    }

    /// Serves the specs of a folder, named `<family>-<yyyymmdd>.json`, instead of the built-in ones. The folder
    /// `supplements` inside of it may have operations that they lack. They are kept until the process ends.
    pub fn specs(self, folder: impl Into<PathBuf>) -> Self {
        Self { specs: Some(folder.into()), ..self }
    }

    /// Keeps the state in a file, so that it survives a restart: data, ids, clock, stubs, fault rules, and the API key
    /// unless it is set.
    ///
    /// The file is written half a second after a change, and when the server is dropped. It is created if it does not
    /// exist. The log of requests is not kept. Fault rules of the builder replace those of the file. After a restart on
    /// another port, URLs of the state have the new one; clients must not use older ones. The seed is that of the file, and
    /// setting another is an error, because ids continue by the seed.
    pub fn state_file(self, path: impl Into<PathBuf>) -> Self {
        Self { state_file: Some(path.into()), ..self }
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// Returns an error if a spec cannot be parsed, the address cannot be listened on, or a setting or fault rule is
    /// invalid.
    pub async fn start(self) -> Result<Sandbox, Error> {
        let catalog = match &self.specs {
            Some(folder) => Box::leak(Box::new(Catalog::read(folder)?)),
            None => catalog()?,
        };
        self.start_with(catalog).await
    }

    /// Starts the server with other specs than the built-in ones.
    pub(crate) async fn start_with(self, catalog: &'static Catalog) -> Result<Sandbox, Error> {
        for rule in &self.faults {
            rule.validate(catalog.operations())?;
        }
        #[cfg(feature = "record")]
        if self.record.is_some() && self.replay.is_some() {
            let message = "a server either records or replays".to_owned();
            return Err(Error::Setting { name: "record", message });
        }
        let listen = |error: std::io::Error| Error::Listen(error.to_string());
        let listener = TcpListener::bind(self.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let base_url = format!("http://{}", local(address));
        let InitialState { seed, state, api_key, clock, faults, stubs, requests } =
            self.initial_state(&base_url, catalog)?;
        let server = Arc::new(Server {
            base_url,
            api_key,
            control_token: self.valid_token()?,
            hosts: Hosts::new(address.ip(), self.allowed_hosts)?,
            seed,
            version: self.version,
            filling: self.filling,
            examples_only: self.examples_only,
            slow: self.slow,
            external_webhooks: self.external_webhooks,
            replay_with_ok: self.replay_with_ok,
            clock,
            faults: Mutex::new(faults),
            stubs: Mutex::new(stubs),
            log: Mutex::default(),
            replay: self.replay.as_deref().map(|folder| Replay::read(folder, catalog.operations())).transpose()?,
            #[cfg(feature = "record")]
            recorder: {
                let record = self.record.as_ref();
                record.map(|(url, folder)| Recorder::new(url, folder, catalog.operations())).transpose()?
            },
            state: Mutex::new(state),
            changed: Notify::new(),
            requests: AtomicU64::new(requests),
            is_stopped: AtomicBool::new(false),
            accesses: AtomicU64::new(0),
        });
        let router = routes::router(&server, catalog);
        let deliveries = delivery::run(Arc::clone(&server), Client::new(server.external_webhooks));
        let mut tasks = vec![tokio::spawn(server::serve(listener, router)), tokio::spawn(deliveries)];
        if let Some(path) = &self.state_file {
            let failure = |error: std::io::Error| Error::State { path: path.clone(), message: error.to_string() };
            state_file::write(&server, path).map_err(failure)?;
            tasks.push(tokio::spawn(state_file::run(Arc::clone(&server), path.clone())));
        }
        Ok(Sandbox::new(server, catalog, self.state_file, tasks))
    }

    /// Reads the state file, if there is one.
    fn initial_state(&self, base_url: &str, catalog: &Catalog) -> Result<InitialState, Error> {
        let read = |path| state_file::read(path, self.seed, base_url, catalog.operations());
        let saved = self.state_file.as_deref().map_or(Ok(None), read)?;
        let seed = saved.as_ref().map_or(self.seed.unwrap_or_default(), |saved| saved.state.seed);
        let mut faults = Faults::new(self.faults.clone(), seed);
        let mut stubs = Stubs::new(self.only_stubs);
        let clock = Clock::new();
        let Some(saved) = saved else {
            let (state, api_key) = (State::new(seed, self.transactions_per_account), self.key()?);
            return Ok(InitialState { seed, state, api_key, clock, faults, stubs, requests: 0 });
        };
        clock.advance(Duration::from_millis(saved.clock_offset));
        faults.resume(saved.faults, seed);
        stubs.resume(saved.stubs, seed);
        let api_key = if self.api_key.is_some() { self.key()? } else { saved.api_key };
        Ok(InitialState { seed, state: saved.state, api_key, clock, faults, stubs, requests: saved.requests })
    }

    fn valid_token(&self) -> Result<Option<String>, Error> {
        let is_valid = |token: &String| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        if self.control_token.as_ref().is_none_or(is_valid) {
            return Ok(self.control_token.clone());
        }
        let message = "a token has only visible ASCII characters".to_owned();
        Err(Error::Setting { name: "control_token", message })
    }

    fn key(&self) -> Result<String, Error> {
        match (&self.api_key, self.seed) {
            (Some(key), _) if !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(key.clone()),
            (Some(_), _) => {
                let message = "an API key has only visible ASCII characters".to_owned();
                Err(Error::Setting { name: "api_key", message })
            }
            (None, Some(seed)) => Ok(api_key(&mut seeded(seed, "api key"))),
            (None, None) => Ok(api_key(&mut unpredictable()?)),
        }
    }
}

/// The parts of a server that a state file keeps.
struct InitialState {
    seed: u64,
    state: State,
    api_key: String,
    clock: Clock,
    faults: Faults,
    stubs: Stubs,
    requests: u64,
}

/// Returns the address of a server on this machine: the loopback address if it listens on all addresses.
fn local(mut address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(all) if all.ip().is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        SocketAddr::V6(all) if all.ip().is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}
