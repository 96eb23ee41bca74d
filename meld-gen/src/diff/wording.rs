//! Changes in words: what a person reads, in whatever format.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use super::{Change, Class, Kind};

/// How many values of a list are named before the rest is only counted.
const VALUES_NAMED: usize = 8;

/// How bad a change is, for headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Harm {
    /// Code need not compile, and requests or responses need not be understood.
    Both,
    /// Code need not compile.
    Code,
    /// Requests or responses need not be understood.
    Wire,
    /// Nothing breaks.
    Nothing,
}

impl fmt::Display for Harm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Both => "Breaks code, and requests or responses",
            Self::Code => "Breaks code",
            Self::Wire => "Breaks requests or responses",
            Self::Nothing => "Compatible",
        })
    }
}

/// Changes that a person reads as one: the same in several families, or several values of one enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// The first of them.
    pub change: &'a Change,
    /// Rust paths of all.
    pub rust_paths: Vec<&'a str>,
    /// The values, for changes of values.
    pub values: Vec<&'a str>,
}

/// The changes as a person reads them, in their order: the values of one enum together, then what is the same in
/// several families.
pub fn grouped(changes: &[Change]) -> Vec<Group<'_>> {
    let mut of_families: Vec<Group<'_>> = Vec::new();
    let mut enums: HashMap<_, usize> = HashMap::new();
    for change in changes {
        let value = value(change);
        let place = value.map(|_| (head(change), change.family.as_str()));
        match place.and_then(|place| enums.get(&place)) {
            Some(index) => of_families[*index].values.extend(value),
            None => {
                enums.extend(place.map(|place| (place, of_families.len())));
                of_families.push(Group {
                    change,
                    rust_paths: vec![path(change)],
                    values: value.into_iter().collect(),
                });
            }
        }
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut said: HashMap<_, usize> = HashMap::new();
    for group in of_families {
        let says = (head(group.change), group.values.clone(), group.detail(&str::to_owned));
        match said.get(&says) {
            Some(index) => groups[*index].rust_paths.extend(group.rust_paths),
            None => {
                said.insert(says, groups.len());
                groups.push(group);
            }
        }
    }
    groups
}

/// What the changes of one line have in common.
fn head(change: &Change) -> (Kind, Class, Class, &str) {
    (change.kind, change.rust, change.wire, &change.place)
}

/// The value that came or went.
fn value(change: &Change) -> Option<&str> {
    match change.kind {
        Kind::ValueAdded => Some(&change.after),
        Kind::ValueRemoved => Some(&change.before),
        _ => None,
    }
}

/// The path of what changed; of a value, that of its enum.
fn path(change: &Change) -> &str {
    match value(change).and(change.rust_path.rsplit_once("::")) {
        Some((ty, _)) => ty,
        None => &change.rust_path,
    }
}

impl Change {
    /// How bad it is, for headings.
    pub fn heading(&self) -> Harm {
        match (self.rust, self.wire) {
            (Class::Breaking, Class::Breaking) => Harm::Both,
            (Class::Breaking, _) => Harm::Code,
            (_, Class::Breaking) => Harm::Wire,
            _ => Harm::Nothing,
        }
    }
}

impl Group<'_> {
    /// What happened: `field removed`.
    pub fn what(&self) -> String {
        self.change.kind.name().replace('-', " ")
    }

    /// From what to what, in a few words; empty where there is nothing to say. Types and names go through `mark`.
    pub fn detail(&self, mark: &dyn Fn(&str) -> String) -> String {
        if !self.values.is_empty() {
            return listed(&self.values, mark);
        }
        let Change { before, after, values_removed, values_added, .. } = self.change;
        let mut detail = match (before.as_str(), after.as_str()) {
            ("", "") => String::new(),
            ("", after) => mark(after),
            (before, "") => format!("was {}", mark(before)),
            (before, after) => format!("{} → {}", mark(before), mark(after)),
        };
        for (values, what) in [(values_removed, "without"), (values_added, "with")] {
            if !values.is_empty() {
                let names: Vec<&str> = values.iter().map(String::as_str).collect();
                detail.push_str(&format!(", {what} {}", listed(&names, mark)));
            }
        }
        detail
    }

    /// What who uses the crate does about it.
    pub fn advice(&self) -> &'static str {
        match self.change.kind {
            Kind::VersionAdded | Kind::FamilyAdded | Kind::OperationAdded => {
                "Nothing; it can be used."
            }
            Kind::VersionRemoved => "Move to a version that there is.",
            Kind::FamilyRemoved | Kind::OperationRemoved => "Stop calling it.",
            Kind::OperationRenamed | Kind::SetterRenamed | Kind::FieldRenamed => {
                "Use the new name."
            }
            Kind::TypeRenamed => "Use the new name of the type.",
            Kind::OperationDeprecated => "Look for what takes its place.",
            Kind::PagingRemoved => "Read the response of `send` instead of a stream.",
            Kind::ResponseAdded | Kind::ResponseRemoved => "Take the new response of `send`.",
            Kind::ExclusionAdded => "Set only one of the two.",
            Kind::RequiredParameterAdded | Kind::RequiredFieldAdded | Kind::BecameRequired => {
                "Set it: what is built without it is refused before it is sent."
            }
            Kind::RequiredBodyAdded => "Give a body.",
            Kind::ParameterRemoved | Kind::BodyRemoved => "Leave it out.",
            Kind::FieldMoved => "Read or set it where it is now.",
            Kind::FieldRemoved => "Do without it: it is neither read nor sent.",
            Kind::RuleTightened => {
                "See that values keep to the rule: others are refused before they are sent."
            }
            Kind::TypeChanged | Kind::TypeReplaced => "Use the new type.",
            Kind::TextBecameEnum => "Compare with the variants, or take the text with `as_str()`.",
            Kind::EnumBecameText => "Compare texts instead of variants.",
            Kind::EnumNarrowed | Kind::EnumWidened => {
                "Use the other enum; values that it has no variant for stay readable with `as_str()`."
            }
            Kind::ValueRemoved => {
                "Do without the variant; if the service still gives the value, it is read as unknown."
            }
            Kind::VariantRemoved => "Do without the variant.",
            Kind::OperationMoved
            | Kind::ParameterMoved
            | Kind::WireNameChanged
            | Kind::ValueChanged
            | Kind::SelectorChanged => {
                "Nothing in code; bodies and addresses that are kept or checked elsewhere have another form."
            }
            _ => "Nothing.",
        }
    }
}

/// Names with commas between them, the many ones counted.
fn listed(values: &[&str], mark: &dyn Fn(&str) -> String) -> String {
    let joined =
        |values: &[&str]| values.iter().map(|value| mark(value)).collect::<Vec<_>>().join(", ");
    if values.len() <= VALUES_NAMED + 1 {
        return joined(values);
    }
    let (named, rest) = values.split_at(VALUES_NAMED);
    format!("{} and {} more", joined(named), rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::whole;

    fn value(family: &str, value: &str) -> Change {
        Change {
            place: "ServiceProvider".to_owned(),
            rust_path: format!("{family}::types::ServiceProvider::{value}"),
            after: value.to_owned(),
            ..whole(Kind::ValueAdded, family, family, &[])
        }
    }

    #[test]
    fn values_of_one_enum_are_read_as_one_and_so_is_one_change_of_several_families() {
        let of = |family| [value(family, "NEW"), value(family, "OTHER")];
        let changes = [&of("crypto")[..], &of("payments"), &[value("customer", "NEW")]].concat();
        let groups = grouped(&changes);
        assert_eq!(groups.len(), 2);
        assert_eq!(groups[0].detail(&str::to_owned), "NEW, OTHER");
        assert_eq!(groups[0].what(), "value added");
        assert_eq!(groups[1].detail(&str::to_owned), "NEW");
        let paths = ["crypto::types::ServiceProvider", "payments::types::ServiceProvider"];
        assert_eq!(groups[0].rust_paths, paths);
    }

    #[test]
    fn long_lists_are_counted() {
        let names: Vec<String> = (0..20).map(|number| format!("V{number}")).collect();
        let values: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(listed(&values[..3], &str::to_owned), "V0, V1, V2");
        assert_eq!(listed(&values[..9], &str::to_owned).matches(',').count(), 8);
        assert!(listed(&values, &str::to_owned).ends_with("V7 and 12 more"));
    }
}
