//! The customers of each version.
#![allow(dead_code, unused_imports, unused_macros, reason = "no version need be chosen")]

use super::CustomersExt;
use super::creating::Details;
use super::outcome::KycStarted;
use crate::for_versions::for_versions;
use crate::{Error, Method, Operation, Parameter};

/// The change of a check: stands in no document, but in Meld's guides.
const fn kyc_update(version: &'static str) -> Operation {
    const PARAMETERS: &[Parameter] = &[Parameter::path("customerId", "customer_id")];
    Operation {
        version,
        family: "customer",
        operation_id: "accounts-customers-kyc-update",
        method: Method::Patch,
        path: "/accounts/customers/{customerId}/kyc/initiate",
        rust_name: "start_or_update_kyc",
        parameters: PARAMETERS,
        has_body: true,
        success: &[200],
        success_body_statuses: &[],
        takes_idempotency_key: false,
        is_paged: false,
    }
}

/// Whether a check can be begun like this.
fn check_kyc(mode: &str, has_details: bool) -> Result<(), Error> {
    const DETAILS: &str = "serviceProviderDetails";
    match mode {
        "TOKEN_IMPORT" if !has_details => {
            Err(Error::invalid(DETAILS, "is required with the mode TOKEN_IMPORT"))
        }
        "HOSTED_URL" if has_details => {
            Err(Error::invalid(DETAILS, "must not be sent with the mode HOSTED_URL"))
        }
        "RAW_DATA_IMPORT" => {
            Err(Error::invalid("mode", "RAW_DATA_IMPORT takes files, which this cannot send"))
        }
        _ => Ok(()),
    }
}

/// What is said of a customer, whether sent or read.
macro_rules! details {
    ($customer:expr) => {{
        let customer = $customer;
        let name = customer.name.as_ref();
        Details([
            ("dateOfBirth", customer.date_of_birth.as_ref().map(ToString::to_string)),
            ("email", customer.email.clone()),
            ("name.firstName", name.and_then(|name| name.first_name.clone())),
            ("name.lastName", name.and_then(|name| name.last_name.clone())),
            ("phone", customer.phone.clone()),
            ("type", customer.type_.as_ref().map(ToString::to_string)),
        ])
    }};
}

/// The customers of a version.
macro_rules! customers {
    ($version:ident) => {
        const _: () = {
            use crate::$version::customer::{Client, builder, types};

            static KYC_UPDATE: Operation = kyc_update(crate::$version::API_VERSION);

            impl CustomersExt for Client {
                type Customer = types::Customer;
                type CreateRequest = types::CreateCustomerRequest;
                type Create = builder::CreateCustomer;
                type KycRequest = types::InitiateKycRequest;
                type InitiateKyc = builder::InitiateKyc;
                type Search = builder::SearchCustomers;

                fn create_call(
                    &self,
                    external_id: String,
                    mut request: types::CreateCustomerRequest,
                ) -> builder::CreateCustomer {
                    request.external_id = Some(external_id);
                    self.create_customer().body(request)
                }

                fn subaccount() -> Result<types::CreateCustomerRequest, Error> {
                    let request = types::CreateCustomerRequest::builder();
                    request.type_(types::CustomerType::Business).build()
                }

                fn asked(request: &types::CreateCustomerRequest) -> Details {
                    details!(request)
                }

                fn stored(customer: &types::Customer) -> Details {
                    details!(customer)
                }

                fn search_by_id(&self, customer_id: String) -> builder::SearchCustomers {
                    self.search_customers().customer_ids([customer_id])
                }

                fn search_by_external_id(&self, external_id: String) -> builder::SearchCustomers {
                    self.search_customers().external_customer_id(external_id)
                }

                fn ids(customer: &types::Customer) -> (Option<&String>, Option<&String>) {
                    (customer.id.as_ref(), customer.external_id.as_ref())
                }

                fn kyc_initiate_call(
                    &self,
                    id: String,
                    request: types::InitiateKycRequest,
                ) -> builder::InitiateKyc {
                    self.initiate_kyc().customer_id(id).body(request)
                }

                fn kyc_started(response: types::InitiateKycResponse) -> KycStarted {
                    KycStarted::new(response.status.as_ref().map(|it| it.as_str()), response.url)
                }

                fn kyc_update(
                    request: &types::InitiateKycRequest,
                ) -> Result<&'static Operation, Error> {
                    let details = request.service_provider_details.is_some();
                    check_kyc(request.mode.as_str(), details).map(|()| &KYC_UPDATE)
                }
            }
        };
    };
}

for_versions!("customer", customers);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_refused_if_its_mode_and_its_details_do_not_go_together() {
        for (mode, has_details, wrong) in [
            ("HOSTED_URL", false, None),
            ("HOSTED_URL", true, Some("serviceProviderDetails")),
            ("TOKEN_IMPORT", true, None),
            ("TOKEN_IMPORT", false, Some("serviceProviderDetails")),
            ("RAW_DATA_IMPORT", false, Some("mode")),
            ("SOMETHING_NEW", false, None),
            ("SOMETHING_NEW", true, None),
        ] {
            let refused = check_kyc(mode, has_details).err();
            assert_eq!(refused.as_ref().and_then(Error::field), wrong, "{mode} {has_details}");
        }
    }

    /// The address of the change is in no document; the one where a check is begun is.
    #[allow(unused_macros, reason = "no version need be chosen")]
    macro_rules! change_of_kyc {
        ($version:ident) => {{
            use crate::$version::customer::{Client, OPERATIONS, types};

            let request = types::InitiateKycRequest::builder()
                .service_provider(types::KycProvider::Sumsub)
                .mode(types::KycInitiationMode::HostedUrl)
                .build();
            let change = <Client as CustomersExt>::kyc_update(&request.unwrap()).unwrap();
            let start = OPERATIONS.iter().find(|it| it.operation_id.ends_with("kyc-initiate"));
            let start = start.unwrap();
            assert_eq!((change.path, change.version), (start.path, start.version));
            assert_eq!((change.parameters, change.has_body), (start.parameters, true));
            assert_eq!((change.method, start.method), (Method::Patch, Method::Post));
        }};
    }

    #[test]
    fn a_check_is_changed_where_it_is_begun_in_every_version() {
        for_versions!("customer", change_of_kyc);
    }
}
