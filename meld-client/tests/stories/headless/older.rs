//! Stories 18 and 19 on the older API versions.

use meld_client::Decimal;
use meld_client::v2026_02_03::prelude::*;

use super::Wallet;
use crate::support::polling;

/// Orders a deposit account and a payout with the types of a version. Returns the ids of both.
macro_rules! deposit_and_payout {
    ($wallet:expr, $version:ident) => {{
        use meld_client::$version::crypto::types::{
            FiatPayoutMethod, FiatPayoutMethodDetails, HeadlessOrderOfframpRequest, SepaPaymentMethodDetails,
            VirtualAccountDepositInstructionsRequest,
        };

        let customer_id = $wallet.sandbox.add_customer(&["NOAH"]);
        let crypto = $wallet.meld.$version().crypto();
        let request = VirtualAccountDepositInstructionsRequest::builder()
            .customer_id(&customer_id)
            .service_provider("NOAH")
            .payment_method_type("ACH")
            .country_code("US")
            .source_currency_code("USD")
            .destination_currency_code("USDC")
            .destination_wallet_address("0x032877dedefe82840a6773514c0793899");
        let request = crypto.request_deposit_instructions(request).idempotent().unwrap();
        let account = request.finish(polling(20, 20_000)).await.unwrap().completed().unwrap();
        assert!(account.receiving_bank_information.is_some());

        let account = SepaPaymentMethodDetails::builder().iban("DE89370400440532013000").build().unwrap();
        let method = FiatPayoutMethod::builder().owner("Robin").details(FiatPayoutMethodDetails::Sepa(account));
        let request = HeadlessOrderOfframpRequest::builder()
            .customer_id(&customer_id)
            .service_provider("NOAH")
            .source_amount(Decimal::from(100))
            .source_currency_code("USDC")
            .source_wallet_address("0xe4460793fc7989f803fc78cd0e7f05c2571bca41")
            .destination_currency_code("EUR")
            .fiat_payout_method(method.build().unwrap());
        let order = crypto.order_headless_payout(request).idempotent().unwrap();
        let ordered = order.finish_payout(polling(20, 5_000)).await.unwrap().ordered().unwrap();
        let deposit = ordered.deposit().unwrap().clone();
        $wallet.sandbox.receive_crypto(&deposit.order_id, deposit.amount.amount()).unwrap();
        deposit.order_id
    }};
}

/// Older versions open deposit accounts and pay out like the newest one.
#[tokio::test]
async fn older_versions_deposit_and_pay_out() {
    let wallet = Wallet::open().await;
    let first = deposit_and_payout!(wallet, v2023_12_19);
    let second = deposit_and_payout!(wallet, v2025_03_04);
    let mut orders = Vec::new();
    for transaction in wallet.credited(2).await {
        orders.push(wallet.order_of(&transaction).await);
    }
    orders.sort();
    let mut expected = vec![first, second];
    expected.sort();
    assert_eq!(orders, expected);
}
