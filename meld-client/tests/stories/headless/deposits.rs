//! Story 18: a standing bank account for deposits.

use meld_client::Decimal;
use meld_client::v2026_02_03::crypto::types::{
    DepositBankInformation, VirtualAccountDepositInstructionsRequest as InstructionsRequest,
    VirtualAccountDepositInstructionsResponse as Instructions,
};
use meld_client::v2026_02_03::payments::types::SimulateDepositRequest;
use meld_client::v2026_02_03::prelude::*;

use super::Wallet;
use crate::support::polling;

const ADDRESS: &str = "0x032877dedefe82840a6773514c0793899";

impl Wallet {
    async fn account(&self, customer_id: &str) -> Instructions {
        let request = InstructionsRequest::builder()
            .customer_id(customer_id)
            .service_provider("NOAH")
            .payment_method_type("ACH")
            .country_code("US")
            .source_currency_code("USD")
            .destination_currency_code("USDC")
            .destination_wallet_address(ADDRESS);
        let request = self.api.crypto().request_deposit_instructions(request).idempotent().unwrap();
        request.finish(polling(20, 20_000)).await.unwrap().completed().unwrap().into_inner()
    }

    async fn deposit(&self, customer_id: &str, amount: i64) {
        let deposit = SimulateDepositRequest::builder()
            .customer_id(customer_id)
            .service_provider("NOAH")
            .payment_method_type("ACH")
            .source_currency_code("USD")
            .destination_currency_code("USDC")
            .destination_wallet_address(ADDRESS)
            .amount(Decimal::from(amount));
        self.api.payments().simulate_deposit().body(deposit).send().await.unwrap();
    }
}

/// Opens the account once, and credits each deposit to it.
#[tokio::test]
async fn each_deposit_is_credited_to_its_account() {
    let wallet = Wallet::open().await;
    let customer_id = wallet.sandbox.add_customer(&["NOAH"]);
    let account = wallet.account(&customer_id).await;
    let id = account.deposit_instructions_id.clone().unwrap();
    let Some(DepositBankInformation::Ach(bank)) = &account.receiving_bank_information else { panic!("{account:?}") };
    let number = bank.account_number.as_deref().unwrap();
    assert!(!format!("{account:?}").contains(number));
    // Another request, with another key, returns the same account.
    assert_eq!(wallet.account(&customer_id).await.deposit_instructions_id.as_deref(), Some(&*id));

    for amount in [25, 40] {
        wallet.deposit(&customer_id, amount).await;
    }
    let credited = wallet.credited(2).await;
    assert_ne!(credited[0], credited[1]);
    for transaction in &credited {
        assert_eq!(wallet.order_of(transaction).await, id);
    }
}
