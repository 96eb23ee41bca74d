//! Meld's own faults: one named function each, which says where it applied.
//!
//! A repair mends one fault of the published documents. It matches on the fault itself, so it does
//! nothing in a document that does not have it, and a repair that applies in no document at all is
//! dead ([`unused`]): Meld has mended the document, and the repair should go.

use indexmap::IndexMap;
use openapiv3::{OpenAPI, Operation, Schema};

use crate::catalog::ApiVersion;
use crate::spec::visit::{self, SchemaRef};

mod edit;
mod metadata;
mod parameters;
mod responses;
mod schemas;
#[cfg(test)]
mod testing;
mod unions;

/// Operation extension: the error statuses whose body is documented as the success type.
pub const SUCCESS_BODY_STATUSES: &str = "x-meld-success-body-statuses";

/// Operation extension: pairs of parameters of which only one may be given.
pub const EXCLUSIVE_PARAMETERS: &str = "x-meld-exclusive";

/// One fault of the documents and its mend.
#[derive(Clone, Copy, Debug)]
pub struct Repair {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// The number of the fault in the project's list of document faults; 0 where the documents
    /// are sound by themselves and the service behaves otherwise.
    pub fault: u8,
    /// Why it is needed, in one or two sentences.
    pub reason: &'static str,
    apply: fn(&mut Context<'_>),
}

/// One place where a repair applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The name of the repair.
    pub repair: &'static str,
    /// The number of the fault it mends.
    pub fault: u8,
    /// JSON pointer into the document as it was when the repair ran.
    pub pointer: String,
    /// What was changed, in one clause.
    pub what: String,
}

/// A document under repair.
#[derive(Debug)]
pub struct Context<'a> {
    /// File name, for messages.
    pub file: &'a str,
    /// Module name of the family, such as `bank_linking`.
    pub family: &'a str,
    /// API version, from the file name.
    pub version: ApiVersion,
    /// The document.
    pub api: &'a mut OpenAPI,
    notes: Notes,
}

/// What the repairs have noted so far, and which repair is at work.
#[derive(Debug)]
struct Notes {
    repair: &'static str,
    fault: u8,
    applied: Vec<Applied>,
}

impl Notes {
    fn note(&mut self, pointer: impl Into<String>, what: impl Into<String>) {
        self.applied.push(Applied {
            repair: self.repair,
            fault: self.fault,
            pointer: pointer.into(),
            what: what.into(),
        });
    }
}

impl Context<'_> {
    /// Notes that the repair at work has changed something at `pointer`.
    pub fn note(&mut self, pointer: impl Into<String>, what: impl Into<String>) {
        self.notes.note(pointer, what);
    }

    /// Visits every schema, with the notes at hand.
    fn schemas(&mut self, mut visit: impl FnMut(&str, &mut SchemaRef, &mut Notes)) {
        let Self { api, notes, .. } = self;
        visit::schemas(api, &mut |pointer: &str, schema: &mut SchemaRef| {
            visit(pointer, schema, notes);
        });
    }

    /// Visits every operation with its pointer and path, with the notes at hand.
    fn operations(&mut self, mut visit: impl FnMut(&str, &str, &mut Operation, &mut Notes)) {
        let Self { api, notes, .. } = self;
        visit::operations(api, &mut |pointer, _, path, operation| {
            visit(pointer, path, operation, notes);
        });
    }

    /// The component schemas, created when the document has none.
    fn components(&mut self) -> &mut IndexMap<String, SchemaRef> {
        &mut self.api.components.get_or_insert_default().schemas
    }

    /// A component schema that is no mere reference.
    fn component(&self, name: &str) -> Option<&Schema> {
        self.api.components.as_ref()?.schemas.get(name)?.as_item()
    }

    /// A component schema that is no mere reference, to change.
    fn component_mut(&mut self, name: &str) -> Option<&mut Schema> {
        edit::inline_mut(self.api.components.as_mut()?.schemas.get_mut(name)?)
    }
}

/// All repairs in the order in which they run.
///
/// The order matters in three places: a default-only member must go before the defaults go, or an
/// empty member would remain; the back-references of a union's members must go before the union is
/// replaced by its only member; and the one union that stays free-form must be taken before that
/// same rule would give it a type.
static REPAIRS: &[Repair] = &[
    Repair {
        name: "unversioned-info",
        fault: 7,
        reason: "Some documents give their version as the word `unversioned`; the date of the \
                 file is the API version.",
        apply: metadata::unversioned_info,
    },
    Repair {
        name: "success-body-on-error",
        fault: 10,
        reason: "Some error statuses are documented with the type of the success. The service \
                 responses errors with its envelope, so the statuses are only recorded.",
        apply: responses::success_body_on_error,
    },
    Repair {
        name: "string-error-body",
        fault: 10,
        reason: "One error is documented as a bare JSON string. The run-time reads every error, \
                 whatever its form, so the response needs no type.",
        apply: responses::string_error_body,
    },
    Repair {
        name: "one-error-envelope",
        fault: 9,
        reason: "Some errors have a type and others none, which makes two error types in one \
                 operation. The run-time reads one envelope for every status from 400 up.",
        apply: responses::one_error_envelope,
    },
    Repair {
        name: "wildcard-media-type",
        fault: 8,
        reason: "Bodies are published as `*/*`, although the service sends JSON.",
        apply: responses::wildcard_media_type,
    },
    Repair {
        name: "path-parameter-order",
        fault: 12,
        reason: "Some path parameters are declared in another order than the path has them; \
                 arguments have to follow the path.",
        apply: parameters::path_parameter_order,
    },
    Repair {
        name: "default-only-member",
        fault: 4,
        reason: "An allOf holds a member that is nothing but a default, so that a plain \
                 reference looks like a new type.",
        apply: schemas::default_only_member,
    },
    Repair {
        name: "demo-default",
        fault: 23,
        reason: "Defaults are demonstration values or the service's own choice when nothing is \
                 sent; a client that fills them in would send what its user never said.",
        apply: schemas::demo_default,
    },
    Repair {
        name: "comma-separated-list",
        fault: 13,
        reason: "Lists are declared as plain strings, or as one value of an enum, and only the \
                 prose says that several values go in, separated by commas.",
        apply: parameters::comma_separated_list,
    },
    Repair {
        name: "limit-range",
        fault: 14,
        reason: "The range of page sizes stands in prose only, so that nothing checks it before \
                 sending.",
        apply: parameters::limit_range,
    },
    Repair {
        name: "exclusive-parameters",
        fault: 14,
        reason: "That two parameters exclude each other stands in prose only.",
        apply: parameters::exclusive_parameters,
    },
    Repair {
        name: "base-refers-to-member",
        fault: 17,
        reason: "A union refers to members that extend the union itself, a cycle that no type \
                 can have.",
        apply: unions::base_refers_to_member,
    },
    Repair {
        name: "import-connection-tag",
        fault: 21,
        reason: "The connections to import are a union whose tag has no mapping and whose list \
                 of values lacks a member; serviceProvider tells the members apart.",
        apply: unions::import_connection_tag,
    },
    Repair {
        name: "session-data-selector",
        fault: 22,
        reason: "The data of a widget session are a union with properties of its own, whose \
                 members do not extend it; the sibling sessionType tells them apart.",
        apply: unions::session_data_selector,
    },
    Repair {
        name: "payment-method-selector",
        fault: 21,
        reason: "The details of a payment method are a union without a tag; the sibling type \
                 tells the members apart.",
        apply: unions::payment_method_selector,
    },
    Repair {
        name: "receiving-bank-selector",
        fault: 21,
        reason: "The receiving bank is a union whose tag the service does not send; the sibling \
                 paymentMethodType tells the members apart.",
        apply: unions::receiving_bank_selector,
    },
    Repair {
        name: "one-member-union",
        fault: 21,
        reason: "A union in a response lists the form of one provider only, while every other \
                 provider sends a form of its own.",
        apply: unions::one_member_union,
    },
    Repair {
        name: "single-member-one-of",
        fault: 21,
        reason: "A union of one member is that member.",
        apply: unions::single_member_one_of,
    },
    Repair {
        name: "unique-items-of-objects",
        fault: 25,
        reason: "Objects have no order and no hash in Rust, so that their list cannot be a set.",
        apply: schemas::unique_items_of_objects,
    },
    Repair {
        name: "write-only-in-responses",
        fault: 26,
        reason: "The documents show properties of the server's own classes that are not to be \
                 read, and nothing says what to send in them.",
        apply: schemas::write_only_in_responses,
    },
    Repair {
        name: "server-getters",
        fault: 26,
        reason: "The documents show getters of the server's own classes as properties to send.",
        apply: schemas::server_getters,
    },
    Repair {
        name: "enum-min-length",
        fault: 26,
        reason: "An enum with a minimum length would become a checked string instead of an enum.",
        apply: schemas::enum_min_length,
    },
    Repair {
        name: "wallet-addresses",
        fault: 0,
        reason: "The documents and the service disagree about which of the five wallet address \
                 fields the crypto details of a transaction have; each of them may come.",
        apply: schemas::wallet_addresses,
    },
    Repair {
        name: "date-pattern",
        fault: 0,
        reason: "A regular expression stands where the date format is meant; with the format no \
                 regular expression engine is needed at run-time.",
        apply: schemas::date_pattern,
    },
];

/// All repairs, in the order in which they run.
pub fn repairs() -> &'static [Repair] {
    REPAIRS
}

/// Runs every repair on a lowered document and says where they applied.
pub fn repair(api: &mut OpenAPI, file: &str, family: &str, version: ApiVersion) -> Vec<Applied> {
    let notes = Notes { repair: "", fault: 0, applied: Vec::new() };
    let mut context = Context { file, family, version, api, notes };
    for repair in REPAIRS {
        context.notes.repair = repair.name;
        context.notes.fault = repair.fault;
        (repair.apply)(&mut context);
    }
    context.notes.applied
}

/// The names of the repairs that are not among `applied`, which are the names of those that
/// applied somewhere: the dead ones, once all documents have been repaired.
pub fn unused(applied: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let applied: std::collections::BTreeSet<_> = applied.collect();
    REPAIRS.iter().map(|repair| repair.name).filter(|name| !applied.contains(name)).collect()
}

#[cfg(test)]
mod tests;
