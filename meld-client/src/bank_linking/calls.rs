//! What is done with connections.

use futures_util::Stream;
use meld_client_core::chrono::{DateTime, NaiveDate, Utc};
use meld_client_core::{Call, Page, StringEnum};

use super::{
    Aggregation, ChangedTransactions, ConnectionExt, ConnectionState, InstitutionExt,
    UnlinkFailure, Unlinked,
};
use crate::{Error, Polling, ResponseValue, Transport};

/// What connections need: on the `bank_linking` client of every version.
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::v2026_02_03::bank_linking::types::{ConnectStartRequest, Product};
/// use meld_client::v2026_02_03::prelude::*;
///
/// let bank_linking = meld.v2026_02_03().bank_linking();
/// let request = ConnectStartRequest::builder()
///     .external_customer_id("robin")
///     .products([Product::Balances, Product::Transactions]);
/// let started = bank_linking.connect_start(request).await?;
/// println!("open {:?} until {:?}", started.widget_url, started.expires_at());
/// let id = started.id.as_deref().ok_or("no connection id")?;
///
/// // The user finishes the widget; the webhooks come; later:
/// # sandbox.complete_connection(id)?;
/// let connection = bank_linking.get_connection().connection_id(id).send().await?;
/// if connection.can_refresh() {
///     bank_linking.refresh(&connection, &[Product::Balances]).await?;
/// }
/// for (connection_id, outcome) in bank_linking.unlink_with_duplicates(id).await?.connections() {
///     println!("{connection_id}: {outcome:?}");
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "bank_linking")))]
/// # fn main() {}
/// ```
pub trait BankLinkingExt {
    /// A connection.
    type Connection;
    /// What can be read of accounts.
    type Product;
    /// The builder of the request to start a connection.
    type ConnectStartRequest;
    /// The response to it.
    type ConnectStartResponse;
    /// The response to a repair.
    type ConnectRepairResponse;
    /// The response to a refresh.
    type ConnectionRefreshResponse;
    /// The response to more products.
    type ConnectionAddProductsResponse;
    /// A transaction of a financial account.
    type FinancialAccountTransaction;
    /// A bank.
    type Institution;

    /// Starts a connection, as `start_connect` does (`bank-linking-connect-create`), and refuses what Meld's guides
    /// say is refused, before anything is sent: no product at all, historical transactions (they come by themselves
    /// after connecting), processor tokens (they have an operation of their own, `create_processor_token`), a
    /// product in both lists.
    ///
    /// # Errors
    /// Those, and those of the call.
    fn connect_start(
        &self,
        request: Self::ConnectStartRequest,
    ) -> impl Future<Output = Result<ResponseValue<Self::ConnectStartResponse>, Error>> + Send;

    /// Gives a token with which the user reconnects in the widget (`bank-linking-connect-repair`).
    ///
    /// # Errors
    /// The connection's state does not allow it by Meld's guides, which is found before anything is sent; the error is
    /// about `status`. And those of the call: 409 if the state has changed since the connection was read.
    fn repair(
        &self,
        connection: &Self::Connection,
    ) -> impl Future<Output = Result<ResponseValue<Self::ConnectRepairResponse>, Error>> + Send;

    /// Asks for fresh data of all accounts now (`bank-linking-connections-refresh`), of these products or, if there are
    /// none here, of all. The data comes later, and webhooks tell when.
    ///
    /// Most providers charge for this, and transactions and balances come daily without it: refresh when a user asks
    /// for it, never on a schedule. It is never sent twice by itself. If the provider has enough of it (429), stop: do
    /// not try again in a loop.
    ///
    /// # Errors
    /// The connection's state does not allow it (about `status`), or it does not have one of the products (about
    /// `products`); both are found before anything is sent. And those of the call.
    fn refresh(
        &self,
        connection: &Self::Connection,
        products: &[Self::Product],
    ) -> impl Future<Output = Result<ResponseValue<Self::ConnectionRefreshResponse>, Error>> + Send;

    /// Puts more products on a connection, as optional ones, and refreshes it (`bank-linking-connection-update`). If no
    /// webhook tells of data, the user may have to reconnect: [`repair`](Self::repair).
    ///
    /// # Errors
    /// The connection has ended (about `status`), or there is no product or one that it has already (about
    /// `products`); both are found before anything is sent. And those of the call.
    fn add_products(
        &self,
        connection: &Self::Connection,
        products: &[Self::Product],
    ) -> impl Future<Output = Result<ResponseValue<Self::ConnectionAddProductsResponse>, Error>> + Send;

    /// Deletes a connection with all its duplicates, so that the provider forgets the login and stops charging: the
    /// inactive duplicates first and the active one last, whichever of them is named here.
    ///
    /// What is gone already counts as done, so this can be called again after a failure. Webhooks confirm the end:
    /// `BANK_LINKING_CONNECTION_DELETED` for each connection, and then `BANK_LINKING_ACCOUNTS_REMOVED`.
    ///
    /// # Errors
    /// The connection cannot be read, or there is none with that id, or one cannot be deleted; what follows it is not tried then. The failure says
    /// what became of each, and can be made an [`Error`] by `?`.
    fn unlink_with_duplicates(
        &self,
        connection_id: &str,
    ) -> impl Future<Output = Result<Unlinked, UnlinkFailure>> + Send;

    /// The transactions of a financial account that may have changed, from the newest on down to the one whose key the
    /// webhook names in `oldestTransactionUpdatedSearchKey`, that one included. Upsert them by id, and drop the ids in
    /// `transactionIdsRemoved`.
    ///
    /// Without a key it is the transactions of the last 14 days, which is as long as transactions change.
    ///
    /// By account and not by connection, because in the list of a connection the accounts come one after the other.
    ///
    /// ```
    /// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking"))]
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = meld_sandbox::Sandbox::start().await?;
    /// # let meld = meld_client::Meld::builder();
    /// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let (account_id, key) = ("none", Some("none"));
    /// use futures_util::TryStreamExt;
    /// use meld_client::v2026_02_03::prelude::*;
    ///
    /// // Both are in the webhook.
    /// let mut changes = meld.v2026_02_03().bank_linking().changed_transactions(account_id, key);
    /// while let Some(transaction) = changes.try_next().await? {
    ///     println!("{:?} {:?}", transaction.id, transaction.balance_change());
    /// }
    /// if !changes.reached_key() {
    ///     println!("the named transaction is gone: these are all that there are");
    /// }
    /// # Ok(())
    /// # }
    /// # #[cfg(not(all(feature = "v2026-02-03", feature = "bank_linking")))]
    /// # fn main() {}
    /// ```
    fn changed_transactions(
        &self,
        financial_account_id: &str,
        oldest_transaction_updated_search_key: Option<&str>,
    ) -> ChangedTransactions<Self::FinancialAccountTransaction>;

    /// Waits until the provider has aggregated the connection's data after `since`, by reading the connection again and
    /// again: for a program that cannot receive webhooks, such as a test or a tool. Of a new connection any time will do:
    /// `DateTime::UNIX_EPOCH`. Of an old one take the `successfully_aggregated_at` that it had: clocks differ.
    ///
    /// A service has webhooks, which tell sooner and more, such as which accounts have which products:
    /// `BANK_LINKING_ACCOUNTS_UPDATED`, but `BANK_LINKING_TRANSACTIONS_AGGREGATED` if `TRANSACTIONS` is all that was
    /// asked for. With providers that tell Meld of changes only, the time that is read here may lag behind. Do not wait
    /// on a schedule for what no one has asked for.
    ///
    /// # Errors
    /// Those of reading the connection.
    fn wait_until_aggregated(
        &self,
        connection_id: &str,
        since: DateTime<Utc>,
        waiting: Polling,
    ) -> impl Future<Output = Result<Aggregation<Self::Connection>, Error>> + Send;

    /// The banks of these regions (of all, if there are none here) that one provider links with all of these products
    /// there: for a picker of your own, in place of the widget's. Keep what you get: the list is long and changes
    /// seldom. The `id` of the one that the user picks goes into the request as `institution_id`.
    ///
    /// The service finds banks by region; those without the products are left out here.
    fn institutions_offering(
        &self,
        products: &[Self::Product],
        regions: &[&str],
    ) -> impl Stream<Item = Result<Self::Institution, Error>> + Send + use<Self>;
}

/// The calls of a version, for what is the same in all of them.
pub trait Calls: Clone + Send + Sync + Sized + 'static {
    type Connection: ConnectionExt + Send + Sync;
    type Product: StringEnum + AsRef<str> + Send + Sync;
    type ConnectStartRequest: Send;
    type ConnectStartResponse: Send;
    type ConnectRepairResponse: Send;
    type ConnectionRefreshResponse: Send;
    type ConnectionAddProductsResponse: Send;
    type FinancialAccountTransaction: Send + 'static;
    type Institution: InstitutionExt + Send;

    fn of_connection(connection: &Self::Connection) -> OfConnection<'_, Self::Product>;

    /// The call, which is refused if the request's products do not pass a check: required ones, optional ones.
    fn start(
        &self,
        request: Self::ConnectStartRequest,
        check: Check<Self::Product>,
    ) -> impl Call<Output = Self::ConnectStartResponse>;

    fn repair_call(&self, id: &str) -> impl Call<Output = Self::ConnectRepairResponse>;

    fn refresh_call(
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

    /// The transactions of an account, at most so many on a page, or since a day.
    fn transactions(
        &self,
        financial_account_id: &str,
        rows: Rows,
    ) -> impl Call<Output: Page<Item = Self::FinancialAccountTransaction>> + use<Self> + 'static;

    fn search_institutions(
        &self,
        regions: &[&str],
    ) -> impl Call<Output: Page<Item = Self::Institution>> + use<Self>;
}

/// What is wrong with the products of a request, if anything: required ones, optional ones.
pub type Check<P> = fn([&[P]; 2]) -> Result<(), Error>;

/// What part of a list of transactions is read.
#[derive(Clone, Copy, Debug)]
pub enum Rows {
    /// From this day on.
    Since(NaiveDate),
    /// From the newest on, in pages of this size.
    Newest(i32),
}

/// What of a connection matters here.
#[derive(Clone, Copy, Debug)]
pub struct OfConnection<'a, P> {
    pub id: Option<&'a str>,
    pub products: [&'a [P]; 2],
    pub duplicates: &'a [String],
    pub active_duplicate: Option<&'a str>,
    pub aggregated_at: Option<DateTime<Utc>>,
}

/// The state of a connection as the service gives it.
pub(super) fn state(status: Option<&str>, reason: Option<&str>) -> ConnectionState {
    ConnectionState::new(status.unwrap_or_default(), reason)
}

/// Sends a call.
pub(crate) async fn send<C: Call>(call: C) -> Result<ResponseValue<C::Output>, Error> {
    let transport = call.transport().clone();
    send_through(&transport, call).await
}

/// Sends a call through a transport with settings of its own.
pub(crate) async fn send_through<C: Call>(
    transport: &Transport,
    call: C,
) -> Result<ResponseValue<C::Output>, Error> {
    C::send_request(transport, call.into_request()?).await
}
