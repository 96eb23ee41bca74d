//! The data and documents of customers, imported and exported as multipart bodies.

use bytes::Bytes;
use serde_json::{Value, json};

use super::start;
use crate::call::Call;
use crate::flows::headless::onramp::secret;
use crate::flows::success::Success;
use crate::multipart::{Multipart, Part};
use crate::problem::Problem;
use crate::state::State;
use crate::state::customers::{Applicant, Customer};

/// Starts a check with the data and documents of a customer.
pub(crate) fn import(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let documents = call.body["applicantData"]["documents"].as_array().map(Vec::as_slice).unwrap_or_default();
    let parts = documents.iter().filter_map(|document| document["part"].as_str());
    let error = |name: &str| match call.files.part(name) {
        _ if !is_part_name(name) => Some(format!("[{name}] is not a name of a part")),
        None => Some(format!("[{name}] is a part that a document names, but the body has none")),
        Some(_) => None,
    };
    let errors: Vec<String> = parts.filter_map(error).collect();
    if !errors.is_empty() {
        return Err(Problem::bad_request("A document has no file").with_errors(errors));
    }
    super::refuse_second_kyc(state, call)?;
    let response = start(state, call)?;
    if let Some(customer) = state.customers.find_mut(call.path("customerId")) {
        let data = call.body["applicantData"].clone();
        customer.applicant = Some(Applicant { data, files: call.files.clone() });
    }
    Ok(response)
}

/// Returns `true` for 1 to 64 letters, digits, dots, underscores and hyphens that start with a letter or a digit.
fn is_part_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    name.len() <= 64 && name.starts_with(|first: char| first.is_ascii_alphanumeric()) && name.bytes().all(is_letter)
}

/// Returns the customer, who must have a check of the KYC provider.
fn customer<'a>(state: &'a State, call: &Call) -> Result<&'a Customer, Problem> {
    let id = call.path("customerId");
    let customer = state.customers.find(id).ok_or_else(|| Problem::not_found("customer"))?;
    let has_check = customer.kyc_at(call.text("kycProvider").unwrap_or_default()).is_some();
    if has_check { Ok(customer) } else { Err(Problem::not_found("applicant at the KYC provider")) }
}

/// Exports a token with which the recipient imports the check.
pub(crate) fn export_token(state: &mut State, call: &Call) -> Result<Success, Problem> {
    let customer = customer(state, call)?;
    // A request that is neither a valid token export nor one of raw data.
    if call.text("mode") == Some("RAW_DATA") {
        return export(state, call);
    }
    if call.text("recipientClientId").is_none_or(str::is_empty) {
        let problem = Problem::bad_request("A token is for one recipient");
        return Err(problem.with_error("[recipientClientId] is required for TOKEN"));
    }
    let applicant = customer.kyc_at("SUMSUB").map(|kyc| kyc.id.clone());
    Ok(json!({
        "mode": "TOKEN",
        "applicantId": applicant,
        "shareToken": secret(state.seed, "share", &customer.id),
    })
    .into())
}

/// Exports the data and the documents: those that were imported, or those of the customer with one example document.
pub(crate) fn export(state: &mut State, call: &Call) -> Result<Success, Problem> {
    let customer = customer(state, call)?;
    let Applicant { mut data, files } = customer.applicant.clone().unwrap_or_else(|| example(customer));
    let documents = data["documents"].as_array_mut().map(Vec::as_mut_slice).unwrap_or_default();
    let mut parts = Vec::new();
    for (number, document) in documents.iter_mut().enumerate() {
        let kind = |field: &str| document[field].as_str().map(str::to_owned);
        let names: Vec<String> = [kind("idDocType"), kind("idDocSubType")].into_iter().flatten().collect();
        let name = format!("{}_{:06}", names.join("_"), 100_000 + number);
        let file = document["part"].as_str().and_then(|part| files.part(part)).cloned();
        // The name of an imported file may have any characters.
        let file_name = Some(format!("{name}.bin"));
        parts.extend(file.map(|file| Part { name: name.clone(), file_name, ..file }));
        if let Some(document) = document.as_object_mut() {
            document.insert("part".to_owned(), json!(name));
        }
    }
    let body = json!({ "serviceProvider": "SUMSUB", "mode": "RAW_DATA_IMPORT", "applicantData": data });
    parts.insert(0, Part::json("data", &body));
    Ok(Multipart(parts).into())
}

fn example(customer: &Customer) -> Applicant {
    let text = |pointer: &str, default: &str| {
        let details = Value::Object(customer.details.clone());
        details.pointer(pointer).and_then(Value::as_str).unwrap_or(default).to_owned()
    };
    let data = json!({
        "firstName": text("/name/firstName", "Robin"),
        "lastName": text("/name/lastName", "Example"),
        "dob": text("/dateOfBirth", "1990-01-15"),
        "nationality": "USA",
        "phone": text("/phone", "+14155550123"),
        "email": text("/email", "robin@example.com"),
        "taxResidenceCountry": "USA",
        "address": { "country": "USA", "street": "1 Example Street", "town": "Boston", "state": "US-MA", "postCode": "02112" },
        "documents": [{ "part": "front", "idDocType": "PASSPORT", "idDocSubType": "FRONT_SIDE", "country": "USA" }],
    });
    let image = Part {
        name: "front".to_owned(),
        file_name: Some("front.png".to_owned()),
        content_type: Some("image/png".to_owned()),
        bytes: Bytes::from_static(b"\x89PNG\r\n\x1a\nexample"),
    };
    Applicant { data, files: Multipart(vec![image]) }
}
