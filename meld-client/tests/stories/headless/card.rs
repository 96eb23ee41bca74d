//! Story 20: a card payment inside the own app.

use meld_client::crypto::{CryptoCurrency, FiatCurrency, PaymentMethodId, QuoteRequest};
use meld_client::customers::{Confirmation, Contact, ContactChannel, ContactState, CustomerRef, VerificationStart};
use meld_client::headless::{Eligibility, NextCall, Readiness};
use meld_client::serde_json::{self, Map};
use meld_client::v2026_02_03::crypto::types::{HeadlessOrderOnrampRequest, builder};
use meld_client::v2026_02_03::customer::types::{
    CreateCustomerRequest, CustomerUpdateRequest, InitiateKycRequest, UpdateKycRequest,
};
use meld_client::v2026_02_03::payments::types::SimulateOrderRequest;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{ErrorCode, Money};
use meld_sandbox::KycStatus;

use super::Wallet;
use crate::support::polling;

const ADDRESS: &str = "0x2d62af1a24f44806adaa4a2cdc90e9e1aa2dfbfd";

impl Wallet {
    async fn robin(&self) -> String {
        let details = CreateCustomerRequest::builder().email("robin@example.com").phone("+14155550123");
        self.api.customer().get_or_create("robin", details).await.unwrap().customer.id.clone().unwrap()
    }

    async fn verify(&self, customer_id: &str, contact: Contact) {
        let customers = self.api.customer();
        let started = customers.start_verification(customer_id, contact, Some("BANXA")).await.unwrap();
        let VerificationStart::Sent(started) = started else { panic!("{started:?}") };
        let wrong = customers.confirm_code(customer_id, &started.id, "123456").await.unwrap();
        assert!(matches!(wrong, Confirmation::WrongCode { attempts_remaining: Some(_) }), "{wrong:?}");
        let confirmed = customers.confirm_code(customer_id, &started.id, "000000").await.unwrap();
        assert!(confirmed.is_verified(), "{confirmed:?}");
    }

    /// Makes the calls that the requirements need.
    async fn meet(&self, customer_id: &str, eligibility: &Eligibility) {
        let customers = self.api.customer();
        for call in eligibility.next_calls() {
            match call {
                NextCall::VerifyEmail => {
                    self.verify(customer_id, Contact::email("robin@example.com").unwrap()).await;
                }
                NextCall::VerifyPhone => self.verify(customer_id, Contact::phone("+14155550123").unwrap()).await,
                NextCall::StartKyc | NextCall::ShareKyc => {
                    let request = InitiateKycRequest::builder().service_provider("SUMSUB").mode("HOSTED_URL");
                    let request = request.kyc_share_providers(["BANXA"]);
                    customers.start_or_update_kyc(customer_id, request).await.unwrap();
                }
                NextCall::SubmitFields(fields) => {
                    let details = fields.iter().map(|field| (field.clone(), "baker".into()));
                    let request = UpdateKycRequest::builder().service_provider("SUMSUB").mode("HOSTED_URL");
                    let request =
                        request.kyc_share_providers(["BANXA"]).service_provider_details(Map::from_iter(details));
                    customers.submit_missing_fields(customer_id, request, fields).await.unwrap();
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

fn order(customer_id: &str) -> builder::HeadlessOrderOnrampRequest {
    HeadlessOrderOnrampRequest::builder()
        .customer_id(customer_id)
        .external_order_id("order-17")
        .service_provider("BANXA")
        .payment_method_type("CREDIT_DEBIT_CARD")
        .country_code("FR")
        .money(Money::new(100, FiatCurrency::new("EUR").unwrap()))
        .destination_currency_code("USDC")
        .destination_wallet_address(ADDRESS)
        .client_ip_address("203.0.113.24")
}

/// Quotes, meets all requirements, orders once, hands the response on, and credits the webhook.
#[tokio::test]
async fn card_purchase_meets_requirements_and_credits() {
    let wallet = Wallet::open().await;
    let (crypto, customer_id) = (wallet.api.crypto(), wallet.robin().await);
    let (eur, usdc) = (FiatCurrency::new("EUR").unwrap(), CryptoCurrency::new("USDC").unwrap());
    let request = QuoteRequest::buy("FR", Money::new(100, eur), usdc)
        .payment_method(PaymentMethodId::new("CREDIT_DEBIT_CARD").unwrap())
        .service_providers(["BANXA"])
        .customer(CustomerRef::id(&customer_id));
    let quotes = crypto.create_quote().integration_mode("HEADLESS").body(request).send().await.unwrap();
    let mut order = order(&customer_id).build().unwrap();
    order.destination_network_code.clone_from(&quotes.best().unwrap().destination_network_code);

    let eligibility = crypto.check_eligibility(&order).await.unwrap();
    assert_eq!(eligibility.readiness(), Readiness::ActionRequired);
    wallet.meet(&customer_id, &eligibility).await;
    // The KYC is under review.
    assert_eq!(crypto.check_eligibility(&order).await.unwrap().readiness(), Readiness::Pending);
    wallet.sandbox.decide_kyc(&customer_id, KycStatus::Approved).unwrap();
    assert_eq!(crypto.check_eligibility(&order).await.unwrap().readiness(), Readiness::Ready);

    let request = crypto.order_headless_onramp(order).idempotent().unwrap();
    let payload = request.finish(polling(20, 5_000)).await.unwrap().completed().unwrap();
    let for_the_app: serde_json::Value = serde_json::from_str(payload.as_json()).unwrap();
    assert_eq!(for_the_app["id"].as_str(), payload.id.as_deref());
    let replayed = request.finish(polling(20, 5_000)).await.unwrap().completed().unwrap();
    assert_eq!(replayed.as_json(), payload.as_json());

    let paid = SimulateOrderRequest::builder().external_order_id("order-17");
    wallet.api.payments().simulate_order().body(paid).send().await.unwrap();
    let credited = wallet.credited(1).await;
    assert_eq!(Some(wallet.order_of(&credited[0]).await), payload.id.clone());
}

/// A provider that has refused the customer is blocked for good.
#[tokio::test]
async fn refused_customer_is_blocked() {
    let wallet = Wallet::open().await;
    let (crypto, customer_id) = (wallet.api.crypto(), wallet.robin().await);
    let order = order(&customer_id).build().unwrap();
    let eligibility = crypto.check_eligibility(&order).await.unwrap();
    wallet.meet(&customer_id, &eligibility).await;
    wallet.sandbox.decide_kyc_at(&customer_id, "BANXA", KycStatus::Rejected).unwrap();
    let eligibility = crypto.check_eligibility(&order).await.unwrap();
    assert_eq!(eligibility.readiness(), Readiness::Blocked);
    assert!(eligibility.next_calls().any(|call| call == NextCall::UseOtherProvider));
}

/// A change of the contact invalidates its verification, and the order is refused.
#[tokio::test]
async fn changed_contact_is_verified_again() {
    let wallet = Wallet::open().await;
    let (customers, customer_id) = (wallet.api.customer(), wallet.robin().await);
    wallet.verify(&customer_id, Contact::email("robin@example.com").unwrap()).await;
    let state = || customers.contact_state(&customer_id, ContactChannel::Email);
    assert_eq!(state().await.unwrap(), ContactState::Verified);
    let update = CustomerUpdateRequest::builder().email("other@example.com");
    customers.update_customer().customer_id(&customer_id).body(update).send().await.unwrap();
    assert_eq!(state().await.unwrap(), ContactState::Invalidated);

    let order = wallet.api.crypto().order_headless_onramp(order(&customer_id)).idempotent().unwrap();
    let refused = order.send().await.unwrap_err();
    assert_eq!(refused.code(), Some(&ErrorCode::VerificationRequired));
}
