//! Responses that are generated from their schemas.

use serde_json::Value;

use crate::call::Call;
use crate::multipart::Multipart;
use crate::problem::Problem;
use crate::server::Server;

/// Generates a response from the schema, determined by the seed and the request.
pub(crate) fn example(server: &Server, call: &Call) -> Result<Value, Problem> {
    let subject = format!("{} {}", call.target, call.body);
    let response = call.operation.example_response(server.seed, &subject, server.filling)?;
    Ok(response.unwrap_or_default())
}

/// Generates a multipart response.
pub(crate) fn example_parts(server: &Server, call: &Call) -> Option<Multipart> {
    let subject = format!("{} {}", call.target, call.body);
    call.operation.example_parts(server.seed, &subject, server.filling)
}

/// Generates a response that repeats the values of its request, as Meld's responses do.
pub(crate) fn matching_example(server: &Server, call: &Call) -> Result<Value, Problem> {
    let mut response = example(server, call)?;
    repeat_request(call, &mut response);
    if let Some(transaction) = response.get_mut("transaction") {
        repeat_request(call, transaction);
    }
    for quote in response.get_mut("quotes").and_then(Value::as_array_mut).into_iter().flatten() {
        repeat_request(call, quote);
    }
    Ok(response)
}

/// Sets the strings and numbers of an object to the request's values of the same name.
fn repeat_request(call: &Call, object: &mut Value) {
    let Some(object) = object.as_object_mut() else { return };
    for (name, value) in object {
        let requested = match name.as_str() {
            "id" => call.path.values().next().map(|id| Value::from(id.as_str())),
            "paymentMethodType" => {
                call.body.pointer("/paymentMethod/type").or_else(|| call.body.get("paymentMethodType")).cloned()
            }
            "serviceProvider" => {
                call.body.pointer("/serviceProviders/0").or_else(|| call.body.get("serviceProvider")).cloned()
            }
            name => call.body.get(name).cloned(),
        };
        match requested {
            Some(requested) if requested.is_string() && value.is_string() => *value = requested,
            Some(requested) if requested.is_number() && value.is_number() => *value = requested,
            _ => {}
        }
    }
}
