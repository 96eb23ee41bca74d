//! Opens a standing bank account for a customer, whose deposits buy crypto.
//!
//! `cargo run -p meld-client --example deposit_account` starts a local mock server. Set `MELD_API_KEY`,
//! `MELD_ENVIRONMENT` and `MELD_CUSTOMER_ID` (a customer that NOAH has approved) to call the real API instead.

use std::error::Error;

use meld_client::payments::Outcome;
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::crypto::types::{DepositBankInformation, VirtualAccountDepositInstructionsRequest};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Meld, Polling};
use meld_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if std::env::var_os("MELD_API_KEY").is_some() {
        let customer_id = std::env::var("MELD_CUSTOMER_ID")?;
        return open(&Meld::from_env()?.v2026_02_03(), &customer_id).await;
    }
    println!("`MELD_API_KEY` is not set: using a local mock server\n");
    let sandbox = Sandbox::start().await?;
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    open(&meld.v2026_02_03(), &sandbox.add_customer(&["NOAH"])).await
}

async fn open(api: &Api, customer_id: &str) -> Result<(), Box<dyn Error>> {
    let request = VirtualAccountDepositInstructionsRequest::builder()
        .customer_id(customer_id)
        .service_provider("NOAH")
        .payment_method_type("ACH")
        .country_code("US")
        .source_currency_code("USD")
        .destination_currency_code("USDC")
        .destination_wallet_address("0x032877dedefe82840a6773514c0793899");
    let request = api.crypto().request_deposit_instructions(request).idempotent()?;
    println!("Store this key before sending: {}", request.key());
    // Repeats the request with the same key while the provider is creating the account.
    let account = match request.finish(Polling::default()).await? {
        Outcome::Completed(account) => account,
        other => {
            println!("not known yet: send it again with the stored key ({other:?})");
            return Ok(());
        }
    };
    if let Some(DepositBankInformation::Ach(bank)) = &account.receiving_bank_information {
        // `Debug` redacts the numbers, so that they are in no log.
        println!("The customer pays to {bank:?}");
    }
    println!("Reference to quote: {}", if account.payment_reference().is_some() { "yes" } else { "none" });
    println!("Deposits belong to {:?}", account.deposit_instructions_id);
    Ok(())
}
