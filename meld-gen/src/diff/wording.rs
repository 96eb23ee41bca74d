//! Descriptions of changes, for any format.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use super::{Change, Class, Kind};

/// Maximum number of values that are listed before the rest is counted.
const VALUES_NAMED: usize = 8;

/// The effects of a change, for headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Impact {
    /// Breaks code, and requests or responses.
    Both,
    /// Breaks code.
    Code,
    /// Breaks requests or responses.
    Wire,
    /// Breaks nothing.
    Nothing,
}

impl fmt::Display for Impact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Both => "Breaks code, and requests or responses",
            Self::Code => "Breaks code",
            Self::Wire => "Breaks requests or responses",
            Self::Nothing => "Compatible",
        })
    }
}

/// Changes that are described together: the same one in several families, or several values of one enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// The first change.
    pub change: &'a Change,
    /// Rust paths of all changes.
    pub rust_paths: Vec<&'a str>,
    /// The values, for changes of values.
    pub values: Vec<&'a str>,
}

/// Groups changes in their order: first the values of one enum, then equal changes of several families.
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
                of_families.push(Group { change, rust_paths: vec![path(change)], values: value.into_iter().collect() });
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

/// Returns what the changes of a group have in common.
fn head(change: &Change) -> (Kind, Class, Class, &str) {
    (change.kind, change.rust, change.wire, &change.place)
}

/// Returns the value that was added or removed.
fn value(change: &Change) -> Option<&str> {
    match change.kind {
        Kind::ValueAdded => Some(&change.after),
        Kind::ValueRemoved => Some(&change.before),
        _ => None,
    }
}

/// Returns the Rust path of the change; for a value, that of its enum.
fn path(change: &Change) -> &str {
    match value(change).and(change.rust_path.rsplit_once("::")) {
        Some((ty, _)) => ty,
        None => &change.rust_path,
    }
}

impl Change {
    /// Returns the effects, for headings.
    pub fn heading(&self) -> Impact {
        match (self.rust, self.wire) {
            (Class::Breaking, Class::Breaking) => Impact::Both,
            (Class::Breaking, _) => Impact::Code,
            (_, Class::Breaking) => Impact::Wire,
            _ => Impact::Nothing,
        }
    }
}

impl Group<'_> {
    /// Returns the kind in words: `field removed`.
    pub fn what(&self) -> String {
        self.change.kind.name().replace('-', " ")
    }

    /// Returns the states before and after in a few words; may be empty. `mark` formats types and names.
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

    /// Returns advice for users of the crate.
    pub fn advice(&self) -> &'static str {
        match self.change.kind {
            Kind::VersionAdded | Kind::FamilyAdded | Kind::OperationAdded => "No change needed; it is available.",
            Kind::VersionRemoved => "Move to another version.",
            Kind::FamilyRemoved | Kind::OperationRemoved => "Stop calling it.",
            Kind::OperationRenamed | Kind::SetterRenamed | Kind::FieldRenamed => "Use the new name.",
            Kind::TypeRenamed => "Use the new name of the type.",
            Kind::OperationDeprecated | Kind::OperationWithdrawn => "Use its replacement.",
            Kind::MinimumVersionRaised => {
                "No change in code; handle the error if Meld serves an older version, and test against the newer one."
            }
            Kind::PaginationRemoved => "Use the response of `send` instead of a stream.",
            Kind::ResponseAdded | Kind::ResponseRemoved => "Use the new response of `send`.",
            Kind::ExclusionAdded => "Set only one of the two.",
            Kind::RequiredParameterAdded | Kind::RequiredFieldAdded | Kind::BecameRequired => {
                "Set it: requests without it are rejected before sending."
            }
            Kind::RequiredBodyAdded => "Pass a body.",
            Kind::ParameterRemoved | Kind::BodyRemoved => "Remove it.",
            Kind::FieldMoved => "Use it in its new location.",
            Kind::FieldRemoved => "Remove its uses: it is neither decoded nor sent.",
            Kind::RuleTightened => "Adapt the values: others are rejected before sending.",
            Kind::TypeChanged | Kind::TypeReplaced => "Use the new type.",
            Kind::TypeUnshared => "Name the type by its family, and write code for each family.",
            Kind::StringBecameEnum => "Compare with the variants, or convert with `as_str()`.",
            Kind::EnumBecameString => "Compare strings instead of variants.",
            Kind::EnumNarrowed | Kind::EnumWidened => {
                "Use the other enum; `as_str()` also returns values without a variant."
            }
            Kind::ValueRemoved => {
                "Remove uses of the variant; if the service still sends the value, it is decoded as unknown."
            }
            Kind::VariantRemoved => "Remove uses of the variant.",
            Kind::OperationMoved
            | Kind::SendingChanged
            | Kind::ParameterMoved
            | Kind::WireNameChanged
            | Kind::ValueChanged
            | Kind::SelectorChanged => "No change in code; adapt bodies and URLs that you store or inspect elsewhere.",
            _ => "No change needed.",
        }
    }
}

/// Joins names by commas and counts the ones beyond the maximum.
fn listed(values: &[&str], mark: &dyn Fn(&str) -> String) -> String {
    let joined = |values: &[&str]| values.iter().map(|value| mark(value)).collect::<Vec<_>>().join(", ");
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
    fn values_and_families_are_grouped() {
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
