//! CustomersExt, and having providers check who they are.
#![allow(clippy::panic, reason = "stories end where something is not as told")]

use std::time::Duration;

use meld_client::customers::{CustomerRef, KycOutcome, KycState};
use meld_client::v2026_02_03::crypto::types::{
    CryptoBuySessionData, ServiceProvider as CryptoProvider, SessionData,
    SessionTokenForWidgetRequest,
};
use meld_client::v2026_02_03::customer;
use meld_client::v2026_02_03::customer::types::{
    CreateCustomerAddressRequest, CreateCustomerRequest, CustomerAddressDetailsRequest,
    CustomerName, CustomerUpdateRequest, InitiateKycRequest, KycInitiationMode, KycProvider,
    ServiceProvider, SumsubTokenImportKycDetails,
};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Decimal, ErrorCode, ExposeSecret, Meld, Polling};
use meld_sandbox::{Fault, FaultRule, KycStatus, Sandbox};

async fn start() -> (Sandbox, Meld) {
    let sandbox = Sandbox::start().await.unwrap();
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url());
    let meld = meld.build().unwrap();
    (sandbox, meld)
}

fn robin() -> customer::types::builder::CreateCustomerRequest {
    CreateCustomerRequest::builder()
        .email("robin@example.com")
        .name(CustomerName::builder().first_name("Robin").last_name("Example").build().unwrap())
}

/// A customer, and Meld's id of that customer.
async fn customer(customers: &customer::Client) -> String {
    customers.get_or_create("user-17", robin()).await.unwrap().customer.id.clone().unwrap()
}

/// A page of SUMSUB's, the result shared with these.
fn kyc(share: &[ServiceProvider]) -> customer::types::builder::InitiateKycRequest {
    InitiateKycRequest::builder()
        .service_provider(KycProvider::Sumsub)
        .mode(KycInitiationMode::HostedUrl)
        .kyc_share_providers(share.iter().cloned())
}

/// Asks again soon.
fn soon() -> Polling {
    Polling::default()
        .timeout(Duration::from_millis(300))
        .initial_interval(Duration::from_millis(20))
}

/// A customer is made once, and what is stored is never overwritten by making the same again.
#[tokio::test]
async fn a_customer_is_found_again_and_what_differs_is_named() {
    let (_sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let first = customers.get_or_create("user-17", robin()).await.unwrap();
    assert!(first.matches_request());

    // What was blank is filled in, what was not stays.
    let again = robin().email("other@example.com").phone("+15555550100");
    let again = customers.get_or_create("user-17", again).await.unwrap();
    assert_eq!(again.customer.id, first.customer.id);
    assert_eq!(again.customer.phone.as_deref(), Some("+15555550100"));
    assert_eq!(again.customer.email.as_deref(), Some("robin@example.com"));
    assert_eq!(again.differing, ["email"]);
    assert!(!again.matches_request());

    let id = first.customer.id.clone().unwrap();
    let found = customers.by_id(&id).await.unwrap().unwrap();
    assert_eq!(found.external_id.as_deref(), Some("user-17"));
    let found = customers.by_external_id("user-17").await.unwrap().unwrap();
    assert_eq!(found.id.as_ref(), Some(&id));
    assert!(customers.by_id("nobody").await.unwrap().is_none());
    assert!(customers.by_external_id("USER-17").await.unwrap().is_none());

    customers.delete_customer().customer_id(&id).send().await.unwrap();
    assert!(customers.by_external_id("user-17").await.unwrap().is_none());
}

/// An id that is empty would find, or make, just anybody.
#[tokio::test]
async fn without_an_id_nothing_is_sent() {
    let (sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let error = customers.get_or_create(" ", robin()).await.unwrap_err();
    assert_eq!(error.field(), Some("externalId"));
    let error = customers.by_external_id("").await.unwrap_err();
    assert_eq!(error.field(), Some("externalId"));
    let error = customers.by_id("").await.unwrap_err();
    assert_eq!(error.field(), Some("customerIds"));
    let error = customers.start_or_update_kyc("", kyc(&[])).await.unwrap_err();
    assert_eq!(error.field(), Some("customerId"));
    assert_eq!(sandbox.requests_received(), 0);
}

/// Story 17, KYC once, buy without asking again.
#[tokio::test]
async fn story_17_a_checked_customer_buys_without_being_asked_again() {
    let (sandbox, meld) = start().await;
    let api = meld.v2026_02_03();
    let customers = api.customer();
    let id = customer(&customers).await;
    let session = || {
        let data = CryptoBuySessionData::builder()
            .country_code("US")
            .source_currency_code("USD")
            .destination_currency_code("BTC")
            .source_amount(Decimal::from(100))
            .wallet_address("2N3oefVeg6stiTb5Kh3ozCSkaqmx91FDbsm")
            .service_provider(CryptoProvider::Mercuryo);
        let request = SessionTokenForWidgetRequest::builder()
            .session_data(SessionData::Buy(data.build().unwrap()))
            .bypass_kyc(true)
            .for_customer(CustomerRef::id(&id));
        api.crypto().create_widget_session().body(request)
    };
    let refused = session().send().await.unwrap_err();
    assert_eq!(refused.code(), Some(&ErrorCode::CustomerKycNotApproved));

    let started = customers.start_or_update_kyc(&id, kyc(&[])).await.unwrap();
    let url = started.url.as_ref().unwrap().expose_secret();
    assert!(url.starts_with(sandbox.base_url()) && !format!("{started:?}").contains(url));
    // Nothing is decided while the customer is at the page.
    let outcome = customers.wait_for_kyc(&id, ServiceProvider::Sumsub, soon()).await.unwrap();
    assert!(matches!(outcome, KycOutcome::StillPending(KycState::Pending)), "{outcome:?}");

    sandbox.decide_kyc(&id, KycStatus::Approved).unwrap();
    let outcome = customers.wait_for_kyc(&id, ServiceProvider::Sumsub, soon()).await.unwrap();
    assert!(outcome.is_approved());
    let session = session().send().await.unwrap();
    assert!(session.service_provider_widget_url.is_some());
}

/// Story 18, Standing bank account for deposits, as far as the check: it is the provider of the account that has to
/// approve, not SUMSUB alone, and it may have questions of its own.
#[tokio::test]
async fn story_18_the_provider_of_the_account_decides_for_itself() {
    let (sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let id = customer(&customers).await;
    // Due Network checks nobody without an address.
    let address = CustomerAddressDetailsRequest::builder()
        .line_one("1 Example Street")
        .city("Berlin")
        .region("BE")
        .postal_code("10115")
        .country_code("DE");
    let address = CreateCustomerAddressRequest::builder()
        .type_(customer::types::AddressType::Residence)
        .address(address.build().unwrap());
    customers.create_address().customer_id(&id).body(address).send().await.unwrap();

    let share = [ServiceProvider::Noah, ServiceProvider::Duenetwork];
    customers.start_or_update_kyc(&id, kyc(&share)).await.unwrap();
    sandbox.decide_kyc_at(&id, "SUMSUB", KycStatus::Approved).unwrap();
    sandbox.decide_kyc_at(&id, "DUENETWORK", KycStatus::Rejected).unwrap();
    let found = customers.by_id(&id).await.unwrap().unwrap();
    assert!(found.is_approved_at("SUMSUB") && !found.is_approved_at("NOAH"));
    let refused = customers.wait_for_kyc(&id, "DUENETWORK", soon()).await.unwrap();
    assert!(matches!(refused, KycOutcome::Refused(KycState::Rejected)), "{refused:?}");

    sandbox.ask_customer(&id, "NOAH").unwrap();
    let outcome = customers.wait_for_kyc(&id, ServiceProvider::Noah, soon()).await.unwrap();
    let KycOutcome::NeedsCustomer(steps) = outcome else { panic!("{outcome:?}") };
    let url = steps.hosted_url.unwrap();
    assert!(url.expose_secret().starts_with(sandbox.base_url()));

    // The customer is at the page now: that somebody has to go there is no news any more.
    let waiting = customers.wait_for_kyc_decision(&id, ServiceProvider::Noah, soon());
    let (outcome, ()) = tokio::join!(waiting, async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        sandbox.decide_kyc_at(&id, "NOAH", KycStatus::Approved).unwrap();
    });
    assert!(outcome.unwrap().is_approved());
    let found = customers.by_id(&id).await.unwrap().unwrap();
    assert!(found.kyc_steps_at("NOAH").is_empty());
}

/// A check that was begun before is changed by the same request, without a word.
#[tokio::test]
async fn a_check_is_begun_or_changed_by_one_call() {
    let (sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let id = customer(&customers).await;
    customers.start_or_update_kyc(&id, kyc(&[])).await.unwrap();
    let before = sandbox.requests_received();
    let changed = customers.start_or_update_kyc(&id, kyc(&[ServiceProvider::Noah])).await.unwrap();
    // The POST that was refused, and the PATCH.
    assert_eq!(sandbox.requests_received() - before, 2);
    assert_eq!(changed.state, KycState::Pending);
    let found = customers.by_id(&id).await.unwrap().unwrap();
    assert_eq!(found.kyc_at("NOAH"), KycState::Pending);
    assert_eq!(found.provider_kycs().len(), 2);
}

/// Where no response came, the same is asked again: there is one customer and one check all the same.
#[tokio::test]
async fn lost_responses_make_no_second_customer_and_no_second_check() {
    let (sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let lost = |operation| FaultRule::new(Fault::ConnectionReset).operation(operation);
    sandbox.add_fault(lost("accounts-customers-create")).unwrap();
    let error = customers.get_or_create("user-17", robin()).await.unwrap_err();
    assert!(error.outcome_unknown());
    sandbox.clear_faults();
    let id = customer(&customers).await;
    assert_eq!(customers.search_customers().all(10).await.unwrap().len(), 1);

    sandbox.add_fault(lost("accounts-customers-kyc-initiate")).unwrap();
    let error = customers.start_or_update_kyc(&id, kyc(&[])).await.unwrap_err();
    assert!(error.outcome_unknown());
    sandbox.clear_faults();
    let started = customers.start_or_update_kyc(&id, kyc(&[])).await.unwrap();
    assert!(started.url.is_some());
    let found = customers.by_id(&id).await.unwrap().unwrap();
    assert_eq!(found.provider_kycs().len(), 1);
}

/// What the service would refuse is refused before it is sent, and other refusals are not taken for a second try.
#[tokio::test]
async fn a_check_that_cannot_be_is_not_begun() {
    let (sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let details =
        SumsubTokenImportKycDetails::builder().applicant_id("a").kyc_token("t").build().unwrap();
    for (request, field) in [
        (kyc(&[]).mode(KycInitiationMode::TokenImport), "serviceProviderDetails"),
        (kyc(&[]).service_provider_details(details), "serviceProviderDetails"),
        (kyc(&[]).mode("RAW_DATA_IMPORT"), "mode"),
        (kyc(&[ServiceProvider::Noah, ServiceProvider::Noah]), "kycShareProviders"),
    ] {
        let error = customers.start_or_update_kyc("a", request).await.unwrap_err();
        assert_eq!(error.field(), Some(field));
    }
    assert_eq!(sandbox.requests_received(), 0);

    let error = customers.start_or_update_kyc("nobody", kyc(&[])).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), sandbox.requests_received()), (404, 1));
    let error = customers.wait_for_kyc("nobody", "NOAH", soon()).await.unwrap_err();
    assert!(error.to_string().contains("no customer with this id"), "{error}");
}

/// Story 23, DecodeWarning by sub-account, first half: the sub-account.
#[tokio::test]
async fn story_23_a_sub_account_is_a_business() {
    let (_sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let made = customers.get_or_create_subaccount("shop-1").await.unwrap();
    assert_eq!(made.customer.type_, Some(customer::types::CustomerType::Business));
    assert!(made.matches_request());
    // A customer has the id already, who is no business.
    customers.get_or_create("user-17", robin().type_("INDIVIDUAL")).await.unwrap();
    let other = customers.get_or_create_subaccount("user-17").await.unwrap();
    assert_eq!(other.differing, ["type"]);
}

/// Every call can be left to a task of its own.
#[tokio::test]
async fn customers_are_asked_about_in_tasks() {
    let (_sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let task = tokio::spawn(async move {
        let id = customer(&customers).await;
        let update = CustomerUpdateRequest::builder().phone("+15555550100".to_owned());
        customers.update_customer().customer_id(&id).body(update).send().await?;
        customers.start_or_update_kyc(&id, kyc(&[])).await?;
        customers.wait_for_kyc(&id, "SUMSUB", soon()).await
    });
    assert!(matches!(task.await.unwrap().unwrap(), KycOutcome::StillPending(_)));
}
