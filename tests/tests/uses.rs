//! Requests as users build them, and the exact bytes that would be sent, for values that the snapshots of `wire` lack.

#![allow(clippy::unwrap_used, reason = "the helpers of the tests, too, fail by panicking")]

use std::str::FromStr;

use meld_client::v2026_02_03::{bank_linking, crypto, customer, network_partner, payments};
use meld_client::{Decimal, Error, ErrorKind, HttpConfig, Request, Transport};

/// A transport that sends nothing.
fn transport() -> Transport {
    Transport::new("http://localhost", HttpConfig::default()).unwrap()
}

fn decimal(digits: &str) -> Decimal {
    Decimal::from_str(digits).unwrap()
}

/// Method, path and query, headers and body of a request.
fn assert_sends(request: &Request, line: &str, headers: &[(&str, Option<&str>)], body: &str) {
    let method = request.operation().method;
    assert_eq!(format!("{method} {}", request.path_and_query().unwrap()), line);
    assert_eq!(request.redacted_headers(), headers);
    assert_eq!(str::from_utf8(request.body_bytes().unwrap_or_default()).unwrap(), body);
}

#[test]
fn amounts_keep_every_digit() {
    for digits in ["100", "100.10", "0.00000001", "2.00000000000000000000", "12345678901234567.89"] {
        let request = crypto::types::CryptoQuoteRequest::builder()
            .country_code("US")
            .source_currency_code("USD")
            .destination_currency_code("BTC")
            .source_amount(decimal(digits));
        let request = crypto::Client::new(transport()).create_quote().body(request).into_request();
        let body = String::from_utf8(request.unwrap().body_bytes().unwrap().to_vec()).unwrap();
        assert!(body.contains(&format!(r#""sourceAmount":{digits},"#)), "{body}");
    }
}

#[test]
fn lists_are_separated_by_commas() {
    let search = || crypto::Client::new(transport()).search_transactions();
    let request = search()
        .statuses(["SETTLED", "FAILED"])
        .limit(50)
        .amount_from(decimal("1.50"))
        .customer_ids(vec!["a b".to_owned()])
        .into_request()
        .unwrap();
    assert_sends(
        &request,
        "GET /payments/transactions?statuses=SETTLED,FAILED&limit=50&amountFrom=1.50&customerIds=a%20b",
        &[],
        "",
    );
    let nothing_set = search().statuses(Vec::<String>::new()).into_request().unwrap();
    assert_sends(&nothing_set, "GET /payments/transactions", &[], "");
    assert_eq!(nothing_set.body_bytes(), None);
    let two_in_one = search().statuses(["SETTLED,FAILED"]).into_request().unwrap_err();
    assert_eq!(two_in_one.field(), Some("statuses"));
}

fn paths(error: &Error) -> Vec<&str> {
    error.invalid_fields().map(|(path, _)| path).collect()
}

#[test]
fn missing_values_are_named() {
    let routes = network_partner::Client::new(transport())
        .find_supported_routes()
        .category(network_partner::types::Category::from("CRYPTO_ONRAMP"))
        .into_request()
        .unwrap_err();
    assert_eq!(routes.field(), Some("countryCode"));
    assert_eq!(paths(&routes), ["countryCode", "sourceCurrencyCode", "destinationCurrencyCode"]);

    let quote = || crypto::Client::new(transport()).create_quote();
    assert_eq!(quote().into_request().unwrap_err().field(), Some("body"));
    let body = crypto::types::CryptoQuoteRequest::builder().country_code("US");
    let error = quote().body(body).into_request().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::InvalidRequest { .. }), "{error:?}");
    assert_eq!(
        error.to_string(),
        "POST /payments/crypto/quote: `destinationCurrencyCode` is required; `sourceAmount` is required; \
         `sourceCurrencyCode` is required"
    );

    let nested = crypto::types::PaymentMethod::builder().owner("x").build().unwrap_err();
    assert_eq!(nested.field(), Some("details"));
    let charge = payments::types::PaymentTransactionRequest::builder();
    let charge = charge.source_currency_code("USD").payment_method(payments::types::PaymentMethodInput::builder());
    let error = charge.build().unwrap_err();
    assert_eq!(paths(&error), ["paymentMethod.details", "paymentMethod.type", "sourceAmount"]);
}

#[test]
fn missing_values_within_unions_have_paths() {
    let data = crypto::types::CryptoBuySessionData::builder().country_code("US").service_provider("BANXA");
    let session = crypto::types::SessionTokenForWidgetRequest::builder().session_data(data);
    let error = crypto::Client::new(transport()).create_widget_session().body(session).into_request().unwrap_err();
    let missing = ["destinationCurrencyCode", "sourceAmount", "sourceCurrencyCode", "walletAddress"];
    assert_eq!(paths(&error), missing.map(|name| format!("sessionData.{name}")));

    let account = crypto::types::SepaPaymentMethodDetails::builder();
    let method = crypto::types::FiatPayoutMethod::builder().owner("Robin Example").details(account);
    let order = crypto::types::HeadlessOrderOfframpRequest::builder().fiat_payout_method(method);
    let error = order.build().unwrap_err();
    assert!(paths(&error).contains(&"fiatPayoutMethod.details.iban"), "{error}");
}

#[test]
fn searches_send_documented_times_and_statuses() {
    let time = "2026-03-04T02:13:02.5+02:00".parse::<chrono::DateTime<chrono::FixedOffset>>().unwrap();
    let request = payments::Client::new(transport())
        .search_transactions()
        .from(time.date_naive())
        .to(time)
        .statuses([payments::types::TransactionStatus::Settled, "BRAND_NEW".into()])
        .into_request()
        .unwrap();
    let query = "statuses=SETTLED,BRAND_NEW&from=2026-03-04&to=2026-03-04T00:13:02";
    let sent = request.path_and_query().unwrap().replace("%3A", ":").replace("%2C", ",");
    assert_eq!(sent, format!("/payments/transactions?{query}"));
}

/// Tokens, account numbers and cards, in requests and responses.
#[test]
fn debug_output_has_no_secrets() {
    let started: bank_linking::types::ConnectStartResponse = serde_json::from_str(
        r#"{"id":"c-1","connectToken":"hidden-token","widgetUrl":"https://w.example/?connectToken=hidden-token",
            "customerId":"m-1","externalCustomerId":"e-1"}"#,
    )
    .unwrap();
    let account: bank_linking::types::FinancialAccount = serde_json::from_str(
        r#"{"id":"a-1","identifiers":{
            "ach":{"accountNumber":"hidden-1","routingNumber":"hidden-2","wireRoutingNumber":"hidden-3"},
            "bacs":{"accountNumber":"hidden-4","sortCode":"hidden-5"},
            "eft":{"accountNumber":"hidden-6","institutionNumber":"hidden-7"},
            "international":{"bban":"hidden-8","bic":"b","iban":"hidden-9"}}}"#,
    )
    .unwrap();
    assert!(started.connect_token.as_deref() == Some("hidden-token") && account.identifiers.is_some());
    let customer: customer::types::Customer = serde_json::from_str(
        r#"{"id":"u-1","name":"Erika","email":"hidden@example.com","phone":"+1hidden","dateOfBirth":"1990-01-02"}"#,
    )
    .unwrap();
    assert!(customer.email.is_some() && customer.phone.is_some());
    let card = payments::types::PaymentMethodInput::builder()
        .type_("CARD")
        .details(serde_json::json!({"cardNumber": "hidden-10", "cvv": "hidden-11"}));
    let payment = payments::types::PaymentTransactionRequest::builder()
        .source_amount(decimal("25.00"))
        .source_currency_code("USD")
        .nonce("hidden-nonce")
        .payment_method(card.build().unwrap());
    let call = payments::Client::new(transport()).create_transaction().body(payment.clone());
    let texts = [
        format!("{started:?}"),
        format!("{started:#?}"),
        format!("{account:?}"),
        format!("{payment:?}"),
        format!("{customer:?}"),
        format!("{:?}", payment.build().unwrap()),
        format!("{call:?}"),
        format!("{:?}", call.into_request().unwrap()),
    ];
    for text in &texts {
        assert!(!text.contains("hidden") && !text.contains("1990"), "{text}");
    }
    assert!(texts[0].contains("c-1") && texts[2].contains("a-1") && texts[0].contains("***"));
}
