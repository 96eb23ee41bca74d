//! What each kind of change means for those who use the crate, and on the wire: one table.

use std::fmt;

use serde::Serialize;

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Nothing there.
    None,
    /// What was right stays right.
    Compatible,
    /// What was right need not be any more.
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
    /// A whole version is new.
    VersionAdded,
    /// A whole version is gone.
    VersionRemoved,
    /// A whole family is new.
    FamilyAdded,
    /// A whole family is gone.
    FamilyRemoved,
    /// An operation is new.
    OperationAdded,
    /// An operation is gone.
    OperationRemoved,
    /// The method of an operation has another name.
    OperationRenamed,
    /// An operation has another operationId, and nothing else.
    OperationIdChanged,
    /// An operation has another HTTP method or path.
    OperationMoved,
    /// An operation is now deprecated.
    OperationDeprecated,
    /// An operation is no longer deprecated.
    OperationRevived,
    /// A list is now read in pages.
    PagingAdded,
    /// A list is no longer read in pages.
    PagingRemoved,
    /// There are other success statuses.
    StatusesChanged,
    /// An operation responds something where it answered nothing.
    ResponseAdded,
    /// An operation responds nothing where it answered something.
    ResponseRemoved,
    /// Two parameters now exclude each other.
    ExclusionAdded,
    /// Two parameters no longer exclude each other.
    ExclusionRemoved,
    /// A parameter is new.
    ParameterAdded,
    /// A parameter that must be given is new.
    RequiredParameterAdded,
    /// A parameter is gone.
    ParameterRemoved,
    /// The setter of a parameter has another name.
    SetterRenamed,
    /// A parameter has another name or place on the wire.
    ParameterMoved,
    /// A body that need not be sent is new.
    BodyAdded,
    /// A body that must be sent is new.
    RequiredBodyAdded,
    /// The body is gone.
    BodyRemoved,
    /// A field is new.
    FieldAdded,
    /// A field that must be set is new.
    RequiredFieldAdded,
    /// A field is gone.
    FieldRemoved,
    /// A field stands inside of another now.
    FieldMoved,
    /// A field has another name in Rust and in JSON.
    FieldRenamed,
    /// A field has another name in JSON only.
    WireNameChanged,
    /// What may be left out must now be given.
    BecameRequired,
    /// What had to be given may now be left out.
    BecameOptional,
    /// A value must keep to more, or to something else.
    RuleTightened,
    /// A value must keep to less.
    RuleLoosened,
    /// Something has another type.
    TypeChanged,
    /// A text has become an enum.
    TextBecameEnum,
    /// An enum has become a text.
    EnumBecameText,
    /// One enum stands in the place of another and lacks some of its values.
    EnumNarrowed,
    /// One enum stands in the place of another and has all of its values.
    EnumWidened,
    /// A type has another name.
    TypeRenamed,
    /// One type stands in the place of another that there still is.
    TypeReplaced,
    /// An enum has a new value.
    ValueAdded,
    /// An enum has lost a value.
    ValueRemoved,
    /// A variant stands for another text.
    ValueChanged,
    /// A union has a new variant.
    VariantAdded,
    /// A union has lost a variant.
    VariantRemoved,
    /// What tells the variants of a union apart has another name.
    SelectorChanged,
}

/// What a kind of change means for values that go one way.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The kind.
    pub kind: Kind,
    /// Its name, in kebab case.
    pub name: &'static str,
    /// What it means where a value is sent.
    pub sent: Meaning,
    /// What it means where a value is read. For what has no direction, the same.
    pub read: Meaning,
    /// Why, in one clause.
    pub why: &'static str,
}

/// What a change means one way.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    /// For code that compiles with the version before.
    pub rust: Class,
    /// For requests and responses of the version before.
    pub wire: Class,
    /// The checks of oasdiff for the same thing; none where it has none.
    pub oasdiff: &'static [(&'static str, Level)],
}

/// The levels of oasdiff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `ERR`: breaks clients.
    Error,
    /// `WARN`: may break clients.
    Warning,
    /// `INFO`: breaks nobody.
    Info,
}

/// What each kind means. Nothing else decides on it.
pub const RULES: &[Rule] = &[
    both(
        Kind::VersionAdded,
        "version-added",
        meaning(Class::Compatible, Class::Compatible, &[]),
        "a crate and a feature more",
    ),
    both(
        Kind::VersionRemoved,
        "version-removed",
        meaning(Class::Breaking, Class::None, &[]),
        "the crate and the feature are gone; the service goes on as it does",
    ),
    both(
        Kind::FamilyAdded,
        "family-added",
        meaning(Class::Compatible, Class::Compatible, &[]),
        "a module more",
    ),
    both(
        Kind::FamilyRemoved,
        "family-removed",
        meaning(
            Class::Breaking,
            Class::Breaking,
            &[("api-path-removed-without-deprecation", Level::Error)],
        ),
        "the module and all of its operations are gone",
    ),
    both(
        Kind::OperationAdded,
        "operation-added",
        meaning(Class::Compatible, Class::Compatible, &[("endpoint-added", Level::Info)]),
        "a method more",
    ),
    both(
        Kind::OperationRemoved,
        "operation-removed",
        meaning(
            Class::Breaking,
            Class::Breaking,
            &[("api-removed-without-deprecation", Level::Error)],
        ),
        "the method is gone, and the service need not response it",
    ),
    both(
        Kind::OperationRenamed,
        "operation-renamed",
        meaning(Class::Breaking, Class::None, &[("api-operation-id-removed", Level::Info)]),
        "the method and its builder have other names; requests are the same",
    ),
    both(
        Kind::OperationIdChanged,
        "operation-id-changed",
        meaning(Class::Compatible, Class::None, &[("api-operation-id-removed", Level::Info)]),
        "only the name in logs and metrics is another",
    ),
    both(
        Kind::OperationMoved,
        "operation-moved",
        meaning(
            Class::Compatible,
            Class::Breaking,
            &[("api-removed-without-deprecation", Level::Error)],
        ),
        "code is the same, the request goes elsewhere",
    ),
    both(
        Kind::OperationDeprecated,
        "operation-deprecated",
        meaning(Class::Compatible, Class::Compatible, &[("endpoint-deprecated", Level::Info)]),
        "the compiler warns",
    ),
    both(
        Kind::OperationRevived,
        "operation-revived",
        meaning(Class::Compatible, Class::Compatible, &[("endpoint-reactivated", Level::Info)]),
        "the compiler no longer warns",
    ),
    both(
        Kind::PagingAdded,
        "paging-added",
        meaning(Class::Compatible, Class::Compatible, &[]),
        "the list can be read as a stream",
    ),
    both(
        Kind::PagingRemoved,
        "paging-removed",
        meaning(Class::Breaking, Class::Compatible, &[]),
        "`stream`, `pages` and `all` are gone from the builder",
    ),
    both(
        Kind::StatusesChanged,
        "statuses-changed",
        meaning(Class::None, Class::Compatible, &[]),
        "all success statuses are taken alike",
    ),
    both(
        Kind::ResponseAdded,
        "response-added",
        meaning(Class::Breaking, Class::Compatible, &[]),
        "`send` gives another type",
    ),
    both(
        Kind::ResponseRemoved,
        "response-removed",
        meaning(Class::Breaking, Class::Breaking, &[]),
        "`send` gives another type, and what was answered is gone",
    ),
    both(
        Kind::ExclusionAdded,
        "exclusion-added",
        meaning(Class::Compatible, Class::Breaking, &[]),
        "what was taken together is refused before it is sent",
    ),
    both(
        Kind::ExclusionRemoved,
        "exclusion-removed",
        meaning(Class::None, Class::Compatible, &[]),
        "more is taken",
    ),
    both(
        Kind::ParameterAdded,
        "parameter-added",
        meaning(
            Class::Compatible,
            Class::Compatible,
            &[("new-optional-request-parameter", Level::Info)],
        ),
        "a setter more",
    ),
    both(
        Kind::RequiredParameterAdded,
        "required-parameter-added",
        meaning(
            Class::Compatible,
            Class::Breaking,
            &[("new-required-request-parameter", Level::Error)],
        ),
        "calls without it are refused before they are sent",
    ),
    both(
        Kind::ParameterRemoved,
        "parameter-removed",
        meaning(Class::Breaking, Class::Breaking, &[("request-parameter-removed", Level::Warning)]),
        "the setter is gone, and the service refuses parameters that it does not know",
    ),
    both(
        Kind::SetterRenamed,
        "setter-renamed",
        meaning(Class::Breaking, Class::None, &[]),
        "the setter has another name; requests are the same",
    ),
    both(
        Kind::ParameterMoved,
        "parameter-moved",
        meaning(
            Class::Compatible,
            Class::Breaking,
            &[("request-parameter-removed", Level::Warning)],
        ),
        "code is the same, the value is sent under another name or elsewhere",
    ),
    both(
        Kind::BodyAdded,
        "body-added",
        meaning(
            Class::Compatible,
            Class::Compatible,
            &[("request-body-added-optional", Level::Info)],
        ),
        "a setter more",
    ),
    both(
        Kind::RequiredBodyAdded,
        "required-body-added",
        meaning(
            Class::Compatible,
            Class::Breaking,
            &[("request-body-added-required", Level::Error)],
        ),
        "calls without it are refused before they are sent",
    ),
    both(
        Kind::BodyRemoved,
        "body-removed",
        meaning(Class::Breaking, Class::Breaking, &[("request-body-removed", Level::Error)]),
        "the setter is gone",
    ),
    each(
        Kind::FieldAdded,
        "field-added",
        meaning(
            Class::Compatible,
            Class::Compatible,
            &[("new-optional-request-property", Level::Info)],
        ),
        meaning(
            Class::Compatible,
            Class::Compatible,
            &[("response-optional-property-added", Level::Info)],
        ),
        "types that are sent are built by name, and types that are read have fields that may be absent",
    ),
    each(
        Kind::RequiredFieldAdded,
        "required-field-added",
        meaning(
            Class::Compatible,
            Class::Breaking,
            &[("new-required-request-property", Level::Error)],
        ),
        meaning(
            Class::Compatible,
            Class::Compatible,
            &[("response-required-property-added", Level::Info)],
        ),
        "building without it is refused; read, it is one more field",
    ),
    each(
        Kind::FieldRemoved,
        "field-removed",
        meaning(Class::Breaking, Class::Breaking, &[("request-property-removed", Level::Warning)]),
        meaning(
            Class::Breaking,
            Class::Breaking,
            &[
                ("response-required-property-removed", Level::Error),
                ("response-optional-property-removed", Level::Warning),
            ],
        ),
        "the field is gone; sent, it is ignored or refused, and read, it is absent",
    ),
    both(
        Kind::FieldMoved,
        "field-moved",
        meaning(Class::Breaking, Class::Breaking, &[("request-property-removed", Level::Warning)]),
        "the same value stands inside of a field that is new",
    ),
    both(
        Kind::FieldRenamed,
        "field-renamed",
        meaning(Class::Breaking, Class::Breaking, &[]),
        "the field has another name in code and in JSON",
    ),
    both(
        Kind::WireNameChanged,
        "wire-name-changed",
        meaning(Class::Compatible, Class::Breaking, &[]),
        "code is the same, the name in JSON is another",
    ),
    each(
        Kind::BecameRequired,
        "became-required",
        meaning(
            Class::Compatible,
            Class::Breaking,
            &[
                ("request-property-became-required", Level::Error),
                ("request-parameter-became-required", Level::Error),
            ],
        ),
        meaning(
            Class::None,
            Class::Compatible,
            &[("response-property-became-required", Level::Info)],
        ),
        "sent, it is refused without; read, any field may be absent",
    ),
    each(
        Kind::BecameOptional,
        "became-optional",
        meaning(
            Class::Compatible,
            Class::Compatible,
            &[
                ("request-property-became-optional", Level::Info),
                ("request-parameter-became-optional", Level::Info),
            ],
        ),
        meaning(
            Class::None,
            Class::Compatible,
            &[("response-property-became-optional", Level::Error)],
        ),
        "sent, more is taken; read, any field may be absent",
    ),
    each(
        Kind::RuleTightened,
        "rule-tightened",
        meaning(
            Class::Compatible,
            Class::Breaking,
            &[
                ("request-property-max-decreased", Level::Error),
                ("request-parameter-max-decreased", Level::Error),
            ],
        ),
        meaning(Class::None, Class::Compatible, &[]),
        "sent, values outside are refused; read, nothing is checked",
    ),
    each(
        Kind::RuleLoosened,
        "rule-loosened",
        meaning(
            Class::Compatible,
            Class::Compatible,
            &[
                ("request-property-max-increased", Level::Info),
                ("request-parameter-max-increased", Level::Info),
            ],
        ),
        meaning(Class::None, Class::Compatible, &[]),
        "sent, more is taken; read, nothing is checked",
    ),
    each(
        Kind::TypeChanged,
        "type-changed",
        meaning(
            Class::Breaking,
            Class::Breaking,
            &[
                ("request-property-type-changed", Level::Error),
                ("request-parameter-type-changed", Level::Error),
            ],
        ),
        meaning(
            Class::Breaking,
            Class::Breaking,
            &[("response-property-type-changed", Level::Error)],
        ),
        "another type in code and in JSON",
    ),
    each(
        Kind::TextBecameEnum,
        "text-became-enum",
        meaning(
            Class::Compatible,
            Class::Breaking,
            &[("request-property-became-enum", Level::Error)],
        ),
        meaning(Class::Breaking, Class::Compatible, &[]),
        "setters take texts as before, of which not all need be right; what is read is no `String` any more",
    ),
    each(
        Kind::EnumBecameText,
        "enum-became-text",
        meaning(Class::Breaking, Class::Compatible, &[]),
        meaning(Class::Breaking, Class::Compatible, &[]),
        "the enum is gone, all of its values are texts",
    ),
    each(
        Kind::EnumNarrowed,
        "enum-narrowed",
        meaning(
            Class::Breaking,
            Class::Breaking,
            &[("request-property-enum-value-removed", Level::Error)],
        ),
        meaning(
            Class::Breaking,
            Class::Compatible,
            &[("response-property-enum-value-removed", Level::Info)],
        ),
        "another enum, without some values",
    ),
    each(
        Kind::EnumWidened,
        "enum-widened",
        meaning(
            Class::Breaking,
            Class::Compatible,
            &[("request-property-enum-value-added", Level::Info)],
        ),
        meaning(
            Class::Breaking,
            Class::Compatible,
            &[("response-property-enum-value-added", Level::Warning)],
        ),
        "another enum, with all values of the old one",
    ),
    both(
        Kind::TypeRenamed,
        "type-renamed",
        meaning(Class::Breaking, Class::None, &[]),
        "the type has another name; JSON is the same",
    ),
    both(
        Kind::TypeReplaced,
        "type-replaced",
        meaning(Class::Breaking, Class::None, &[]),
        "another type; what differs in JSON is listed with that type",
    ),
    each(
        Kind::ValueAdded,
        "value-added",
        meaning(
            Class::Compatible,
            Class::Compatible,
            &[("request-property-enum-value-added", Level::Info)],
        ),
        meaning(
            Class::Compatible,
            Class::Compatible,
            &[("response-property-enum-value-added", Level::Warning)],
        ),
        "enums are open: a match has an arm for what is not known",
    ),
    each(
        Kind::ValueRemoved,
        "value-removed",
        meaning(
            Class::Breaking,
            Class::Breaking,
            &[("request-property-enum-value-removed", Level::Error)],
        ),
        meaning(
            Class::Breaking,
            Class::Compatible,
            &[("response-property-enum-value-removed", Level::Info)],
        ),
        "the variant is gone; sent, the value is refused",
    ),
    each(
        Kind::ValueChanged,
        "value-changed",
        meaning(Class::Compatible, Class::Breaking, &[]),
        meaning(Class::Compatible, Class::Compatible, &[]),
        "code is the same, the variant stands for another text",
    ),
    each(
        Kind::VariantAdded,
        "variant-added",
        meaning(
            Class::Compatible,
            Class::Compatible,
            &[("request-property-one-of-added", Level::Info)],
        ),
        meaning(
            Class::Compatible,
            Class::Compatible,
            &[("response-property-one-of-added", Level::Error)],
        ),
        "unions are open: a match has an arm for what is not known",
    ),
    each(
        Kind::VariantRemoved,
        "variant-removed",
        meaning(
            Class::Breaking,
            Class::Breaking,
            &[("request-property-one-of-removed", Level::Error)],
        ),
        meaning(
            Class::Breaking,
            Class::Compatible,
            &[("response-property-one-of-removed", Level::Info)],
        ),
        "the variant is gone; sent, it is refused",
    ),
    each(
        Kind::SelectorChanged,
        "selector-changed",
        meaning(
            Class::Compatible,
            Class::Breaking,
            &[("request-property-discriminator-property-name-changed", Level::Info)],
        ),
        meaning(
            Class::Compatible,
            Class::Breaking,
            &[("response-property-discriminator-property-name-changed", Level::Info)],
        ),
        "the variants are told apart by another property",
    ),
];

/// What stands in for a rule that is missing.
const WORST: Rule = RULES[3];

const fn meaning(rust: Class, wire: Class, oasdiff: &'static [(&'static str, Level)]) -> Meaning {
    Meaning { rust, wire, oasdiff }
}

/// A rule for what means the same both ways, or has no direction.
const fn both(kind: Kind, name: &'static str, meaning: Meaning, why: &'static str) -> Rule {
    Rule { kind, name, sent: meaning, read: meaning, why }
}

/// A rule for what depends on the direction.
const fn each(
    kind: Kind,
    name: &'static str,
    sent: Meaning,
    read: Meaning,
    why: &'static str,
) -> Rule {
    Rule { kind, name, sent, read, why }
}

impl Kind {
    /// Its rule.
    pub fn rule(self) -> &'static Rule {
        // The table has each kind, which a test holds; a kind without a rule would be taken for the worst.
        RULES.iter().find(|rule| rule.kind == self).unwrap_or(&WORST)
    }

    /// Its name, in kebab case.
    pub fn name(self) -> &'static str {
        self.rule().name
    }

    /// What it means for a value that goes these ways: the worse of both. At source level, and on the wire.
    pub fn classes(self, is_sent: bool, is_read: bool) -> (Class, Class) {
        let rule = self.rule();
        let sent = Some(rule.sent).filter(|_| is_sent || !is_read);
        let read = Some(rule.read).filter(|_| is_read);
        let meanings = || sent.into_iter().chain(read);
        let worst = |class: fn(Meaning) -> Class| meanings().map(class).max();
        let rust = worst(|meaning| meaning.rust);
        let wire = worst(|meaning| meaning.wire);
        (rust.unwrap_or(Class::Breaking), wire.unwrap_or(Class::Breaking))
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

    /// Where our class on the wire is another than oasdiff's level, and why.
    const DIFFERENT: &[(&str, &str)] = &[
        ("request-parameter-removed", "the service refuses query parameters that it does not know"),
        ("request-property-removed", "what was sent in it is no longer done"),
        ("response-optional-property-removed", "every field is optional here, and data is gone"),
        ("response-property-became-optional", "a field that is absent costs nothing of the rest"),
        ("response-property-one-of-added", "unions are open"),
        ("request-property-discriminator-property-name-changed", "the old name is not understood"),
        ("response-property-discriminator-property-name-changed", "the old name is not there"),
    ];

    #[test]
    fn each_kind_has_one_rule_and_each_rule_a_name_of_its_own() {
        let kinds: BTreeSet<_> = RULES.iter().map(|rule| rule.kind).collect();
        let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!((kinds.len(), names.len()), (RULES.len(), RULES.len()));
        for pair in RULES.windows(2) {
            assert!(pair[0].kind < pair[1].kind, "{} stands in another order", pair[1].name);
        }
        // The last kind is the last row, and no kind between was left out.
        assert_eq!(Kind::SelectorChanged as usize + 1, RULES.len());
    }

    #[test]
    fn the_wire_is_judged_as_oasdiff_does_but_for_what_is_said() {
        let mut used = BTreeSet::new();
        for rule in RULES {
            for meaning in [rule.sent, rule.read] {
                for (check, level) in meaning.oasdiff {
                    let same = (*level == Level::Error) == (meaning.wire == Class::Breaking);
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
    fn what_goes_both_ways_is_judged_by_the_worse() {
        assert_eq!(Kind::ValueRemoved.classes(false, true), (Class::Breaking, Class::Compatible));
        assert_eq!(Kind::ValueRemoved.classes(true, true), (Class::Breaking, Class::Breaking));
        assert_eq!(Kind::BecameRequired.classes(false, true), (Class::None, Class::Compatible));
        assert_eq!(
            Kind::OperationRemoved.classes(false, false),
            (Class::Breaking, Class::Breaking)
        );
    }
}
