//! Uses two Meld accounts in one program, such as those of two brands, shown with two local mock servers.
//!
//! `cargo run -p meld-client --example two_accounts`

use std::collections::BTreeMap;
use std::error::Error;

use meld_client::v2026_02_03::customer::types::CreateCustomerRequest;
use meld_client::{ErrorCode, Meld};
use meld_sandbox::Sandbox;

/// The clients by brand. A client is cheap to clone, and has its own key, connections and retries.
struct Accounts(BTreeMap<&'static str, Meld>);

impl Accounts {
    fn of(&self, brand: &str) -> Result<&Meld, Box<dyn Error>> {
        self.0.get(brand).ok_or_else(|| format!("no account for {brand}").into())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // A mock server is one account. Meld has one URL for all, and the key selects the account.
    let servers = [Sandbox::builder().seed(1).start().await?, Sandbox::builder().seed(2).start().await?];
    let [north, south] = [&servers[0], &servers[1]].map(|server| {
        let meld = Meld::builder().api_key(server.api_key()).base_url(server.base_url());
        meld.user_agent("wallet/1.2").build()
    });
    let accounts = Accounts(BTreeMap::from([("north", north?), ("south", south?)]));

    // The same customer of yours is another one in each account, so store Meld's id with the brand.
    let mut ids = BTreeMap::new();
    for brand in ["north", "south"] {
        let request = CreateCustomerRequest::builder().external_id("robin");
        let created = accounts.of(brand)?.v2026_02_03().customer().create_customer().body(request).send().await?;
        println!("{brand}: robin is {}", created.id.as_deref().unwrap_or_default());
        ids.insert(brand, created.id.clone().ok_or("no id")?);
    }

    let wrong = accounts.of("south")?.v2026_02_03().customer();
    match wrong.get_customer().customer_id(&ids["north"]).send().await {
        Err(error) if error.code() == Some(&ErrorCode::NotFound) => println!("south does not know that of north"),
        Err(error) => return Err(error.into()),
        Ok(_) => return Err("the accounts share a customer".into()),
    }
    Ok(())
}
