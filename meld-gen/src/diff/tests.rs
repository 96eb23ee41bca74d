//! Every kind of change, each applied to one spec and reported once.

mod gifts;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use self::gifts::{add, changes, remove, set, spec, surface};
use super::{Class, Kind, compare, modules};
use crate::catalog::ApiVersion;
use crate::interface::MultipartSurface;

const SEARCH: &str = "/paths/~1gifts/get";
const CREATE: &str = "/paths/~1gifts/post";
const DELETE: &str = "/paths/~1gifts~1{giftId}/delete";
const SCHEMAS: &str = "/components/schemas";

/// A case: the kind, its Rust path, the states before and after, and the change of the spec.
type Case = (Kind, &'static str, &'static str, &'static str, fn(&mut Value));

const CASES: &[Case] = &[
    (Kind::OperationAdded, "gifts::Client::list_gifts", "", "list_gifts", |api| {
        let mut operation = remove(&mut api.clone(), DELETE);
        operation["operationId"] = json!("gifts-list");
        operation["parameters"] = json!([]);
        add(api, "/paths/~1lists", json!({ "get": operation }));
    }),
    (Kind::OperationRemoved, "gifts::Client::delete_gift", "delete_gift", "", |api| {
        remove(api, "/paths/~1gifts~1{giftId}");
    }),
    (Kind::OperationRenamed, "gifts::Client::take_back", "delete_gift", "take_back", |api| {
        set(api, &format!("{DELETE}/operationId"), json!("gifts-take-back"));
    }),
    (Kind::OperationIdChanged, "gifts::Client::delete_gift", "gifts-delete", "delete", |api| {
        set(api, &format!("{DELETE}/operationId"), json!("delete"));
    }),
    (Kind::OperationMoved, "gifts::Client::create_gift", "POST /gifts", "PUT /gifts", |api| {
        let operation = remove(api, CREATE);
        add(api, "/paths/~1gifts/put", operation);
    }),
    (Kind::SendingChanged, "gifts::Client::create_gift", "default", "application/merge-patch+json", |api| {
        let content = remove(api, &format!("{CREATE}/requestBody/content/application~1json"));
        add(api, &format!("{CREATE}/requestBody/content/application~1merge-patch+json"), content);
    }),
    (Kind::SendingChanged, "gifts::Client::create_gift", "default", "https://gifts.example.com", |api| {
        add(api, &format!("{CREATE}/servers"), json!([{ "url": "https://gifts.example.com" }]));
    }),
    (Kind::OperationDeprecated, "gifts::Client::create_gift", "", "", |api| {
        add(api, &format!("{CREATE}/deprecated"), json!(true));
    }),
    (Kind::ErrorCodesAdded, "gifts::Client::create_gift", "", "400 TOO_LATE", |api| {
        set(api, &format!("{CREATE}/responses/400/x-error-codes"), json!(["NO_GIFT", "NO_MONEY", "TOO_LATE"]));
    }),
    (Kind::ErrorCodesRemoved, "gifts::Client::create_gift", "400 NO_MONEY", "", |api| {
        set(api, &format!("{CREATE}/responses/400/x-error-codes"), json!(["NO_GIFT"]));
    }),
    (Kind::StatusesChanged, "gifts::Client::create_gift", "201", "200", |api| {
        let response = remove(api, &format!("{CREATE}/responses/201"));
        add(api, &format!("{CREATE}/responses/200"), response);
    }),
    (Kind::ResponseAdded, "gifts::Client::delete_gift::send", "", "Gift", |api| {
        let content = api.pointer("/paths/~1gifts/post/responses/201/content").unwrap().clone();
        add(api, &format!("{DELETE}/responses/204/content"), content);
    }),
    (Kind::ResponseRemoved, "gifts::Client::create_gift::send", "Gift", "", |api| {
        remove(api, &format!("{CREATE}/responses/201/content"));
    }),
    (Kind::ParameterAdded, "gifts::Client::search_gifts::size", "", "String", |api| {
        let parameter = json!({ "name": "size", "in": "query", "schema": { "type": "string" } });
        add(api, &format!("{SEARCH}/parameters/-"), parameter);
    }),
    (Kind::RequiredParameterAdded, "gifts::Client::search_gifts::size", "", "String", |api| {
        let schema = json!({ "type": "string" });
        let parameter = json!({ "name": "size", "in": "query", "required": true, "schema": schema });
        add(api, &format!("{SEARCH}/parameters/-"), parameter);
    }),
    (Kind::ParameterRemoved, "gifts::Client::search_gifts::colour", "String", "", |api| {
        remove(api, &format!("{SEARCH}/parameters/4"));
    }),
    (Kind::ParameterMoved, "gifts::Client::search_gifts::colour", "query colour", "header colour", |api| {
        set(api, &format!("{SEARCH}/parameters/4/in"), json!("header"));
    }),
    (Kind::SetterRenamed, "gifts::Client::delete_gift::key", "gift_id", "key", |api| {
        let item = remove(api, "/paths/~1gifts~1{giftId}");
        add(api, "/paths/~1gifts~1{key}", item);
        set(api, "/paths/~1gifts~1{key}/delete/parameters/0/name", json!("key"));
    }),
    (Kind::BecameRequired, "gifts::Client::search_gifts::colour", "optional", "required", |api| {
        add(api, &format!("{SEARCH}/parameters/4/required"), json!(true));
    }),
    (Kind::BecameOptional, "gifts::Client::search_gifts::kind", "required", "optional", |api| {
        set(api, &format!("{SEARCH}/parameters/3/required"), json!(false));
    }),
    (Kind::RuleTightened, "gifts::Client::search_gifts::limit", "1 to 100", "1 to 50", |api| {
        set(api, &format!("{SEARCH}/parameters/0/schema/maximum"), json!(50));
    }),
    (Kind::TypeChanged, "gifts::Client::search_gifts::limit", "i32", "String", |api| {
        // Without limits, which a string does not have; they would be a second change.
        set(api, &format!("{SEARCH}/parameters/0/schema"), json!({ "type": "string" }));
    }),
    (Kind::BodyRemoved, "gifts::Client::create_gift::body", "GiftRequest", "", |api| {
        remove(api, &format!("{CREATE}/requestBody"));
    }),
    (Kind::BodyAdded, "gifts::Client::delete_gift::body", "", "GiftRequest", |api| {
        let mut body = api.pointer("/paths/~1gifts/post/requestBody").unwrap().clone();
        body["required"] = json!(false);
        add(api, &format!("{DELETE}/requestBody"), body);
    }),
    (Kind::RequiredBodyAdded, "gifts::Client::delete_gift::body", "", "GiftRequest", |api| {
        let body = api.pointer("/paths/~1gifts/post/requestBody").unwrap().clone();
        add(api, &format!("{DELETE}/requestBody"), body);
    }),
    (Kind::FieldAdded, "gifts::types::Gift::colour", "", "Option<String>", |api| {
        add(api, &format!("{SCHEMAS}/Gift/properties/colour"), json!({ "type": "string" }));
    }),
    (Kind::RequiredFieldAdded, "gifts::types::GiftRequest::colour", "", "String", |api| {
        add(api, &format!("{SCHEMAS}/GiftRequest/properties/colour"), json!({ "type": "string" }));
        add(api, &format!("{SCHEMAS}/GiftRequest/required/-"), json!("colour"));
    }),
    (Kind::FieldRemoved, "gifts::types::Gift::note", "Option<String>", "", |api| {
        remove(api, &format!("{SCHEMAS}/Gift/properties/note"));
    }),
    (Kind::FieldRenamed, "gifts::types::Gift::notes", "note", "notes", |api| {
        let note = remove(api, &format!("{SCHEMAS}/Gift/properties/note"));
        add(api, &format!("{SCHEMAS}/Gift/properties/notes"), note);
    }),
    (Kind::WireNameChanged, "gifts::types::Gift::note", "note", "Note", |api| {
        let note = remove(api, &format!("{SCHEMAS}/Gift/properties/note"));
        add(api, &format!("{SCHEMAS}/Gift/properties/Note"), note);
    }),
    (Kind::BecameRequired, "gifts::types::GiftRequest::greeting", "optional", "required", |api| {
        add(api, &format!("{SCHEMAS}/GiftRequest/required/-"), json!("greeting"));
    }),
    (Kind::BecameOptional, "gifts::types::Gift::key", "required", "optional", |api| {
        remove(api, &format!("{SCHEMAS}/Gift/required"));
    }),
    (Kind::RuleLoosened, "gifts::types::GiftRequest::greeting", "at most 50 characters", "anything", |api| {
        drop(remove(api, &format!("{SCHEMAS}/GiftRequest/properties/greeting/maxLength")))
    }),
    (Kind::TypeChanged, "gifts::types::Gift::amount", "Option<Decimal>", "Option<bool>", |api| {
        set(api, &format!("{SCHEMAS}/Gift/properties/amount/type"), json!("boolean"));
    }),
    (Kind::StringBecameEnum, "gifts::types::Gift::note", "Option<String>", "Option<GiftStatus>", |api| {
        let status = json!({ "$ref": "#/components/schemas/GiftStatus" });
        set(api, &format!("{SCHEMAS}/Gift/properties/note"), status);
    }),
    (Kind::EnumBecameString, "gifts::types::Gift::status", "Option<GiftStatus>", "Option<String>", |api| {
        set(api, &format!("{SCHEMAS}/Gift/properties/status"), json!({ "type": "string" }))
    }),
    (Kind::TypeRenamed, "gifts::types::Present", "Gift", "Present", |api| {
        let schema = remove(api, &format!("{SCHEMAS}/Gift"));
        let text = api.to_string().replace("/schemas/Gift\"", "/schemas/Present\"");
        *api = serde_json::from_str(&text).unwrap();
        add(api, &format!("{SCHEMAS}/Present"), schema);
    }),
    (Kind::ValueAdded, "gifts::types::GiftStatus::Lost", "", "LOST", |api| {
        add(api, &format!("{SCHEMAS}/GiftStatus/enum/-"), json!("LOST"));
    }),
    (Kind::ValueRemoved, "gifts::types::Wrapping::Cloth", "CLOTH", "", |api| {
        remove(api, &format!("{SCHEMAS}/Wrapping/enum/1"));
    }),
    (Kind::ValueChanged, "gifts::types::Wrapping::Cloth", "CLOTH", "cloth", |api| {
        set(api, &format!("{SCHEMAS}/Wrapping/enum/1"), json!("cloth"));
    }),
    (Kind::EnumNarrowed, "gifts::types::GiftRequest::wrapping", "Option<Wrapping>", "Option<GiftStatus>", |api| {
        let status = json!({ "$ref": "#/components/schemas/GiftStatus" });
        set(api, &format!("{SCHEMAS}/GiftRequest/properties/wrapping"), status);
    }),
];

#[test]
fn each_change_is_reported_once() {
    for (kind, rust_path, before, after, change) in CASES {
        let found = changes(change);
        let [only] = &found[..] else {
            panic!("{kind} at {rust_path}: {found:#?}");
        };
        let found = (only.kind, &*only.rust_path, &*only.before, &*only.after);
        assert_eq!(found, (*kind, *rust_path, *before, *after));
    }
}

#[test]
fn direction_decides_on_the_effect() {
    let classes = |rust_path: &str| {
        let case = CASES.iter().find(|case| case.1 == rust_path).unwrap();
        let change = changes(case.4).remove(0);
        (change.rust, change.wire)
    };
    assert_eq!(classes("gifts::types::GiftStatus::Lost"), (Class::Compatible, Class::Compatible));
    assert_eq!(classes("gifts::types::Gift::note"), (Class::Breaking, Class::Breaking));
    assert_eq!(classes("gifts::types::GiftRequest::greeting"), (Class::Compatible, Class::Breaking));
    assert_eq!(classes("gifts::types::Gift::key"), (Class::None, Class::Compatible));
}

#[test]
fn pagination_families_and_unions_are_compared() {
    let found = changes(|api| {
        remove(api, &format!("{SEARCH}/parameters/2"));
    });
    let kinds: BTreeSet<Kind> = found.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, BTreeSet::from([Kind::PaginationRemoved, Kind::ParameterRemoved]));

    let module = surface(&spec());
    let gone = compare(std::slice::from_ref(&module), &[]);
    assert_eq!((gone[0].kind, gone[0].before.as_str()), (Kind::FamilyRemoved, "3 operations"));
    let new = compare(&[], std::slice::from_ref(&module));
    assert_eq!((new[0].kind, new[0].after.as_str()), (Kind::FamilyAdded, "3 operations"));
}

#[test]
fn type_may_become_shared_but_not_unshared() {
    let own = surface(&spec());
    let mut shared = own.clone();
    shared.types.get_mut("Gift").unwrap().is_shared = true;
    assert_eq!(modules(&own, &shared), []);
    let found = modules(&shared, &own);
    let found: Vec<_> = found.iter().map(|change| (change.kind, &*change.rust_path)).collect();
    assert_eq!(found, [(Kind::TypeUnshared, "gifts::types::Gift")]);
}

#[test]
fn moved_field_is_reported_with_its_path() {
    let found = changes(|api| {
        let note = remove(api, &format!("{SCHEMAS}/Gift/properties/note"));
        let card = json!({ "type": "object", "properties": { "note": note } });
        add(api, &format!("{SCHEMAS}/Gift/properties/card"), card);
    });
    let found: Vec<_> = found.iter().map(|change| (change.kind, &*change.after)).collect();
    assert_eq!(found, [(Kind::FieldMoved, "card.note"), (Kind::FieldAdded, "Option<GiftCard>")]);
}

#[test]
fn withdrawn_operations_have_their_note() {
    let before = surface(&spec());
    let mut after = before.clone();
    let operation = after.operations.get_mut("gifts-create").unwrap();
    operation.is_deprecated = true;
    operation.withdrawn = Some("Use `list_gifts`.".to_owned());
    let found = compare(&[before], &[after]);
    let found: Vec<_> = found.iter().map(|change| (change.kind, &*change.after)).collect();
    assert_eq!(found, [(Kind::OperationWithdrawn, "Use `list_gifts`.")]);
}

#[test]
fn minimum_versions_are_raised_or_lowered() {
    let with = |of_operation: &str, of_parameter: &str| {
        let mut module = surface(&spec());
        let operation = module.operations.get_mut("gifts-search").unwrap();
        operation.minimum_version = ApiVersion::parse(of_operation);
        operation.parameters.get_mut("query limit").unwrap().minimum_version = ApiVersion::parse(of_parameter);
        module
    };
    let (operation, parameter) = ("gifts::Client::search_gifts", "gifts::Client::search_gifts::limit");
    let (may, june) = ("2026-05-01", "2026-06-01");
    let (raised, lowered) = (Kind::MinimumVersionRaised, Kind::MinimumVersionLowered);
    for (before, after, expected) in [
        (with("", ""), with(may, ""), [(raised, operation, "", may)]),
        (with(may, ""), with(june, ""), [(raised, operation, may, june)]),
        (with(may, ""), with("", ""), [(lowered, operation, may, "")]),
        (with("", ""), with("", may), [(raised, parameter, "", may)]),
    ] {
        let found = modules(&before, &after);
        let found: Vec<_> = found.iter().map(|it| (it.kind, &*it.rust_path, &*it.before, &*it.after)).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn sending_is_compared_if_both_record_it() {
    let change = CASES.iter().find(|case| case.0 == Kind::SendingChanged).unwrap().4;
    let mut old = surface(&spec());
    old.sending = None;
    let mut new = spec();
    change(&mut new);
    assert_eq!(modules(&old, &surface(&new)), []);
}

#[test]
fn files_are_setters() {
    let with = |files: &[(&str, &str)]| {
        let mut surface = surface(&spec());
        let files = files.iter().map(|(part, setter)| ((*part).to_owned(), (*setter).to_owned())).collect();
        let operation = surface.operations.get_mut("gifts-create").unwrap();
        operation.multipart = Some(MultipartSurface { files, ..MultipartSurface::default() });
        surface
    };
    let found = modules(&with(&[("photo", "photo"), ("old", "old")]), &with(&[("photo", "picture"), ("new", "new")]));
    let found: Vec<_> = found.iter().map(|change| (change.kind, &*change.rust_path)).collect();
    assert!(found.contains(&(Kind::ParameterRemoved, "gifts::Client::create_gift::old")), "{found:?}");
    assert!(found.contains(&(Kind::ParameterAdded, "gifts::Client::create_gift::new")), "{found:?}");
    assert!(found.contains(&(Kind::SetterRenamed, "gifts::Client::create_gift::picture")), "{found:?}");
    assert_eq!(found.len(), 3);
}

#[test]
fn error_codes_of_new_lists_are_no_change() {
    let found = changes(|api| drop(remove(api, &format!("{CREATE}/responses/400"))));
    assert_eq!(found, []);
}

#[test]
fn prose_is_no_change() {
    let found = changes(|api| {
        add(api, &format!("{CREATE}/description"), json!("Makes a gift."));
        add(api, &format!("{SCHEMAS}/Gift/properties/note/description"), json!("A note."));
        add(api, &format!("{SCHEMAS}/Gift/properties/note/example"), json!("Dear"));
    });
    assert_eq!(found, []);
}

#[test]
fn every_rule_has_a_case() {
    // The exceptions need several specs or several changes, or constructs of Meld's specs: the other tests here
    // and the comparison of real versions cover them.
    let elsewhere = [
        Kind::VersionAdded,
        Kind::VersionRemoved,
        Kind::FamilyAdded,
        Kind::FamilyRemoved,
        Kind::OperationRevived,
        Kind::OperationWithdrawn,
        Kind::PaginationAdded,
        Kind::PaginationRemoved,
        Kind::MinimumVersionRaised,
        Kind::MinimumVersionLowered,
        Kind::ExclusionAdded,
        Kind::ExclusionRemoved,
        Kind::FieldMoved,
        Kind::EnumWidened,
        Kind::TypeReplaced,
        Kind::TypeUnshared,
        Kind::VariantAdded,
        Kind::VariantRemoved,
        Kind::SelectorChanged,
    ];
    for kind in Kind::ALL {
        let is_met = CASES.iter().any(|case| case.0 == *kind);
        assert_ne!(is_met, elsewhere.contains(kind), "{kind}");
    }
}
