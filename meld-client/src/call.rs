//! Sending calls in generic code.

use meld_client_core::{Call, Error, ResponseValue};

pub(crate) async fn send<C: Call>(call: C) -> Result<ResponseValue<C::Output>, Error> {
    let transport = call.transport().clone();
    C::send_request(&transport, call.into_request()?).await
}
