//! A bank account of the customer, to which any number of deposits can be paid.

use meld_client::idempotent::JsonResponse;
use meld_client::uuid::Uuid;
use meld_client::v2026_02_03::crypto::types::{
    DepositBankInformation, VirtualAccountDepositInstructionsRequest, VirtualAccountDepositInstructionsResponse,
};
use meld_client::v2026_02_03::prelude::*;

use super::queue;
use crate::error::AppError;
use crate::kyc;
use crate::session::Session;
use crate::state::App;
use crate::storage::orders::{self, By, Kind, Order, State};

/// The provider of the account, which has to approve the customer first.
const PROVIDER: &str = "NOAH";

/// Stores the request for an account, which a job sends.
pub(crate) async fn place(app: &App, session: &Session, token: &str, wallet: &str) -> Result<Uuid, AppError> {
    let id = session.verify(token)?;
    let request = VirtualAccountDepositInstructionsRequest::builder()
        .customer_id(kyc::customer_id(app, &session.user).await?)
        .service_provider(PROVIDER)
        .payment_method_type("ACH")
        .country_code("US")
        .source_currency_code("USD")
        .destination_currency_code("USDC")
        .destination_wallet_address(wallet);
    let request = app.api.crypto().request_deposit_instructions(request).idempotent()?;
    let mut order = Order::new(id.to_string(), &session.user.id, Kind::DepositAccount);
    order.provider = Some(PROVIDER.to_owned());
    order.source_currency = Some("USD".to_owned());
    order.destination_currency = Some("USDC".to_owned());
    queue::place(app, order, &request).await?;
    Ok(id)
}

/// Stores the account. Its number is for the customer, and in no log.
pub(crate) async fn opened(app: &App, order: Order, response: &JsonResponse) -> Result<(), AppError> {
    let account: VirtualAccountDepositInstructionsResponse = response.decode()?;
    let mut connection = app.database.connection().await?;
    let id = account.deposit_instructions_id.clone().unwrap_or_default();
    // A customer has one account for each wallet, which every request returns.
    if orders::find(&mut connection, By::MeldId, &id).await?.is_some_and(|known| known.id != order.id) {
        let message = Some("You have this account already.".to_owned());
        Order { state: State::Rejected, message, ..order }.save(&mut connection).await?;
        return Ok(());
    }
    let order = Order {
        state: State::Waiting,
        meld_id: Some(id),
        message: Some("Pay to this account from your bank, as often as you like.".to_owned()),
        details: serde_json::to_string(&account)?,
        ..order
    };
    order.save(&mut connection).await?;
    Ok(())
}

/// Returns the lines that the customer enters at the bank: names and values.
pub(crate) fn lines(order: &Order) -> Vec<(&'static str, String)> {
    let account = serde_json::from_str::<VirtualAccountDepositInstructionsResponse>(&order.details);
    let Some(account) = account.ok().filter(|_| order.kind == Kind::DepositAccount) else { return Vec::new() };
    let mut lines = Vec::new();
    if let Some(DepositBankInformation::Ach(bank)) = &account.receiving_bank_information {
        lines.extend([
            ("Account holder", bank.account_holder_name.clone()),
            ("Account number", bank.account_number.clone()),
            ("Routing number", bank.routing_number.clone()),
            ("Bank", bank.bank_name.clone()),
        ]);
    }
    lines.push(("Reference", account.payment_reference().map(str::to_owned)));
    lines.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
