//! Linked banks, charges and refunds.

use std::time::Duration;

use meld_sandbox::{Fault, FaultRule};

use crate::support::{Page, Wallet};

/// Returns the id of the connection in the URL of a widget.
fn connection(url: &str) -> &str {
    url.rsplit('/').next().unwrap().split('?').next().unwrap()
}

impl Wallet {
    /// Links a bank. Returns the page of the banks once balances and transactions are there.
    pub async fn link(&self) -> Page {
        let token = self.browser.get("/banks").await.token("/banks");
        self.browser.post("/banks", &[("token", &token)]).await;
        let url = self.browser.get("/banks").await.link("Continue to your bank");
        self.sandbox.complete_connection(connection(&url)).unwrap();
        self.browser.wait_for("/banks", "state ACTIVE").await;
        self.browser.wait_for("/banks", "<td class=number>").await
    }

    /// Charges the first account that can be charged. Returns the path of the order.
    pub async fn charge(&self) -> String {
        let mut page = self.link().await.html;
        while let Some((_, rest)) = page.split_once("href=\"/accounts/") {
            let path = format!("/accounts/{}", rest.split('"').next().unwrap());
            let form = self.browser.get(&path).await;
            let fields = [
                ("token", form.token("/charges")),
                ("account", form.field("/charges", "account")),
                ("amount", "25".to_owned()),
                ("first_name", "Robin".to_owned()),
                ("last_name", "Example".to_owned()),
                ("email", "robin@example.com".to_owned()),
                ("street", "1 Example Street".to_owned()),
                ("city", "Boston".to_owned()),
                ("region", "MA".to_owned()),
                ("postal_code", "02112".to_owned()),
            ];
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let (first, second) =
                tokio::join!(self.browser.post("/charges", &fields), self.browser.post("/charges", &fields),);
            if first.status == 303 {
                assert_eq!(first.location, second.location);
                return first.location;
            }
            page = rest.to_owned();
        }
        panic!("no account can be charged");
    }
}

#[tokio::test]
async fn bank_is_linked_with_balances_and_transactions() {
    let wallet = Wallet::start().await;
    let page = wallet.link().await;
    assert!(page.html.contains("class=balance"), "{}", page.html);
    let account = page.html.split("href=\"/accounts/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let count = |page: &Page| {
        let (before, _) = page.html.split_once(&format!(" transactions · <a href=\"/accounts/{account}/")).unwrap();
        before.rsplit(' ').next().unwrap().parse::<usize>().unwrap()
    };
    let before = count(&page);
    wallet.sandbox.update_transactions(&account, 3, 2, 1).unwrap();
    let now = format!("{} transactions · <a href=\"/accounts/{account}/", before + 2);
    wallet.browser.wait_for("/banks", &now).await;
}

#[tokio::test]
async fn bank_of_another_user_is_not_refreshed() {
    let wallet = Wallet::start().await;
    let page = wallet.link().await;
    let (_, rest) = page.html.split_once("action=\"/banks/").unwrap();
    let path = format!("/banks/{}", rest.split('"').next().unwrap());
    let other = crate::support::Browser::new(&wallet.browser.url);
    let token = other.get("/banks").await.token("/banks");
    assert_eq!(other.post(&path, &[("token", &token)]).await.status, 404);
    let refreshed = wallet.browser.post(&path, &[("token", &page.token(&path))]).await;
    assert_eq!(refreshed.status, 303, "{}", refreshed.html);
}

#[tokio::test]
async fn charge_is_executed_once_and_refunded() {
    let wallet = Wallet::start().await;
    let charge = wallet.charge().await;
    wallet.browser.wait_for(&charge, "state pending").await;
    wallet.sandbox.clock().advance(Duration::from_secs(9 * 3600));
    let page = wallet.browser.wait_for(&charge, "state settled").await;
    let path = format!("{charge}/refund");
    let fields = [("token", &*page.token(&path))];
    let (first, second) = tokio::join!(wallet.browser.post(&path, &fields), wallet.browser.post(&path, &fields));
    assert_eq!((first.status, &first.location), (303, &second.location));
    wallet.browser.wait_for(&charge, "state ended").await;
    wallet.browser.wait_for(&first.location, "state settled").await;
    let ledger: Vec<_> = wallet.sandbox.payments().into_iter().map(|payment| payment.operation).collect();
    assert_eq!(ledger, ["payments-transactions-create", "payments-transactions-refund"]);
}

#[tokio::test]
async fn lost_response_charges_once() {
    let wallet = Wallet::start().await;
    let lost = FaultRule::new(Fault::ConnectionReset).operation("payments-transactions-create").nth(1);
    wallet.sandbox.add_fault(lost).unwrap();
    let charge = wallet.charge().await;
    wallet.browser.wait_for(&charge, "state pending").await;
    assert_eq!((wallet.sandbox.payments().len(), wallet.count("POST", "/payments/transactions")), (1, 2));
}

#[tokio::test]
async fn refund_without_response_is_reviewed() {
    let wallet = Wallet::start().await;
    let charge = wallet.charge().await;
    wallet.browser.wait_for(&charge, "state pending").await;
    wallet.sandbox.clock().advance(Duration::from_secs(9 * 3600));
    let page = wallet.browser.wait_for(&charge, "state settled").await;
    let lost = FaultRule::new(Fault::ConnectionReset).operation("payments-transactions-refund").nth(1);
    wallet.sandbox.add_fault(lost).unwrap();
    let path = format!("{charge}/refund");
    let refund = wallet.browser.post(&path, &[("token", &page.token(&path))]).await.location;
    wallet.browser.wait_for(&refund, "state under review").await;
    // The review runs at the start, and then every minute.
    let wallet = wallet.restart().await;
    wallet.browser.wait_for(&refund, "state settled").await;
    assert_eq!(wallet.sandbox.payments().len(), 2, "one charge and one refund");
}
