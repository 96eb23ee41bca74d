// Compiled once for each API version, which is `api`; see `include_hooks!`.

use super::*;
use api::customer::{Client, builder, types};

impl CustomersClient for Client {
    type Customer = types::Customer;
    type CreateRequest = types::CreateCustomerRequest;
    type KycRequest = types::InitiateKycRequest;
}

impl Customers for Client {
    const VERSION: &'static str = api::API_VERSION;

    fn create(
        &self,
        external_id: String,
        mut request: types::CreateCustomerRequest,
    ) -> impl Call<Output = types::Customer> {
        request.external_id = Some(external_id);
        self.create_customer().body(request)
    }

    fn subaccount() -> Result<types::CreateCustomerRequest, Error> {
        let request = types::CreateCustomerRequest::builder();
        request.type_(types::CustomerType::Business).build()
    }

    fn search_by_id(&self, id: String) -> impl Call<Output: Page<Item = types::Customer>> {
        self.search_customers().customer_ids([id])
    }

    fn search_by_external_id(&self, id: String) -> impl Call<Output: Page<Item = types::Customer>> {
        self.search_customers().external_customer_id(id)
    }

    fn initiate_kyc(&self, id: String, request: types::InitiateKycRequest) -> impl Call<Output: KycResponse> {
        self.initiate_kyc().customer_id(id).body(request)
    }
}

impl Customer for types::Customer {
    fn ids(&self) -> (Option<&str>, Option<&str>) {
        (self.id.as_deref(), self.external_id.as_deref())
    }

    fn kycs(&self) -> Vec<KycFields<'_>> {
        let kycs = self.service_provider_customers.iter().map(|it| KycFields {
            provider: it.service_provider.as_ref().map(|it| it.as_str()),
            is_deleted: it.deleted_at.is_some(),
            status: it.kyc.as_ref().and_then(|it| Some(it.status.as_ref()?.as_str())),
            updated_at: it.kyc.as_ref().and_then(|it| it.updated_at),
            additional_info: it.kyc.as_ref().map(|it| &it.additional_info),
        });
        kycs.collect()
    }
}

macro_rules! details {
    ($($details:ident),+) => {
        $(impl CustomerDetails for types::$details {
            fn details(&self) -> Details {
                let name = self.name.as_ref();
                Details([
                    ("dateOfBirth", self.date_of_birth.as_ref().map(ToString::to_string)),
                    ("email", self.email.clone()),
                    ("name.firstName", name.and_then(|name| name.first_name.clone())),
                    ("name.lastName", name.and_then(|name| name.last_name.clone())),
                    ("phone", self.phone.clone()),
                    ("type", self.type_.as_ref().map(ToString::to_string)),
                ])
            }
        })+
    };
}
details!(CreateCustomerRequest, Customer);

impl KycRequest for types::InitiateKycRequest {
    fn mode(&self) -> (&str, bool) {
        (self.mode.as_str(), self.service_provider_details.is_some())
    }
}

impl KycResponse for types::InitiateKycResponse {
    fn status_and_url(self) -> (Option<String>, Option<String>) {
        (self.status.map(|it| it.as_str().to_owned()), self.url)
    }
}

impl CustomerRequest for builder::SearchCustomers {
    fn with_customer(self, customer: CustomerRef) -> Self {
        match customer {
            CustomerRef::Id(id) => self.customer_ids([id]),
            CustomerRef::ExternalId(id) => self.external_customer_id(id),
        }
    }
}
