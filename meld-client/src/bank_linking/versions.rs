//! The hooks that the helpers of this family are built on, and their implementation for each API version.

use meld_client_core::chrono::{DateTime, NaiveDate, Utc};
use meld_client_core::{Call, Page, StringEnum};

use crate::for_versions::for_versions;
use crate::{Decimal, Error};

/// The `bank_linking` client of an API version, and the types of that version.
///
/// [`BankLinkingExt`](super::BankLinkingExt) has the methods.
pub trait BankLinkingClient {
    /// The connection type, such as `v2026_02_03::bank_linking::types::Connection`.
    type Connection;
    /// The product enum, such as `v2026_02_03::bank_linking::types::Product`.
    type Product;
    /// The builder of a start request, such as `v2026_02_03::bank_linking::types::builder::ConnectStartRequest`.
    type ConnectStartRequest;
    /// The response to a start: connect token, widget URL and connection id.
    type ConnectStartResponse;
    /// The response to a repair: connect token and widget URL.
    type ConnectRepairResponse;
    /// The response to a refresh.
    type ConnectionRefreshResponse;
    /// The response to additional products.
    type ConnectionAddProductsResponse;
    /// The type of a financial account's transactions.
    type FinancialAccountTransaction;
    /// The institution type, such as `v2026_02_03::bank_linking::types::Institution`.
    type Institution;
}

/// The operations of a version.
pub trait BankLinking:
    BankLinkingClient<
        Connection: Connection + Send + Sync,
        Product: StringEnum + AsRef<str> + Send + Sync,
        ConnectStartRequest: Send,
        ConnectStartResponse: Send,
        ConnectRepairResponse: Send,
        ConnectionRefreshResponse: Send,
        ConnectionAddProductsResponse: Send,
        FinancialAccountTransaction: Send + 'static,
        Institution: Institution + Send,
    > + Clone
    + Send
    + Sync
    + 'static
{
    /// Builds the request and validates its required and optional products with `check`.
    fn start(
        &self,
        request: Self::ConnectStartRequest,
        check: Check<Self::Product>,
    ) -> impl Call<Output = Self::ConnectStartResponse>;

    fn repair(&self, id: &str) -> impl Call<Output = Self::ConnectRepairResponse>;

    fn refresh(
        &self,
        id: &str,
        products: &[Self::Product],
    ) -> impl Call<Output = Self::ConnectionRefreshResponse>;

    fn update(
        &self,
        id: &str,
        products: &[Self::Product],
    ) -> impl Call<Output = Self::ConnectionAddProductsResponse>;

    fn get(&self, id: &str) -> impl Call<Output = Self::Connection>;

    fn delete(&self, id: &str) -> impl Call<Output = ()>;

    /// Searches for the transactions of an account, in pages of `limit` items or from a day on.
    fn transactions(
        &self,
        financial_account_id: &str,
        rows: Rows,
    ) -> impl Call<Output: Page<Item = Self::FinancialAccountTransaction>> + use<Self> + 'static;

    fn institutions(
        &self,
        regions: &[&str],
    ) -> impl Call<Output: Page<Item = Self::Institution>> + use<Self>;
}

pub type Check<P> = fn(required: &[P], optional: &[P]) -> Result<(), Error>;

/// The part of a list of transactions to read.
#[derive(Clone, Copy, Debug)]
pub enum Rows {
    /// From this day on.
    Since(NaiveDate),
    /// From the newest on, in pages of this size.
    Newest(i32),
}

pub trait Connection {
    fn fields(&self) -> ConnectionFields<'_>;
}

/// The fields of a connection that the helpers need.
#[derive(Clone, Debug)]
pub struct ConnectionFields<'a> {
    pub id: Option<&'a str>,
    pub status: Option<&'a str>,
    pub status_reason: Option<&'a str>,
    /// Required and optional products.
    pub products: Vec<&'a str>,
    pub duplicates: &'a [String],
    pub active_duplicate: Option<&'a str>,
    pub aggregated_at: Option<DateTime<Utc>>,
}

pub trait ConnectToken {
    fn token(&self) -> Option<&str>;
}

pub trait Transaction {
    fn amount(&self) -> Option<Decimal>;
}

pub trait Account {
    /// The type, the current and the available balance.
    fn balances(&self) -> (Option<&str>, Option<Decimal>, Option<Decimal>);
}

pub trait Institution {
    /// The offers of all providers, by the name of the provider.
    fn offers(&self) -> Vec<Offer<'_>>;
}

/// The products and regions that one provider offers for an institution.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    pub provider: &'a str,
    pub products: &'a [String],
    pub regions: &'a [String],
}

#[cfg(feature = "bank_linking")]
macro_rules! bank_linking {
    ($version:ident) => {
        crate::payments::checked_body!(crate::$version::bank_linking::types::ConnectStartRequest);

        const _: () = {
            use crate::$version::bank_linking::{Client, types, types::builder};
            use crate::payments::CheckedBody;

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
                    let request = request
                        .and_then(|it| check(&it.products, &it.optional_products).map(|()| it));
                    self.start_connect().body(CheckedBody(request))
                }

                fn repair(&self, id: &str) -> impl Call<Output = types::ConnectRepairResponse> {
                    let body = types::ConnectRepairRequest::builder().connection_id(id);
                    self.repair_connect().body(body)
                }

                fn refresh(
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
                    id: &str,
                    rows: Rows,
                ) -> impl Call<Output: Page<Item = types::FinancialAccountTransaction>>
                + use<>
                + 'static {
                    let search = self.search_transactions().financial_account_id(id);
                    match rows {
                        Rows::Since(day) => search.start_date(day),
                        Rows::Newest(limit) => search.limit(limit),
                    }
                }

                fn institutions(
                    &self,
                    regions: &[&str],
                ) -> impl Call<Output: Page<Item = types::Institution>> + use<> {
                    self.search_institutions().regions(regions.iter().copied())
                }
            }

            impl Connection for types::Connection {
                fn fields(&self) -> ConnectionFields<'_> {
                    ConnectionFields {
                        id: self.id.as_deref(),
                        status: self.status.as_deref(),
                        status_reason: self.status_reason.as_deref(),
                        products: self
                            .products
                            .iter()
                            .chain(&self.optional_products)
                            .map(types::Product::as_str)
                            .collect(),
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
        };
    };
}

for_versions!("bank_linking", bank_linking);
