//! The hooks that the helpers are built on, and their implementation for each API version.

use std::fmt;

use meld_client_core::json::{FromJson, ToJson};
use meld_client_core::serde::de::DeserializeOwned;
use meld_client_core::uuid::Uuid;
use meld_client_core::{Call, Decimal, Error, Operation, Request, RequestOptions, SecretString, Transport};

use super::state::TransferState;

/// A `crypto` client with transfers, and its types for them.
///
/// [`TransferExt`](super::TransferExt) has the methods.
pub trait TransferClient {
    /// The request to order a transfer, such as `v2026_02_03::crypto::types::TransferOrderRequest`.
    type OrderRequest;
    /// The order, such as `v2026_02_03::crypto::types::TransferOrder`.
    type Order;
    /// The provider of an account link, such as `v2026_02_03::crypto::types::TransferServiceProvider`.
    type Provider;
}

/// The operations of a version.
pub trait Transfers:
    TransferClient<
        OrderRequest: OrderRequest + Send,
        Order: Order + FromJson + ToJson + Default + Clone + Send + Sync,
        Provider: Send,
    > + Clone
    + Send
    + Sync
{
    /// The operation of a new order.
    const ORDER: &'static Operation;

    fn transport(&self) -> &Transport;

    /// Returns the request of a new order, with a fresh idempotency key.
    fn order_request(order: Result<Self::OrderRequest, Error>, options: RequestOptions) -> Result<Request, Error>;

    fn get_order(&self, id: &str) -> impl Call<Output = Self::Order> + use<Self>;

    fn run(&self, target: &Target, action: &Action, key: Uuid) -> impl Call<Output: State> + use<Self>;

    fn query(&self, target: &Target, query: &'static str) -> impl Call<Output: State> + use<Self>;

    fn delete_link(&self, provider: Self::Provider, customer_id: String) -> impl Call<Output = ()> + use<Self>;
}

/// The address of the actions of one order, and their only credential.
#[derive(Clone, Debug)]
pub struct Target {
    pub provider: String,
    pub order_id: String,
    pub token: SecretString,
}

/// An action that changes the state of an order.
#[derive(Clone, PartialEq, Eq)]
pub enum Action {
    Prepare,
    Complete { handle: String },
    Submit { account_id: String },
    SecondFactor { code: String },
}

// Contains verification codes, so `Debug` prints only the name of the type.
meld_client_core::opaque!(Action);

pub trait OrderRequest {
    fn fields(&self) -> OrderRequestFields<'_>;
}

/// The fields of an order that are validated.
#[derive(Clone, Copy, Debug)]
pub struct OrderRequestFields<'a> {
    pub amount: Decimal,
    pub country_code: &'a str,
    /// Meld's id and your id.
    pub customer_ids: (Option<&'a str>, Option<&'a str>),
    pub address: &'a str,
    pub tag: Option<&'a str>,
    pub redirect_url: &'a str,
}

pub trait Order {
    fn fields(&self) -> OrderFields<'_>;

    fn state(&self) -> TransferState;
}

/// The fields of an order that its actions need.
#[derive(Clone, Copy, Debug)]
pub struct OrderFields<'a> {
    pub id: Option<&'a str>,
    pub provider: Option<&'a str>,
    pub endpoint: Option<&'a str>,
    pub token: Option<SecretText<'a>>,
    pub transaction_id: Option<&'a str>,
}

/// A secret string. `Debug` prints nothing of it.
#[derive(Clone, Copy)]
pub struct SecretText<'a>(pub &'a str);

impl fmt::Debug for SecretText<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText(..)")
    }
}

impl OrderFields<'_> {
    /// Returns the documented path of the actions.
    pub fn expected_endpoint(&self) -> Option<String> {
        Some(format!("/crypto/order/headless/transfer/{}/{}/actions", self.provider?, self.id?))
    }
}

pub trait State: DeserializeOwned + Send {
    fn state(&self) -> TransferState;
}

// Transfers exist from 2026-02-03 on.
#[cfg(feature = "v2026-02-03")]
include_hooks!(v2026_02_03, "hooks.rs");
