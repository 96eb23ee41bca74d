//! Receives webhooks with AWS Lambda, behind a function URL or an HTTP API of API Gateway.
//!
//! `cargo lambda build --release --features lambda --bin webhooks_lambda` builds it, and `cargo lambda watch` runs it on
//! this machine. The function needs the variables `MELD_WEBHOOK_SECRET` and `MELD_WEBHOOK_URL`.

use std::env;

use lambda_http::{Body, Error, Request, Response, run, service_fn};
use meld_client::webhooks::{Event, Verifier};

/// Verifies the raw body, which Lambda may have encoded as base64; `lambda_http` decodes it.
async fn receive(verifier: &Verifier, request: Request) -> Result<Response<Body>, Error> {
    let status = match verifier.verify_request(&request) {
        Ok(delivery) => {
            store(&delivery.event).await?;
            200
        }
        Err(rejection) => {
            println!("rejected: {rejection}");
            rejection.status().as_u16()
        }
    };
    Ok(Response::builder().status(status).body(Body::Empty)?)
}

/// Stands for a queue or table, such as SQS or DynamoDB, with `event_id` as the unique key.
///
/// Nothing runs after the response, so an event must be stored before. After an error, Meld retries the delivery.
async fn store(event: &Event) -> Result<(), Error> {
    println!("storing {} {:?}", event.event_type, event.event_id);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    // The URL as entered in the profile. The function sees another one.
    let verifier = Verifier::new(env::var("MELD_WEBHOOK_SECRET")?, env::var("MELD_WEBHOOK_URL")?)?;
    run(service_fn(|request| receive(&verifier, request))).await
}
