//! The methods of bank-linking clients.

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::{Error, ResponseValue};

use super::aggregation::{self, Aggregation};
use super::changed_transactions::{self, ChangedTransactions};
use super::unlink::{self, UnlinkFailure, Unlinked};
use super::versions::BankLinking;
use super::{institutions, requests};
use crate::pagination::ListStream;
use crate::polling::Polling;

/// Life-cycle operations for bank connections, on the `bank_linking` client of every API version.
///
/// The associated types, such as `Self::Connection`, are those of [`BankLinkingClient`](super::BankLinkingClient).
///
/// # Examples
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
/// let started = bank_linking.start_connection(request).await?;
/// println!("open {:?} until {:?}", started.widget_url, started.expires_at());
/// let id = started.id.as_deref().ok_or("no connection id")?;
///
/// // After the user has finished the widget and the webhooks have arrived:
/// # sandbox.complete_connection(id)?;
/// let connection = bank_linking.get_connection().connection_id(id).send().await?;
/// if connection.can_refresh() {
///     bank_linking.refresh_products(&connection, &[Product::Balances]).await?;
/// }
/// for (connection_id, outcome) in bank_linking.unlink_with_duplicates(id).await?.connections() {
///     println!("{connection_id}: {outcome:?}");
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "bank_linking")))]
/// # fn main() {}
/// ```
pub trait BankLinkingExt: BankLinking {
    /// Starts a connection and returns the widget URL to open (operation `bank-linking-connect-create`).
    ///
    /// Unlike the generated `start_connect`, it validates the products by Meld's guides.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) without sending if the request
    ///
    /// - has no product,
    /// - has historical transactions, which are aggregated without a request,
    /// - has processor tokens, which `create_processor_token` creates after linking, or
    /// - has a product in both lists.
    ///
    /// Also returns the errors of the request.
    fn start_connection(
        &self,
        request: Self::ConnectStartRequest,
    ) -> impl Future<Output = Result<ResponseValue<Self::ConnectStartResponse>, Error>> + Send {
        requests::start(self, request)
    }

    /// Starts the repair of a connection and returns the widget URL to open (operation `bank-linking-connect-repair`).
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) about `status` without sending if the
    /// status excludes a repair. Also returns the errors of the request, such as 409 if the status has changed
    /// meanwhile.
    fn repair_connection(
        &self,
        connection: &Self::Connection,
    ) -> impl Future<Output = Result<ResponseValue<Self::ConnectRepairResponse>, Error>> + Send {
        requests::repair(self, connection)
    }

    /// Requests new data for `products`, or for all products if empty (operation `bank-linking-connections-refresh`).
    ///
    /// The data arrives later and is announced by webhooks.
    ///
    /// Most providers charge for a refresh, and balances and transactions are aggregated daily without one. Refresh
    /// when a user asks for it, not on a schedule. The request is never retried. After a 429, do not retry it
    /// yourself.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) without sending if the status excludes
    /// a refresh (about `status`), or if the connection lacks a product (about `products`). Also returns the errors of
    /// the request.
    fn refresh_products(
        &self,
        connection: &Self::Connection,
        products: &[Self::Product],
    ) -> impl Future<Output = Result<ResponseValue<Self::ConnectionRefreshResponse>, Error>> + Send {
        requests::refresh(self, connection, products)
    }

    /// Adds optional products to a connection and refreshes it (operation `bank-linking-connection-update`).
    ///
    /// If no webhook announces data, the user may have to reconnect; see
    /// [`repair_connection`](Self::repair_connection).
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) without sending
    ///
    /// - about `status` if the connection has ended
    /// - about `products` if `products` is empty or the connection already has one of them
    ///
    /// Also returns the errors of the request.
    fn add_products(
        &self,
        connection: &Self::Connection,
        products: &[Self::Product],
    ) -> impl Future<Output = Result<ResponseValue<Self::ConnectionAddProductsResponse>, Error>> + Send {
        requests::add_products(self, connection, products)
    }

    /// Deletes a connection with all its duplicates, so that the provider removes the login and stops charging.
    ///
    /// Inactive duplicates are deleted first and the active one last, whichever of them `connection_id` names.
    /// Connections that are already deleted count as done, so the method can be called again after a failure.
    ///
    /// Webhooks confirm the end: `BANK_LINKING_CONNECTION_DELETED` for each connection, then
    /// `BANK_LINKING_ACCOUNTS_REMOVED`.
    ///
    /// # Errors
    ///
    /// Returns [`UnlinkFailure`] with the outcome for each connection if the connection cannot be read, does not
    /// exist, or cannot be deleted. No further connection is deleted then. `?` converts the failure into an [`Error`].
    fn unlink_with_duplicates(
        &self,
        connection_id: &str,
    ) -> impl Future<Output = Result<Unlinked, UnlinkFailure>> + Send {
        unlink::unlink_with_duplicates(self, connection_id)
    }

    /// Streams the transactions of a financial account that may have changed, newest first.
    ///
    /// The stream ends with the transaction whose key the webhook names in `oldestTransactionUpdatedSearchKey`.
    /// Without a key it has the transactions of the last 14 days, the period in which transactions change. Upsert them
    /// by id, and delete the ids in `transactionIdsRemoved`.
    ///
    /// The list of a whole connection does not work here, because it is sorted by account.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking"))]
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = meld_sandbox::Sandbox::start().await?;
    /// # let meld = meld_client::Meld::builder();
    /// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// # let (account_id, key) = ("none", Some("none"));
    /// use meld_client::v2026_02_03::prelude::*;
    ///
    /// // The webhook has the account id and the key.
    /// let mut changes = meld.v2026_02_03().bank_linking().changed_transactions(account_id, key);
    /// while let Some(transaction) = changes.try_next().await? {
    ///     println!("{:?} {:?}", transaction.id, transaction.balance_change());
    /// }
    /// if !changes.reached_key() {
    ///     println!("the named transaction no longer exists; these were all transactions");
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
    ) -> ChangedTransactions<Self::FinancialAccountTransaction> {
        let key = oldest_transaction_updated_search_key;
        changed_transactions::changed_transactions(self, financial_account_id, key)
    }

    /// Polls a connection until the provider has aggregated its data after `since`.
    ///
    /// Meant for programs without webhooks, such as tests and tools. Pass `DateTime::UNIX_EPOCH` for a new connection,
    /// and the previous `successfully_aggregated_at` for an existing one, because clocks differ.
    ///
    /// A service should use webhooks, which are faster and name the accounts and products:
    /// `BANK_LINKING_ACCOUNTS_UPDATED`, or `BANK_LINKING_TRANSACTIONS_AGGREGATED` if `TRANSACTIONS` is the only
    /// product. The polled time may lag behind with providers that report only changes to Meld. Do not poll on a
    /// schedule.
    ///
    /// # Errors
    ///
    /// Returns the errors of reading the connection.
    fn wait_until_aggregated(
        &self,
        connection_id: &str,
        since: DateTime<Utc>,
        polling: Polling,
    ) -> impl Future<Output = Result<Aggregation<Self::Connection>, Error>> + Send {
        aggregation::wait(self, connection_id, since, polling)
    }

    /// Streams the institutions of `regions` that one provider offers with all `products` there.
    ///
    /// Use it to build your own picker. Pass the chosen `id` as `institution_id` of the start request. Store the list:
    /// it is long and rarely changes. Empty `regions` stands for all regions.
    ///
    /// The service filters by region; institutions without the products are filtered out here.
    fn find_institutions(
        &self,
        products: &[Self::Product],
        regions: &[&str],
    ) -> ListStream<'static, Self::Institution> {
        institutions::find(self, products, regions)
    }
}

impl<C: BankLinking> BankLinkingExt for C {}
