//! The part of a stored key that identifies its request.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use meld_client_core::ExposeSecret;
use sha2::Sha256;

use super::canonical_json;
use super::fingerprint;
use crate::{Error, Request, Transport};

/// The header for idempotency keys.
pub(super) const KEY: &str = "X-Idempotency-Key";

/// Hashes of the request of a key, from the weakest to the strongest. Keys of older versions have only the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Binding {
    /// Hash of the fields that identify the payment, without secret values.
    payment: u64,
    /// Hash of the base URL.
    environment: Option<u32>,
    /// Hash of environment, account and the whole request, keyed with the API key.
    whole: Option<u64>,
}

impl Binding {
    pub(super) fn of(transport: &Transport, request: &Request) -> Result<Self, Error> {
        let environment = fingerprint::hash(transport.base_url().as_bytes());
        Ok(Self {
            payment: fingerprint::of(request)?,
            // Half of the bits are enough to distinguish environments.
            environment: Some((environment >> 32) as u32),
            whole: Some(whole(transport, request)?),
        })
    }

    /// Compares a stored binding with that of the current request. The error says why they differ.
    pub(super) fn check(&self, current: &Self) -> Result<(), &'static str> {
        // Keys of older versions lack some hashes.
        let differs =
            |stored, now| matches!((stored, now), (Some(stored), Some(now)) if stored != now);
        if differs(self.environment.map(u64::from), current.environment.map(u64::from)) {
            Err("was made for another environment")
        } else if self.payment != current.payment {
            Err("was made for another request")
        } else if differs(self.whole, current.whole) {
            Err(
                "was made for another request, account or API key; if the API key of the same account was rotated, \
                 use `IdempotencyKey::after_api_key_rotation`",
            )
        } else {
            Ok(())
        }
    }

    pub(super) fn without_account(self) -> Self {
        Self { whole: None, ..self }
    }
}

/// Returns the HMAC-SHA256 of everything that the service may bind a key to, truncated to 64 bits.
///
/// 64 bits distinguish requests well enough, since the key itself is random.
fn whole(transport: &Transport, request: &Request) -> Result<u64, Error> {
    let api_key = transport.api_key().map_or("", |key| key.expose_secret());
    let mac = Hmac::<Sha256>::new_from_slice(api_key.as_bytes());
    let mut mac = mac.map_err(|_| Error::invalid(KEY, "cannot be bound to this API key"))?;
    let mut add = |part: &[u8]| {
        // The length distinguishes `a` + `bc` from `ab` + `c`.
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    };
    add(transport.base_url().as_bytes());
    add(request.operation().method.as_str().as_bytes());
    add(request.path_and_query()?.as_bytes());
    let mut headers: Vec<_> = request.headers().iter().collect();
    headers.retain(|(name, _)| !name.as_str().eq_ignore_ascii_case(KEY));
    headers.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in headers {
        add(name.as_str().as_bytes());
        add(value.as_bytes());
    }
    add(canonical_json::canonical(request.body_bytes().unwrap_or_default()).as_bytes());
    let hash: [u8; 32] = mac.finalize().into_bytes().into();
    Ok(hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

impl fmt::Display for Binding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.payment)?;
        if let Some(environment) = self.environment {
            write!(formatter, ".{environment:08x}")?;
        }
        if let Some(whole) = self.whole {
            write!(formatter, ".{whole:016x}")?;
        }
        Ok(())
    }
}

/// The error for a string that [`Display`](fmt::Display) does not produce.
#[derive(Debug)]
pub(super) struct NotABinding;

impl FromStr for Binding {
    type Err = NotABinding;

    fn from_str(text: &str) -> Result<Self, NotABinding> {
        let mut parts = text.split('.');
        let payment = parts.next().and_then(|part| hex(part, 16)).ok_or(NotABinding)?;
        let mut optional = |digits| match parts.next() {
            Some(part) => hex(part, digits).map(Some).ok_or(NotABinding),
            None => Ok(None),
        };
        let environment = optional(8)?.and_then(|number| u32::try_from(number).ok());
        let whole = optional(16)?;
        match parts.next() {
            None => Ok(Self { payment, environment, whole }),
            Some(_) => Err(NotABinding),
        }
    }
}

/// Parses a number with exactly this many hexadecimal digits.
fn hex(text: &str, digits: usize) -> Option<u64> {
    let is_whole = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(text, 16).ok().filter(|_| is_whole)
}
