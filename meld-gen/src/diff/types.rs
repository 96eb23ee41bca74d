//! Types in one location before and after.

use std::collections::BTreeMap;

use super::{Kind, Modules, Place};
use crate::interface::{Form, TypeName, TypeSurface};

impl<'a> Modules<'a> {
    /// Compares types of equal name that the operations did not lead to.
    pub(super) fn types_of_one_name(&mut self) {
        let (old, new) = (self.old, self.new);
        for (name, before) in &old.types {
            if let Some(after) = new.types.get(name)
                && self.pairs.insert((name, name))
            {
                self.forms(&place_of(name, after), before, after);
            }
        }
    }

    /// Compares the types of one location; returns `true` if their kinds are equal, so that constraints can be
    /// compared.
    pub(super) fn type_names(&mut self, place: &Place, before: &'a TypeName, after: &'a TypeName) -> bool {
        // Optionality is compared elsewhere.
        let (old_frame, new_frame) = (required(before.frame()), required(after.frame()));
        if old_frame == new_frame {
            if let (Some(one), Some(other)) = (&before.inner, &after.inner) {
                self.types(place, one, other, before, after);
            }
            return true;
        }
        let is_enum = |types: &BTreeMap<String, TypeSurface>, name: &Option<String>| {
            let ty = name.as_ref().and_then(|name| types.get(name));
            ty.is_some_and(|ty| matches!(ty.form, Form::Enum(_)))
        };
        let kind = if is_enum(&self.new.types, &after.inner) && old_frame.replace("String", "_") == new_frame {
            Kind::StringBecameEnum
        } else if is_enum(&self.old.types, &before.inner) && new_frame.replace("String", "_") == old_frame {
            Kind::EnumBecameString
        } else {
            Kind::TypeChanged
        };
        self.add(kind, place, &before.text, &after.text);
        false
    }

    /// Compares the generated types `one` and `other` of one location, once.
    fn types(&mut self, place: &Place, one: &'a str, other: &'a str, before: &TypeName, after: &TypeName) {
        let (Some(old), Some(new)) = (self.old.types.get(one), self.new.types.get(other)) else {
            return;
        };
        let was_renamed = !self.new.types.contains_key(one) && !self.old.types.contains_key(other);
        if one != other && !was_renamed {
            self.replaced(place, (old, before), (new, after));
        }
        if !self.pairs.insert((one, other)) {
            return;
        }
        if one != other && was_renamed {
            let ty = Place { spec: new.source.clone(), ..place_of(other, new) };
            self.add(Kind::TypeRenamed, &ty, one, other);
        }
        let are_enums = matches!((&old.form, &new.form), (Form::Enum(_), Form::Enum(_)));
        // The change of the whole enum already lists the values.
        if one == other || was_renamed || !are_enums {
            self.forms(&place_of(other, new), old, new);
        }
    }

    /// Reports a type that replaces another which still exists, or existed before.
    fn replaced(
        &mut self,
        place: &Place,
        (old, before): (&TypeSurface, &TypeName),
        (new, after): (&TypeSurface, &TypeName),
    ) {
        let (Form::Enum(old), Form::Enum(new)) = (&old.form, &new.form) else {
            self.add(Kind::TypeReplaced, place, &before.text, &after.text);
            return;
        };
        let lacking = |of: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
            let values = of.keys().filter(|value| !other.contains_key(*value));
            values.cloned().collect::<Vec<_>>()
        };
        let (gone, added) = (lacking(old, new), lacking(new, old));
        let kind = match (gone.is_empty(), added.is_empty()) {
            (true, true) => Kind::TypeReplaced,
            (true, false) => Kind::EnumWidened,
            (false, _) => Kind::EnumNarrowed,
        };
        self.add(kind, place, &before.text, &after.text);
        if let Some(change) = self.changes.last_mut() {
            (change.values_removed, change.values_added) = (gone, added);
        }
    }

    fn forms(&mut self, place: &Place, before: &'a TypeSurface, after: &'a TypeSurface) {
        if before.is_shared && !after.is_shared {
            self.add(Kind::TypeUnshared, place, "", "");
        }
        match (&before.form, &after.form) {
            (Form::Struct(old), Form::Struct(new)) => self.fields(place, old, new),
            (Form::Enum(old), Form::Enum(new)) => self.values(place, old, new),
            (Form::Union(old_tag, old), Form::Union(new_tag, new)) => {
                if old_tag != new_tag {
                    self.add(Kind::SelectorChanged, place, old_tag, new_tag);
                }
                self.variants(place, old, new);
            }
            (Form::Newtype(old), Form::Newtype(new)) => {
                self.type_names(place, old, new);
            }
            (old, new) => self.add(Kind::TypeChanged, place, form(old), form(new)),
        }
    }

    fn values(&mut self, place: &Place, before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) {
        let same = super::matching::matched(before, after, &[&|one| one.1.clone()], &[]);
        for ((old, _), (new, variant)) in same.both {
            if old != new {
                self.add(Kind::ValueChanged, &place.inside("", variant), old, new);
            }
        }
        for (value, variant) in same.removed {
            self.add(Kind::ValueRemoved, &place.inside("", variant), value, "");
        }
        for (value, variant) in same.added {
            self.add(Kind::ValueAdded, &place.inside("", variant), "", value);
        }
    }

    fn variants(&mut self, place: &Place, before: &'a BTreeMap<String, String>, after: &'a BTreeMap<String, String>) {
        let same = super::matching::matched(before, after, &[], &[]);
        for ((_, old), (value, new)) in same.both {
            let name = |ty: &str| TypeName { text: ty.to_owned(), inner: Some(ty.to_owned()) };
            let variant = Place { spec: format!("{} {value}", place.spec), ..place.clone() };
            self.types(&variant, old, new, &name(old), &name(new));
        }
        for (value, ty) in same.removed {
            self.add(Kind::VariantRemoved, place, format!("{value}: {ty}"), "");
        }
        for (value, ty) in same.added {
            self.add(Kind::VariantAdded, place, "", format!("{value}: {ty}"));
        }
    }
}

fn form(form: &Form) -> &'static str {
    match form {
        Form::Struct(_) => "an object",
        Form::Enum(_) => "an enum",
        Form::Union(..) => "a union",
        Form::Newtype(_) => "a newtype",
    }
}

/// Returns the type without `Option` around it.
fn required(frame: String) -> String {
    match frame.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')) {
        Some(inner) => inner.to_owned(),
        None => frame,
    }
}

/// Returns the location of a type.
fn place_of(name: &str, ty: &TypeSurface) -> Place {
    Place { spec: ty.source.clone(), rust: format!("types::{name}"), is_sent: ty.is_sent, is_read: ty.is_read }
}
