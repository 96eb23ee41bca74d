//! Corrections of the specs where valid requests would be refused or valid responses impossible.

mod headless;

use serde_json::{Value, json};

/// A correction of a fault in the specs of one family.
#[derive(Debug)]
pub struct Repair {
    /// The family whose specs have the fault.
    pub family: &'static str,
    /// The fault and its correction.
    pub reason: &'static str,
    /// The JSON pointer to the corrected value. A token may end in `*`, because schema names end in dates.
    pub pointer: &'static str,
    /// Corrects the value and returns `true` if it had the fault.
    pub(crate) apply: fn(&mut Value) -> bool,
}

/// All repairs that the mock server applies to the specs.
pub const REPAIRS: &[Repair] = &[
    Repair {
        family: "customer",
        reason: "SumsubTokenImportKycDetails extends the union KycServiceProviderDetails, of which it is a member: a \
                 recursive schema that cannot be compiled. It no longer extends the union.",
        pointer: "/components/schemas/SumsubTokenImportKycDetails",
        apply: remove_own_union,
    },
    Repair {
        family: "customer",
        reason: "An update clears a field with null, but no field of the body is nullable. All are.",
        pointer: "/components/schemas/CustomerUpdateRequest*/properties/*",
        apply: make_nullable,
    },
    Repair {
        family: "customer",
        reason: "The guides update a KYC check with PATCH on the path that initiates it, but no spec has the \
                 operation. It takes and returns the same as initiating.",
        pointer: "/paths/~1accounts~1customers~1{customerId}~1kyc~1initiate",
        apply: add_kyc_update,
    },
    Repair {
        family: "webhooks",
        reason: "An update clears a field with null, but no field of the body is nullable. All are.",
        pointer: "/components/schemas/WebhookProfileUpdateRequest/properties/*",
        apply: make_nullable,
    },
    Repair {
        family: "crypto",
        reason: "Session data matches exactly one of buy, sell and transfer, but a complete purchase also matches a \
                 sale, which requires less. Any match is accepted; the next repair selects by sessionType.",
        pointer: "/components/schemas/SessionDataInput*",
        apply: accept_any_member,
    },
    Repair {
        family: "crypto",
        reason: "The type of the session data depends on sessionType, which the union does not know. Each session \
                 type requires its own data.",
        pointer: "/components/schemas/SessionTokenForWidgetRequest*",
        apply: select_data_by_session_type,
    },
    Repair {
        family: "crypto",
        reason: "Bank information of ACH and of a local bank transfer have the same optional properties, so every \
                 value matches both. Any match is accepted.",
        pointer: "/components/schemas/VirtualAccountOnrampOrderResponse/properties/receivingBankInformation",
        apply: accept_any_member,
    },
    Repair {
        family: "crypto",
        reason: "All bank information extends a schema that requires the tag, which the guides have only beside it. The \
                 schema requires nothing.",
        pointer: "/components/schemas/ReceivingBankInformation",
        apply: clear_required,
    },
    Repair {
        family: "crypto",
        reason: "paymentMethodType selects the bank information, which the schema does not say of the property beside it.",
        pointer: "/components/schemas/VirtualAccountDepositInstructionsResponse",
        apply: headless::select_bank_information,
    },
    Repair {
        family: "crypto",
        reason: "paymentMethodType selects the details of a headless order, which the schema does not say of the property \
                 beside it.",
        pointer: "/components/schemas/HeadlessOrderOnrampResponse",
        apply: headless::select_order_details,
    },
    Repair {
        family: "crypto",
        reason: "The guides have fields in the response to a headless order that the schema lacks.",
        pointer: "/components/schemas/HeadlessOrderOnrampResponse/properties",
        apply: headless::add_response_fields,
    },
    Repair {
        family: "crypto",
        reason: "The guides order from Stripe, Banxa and Coinbase, name the network and send the amount as a string.",
        pointer: "/components/schemas/HeadlessOrderOnrampRequest/properties",
        apply: headless::add_order_fields,
    },
    Repair {
        family: "crypto",
        reason: "The response to a headless order repeats the fields of the request that its schema lacks.",
        pointer: "/components/schemas/RequestPayload/properties",
        apply: headless::add_order_fields,
    },
    Repair {
        family: "crypto",
        reason: "The guides have fields in the details of Apple Pay that the schema lacks.",
        pointer: "/components/schemas/ApplePayOrder",
        apply: headless::add_apple_pay_fields,
    },
    Repair {
        family: "crypto",
        reason: "A card order of an SDK has the mode SDK_NATIVE, which the enum lacks.",
        pointer: "/components/schemas/CardOrder",
        apply: headless::add_native_mode,
    },
    Repair {
        family: "crypto",
        reason: "Headless orders are those of the guides from 2026-05-01, a version without a spec.",
        pointer: "/paths/~1crypto~1order~1headless~1onramp/post",
        apply: headless::need_newer_version,
    },
    Repair {
        family: "crypto",
        reason: "Quotes for headless orders need the parameter integrationMode, from version 2026-05-01.",
        pointer: "/paths/~1payments~1crypto~1quote/post",
        apply: headless::add_integration_mode,
    },
    Repair {
        family: "crypto",
        reason: "Quotes of version 2026-05-01 have fields, providers and payment methods that the schema lacks.",
        pointer: "/components/schemas/CryptoQuote20260203/properties",
        apply: headless::add_quote_fields,
    },
    Repair {
        family: "crypto",
        reason: "The names of locked fields of a checkout URL may have any case, but the enum has one.",
        pointer: "/components/schemas/CheckoutField",
        apply: headless::accept_any_case,
    },
    Repair {
        family: "crypto",
        reason: "Meld also accepts the street of an address by an old name, but streetLineOne is required.",
        pointer: "/components/schemas/Address",
        apply: headless::make_street_optional,
    },
    Repair {
        family: "customer",
        reason: "An update of a KYC check sends missing fields in serviceProviderDetails, which allows only a token.",
        pointer: "/components/schemas/KycServiceProviderDetails",
        apply: headless::accept_missing_fields,
    },
    Repair {
        family: "crypto",
        reason: "The guides send the amount of a quote as a number or, in older ones, as a string, and Meld accepts \
                 both; the specs have only the number.",
        pointer: "/components/schemas/CryptoQuoteRequest*/properties/sourceAmount",
        apply: accept_numeric_string,
    },
    Repair {
        family: "networkpartner",
        reason: "The currencies of network partners have a chainId in the guides, which the schema lacks.",
        pointer: "/components/schemas/Currency/properties",
        apply: add_chain_id,
    },
    Repair {
        family: "banklinking",
        reason: "Connections of Mesh can be imported, but the enum of providers lacks MESH.",
        pointer: "/components/schemas/ImportDetails/properties/serviceProvider/enum",
        apply: add_mesh,
    },
    Repair {
        family: "banklinking",
        reason: "The parameter statuses takes a comma-separated list, but is typed as a single value.",
        pointer: "/paths/~1bank-linking~1investments~1transactions/get/parameters",
        apply: accept_list_of_statuses,
    },
    Repair {
        family: "payments",
        reason: "Charges work with Square, and by ACH with Coinflow and Plaid, but the enum of providers lacks them.",
        pointer: "/components/schemas/PaymentTransactionRequest/properties/serviceProvider/enum",
        apply: add_payment_providers,
    },
    Repair {
        family: "payments",
        reason: "The details of a payment method are a union of three of its four types, by a tag that no member has, and \
                 its card has another expiration than the guides. Any details are accepted.",
        pointer: "/components/schemas/PaymentMethodDetails",
        apply: accept_anything,
    },
    Repair {
        family: "payments",
        reason: "A full refund has the body {}, but sourceAmount is required. It is optional.",
        pointer: "/components/schemas/PaymentRefundRequest",
        apply: make_amount_optional,
    },
];

/// Repairs a spec of this family.
pub(super) fn apply(family: &str, root: &mut Value) {
    for repair in REPAIRS.iter().filter(|repair| repair.family == family) {
        repair.apply_to(root);
    }
}

impl Repair {
    /// Applies the repair and returns `true` if the fault was found.
    fn apply_to(&self, root: &mut Value) -> bool {
        let tokens: Vec<&str> = self.pointer.split('/').skip(1).collect();
        apply_at(root, &tokens, self.apply)
    }
}

fn apply_at(value: &mut Value, tokens: &[&str], apply: fn(&mut Value) -> bool) -> bool {
    let Some((token, rest)) = tokens.split_first() else { return apply(value) };
    let Some(object) = value.as_object_mut() else { return false };
    let name = token.replace("~1", "/");
    let mut found = false;
    for (key, below) in object {
        if name.strip_suffix('*').map_or(*key == name, |prefix| key.starts_with(prefix)) {
            found |= apply_at(below, rest, apply);
        }
    }
    found
}

fn remove_own_union(schema: &mut Value) -> bool {
    let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) else { return false };
    let before = parts.len();
    let union = json!("#/components/schemas/KycServiceProviderDetails");
    parts.retain(|part| part.get("$ref") != Some(&union));
    parts.len() < before
}

fn make_nullable(schema: &mut Value) -> bool {
    if schema["type"].as_array().is_some_and(|types| types.iter().any(|one| one == "null")) {
        return false;
    }
    *schema = json!({ "anyOf": [schema.take(), { "enum": [null] }] });
    true
}

fn add_kyc_update(path: &mut Value) -> bool {
    let Some(path) = path.as_object_mut().filter(|path| !path.contains_key("patch")) else {
        return false;
    };
    let Some(mut update) = path.get("post").cloned() else { return false };
    update["operationId"] = json!("accounts-customers-kyc-update");
    path.insert("patch".to_owned(), update).is_none()
}

fn accept_any_member(schema: &mut Value) -> bool {
    let Some(schema) = schema.as_object_mut() else { return false };
    let Some(members) = schema.remove("oneOf") else { return false };
    schema.insert("anyOf".to_owned(), members);
    true
}

fn accept_anything(schema: &mut Value) -> bool {
    let Some(schema) = schema.as_object_mut() else { return false };
    schema.remove("discriminator");
    schema.remove("oneOf").is_some()
}

fn clear_required(schema: &mut Value) -> bool {
    let Some(schema) = schema.as_object_mut() else { return false };
    schema.remove("properties");
    schema.remove("discriminator");
    schema.remove("required").is_some()
}

fn select_data_by_session_type(schema: &mut Value) -> bool {
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

fn accept_numeric_string(schema: &mut Value) -> bool {
    if schema.get("type").is_none_or(|kind| kind != "number") {
        return false;
    }
    let text = json!({ "type": "string", "pattern": "^[0-9]+([.][0-9]+)?$" });
    *schema = json!({ "anyOf": [schema.take(), text], "examples": [100] });
    true
}

fn add_chain_id(properties: &mut Value) -> bool {
    let Some(properties) = properties.as_object_mut().filter(|properties| !properties.contains_key("chainId")) else {
        return false;
    };
    properties.insert("chainId".to_owned(), json!({ "type": "string", "description": "ID of the chain" }));
    true
}

fn add_mesh(providers: &mut Value) -> bool {
    add_values(providers, &["MESH"])
}

fn add_payment_providers(providers: &mut Value) -> bool {
    add_values(providers, &["SQUARE", "COINFLOW", "PLAID"])
}

fn add_values(list: &mut Value, missing: &[&str]) -> bool {
    let Some(list) = list.as_array_mut() else { return false };
    let before = list.len();
    for value in missing {
        if !list.iter().any(|known| known == value) {
            list.push(json!(value));
        }
    }
    list.len() > before
}

fn accept_list_of_statuses(parameters: &mut Value) -> bool {
    let Some(parameters) = parameters.as_array_mut() else { return false };
    let statuses = parameters.iter_mut().find(|parameter| parameter["name"] == "statuses");
    let Some(schema) = statuses.and_then(|parameter| parameter.get_mut("schema")) else {
        return false;
    };
    let Some(values) = schema.get("enum").and_then(Value::as_array) else { return false };
    let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    let one = format!("({})", values.join("|"));
    let list = json!({ "type": "string", "pattern": format!("^{one}(,{one})*$") });
    // The pattern alone does not tell the example generator a valid value.
    let example = values.first().copied().unwrap_or_default();
    *schema = json!({ "allOf": [list], "examples": [example] });
    true
}

fn make_amount_optional(schema: &mut Value) -> bool {
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
    fn every_repair_applies() {
        for repair in REPAIRS {
            let folder = std::path::Path::new(env!("MELD_SANDBOX_DOCUMENTS"));
            let supplements = std::fs::read_dir(folder.join("supplements")).unwrap();
            let found = std::fs::read_dir(folder).unwrap().chain(supplements).any(|entry| {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                if !name.starts_with(&format!("{}-", repair.family)) {
                    return false;
                }
                let text = std::fs::read_to_string(path).unwrap();
                repair.apply_to(&mut serde_json::from_str(&text).unwrap())
            });
            assert!(found, "no spec has this fault any more: {}", repair.reason);
        }
    }
}
