//! Where the documents are not taken at their word: faults of theirs that make correct requests
//! invalid, or correct responses impossible. Nothing else of them is changed.

use serde_json::{Value, json};

/// A fault of the documents, and what the sandbox does about it.
#[derive(Debug)]
pub struct Exception {
    /// The family whose documents have the fault.
    pub family: &'static str,
    /// What is wrong, and what is done about it.
    pub reason: &'static str,
    /// The JSON pointer to what is changed; a part may end in `*`, because names end in dates.
    pub place: &'static str,
    /// Changes it, and says whether the fault was there.
    pub(crate) mend: fn(&mut Value) -> bool,
}

/// All places where the documents are not taken at their word.
pub const EXCEPTIONS: &[Exception] = &[
    Exception {
        family: "customer",
        reason: "SumsubTokenImportKycDetails extends KycServiceProviderDetails, which is one of \
                 SumsubTokenImportKycDetails: no value can be checked by a schema that needs itself. \
                 The details stand for themselves.",
        place: "/components/schemas/SumsubTokenImportKycDetails",
        mend: without_the_union_it_belongs_to,
    },
    Exception {
        family: "customer",
        reason: "A change takes a value away by null, but no field of the body may be null.",
        place: "/components/schemas/CustomerUpdateRequest*/properties/*",
        mend: or_null,
    },
    Exception {
        family: "customer",
        reason: "A check that was begun is changed by a PATCH to the address where it is begun, by the guides; no \
                 document has it. It takes and gives what beginning one does.",
        place: "/paths/~1accounts~1customers~1{customerId}~1kyc~1initiate",
        mend: with_a_change_of_kyc,
    },
    Exception {
        family: "webhooks",
        reason: "A change takes a value away by null, but no field of the body may be null.",
        place: "/components/schemas/WebhookProfileUpdateRequest/properties/*",
        mend: or_null,
    },
    Exception {
        family: "crypto",
        reason: "Session data is exactly one of buy, sell and transfer, but a complete purchase also \
                 fits a sale, which requires less. Any of them will do; the row below says which.",
        place: "/components/schemas/SessionDataInput*",
        mend: any_instead_of_one,
    },
    Exception {
        family: "crypto",
        reason: "The kind of session data goes by sessionType, which stands beside it and which the \
                 union does not know. Each type asks for its own data.",
        place: "/components/schemas/SessionTokenForWidgetRequest*",
        mend: data_by_session_type,
    },
    Exception {
        family: "crypto",
        reason: "Bank information of ACH and of a local bank transfer have the same properties, none \
                 required: every value that fits one fits the other. Any of them will do.",
        place: "/components/schemas/VirtualAccountOnrampOrderResponse/properties/receivingBankInformation",
        mend: any_instead_of_one,
    },
    Exception {
        family: "crypto",
        reason: "The guides send the amount of a quote as a number or, the older ones, as a text, and \
                 both are answered; the documents know the number alone.",
        place: "/components/schemas/CryptoQuoteRequest*/properties/sourceAmount",
        mend: number_or_text,
    },
    Exception {
        family: "banklinking",
        reason: "Connections of Mesh can be imported, but the list of their providers lacks MESH.",
        place: "/components/schemas/ImportDetails/properties/serviceProvider/enum",
        mend: with_mesh,
    },
    Exception {
        family: "banklinking",
        reason: "statuses takes several values, separated by commas, but is typed as one of them.",
        place: "/paths/~1bank-linking~1investments~1transactions/get/parameters",
        mend: list_of_statuses,
    },
    Exception {
        family: "payments",
        reason: "Charges go by Square, and by ACH with Coinflow and Plaid, but the list of providers \
                 lacks them.",
        place: "/components/schemas/PaymentTransactionRequest/properties/serviceProvider/enum",
        mend: with_all_providers,
    },
    Exception {
        family: "payments",
        reason: "A refund of the whole amount has the body {}, but sourceAmount is required.",
        place: "/components/schemas/PaymentRefundRequest",
        mend: amount_is_optional,
    },
];

/// Mends a document of this family. Gives the number of the exceptions that found their fault.
pub(crate) fn apply(family: &str, document: &mut Value) -> usize {
    let mut applied = 0;
    for exception in EXCEPTIONS.iter().filter(|exception| exception.family == family) {
        let parts: Vec<&str> = exception.place.split('/').skip(1).collect();
        applied += usize::from(mend(document, &parts, exception.mend));
    }
    applied
}

fn mend(value: &mut Value, parts: &[&str], change: fn(&mut Value) -> bool) -> bool {
    let Some((part, rest)) = parts.split_first() else { return change(value) };
    let Some(object) = value.as_object_mut() else { return false };
    let name = part.replace("~1", "/");
    let mut found = false;
    for (key, below) in object {
        if name.strip_suffix('*').map_or(*key == name, |prefix| key.starts_with(prefix)) {
            found |= mend(below, rest, change);
        }
    }
    found
}

fn without_the_union_it_belongs_to(schema: &mut Value) -> bool {
    let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) else { return false };
    let before = parts.len();
    let union = json!("#/components/schemas/KycServiceProviderDetails");
    parts.retain(|part| part.get("$ref") != Some(&union));
    parts.len() < before
}

fn or_null(schema: &mut Value) -> bool {
    if schema["type"].as_array().is_some_and(|types| types.iter().any(|one| one == "null")) {
        return false;
    }
    *schema = json!({ "anyOf": [schema.take(), { "enum": [null] }] });
    true
}

fn with_a_change_of_kyc(path: &mut Value) -> bool {
    let Some(path) = path.as_object_mut().filter(|path| !path.contains_key("patch")) else {
        return false;
    };
    let Some(mut change) = path.get("post").cloned() else { return false };
    change["operationId"] = json!("accounts-customers-kyc-update");
    path.insert("patch".to_owned(), change).is_none()
}

fn any_instead_of_one(schema: &mut Value) -> bool {
    let Some(schema) = schema.as_object_mut() else { return false };
    let Some(members) = schema.remove("oneOf") else { return false };
    schema.insert("anyOf".to_owned(), members);
    true
}

fn data_by_session_type(schema: &mut Value) -> bool {
    let Some(schema) = schema.as_object_mut() else { return false };
    let member = |session_type: &str, data: &str| {
        let data = json!({ "$ref": format!("#/components/schemas/{data}") });
        json!({ "properties": { "sessionType": { "enum": [session_type] }, "sessionData": data } })
    };
    let members = json!([
        member("BUY", "CryptoBuySessionData"),
        member("SELL", "CryptoSellSessionData"),
        member("TRANSFER", "CryptoTransferSessionData"),
    ]);
    schema.insert("oneOf".to_owned(), members).is_none()
}

fn number_or_text(schema: &mut Value) -> bool {
    if schema.get("type").is_none_or(|kind| kind != "number") {
        return false;
    }
    let text = json!({ "type": "string", "pattern": "^[0-9]+([.][0-9]+)?$" });
    *schema = json!({ "anyOf": [schema.take(), text], "examples": [100] });
    true
}

fn with_mesh(providers: &mut Value) -> bool {
    with(providers, &["MESH"])
}

fn with_all_providers(providers: &mut Value) -> bool {
    with(providers, &["SQUARE", "COINFLOW", "PLAID"])
}

fn with(providers: &mut Value, lacking: &[&str]) -> bool {
    let Some(providers) = providers.as_array_mut() else { return false };
    let before = providers.len();
    for provider in lacking {
        if !providers.iter().any(|known| known == provider) {
            providers.push(json!(provider));
        }
    }
    providers.len() > before
}

fn list_of_statuses(parameters: &mut Value) -> bool {
    let Some(parameters) = parameters.as_array_mut() else { return false };
    let statuses = parameters.iter_mut().find(|parameter| parameter["name"] == "statuses");
    let Some(schema) = statuses.and_then(|parameter| parameter.get_mut("schema")) else {
        return false;
    };
    let Some(values) = schema.get("enum").and_then(Value::as_array) else { return false };
    let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    let one = format!("({})", values.join("|"));
    let list = json!({ "type": "string", "pattern": format!("^{one}(,{one})*$") });
    // What the list may hold, for examples.
    let example = values.first().copied().unwrap_or_default();
    *schema = json!({ "allOf": [list], "examples": [example] });
    true
}

fn amount_is_optional(schema: &mut Value) -> bool {
    let required = schema.get_mut("required").and_then(Value::as_array_mut);
    let Some(required) = required else { return false };
    let before = required.len();
    required.retain(|name| name != "sourceAmount");
    required.len() < before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exception_finds_its_fault() {
        for exception in EXCEPTIONS {
            let parts: Vec<&str> = exception.place.split('/').skip(1).collect();
            let folder = env!("MELD_SANDBOX_DOCUMENTS");
            let found = std::fs::read_dir(folder).unwrap().any(|entry| {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                if !name.starts_with(&format!("{}-", exception.family)) {
                    return false;
                }
                let text = std::fs::read_to_string(path).unwrap();
                mend(&mut serde_json::from_str(&text).unwrap(), &parts, exception.mend)
            });
            assert!(found, "no document has this fault any more: {}", exception.reason);
        }
    }
}
