//! A hash of the fields that identify a payment, without secret values.

use meld_client_core::serde_json::{self, Map, Value};
use meld_client_core::{Decimal, Error, Request};

/// The fields that identify a payment.
///
/// Excludes card and account numbers, tokens, nonces and descriptions, whose values could be guessed from a hash.
const FIELDS: &[&str] = &[
    "amount",
    "capture",
    "currencyCode",
    "customerId",
    "destinationCurrencyCode",
    "destinationWalletAddress",
    "externalCustomerId",
    "paymentMethodType",
    "serviceProvider",
    "serviceTransactionId",
    "sourceAmount",
    "sourceCurrencyCode",
    "sourceWalletAddress",
];

/// The fields that are amounts, which may be numbers or strings.
pub(super) const AMOUNTS: [&str; 2] = ["amount", "sourceAmount"];

/// Hashes the fields. The hash is stored, so it must not change between versions of the API or of this crate.
pub(super) fn of(request: &Request) -> Result<u64, Error> {
    let body = request.body_bytes().unwrap_or_default();
    let body: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let mut identity = format!("{} {}", request.operation().method, request.path_and_query()?);
    let fields = FIELDS.iter().map(|name| (*name, body.get(*name)));
    let method = body.get("paymentMethod").and_then(|method| method.get("type"));
    for (name, value) in fields.chain([("paymentMethod.type", method)]) {
        if let Some(value) = value.filter(|value| !value.is_null()) {
            let value = if AMOUNTS.contains(&name) { plain(value) } else { value.to_string() };
            identity.push_str(&format!("\n{name}={value}"));
        }
    }
    Ok(hash(identity.as_bytes()))
}

/// Returns the shortest form of an amount: 10, 10.00 and "10.0" are the same.
fn plain(amount: &Value) -> String {
    plain_amount(&amount.as_str().map_or_else(|| amount.to_string(), str::to_owned))
}

/// Returns the shortest form of a decimal number, and any other string unchanged.
pub(super) fn plain_amount(text: &str) -> String {
    match text.parse::<Decimal>() {
        Ok(number) => number.normalize().to_string(),
        Err(_) => text.to_owned(),
    }
}

/// FNV-1a with 64 bits.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use meld_client_core::serde_json::json;

    use super::*;
    use meld_client_core::{Idempotency, Method, Operation};

    static PAY: Operation = Operation {
        version: "2026-02-03",
        family: "payments",
        operation_id: "pay",
        method: Method::Post,
        path: "/payments/transactions",
        rust_name: "pay",
        has_body: true,
        takes_idempotency_key: true,
        idempotency: Idempotency::WithKey,
        ..Operation::DEFAULT
    };

    fn fingerprint(body: &Value) -> u64 {
        let mut request = Request::new(&PAY);
        request.body(body).unwrap();
        of(&request).unwrap()
    }

    /// Keys are stored, so every later version must produce the same hash.
    #[test]
    fn fingerprints_are_stable() {
        assert_eq!(hash(b"foobar"), 0x8594_4171_f739_67e8);
        let ordered = "POST /payments/transactions\ncustomerId=\"a\"\nsourceAmount=10\n\
                       paymentMethod.type=\"ACH\"";
        let body = json!({
            "sourceAmount": "10.00", "customerId": "a", "paymentMethod": { "type": "ACH" },
        });
        assert_eq!(fingerprint(&body), hash(ordered.as_bytes()));
    }

    #[test]
    fn fingerprints_ignore_secrets() {
        let order = json!({
            "sourceAmount": "10.00", "serviceProvider": "PLAID", "customerId": "10", "nonce": "n",
        });
        for (field, value) in [
            ("sourceAmount", json!(10)),
            ("sourceAmount", json!(10.0)),
            ("sourceAmount", json!("10.000000")),
            ("nonce", json!("other")),
            ("description", json!("d")),
            ("capture", Value::Null),
            ("paymentMethod", json!({ "details": { "number": "4242424242424242" } })),
        ] {
            let mut same = order.clone();
            same[field] = value;
            assert_eq!(fingerprint(&same), fingerprint(&order), "{same}");
        }
        for (field, value) in [
            ("sourceAmount", json!(10.01)),
            ("sourceAmount", json!("ten")),
            ("serviceProvider", json!("STRIPE")),
            ("serviceProvider", Value::Null),
            ("customerId", json!("10.0")),
            ("customerId", json!("010")),
            ("capture", json!(false)),
            ("paymentMethod", json!({ "type": "ACH" })),
        ] {
            let mut other = order.clone();
            other[field] = value;
            assert_ne!(fingerprint(&other), fingerprint(&order), "{other}");
        }
        assert_ne!(fingerprint(&json!([])), fingerprint(&order));
    }
}
