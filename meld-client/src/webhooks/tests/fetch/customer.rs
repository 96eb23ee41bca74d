// Compiled once for each API version, which is `api`; see `include_hooks!`.

use super::super::{path, payload, transport};
use crate::webhooks::{FetchExt, Payload};

#[test]
fn kyc_events_fetch_the_customer() {
    let client = api::customer::Client::new(transport());
    let event = payload("CUSTOMER_KYC_STATUS_CHANGE");
    let Payload::KycStatusChange(event) = &event else { panic!("{event:?}") };
    let expected = "/accounts/customers?customerIds=8g7g3iBrWJpmtzSTyqMKDc";
    assert_eq!(path(event.fetch(&client)).as_deref(), Some(expected));
}
