//! Repairs: named corrections of Meld's specs, each with its evidence.
//!
//! A repair corrects one kind of fault wherever it occurs and reports its locations. It detects the fault itself, so
//! specs without the fault stay as they are. A repair that applies to no spec is obsolete ([`unused`]): Meld has
//! corrected the spec, and the repair has to be deleted.

use indexmap::IndexMap;
use openapiv3::{OpenAPI, Operation, Schema};

use crate::catalog::ApiVersion;
use crate::error::Notice;
use crate::model::{Facts, OperationFacts};
use crate::spec::visit::{self, SchemaRef};

mod earlier;
mod edit;
mod guide_fields;
mod parameters;
mod responses;
mod schemas;
#[cfg(test)]
mod testing;
mod unions;

/// A correction of one kind of fault.
#[derive(Clone, Copy, Debug)]
pub struct Repair {
    /// Name in kebab case.
    pub name: &'static str,
    /// The fault and the correction, in one or two sentences.
    pub reason: &'static str,
    /// Where the fault, and the behavior of the service, can be seen: a spec, a guide of Meld, or a sample response.
    pub evidence: &'static str,
    apply: fn(&mut Context<'_>),
}

/// A location where a repair applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Name of the repair.
    pub repair: &'static str,
    /// JSON pointer into the spec as it was before the repair.
    pub pointer: String,
    /// The change, in one clause.
    pub what: String,
}

/// The result of the repairs of a spec.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repaired {
    /// The locations where repairs applied.
    pub applied: Vec<Applied>,
    /// Parts of the spec that the tables of repairs do not have.
    pub notices: Vec<Notice>,
}

/// A spec under repair.
#[derive(Debug)]
pub struct Context<'a> {
    /// Module of the family, such as `bank_linking`.
    pub family: &'a str,
    /// API version.
    pub version: ApiVersion,
    /// The spec.
    pub api: &'a mut OpenAPI,
    /// Facts that OpenAPI cannot express.
    pub facts: &'a mut Facts,
    notes: Notes,
}

/// The result so far, and the name of the running repair.
#[derive(Debug)]
struct Notes {
    repair: &'static str,
    repaired: Repaired,
}

impl Notes {
    fn note(&mut self, pointer: impl Into<String>, what: impl Into<String>) {
        let (pointer, what) = (pointer.into(), what.into());
        self.repaired.applied.push(Applied { repair: self.repair, pointer, what });
    }

    fn notice(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.repaired.notices.push(Notice::at(pointer, message));
    }
}

impl Context<'_> {
    /// Records a change of the running repair at `pointer`.
    pub fn note(&mut self, pointer: impl Into<String>, what: impl Into<String>) {
        self.notes.note(pointer, what);
    }

    /// Records a part of the spec at `pointer` that the table of the running repair does not have.
    fn notice(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.notes.notice(pointer, message);
    }

    fn schemas(&mut self, mut visit: impl FnMut(&str, &mut SchemaRef, &mut Notes)) {
        let Self { api, notes, .. } = self;
        visit::schemas(api, &mut |pointer: &str, schema: &mut SchemaRef| {
            visit(pointer, schema, notes);
        });
    }

    /// Visits every operation with its pointer and path.
    fn operations(&mut self, mut visit: impl FnMut(&str, &str, &mut Operation, &mut Notes)) {
        let Self { api, notes, .. } = self;
        visit::operations(api, &mut |pointer, _, path, operation| {
            visit(pointer, path, operation, notes);
        });
    }

    /// Visits every operation with its pointer and facts.
    fn operation_facts(&mut self, mut visit: impl FnMut(&str, &mut Operation, &mut OperationFacts, &mut Notes)) {
        let Self { api, facts, notes, .. } = self;
        visit::operations(api, &mut |pointer, _, _, operation| {
            visit(pointer, operation, facts.operation(pointer), notes);
        });
    }

    /// Returns the component schemas, created if the spec has none.
    fn components(&mut self) -> &mut IndexMap<String, SchemaRef> {
        &mut self.api.components.get_or_insert_default().schemas
    }

    /// Returns an inline component schema.
    fn component(&self, name: &str) -> Option<&Schema> {
        self.api.components.as_ref()?.schemas.get(name)?.as_item()
    }

    /// Returns an inline component schema, to change.
    fn component_mut(&mut self, name: &str) -> Option<&mut Schema> {
        edit::inline_mut(self.api.components.as_mut()?.schemas.get_mut(name)?)
    }
}

/// All repairs, in the order in which they run.
///
/// The order matters in four places:
/// - `lost-type` runs first, so that the others see the types that it restores;
/// - `default-only-member` runs before `demo-default`, which would leave an empty member;
/// - `one-member-union` runs before `single-member-one-of`, which would give the free-form union a type;
/// - `guide-fields` runs last, on schemas that the others have given one form.
static REPAIRS: &[Repair] = &[
    Repair {
        name: "lost-type",
        reason: "The published spec lost a type: a parameter became a string with the default `\"\"`, or \
                 a schema became empty. An earlier revision or another date still has the type.",
        evidence: "`x-earlier` beside the lost type, where `cargo xtask fetch` records the earlier \
                   schema and the file that has it",
        apply: earlier::lost_type,
    },
    Repair {
        name: "client-header-parameters",
        reason: "`Meld-Version` is a header parameter of every operation, and `Authorization` one of \
                 some. The client sends both headers with every request.",
        evidence: "parameters of `POST /accounts/customers/{customerId}/verifications` in \
                   customer-20260203.json; Meld's guides to versions and authentication",
        apply: parameters::client_headers,
    },
    Repair {
        name: "success-body-on-error",
        reason: "An error status is documented with the type of the success response. The service \
                 sends errors in its envelope, so the status is only recorded.",
        evidence: "responses of `GET /payments/transactions/{id}` in crypto-20231219.json; \
                   sample error-conflict.json",
        apply: responses::success_body_on_error,
    },
    Repair {
        name: "one-error-envelope",
        reason: "Some errors of an operation have a type and others none, which makes two error \
                 types. The runtime decodes one envelope for every status from 400 up.",
        evidence: "responses with `ErrorResponse` in every spec; sample error-bad-request.json",
        apply: responses::one_error_envelope,
    },
    Repair {
        name: "wildcard-media-type",
        reason: "The media type of bodies is `*/*`, although the service sends JSON.",
        evidence: "responses of every spec; all samples are JSON",
        apply: responses::wildcard_media_type,
    },
    Repair {
        name: "path-parameter-order",
        reason: "Path parameters are declared in another order than in the path, which the order \
                 of arguments follows.",
        evidence: "parameters of `GET /network-partner/supported/routes/…` in \
                   networkpartner-20260203.json",
        apply: parameters::path_parameter_order,
    },
    Repair {
        name: "default-only-member",
        reason: "An `allOf` has a member with nothing but a default, so that a plain reference \
                 looks like a new type.",
        evidence: "a parameter of `GET /network-partner/supported/currencies` in \
                   networkpartner-20260203.json",
        apply: schemas::default_only_member,
    },
    Repair {
        name: "demo-default",
        reason: "Defaults are demonstration values or what the service assumes for missing fields; \
                 a client that fills them in would send values that its user did not set.",
        evidence: "`CryptoBuySessionData` of crypto-20231219.json, with a default `walletAddress`",
        apply: schemas::demo_default,
    },
    Repair {
        name: "comma-separated-list",
        reason: "Lists are declared as strings, or as one value of an enum; only the description \
                 says that values are separated by commas.",
        evidence: "the parameter `statuses` of `GET /bank-linking/connections` in \
                   banklinking-20231219.json",
        apply: parameters::comma_separated_list,
    },
    Repair {
        name: "limit-range",
        reason: "The range of page sizes is only described, so that nothing validates it before \
                 sending.",
        evidence: "descriptions of `limit`; Meld's guides for the paths in `PAGE_SIZES`",
        apply: parameters::limit_range,
    },
    Repair {
        name: "exclusive-parameters",
        reason: "Only descriptions say that two parameters exclude each other.",
        evidence: "descriptions with `not together with` or `cannot be combined with`; `before` and \
                   `after` of every paged operation",
        apply: parameters::exclusive_parameters,
    },
    Repair {
        name: "import-connection-tag",
        reason: "The connections to import are a union whose tag has no mapping and whose list of \
                 values lacks a member; `serviceProvider` selects the member.",
        evidence: "`ImportRequest` and `ImportDetails` of banklinking-20231219.json",
        apply: unions::import_connection_tag,
    },
    Repair {
        name: "session-data-selector",
        reason: "The data of a widget session is a union with properties of its own, which the \
                 members do not extend; the sibling `sessionType` selects the member.",
        evidence: "`SessionTokenForWidgetRequestV20231219` of crypto-20231219.json",
        apply: unions::session_data_selector,
    },
    Repair {
        name: "payment-method-selector",
        reason: "The details of a payment method are a union without a tag; the sibling `type` \
                 selects the member.",
        evidence: "`FiatPayoutMethod` of crypto-20231219.json; the description of \
                   `AchPaymentMethodDetails` lists its types",
        apply: unions::payment_method_selector,
    },
    Repair {
        name: "order-details-selector",
        reason: "The details of a headless order are a union without a tag; the sibling \
                 `paymentMethodType` selects the member.",
        evidence: "`HeadlessOrderOnrampResponse` of crypto-20260203.json; the descriptions of its \
                   members name their types",
        apply: unions::order_details_selector,
    },
    Repair {
        name: "receiving-bank-selector",
        reason: "The receiving bank is a union whose tag the service does not send; the sibling \
                 `paymentMethodType` selects the member.",
        evidence: "`VirtualAccountDepositInstructionsResponse` of crypto-20231219.json; sample \
                   response-virtual-account-onramp-order.json",
        apply: unions::receiving_bank_selector,
    },
    Repair {
        name: "incomplete-union",
        reason: "The details of a payment method are a union by a tag that no member has. The sibling \
                 `type` has a value without a member, and a card's `expiration` is a string in the \
                 guides. The details are any JSON.",
        evidence: "`PaymentMethodDetails` of payments-20260203.json",
        apply: unions::incomplete_union,
    },
    Repair {
        name: "one-member-union",
        reason: "A union in a response lists the schema of one provider only, while every other \
                 provider sends a schema of its own.",
        evidence: "`ServiceProviderCustomer` of customer-20231219.json",
        apply: unions::one_member_union,
    },
    Repair {
        name: "single-member-one-of",
        reason: "A union has a single member and therefore is that member.",
        evidence: "`KycServiceProviderDetails` of customer-20231219.json",
        apply: unions::single_member_one_of,
    },
    Repair {
        name: "unique-items-of-objects",
        reason: "Generated structs have no order and no hash, so that a list of them cannot be a set.",
        evidence: "`multiFactorAuthorizationStatus` of `PaymentTransactionOutput20230401` in \
                   crypto-20231219.json",
        apply: schemas::unique_items_of_objects,
    },
    Repair {
        name: "write-only-in-responses",
        reason: "Properties of the server's own classes are marked as write-only, and nothing says \
                 what to send in them.",
        evidence: "`addressDetailsFields` of `CustomerAddressDetails` in crypto-20231219.json",
        apply: schemas::write_only_in_responses,
    },
    Repair {
        name: "server-getters",
        reason: "Getters of the server's own classes appear as properties of requests.",
        evidence: "`nameEmpty` of `CustomerInput` in payments-20231219.json",
        apply: schemas::server_getters,
    },
    Repair {
        name: "enum-min-length",
        reason: "An enum with a minimum length would become a checked string instead of an enum.",
        evidence: "`serviceProvider` of `InitiateKycRequest` in customer-20231219.json",
        apply: schemas::enum_min_length,
    },
    Repair {
        name: "wallet-addresses",
        reason: "The specs and the service differ in which of the five wallet address fields the \
                 crypto details of a transaction have; each of them may occur.",
        evidence: "`CryptoDetails` of crypto-20231219.json; samples response-transaction-get-*.json",
        apply: schemas::wallet_addresses,
    },
    Repair {
        name: "date-pattern",
        reason: "A regular expression is used in place of the date format; with the format, the \
                 runtime needs no engine for regular expressions.",
        evidence: "`dateOfBirth` of `CreateCustomerRequest20230401` in customer-20231219.json",
        apply: schemas::date_pattern,
    },
    Repair {
        name: guide_fields::NAME,
        reason: "The guides show fields, parameters, values, statuses and versions that the specs lack.",
        evidence: "the guide that each note names",
        apply: guide_fields::guide_fields,
    },
];

/// Returns all repairs, in the order in which they run.
pub fn repairs() -> &'static [Repair] {
    REPAIRS
}

/// Runs every repair on a lowered spec. `facts` gets what OpenAPI cannot express.
pub fn repair(api: &mut OpenAPI, facts: &mut Facts, family: &str, version: ApiVersion) -> Repaired {
    let notes = Notes { repair: "", repaired: Repaired::default() };
    let mut context = Context { family, version, api, facts, notes };
    for repair in REPAIRS {
        context.notes.repair = repair.name;
        (repair.apply)(&mut context);
    }
    context.notes.repaired
}

/// Returns `true` if a repair is a table whose rows have an evidence of their own.
pub fn is_table(name: &str) -> bool {
    name == guide_fields::NAME
}

/// Returns the names of the repairs that `applied` lacks, and of the rows of the guides' table that it lacks.
pub fn unused<'a>(applied: impl Iterator<Item = &'a Applied> + Clone) -> Vec<String> {
    let names: std::collections::BTreeSet<_> = applied.clone().map(|applied| applied.repair).collect();
    let unused = REPAIRS.iter().map(|repair| repair.name).filter(|name| !names.contains(name));
    unused.map(str::to_owned).chain(guide_fields::unused(applied)).collect()
}

#[cfg(test)]
mod tests;
