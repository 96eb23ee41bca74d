//! Customers, KYC, bank linking, payments and webhook profiles.

use meld_client_core::chrono::NaiveDate;
use meld_client_core::serde_json::{Value, json};
use meld_client_core::{Decimal, Error};

use super::{Build, Sample, encoded};
use crate::{bank, customers, payments, webhooks};

pub(super) const REQUESTS: &[(&str, Build)] = &[
    ("bank-linking-connect-start", |_| {
        let products = [
            bank::Product::Balances,
            bank::Product::Owners,
            bank::Product::Identifiers,
            bank::Product::Transactions,
            bank::Product::InvestmentHoldings,
            bank::Product::InvestmentTransactions,
        ];
        let start = bank::ConnectStartRequest::builder()
            .external_customer_id("testCustomer")
            .products(products)
            .regions(["US", "CA"])
            .institution_search_string("Fidelity");
        encoded(start.build())
    }),
    ("bank-linking-connect-start-optional-products", |_| {
        let start = bank::ConnectStartRequest::builder()
            .external_customer_id("testCustomer")
            .products([bank::Product::Balances, bank::Product::Transactions])
            .optional_products([bank::Product::InvestmentHoldings, bank::Product::InvestmentTransactions]);
        encoded(start.build())
    }),
    ("customer-address-create-billing", |_| {
        let address = address().city("Boston").region("MA").postal_code("02112").build()?;
        let request =
            customers::CreateCustomerAddressRequest::builder().type_(customers::AddressType::Billing).address(address);
        encoded(request.build())
    }),
    ("customer-address-create-residence", |_| {
        let address = address().line_two("Unit 2").city("San Francisco").region("CA").postal_code("94105").build()?;
        let request = customers::CreateCustomerAddressRequest::builder()
            .type_(customers::AddressType::Residence)
            .address(address);
        encoded(request.build())
    }),
    ("customer-create-external-customer-id", |sample| {
        let id = sample.at("/externalCustomerId");
        encoded(customers::CreateCustomerRequest::builder().external_id(id).build())
    }),
    ("customer-create-external-id", |_| {
        encoded(robin(1990, 1, 30)?.phone(PHONE).external_id("your-internal-user-id").build())
    }),
    ("customer-create-native-apple-pay", |_| {
        let customer = customers::CreateCustomerRequest::builder().external_id("your-user-42");
        encoded(customer.name(name()?).email(EMAIL).build())
    }),
    ("customer-create-payins", |sample| encoded(individual(sample)?.build())),
    ("customer-create-retrieve-kyc", |_| {
        let customer = customers::CreateCustomerRequest::builder().external_id("your-internal-user-id");
        encoded(customer.name(name()?).email(EMAIL).build())
    }),
    ("customer-create-subaccount", |_| {
        let customer = customers::CreateCustomerRequest::builder().external_id("business1");
        encoded(customer.type_(customers::CustomerType::Business).build())
    }),
    ("customer-create-unified-kyc", |_| encoded(robin(1980, 1, 30)?.phone(PHONE).external_id("testUser1").build())),
    ("customer-create-virtual-account", |sample| encoded(individual(sample)?.phone(PHONE).build())),
    ("customer-create-virtual-account-with-address", |sample| encoded(individual(sample)?.phone(PHONE).build())),
    ("customer-create-you-kyc", |_| {
        encoded(robin(1990, 1, 30)?.phone(PHONE).external_id("your-internal-user-id").build())
    }),
    ("customer-update-email", |_| encoded(customers::CustomerUpdateRequest::builder().email(EMAIL).build())),
    ("customer-update-name-email", |_| {
        encoded(customers::CustomerUpdateRequest::builder().name(name()?).email(EMAIL).build())
    }),
    ("customer-verification-confirm", |_| {
        encoded(customers::ConfirmVerificationRequest::builder().code("316856").build())
    }),
    ("customer-verification-create", |_| {
        let verification = customers::CreateVerificationRequest::builder()
            .channel(customers::VerificationChannel::Email)
            .target(EMAIL);
        encoded(verification.build())
    }),
    ("fragment-bank-linking-account-preference-override", |_| {
        let preference = bank::BankLinkingPreference::builder().selection_style(bank::SelectionStyle::Tile);
        Ok(json!({ "accountPreferenceOverride": encoded(preference.build())? }))
    }),
    ("fragment-payment-method-card", |sample| payment_method(sample, payments::PaymentMethodType::Card)),
    ("fragment-payment-method-meld-token", |sample| {
        payment_method(sample, payments::PaymentMethodType::MeldPaymentToken)
    }),
    ("kyc-export-raw-data", |_| {
        let export = customers::KycDataExportRequest::builder()
            .mode(customers::KycDataExportMode::RawData)
            .kyc_provider(customers::KycProvider::Sumsub);
        encoded(export.build())
    }),
    ("kyc-export-token", |_| {
        let export = customers::KycTokenExportRequest::builder()
            .mode(customers::KycTokenExportMode::Token)
            .kyc_provider(customers::KycProvider::Sumsub)
            .recipient_client_id("receiving.partner's.client.id");
        encoded(export.build())
    }),
    ("kyc-initiate-hosted-url", |_| encoded(initiate(customers::KycInitiationMode::HostedUrl).build())),
    ("kyc-initiate-hosted-url-share", |_| {
        encoded(initiate(customers::KycInitiationMode::HostedUrl).kyc_share_providers(SHARED).build())
    }),
    ("kyc-initiate-patch", |_| {
        let update = customers::UpdateKycRequest::builder()
            .service_provider(customers::KycProvider::Sumsub)
            .mode(customers::KycInitiationMode::HostedUrl)
            .kyc_share_providers([customers::ServiceProvider::Noah]);
        encoded(update.build())
    }),
    ("kyc-initiate-raw-data-part", raw_data),
    ("kyc-initiate-token-import", |sample| encoded(import(sample)?.build())),
    ("kyc-initiate-token-import-share", |sample| encoded(import(sample)?.kyc_share_providers(SHARED).build())),
    ("payments-ach-payin", |sample| {
        let payin = payments::PaymentTransactionRequest::builder()
            .customer_id(sample.at("/customerId"))
            .source_amount(Decimal::new(1000, 2))
            .source_currency_code("USD")
            .payment_method(ach(sample)?)
            .service_provider("PLAID");
        encoded(payin.build())
    }),
    ("payments-ach-payout", |sample| {
        let payout = payments::PayoutTransactionRequest::builder()
            .customer_id(sample.at("/customerId"))
            .source_amount(Decimal::new(1500, 2))
            .source_currency_code("USD")
            .payment_method(ach(sample)?)
            .service_provider(payments::ServiceProvider::Plaid);
        encoded(payout.build())
    }),
    ("webhook-profile-create", |sample| {
        let profile = webhooks::WebhookProfileCreateRequest::builder()
            .name("sample-webhook-profile-name")
            .url(sample.at("/url"))
            .event_types([
                webhooks::EventType::BankLinkingAccountsUpdated,
                webhooks::EventType::BankLinkingTransactionsAggregated,
            ]);
        encoded(profile.build())
    }),
];

const EMAIL: &str = "robin@example.com";
const PHONE: &str = "+15555550100";
const SHARED: [customers::ServiceProvider; 2] =
    [customers::ServiceProvider::Noah, customers::ServiceProvider::Duenetwork];

fn name() -> Result<customers::CustomerName, Error> {
    customers::CustomerName::builder().first_name("Robin").last_name("Example").build()
}

fn robin(year: i32, month: u32, day: u32) -> Result<customers::builder::CreateCustomerRequest, Error> {
    let customer = customers::CreateCustomerRequest::builder().name(name()?).email(EMAIL);
    Ok(customer.date_of_birth(NaiveDate::from_ymd_opt(year, month, day).unwrap()))
}

fn individual(sample: &Sample) -> Result<customers::builder::CreateCustomerRequest, Error> {
    Ok(robin(1990, 3, 15)?.external_id(sample.at("/externalId")).type_(customers::CustomerType::Individual))
}

fn address() -> customers::builder::CustomerAddressDetailsRequest {
    customers::CustomerAddressDetailsRequest::builder()
        .first_name("Robin")
        .last_name("Example")
        .line_one("1 Example Street")
        .country_code("US")
}

fn initiate(mode: customers::KycInitiationMode) -> customers::builder::InitiateKycRequest {
    customers::InitiateKycRequest::builder().service_provider(customers::KycProvider::Sumsub).mode(mode)
}

fn import(sample: &Sample) -> Result<customers::builder::InitiateKycRequest, Error> {
    let details = customers::SumsubTokenImportKycDetails::builder()
        .kyc_token(sample.at("/serviceProviderDetails/kycToken"))
        .applicant_id(sample.at("/serviceProviderDetails/applicantId"));
    Ok(initiate(customers::KycInitiationMode::TokenImport).service_provider_details(details.build()?))
}

fn raw_data(_: &Sample) -> Result<Value, Error> {
    let address = customers::KycApplicantAddress::builder()
        .country("USA")
        .street("1 Example Street")
        .sub_street("Apt 4")
        .town("Springfield")
        .state("IL")
        .post_code("62704");
    let document = |part: &str, kind: customers::KycDocumentType| {
        customers::KycDocument::builder().part(part).id_doc_type(kind).country("USA")
    };
    let card = customers::KycDocumentType::IdCard;
    let front = document("docFront", card.clone()).id_doc_sub_type(customers::KycDocumentSide::FrontSide);
    let back = document("docBack", card).id_doc_sub_type(customers::KycDocumentSide::BackSide);
    let selfie = document("selfie", customers::KycDocumentType::Selfie);
    let applicant = customers::KycApplicant::builder()
        .first_name("Robin")
        .last_name("Example")
        .dob(NaiveDate::from_ymd_opt(1990, 1, 15).unwrap())
        .nationality("USA")
        .phone(PHONE)
        .email(EMAIL)
        .tin("123-45-6789")
        .tax_residence_country("USA")
        .address(address.build()?)
        .documents([front.build()?, back.build()?, selfie.build()?]);
    let data = customers::KycRawData::builder()
        .service_provider(customers::KycProvider::Sumsub)
        .mode(customers::KycRawDataMode::RawDataImport)
        .applicant_data(applicant.build()?);
    encoded(data.build())
}

/// The bank account of a payment.
fn ach(sample: &Sample) -> Result<payments::PaymentMethodInput, Error> {
    let number = sample.at("/paymentMethod/details/accountNumber");
    let details = json!({ "accountType": "CHECKING", "routingNumber": "110000000", "accountNumber": number });
    payments::PaymentMethodInput::builder().type_(payments::PaymentMethodType::Ach).details(details).build()
}

/// The field of a payment that a guide shows alone. Its details are free-form.
fn payment_method(sample: &Sample, kind: payments::PaymentMethodType) -> Result<Value, Error> {
    let details = sample.0["paymentMethod"]["details"].clone();
    let method = payments::PaymentMethodInput::builder().type_(kind).details(details);
    Ok(json!({ "paymentMethod": encoded(method.build())? }))
}
