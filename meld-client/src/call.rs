//! Sending calls in generic code.

use crate::{Call, Error, ResponseValue, Transport};

pub(crate) async fn send<C: Call>(call: C) -> Result<ResponseValue<C::Output>, Error> {
    let transport = call.transport().clone();
    send_through(&transport, call).await
}

/// Sends a call through a transport with settings of its own.
pub(crate) async fn send_through<C: Call>(
    transport: &Transport,
    call: C,
) -> Result<ResponseValue<C::Output>, Error> {
    C::send_request(transport, call.into_request()?).await
}
