//! Responses that are kept for a while.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{CacheClass, Cacheable};
use crate::{Error, Request, Transport};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest time that Meld allows to keep lists.
const WEEK: Duration = DAY.saturating_mul(7);

/// How long routes are kept unless told otherwise.
const ROUTES: Duration = Duration::from_secs(15 * 60);

/// Keeps the responses of discovery for a while, for whoever wraps a call in [`get`](Self::get). Nothing else is kept
/// anywhere by this crate.
///
/// A response belongs to its whole request: version, path, parameters, account. Of calls that ask the same at the same
/// time one is sent, and all get its response. Errors are not kept: when it fails, those who waited for it ask at the same
/// time, and not one after the other. Clones share what is kept.
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
/// let routes = partners.buy_routes("US", usd, usdc).cached(&cache).await?;
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
    lists: Duration,
    routes: Duration,
    at_most: usize,
    entries: Arc<Mutex<Entries>>,
}

/// Shows how much is kept, not what.
impl fmt::Debug for DiscoveryCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner).by_key.len();
        formatter.debug_struct("DiscoveryCache").field("entries", &entries).finish_non_exhaustive()
    }
}

impl DiscoveryCache {
    /// A cache for one client: lists for a day, routes and limits for 15 minutes, at most 1000 responses.
    pub fn new(transport: &Transport) -> Self {
        Self {
            transport: transport.clone(),
            lists: DAY,
            routes: ROUTES,
            at_most: 1000,
            entries: Arc::default(),
        }
    }

    /// How long countries, defaults, currencies, payment methods and providers are kept: a week at most, a longer time
    /// counts as that.
    pub fn list_ttl(mut self, time: Duration) -> Self {
        self.lists = time.min(WEEK);
        self
    }

    /// How long routes and limits are kept: Meld advises minutes to hours. A day at most, a longer time counts as that.
    pub fn route_ttl(mut self, time: Duration) -> Self {
        self.routes = time.min(DAY);
        self
    }

    /// How many responses are kept, at least one. When there are more, the one that was asked for longest ago goes.
    pub fn at_most(mut self, responses: usize) -> Self {
        self.at_most = responses.max(1);
        self
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *self.entries.lock().unwrap_or_else(PoisonError::into_inner) = Entries::default();
    }

    /// The response of the call, kept or new.
    ///
    /// # Errors
    /// Those of the call, and one of kind [`Configuration`](crate::ErrorKind::Configuration) if the call is one of a
    /// client with another environment, key or account: its responses are not those of this cache.
    pub async fn get<C: Cacheable>(&self, call: C) -> Result<Arc<C::Output>, Error> {
        let transport = call.transport().clone();
        if !self.transport.shares_account_with(&transport) {
            return Err(Error::configuration("the cache belongs to a client with another key"));
        }
        let request = call.into_request()?;
        let slot = self.slot(Key::of(&request)?);
        let failures = slot.failures.load(Ordering::Acquire);
        // Who asks the same waits here, and finds the response then.
        let mut kept = slot.kept.lock().await;
        if let Some(response) = kept.as_ref().and_then(CachedResponse::fresh) {
            return Ok(response);
        }
        if slot.failures.load(Ordering::Acquire) != failures {
            // What was waited for failed. In a row, the last of many would wait for all time-outs before its own.
            drop(kept);
            let response = Arc::new(C::send_request(&transport, request).await?.into_inner());
            if let Ok(mut kept) = slot.kept.try_lock() {
                *kept = Some(self.keep::<C>(&response));
            }
            return Ok(response);
        }
        match C::send_request(&transport, request).await {
            Ok(response) => {
                let response = Arc::new(response.into_inner());
                *kept = Some(self.keep::<C>(&response));
                Ok(response)
            }
            Err(error) => {
                slot.failures.fetch_add(1, Ordering::AcqRel);
                Err(error)
            }
        }
    }

    /// A response that came now.
    fn keep<C: Cacheable>(&self, response: &Arc<C::Output>) -> CachedResponse {
        let time = match C::KEPT {
            CacheClass::AsList => self.lists,
            CacheClass::AsRoutes => self.routes,
        };
        CachedResponse { value: response.clone(), since: Instant::now(), time }
    }

    fn slot(&self, key: Key) -> Arc<Slot> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.slot(key, self.at_most)
    }
}

/// What makes two requests the same.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    version: &'static str,
    operation_id: &'static str,
    path_and_query: String,
    headers: Vec<(String, Option<String>)>,
}

impl Key {
    fn of(request: &Request) -> Result<Self, Error> {
        let headers = request.shown_headers().into_iter();
        Ok(Self {
            version: request.operation().version,
            operation_id: request.operation().operation_id,
            path_and_query: request.path_and_query()?,
            headers: headers.map(|(name, value)| (name.into(), value.map(str::to_owned))).collect(),
        })
    }
}

/// The place of one response.
#[derive(Default)]
struct Slot {
    /// Who finds it empty or old holds it while asking.
    kept: tokio::sync::Mutex<Option<CachedResponse>>,
    /// How often asking failed.
    failures: AtomicU64,
}

struct CachedResponse {
    value: Arc<dyn Any + Send + Sync>,
    since: Instant,
    time: Duration,
}

impl CachedResponse {
    /// The value, unless it is too old.
    fn fresh<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        (self.since.elapsed() < self.time).then(|| self.value.clone().downcast().ok())?
    }
}

#[derive(Default)]
struct Entries {
    by_key: HashMap<Key, Entry>,
    /// Counts the questions.
    asked: u64,
}

struct Entry {
    slot: Arc<Slot>,
    last_asked: u64,
}

impl Entries {
    fn slot(&mut self, key: Key, at_most: usize) -> Arc<Slot> {
        self.asked = self.asked.wrapping_add(1);
        if let Some(entry) = self.by_key.get_mut(&key) {
            entry.last_asked = self.asked;
            return entry.slot.clone();
        }
        while self.by_key.len() >= at_most.max(1) {
            let oldest = self.by_key.iter().min_by_key(|(_, entry)| entry.last_asked);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else { break };
            self.by_key.remove(&oldest);
        }
        let slot = Arc::<Slot>::default();
        self.by_key.insert(key, Entry { slot: slot.clone(), last_asked: self.asked });
        slot
    }
}
