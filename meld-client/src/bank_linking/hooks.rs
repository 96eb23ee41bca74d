// Compiled once for each API version, which is `api`; see `include_hooks!`.

use super::*;
use crate::payments::CheckedBody;
use api::bank_linking::{Client, types, types::builder};

impl BankLinkingClient for Client {
    type Connection = types::Connection;
    type Product = types::Product;
    type ConnectStartRequest = builder::ConnectStartRequest;
    type ConnectStartResponse = types::ConnectStartResponse;
    type ConnectRepairResponse = types::ConnectRepairResponse;
    type ConnectionRefreshResponse = types::ConnectionRefreshResponse;
    type ConnectionAddProductsResponse = types::ConnectionAddProductsResponse;
    type FinancialAccountTransaction = types::FinancialAccountTransaction;
    type Institution = types::Institution;
}

impl BankLinking for Client {
    fn start(
        &self,
        request: builder::ConnectStartRequest,
        check: Check<types::Product>,
    ) -> impl Call<Output = types::ConnectStartResponse> {
        let request = request.build();
        let request = request.and_then(|it| check(&it.products, &it.optional_products).map(|()| it));
        self.start_connect().body(CheckedBody(request))
    }

    fn repair(&self, id: &str) -> impl Call<Output = types::ConnectRepairResponse> {
        let body = types::ConnectRepairRequest::builder().connection_id(id);
        self.repair_connect().body(body)
    }

    fn refresh(&self, id: &str, products: &[types::Product]) -> impl Call<Output = types::ConnectionRefreshResponse> {
        let body = types::ConnectionRefreshRequest::builder();
        let body = body.products(products.iter().cloned());
        self.refresh_connection().connection_id(id).body(body)
    }

    fn update(
        &self,
        id: &str,
        products: &[types::Product],
    ) -> impl Call<Output = types::ConnectionAddProductsResponse> {
        let body = types::ConnectionAddProductsRequest::builder();
        let body = body.products(products.iter().cloned());
        self.update_connection().connection_id(id).body(body)
    }

    fn get(&self, id: &str) -> impl Call<Output = types::Connection> {
        self.get_connection().connection_id(id)
    }

    fn delete(&self, id: &str) -> impl Call<Output = ()> {
        self.delete_connection().connection_id(id)
    }

    fn transactions(
        &self,
        id: &str,
        rows: Rows,
    ) -> impl Call<Output: Page<Item = types::FinancialAccountTransaction>> + use<> + 'static {
        let search = self.search_transactions().financial_account_id(id);
        match rows {
            Rows::Since(day) => search.start_date(day),
            Rows::Newest(limit) => search.limit(limit),
        }
    }

    fn institutions(&self, regions: &[&str]) -> impl Call<Output: Page<Item = types::Institution>> + use<> {
        self.search_institutions().regions(regions.iter().copied())
    }
}

impl Connection for types::Connection {
    fn fields(&self) -> ConnectionFields<'_> {
        ConnectionFields {
            id: self.id.as_deref(),
            status: self.status.as_deref(),
            status_reason: self.status_reason.as_deref(),
            products: self.products.iter().chain(&self.optional_products).map(types::Product::as_str).collect(),
            duplicates: &self.duplicate_connection_ids,
            active_duplicate: self.active_duplicate_connection_id.as_deref(),
            aggregated_at: self.successfully_aggregated_at,
        }
    }
}

impl ConnectToken for types::ConnectStartResponse {
    fn token(&self) -> Option<&str> {
        self.connect_token.as_deref()
    }
}

impl ConnectToken for types::ConnectRepairResponse {
    fn token(&self) -> Option<&str> {
        self.connect_token.as_deref()
    }
}

impl Transaction for types::FinancialAccountTransaction {
    fn amount(&self) -> Option<Decimal> {
        self.amount
    }
}

impl Account for types::FinancialAccount {
    fn balances(&self) -> (Option<&str>, Option<Decimal>, Option<Decimal>) {
        let balances = self.balances.as_ref();
        (
            self.type_.as_ref().map(types::FinancialAccountType::as_str),
            balances.and_then(|it| it.current_amount),
            balances.and_then(|it| it.available_amount),
        )
    }
}

impl Institution for types::Institution {
    fn offers(&self) -> Vec<Offer<'_>> {
        let offers = self.providers.iter().map(|(provider, it)| Offer {
            provider,
            products: &it.products,
            regions: &it.regions,
        });
        offers.collect()
    }
}

crate::payments::checked_body!(types::ConnectStartRequest);
