//! Comparisons of responses with requests.

use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use super::*;
use crate::client::request::Request;
use crate::operation::{Idempotency, Method, Operation, Parameter};

/// Compares a response with its request. Returns the rest of the response and the warnings.
fn outcome(
    operation: &'static Operation,
    id: &str,
    requested: &Value,
    response: &Value,
) -> Result<(Value, Vec<String>), Error> {
    let mut request = Request::new(operation);
    if let [parameter] = operation.parameters {
        request.path(parameter.name, Some(id)).unwrap();
    }
    request.body(requested).unwrap();
    let body = serde_json::to_vec(response).unwrap();
    let response = ResponseValue::<Map<String, Value>>::from_body(StatusCode::OK, HeaderMap::new(), body, false);
    let response = checked(&request, response?)?;
    let paths = response.decode_warnings().first().iter().map(ToString::to_string).collect();
    Ok((Value::Object(response.into_inner()), paths))
}

/// Checks a response as [`Transport::send`](crate::Transport::send) does.
fn checked<T: FromJson + ToJson + Default>(
    request: &Request,
    response: ResponseValue<T>,
) -> Result<ResponseValue<T>, Error> {
    match Requested::of(request) {
        Some(requested) => check(&requested, response, false),
        None => Ok(response),
    }
}

static QUOTE: Operation = Operation {
    method: Method::Post,
    path: "/payments/crypto/quote",
    parameters: &[],
    ..crate::test_support::GET_THING
};

static TRANSACTION: Operation = Operation { path: "/payments/transactions/{id}", ..crate::test_support::GET_THING };

static REFUND: Operation = Operation {
    method: Method::Post,
    path: "/payments/transactions/{id}/refund",
    idempotency: Idempotency::NotIdempotent,
    ..crate::test_support::GET_THING
};

static KYC: Operation = Operation {
    method: Method::Post,
    path: "/accounts/customers/{customerId}/kyc/initiate",
    parameters: &[Parameter::path("customerId", "customer_id")],
    idempotency: Idempotency::NotIdempotent,
    ..crate::test_support::GET_THING
};

static OFFRAMP: Operation = Operation {
    method: Method::Post,
    path: "/payments/virtual-account/offramp-order",
    parameters: &[],
    idempotency: Idempotency::NotIdempotent,
    ..crate::test_support::GET_THING
};

/// Returns the value with some fields changed.
fn with(mut value: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("{changes}") };
    for (name, change) in changes {
        value[name] = change;
    }
    value
}

fn requested(changes: Value) -> Value {
    let request = json!({
        "sourceCurrencyCode": "USD", "destinationCurrencyCode": "USDC_BASE", "sourceAmount": 100.5,
        "countryCode": "US", "paymentMethodType": "ACH", "serviceProviders": ["NOAH", "BANXA"],
    });
    with(request, changes)
}

fn quote(changes: Value) -> Value {
    let quote = json!({
        "transactionType": "CRYPTO_PURCHASE", "sourceCurrencyCode": "USD",
        "destinationCurrencyCode": "USDC_BASE", "sourceAmount": 100.50, "countryCode": "US",
        "paymentMethodType": "ACH", "serviceProvider": "NOAH", "destinationAmount": 99,
    });
    with(quote, changes)
}

/// Returns the warnings about one quote among two.
fn decode_warnings(requested: &Value, changes: Value) -> Vec<String> {
    let response = json!({ "quotes": [quote(json!({})), quote(changes)] });
    let (rest, warnings) = outcome(&QUOTE, "", requested, &response).unwrap();
    assert_eq!(rest["quotes"].as_array().unwrap().len(), 2 - warnings.len());
    assert_eq!(rest["quotes"][0], quote(json!({})));
    warnings
}

#[test]
fn quotes_for_something_else_are_removed() {
    for (field, value) in [
        ("sourceCurrencyCode", json!("EUR")),
        ("destinationCurrencyCode", json!("BTC")),
        ("destinationCurrencyCode", json!("USDC")),
        ("sourceAmount", json!(100.51)),
        ("sourceAmount", json!("100.4")),
        ("sourceAmount", json!(-100.5)),
        ("countryCode", json!("DE")),
        ("paymentMethodType", json!("APPLE_PAY")),
        ("serviceProvider", json!("TRANSAK")),
        ("transactionType", json!("CRYPTO_SELL")),
        ("transactionType", json!("crypto_sell_swap")),
    ] {
        let warnings = decode_warnings(&requested(json!({})), json!({ (field): value }));
        let [warning] = &warnings[..] else { panic!("{field}: {warnings:?}") };
        assert!(warning.starts_with(&format!("quotes[1].{field}: expected the ")), "{warning}");
        assert!(warning.ends_with("of the request, found another value") || field == "transactionType");
    }
}

#[test]
fn equivalent_quotes_stay() {
    for changes in [
        json!({}),
        json!({ "sourceCurrencyCode": "usd", "destinationCurrencyCode": "usdc_base" }),
        json!({ "sourceAmount": "100.500" }),
        json!({ "sourceAmount": 1005e-1 }),
        json!({ "serviceProvider": "BANXA" }),
        json!({ "transactionType": "CRYPTO_PURCHASE_SWAP" }),
        json!({ "transactionType": "BRAND_NEW" }),
        json!({ "sourceAmountWithoutFees": 7, "brandNew": { "sourceCurrencyCode": "EUR" } }),
        json!({ "sourceCurrencyCode": null, "destinationCurrencyCode": "", "sourceAmount": null,
                "countryCode": null, "paymentMethodType": null, "serviceProvider": null,
                "transactionType": null }),
    ] {
        assert_eq!(decode_warnings(&requested(json!({})), changes.clone()), [""; 0], "{changes}");
    }
    // Fields that the request does not set can have any value.
    let open = json!({ "paymentMethodType": null, "serviceProviders": [] });
    let other = json!({ "paymentMethodType": "APPLE_PAY", "serviceProvider": "TRANSAK" });
    assert_eq!(decode_warnings(&requested(open), other), [""; 0]);
}

#[test]
fn amounts_agree_up_to_currency_decimals() {
    for (currency, requested_amount, amount_in_quote, agrees) in [
        ("USD", "100.005", "100.01", true),
        ("USD", "100.005", "100", true),
        ("USD", "100.005", "100.02", false),
        ("JPY", "1000.4", "1000", true),
        ("JPY", "1000", "1001", false),
        ("ETH", "0.123456789012345678", "0.12345679", true),
        ("ETH", "0.123456789012345678", "0.123456789012345678", true),
        ("ETH", "0.123456", "0.123457", false),
        ("ETH", "0.01", "0.010", true),
    ] {
        let amount = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let changes =
            json!({ "sourceCurrencyCode": currency, "sourceAmount": requested_amount, "serviceProviders": [] });
        let request = requested(changes);
        let row = |text: &str| {
            quote(json!({ "sourceCurrencyCode": currency, "sourceAmount": amount(text), "transactionType": null }))
        };
        let response = json!({ "quotes": [row(amount_in_quote)] });
        let (_, warnings) = outcome(&QUOTE, "", &request, &response).unwrap();
        assert_eq!(warnings.is_empty(), agrees, "{currency} {requested_amount} {amount_in_quote}: {warnings:?}");
    }
}

#[test]
fn code_of_token_and_currency_has_no_direction() {
    let request = requested(json!({ "destinationCurrencyCode": "MNT" }));
    for kind in ["CRYPTO_PURCHASE", "CRYPTO_SELL"] {
        let row = quote(json!({ "destinationCurrencyCode": "MNT", "transactionType": kind }));
        let (_, warnings) = outcome(&QUOTE, "", &request, &json!({ "quotes": [row] })).unwrap();
        assert_eq!(warnings, [""; 0]);
    }
}

#[derive(Clone, Default)]
struct Quotes {
    quotes: Vec<Quote>,
}

crate::object! { read Quotes { quotes: "quotes" } }

#[derive(Clone, Default)]
struct Quote {
    country_code: Option<String>,
    destination_amount: Option<rust_decimal::Decimal>,
}

crate::object! {
    read Quote { country_code: "countryCode", destination_amount: "destinationAmount" }
}

#[test]
fn remaining_quotes_keep_every_digit() {
    let amount = "0.12345678901234567890";
    let body = format!(r#"{{"quotes":[{{"countryCode":"DE"}},{{"destinationAmount":{amount}}}]}}"#);
    let (headers, body) = (HeaderMap::new(), body.into_bytes());
    let response = ResponseValue::<Quotes>::from_body(StatusCode::OK, headers, body, false);
    let mut request = Request::new(&QUOTE);
    request.body(&requested(json!({}))).unwrap();
    let response = checked(&request, response.unwrap()).unwrap();
    let [quote] = &response.quotes[..] else { panic!("{response:?}") };
    assert_eq!(quote.destination_amount.unwrap().to_string(), amount);
    assert_eq!(quote.country_code, None);
}

#[test]
fn transaction_with_another_id_is_an_error() {
    let get = |response| outcome(&TRANSACTION, "a b/ä", &json!({}), &response);
    for right in [
        json!({ "transaction": { "id": "a b/ä" } }),
        json!({ "transaction": { "id": null } }),
        json!({ "transaction": null, "id": "b" }),
        json!({}),
    ] {
        assert!(get(right.clone()).is_ok(), "{right}");
    }
    for other in ["b", "A B/ä", "a%20b"] {
        let error = get(json!({ "transaction": { "id": other, "status": "SETTLED" } })).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("`transaction.id`: it is not the `id` of the request"), "{text}");
        assert!(!text.contains("a b") && error.outcome_unknown(), "{text}");
    }
}

#[test]
fn refund_of_another_transaction_is_an_error() {
    let refund = |amount: Value, transaction: Value| {
        let request = json!({ "sourceAmount": amount });
        outcome(&REFUND, "a", &request, &json!({ "transaction": transaction }))
    };
    for (amount, transaction) in [
        (json!(5), json!({ "id": "r", "parentPaymentTransactionId": "a", "sourceAmount": 5.00 })),
        (json!(null), json!({ "id": "r", "parentPaymentTransactionId": "a", "sourceAmount": 7 })),
        (json!(5), json!({ "id": "r", "parentPaymentTransactionId": null })),
        // The transaction itself, with its whole amount.
        (json!(5), json!({ "id": "a", "parentPaymentTransactionId": "p", "sourceAmount": 7 })),
    ] {
        assert!(refund(amount, transaction.clone()).is_ok(), "{transaction}");
    }
    for (transaction, field) in [
        (
            json!({ "id": "r", "parentPaymentTransactionId": "b", "sourceAmount": 5 }),
            "`transaction.parentPaymentTransactionId`",
        ),
        (json!({ "id": "r", "parentPaymentTransactionId": "a", "sourceAmount": 500 }), "`transaction.sourceAmount`"),
    ] {
        let error = refund(json!(5), transaction).unwrap_err().to_string();
        assert!(error.contains(field), "{error}");
    }
}

#[test]
fn path_and_body_values_are_compared() {
    let kyc = |response| outcome(&KYC, "c1", &json!({ "serviceProvider": "SUMSUB" }), &response);
    assert!(kyc(json!({ "customerId": "c1", "serviceProvider": "sumsub" })).is_ok());
    assert!(kyc(json!({ "customerId": "c2", "serviceProvider": "SUMSUB" })).is_err());
    assert!(kyc(json!({ "customerId": "c1", "serviceProvider": "NOAH" })).is_err());
}

#[test]
fn nested_request_fields_are_compared() {
    let order = |method: Value, response| outcome(&OFFRAMP, "", &json!({ "paymentMethod": method }), &response);
    let ach = json!({ "type": "ACH", "details": { "type": "SEPA" } });
    assert!(order(ach.clone(), json!({ "paymentMethodType": "ACH" })).is_ok());
    assert!(order(ach, json!({ "paymentMethodType": "SEPA" })).is_err());
    assert!(order(json!("ACH"), json!({ "paymentMethodType": "SEPA" })).is_ok());
}

static DEPOSITS: Operation = Operation {
    method: Method::Post,
    path: "/payments/virtual-account/deposit-instructions",
    parameters: &[],
    ..crate::test_support::GET_THING
};

static TRANSFER: Operation = Operation { path: "/crypto/order/headless/transfer", ..DEPOSITS };

static CARD: Operation = Operation { path: "/crypto/order/headless/onramp", ..DEPOSITS };

#[test]
fn orders_with_another_wallet_or_amount_are_refused() {
    let deposits = json!({
        "customerId": "c", "serviceProvider": "NOAH", "paymentMethodType": "ACH", "sourceCurrencyCode": "USD",
        "destinationCurrencyCode": "USDC", "destinationWalletAddress": "0xAbC1",
    });
    let transfer = json!({
        "customerId": "c", "externalOrderId": "o", "currencyCode": "USDC_BASE", "networkCode": "BASE", "amount": 10.01,
        "destinationWalletAddress": "0xAbC1", "countryCode": "US",
    });
    let card = json!({ "customerId": "c", "externalOrderId": "o", "paymentMethodType": "APPLE_PAY" });
    for (operation, request, field, value) in [
        (&DEPOSITS, &deposits, "destinationWalletAddress", "0xabc2"),
        (&DEPOSITS, &deposits, "destinationCurrencyCode", "USDT"),
        (&DEPOSITS, &deposits, "customerId", "C"),
        (&TRANSFER, &transfer, "destinationWalletAddress", "0xabc2"),
        (&TRANSFER, &transfer, "networkCode", "ETH"),
        (&TRANSFER, &transfer, "amount", "10.02"),
        (&TRANSFER, &transfer, "externalOrderId", "p"),
        (&CARD, &card, "externalOrderId", "p"),
        (&CARD, &card, "customerId", "d"),
    ] {
        let equal = with(request.clone(), json!({ "id": "a" }));
        let lower = with(equal.clone(), json!({ "destinationWalletAddress": "0xabc1", "amount": "10.0100" }));
        for response in [&equal, &lower, &json!({ "id": "a" })] {
            assert!(outcome(operation, "", request, response).is_ok(), "{operation}");
        }
        let error = outcome(operation, "", request, &with(equal, json!({ (field): value }))).unwrap_err();
        assert!(error.to_string().contains(&format!("`{field}`: it is not the")), "{error}");
        assert!(!error.to_string().contains("0xabc"), "{error}");
    }
}
