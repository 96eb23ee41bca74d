//! The hooks that the helpers are built on, and their implementation for each API version.

use crate::for_versions::for_versions;
use crate::payments::PaymentRequest;
use crate::{Call, Error};

/// The `crypto` client of an API version, and its types for virtual accounts.
///
/// [`VirtualAccountsExt`](super::VirtualAccountsExt) has the methods.
pub trait VirtualAccountsClient {
    /// The request to order a purchase, such as `v2026_02_03::crypto::types::VirtualAccountOnrampOrderRequest`.
    type OnrampRequest;
    /// The builder of an order of a purchase.
    type Onramp: Call;
    /// The request to order a sale, such as `v2026_02_03::crypto::types::VirtualAccountOfframpOrderRequest`.
    type OfframpRequest;
    /// The builder of an order of a sale.
    type Offramp: Call;
    /// The builder of a search for transactions.
    type Search: Call;
}

/// The operations of a version. An `Err` is returned when the call is sent.
pub trait VirtualAccounts:
    VirtualAccountsClient<OnrampRequest: PaymentRequest, OfframpRequest: PaymentRequest>
{
    fn onramp_call(&self, request: Result<Self::OnrampRequest, Error>) -> Self::Onramp;

    fn offramp_call(&self, request: Result<Self::OfframpRequest, Error>) -> Self::Offramp;

    fn search_call(&self, order_id: String) -> Self::Search;
}

pub trait ReceivingDetails {
    fn memo_field(&self) -> Option<&str>;
}

#[cfg(feature = "crypto")]
macro_rules! virtual_accounts {
    ($version:ident) => {
        crate::payments::checked_body!(
            crate::$version::crypto::types::VirtualAccountOnrampOrderRequest,
            crate::$version::crypto::types::VirtualAccountOfframpOrderRequest,
        );

        const _: () = {
            use crate::payments::{CheckedBody, RequestFields};
            use crate::$version::crypto::{Client, builder, types};

            impl VirtualAccountsClient for Client {
                type OnrampRequest = types::VirtualAccountOnrampOrderRequest;
                type Onramp = builder::CreateOnrampOrder;
                type OfframpRequest = types::VirtualAccountOfframpOrderRequest;
                type Offramp = builder::CreateOfframpOrder;
                type Search = builder::SearchTransactions;
            }

            impl VirtualAccounts for Client {
                fn onramp_call(&self, request: Result<Self::OnrampRequest, Error>) -> Self::Onramp {
                    self.create_onramp_order().body(CheckedBody(request))
                }

                fn offramp_call(
                    &self,
                    request: Result<Self::OfframpRequest, Error>,
                ) -> Self::Offramp {
                    self.create_offramp_order().body(CheckedBody(request))
                }

                fn search_call(&self, order_id: String) -> Self::Search {
                    self.search_transactions().order_ids([order_id])
                }
            }

            impl PaymentRequest for types::VirtualAccountOnrampOrderRequest {
                type Method = ();

                fn fields(&self) -> RequestFields<'_, ()> {
                    RequestFields { amount: self.source_amount, ..RequestFields::default() }
                }
            }

            impl PaymentRequest for types::VirtualAccountOfframpOrderRequest {
                type Method = types::PaymentMethod;

                fn fields(&self) -> RequestFields<'_, Self::Method> {
                    let method = Some(&self.payment_method);
                    RequestFields { amount: self.source_amount, method, ..RequestFields::default() }
                }
            }

            impl ReceivingDetails for types::VirtualAccountOnrampOrderResponse {
                fn memo_field(&self) -> Option<&str> {
                    self.service_provider_details.get("memo")?.as_str()
                }
            }
        };
    };
}

for_versions!("crypto", virtual_accounts);
