//! The types that are equal in several families of an API version, which exist once.
//!
//! A type is shared by the families that define a type of its name equally, if all types in it are shared by the same
//! families. Definitions are equal if their names, types and rules are; the order of fields and all descriptions may
//! differ. If families define a name in several ways, the definition of the most families is shared.

use std::collections::{BTreeMap, BTreeSet};

use super::interface;
use super::module::{Module, Roles};
use crate::interface::Form;
use crate::model::guide_rules::GuideRule;
use crate::model::{TypeModel, Usage};
use crate::progenitor::output::TypeItem;

/// The types that families of one version share.
#[derive(Debug, Default)]
pub struct Shared {
    /// The types by name, each with the longest descriptions of all families.
    types: Vec<TypeItem>,
    models: BTreeMap<String, TypeModel>,
    /// The types that operations of any family use directly.
    roles: Roles,
    families: BTreeMap<String, BTreeSet<String>>,
}

/// Everything that families have to define equally.
#[derive(PartialEq)]
struct Definition {
    form: Form,
    /// The field that holds the content of a union.
    content: Option<String>,
    is_patch: bool,
    /// The decimals that the spec declares as strings.
    amounts: Vec<String>,
    guide_rules: Vec<GuideRule>,
}

#[derive(Clone, Copy)]
struct Member<'m, 'a> {
    module: &'m Module<'a>,
    item: &'a TypeItem,
}

impl Shared {
    /// The name of the module.
    pub const MODULE: &'static str = "shared";

    /// Finds the types that the families of a version share.
    pub fn of(modules: &[Module<'_>]) -> Self {
        let mut candidates = candidates(modules);
        keep_closed(&mut candidates);
        let mut shared = Self::default();
        for (name, candidate) in candidates {
            let families = candidate.members.iter().map(|member| member.module.name.to_owned());
            shared.families.insert(name.to_owned(), families.collect());
            shared.types.extend(candidate.item());
            shared.models.extend(candidate.model().map(|model| (name.to_owned(), model)));
            for member in candidate.members {
                shared.roles.add(name, member.module.roles());
            }
        }
        shared.keep_shared_supersets();
        shared
    }

    /// Returns the module that declares the types.
    pub fn module(&self) -> Module<'_> {
        Module::from_types(Self::MODULE, &self.types, &self.models, &self.roles)
    }

    /// Makes a family re-export the types that it shares.
    pub fn re_export_from(&self, family: &mut Module<'_>) {
        let name = family.name;
        family.share(|ty| self.families.get(ty).is_some_and(|families| families.contains(name)));
    }

    /// Returns the shared types by name, each with the families that re-export it.
    pub fn families(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.families
    }

    /// Keeps the conversions to enums that the same family shares. Families have the conversions to their own enums.
    fn keep_shared_supersets(&mut self) {
        for (name, model) in &mut self.models {
            let of = |name: &str| self.families.get(name);
            let own = of(name);
            model.supersets.retain(|wider| match (own, of(wider)) {
                (Some(own), Some(theirs)) => !own.is_disjoint(theirs),
                _ => false,
            });
        }
    }
}

impl Roles {
    /// Adds the roles that the type `name` has in a family.
    fn add(&mut self, name: &str, family: &Self) {
        for (own, theirs) in [
            (&mut self.bodies, &family.bodies),
            (&mut self.responses, &family.responses),
            (&mut self.pages, &family.pages),
        ] {
            own.extend(theirs.get(name).cloned());
        }
    }
}

/// The families that define a type equally, and the generated types in it.
struct Candidate<'m, 'a> {
    members: Vec<Member<'m, 'a>>,
    references: BTreeSet<String>,
}

/// Returns all types that several families define equally.
fn candidates<'m, 'a>(modules: &'m [Module<'a>]) -> BTreeMap<&'a str, Candidate<'m, 'a>> {
    let mut by_name: BTreeMap<&str, Vec<Member<'_, '_>>> = BTreeMap::new();
    for module in modules {
        for item in &module.types {
            by_name.entry(item.name()).or_default().push(Member { module, item });
        }
    }
    by_name.retain(|_, members| members.len() > 1);
    let candidates = by_name.into_iter().filter_map(|(name, members)| {
        let (definition, members) = most_common(members)?;
        let references = references(&definition.form);
        (members.len() > 1).then_some((name, Candidate { members, references }))
    });
    candidates.collect()
}

/// Returns the definition of the most families; of several, that of the first family.
fn most_common<'m, 'a>(members: Vec<Member<'m, 'a>>) -> Option<(Definition, Vec<Member<'m, 'a>>)> {
    let mut groups: Vec<(Definition, Vec<Member<'_, '_>>)> = Vec::new();
    for member in members {
        let definition = member.definition();
        match groups.iter_mut().find(|(other, _)| *other == definition) {
            Some((_, group)) => group.push(member),
            None => groups.push((definition, vec![member])),
        }
    }
    // The last of equals is the greatest.
    groups.into_iter().rev().max_by_key(|(_, group)| group.len())
}

/// Removes families from candidates, and candidates, until all types in a type are shared by the families that share it.
fn keep_closed(candidates: &mut BTreeMap<&str, Candidate<'_, '_>>) {
    let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, candidate) in candidates.iter() {
        for reference in &candidate.references {
            users.entry(reference.clone()).or_default().push((*name).to_owned());
        }
    }
    let mut open: Vec<String> = candidates.keys().map(|name| (*name).to_owned()).collect();
    while let Some(name) = open.pop() {
        let Some(candidate) = candidates.get(name.as_str()) else { continue };
        let is_closed = |member: &Member<'_, '_>| {
            candidate
                .references
                .iter()
                .all(|reference| candidates.get(reference.as_str()).is_some_and(|it| it.has(member.module.name)))
        };
        let closed: Vec<bool> = candidate.members.iter().map(is_closed).collect();
        if closed.iter().all(|is_closed| *is_closed) {
            continue;
        }
        let mut closed = closed.into_iter();
        if let Some(candidate) = candidates.get_mut(name.as_str()) {
            candidate.members.retain(|_| closed.next().unwrap_or_default());
            if candidate.members.len() < 2 {
                candidates.remove(name.as_str());
            }
        }
        open.extend(users.get(&name).into_iter().flatten().cloned());
    }
}

/// Returns the generated types in a type.
fn references(form: &Form) -> BTreeSet<String> {
    match form {
        Form::Struct(fields) => fields.values().filter_map(|it| it.ty.inner.clone()).collect(),
        Form::Enum(_) => BTreeSet::new(),
        Form::Union(_, variants) => variants.values().cloned().collect(),
        Form::Newtype(inner) => inner.inner.iter().cloned().collect(),
    }
}

impl<'a> Member<'_, 'a> {
    fn definition(&self) -> Definition {
        let Self { module, item } = self;
        let model = self.model();
        let amounts = match item {
            TypeItem::Struct(item) if model.union.is_none() => {
                let amounts = module.fields(item, model).into_iter().filter(|it| it.is_amount);
                let mut amounts: Vec<_> = amounts.map(|field| field.wire.to_owned()).collect();
                amounts.sort_unstable();
                amounts
            }
            _ => Vec::new(),
        };
        Definition {
            form: interface::form(module, item, model),
            content: model.union.as_ref().and_then(|union| union.content.clone()),
            is_patch: model.is_patch,
            amounts,
            guide_rules: model.guide_rules.clone(),
        }
    }

    fn model(&self) -> &TypeModel {
        self.module.model(self.item.name())
    }

    fn field_doc(&self, wire: &str) -> Option<&'a String> {
        let TypeItem::Struct(item) = self.item else { return None };
        item.fields.iter().find(|field| field.wire == wire)?.doc.as_ref()
    }
}

impl Candidate<'_, '_> {
    fn has(&self, family: &str) -> bool {
        self.members.iter().any(|member| member.module.name == family)
    }

    /// Returns the type of the first family, with the longest descriptions.
    fn item(&self) -> Option<TypeItem> {
        let mut item = self.members.first()?.item.clone();
        if let TypeItem::Struct(item) = &mut item {
            for field in &mut item.fields {
                let docs = self.members.iter().map(|member| member.field_doc(&field.wire));
                field.doc = longest(docs);
            }
        }
        Some(item)
    }

    /// Returns the facts of the first family, with the longest description and the uses of all families.
    fn model(&self) -> Option<TypeModel> {
        let models: Vec<&TypeModel> = self.members.iter().map(Member::model).collect();
        let mut merged = (*models.first()?).clone();
        merged.description = longest(models.iter().map(|model| model.description.as_ref()));
        merged.usage = Usage {
            sent: models.iter().any(|model| model.usage.sent),
            read: models.iter().any(|model| model.usage.read),
        };
        let supersets: BTreeSet<&String> = models.iter().flat_map(|it| &it.supersets).collect();
        merged.supersets = supersets.into_iter().cloned().collect();
        Some(merged)
    }
}

/// Returns the longest description; of several, the first.
fn longest<'d>(descriptions: impl DoubleEndedIterator<Item = Option<&'d String>>) -> Option<String> {
    descriptions.flatten().rev().max_by_key(|description| description.len()).cloned()
}
