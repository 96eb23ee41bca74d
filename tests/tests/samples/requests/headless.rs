//! Headless orders, transfers, deposits and simulations.

use meld_client_core::serde_json::{Value, json};
use meld_client_core::{Decimal, Error};

use super::{Build, Sample, encoded};
use crate::{crypto, payments};

pub(super) const REQUESTS: &[(&str, Build)] = &[
    ("deposit-instructions", |sample| {
        let deposit = crypto::VirtualAccountDepositInstructionsRequest::builder()
            .customer_id(sample.at("/customerId"))
            .service_provider(crypto::DepositServiceProvider::Noah)
            .payment_method_type(crypto::DepositPaymentMethodType::Ach)
            .source_currency_code("USD")
            .destination_currency_code("USDC")
            .destination_wallet_address(sample.at("/destinationWalletAddress"))
            .country_code("US");
        encoded(deposit.build())
    }),
    ("fragment-headless-offramp-mobile-money", |sample| {
        let number = sample.at("/fiatPayoutMethod/details/phoneNumber");
        let details = crypto::MobilePaymentMethodDetails::builder().phone_number(number).build()?;
        payout(crypto::FiatPayoutMethodDetails::MobileMoney(details))
    }),
    ("fragment-headless-offramp-sepa", |sample| {
        let iban = sample.at("/fiatPayoutMethod/details/iban");
        let details = crypto::SepaPaymentMethodDetails::builder().iban(iban).build()?;
        payout(crypto::FiatPayoutMethodDetails::Sepa(details))
    }),
    ("headless-offramp-order-ach", |sample| {
        let details = ach_details(sample.at("/fiatPayoutMethod/details/accountNumber"))?;
        let method = crypto::FiatPayoutMethod::builder()
            .owner("Robin Example")
            .details(crypto::FiatPayoutMethodDetails::Ach(details));
        let order = crypto::HeadlessOrderOfframpRequest::builder()
            .customer_id(sample.at("/customerId"))
            .source_amount(Decimal::from(100))
            .source_currency_code("USDC")
            .destination_currency_code("USD")
            .source_wallet_address(sample.at("/sourceWalletAddress"))
            .service_provider(crypto::HeadlessOfframpServiceProvider::Noah)
            .fiat_payout_method(method.build()?);
        encoded(order.build())
    }),
    ("headless-onramp-order-apple-pay", |sample| {
        let order = onramp(sample, crypto::HeadlessPaymentMethodType::ApplePay);
        encoded(order.destination_network_code("ETH").build())
    }),
    ("headless-onramp-order-card", |sample| {
        let order = onramp(sample, crypto::HeadlessPaymentMethodType::CreditDebitCard);
        encoded(order.destination_network_code("ETH").build())
    }),
    ("headless-onramp-order-native-apple-pay", |sample| {
        let order = onramp(sample, crypto::HeadlessPaymentMethodType::ApplePay)
            .source_amount(Decimal::from(15))
            .destination_currency_code("BTC");
        encoded(order.build())
    }),
    ("headless-transfer-action-complete", |_| {
        let action =
            crypto::CompleteAccountAuthorization::builder().version(1).authorization_handle("Hk3x...").build()?;
        encoded(Ok(crypto::TransferActionRequest::CompleteAccountAuthorization(action)))
    }),
    ("headless-transfer-action-prepare", |_| {
        let action = crypto::PrepareAccountAuthorization::builder().version(1).build()?;
        encoded(Ok(crypto::TransferActionRequest::PrepareAccountAuthorization(action)))
    }),
    ("headless-transfer-action-second-factor", |_| {
        let action = crypto::SubmitSecondFactor::builder().version(1).second_factor_code("123456").build()?;
        encoded(Ok(crypto::TransferActionRequest::SubmitSecondFactor(action)))
    }),
    ("headless-transfer-action-submit", |_| {
        let action = crypto::SubmitTransfer::builder().version(1).source_account_id("1b7d...").build()?;
        encoded(Ok(crypto::TransferActionRequest::SubmitTransfer(action)))
    }),
    ("headless-transfer-order", |sample| {
        let order = crypto::TransferOrderRequest::builder()
            .customer_id(sample.at("/customerId"))
            .external_order_id("transfer-7d41a2")
            .service_provider(crypto::TransferServiceProvider::Coinbasepay)
            .currency_code("USDC_BASE")
            .network_code("BASE")
            .amount(Decimal::new(1001, 2))
            .destination_wallet_address(sample.at("/destinationWalletAddress"))
            .country_code("US")
            .subdivision("US-CA")
            .redirect_url(sample.at("/redirectUrl"));
        encoded(order.build())
    }),
    ("mercuryo-apple-pay-process", apple_pay),
    ("mock-headless-simulate", simulate),
    ("mock-headless-simulate-transfer", simulate),
    ("mock-simulate-deposit", |sample| {
        let deposit = payments::SimulateDepositRequest::builder()
            .customer_id("$CUSTOMER_ID")
            .service_provider(payments::DepositServiceProvider::Noah)
            .payment_method_type("ACH")
            .source_currency_code("USD")
            .destination_currency_code("USDC")
            .destination_wallet_address(sample.at("/destinationWalletAddress"))
            .amount(Decimal::from(25));
        encoded(deposit.build())
    }),
];

fn onramp(sample: &Sample, method: crypto::HeadlessPaymentMethodType) -> crypto::builder::HeadlessOrderOnrampRequest {
    crypto::HeadlessOrderOnrampRequest::builder()
        .customer_id(sample.at("/customerId"))
        .external_order_id(sample.at("/externalOrderId"))
        .service_provider(crypto::HeadlessOnrampServiceProvider::Mercuryo)
        .payment_method_type(method)
        .country_code("FR")
        .source_amount(Decimal::from(100))
        .source_currency_code("EUR")
        .destination_currency_code("USDC")
        .destination_wallet_address(sample.at("/destinationWalletAddress"))
        .client_ip_address("203.0.113.7")
}

/// The bank account that the guides show for payouts in the United States.
pub(super) fn ach_details(account_number: String) -> Result<crypto::AchPaymentMethodDetails, Error> {
    let address = |city: &str, state: &str, postal_code: &str| {
        crypto::Address::builder()
            .street_line_one("1 Example Street")
            .city(city)
            .state(state)
            .postal_code(postal_code)
            .country("US")
            .build()
    };
    crypto::AchPaymentMethodDetails::builder()
        .account_type("CHECKING")
        .routing_number("110000000")
        .account_number(account_number)
        .bank_name("Chase Bank")
        .beneficiary_address(address("San Francisco", "CA", "94115")?)
        .bank_address(address("New York", "NY", "10017")?)
        .build()
}

/// The field of an offramp order that a guide shows alone.
fn payout(details: crypto::FiatPayoutMethodDetails) -> Result<Value, Error> {
    let method = crypto::FiatPayoutMethod::builder().owner("Robin Example").details(details);
    Ok(json!({ "fiatPayoutMethod": encoded(method.build())? }))
}

fn apple_pay(sample: &Sample) -> Result<Value, Error> {
    let address = crypto::BillingAddress::builder()
        .country_code("FR")
        .street_line_one("1 Example Street")
        .street_line_two("")
        .state_code("")
        .city("Paris")
        .zip_code("75001");
    let payment = crypto::MercuryoNativeApplePayRequest::builder()
        .pay_token(sample.at("/pay_token"))
        .merchant_transaction_id(sample.at("/merchant_transaction_id"))
        .first_name("Jane")
        .last_name("Doe")
        .email(sample.at("/email"))
        .address("bc1q...")
        .ip("203.0.113.7")
        .billing_address(address.build()?);
    encoded(payment.build())
}

fn simulate(sample: &Sample) -> Result<Value, Error> {
    let order = payments::SimulateOrderRequest::builder().external_order_id(sample.at("/externalOrderId"));
    encoded(order.build())
}
