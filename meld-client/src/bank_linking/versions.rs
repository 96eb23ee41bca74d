//! The hooks that the helpers of this family are built on, and their implementation for each API version.

use meld_client_core::chrono::{DateTime, NaiveDate, Utc};
use meld_client_core::{Call, Decimal, Error, Page, StringEnum};

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

    fn refresh(&self, id: &str, products: &[Self::Product]) -> impl Call<Output = Self::ConnectionRefreshResponse>;

    fn update(&self, id: &str, products: &[Self::Product]) -> impl Call<Output = Self::ConnectionAddProductsResponse>;

    fn get(&self, id: &str) -> impl Call<Output = Self::Connection>;

    fn delete(&self, id: &str) -> impl Call<Output = ()>;

    /// Searches for the transactions of an account, in pages of `limit` items or from a day on.
    fn transactions(
        &self,
        financial_account_id: &str,
        rows: Rows,
    ) -> impl Call<Output: Page<Item = Self::FinancialAccountTransaction>> + use<Self> + 'static;

    fn institutions(&self, regions: &[&str]) -> impl Call<Output: Page<Item = Self::Institution>> + use<Self>;
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

for_versions!("bank_linking", include_hooks, "hooks.rs");
