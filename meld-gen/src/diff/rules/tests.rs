use std::collections::BTreeSet;

use heck::ToKebabCase;

use super::rule::Class::{Breaking, Compatible};
use super::rule::Level;
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
fn names_are_the_kinds_in_kebab_case() {
    for kind in Kind::ALL {
        assert_eq!(kind.name(), format!("{kind:?}").to_kebab_case());
    }
}

#[test]
fn effects_agree_with_oasdiff_except_documented() {
    let mut used = BTreeSet::new();
    for rule in Kind::ALL.iter().map(|kind| kind.rule()) {
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
