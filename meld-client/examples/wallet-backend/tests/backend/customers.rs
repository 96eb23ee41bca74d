//! KYC, deposit accounts and cards.

use std::time::Duration;

use meld_client::Decimal;
use meld_sandbox::{KycStatus, Outcome};

use crate::support::{WALLET, Wallet};

async fn start_kyc(wallet: &Wallet) {
    let token = wallet.browser.get("/kyc").await.token("/kyc");
    let started = wallet.browser.post("/kyc", &[("token", &token), ("email", "robin@example.com")]).await;
    assert_eq!(started.status, 303, "{}", started.html);
}

#[tokio::test]
async fn deposits_to_the_account_become_orders() {
    let wallet = Wallet::start().await;
    start_kyc(&wallet).await;
    wallet.sandbox.decide_kyc(&wallet.customer_id(), KycStatus::Approved).unwrap();
    let token = wallet.browser.get("/").await.token("/deposit-account");
    let opened = wallet.browser.post("/deposit-account", &[("token", &token), ("wallet", WALLET)]).await;
    let page = wallet.browser.wait_for(&opened.location, "Account number").await;
    assert!(page.html.contains("Routing number") && page.html.contains("state waiting"), "{}", page.html);
    let requests = wallet.sandbox.requests();
    assert!(requests.iter().any(|request| request.path == "/payments/virtual-account/deposit-instructions"));

    let account = wallet.deposit_account().await;
    for amount in [25, 40] {
        wallet.sandbox.receive_deposit(&account, Decimal::from(amount), Outcome::Settled).unwrap();
    }
    wallet.sandbox.clock().advance(Duration::from_secs(100));
    for amount in ["25 USD", "40 USD"] {
        let history = wallet.browser.wait_for("/orders", amount).await;
        assert!(history.html.contains(">deposit</a>"), "{}", history.html);
    }
    // A second request returns the same account.
    let token = wallet.browser.get("/").await.token("/deposit-account");
    let again = wallet.browser.post("/deposit-account", &[("token", &token), ("wallet", WALLET)]).await;
    wallet.browser.wait_for(&again.location, "You have this account already").await;
}

impl Wallet {
    /// Returns the id of the deposit instructions, which the page does not show.
    async fn deposit_account(&self) -> String {
        let meld = meld_client::Meld::builder().api_key(self.sandbox.api_key()).base_url(self.sandbox.base_url());
        let request = meld_client::v2026_02_03::crypto::types::VirtualAccountDepositInstructionsRequest::builder()
            .customer_id(self.customer_id())
            .service_provider("NOAH")
            .payment_method_type("ACH")
            .country_code("US")
            .source_currency_code("USD")
            .destination_currency_code("USDC")
            .destination_wallet_address(WALLET);
        let call = meld.build().unwrap().v2026_02_03().crypto().create_deposit_instructions().body(request);
        call.send().await.unwrap().deposit_instructions_id.clone().unwrap()
    }
}

#[tokio::test]
async fn card_is_paid_after_two_codes() {
    let wallet = Wallet::start().await;
    let browser = &wallet.browser;
    let token = browser.get("/card").await.token("/card");
    let fields = [("email", "robin@example.com"), ("phone", "+14155550123"), ("wallet", WALLET), ("amount", "100")];
    let fields: Vec<_> = fields.into_iter().chain([("token", &*token)]).collect();
    let placed = browser.post("/card", &fields).await;
    let card = browser.post("/card", &fields).await.location;
    assert_eq!(placed.location, card, "{}", placed.html);
    for channel in ["email", "phone"] {
        let page = browser.get(&card).await;
        let path = format!("{card}/code");
        assert_eq!(page.field(&path, "channel"), channel);
        browser.post(&path, &[("token", &page.token(&path)), ("channel", channel)]).await;
        let path = format!("{card}/confirm");
        let token = browser.get(&card).await.token(&path);
        let wrong = browser.post(&path, &[("token", &token), ("code", "111111")]).await;
        assert_eq!(wrong.status, 422);
        let confirmed = browser.post(&path, &[("token", &token), ("code", "000000")]).await;
        assert_eq!(confirmed.status, 303, "{}", confirmed.html);
    }
    let path = format!("{card}/pay");
    let token = browser.get(&card).await.token(&path);
    let fields = [("token", &*token)];
    let (first, second) = tokio::join!(browser.post(&path, &fields), browser.post(&path, &fields));
    assert!(first.html.contains("id=payload") && second.html.contains("id=payload"), "{}", first.html);
    let orders = wallet.sandbox.headless_orders();
    assert_eq!(orders.len(), 1, "a double click orders once");

    wallet.sandbox.pay_order(&orders[0].order_id, Outcome::Settled).unwrap();
    wallet.sandbox.clock().advance(Duration::from_secs(10));
    browser.wait_for(&card.replace("/card", "/orders"), "state settled").await;
}
