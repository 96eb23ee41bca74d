// Compiled once for each API version, which is `api`; see `include_hooks!`.

use super::super::{path, transport};
use crate::webhooks::{FetchExt, FiatTransaction};

#[test]
fn fiat_events_fetch_the_transaction() {
    let client = api::payments::Client::new(transport());
    let event = FiatTransaction { payment_transaction_id: Some("a/b".to_owned()), ..FiatTransaction::default() };
    assert_eq!(path(event.fetch(&client)).as_deref(), Some("/payments/transactions/a%2Fb"));
    assert_eq!(path(FiatTransaction::default().fetch(&client)), None);
}
