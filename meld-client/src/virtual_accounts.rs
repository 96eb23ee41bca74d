//! Virtual accounts: bank transfers that buy crypto, and crypto that is paid out to bank accounts.
//!
//! Before an order the provider has to know the customer: see
//! [`wait_for_kyc`](crate::customers::CustomersExt::wait_for_kyc).

#[allow(unused_imports, reason = "no version need be chosen")]
use crate::for_versions::for_versions;
#[allow(unused_imports, reason = "no version with crypto need be chosen")]
use crate::payments::{Built, built, check_amount};
#[allow(unused_imports, reason = "no version with crypto need be chosen")]
use crate::validation::payment_method;
use crate::{Call, Error};

/// Orders of virtual accounts: one for each transfer.
///
/// Requests name the customer by Meld's id alone (`customerId`): there is no place for an id of your own. Amounts are in
/// major units of `source_currency_code`: `100` US dollars are a hundred dollars. Each function gives a call, which is
/// refused if the amount is not more than 0, or a routing number or IBAN has a wrong check digit; make an [`Order`](crate::payments::Order) of it, so that no transfer is ordered twice:
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let customer_id = sandbox.add_customer(&["NOAH"]);
/// use meld_client::Decimal;
/// use meld_client::payments::Outcome;
/// use meld_client::v2026_02_03::crypto::types::{
///     ServiceProvider, VirtualAccountOnrampOrderRequest,
/// };
/// use meld_client::v2026_02_03::prelude::*;
///
/// let crypto = meld.v2026_02_03().crypto();
/// let request = VirtualAccountOnrampOrderRequest::builder()
///     .customer_id(customer_id) // whom NOAH has approved
///     .service_provider(ServiceProvider::Noah)
///     .payment_method_type("ACH")
///     .source_amount(Decimal::from(100))
///     .source_currency_code("USD")
///     .destination_currency_code("USDC")
///     .destination_wallet_address("0x032877dedefe82840a6773514c0793899");
/// let order = crypto.onramp_order(request).idempotent()?;
/// let stored = order.key().to_string(); // into your books, before anything is sent
/// if let Outcome::Completed(response) = order.send().await? {
///     // Where the customer has to send the money, and what to quote.
///     let (account, memo) = (&response.receiving_bank_information, response.memo());
///     let id = response.order_id.clone().unwrap_or_default();
///     let transactions = crypto.transactions_of_order(id).send().await?;
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn main() {}
/// ```
pub trait VirtualAccountsExt {
    /// What is bought.
    type OnrampRequest;
    /// The call that orders a purchase.
    type Onramp: Call;
    /// What is sold.
    type OfframpRequest;
    /// The call that orders a sale.
    type Offramp: Call;
    /// The call that searches for transactions.
    type Search: Call;

    /// Orders a purchase: the response says where the customer has to send the money (operationId
    /// `payments-virtual-account-ramp-onramp-order-create`).
    fn onramp_order(
        &self,
        request: impl TryInto<Self::OnrampRequest, Error: Into<Error>>,
    ) -> Self::Onramp {
        self.onramp_call(request.try_into().map_err(Into::into))
    }

    /// Orders a sale: the response has the wallet to which exactly the amount has to be sent (operationId
    /// `payments-virtual-account-ramp-offramp-order-create`).
    fn offramp_order(
        &self,
        request: impl TryInto<Self::OfframpRequest, Error: Into<Error>>,
    ) -> Self::Offramp {
        self.offramp_call(request.try_into().map_err(Into::into))
    }

    /// The transactions of an order, of which there are none before money came.
    fn transactions_of_order(&self, order_id: impl Into<String>) -> Self::Search;

    /// The call that orders a purchase.
    #[doc(hidden)]
    fn onramp_call(&self, request: Result<Self::OnrampRequest, Error>) -> Self::Onramp;

    /// The call that orders a sale.
    #[doc(hidden)]
    fn offramp_call(&self, request: Result<Self::OfframpRequest, Error>) -> Self::Offramp;
}

/// Reads where a customer has to send money.
///
/// The bank account itself is `receiving_bank_information`, of the kind that `paymentMethodType` beside it says. Its
/// numbers are masked in `Debug`.
pub trait ReceivingDetailsExt {
    /// What the customer has to quote with the transfer, without which it cannot be assigned; SEPA has it at some
    /// providers (`memo` of `serviceProviderDetails`).
    fn memo(&self) -> Option<&str>;
}

/// The orders of a version.
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! virtual_accounts {
    ($version:ident) => {
        built!(
            crate::$version::crypto::types::VirtualAccountOnrampOrderRequest,
            crate::$version::crypto::types::VirtualAccountOfframpOrderRequest,
        );

        const _: () = {
            use crate::$version::crypto::{Client, builder, types};

            impl VirtualAccountsExt for Client {
                type OnrampRequest = types::VirtualAccountOnrampOrderRequest;
                type Onramp = builder::CreateOnrampOrder;
                type OfframpRequest = types::VirtualAccountOfframpOrderRequest;
                type Offramp = builder::CreateOfframpOrder;
                type Search = builder::SearchTransactions;

                fn onramp_call(
                    &self,
                    request: Result<types::VirtualAccountOnrampOrderRequest, Error>,
                ) -> Self::Onramp {
                    let request =
                        request.and_then(|it| check_amount(it.source_amount).map(|()| it));
                    self.create_onramp_order().body(Built(request))
                }

                fn offramp_call(
                    &self,
                    request: Result<types::VirtualAccountOfframpOrderRequest, Error>,
                ) -> Self::Offramp {
                    let request = request.and_then(|it| {
                        check_amount(it.source_amount)?;
                        payment_method(&it.payment_method)?;
                        Ok(it)
                    });
                    self.create_offramp_order().body(Built(request))
                }

                fn transactions_of_order(&self, order_id: impl Into<String>) -> Self::Search {
                    self.search_transactions().order_ids([order_id])
                }
            }

            impl ReceivingDetailsExt for types::VirtualAccountOnrampOrderResponse {
                fn memo(&self) -> Option<&str> {
                    self.service_provider_details
                        .get("memo")?
                        .as_str()
                        .filter(|memo| !memo.is_empty())
                }
            }
        };
    };
}

for_versions!("crypto", virtual_accounts);

#[cfg(test)]
#[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
mod tests {
    use meld_client_core::serde_json;

    use super::*;
    use crate::v2026_02_03::crypto::types::{
        ReceivingBankInformation, VirtualAccountOnrampOrderResponse,
    };

    fn order(text: &str) -> VirtualAccountOnrampOrderResponse {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_account_is_of_the_kind_that_stands_beside_it() {
        let ach = order(
            r#"{"orderId":"a","paymentMethodType":"ACH","serviceProviderDetails":{},
                "receivingBankInformation":{"accountNumber":"7607982375","routingNumber":"110000000"}}"#,
        );
        let Some(ReceivingBankInformation::Ach(account)) = &ach.receiving_bank_information else {
            panic!("{ach:?}");
        };
        assert_eq!(account.account_number.as_deref(), Some("7607982375"));
        assert!(!format!("{ach:?}").contains("7607982375"));
        assert_eq!(ach.memo(), None);

        let sepa = order(
            r#"{"receivingBankInformation":{"iban":"DE89370400440532013000"},
                "serviceProviderDetails":{"memo":"REF 17"},"paymentMethodType":"SEPA"}"#,
        );
        let Some(ReceivingBankInformation::Sepa(account)) = &sepa.receiving_bank_information else {
            panic!("{sepa:?}");
        };
        assert_eq!(account.iban.as_deref(), Some("DE89370400440532013000"));
        assert_eq!(sepa.memo(), Some("REF 17"));
        assert!(!format!("{sepa:?}").contains("REF 17"));
    }

    #[test]
    fn what_is_no_memo_is_none() {
        for details in [r#"{"memo":""}"#, r#"{"memo":7}"#, r#"{"memo":null}"#, "null", "{}"] {
            let order = order(&format!(r#"{{"serviceProviderDetails":{details}}}"#));
            assert_eq!(order.memo(), None, "{details}");
        }
    }
}
