//! Requests of Meld's guides, built with the builders of the newest version. They are encoded as the guides show them.

use meld_client_core::json::{Json as AsJson, ToJson};
use meld_client_core::serde_json::{self, Value, json};
use meld_client_core::{Decimal, Error};

use super::{crypto, customers, payments, text};

/// Asserts that a request is encoded as the sample.
fn assert_sample<T: ToJson>(name: &str, request: Result<T, Error>) {
    let written = serde_json::to_value(AsJson(&request.unwrap())).unwrap();
    let sample: Value = serde_json::from_str(&text(name)).unwrap();
    assert_eq!(written, without_nulls(sample), "{name}");
}

/// A missing value and null are equal.
fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, field| !field.is_null());
        for field in fields.values_mut() {
            *field = without_nulls(field.take());
        }
    }
    value
}

/// The string at a JSON pointer of a sample.
fn at(name: &str, pointer: &str) -> String {
    let sample: Value = serde_json::from_str(&text(name)).unwrap();
    sample.pointer(pointer).and_then(Value::as_str).unwrap().to_owned()
}

#[test]
fn onramp_orders_send_amounts_as_strings() {
    for (name, method) in [
        ("request-headless-onramp-order-card", crypto::HeadlessPaymentMethodType::CreditDebitCard),
        ("request-headless-onramp-order-apple-pay", crypto::HeadlessPaymentMethodType::ApplePay),
    ] {
        let order = crypto::HeadlessOrderOnrampRequest::builder()
            .customer_id(at(name, "/customerId"))
            .external_order_id(at(name, "/externalOrderId"))
            .service_provider(crypto::HeadlessOnrampServiceProvider::Mercuryo)
            .payment_method_type(method)
            .country_code("FR")
            .source_amount(Decimal::from(100))
            .source_currency_code("EUR")
            .destination_currency_code("USDC")
            .destination_wallet_address(at(name, "/destinationWalletAddress"))
            .destination_network_code("ETH")
            .client_ip_address("203.0.113.7");
        assert_sample(name, order.build());
    }
}

#[test]
fn transfer_orders_and_actions_are_as_shown() {
    let name = "request-headless-transfer-order";
    let order = crypto::TransferOrderRequest::builder()
        .customer_id(at(name, "/customerId"))
        .external_order_id("transfer-7d41a2")
        .service_provider(crypto::TransferServiceProvider::Coinbasepay)
        .currency_code("USDC_BASE")
        .network_code("BASE")
        .amount(Decimal::new(1001, 2))
        .destination_wallet_address(at(name, "/destinationWalletAddress"))
        .country_code("US")
        .subdivision("US-CA")
        .redirect_url(at(name, "/redirectUrl"));
    assert_sample(name, order.build());
    let prepare = crypto::PrepareAccountAuthorization::builder().version(1).build();
    let action = prepare.map(crypto::TransferActionRequest::PrepareAccountAuthorization);
    assert_sample("request-headless-transfer-action-prepare", action);
    let complete = crypto::CompleteAccountAuthorization::builder().version(1).authorization_handle("Hk3x...").build();
    let action = complete.map(crypto::TransferActionRequest::CompleteAccountAuthorization);
    assert_sample("request-headless-transfer-action-complete", action);
    let submit = crypto::SubmitTransfer::builder().version(1).source_account_id("1b7d...").build();
    let action = submit.map(crypto::TransferActionRequest::SubmitTransfer);
    assert_sample("request-headless-transfer-action-submit", action);
    let second = crypto::SubmitSecondFactor::builder().version(1).second_factor_code("123456").build();
    let action = second.map(crypto::TransferActionRequest::SubmitSecondFactor);
    assert_sample("request-headless-transfer-action-second-factor", action);
}

#[test]
fn checkout_urls_are_as_shown() {
    let key = "{{your_public_key}}";
    let minimal = crypto::CheckoutUrlRequest::builder().public_key(key).build();
    assert_sample("request-crypto-session-widget-url-minimal", minimal);
    let name = "request-crypto-session-widget-url";
    let prefill = crypto::CheckoutPrefill::builder()
        .country_code("DE")
        .source_currency_code("EUR")
        .destination_currency_code("ETH")
        .source_amount(Decimal::from(250))
        .payment_method_type("CARD")
        .wallet_address(at(name, "/prefill/walletAddress"));
    let whole = crypto::CheckoutUrlRequest::builder()
        .public_key(key)
        .session_type(crypto::CheckoutSessionType::Buy)
        .prefill(prefill.build().unwrap())
        .locked([crypto::CheckoutField::WalletAddress, crypto::CheckoutField::SourceAmount])
        .redirect_url("https://yourapp.com/crypto/complete")
        .external_customer_id("user_789")
        .external_session_id("checkout_abc123");
    assert_sample(name, whole.build());
}

#[test]
fn kyc_requests_are_as_shown() {
    let export = customers::KycDataExportRequest::builder()
        .mode(customers::KycDataExportMode::RawData)
        .kyc_provider(customers::KycProvider::Sumsub);
    assert_sample("request-kyc-export-raw-data", export.build());
    let export = customers::KycTokenExportRequest::builder()
        .mode(customers::KycTokenExportMode::Token)
        .kyc_provider(customers::KycProvider::Sumsub)
        .recipient_client_id("receiving.partner's.client.id");
    assert_sample("request-kyc-export-token", export.build());
    let update = || {
        customers::UpdateKycRequest::builder()
            .service_provider(customers::KycProvider::Sumsub)
            .mode(customers::KycInitiationMode::HostedUrl)
    };
    assert_sample(
        "request-kyc-initiate-patch",
        update().kyc_share_providers([customers::ServiceProvider::Noah]).build(),
    );
    let Value::Object(fields) = json!({ "occupation": "Baker" }) else { panic!("not an object") };
    let missing = update().service_provider_details(fields.clone()).build().unwrap();
    let written = serde_json::to_value(AsJson(&missing)).unwrap();
    assert_eq!(written["serviceProviderDetails"], Value::Object(fields));
}

#[test]
fn simulations_and_codes_are_as_shown() {
    let name = "request-mock-headless-simulate";
    let order = payments::SimulateOrderRequest::builder().external_order_id(at(name, "/externalOrderId"));
    assert_sample(name, order.build());
    let name = "request-mock-simulate-deposit";
    let deposit = payments::SimulateDepositRequest::builder()
        .customer_id("$CUSTOMER_ID")
        .service_provider(payments::DepositServiceProvider::Noah)
        .payment_method_type("ACH")
        .source_currency_code("USD")
        .destination_currency_code("USDC")
        .destination_wallet_address(at(name, "/destinationWalletAddress"))
        .amount(Decimal::from(25));
    assert_sample(name, deposit.build());
    let confirmed = customers::ConfirmVerificationRequest::builder().code("316856").build().unwrap();
    assert!(!format!("{confirmed:?}").contains("316856"), "{confirmed:?}");
    assert_sample("request-customer-verification-confirm", Ok(confirmed));
}

#[test]
fn deposits_and_apple_pay_are_as_shown() {
    let name = "request-deposit-instructions";
    let deposit = crypto::VirtualAccountDepositInstructionsRequest::builder()
        .customer_id(at(name, "/customerId"))
        .service_provider(crypto::DepositServiceProvider::Noah)
        .payment_method_type(crypto::DepositPaymentMethodType::Ach)
        .source_currency_code("USD")
        .destination_currency_code("USDC")
        .destination_wallet_address(at(name, "/destinationWalletAddress"))
        .country_code("US");
    assert_sample(name, deposit.build());
    let name = "request-mercuryo-apple-pay-process";
    let address = crypto::BillingAddress::builder()
        .country_code("FR")
        .street_line_one("1 Example Street")
        .street_line_two("")
        .state_code("")
        .city("Paris")
        .zip_code("75001");
    let payment = crypto::MercuryoNativeApplePayRequest::builder()
        .pay_token(at(name, "/pay_token"))
        .merchant_transaction_id(at(name, "/merchant_transaction_id"))
        .first_name("Jane")
        .last_name("Doe")
        .email(at(name, "/email"))
        .address("bc1q...")
        .ip("203.0.113.7")
        .billing_address(address.build().unwrap());
    assert_sample(name, payment.build());
}
