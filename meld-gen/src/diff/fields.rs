//! Fields of types, and the constraints on fields, parameters and bodies.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::matching::{are_alike, matched};
use super::{Kind, Modules, Place};
use crate::interface::{Form, Member};
use crate::model::FieldRule;

/// Maximum number of new fields of a type that are searched for removed ones.
const MOST_PLACES: usize = 1_000;

impl<'a> Modules<'a> {
    pub(super) fn fields(
        &mut self,
        place: &Place,
        before: &'a BTreeMap<String, Member>,
        after: &'a BTreeMap<String, Member>,
    ) {
        let found = matched(
            before,
            after,
            &[&|(_, one)| one.rust_name.clone()],
            &[&|(name, one), (other_name, other)| one.ty == other.ty && are_alike(name, other_name)],
        );
        for ((old_name, old), (new_name, new)) in found.both {
            let field = field_place(place, new_name, new);
            if old_name != new_name {
                let is_in_rust = old.rust_name != new.rust_name;
                let kind = if is_in_rust { Kind::FieldRenamed } else { Kind::WireNameChanged };
                self.add(kind, &field, old_name, new_name);
            }
            self.member(&field, old, new);
        }
        for (name, member) in found.removed {
            let place = field_place(place, name, member);
            match self.moved(name, member, &found.added) {
                Some(path) => self.add(Kind::FieldMoved, &place, &member.rust_name, path),
                None => self.add(Kind::FieldRemoved, &place, &member.ty.text, ""),
            }
        }
        for (name, member) in found.added {
            let is_required = member.rule.required;
            let kind = if is_required { Kind::RequiredFieldAdded } else { Kind::FieldAdded };
            self.add(kind, &field_place(place, name, member), "", &member.ty.text);
        }
    }

    /// Returns the path of the one field with the name and type of a removed one inside of a new field.
    fn moved(&self, name: &str, member: &Member, added: &[(&String, &Member)]) -> Option<String> {
        if added.len() > MOST_PLACES {
            return None;
        }
        let mut found = added.iter().filter_map(|(_, new)| {
            let Form::Struct(fields) = &self.new.types.get(new.ty.inner.as_ref()?)?.form else {
                return None;
            };
            let field = fields.get(name).filter(|field| field.ty == member.ty)?;
            Some(format!("{}.{}", new.rust_name, field.rust_name))
        });
        found.next().filter(|_| found.next().is_none())
    }

    /// Compares a field, parameter or body that exists before and after.
    pub(super) fn member(&mut self, place: &Place, before: &'a Member, after: &'a Member) {
        let is_of_one_form = self.type_names(place, &before.ty, &after.ty);
        match (before.rule.required, after.rule.required) {
            (false, true) => self.add(Kind::BecameRequired, place, "optional", "required"),
            (true, false) => self.add(Kind::BecameOptional, place, "required", "optional"),
            _ => {}
        }
        if !is_of_one_form {
            return;
        }
        match harder(&before.rule, &after.rule) {
            Ordering::Equal => {}
            Ordering::Greater => {
                self.add(Kind::RuleTightened, place, text(&before.rule), text(&after.rule));
            }
            Ordering::Less => {
                self.add(Kind::RuleLoosened, place, text(&before.rule), text(&after.rule));
            }
        }
    }
}

fn field_place(place: &Place, wire: &str, member: &Member) -> Place {
    place.inside(&format!(".{wire}"), &member.rust_name)
}

/// Returns `true` if `after` rejects values that `before` accepted, even if it accepts others instead.
fn harder(before: &FieldRule, after: &FieldRule) -> Ordering {
    let least = |before: Option<Decimal>, after: Option<Decimal>| match (before, after) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(before), Some(after)) => after.cmp(&before),
    };
    let most = |before, after| match (before, after) {
        (Some(before), Some(after)) => Decimal::cmp(&before, &after),
        (before, after) => least(before, after),
    };
    let count = |count: Option<usize>| count.map(Decimal::from);
    // A minimum length of 0 is no restriction.
    let fewest = |count: Option<usize>| count.filter(|count| *count > 0).map(Decimal::from);
    let number = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
    let pattern = match (&before.pattern, &after.pattern) {
        (before, after) if before == after => Ordering::Equal,
        (Some(_), None) => Ordering::Less,
        _ => Ordering::Greater,
    };
    let differences = [
        least(fewest(before.min_length), fewest(after.min_length)),
        most(count(before.max_length), count(after.max_length)),
        least(fewest(before.min_items), fewest(after.min_items)),
        most(count(before.max_items), count(after.max_items)),
        least(number(&before.minimum), number(&after.minimum)),
        most(number(&before.maximum), number(&after.maximum)),
        after.exclusive_minimum.cmp(&before.exclusive_minimum),
        after.exclusive_maximum.cmp(&before.exclusive_maximum),
        after.unique_items.cmp(&before.unique_items),
        pattern,
    ];
    if differences.contains(&Ordering::Greater) {
        Ordering::Greater
    } else if differences.contains(&Ordering::Less) {
        Ordering::Less
    } else {
        Ordering::Equal
    }
}

fn text(rule: &FieldRule) -> String {
    let range = |least: Option<String>, most: Option<String>, of: &str| match (least, most) {
        (None, None) => None,
        (Some(least), None) => Some(format!("at least {least}{of}")),
        (None, Some(most)) => Some(format!("at most {most}{of}")),
        (Some(least), Some(most)) => Some(format!("{least} to {most}{of}")),
    };
    let count = |count: Option<usize>| count.map(|count| count.to_string());
    let bound = |bound: &Option<String>, is_exclusive: bool| {
        let exclusive = if is_exclusive { " (exclusive)" } else { "" };
        bound.as_ref().map(|bound| format!("{bound}{exclusive}"))
    };
    let minimum = bound(&rule.minimum, rule.exclusive_minimum);
    let maximum = bound(&rule.maximum, rule.exclusive_maximum);
    let parts = [
        range(count(rule.min_length), count(rule.max_length), " characters"),
        range(count(rule.min_items), count(rule.max_items), " items"),
        range(minimum, maximum, ""),
        rule.unique_items.then(|| "no duplicate items".to_owned()),
        rule.pattern.as_ref().map(|pattern| format!("pattern {pattern}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "anything".to_owned() } else { parts.join(", ") }
}
