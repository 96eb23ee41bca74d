//! The effects of each kind of change on code, requests and responses, as one table.

use std::fmt;

use serde::Serialize;

use Class::{Breaking, Compatible};
use Level::{Error, Info, Warning};

/// The effect of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// No effect.
    None,
    /// Everything valid stays valid.
    Compatible,
    /// Something valid may become invalid.
    Breaking,
}

impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::None => "none",
            Self::Compatible => "compatible",
            Self::Breaking => "breaking",
        })
    }
}

/// The kinds of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A version is new.
    VersionAdded,
    /// A version is removed.
    VersionRemoved,
    /// A family is new.
    FamilyAdded,
    /// A family is removed.
    FamilyRemoved,
    /// An operation is new.
    OperationAdded,
    /// An operation is removed.
    OperationRemoved,
    /// The method of an operation has another name.
    OperationRenamed,
    /// An operation has another operationId, and nothing else.
    OperationIdChanged,
    /// An operation has another HTTP method or path.
    OperationMoved,
    /// An operation is now deprecated.
    OperationDeprecated,
    /// The spec no longer has an operation, which stays callable.
    OperationWithdrawn,
    /// An operation is no longer deprecated.
    OperationRevived,
    /// A list now has pagination.
    PaginationAdded,
    /// A list no longer has pagination.
    PaginationRemoved,
    /// The success statuses differ.
    StatusesChanged,
    /// An operation documents further error codes.
    ErrorCodesAdded,
    /// An operation no longer documents some error codes.
    ErrorCodesRemoved,
    /// An operation or parameter now needs a newer `Meld-Version` than that of its API version, or a newer one than
    /// before.
    MinimumVersionRaised,
    /// An operation or parameter needs an older `Meld-Version` than before, or only that of its API version.
    MinimumVersionLowered,
    /// An operation has a response where it had none.
    ResponseAdded,
    /// An operation has no response where it had one.
    ResponseRemoved,
    /// Two parameters now exclude each other.
    ExclusionAdded,
    /// Two parameters no longer exclude each other.
    ExclusionRemoved,
    /// An optional parameter is new.
    ParameterAdded,
    /// A required parameter is new.
    RequiredParameterAdded,
    /// A parameter is removed.
    ParameterRemoved,
    /// The setter of a parameter has another name.
    SetterRenamed,
    /// A parameter has another name or location in the request.
    ParameterMoved,
    /// An optional body is new.
    BodyAdded,
    /// A required body is new.
    RequiredBodyAdded,
    /// The body is removed.
    BodyRemoved,
    /// An optional field is new.
    FieldAdded,
    /// A required field is new.
    RequiredFieldAdded,
    /// A field is removed.
    FieldRemoved,
    /// A field moved into another field.
    FieldMoved,
    /// A field has another name in Rust and in JSON.
    FieldRenamed,
    /// A field has another name in JSON only.
    WireNameChanged,
    /// Something optional is now required.
    BecameRequired,
    /// Something required is now optional.
    BecameOptional,
    /// The constraints on a value reject more than before, or something else.
    RuleTightened,
    /// The constraints on a value accept more than before.
    RuleLoosened,
    /// Something has another type.
    TypeChanged,
    /// A string has become an enum.
    StringBecameEnum,
    /// An enum has become a string.
    EnumBecameString,
    /// An enum replaces another and lacks some of its values.
    EnumNarrowed,
    /// An enum replaces another and has all of its values.
    EnumWidened,
    /// A type has another name.
    TypeRenamed,
    /// A type replaces another that still exists.
    TypeReplaced,
    /// A family no longer has a type in common with others.
    TypeUnshared,
    /// An enum has a new value.
    ValueAdded,
    /// An enum has lost a value.
    ValueRemoved,
    /// A variant stands for another value.
    ValueChanged,
    /// A union has a new variant.
    VariantAdded,
    /// A union has lost a variant.
    VariantRemoved,
    /// The selector of a union has another name.
    SelectorChanged,
}

/// The effects of a kind of change.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The kind.
    pub kind: Kind,
    /// Name in kebab case.
    pub name: &'static str,
    /// Effects in requests.
    pub sent: Meaning,
    /// Effects in responses. Equal to those in requests if a change has no direction.
    pub read: Meaning,
    /// The reason, in one clause.
    pub why: &'static str,
}

/// The effects of a change in one direction.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    /// Effect on code that compiles with the version before.
    pub rust: Class,
    /// Effect on requests or responses of the version before.
    pub wire: Class,
    /// The checks of oasdiff for the same change; empty if it has none.
    pub oasdiff: &'static [(&'static str, Level)],
}

/// The levels of oasdiff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `ERR`: breaks clients.
    Error,
    /// `WARN`: may break clients.
    Warning,
    /// `INFO`: breaks no clients.
    Info,
}

/// The rules, which alone decide on effects.
pub const RULES: &[Rule] = &[
    both(Kind::VersionAdded, "version-added", meaning(Compatible, Compatible, &[]), "one more crate and feature"),
    both(
        Kind::VersionRemoved,
        "version-removed",
        meaning(Breaking, Class::None, &[]),
        "the crate and the feature are removed; the service itself does not change",
    ),
    both(Kind::FamilyAdded, "family-added", meaning(Compatible, Compatible, &[]), "one more module"),
    both(
        Kind::FamilyRemoved,
        "family-removed",
        meaning(Breaking, Breaking, &[("api-path-removed-without-deprecation", Error)]),
        "the module with all of its operations is removed",
    ),
    both(
        Kind::OperationAdded,
        "operation-added",
        meaning(Compatible, Compatible, &[("endpoint-added", Info)]),
        "one more method",
    ),
    both(
        Kind::OperationRemoved,
        "operation-removed",
        meaning(Breaking, Breaking, &[("api-removed-without-deprecation", Error)]),
        "the method is removed, and the service may no longer accept the request",
    ),
    both(
        Kind::OperationRenamed,
        "operation-renamed",
        meaning(Breaking, Class::None, &[("api-operation-id-removed", Info)]),
        "the method and its builder have other names; requests are the same",
    ),
    both(
        Kind::OperationIdChanged,
        "operation-id-changed",
        meaning(Compatible, Class::None, &[("api-operation-id-removed", Info)]),
        "only the name in logs and metrics differs",
    ),
    both(
        Kind::OperationMoved,
        "operation-moved",
        meaning(Compatible, Breaking, &[("api-removed-without-deprecation", Error)]),
        "code is the same, the request goes to another URL",
    ),
    both(
        Kind::OperationDeprecated,
        "operation-deprecated",
        meaning(Compatible, Compatible, &[("endpoint-deprecated", Info)]),
        "the compiler warns",
    ),
    both(
        Kind::OperationWithdrawn,
        "operation-withdrawn",
        meaning(Compatible, Compatible, &[("endpoint-deprecated", Info)]),
        "it is no longer published and stays callable; the compiler warns",
    ),
    both(
        Kind::OperationRevived,
        "operation-revived",
        meaning(Compatible, Compatible, &[("endpoint-reactivated", Info)]),
        "the compiler no longer warns",
    ),
    both(
        Kind::PaginationAdded,
        "pagination-added",
        meaning(Compatible, Compatible, &[]),
        "the list can be read as a stream",
    ),
    both(
        Kind::PaginationRemoved,
        "pagination-removed",
        meaning(Breaking, Compatible, &[]),
        "the builder loses `stream`, `pages` and `all`",
    ),
    both(
        Kind::StatusesChanged,
        "statuses-changed",
        meaning(Class::None, Compatible, &[]),
        "all success statuses are treated alike",
    ),
    both(
        Kind::ErrorCodesAdded,
        "error-codes-added",
        meaning(Compatible, Compatible, &[]),
        "the operation may fail with further documented codes",
    ),
    both(
        Kind::ErrorCodesRemoved,
        "error-codes-removed",
        meaning(Compatible, Compatible, &[]),
        "the codes are no longer documented for the operation",
    ),
    both(
        Kind::MinimumVersionRaised,
        "minimum-version-raised",
        meaning(Compatible, Breaking, &[]),
        "requests are sent with the newer `Meld-Version`, and responses of an older one are errors",
    ),
    both(
        Kind::MinimumVersionLowered,
        "minimum-version-lowered",
        meaning(Compatible, Compatible, &[]),
        "requests are sent with the older `Meld-Version`",
    ),
    both(Kind::ResponseAdded, "response-added", meaning(Breaking, Compatible, &[]), "`send` returns another type"),
    both(
        Kind::ResponseRemoved,
        "response-removed",
        meaning(Breaking, Breaking, &[]),
        "`send` returns another type, without the former data",
    ),
    both(
        Kind::ExclusionAdded,
        "exclusion-added",
        meaning(Compatible, Breaking, &[]),
        "combinations that were accepted are rejected before sending",
    ),
    both(
        Kind::ExclusionRemoved,
        "exclusion-removed",
        meaning(Class::None, Compatible, &[]),
        "more combinations are accepted",
    ),
    both(
        Kind::ParameterAdded,
        "parameter-added",
        meaning(Compatible, Compatible, &[("new-optional-request-parameter", Info)]),
        "one more setter",
    ),
    both(
        Kind::RequiredParameterAdded,
        "required-parameter-added",
        meaning(Compatible, Breaking, &[("new-required-request-parameter", Error)]),
        "requests without it are rejected before sending",
    ),
    both(
        Kind::ParameterRemoved,
        "parameter-removed",
        meaning(Breaking, Breaking, &[("request-parameter-removed", Warning)]),
        "the setter is removed, and the service rejects unknown parameters",
    ),
    both(
        Kind::SetterRenamed,
        "setter-renamed",
        meaning(Breaking, Class::None, &[]),
        "the setter has another name; requests are the same",
    ),
    both(
        Kind::ParameterMoved,
        "parameter-moved",
        meaning(Compatible, Breaking, &[("request-parameter-removed", Warning)]),
        "code is the same, the value is sent under another name or in another location",
    ),
    both(
        Kind::BodyAdded,
        "body-added",
        meaning(Compatible, Compatible, &[("request-body-added-optional", Info)]),
        "one more setter",
    ),
    both(
        Kind::RequiredBodyAdded,
        "required-body-added",
        meaning(Compatible, Breaking, &[("request-body-added-required", Error)]),
        "requests without it are rejected before sending",
    ),
    both(
        Kind::BodyRemoved,
        "body-removed",
        meaning(Breaking, Breaking, &[("request-body-removed", Error)]),
        "the setter is removed",
    ),
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

/// Stands in for a missing rule.
const WORST: Rule = RULES[3];

const fn meaning(rust: Class, wire: Class, oasdiff: &'static [(&'static str, Level)]) -> Meaning {
    Meaning { rust, wire, oasdiff }
}

/// Creates a rule with the same effects in both directions, or without a direction.
const fn both(kind: Kind, name: &'static str, meaning: Meaning, why: &'static str) -> Rule {
    Rule { kind, name, sent: meaning, read: meaning, why }
}

/// Creates a rule with effects by direction.
const fn each(kind: Kind, name: &'static str, sent: Meaning, read: Meaning, why: &'static str) -> Rule {
    Rule { kind, name, sent, read, why }
}

impl Kind {
    /// Returns the rule of the kind.
    pub fn rule(self) -> &'static Rule {
        // A test ensures that the table has every kind; a missing one would count as the worst.
        RULES.iter().find(|rule| rule.kind == self).unwrap_or(&WORST)
    }

    /// Returns the name in kebab case.
    pub fn name(self) -> &'static str {
        self.rule().name
    }

    /// Returns the effects on code and on requests and responses; the worse one if a value travels in both directions.
    pub fn classes(self, is_sent: bool, is_read: bool) -> (Class, Class) {
        let rule = self.rule();
        let sent = Some(rule.sent).filter(|_| is_sent || !is_read);
        let read = Some(rule.read).filter(|_| is_read);
        let meanings = || sent.into_iter().chain(read);
        let worst = |class: fn(Meaning) -> Class| meanings().map(class).max();
        let rust = worst(|meaning| meaning.rust);
        let wire = worst(|meaning| meaning.wire);
        (rust.unwrap_or(Breaking), wire.unwrap_or(Breaking))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Differences between our effect on requests and responses and oasdiff's level, with the reason.
    const DIFFERENT: &[(&str, &str)] = &[
        ("request-parameter-removed", "the service rejects unknown query parameters"),
        ("request-property-removed", "the service no longer does what the field requested"),
        ("response-optional-property-removed", "every field is optional here, and data is lost"),
        ("response-property-became-optional", "a missing field does not affect other fields"),
        ("response-property-one-of-added", "unions are open"),
        ("request-property-discriminator-property-name-changed", "the service ignores the old name"),
        ("response-property-discriminator-property-name-changed", "responses lack the old name"),
    ];

    #[test]
    fn every_kind_has_one_rule_with_a_unique_name() {
        let kinds: BTreeSet<_> = RULES.iter().map(|rule| rule.kind).collect();
        let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!((kinds.len(), names.len()), (RULES.len(), RULES.len()));
        for pair in RULES.windows(2) {
            assert!(pair[0].kind < pair[1].kind, "{} is out of order", pair[1].name);
        }
        // The last kind is in the last row, so none is missing.
        assert_eq!(Kind::SelectorChanged as usize + 1, RULES.len());
    }

    #[test]
    fn effects_agree_with_oasdiff_except_documented() {
        let mut used = BTreeSet::new();
        for rule in RULES {
            for meaning in [rule.sent, rule.read] {
                for (check, level) in meaning.oasdiff {
                    let same = (*level == Level::Error) == (meaning.wire == Breaking);
                    let said = DIFFERENT.iter().any(|(name, _)| name == check);
                    assert!(same || said, "{check} is {level:?} in oasdiff, {} here", rule.name);
                    if !same {
                        used.insert(*check);
                    }
                }
            }
        }
        let said: BTreeSet<_> = DIFFERENT.iter().map(|(check, _)| *check).collect();
        assert_eq!(used, said);
    }

    #[test]
    fn both_directions_yield_the_worse_effect() {
        assert_eq!(Kind::ValueRemoved.classes(false, true), (Breaking, Compatible));
        assert_eq!(Kind::ValueRemoved.classes(true, true), (Breaking, Breaking));
        assert_eq!(Kind::BecameRequired.classes(false, true), (Class::None, Compatible));
        assert_eq!(Kind::OperationRemoved.classes(false, false), (Breaking, Breaking));
    }
}
