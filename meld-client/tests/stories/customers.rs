//! Scenarios of customers and KYC.
#![allow(clippy::panic, reason = "tests fail by panicking")]

use std::time::Duration;

use meld_client::customers::{KycOutcome, KycState};
use meld_client::v2026_02_03::customer;
use meld_client::v2026_02_03::customer::types::{
    CreateCustomerAddressRequest, CreateCustomerRequest, CustomerAddressDetailsRequest, CustomerName,
    CustomerUpdateRequest, InitiateKycRequest, KycInitiationMode, KycProvider, ServiceProvider,
    SumsubTokenImportKycDetails,
};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{ExposeSecret, Polling};
use meld_sandbox::{Fault, FaultRule, KycStatus};

use crate::support::{polling, start};

fn robin() -> customer::types::builder::CreateCustomerRequest {
    CreateCustomerRequest::builder()
        .email("robin@example.com")
        .name(CustomerName::builder().first_name("Robin").last_name("Example").build().unwrap())
}

/// Creates a customer and returns Meld's id.
async fn customer(customers: &customer::Client) -> String {
    customers.get_or_create("user-17", robin()).await.unwrap().customer.id.clone().unwrap()
}

/// Returns a request for a KYC page of SUMSUB, with the result shared with these providers.
fn kyc(share: &[ServiceProvider]) -> customer::types::builder::InitiateKycRequest {
    InitiateKycRequest::builder()
        .service_provider(KycProvider::Sumsub)
        .mode(KycInitiationMode::HostedUrl)
        .kyc_share_providers(share.iter().cloned())
}

fn soon() -> Polling {
    polling(20, 300)
}

/// Creates a customer once. Repeating the request never overwrites stored values.
#[tokio::test]
async fn existing_customer_lists_differing_fields() {
    let (_sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let first = customers.get_or_create("user-17", robin()).await.unwrap();
    assert!(first.matches_request());

    // Blank fields are filled in; others keep their values.
    let again = robin().email("other@example.com").phone("+15555550100");
    let again = customers.get_or_create("user-17", again).await.unwrap();
    assert_eq!(again.customer.id, first.customer.id);
    assert_eq!(again.customer.phone.as_deref(), Some("+15555550100"));
    assert_eq!(again.customer.email.as_deref(), Some("robin@example.com"));
    assert_eq!(again.differing, ["email"]);
    assert!(!again.matches_request());

    let id = first.customer.id.clone().unwrap();
    let found = customers.find_by_id(&id).await.unwrap().unwrap();
    assert_eq!(found.external_id.as_deref(), Some("user-17"));
    let found = customers.find_by_external_id("user-17").await.unwrap().unwrap();
    assert_eq!(found.id.as_ref(), Some(&id));
    assert!(customers.find_by_id("nobody").await.unwrap().is_none());
    assert!(customers.find_by_external_id("USER-17").await.unwrap().is_none());

    customers.delete_customer().customer_id(&id).send().await.unwrap();
    assert!(customers.find_by_external_id("user-17").await.unwrap().is_none());
}

/// Rejects an empty id, which would find or create an arbitrary customer.
#[tokio::test]
async fn empty_customer_id_is_not_sent() {
    let (sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let error = customers.get_or_create(" ", robin()).await.unwrap_err();
    assert_eq!(error.field(), Some("externalId"));
    let error = customers.find_by_external_id("").await.unwrap_err();
    assert_eq!(error.field(), Some("externalId"));
    let error = customers.find_by_id("").await.unwrap_err();
    assert_eq!(error.field(), Some("customerIds"));
    let error = customers.start_or_update_kyc("", kyc(&[])).await.unwrap_err();
    assert_eq!(error.field(), Some("customerId"));
    assert_eq!(sandbox.requests_received(), 0);
}

/// Completes KYC for a virtual account: its provider has to approve as well, and may require further steps.
#[tokio::test]
async fn each_provider_decides_on_kyc() {
    let (sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let id = customer(&customers).await;
    // Due Network requires an address.
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
    let found = customers.find_by_id(&id).await.unwrap().unwrap();
    assert!(found.is_approved_at("SUMSUB") && !found.is_approved_at("NOAH"));
    let refused = customers.wait_for_kyc(&id, "DUENETWORK", soon()).await.unwrap();
    assert!(matches!(refused, KycOutcome::Refused(KycState::Rejected)), "{refused:?}");

    sandbox.ask_customer(&id, "NOAH").unwrap();
    let outcome = customers.wait_for_kyc(&id, ServiceProvider::Noah, soon()).await.unwrap();
    let KycOutcome::NeedsCustomer(steps) = outcome else { panic!("{outcome:?}") };
    let url = steps.hosted_url.unwrap();
    assert!(url.expose_secret().starts_with(sandbox.base_url()));

    // The customer has opened the page, so only the decision ends polling.
    let decision = customers.wait_for_kyc_decision(&id, ServiceProvider::Noah, soon());
    let (outcome, ()) = tokio::join!(decision, async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        sandbox.decide_kyc_at(&id, "NOAH", KycStatus::Approved).unwrap();
    });
    assert!(outcome.unwrap().is_approved());
    let found = customers.find_by_id(&id).await.unwrap().unwrap();
    assert!(found.kyc_steps_at("NOAH").is_empty());
}

/// Updates KYC that was started before with the same method.
#[tokio::test]
async fn kyc_is_started_or_updated() {
    let (sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let id = customer(&customers).await;
    customers.start_or_update_kyc(&id, kyc(&[])).await.unwrap();
    let before = sandbox.requests_received();
    let changed = customers.start_or_update_kyc(&id, kyc(&[ServiceProvider::Noah])).await.unwrap();
    // The rejected POST and the PATCH.
    assert_eq!(sandbox.requests_received() - before, 2);
    assert_eq!(changed.state, KycState::Pending);
    let found = customers.find_by_id(&id).await.unwrap().unwrap();
    assert_eq!(found.kyc_at("NOAH"), KycState::Pending);
    assert_eq!(found.provider_kycs().len(), 2);
}

/// Repeats requests without a response, and creates neither a second customer nor a second KYC.
#[tokio::test]
async fn lost_responses_create_no_duplicates() {
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
    let found = customers.find_by_id(&id).await.unwrap().unwrap();
    assert_eq!(found.provider_kycs().len(), 1);
}

/// Rejects invalid requests before sending, and does not take other rejections for KYC that was started before.
#[tokio::test]
async fn invalid_kyc_requests_are_not_sent() {
    let (sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let details = SumsubTokenImportKycDetails::builder().applicant_id("a").kyc_token("t").build().unwrap();
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
    assert!(error.to_string().contains("no customer has this id"), "{error}");
}

/// Creates a sub-account.
#[tokio::test]
async fn sub_account_is_a_business() {
    let (_sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let made = customers.get_or_create_subaccount("shop-1").await.unwrap();
    assert_eq!(made.customer.type_, Some(customer::types::CustomerType::Business));
    assert!(made.matches_request());
    // An individual customer has this id already.
    customers.get_or_create("user-17", robin().type_("INDIVIDUAL")).await.unwrap();
    let other = customers.get_or_create_subaccount("user-17").await.unwrap();
    assert_eq!(other.differing, ["type"]);
}

/// Makes all calls in a spawned task.
#[tokio::test]
async fn customer_calls_work_in_tasks() {
    let (_sandbox, meld) = start().await;
    let customers = meld.v2026_02_03().customer();
    let task = tokio::spawn(async move {
        let id = customer(&customers).await;
        let update = CustomerUpdateRequest::builder().phone("+15555550100".to_owned());
        customers.update_customer().customer_id(&id).body(update).send().await?;
        customers.start_or_update_kyc(&id, kyc(&[])).await?;
        customers.wait_for_kyc(&id, "SUMSUB", soon()).await
    });
    assert!(matches!(task.await.unwrap().unwrap(), KycOutcome::Pending(_)));
}
