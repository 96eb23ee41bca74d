//! Operations with their parameters, bodies and responses.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::matching::{are_alike, matched};
use super::{Kind, Modules, Place};
use crate::catalog::ApiVersion;
use crate::interface::{Member, OperationSurface};

impl<'a> Modules<'a> {
    /// Compares all operations, and with them every type that they use.
    pub(super) fn operations(&mut self) {
        let (old, new) = (self.old, self.new);
        let found = matched(
            &old.operations,
            &new.operations,
            &[&|(_, one)| shape(one), &|(_, one)| one.rust_name.clone()],
            &[],
        );
        for ((old_id, before), (new_id, after)) in found.both {
            let place = at(after);
            if before.rust_name != after.rust_name {
                self.add(Kind::OperationRenamed, &place, &before.rust_name, &after.rust_name);
            } else if old_id != new_id {
                self.add(Kind::OperationIdChanged, &place, old_id, new_id);
            }
            self.operation(&place, before, after);
            self.sending(&place, (old_id, before), (new_id, after));
        }
        for (_, operation) in found.removed {
            self.add(Kind::OperationRemoved, &at(operation), &operation.rust_name, "");
        }
        for (_, operation) in found.added {
            self.add(Kind::OperationAdded, &at(operation), "", &operation.rust_name);
        }
    }

    fn operation(&mut self, place: &Place, before: &'a OperationSurface, after: &'a OperationSurface) {
        let (from, to) = (head(before), head(after));
        if shape(before) != shape(after) {
            self.add(Kind::OperationMoved, place, from, to);
        }
        match (before.is_deprecated, after.is_deprecated) {
            _ if before.withdrawn.is_none() && after.withdrawn.is_some() => {
                let note = after.withdrawn.clone().unwrap_or_default();
                self.add(Kind::OperationWithdrawn, place, "", note);
            }
            (false, true) => self.add(Kind::OperationDeprecated, place, "", ""),
            (true, false) => self.add(Kind::OperationRevived, place, "", ""),
            _ => {}
        }
        match (before.is_paged, after.is_paged) {
            (false, true) => self.add(Kind::PaginationAdded, place, "", "in pages"),
            (true, false) => self.add(Kind::PaginationRemoved, place, "in pages", ""),
            _ => {}
        }
        if before.success != after.success {
            let listed = |statuses: &[u16]| statuses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            self.add(Kind::StatusesChanged, place, listed(&before.success), listed(&after.success));
        }
        self.error_codes(place, before, after);
        self.minimum_version(place, before.minimum_version, after.minimum_version);
        self.parameters(place, before, after);
        self.exclusions(place, before, after);
        self.files(place, before, after);
        self.body(place, before.body.as_ref(), after.body.as_ref());
        self.response(place, before, after);
    }

    /// Compares the documented error codes, unless one side documents none at all.
    fn error_codes(&mut self, place: &Place, before: &'a OperationSurface, after: &'a OperationSurface) {
        let (old, new) = (&before.error_codes, &after.error_codes);
        if old.is_empty() || new.is_empty() {
            return;
        }
        let beyond = |one: &BTreeMap<u16, Vec<String>>, other: &BTreeMap<u16, Vec<String>>| {
            let mut codes = Vec::new();
            for (status, listed) in one {
                let known = other.get(status);
                let is_new = |code: &&String| !known.is_some_and(|known| known.contains(code));
                codes.extend(listed.iter().filter(is_new).map(|code| format!("{status} {code}")));
            }
            codes.join(", ")
        };
        let (gone, added) = (beyond(old, new), beyond(new, old));
        if !added.is_empty() {
            self.add(Kind::ErrorCodesAdded, place, "", added);
        }
        if !gone.is_empty() {
            self.add(Kind::ErrorCodesRemoved, place, gone, "");
        }
    }

    /// Compares the API versions that an operation or parameter needs at least.
    fn minimum_version(&mut self, place: &Place, before: Option<ApiVersion>, after: Option<ApiVersion>) {
        let kind = match before.cmp(&after) {
            Ordering::Equal => return,
            Ordering::Less => Kind::MinimumVersionRaised,
            Ordering::Greater => Kind::MinimumVersionLowered,
        };
        let text = |version: Option<ApiVersion>| version.map(|version| version.to_string()).unwrap_or_default();
        self.add(kind, place, text(before), text(after));
    }

    fn parameters(&mut self, place: &Place, before: &'a OperationSurface, after: &'a OperationSurface) {
        let place = &Place { is_sent: true, ..place.clone() };
        let found = matched(
            &before.parameters,
            &after.parameters,
            &[&|(_, one)| one.rust_name.clone()],
            &[
                &|(key, _), (other, _)| {
                    let position = segment(&before.path, key);
                    position.is_some() && position == segment(&after.path, other)
                },
                &|(key, one), (other_key, other)| one.ty == other.ty && are_alike(name(key), name(other_key)),
            ],
        );
        for ((old_key, old), (new_key, new)) in found.both {
            let parameter = parameter_place(place, new_key, new);
            // The name of a segment of the path is not sent.
            let is_segment = segment(&before.path, old_key).is_some() && segment(&after.path, new_key).is_some();
            if old_key != new_key && !is_segment {
                self.add(Kind::ParameterMoved, &parameter, old_key, new_key);
            }
            if old.rust_name != new.rust_name {
                self.add(Kind::SetterRenamed, &parameter, &old.rust_name, &new.rust_name);
            }
            self.minimum_version(&parameter, old.minimum_version, new.minimum_version);
            self.member(&parameter, old, new);
        }
        for (key, member) in found.removed {
            let ty = member.ty.text.clone();
            self.add(Kind::ParameterRemoved, &parameter_place(place, key, member), ty, "");
        }
        for (key, member) in found.added {
            let is_required = member.rule.required;
            let kind = if is_required { Kind::RequiredParameterAdded } else { Kind::ParameterAdded };
            self.add(kind, &parameter_place(place, key, member), "", &member.ty.text);
        }
    }

    fn exclusions(&mut self, place: &Place, before: &OperationSurface, after: &OperationSurface) {
        // A new or removed parameter is no restriction on combinations that were possible before.
        let has =
            |operation: &OperationSurface, wanted: &str| operation.parameters.keys().any(|key| name(key) == wanted);
        let in_both = |(one, other): &&(String, String)| {
            [before, after].iter().all(|operation| has(operation, one) && has(operation, other))
        };
        for pair in after.exclusive.iter().filter(in_both) {
            if !before.exclusive.contains(pair) {
                let names = format!("{} or {}", pair.0, pair.1);
                self.add(Kind::ExclusionAdded, place, "", names);
            }
        }
        for pair in before.exclusive.iter().filter(in_both) {
            if !after.exclusive.contains(pair) {
                let names = format!("{} or {}", pair.0, pair.1);
                self.add(Kind::ExclusionRemoved, place, names, "");
            }
        }
    }

    /// Compares how requests are sent, for what both operations have and both interfaces record.
    fn sending(&mut self, place: &Place, before: (&str, &OperationSurface), after: (&str, &OperationSurface)) {
        let (Some(old), Some(new)) = (&self.old.sending, &self.new.sending) else { return };
        let nothing = BTreeMap::new();
        let (old, new) = (old.get(before.0).unwrap_or(&nothing), new.get(after.0).unwrap_or(&nothing));
        let has = |operation: &OperationSurface, name: &str| match name {
            "API key" | "server" => true,
            "body" => operation.body.is_some() || operation.multipart.is_some(),
            parameter => operation.parameters.contains_key(parameter),
        };
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for name in names.into_iter().filter(|name| has(before.1, name) && has(after.1, name)) {
            if old.get(name) != new.get(name) {
                let text = |value: Option<&String>| value.map_or("default", String::as_str).to_owned();
                let place = Place { spec: format!("{}, {name}", place.spec), ..place.clone() };
                self.add(Kind::SendingChanged, &place, text(old.get(name)), text(new.get(name)));
            }
        }
    }

    /// Compares the setters of files.
    fn files(&mut self, place: &Place, before: &OperationSurface, after: &OperationSurface) {
        let of = |operation: &OperationSurface| -> BTreeMap<String, String> {
            operation.multipart.as_ref().map(|multipart| multipart.files.clone()).unwrap_or_default()
        };
        let (old, new) = (of(before), of(after));
        let found = matched(&old, &new, &[&|(_, setter)| setter.clone()], &[]);
        let part = |name: &str, setter: &str| place.inside(&format!(", part {name}"), setter);
        for (name, setter) in found.removed {
            self.add(Kind::ParameterRemoved, &part(name, setter), "a file", "");
        }
        for (name, setter) in found.added {
            self.add(Kind::ParameterAdded, &part(name, setter), "", "a file");
        }
        for ((old_name, old), (new_name, new)) in found.both {
            if old_name != new_name {
                self.add(Kind::ParameterMoved, &part(new_name, new), old_name, new_name);
            }
            if old != new {
                self.add(Kind::SetterRenamed, &part(new_name, new), old, new);
            }
        }
    }

    fn body(&mut self, place: &Place, before: Option<&'a Member>, after: Option<&'a Member>) {
        let place = &Place { is_sent: true, ..place.inside(", body", "body") };
        match (before, after) {
            (Some(before), Some(after)) => self.member(place, before, after),
            (Some(before), None) => self.add(Kind::BodyRemoved, place, &before.ty.text, ""),
            (None, Some(after)) if after.rule.required => {
                self.add(Kind::RequiredBodyAdded, place, "", &after.ty.text);
            }
            (None, Some(after)) => self.add(Kind::BodyAdded, place, "", &after.ty.text),
            (None, None) => {}
        }
    }

    fn response(&mut self, place: &Place, before: &'a OperationSurface, after: &'a OperationSurface) {
        let place = &Place { is_read: true, ..place.inside(", response", "send") };
        match (&before.response, &after.response) {
            (Some(before), Some(after)) => {
                self.type_names(place, before, after);
            }
            (Some(before), None) => self.add(Kind::ResponseRemoved, place, &before.text, ""),
            (None, Some(after)) => self.add(Kind::ResponseAdded, place, "", &after.text),
            (None, None) => {}
        }
    }
}

fn head(operation: &OperationSurface) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// Returns the method and the path without the names of its parameters, which are not sent.
fn shape(operation: &OperationSurface) -> String {
    let mut shape = format!("{} ", operation.method);
    for part in operation.path.split_inclusive('}') {
        shape.push_str(part.split_once('{').map_or(part, |(text, _)| text));
        shape.push_str(if part.ends_with('}') { "{}" } else { "" });
    }
    shape
}

/// Returns the position of a parameter among those of a path.
fn segment(path: &str, key: &str) -> Option<usize> {
    let name = key.strip_prefix("path ")?;
    path.split('{').skip(1).position(|part| part.split('}').next() == Some(name))
}

/// Returns the location of an operation: its method on the client.
fn at(operation: &OperationSurface) -> Place {
    Place { spec: head(operation), rust: format!("Client::{}", operation.rust_name), is_sent: false, is_read: false }
}

fn name(key: &str) -> &str {
    key.split_once(' ').map_or(key, |(_, name)| name)
}

fn parameter_place(operation: &Place, key: &str, member: &Member) -> Place {
    operation.inside(&format!(", {key}"), &member.rust_name)
}
