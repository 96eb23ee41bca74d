//! Effects of changes of fields, and of the values that fields and parameters require or accept.

use super::kind::Kind;
use super::rule::Class::{self, Breaking, Compatible};
use super::rule::Level::{Error, Info, Warning};
use super::rule::{Rule, both, each, meaning};

pub(super) const RULES: &[Rule] = &[
    each(
        Kind::FieldAdded,
        "field-added",
        meaning(Compatible, Compatible, &[("new-optional-request-property", Info)]),
        meaning(Compatible, Compatible, &[("response-optional-property-added", Info)]),
        "request types are built by name, and fields of response types may be missing",
    ),
    each(
        Kind::RequiredFieldAdded,
        "required-field-added",
        meaning(Compatible, Breaking, &[("new-required-request-property", Error)]),
        meaning(Compatible, Compatible, &[("response-required-property-added", Info)]),
        "in requests, values without it are rejected; in responses, one more field",
    ),
    each(
        Kind::FieldRemoved,
        "field-removed",
        meaning(Breaking, Breaking, &[("request-property-removed", Warning)]),
        meaning(
            Breaking,
            Breaking,
            &[("response-required-property-removed", Error), ("response-optional-property-removed", Warning)],
        ),
        "the field is removed; in requests it is ignored or rejected, in responses it is missing",
    ),
    both(
        Kind::FieldMoved,
        "field-moved",
        meaning(Breaking, Breaking, &[("request-property-removed", Warning)]),
        "the same value is in a field that is new",
    ),
    both(
        Kind::FieldRenamed,
        "field-renamed",
        meaning(Breaking, Breaking, &[]),
        "the field has another name in code and in JSON",
    ),
    both(
        Kind::WireNameChanged,
        "wire-name-changed",
        meaning(Compatible, Breaking, &[]),
        "code is the same, the name in JSON differs",
    ),
    each(
        Kind::BecameRequired,
        "became-required",
        meaning(
            Compatible,
            Breaking,
            &[("request-property-became-required", Error), ("request-parameter-became-required", Error)],
        ),
        meaning(Class::None, Compatible, &[("response-property-became-required", Info)]),
        "in requests, values without it are rejected; in responses, any field may be missing",
    ),
    each(
        Kind::BecameOptional,
        "became-optional",
        meaning(
            Compatible,
            Compatible,
            &[("request-property-became-optional", Info), ("request-parameter-became-optional", Info)],
        ),
        meaning(Class::None, Compatible, &[("response-property-became-optional", Error)]),
        "in requests, more is accepted; in responses, any field may be missing",
    ),
    each(
        Kind::RuleTightened,
        "rule-tightened",
        meaning(
            Compatible,
            Breaking,
            &[("request-property-max-decreased", Error), ("request-parameter-max-decreased", Error)],
        ),
        meaning(Class::None, Compatible, &[]),
        "in requests, other values are rejected; responses are not validated",
    ),
    each(
        Kind::RuleLoosened,
        "rule-loosened",
        meaning(
            Compatible,
            Compatible,
            &[("request-property-max-increased", Info), ("request-parameter-max-increased", Info)],
        ),
        meaning(Class::None, Compatible, &[]),
        "in requests, more is accepted; responses are not validated",
    ),
];
