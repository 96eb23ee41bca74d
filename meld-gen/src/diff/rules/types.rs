//! Effects of changes of types: which one a value has, and the values and variants of enums and unions.

use super::kind::Kind;
use super::rule::Class::{self, Breaking, Compatible};
use super::rule::Level::{Error, Info, Warning};
use super::rule::{Rule, both, each, meaning};

pub(super) const RULES: &[Rule] = &[
    each(
        Kind::TypeChanged,
        "type-changed",
        meaning(
            Breaking,
            Breaking,
            &[("request-property-type-changed", Error), ("request-parameter-type-changed", Error)],
        ),
        meaning(Breaking, Breaking, &[("response-property-type-changed", Error)]),
        "another type in code and in JSON",
    ),
    each(
        Kind::StringBecameEnum,
        "string-became-enum",
        meaning(Compatible, Breaking, &[("request-property-became-enum", Error)]),
        meaning(Breaking, Compatible, &[]),
        "setters accept strings as before, some of which may be invalid; responses have no `String` any more",
    ),
    each(
        Kind::EnumBecameString,
        "enum-became-string",
        meaning(Breaking, Compatible, &[]),
        meaning(Breaking, Compatible, &[]),
        "the enum is removed, all of its values are strings",
    ),
    each(
        Kind::EnumNarrowed,
        "enum-narrowed",
        meaning(Breaking, Breaking, &[("request-property-enum-value-removed", Error)]),
        meaning(Breaking, Compatible, &[("response-property-enum-value-removed", Info)]),
        "another enum, without some values",
    ),
    each(
        Kind::EnumWidened,
        "enum-widened",
        meaning(Breaking, Compatible, &[("request-property-enum-value-added", Info)]),
        meaning(Breaking, Compatible, &[("response-property-enum-value-added", Warning)]),
        "another enum, with all values of the old one",
    ),
    both(
        Kind::TypeRenamed,
        "type-renamed",
        meaning(Breaking, Class::None, &[]),
        "the type has another name; JSON is the same",
    ),
    both(
        Kind::TypeReplaced,
        "type-replaced",
        meaning(Breaking, Class::None, &[]),
        "another type; the differences in JSON are listed with that type",
    ),
    both(
        Kind::TypeUnshared,
        "type-unshared",
        meaning(Breaking, Class::None, &[]),
        "code for the type of another family no longer takes the values",
    ),
    each(
        Kind::ValueAdded,
        "value-added",
        meaning(Compatible, Compatible, &[("request-property-enum-value-added", Info)]),
        meaning(Compatible, Compatible, &[("response-property-enum-value-added", Warning)]),
        "enums are open: a match has an arm for unknown values",
    ),
    each(
        Kind::ValueRemoved,
        "value-removed",
        meaning(Breaking, Breaking, &[("request-property-enum-value-removed", Error)]),
        meaning(Breaking, Compatible, &[("response-property-enum-value-removed", Info)]),
        "the variant is removed; in requests, the value is rejected",
    ),
    each(
        Kind::ValueChanged,
        "value-changed",
        meaning(Compatible, Breaking, &[]),
        meaning(Compatible, Compatible, &[]),
        "code is the same, the variant stands for another value",
    ),
    each(
        Kind::VariantAdded,
        "variant-added",
        meaning(Compatible, Compatible, &[("request-property-one-of-added", Info)]),
        meaning(Compatible, Compatible, &[("response-property-one-of-added", Error)]),
        "unions are open: a match has an arm for unknown variants",
    ),
    each(
        Kind::VariantRemoved,
        "variant-removed",
        meaning(Breaking, Breaking, &[("request-property-one-of-removed", Error)]),
        meaning(Breaking, Compatible, &[("response-property-one-of-removed", Info)]),
        "the variant is removed; in requests, it is rejected",
    ),
    each(
        Kind::SelectorChanged,
        "selector-changed",
        meaning(Compatible, Breaking, &[("request-property-discriminator-property-name-changed", Info)]),
        meaning(Compatible, Breaking, &[("response-property-discriminator-property-name-changed", Info)]),
        "another property selects the variant",
    ),
];
