//! The cache for discovery responses.

use std::any::Any;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use meld_client_core::{Error, Request, Transport};
use tokio::time::Instant;

use super::{CacheClass, Cacheable};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest time for which Meld allows to cache lists.
const WEEK: Duration = DAY.saturating_mul(7);

/// The default for routes.
const ROUTE_TTL: Duration = Duration::from_secs(15 * 60);

/// The time for which an outdated response is returned without another request, after a request failed.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// Caches discovery responses. Only calls that are passed to [`get`](Self::get) are cached.
///
/// The key of a response is its whole request: version, path, parameters and account. Concurrent identical calls are
/// coalesced into one request. Errors are not cached: if the request fails, the calls that waited for it are sent
/// concurrently. Clones share their entries.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "network_partner"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::crypto::{CryptoCurrency, FiatCurrency};
/// use meld_client::network_partner::DiscoveryCache;
/// use meld_client::v2026_02_03::network_partner::types::Category;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let cache = DiscoveryCache::new(meld.transport());
/// let partners = meld.v2026_02_03().network_partner();
///
/// let call = || partners.list_supported_countries().category(Category::CryptoOnramp);
/// let countries = cache.get(call()).await?;
/// let again = cache.get(call()).await?;
/// # assert!(std::sync::Arc::ptr_eq(&countries, &again));
///
/// let (usd, usdc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("USDC")?);
/// let routes = partners.find_buy_routes("US", usd, usdc).send_cached(&cache).await?;
/// # assert_eq!(sandbox.requests_received(), 2);
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "network_partner")))]
/// # fn main() {}
/// ```
#[derive(Clone)]
#[must_use]
pub struct DiscoveryCache {
    transport: Transport,
    list_ttl: Duration,
    route_ttl: Duration,
    max_entries: usize,
    entries: Arc<Mutex<Entries>>,
}

/// Prints the number of entries, not their contents.
impl fmt::Debug for DiscoveryCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner).by_key.len();
        formatter.debug_struct("DiscoveryCache").field("entries", &entries).finish_non_exhaustive()
    }
}

impl DiscoveryCache {
    /// Creates a cache for one client, with at most 1000 responses. Lists are kept for a day, routes and limits for 15
    /// minutes.
    pub fn new(transport: &Transport) -> Self {
        Self {
            transport: transport.clone(),
            list_ttl: DAY,
            route_ttl: ROUTE_TTL,
            max_entries: 1000,
            entries: Arc::default(),
        }
    }

    /// Sets the time to live of countries, defaults, currencies, payment methods and providers.
    ///
    /// The default is a day; more than a week counts as a week.
    pub fn list_ttl(self, ttl: Duration) -> Self {
        Self { list_ttl: ttl.min(WEEK), ..self }
    }

    /// Sets the time to live of routes and limits, for which Meld recommends minutes to hours.
    ///
    /// The default is 15 minutes; more than a day counts as a day.
    pub fn route_ttl(self, ttl: Duration) -> Self {
        Self { route_ttl: ttl.min(DAY), ..self }
    }

    /// Sets the maximum number of responses. The default is 1000; 0 counts as 1.
    ///
    /// The least recently used response is removed first.
    pub fn max_entries(self, responses: usize) -> Self {
        Self { max_entries: responses.max(1), ..self }
    }

    /// Removes all responses.
    pub fn clear(&self) {
        *self.entries.lock().unwrap_or_else(PoisonError::into_inner) = Entries::default();
    }

    /// Returns the response of a call from the cache, and sends the call if it is missing or outdated.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the call belongs to a client with
    /// another environment, key or account. Also returns the errors of the request.
    pub async fn get<C: Cacheable>(&self, call: C) -> Result<Arc<C::Output>, Error> {
        Ok(self.look_up(call, Outdated::Refused).await?.value)
    }

    /// Returns the response of a call like [`get`](Self::get), but the outdated response if the request fails.
    ///
    /// The call is not repeated within 30 seconds. Use it for lists that rarely change, not for routes and
    /// limits that decide a payment.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`get`](Self::get) if no earlier request succeeded.
    pub async fn get_or_stale<C: Cacheable>(&self, call: C) -> Result<Cached<C::Output>, Error> {
        self.look_up(call, Outdated::Accepted).await
    }

    async fn look_up<C: Cacheable>(&self, call: C, outdated: Outdated) -> Result<Cached<C::Output>, Error> {
        let transport = call.transport().clone();
        if !self.transport.shares_account_with(&transport) {
            return Err(Error::configuration(
                "the cache belongs to a client with another environment, key or account; create one \
                 per client",
            ));
        }
        let request = call.into_request()?;
        let slot = self.slot(Key::of(&request)?);
        let failures = slot.failures.load(Ordering::Acquire);
        // Identical calls wait here and find the response afterwards.
        let mut kept = slot.kept.lock().await;
        if let Some(response) = kept.as_ref().and_then(|kept| kept.usable(outdated)) {
            return Ok(response);
        }
        if slot.failures.load(Ordering::Acquire) != failures {
            // The awaited request failed. Sending in turn would make the last of many calls wait for all timeouts.
            drop(kept);
            let response = Arc::new(C::send_request(&transport, request).await?.into_inner());
            if let Ok(mut kept) = slot.kept.try_lock() {
                *kept = Some(self.keep::<C>(&response));
            }
            return Ok(Cached::fresh(response));
        }
        match C::send_request(&transport, request).await {
            Ok(response) => {
                let response = Arc::new(response.into_inner());
                *kept = Some(self.keep::<C>(&response));
                Ok(Cached::fresh(response))
            }
            Err(error) => {
                slot.failures.fetch_add(1, Ordering::AcqRel);
                let stale = kept.as_mut().and_then(|kept| kept.keep_after_failure(&error, outdated));
                stale.ok_or(error)
            }
        }
    }

    fn keep<C: Cacheable>(&self, response: &Arc<C::Output>) -> CachedResponse {
        let ttl = match C::CACHE_CLASS {
            CacheClass::List => self.list_ttl,
            CacheClass::Route => self.route_ttl,
        };
        CachedResponse { value: response.clone(), since: Instant::now(), ttl, failure: None }
    }

    fn slot(&self, key: Key) -> Arc<Slot> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.slot(key, self.max_entries)
    }
}

/// The parts of a request that determine its response.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    version: Cow<'static, str>,
    operation_id: &'static str,
    path_and_query: String,
    headers: Vec<(String, Option<String>)>,
}

impl Key {
    fn of(request: &Request) -> Result<Self, Error> {
        let headers = request.redacted_headers().into_iter();
        Ok(Self {
            version: request.meld_version(),
            operation_id: request.operation().operation_id,
            path_and_query: request.path_and_query()?,
            headers: headers.map(|(name, value)| (name.into(), value.map(str::to_owned))).collect(),
        })
    }
}

/// The slot of one response.
#[derive(Default)]
struct Slot {
    /// Locked by the call that sends the request.
    kept: tokio::sync::Mutex<Option<CachedResponse>>,
    /// The number of failed requests.
    failures: AtomicU64,
}

/// A response from the cache. Returned by [`DiscoveryCache::get_or_stale`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Cached<T> {
    /// The response.
    pub value: Arc<T>,
    /// The error that prevented a newer response. `None` if the response is not outdated.
    pub stale: Option<Arc<str>>,
}

impl<T> Cached<T> {
    fn fresh(value: Arc<T>) -> Self {
        Self { value, stale: None }
    }
}

/// The use of outdated responses.
#[derive(Clone, Copy, PartialEq)]
enum Outdated {
    Accepted,
    Refused,
}

struct CachedResponse {
    value: Arc<dyn Any + Send + Sync>,
    since: Instant,
    ttl: Duration,
    /// The time and the error of the last failed request.
    failure: Option<(Instant, Arc<str>)>,
}

impl CachedResponse {
    /// Returns the value unless it is outdated, or if a request has just failed.
    fn usable<T: Send + Sync + 'static>(&self, outdated: Outdated) -> Option<Cached<T>> {
        if self.since.elapsed() < self.ttl {
            return Some(Cached::fresh(self.value.clone().downcast().ok()?));
        }
        let (at, error) = self.failure.as_ref().filter(|_| outdated == Outdated::Accepted)?;
        let stale = Some(error.clone());
        (at.elapsed() < RETRY_AFTER).then(|| Some(Cached { value: self.value.clone().downcast().ok()?, stale }))?
    }

    /// Stores the error of a request, and returns the outdated value.
    fn keep_after_failure<T: Send + Sync + 'static>(&mut self, error: &Error, outdated: Outdated) -> Option<Cached<T>> {
        if outdated == Outdated::Refused {
            return None;
        }
        self.failure = Some((Instant::now(), error.to_string().into()));
        self.usable(outdated)
    }
}

#[derive(Default)]
struct Entries {
    by_key: HashMap<Key, Entry>,
    /// The number of look-ups so far.
    lookups: u64,
}

struct Entry {
    slot: Arc<Slot>,
    last_lookup: u64,
}

impl Entries {
    fn slot(&mut self, key: Key, max_entries: usize) -> Arc<Slot> {
        self.lookups = self.lookups.wrapping_add(1);
        if let Some(entry) = self.by_key.get_mut(&key) {
            entry.last_lookup = self.lookups;
            return entry.slot.clone();
        }
        while self.by_key.len() >= max_entries.max(1) {
            let oldest = self.by_key.iter().min_by_key(|(_, entry)| entry.last_lookup);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else { break };
            self.by_key.remove(&oldest);
        }
        let slot = Arc::<Slot>::default();
        self.by_key.insert(key, Entry { slot: slot.clone(), last_lookup: self.lookups });
        slot
    }
}
