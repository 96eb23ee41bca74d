//! Tests of [`FetchExt`](crate::webhooks::FetchExt) with the events that the guides print, in all versions.

use meld_client_core::{Call, Transport};

use super::fixture;
use crate::webhooks::{Event, Payload};

mod bank_linking {
    for_versions!("bank_linking", include_hooks, "fetch/bank_linking.rs");
}

mod crypto {
    for_versions!("crypto", include_hooks, "fetch/crypto_transaction.rs", crypto);
}

mod customer {
    for_versions!("customer", include_hooks, "fetch/customer.rs");
}

mod payments {
    for_versions!("payments", include_hooks, "fetch/crypto_transaction.rs", payments);
}

mod fiat {
    for_versions!("payments", include_hooks, "fetch/fiat_transaction.rs");
}

fn transport() -> Transport {
    Transport::new("http://localhost", meld_client_core::HttpConfig::default()).unwrap()
}

fn payload(fixture_name: &str) -> Payload {
    Event::parse(&fixture(fixture_name)).unwrap().payload
}

fn path(call: Option<impl Call>) -> Option<String> {
    Some(call?.into_request().unwrap().path_and_query().unwrap())
}
