//! Headers: those that the client sets itself, those that hold credentials, and those that a user may add.

use http::{HeaderName, HeaderValue};

use crate::error::Error;

pub(crate) const IDEMPOTENCY_KEY: &str = "x-idempotency-key";

/// The header that names the account whose providers network-partner operations list.
pub(crate) const ACCOUNT_ID: &str = "meld-account-id";

/// The header of the API version.
pub(crate) static MELD_VERSION: HeaderName = HeaderName::from_static("meld-version");

/// The header of bearer tokens and of the API key.
pub(crate) const AUTHORIZATION: &str = "authorization";

/// Words in the names of extra headers that hold a credential.
const SECRET_WORDS: [&str; 8] = ["auth", "cookie", "key", "password", "secret", "session", "signature", "token"];

/// The headers that no extra header may set, with the setting to use instead. Headers without a setting are set for each
/// request.
const RESERVED: &[(&str, Option<&str>)] = &[
    ("accept", None),
    ("accept-encoding", None),
    (AUTHORIZATION, Some("`MeldBuilder::api_key`")),
    ("connection", None),
    ("expect", None),
    ("host", Some("`MeldBuilder::base_url`")),
    ("keep-alive", None),
    (ACCOUNT_ID, Some("`Call::with_account` or `MeldBuilder::account_id`")),
    ("meld-version", Some("`Call::meld_version` or `MeldBuilder::meld_version`")),
    ("proxy-authorization", Some("`MeldBuilder::configure_http`")),
    ("te", None),
    ("trailer", None),
    ("transfer-encoding", None),
    ("upgrade", None),
    ("user-agent", Some("`MeldBuilder::user_agent`")),
    (IDEMPOTENCY_KEY, Some("`Call::idempotency_key`")),
];

/// Returns `true` if a header (lower-case name) is one of the credentials of [`Passthrough`](crate::Passthrough).
pub(crate) fn is_passthrough(header: &str) -> bool {
    header.starts_with("meld-passthrough-")
}

/// Returns `true` if a parameter of this name (lower-case) holds a credential.
pub(crate) fn is_credential(header: &str) -> bool {
    header == AUTHORIZATION
        || header != IDEMPOTENCY_KEY
            && (is_passthrough(header) || ["key", "oauth", "token"].iter().any(|word| header.contains(word)))
}

/// Checks an extra header, and marks its value as sensitive if the name is that of a credential.
///
/// # Errors
///
/// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the name or the value is not valid,
/// or if the client sets the header itself.
pub(crate) fn extra_header<N, V>(name: N, value: V) -> Result<(HeaderName, HeaderValue), Error>
where
    N: TryInto<HeaderName>,
    V: TryInto<HeaderValue>,
{
    let name = name.try_into().map_err(|_| Error::invalid("header", "is not the name of a header"))?;
    let invalid = |reason: String| Error::invalid(name.as_str().to_owned(), reason);
    if let Some(setting) = reserved(name.as_str()) {
        return Err(invalid(match setting {
            Some(setting) => format!("cannot be an extra header; use {setting}"),
            None => "cannot be an extra header, because the client sets it for each request".to_owned(),
        }));
    }
    let mut value = value.try_into().map_err(|_| invalid("has characters that no header can carry".to_owned()))?;
    if SECRET_WORDS.iter().any(|word| name.as_str().contains(word)) {
        value.set_sensitive(true);
    }
    Ok((name, value))
}

/// Returns the setting for a header that is reserved.
pub(crate) fn reserved(name: &str) -> Option<Option<&'static str>> {
    if is_passthrough(name) {
        return Some(Some("`Call::with_passthrough` or `MeldBuilder::passthrough`"));
    }
    if name.starts_with("content-") {
        return Some(None);
    }
    RESERVED.iter().find(|(reserved, _)| *reserved == name).map(|(_, setting)| *setting)
}
