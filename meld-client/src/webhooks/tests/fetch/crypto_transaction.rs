// Compiled once for each API version and `family`; see `include_hooks!`.

use super::super::{path, payload, transport};
use crate::webhooks::{CryptoTransaction, FetchExt, Payload};

#[test]
fn crypto_events_fetch_the_transaction() {
    let client = family::Client::new(transport());
    let event = payload("TRANSACTION_CRYPTO_COMPLETE");
    let Payload::CryptoTransaction(event) = &event else { panic!("{event:?}") };
    let expected = Some("/payments/transactions/zRsTttXLxWiER438i8QZQp");
    assert_eq!(path(event.fetch(&client)).as_deref(), expected);
    assert_eq!(path(CryptoTransaction::default().fetch(&client)), None);
}
