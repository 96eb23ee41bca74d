//! The claims of a connect token.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::serde_json::{self, Map, Value};

use super::versions::ConnectToken;

/// Reads the connect token of a `ConnectStartResponse` or `ConnectRepairResponse`.
///
/// A token is valid for one pass through the widget. Meld's guides give two different lifetimes, so read the expiry
/// from the token, and start or repair again once it has expired.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking"))] {
/// use meld_client::v2026_02_03::bank_linking::types::ConnectStartResponse;
/// use meld_client::v2026_02_03::prelude::*;
///
/// fn can_be_opened(started: &ConnectStartResponse) -> bool {
///     let now = std::time::SystemTime::now().into();
///     started.expires_at().is_some_and(|end| end > now)
/// }
/// assert!(!can_be_opened(&ConnectStartResponse::default()));
/// # }
/// ```
pub trait ConnectTokenExt: ConnectToken {
    /// Returns the expiry of the token (claim `exp`). `None` if there is no token or no such claim.
    fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.claims()?.expires_at
    }

    /// Decodes the claims of the token, without verifying its signature. `None` if there is no readable token.
    fn claims(&self) -> Option<ConnectTokenClaims> {
        self.token().and_then(ConnectTokenClaims::decode)
    }
}

impl<T: ConnectToken> ConnectTokenExt for T {}

/// The claims of a connect token. They do not contain the token itself and can be logged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectTokenClaims {
    /// The time at which the token expires (`exp`).
    pub expires_at: Option<DateTime<Utc>>,
    /// The time at which the token was issued (`iat`).
    pub issued_at: Option<DateTime<Utc>>,
    /// The id of the connection.
    pub connection_id: Option<String>,
    /// Meld's id of the customer.
    pub customer_id: Option<String>,
    /// The requested products.
    pub products: Vec<String>,
    /// The regions of the institutions in the widget.
    pub regions: Vec<String>,
}

/// Base64 for URLs, with or without padding.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl ConnectTokenClaims {
    /// Decodes the middle part of a JSON web token.
    fn decode(token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let claims = ENGINE.decode(claims).ok()?;
        let claims: Map<String, Value> = serde_json::from_slice(&claims).ok()?;
        Some(Self {
            expires_at: time(&claims, "exp"),
            issued_at: time(&claims, "iat"),
            connection_id: text(&claims, "connection"),
            customer_id: text(&claims, "customer"),
            products: texts(&claims, "products"),
            regions: texts(&claims, "regions"),
        })
    }
}

/// Decodes a time in seconds, which may have a fraction.
fn time(claims: &Map<String, Value>, name: &str) -> Option<DateTime<Utc>> {
    let seconds = claims.get(name)?;
    // The cast saturates, and times out of range become `None`.
    #[allow(clippy::cast_possible_truncation)]
    let seconds = seconds.as_i64().or_else(|| seconds.as_f64().map(|seconds| seconds as i64))?;
    DateTime::from_timestamp(seconds, 0)
}

fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    claims.get(name)?.as_str().map(str::to_owned)
}

fn texts(claims: &Map<String, Value>, name: &str) -> Vec<String> {
    let list = claims.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{URL_SAFE as PADDED, URL_SAFE_NO_PAD};

    use super::*;

    impl ConnectToken for String {
        fn token(&self) -> Option<&str> {
            Some(self)
        }
    }

    fn token(claims: &str) -> String {
        format!("e30.{}.signature", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn claims_of_a_token() {
        let claims = r#"{"iss":"meld.io","account":"a","connection":"c-1","customer":"k-1",
            "products":["BALANCES","OWNERS"],"regions":["US"],"iat":1700000000,"exp":1700014400}"#;
        for token in [token(claims), format!("e30.{}.s", PADDED.encode(claims))] {
            assert_eq!(token.expires_at().unwrap().to_rfc3339(), "2023-11-15T02:13:20+00:00");
            let claims = token.claims().unwrap();
            assert_eq!(claims.issued_at.unwrap().to_rfc3339(), "2023-11-14T22:13:20+00:00");
            assert_eq!(claims.connection_id.as_deref(), Some("c-1"));
            assert_eq!(claims.customer_id.as_deref(), Some("k-1"));
            assert_eq!((claims.products.len(), claims.regions.len()), (2, 1));
            assert!(!format!("{claims:?}").contains(&token));
        }
        let early = token(r#"{"exp":1700014400.9}"#).expires_at().unwrap();
        assert_eq!(early.timestamp(), 1_700_014_400);
    }

    #[test]
    fn unreadable_tokens_have_no_claims() {
        for claims in [
            "",
            "[]",
            "7",
            r#"{"exp":null}"#,
            r#"{"exp":"soon"}"#,
            r#"{"exp":1e300}"#,
            r#"{"exp":-9223372036854775808}"#,
            r#"{"exp":9223372036854775807}"#,
            r#"{"exp":18446744073709551615}"#,
            r#"{"exp":{}}"#,
        ] {
            assert_eq!(token(claims).expires_at(), None, "{claims}");
        }
        let odd = token(r#"{"products":"BALANCES","regions":[7,null,"US"],"customer":5}"#);
        let claims = odd.claims().unwrap();
        assert_eq!((claims.products.len(), claims.regions), (0, vec!["US".to_owned()]));
        for odd in ["", ".", "..", "...", "a.b", "a.b.c", "a.e30.c.d", "ä.ö.ü", "e30.!!!.e30"] {
            assert_eq!(odd.to_owned().claims(), None, "{odd}");
        }
        let padded_wrongly = format!("e30.{}=.s", URL_SAFE_NO_PAD.encode(r#"{"exp":1}"#));
        assert!(padded_wrongly.claims().is_none_or(|claims| claims.expires_at.is_some()));
    }
}
