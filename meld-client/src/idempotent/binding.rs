//! The part of a stored key that identifies its request.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use meld_client_core::{Error, ExposeSecret, Request, Transport, is_sensitive};
use sha2::Sha256;

use super::canonical_json;
use super::fingerprint;

pub(super) const KEY: &str = "X-Idempotency-Key";

/// Hashes of the request of a key, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Binding {
    /// Hash of the fields that identify the payment, without secret values.
    payment: u64,
    /// Hash of the base URL.
    environment: u32,
    /// Hash of environment, account and the whole request, keyed with the API key or with the account label of its
    /// provider. `None` after the key was rotated.
    whole: Option<u64>,
}

impl Binding {
    pub(super) fn of(transport: &Transport, request: &Request) -> Result<Self, Error> {
        let environment = fingerprint::hash(transport.base_url().as_bytes());
        Ok(Self {
            payment: fingerprint::of(request)?,
            // Half of the bits are enough to distinguish environments.
            environment: (environment >> 32) as u32,
            whole: Some(whole(transport, request)?),
        })
    }

    /// Compares a stored binding with that of the current request.
    pub(super) fn check(&self, current: &Self) -> Result<(), Mismatch> {
        if self.environment != current.environment {
            Err(Mismatch::Environment)
        } else if self.payment != current.payment {
            Err(Mismatch::Request)
        } else if self.whole.is_some() && self.whole != current.whole {
            Err(Mismatch::Account)
        } else {
            Ok(())
        }
    }

    pub(super) fn without_account(self) -> Self {
        Self { whole: None, ..self }
    }
}

/// The difference between the request of a stored key and another request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// The environment differs.
    Environment,
    /// The fields that identify the payment differ.
    Request,
    /// The account, the API key or another field differs.
    Account,
}

impl Mismatch {
    /// Continues the name of the key.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Environment => "was made for another environment",
            Self::Request => "was made for another request",
            Self::Account => {
                "was made for another request, account or API key; if the API key of the same account was rotated, \
                 use `IdempotencyKey::after_api_key_rotation`"
            }
        }
    }
}

/// Returns the HMAC-SHA256 of everything that the service may bind a key to, truncated to 64 bits.
///
/// 64 bits distinguish requests well enough, since the key itself is random.
///
/// The API key is the key of the hash, so that secret values cannot be guessed from it. A provider's keys may change, so
/// its account label takes their place. As the label is not secret, such a hash leaves out the secret values.
fn whole(transport: &Transport, request: &Request) -> Result<u64, Error> {
    let api_key = transport.api_key().map(|key| key.expose_secret());
    let mac_key = api_key.or_else(|| transport.account_label()).unwrap_or_default();
    let omits_secrets = api_key.is_none();
    let mac = Hmac::<Sha256>::new_from_slice(mac_key.as_bytes());
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
        if !(omits_secrets && value.is_sensitive()) {
            add(value.as_bytes());
        }
    }
    let omits: fn(&str, &str) -> bool = if omits_secrets { is_sensitive } else { |_, _| false };
    match request.body_bytes() {
        Some(body) => add(canonical_json::canonical(body, omits).as_bytes()),
        // Empty, or of several parts.
        None => add(&request.body_identity()?),
    }
    let hash: [u8; 32] = mac.finalize().into_bytes().into();
    Ok(hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

impl fmt::Display for Binding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}.{:08x}", self.payment, self.environment)?;
        self.whole.map_or(Ok(()), |whole| write!(formatter, ".{whole:016x}"))
    }
}

/// The error for a string that [`Display`](fmt::Display) does not produce.
#[derive(Debug)]
pub(super) struct NotABinding;

impl FromStr for Binding {
    type Err = NotABinding;

    fn from_str(text: &str) -> Result<Self, NotABinding> {
        let (required, whole) = match text.split('.').collect::<Vec<_>>()[..] {
            [payment, environment] => ([payment, environment], None),
            [payment, environment, whole] => ([payment, environment], Some(hex(whole, 16).ok_or(NotABinding)?)),
            _ => return Err(NotABinding),
        };
        let [payment, environment] = required;
        let environment = hex(environment, 8).and_then(|number| u32::try_from(number).ok());
        Ok(Self { payment: hex(payment, 16).ok_or(NotABinding)?, environment: environment.ok_or(NotABinding)?, whole })
    }
}

/// Parses a number with exactly this many hexadecimal digits.
fn hex(text: &str, digits: usize) -> Option<u64> {
    let is_whole = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(text, 16).ok().filter(|_| is_whole)
}
