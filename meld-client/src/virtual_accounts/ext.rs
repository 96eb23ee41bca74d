//! The methods for virtual accounts.

use meld_client_core::Error;

use super::versions::{ReceivingDetails, VirtualAccounts};
use crate::payments::check_request;

/// Orders transfers over virtual accounts, on the `crypto` client of every API version. Every transfer needs an order.
///
/// Meld no longer publishes the operations for these orders. Use `create_deposit_instructions` and
/// `create_headless_offramp_order` of the client, unless your account still uses them.
///
/// Requests name the customer by Meld's id (`customerId`). Amounts are in major units of `source_currency_code`: `100`
/// with `USD` means a hundred dollars.
///
/// Each method returns a call. Make it idempotent, so that no transfer is ordered twice; see
/// [`IdempotentRequest`](crate::payments::IdempotentRequest).
///
/// The associated types, such as `Self::OnrampRequest`, are those of
/// [`VirtualAccountsClient`](super::VirtualAccountsClient).
///
/// # Errors
///
/// Sending a call returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the amount is not more
/// than 0, or if a routing number or IBAN has a wrong check digit.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// # let customer_id = sandbox.add_customer(&["NOAH"]);
/// use meld_client::crypto::FiatCurrency;
/// use meld_client::Money;
/// use meld_client::payments::Outcome;
/// use meld_client::v2026_02_03::crypto::types::{
///     ServiceProvider, VirtualAccountOnrampOrderRequest,
/// };
/// use meld_client::v2026_02_03::prelude::*;
///
/// let crypto = meld.v2026_02_03().crypto();
/// let request = VirtualAccountOnrampOrderRequest::builder()
///     .customer_id(customer_id) // approved by NOAH
///     .service_provider(ServiceProvider::Noah)
///     .payment_method_type("ACH")
///     .money(Money::new(100, FiatCurrency::new("USD")?))
///     .destination_currency_code("USDC")
///     .destination_wallet_address("0x032877dedefe82840a6773514c0793899");
/// let order = crypto.order_onramp(request).idempotent()?;
/// let stored = order.key().to_string(); // store it in your database before sending
/// if let Outcome::Completed(response) = order.send().await? {
///     // The account to which the customer sends the money, and the reference to quote.
///     let (account, memo) = (&response.receiving_bank_information, response.memo());
///     let id = response.order_id.clone().unwrap_or_default();
///     let transactions = crypto.search_order_transactions(id).send().await?;
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn main() {}
/// ```
pub trait VirtualAccountsExt: VirtualAccounts {
    /// Orders a purchase (operation `payments-virtual-account-ramp-onramp-order-create`).
    ///
    /// The response names the bank account to which the customer sends the money.
    fn order_onramp(&self, request: impl TryInto<Self::OnrampRequest, Error: Into<Error>>) -> Self::Onramp {
        self.onramp_call(check_request(request.try_into().map_err(Into::into)))
    }

    /// Orders a sale (operation `payments-virtual-account-ramp-offramp-order-create`).
    ///
    /// The response names the wallet to which exactly the ordered amount has to be sent.
    fn order_offramp(&self, request: impl TryInto<Self::OfframpRequest, Error: Into<Error>>) -> Self::Offramp {
        self.offramp_call(check_request(request.try_into().map_err(Into::into)))
    }

    /// Searches for the transactions of an order. There are none before money has arrived.
    fn search_order_transactions(&self, order_id: impl Into<String>) -> Self::Search {
        self.search_call(order_id.into())
    }
}

impl<C: VirtualAccounts> VirtualAccountsExt for C {}

/// Reads the payment reference of an onramp order.
///
/// The bank account is in `receiving_bank_information`, as the variant of `paymentMethodType`. Its numbers are
/// redacted in `Debug` output.
pub trait ReceivingDetailsExt: ReceivingDetails {
    /// Returns the reference that the customer has to quote (`memo` of `serviceProviderDetails`).
    ///
    /// A transfer without its reference cannot be assigned. Some providers require one for SEPA.
    fn memo(&self) -> Option<&str> {
        self.memo_field().filter(|memo| !memo.is_empty())
    }
}

impl<R: ReceivingDetails> ReceivingDetailsExt for R {}

#[cfg(test)]
#[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
mod tests {
    use meld_client_core::serde_json;

    use super::*;
    use crate::for_versions::v2026_02_03::crypto::types::{
        ReceivingBankInformation, VirtualAccountOnrampOrderResponse,
    };

    fn order(text: &str) -> VirtualAccountOnrampOrderResponse {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn accounts_have_the_type_beside_them() {
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
    fn invalid_memos_are_none() {
        for details in [r#"{"memo":""}"#, r#"{"memo":7}"#, r#"{"memo":null}"#, "null", "{}"] {
            let order = order(&format!(r#"{{"serviceProviderDetails":{details}}}"#));
            assert_eq!(order.memo(), None, "{details}");
        }
    }
}
