//! Redaction of the secrets of headless flows: tokens, handles, codes, bank details, KYC data and client payloads.

use std::fmt::Debug;

use meld_client::headless::ClientPayload;
use meld_client::serde_json::{Map, Value, json};
use meld_client::uuid::Uuid;
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::crypto::types as crypto;
use meld_client::v2026_02_03::customer::types as customer;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Call, Decimal, Error, ExposeSecret, Request};

use crate::secrets::{assert_redacted, echoes, seen_by};
use crate::support::{Reply, Server, json as success, logged, response, send};
use crate::{deposits, headless};

const TOKEN: &str = "eyJhY3Rpb24.Qm9keU9mVG9rZW4.c2lnbmVk";
const HANDLE: &str = "hdl_7Kq2mXw9Zr4Lc8Vt";
const FACTOR: &str = "GH47K9";
const CODE: &str = "604182";
const SESSION: &str = "eyJzZXNzaW9u.MercuryoSession.c2VjcmV0";
const PAY_TOKEN: &str = "cGF5bWVudERhdGFPZkFwcGxl";
const EMAIL: &str = "quentin@example.net";
const PHONE: &str = "+14155550199";
const ACCOUNT: &str = "009988776655";
const ROUTING: &str = "110000000";
const IBAN: &str = "FR1420041010050500013M02606";
const STREET: &str = "7 Rue des Secrets";
const NAME: &str = "Quentinia";
const LAST_NAME: &str = "Oberlander";
const BIRTH: &str = "1987-06-05";
const TAX_ID: &str = "901-65-4321";
const SHARE_TOKEN: &str = "_act-sbx-jwt-eyJzaGFyZQ.Zm9yIGFub3RoZXI";
const URL: &str = "https://widget.example/start?token=Wm9vbVRva2Vu";

struct Sent {
    request: Request,
    secrets: Vec<&'static str>,
}

fn sent<C: Call>(call: C, secrets: &[&'static str]) -> Sent {
    Sent { request: call.into_request().unwrap(), secrets: secrets.to_vec() }
}

fn action(api: &Api, action: crypto::TransferActionRequest, secret: &'static str) -> Sent {
    let call = api.crypto().run_transfer_action().service_provider("COINBASEPAY").order_id("W1");
    sent(call.idempotency_key(Uuid::new_v4()).action_token(TOKEN).body(action), &[TOKEN, secret])
}

fn actions(api: &Api) -> [Sent; 2] {
    use crypto::TransferActionRequest as Action;
    let complete = crypto::CompleteAccountAuthorization::builder().version(1).authorization_handle(HANDLE);
    let factor = crypto::SubmitSecondFactor::builder().version(1).second_factor_code(FACTOR);
    [
        action(api, Action::CompleteAccountAuthorization(complete.build().unwrap()), HANDLE),
        action(api, Action::SubmitSecondFactor(factor.build().unwrap()), FACTOR),
    ]
}

fn apple_pay(api: &Api) -> Sent {
    let address = crypto::BillingAddress::builder().street_line_one(STREET).city("Boston").country_code("US");
    let address = address.build().unwrap();
    let payment = crypto::MercuryoNativeApplePayRequest::builder()
        .address("0x51FB")
        .billing_address(address)
        .email(EMAIL)
        .first_name(NAME)
        .last_name(LAST_NAME)
        .ip("203.0.113.24")
        .merchant_transaction_id("m1")
        .pay_token(PAY_TOKEN);
    let call = api.crypto().process_apple_pay().crypto_session_token(SESSION).body(payment);
    sent(call, &[SESSION, PAY_TOKEN, EMAIL, NAME, LAST_NAME, STREET])
}

fn bank_details() -> crypto::FiatPayoutMethodDetails {
    let address = || {
        let address = crypto::Address::builder().street_line_one(STREET).city("Boston").state("MA");
        address.postal_code("02112").country("US").build().unwrap()
    };
    let account = crypto::AchPaymentMethodDetails::builder()
        .account_number(ACCOUNT)
        .routing_number(ROUTING)
        .account_type("CHECKING")
        .bank_address(address())
        .beneficiary_address(address());
    crypto::FiatPayoutMethodDetails::Ach(account.build().unwrap())
}

fn payout(api: &Api, details: crypto::FiatPayoutMethodDetails, secrets: &[&'static str]) -> Sent {
    let method = crypto::FiatPayoutMethod::builder().owner(NAME).details(details).build().unwrap();
    let order = crypto::HeadlessOrderOfframpRequest::builder()
        .customer_id("c1")
        .service_provider("NOAH")
        .source_amount(Decimal::from(100))
        .source_currency_code("USDC")
        .source_wallet_address("0x51FB")
        .destination_currency_code("USD")
        .fiat_payout_method(method);
    sent(api.crypto().create_headless_offramp_order().body(order), secrets)
}

fn payouts(api: &Api) -> [Sent; 2] {
    let iban = crypto::SepaPaymentMethodDetails::builder().iban(IBAN).build().unwrap();
    [
        payout(api, bank_details(), &[ACCOUNT, ROUTING, STREET, NAME]),
        payout(api, crypto::FiatPayoutMethodDetails::Sepa(iban), &[IBAN, NAME]),
    ]
}

fn verifications(api: &Api) -> [Sent; 2] {
    let start = customer::CreateVerificationRequest::builder().channel("PHONE").target(PHONE);
    let start = api.customer().create_verification().customer_id("c1").body(start);
    let code = customer::ConfirmVerificationRequest::builder().code(CODE);
    let confirm = api.customer().confirm_verification().customer_id("c1").verification_id("v1").body(code);
    [sent(start, &[PHONE]), sent(confirm, &[CODE])]
}

fn kyc(api: &Api) -> [Sent; 2] {
    let details = customer::SumsubTokenImportKycDetails::builder().applicant_id("a1").kyc_token(SHARE_TOKEN);
    let import = customer::InitiateKycRequest::builder().service_provider("SUMSUB").mode("TOKEN_IMPORT");
    let import = import.service_provider_details(details.build().unwrap());
    let details = Map::from_iter([("occupation".to_owned(), Value::from(NAME)), ("taxId".to_owned(), TAX_ID.into())]);
    let update = customer::UpdateKycRequest::builder().service_provider("SUMSUB").mode("HOSTED_URL");
    let update = update.service_provider_details(details);
    [
        sent(api.customer().initiate_kyc().customer_id("c1").body(import), &[SHARE_TOKEN]),
        sent(api.customer().update_kyc().customer_id("c1").body(update), &[NAME, TAX_ID]),
    ]
}

/// The identity of a customer, as it is imported and exported.
fn applicant() -> Value {
    json!({
        "mode": "RAW_DATA_IMPORT", "serviceProvider": "SUMSUB",
        "applicantData": {
            "firstName": NAME, "lastName": "Example", "dob": BIRTH, "email": EMAIL, "phone": PHONE, "tin": TAX_ID,
            "nationality": "FRA", "taxResidenceCountry": "FRA",
            "address": { "street": STREET, "town": "Paris", "country": "FRA" },
            "documents": [{ "idDocType": "PASSPORT", "country": "FRA", "part": "front" }],
        },
    })
}

fn raw_import(api: &Api) -> Sent {
    let data: customer::KycRawData = serde_json::from_value(applicant()).unwrap();
    let body = customer::ImportKycDataBody::builder().data(data);
    let call = api.customer().import_kyc_data().customer_id("c1").body(body);
    sent(call, &[NAME, BIRTH, EMAIL, PHONE, TAX_ID, STREET])
}

fn all(api: &Api) -> Vec<Sent> {
    let mut requests = vec![apple_pay(api), raw_import(api)];
    requests.extend(actions(api));
    requests.extend(payouts(api));
    requests.extend(verifications(api));
    requests.extend(kyc(api));
    requests
}

/// Returns everything that an error shows.
fn texts(error: &Error) -> [String; 5] {
    [
        format!("{error} {error:?} {error:#?}"),
        format!("{:?} {:?}", error.error_response(), error.headers()),
        error.excerpt().unwrap_or_default(),
        String::from_utf8(error.body().unwrap_or_default().to_vec()).unwrap(),
        error.decode_body::<Value>().unwrap_or_default().to_string(),
    ]
}

/// Returns an error that repeats a secret.
fn refusal(echo: &str) -> Reply {
    let body = format!(
        r#"{{"version":1,"code":"INVALID_REQUEST","message":"it is {echo}, wrong","errors":["[a] {echo}"],
        "{echo}":1,"requestId":"{echo}","serviceProviderDetails":{{"raw":["{echo}"],"{echo}":"{echo}"}}}}"#
    );
    response("400 Bad Request", "", &body)
}

#[tokio::test]
async fn echoed_headless_secrets_are_redacted() {
    let api = Server::start([]).await.meld().v2026_02_03();
    for Sent { request, secrets } in all(&api) {
        assert!(secrets.iter().all(|secret| !format!("{request:?} {request:#?}").contains(secret)), "{request:?}");
        for secret in secrets {
            let echoes = echoes(secret);
            // One client for all of them, because making one takes longer than all of its calls.
            let server = Server::start(echoes.iter().map(|echo| refusal(echo))).await;
            let (meld, seen) = seen_by(&server);
            let transport = meld.build().unwrap().transport().clone();
            for echo in &echoes {
                let error = transport.send_ignoring_body(request.clone()).await.unwrap_err();
                let mut shown = texts(&error).to_vec();
                shown.push(seen.text());
                shown.iter().for_each(|text| assert_redacted(text, secret, echo));
            }
            assert_redacted(&logged().lock().unwrap(), secret, secret);
        }
    }
}

/// The log has the names of fields that cannot be decoded.
#[tokio::test]
async fn successes_that_echo_log_no_secrets() {
    let api = Server::start([]).await.meld().v2026_02_03();
    for Sent { request, secrets } in all(&api) {
        for secret in secrets {
            let headers = format!("x-request-id: {secret}\r\n");
            let body = format!(r#"{{"a {secret}":"7"}}"#);
            let server = Server::start([response("200 OK", &headers, &body)]).await;
            let (meld, seen) = seen_by(&server);
            let transport = meld.build().unwrap().transport().clone();
            let response = transport.send::<std::collections::BTreeMap<String, bool>>(request.clone()).await.unwrap();
            assert_eq!(response.decode_warnings().count(), 1);
            assert_redacted(&format!("{:?} {}", response.decode_warnings(), seen.text()), secret, secret);
            assert_redacted(&logged().lock().unwrap(), secret, secret);
        }
    }
}

/// Sends a call whose response has secrets of its own: as a success, with values of other types, and as an error.
async fn assert_hidden<C: Call<Output: Debug>>(call: impl Fn(&Api) -> C, body: Value, secrets: &[&str]) {
    let damaged = body.to_string().replace(r#"":""#, r#"":[""#).replace(r#"","#, r#""],"#).replace(r#""}"#, r#""]}"#);
    let replies: [Reply; 3] =
        [success(body.to_string()), success(damaged), response("500 Internal Server Error", "", body.to_string())];
    for reply in replies {
        for is_strict in [false, true] {
            let server = Server::start([reply.clone()]).await;
            let (meld, seen) = seen_by(&server);
            let shown = match send(call(&meld.strict_decoding(is_strict).build().unwrap().v2026_02_03())).await {
                Ok(response) => format!("{response:?} {response:#?} {:?} {:?}", *response, response.decode_warnings()),
                Err(error) => format!("{} {}", texts(&error)[0], error.excerpt().unwrap_or_default()),
            };
            for secret in secrets {
                assert_redacted(&shown, secret, secret);
                assert_redacted(&seen.text(), secret, secret);
            }
        }
    }
    secrets.iter().for_each(|secret| assert_redacted(&logged().lock().unwrap(), secret, secret));
}

#[tokio::test]
async fn transfer_responses_show_no_secrets() {
    let state = json!({ "version": 1, "status": "VERIFICATION_REQUIRED", "nextStep": "OPEN_HOSTED_VERIFICATION",
        "verification": { "url": URL, "expiresAt": "2026-10-07T18:15:00Z" } });
    let order = json!({ "id": "W1", "serviceProvider": "COINBASEPAY", "actionToken": TOKEN, "next": state,
        "paymentActions": { "version": 1, "endpoint": "/crypto/order/headless/transfer/COINBASEPAY/W1/actions" } });
    assert_hidden(|api| api.crypto().get_transfer_order().order_id("W1"), order, &[TOKEN, URL]).await;
    let query = |api: &Api| {
        let query = crypto::TransferQueryRequest::builder().version(1).operation("READ_SUBMISSION");
        let call = api.crypto().read_transfer_action().service_provider("COINBASEPAY").order_id("W1");
        call.action_token(TOKEN).body(query)
    };
    assert_hidden(query, state, &[URL]).await;
}

fn purchase(api: &Api) -> impl Call<Output = ClientPayload<crypto::HeadlessOrderOnrampResponse>> + use<> {
    api.crypto().order_headless_onramp(headless::purchase())
}

#[tokio::test]
async fn client_payloads_show_no_values() {
    for (method, details) in [
        ("APPLE_PAY", json!({ "sessionToken": SESSION, "merchantTransactionId": "m1" })),
        ("CREDIT_DEBIT_CARD", json!({ "serviceProviderWidgetUrl": URL, "renderMode": "IFRAME" })),
        ("ACH", json!({ "accountNumber": ACCOUNT, "routingNumber": ROUTING, "accountHolderName": NAME })),
        ("SEPA", json!({ "iban": IBAN, "bic": "COBADEFFXXX" })),
        ("PIX", json!({ "pixKey": EMAIL })),
        ("MOBILE_MONEY", json!({ "mobileMoneyReference": ACCOUNT })),
    ] {
        let body = json!({ "id": "W1", "paymentMethodType": method, "paymentMethodResponseDetails": details,
            "paymentActions": { "version": 1, "clientSecret": TOKEN }, "serviceProviderDetails": { "memo": CODE } });
        let secrets = [SESSION, URL, ACCOUNT, ROUTING, NAME, IBAN, EMAIL, TOKEN, CODE];
        assert_hidden(purchase, body.clone(), &secrets).await;
        let generated = |api: &Api| api.crypto().create_headless_onramp_order().body(headless::purchase());
        assert_hidden(generated, body, &secrets).await;
    }
}

#[tokio::test]
async fn bank_details_of_deposits_are_hidden() {
    for (method, details) in [
        ("ACH", json!({ "accountNumber": ACCOUNT, "routingNumber": ROUTING, "accountHolderName": NAME })),
        ("SEPA", json!({ "iban": IBAN, "accountHolderName": NAME })),
        ("PIX", json!({ "pixKey": EMAIL })),
        ("MOBILE_MONEY", json!({ "mobileMoneyReference": ACCOUNT })),
        ("OF_TOMORROW", json!({ "number": ACCOUNT })),
    ] {
        let body = json!({ "depositInstructionsId": "d1", "paymentMethodType": method,
            "receivingBankInformation": details, "serviceProviderDetails": { "memo": CODE } });
        let call = |api: &Api| api.crypto().request_deposit_instructions(deposits::request("SEPA"));
        assert_hidden(call, body, &[ACCOUNT, ROUTING, NAME, IBAN, EMAIL, CODE]).await;
    }
}

#[tokio::test]
async fn exported_kyc_is_hidden() {
    let token = json!({ "mode": "TOKEN", "applicantId": "a1", "shareToken": SHARE_TOKEN });
    let export = |api: &Api| {
        let request = customer::KycTokenExportRequest::builder().mode("TOKEN").kyc_provider("SUMSUB");
        let request = request.recipient_client_id("meld.io_75082");
        api.customer().export_kyc_token().customer_id("c1").body(request)
    };
    assert_hidden(export, token, &[SHARE_TOKEN]).await;
    let export = |api: &Api| {
        let request = customer::KycDataExportRequest::builder().mode("RAW_DATA").kyc_provider("SUMSUB");
        api.customer().export_kyc_data().customer_id("c1").body(request)
    };
    assert_hidden(export, applicant(), &[NAME, BIRTH, EMAIL, PHONE, TAX_ID, STREET]).await;
    let hosted = |api: &Api| {
        let request = customer::InitiateKycRequest::builder().service_provider("SUMSUB").mode("HOSTED_URL");
        api.customer().initiate_kyc().customer_id("c1").body(request)
    };
    let body = json!({ "customerId": "c1", "serviceProvider": "SUMSUB", "status": "PENDING", "url": URL });
    assert_hidden(hosted, body, &[URL]).await;
}

#[tokio::test]
async fn checkouts_and_merchant_sessions_are_hidden() {
    let checkout = |api: &Api| {
        let checkout = crypto::CheckoutUrlRequest::builder().public_key("the-public-key");
        api.crypto().create_checkout_url().body(checkout)
    };
    assert_hidden(checkout, json!({ "widgetUrl": URL }), &[URL]).await;
    let merchant = |api: &Api| {
        let request = crypto::MercuryoMerchantSessionRequest::builder().validation_url("https://apple.example/a");
        api.crypto().validate_apple_pay_merchant().crypto_session_token(SESSION).body(request)
    };
    let session = json!({ "merchantSession": { "nonce": TOKEN, "signature": PAY_TOKEN } });
    assert_hidden(merchant, session, &[TOKEN, PAY_TOKEN]).await;
}

/// The values reach the caller all the same.
#[tokio::test]
async fn hidden_values_reach_the_caller() {
    let body = format!(r#"{{"id":"W1","paymentMethodResponseDetails":{{"sessionToken":"{SESSION}"}}}}"#);
    let server = Server::start([success(&body), success(format!(r#"{{"widgetUrl":"{URL}"}}"#))]).await;
    let api = server.meld().v2026_02_03();
    let payload = send(purchase(&api)).await.unwrap();
    assert_eq!(payload.as_json(), body);
    let checkout = crypto::CheckoutUrlRequest::builder().public_key("the-public-key");
    let minted = api.crypto().create_checkout_url().body(checkout).send().await.unwrap();
    assert_eq!(minted.checkout_url().unwrap().build().unwrap().expose_secret(), URL);
}
