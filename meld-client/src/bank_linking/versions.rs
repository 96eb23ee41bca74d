//! The calls of each version.

use futures_util::Stream;
use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::{Call, Page};

use super::calls::{self, BankLinkingExt, Calls, Check, OfConnection, Rows};
use super::institutions::{self, Offer};
use super::{
    Aggregation, ChangedTransactions, ConnectTokenExt, ConnectionExt, ConnectionState,
    FinancialAccountExt, FinancialAccountTransactionExt, InstitutionExt, UnlinkFailure, Unlinked,
    amounts, changed_transactions, steps, unlink,
};
use crate::for_versions::for_versions;
use crate::payments::{Built, built};
use crate::{Decimal, Error, Polling, ResponseValue};

/// What the types of a version tell.
macro_rules! types {
    ($version:ident) => {
        const _: () = {
            use crate::$version::bank_linking::types;

            impl ConnectionExt for types::Connection {
                fn state(&self) -> ConnectionState {
                    calls::state(self.status.as_deref(), self.status_reason.as_deref())
                }
            }

            impl ConnectTokenExt for types::ConnectStartResponse {
                fn token(&self) -> Option<&str> {
                    self.connect_token.as_deref()
                }
            }

            impl ConnectTokenExt for types::ConnectRepairResponse {
                fn token(&self) -> Option<&str> {
                    self.connect_token.as_deref()
                }
            }

            impl FinancialAccountTransactionExt for types::FinancialAccountTransaction {
                fn amount_out(&self) -> Option<Decimal> {
                    self.amount
                }
            }

            impl FinancialAccountExt for types::FinancialAccount {
                fn signed_balance(&self) -> Option<Decimal> {
                    let current = self.balances.as_ref()?.current_amount;
                    amounts::signed(
                        self.type_.as_ref().map(types::FinancialAccountType::as_str),
                        current,
                    )
                }

                fn available_to_spend(&self) -> Option<Decimal> {
                    self.balances.as_ref()?.available_amount
                }
            }

            impl InstitutionExt for types::Institution {
                fn offers(&self) -> Vec<Offer<'_>> {
                    let offers = self.providers.iter();
                    offers
                        .map(|(name, one)| Offer::new(name, &one.products, &one.regions))
                        .collect()
                }
            }
        };
    };
}

/// How a version calls.
macro_rules! calls {
    ($version:ident) => {
        built!(crate::$version::bank_linking::types::ConnectStartRequest);

        const _: () = {
            use crate::$version::bank_linking::{Client, types};

            impl Calls for Client {
                type Connection = types::Connection;
                type Product = types::Product;
                type ConnectStartRequest = types::builder::ConnectStartRequest;
                type ConnectStartResponse = types::ConnectStartResponse;
                type ConnectRepairResponse = types::ConnectRepairResponse;
                type ConnectionRefreshResponse = types::ConnectionRefreshResponse;
                type ConnectionAddProductsResponse = types::ConnectionAddProductsResponse;
                type FinancialAccountTransaction = types::FinancialAccountTransaction;
                type Institution = types::Institution;

                fn of_connection(one: &types::Connection) -> OfConnection<'_, types::Product> {
                    OfConnection {
                        id: one.id.as_deref(),
                        products: [&one.products, &one.optional_products],
                        duplicates: &one.duplicate_connection_ids,
                        active_duplicate: one.active_duplicate_connection_id.as_deref(),
                        aggregated_at: one.successfully_aggregated_at,
                    }
                }

                fn start(
                    &self,
                    request: types::builder::ConnectStartRequest,
                    check: Check<types::Product>,
                ) -> impl Call<Output = types::ConnectStartResponse> {
                    let request = request.build().and_then(|it| {
                        check([&it.products, &it.optional_products])?;
                        Ok(it)
                    });
                    self.start_connect().body(Built(request))
                }

                fn repair_call(
                    &self,
                    id: &str,
                ) -> impl Call<Output = types::ConnectRepairResponse> {
                    let body = types::ConnectRepairRequest::builder().connection_id(id);
                    self.repair_connect().body(body)
                }

                fn refresh_call(
                    &self,
                    id: &str,
                    products: &[types::Product],
                ) -> impl Call<Output = types::ConnectionRefreshResponse> {
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
                    financial_account_id: &str,
                    rows: Rows,
                ) -> impl Call<Output: Page<Item = types::FinancialAccountTransaction>>
                + use<>
                + 'static {
                    let search = self.search_transactions();
                    let search = search.financial_account_id(financial_account_id);
                    match rows {
                        Rows::Since(day) => search.start_date(day),
                        Rows::Newest(rows) => search.limit(rows),
                    }
                }

                fn search_institutions(
                    &self,
                    regions: &[&str],
                ) -> impl Call<Output: Page<Item = types::Institution>> + use<> {
                    self.search_institutions().regions(regions.iter().copied())
                }
            }
        };
    };
}

/// What a version offers.
macro_rules! bank_linking {
    ($version:ident) => {
        const _: () = {
            use crate::$version::bank_linking::{Client, types};

            impl BankLinkingExt for Client {
                type Connection = types::Connection;
                type Product = types::Product;
                type ConnectStartRequest = types::builder::ConnectStartRequest;
                type ConnectStartResponse = types::ConnectStartResponse;
                type ConnectRepairResponse = types::ConnectRepairResponse;
                type ConnectionRefreshResponse = types::ConnectionRefreshResponse;
                type ConnectionAddProductsResponse = types::ConnectionAddProductsResponse;
                type FinancialAccountTransaction = types::FinancialAccountTransaction;
                type Institution = types::Institution;

                async fn connect_start(
                    &self,
                    request: types::builder::ConnectStartRequest,
                ) -> Result<ResponseValue<types::ConnectStartResponse>, Error> {
                    steps::connect_start(self, request).await
                }

                async fn repair(
                    &self,
                    connection: &types::Connection,
                ) -> Result<ResponseValue<types::ConnectRepairResponse>, Error> {
                    steps::repair(self, connection).await
                }

                async fn refresh(
                    &self,
                    connection: &types::Connection,
                    products: &[types::Product],
                ) -> Result<ResponseValue<types::ConnectionRefreshResponse>, Error> {
                    steps::refresh(self, connection, products).await
                }

                async fn add_products(
                    &self,
                    connection: &types::Connection,
                    products: &[types::Product],
                ) -> Result<ResponseValue<types::ConnectionAddProductsResponse>, Error> {
                    steps::add_products(self, connection, products).await
                }

                async fn unlink_with_duplicates(
                    &self,
                    connection_id: &str,
                ) -> Result<Unlinked, UnlinkFailure> {
                    unlink::unlink_with_duplicates(self, connection_id).await
                }

                fn changed_transactions(
                    &self,
                    financial_account_id: &str,
                    oldest_transaction_updated_search_key: Option<&str>,
                ) -> ChangedTransactions<types::FinancialAccountTransaction> {
                    let key = oldest_transaction_updated_search_key;
                    changed_transactions::changed_transactions(self, financial_account_id, key)
                }

                async fn wait_until_aggregated(
                    &self,
                    connection_id: &str,
                    since: DateTime<Utc>,
                    waiting: Polling,
                ) -> Result<Aggregation<types::Connection>, Error> {
                    steps::wait_until_aggregated(self, connection_id, since, waiting).await
                }

                fn institutions_offering(
                    &self,
                    products: &[types::Product],
                    regions: &[&str],
                ) -> impl Stream<Item = Result<types::Institution, Error>> + Send + use<> {
                    institutions::offering(self, products, regions)
                }
            }
        };
    };
}

for_versions!("bank_linking", types);
for_versions!("bank_linking", calls);
for_versions!("bank_linking", bank_linking);
