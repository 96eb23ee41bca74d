//! Deposit instructions: a standing bank account whose deposits buy crypto.

use meld_client_core::Error;

use super::versions::{DepositDetails, Deposits, InstructionsRequest, OrderedTransaction};
use crate::transactions::filled;

/// Requests the bank account for a customer's deposits, on the `crypto` client of every API version.
///
/// Request the account once for each combination of customer, provider, payment method, currencies and wallet, and store
/// its details. The customer can use it for any number of deposits. The provider has to approve the customer before; see
/// [`wait_for_kyc`](crate::customers::CustomersExt::wait_for_kyc). The customer is named by Meld's id only.
///
/// The associated types are those of [`DepositsClient`](super::DepositsClient).
///
/// # Examples
///
/// ```no_run
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # async fn example(meld: meld_client::Meld) -> Result<(), Box<dyn std::error::Error>> {
/// use meld_client::Polling;
/// use meld_client::payments::Outcome;
/// use meld_client::v2026_02_03::crypto::types::VirtualAccountDepositInstructionsRequest;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let crypto = meld.v2026_02_03().crypto();
/// let request = VirtualAccountDepositInstructionsRequest::builder()
///     .customer_id("WmYYgvN8ukpV62N3m4u3ee")
///     .service_provider("NOAH")
///     .payment_method_type("ACH")
///     .country_code("US")
///     .source_currency_code("USD")
///     .destination_currency_code("USDC")
///     .destination_wallet_address("0x51FB80013111111111111112121111111");
/// let request = crypto.request_deposit_instructions(request).idempotent()?;
/// let stored = request.key().to_string(); // store it in your database before sending
/// // Repeats the request with the same key while the provider is creating the account.
/// if let Outcome::Completed(account) = request.finish(Polling::default()).await? {
///     let (details, reference) = (&account.receiving_bank_information, account.payment_reference());
/// }
/// # Ok(())
/// # }
/// ```
pub trait DepositInstructionsExt: Deposits {
    /// Requests deposit instructions (operation `/payments-virtual-account-deposit-instructions-create`).
    ///
    /// Make the call [idempotent](crate::payments::IdempotentExt::idempotent) and
    /// [`finish`](crate::payments::IdempotentRequest::finish) it: while the provider is creating the account (202), the
    /// request is repeated after `Retry-After` with the same key.
    ///
    /// # Errors
    ///
    /// Sending the call returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the payment method
    /// is `MOBILE_MONEY` and the request has no phone number.
    fn request_deposit_instructions(
        &self,
        request: impl TryInto<Self::InstructionsRequest, Error: Into<Error>>,
    ) -> Self::Instructions {
        self.instructions_call(check(request.try_into().map_err(Into::into)))
    }
}

impl<C: Deposits> DepositInstructionsExt for C {}

fn check<R: InstructionsRequest>(request: Result<R, Error>) -> Result<R, Error> {
    let request = request?;
    let (method, phone) = request.method_and_phone();
    if method == "MOBILE_MONEY" && filled(phone).is_none() {
        return Err(Error::invalid("customerPhoneNumber", "is required for `MOBILE_MONEY`"));
    }
    Ok(request)
}

/// Reads the payment reference of deposit instructions.
///
/// The bank account is in `receiving_bank_information`, as the variant of `paymentMethodType`. Its numbers are redacted
/// in `Debug` output.
pub trait DepositDetailsExt: DepositDetails {
    /// Returns the reference that the customer has to quote with every deposit: the reference of a mobile money payment,
    /// or `memo` of `serviceProviderDetails`.
    ///
    /// A deposit without its reference cannot be assigned. Some providers require one for SEPA.
    fn payment_reference(&self) -> Option<&str> {
        let (mobile_money, memo) = self.references();
        filled(mobile_money).or_else(|| filled(memo))
    }
}

impl<R: DepositDetails> DepositDetailsExt for R {}

/// Matches a transaction with its order.
///
/// A webhook event about a deposit names the transaction. Fetch it, and compare its order with the ids that you stored.
/// These are ids of headless orders, of orders of virtual accounts, and of deposit instructions.
pub trait OrderedTransactionExt: OrderedTransaction {
    /// Returns the id of the order (`orderId`). `None` if the transaction belongs to none.
    fn ordered_by(&self) -> Option<&str> {
        filled(self.order_field())
    }

    /// Returns `true` if the transaction belongs to an order. Ids are compared exactly.
    fn belongs_to(&self, order_id: &str) -> bool {
        self.ordered_by().is_some_and(|id| id == order_id)
    }
}

impl<T: OrderedTransaction> OrderedTransactionExt for T {}

#[cfg(test)]
#[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
mod tests {
    use meld_client_core::serde_json;

    use super::*;
    use crate::for_versions::v2026_02_03::crypto::types::{
        DepositBankInformation, PaymentTransactionOutput, VirtualAccountDepositInstructionsResponse as Instructions,
    };

    fn instructions(text: &str) -> Instructions {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn bank_details_are_typed_and_redacted() {
        let ach = instructions(
            r#"{"depositInstructionsId":"d1","paymentMethodType":"ACH","receivingBankInformation":
                {"accountNumber":"441829750331","routingNumber":"031101279","accountHolderName":"Robin"},
                "serviceProviderDetails":{"accountNumber":"441829750331","bankName":"Example"}}"#,
        );
        let Some(DepositBankInformation::Ach(account)) = &ach.receiving_bank_information else { panic!("{ach:?}") };
        assert_eq!(account.account_number.as_deref(), Some("441829750331"));
        assert_eq!(ach.payment_reference(), None);
        let debug = format!("{ach:?} {account:?}");
        assert!(!debug.contains("441829750331") && !debug.contains("031101279"), "{debug}");

        let pix = instructions(r#"{"paymentMethodType":"PIX","receivingBankInformation":{"pixKey":"very-private"}}"#);
        assert!(matches!(pix.receiving_bank_information, Some(DepositBankInformation::Pix(_))));
        assert!(!format!("{pix:?}").contains("very-private"));
    }

    #[test]
    fn references_are_those_of_the_method() {
        for (body, reference) in [
            (
                r#"{"paymentMethodType":"SEPA","receivingBankInformation":{"iban":"DE89370400440532013000"},
                    "serviceProviderDetails":{"memo":"MELD-REF-1"}}"#,
                Some("MELD-REF-1"),
            ),
            (
                r#"{"paymentMethodType":"MOBILE_MONEY","receivingBankInformation":{"mobileMoneyReference":"M-7"},
                    "serviceProviderDetails":{"memo":"other"}}"#,
                Some("M-7"),
            ),
            (r#"{"serviceProviderDetails":{"memo":" "}}"#, None),
            ("{}", None),
        ] {
            let instructions = instructions(body);
            assert_eq!(instructions.payment_reference(), reference, "{body}");
            assert!(reference.is_none_or(|reference| !format!("{instructions:?}").contains(reference)));
        }
    }

    #[test]
    fn deposits_belong_to_their_order() {
        let transaction: PaymentTransactionOutput = serde_json::from_str(r#"{"id":"t1","orderId":"d1"}"#).unwrap();
        assert!(transaction.belongs_to("d1") && !transaction.belongs_to("D1") && !transaction.belongs_to(""));
        let other: PaymentTransactionOutput = serde_json::from_str(r#"{"id":"t1","orderId":""}"#).unwrap();
        assert!(other.ordered_by().is_none() && !other.belongs_to(""));
    }
}
