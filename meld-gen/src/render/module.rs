//! The types and operations of a module with all that the files of the module are rendered from.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::format_ident;

use super::docs;
use crate::error::{Error, ErrorKind, Location, Result};
use crate::model::{Media, ModuleModel, OperationModel, ParameterModel, TypeModel};
use crate::naming::fields::field_names;
use crate::progenitor::output::{FieldItem, Model, OperationItem, StructItem, TypeItem};
use crate::progenitor::rust_type::RustType;

/// A module that is being rendered.
pub struct Module<'a> {
    /// The name of the module, such as `crypto`.
    pub name: &'a str,
    /// The spec, for errors.
    pub file: &'a str,
    /// The types that the module declares, in progenitor's order.
    pub types: Vec<&'a TypeItem>,
    /// The types that the module re-exports, because other families have them too.
    pub shared: Vec<&'a TypeItem>,
    /// The operations in the order of the spec.
    pub operations: Vec<Operation<'a>>,
    models: &'a BTreeMap<String, TypeModel>,
    no_model: TypeModel,
    names: BTreeSet<&'a str>,
    roles: Cow<'a, Roles>,
}

/// The generated types that operations use directly, by Rust name.
#[derive(Clone, Debug, Default)]
pub struct Roles {
    /// Bodies, and the items of lists and maps that are bodies.
    pub bodies: BTreeSet<String>,
    /// Responses: an empty response decodes to their default.
    pub responses: BTreeSet<String>,
    /// Responses of paged operations.
    pub pages: BTreeSet<String>,
}

/// One operation, as the spec and as progenitor know it.
pub struct Operation<'a> {
    /// The spec's side.
    pub model: &'a OperationModel,
    /// progenitor's side.
    pub item: &'a OperationItem,
    /// `true` if some successes have no content and the type of the others has no empty value.
    has_optional_response: bool,
}

/// One field of a struct.
pub struct Field<'a> {
    /// The Rust name.
    pub ident: Ident,
    /// The JSON name.
    pub wire: &'a str,
    /// The type.
    pub ty: RustType,
    description: Option<&'a str>,
    /// The spec marks it as deprecated.
    pub is_deprecated: bool,
    /// Must be set before sending.
    pub is_required: bool,
    /// The selector beside the field, if the field is a union that stands for both.
    pub selected_by: Option<String>,
    /// A decimal that the spec declares as a string.
    pub is_amount: bool,
}

impl<'a> Module<'a> {
    /// Joins what progenitor and the spec know.
    ///
    /// # Errors
    /// Returns an error if progenitor's output lacks an operation of the spec, or one of its parameters.
    pub fn new(output: &'a Model, model: &'a ModuleModel, file: &'a str) -> Result<Self> {
        let names: BTreeSet<&str> = output.types.iter().map(TypeItem::name).collect();
        let types = &model.types;
        let operations = model.operations.iter().map(|model| {
            let item = output.operations.get(&model.hidden_name);
            let item = item.ok_or_else(|| lacking(file, &model.operation_id))?;
            Ok(Operation::new(model, item, output, types))
        });
        let operations: Vec<_> = operations.collect::<Result<_>>()?;
        Ok(Self {
            name: &model.api.info.title,
            file,
            types: output.types.iter().collect(),
            shared: Vec::new(),
            roles: Cow::Owned(roles(&operations, &names)),
            operations,
            models: &model.types,
            no_model: TypeModel::default(),
            names,
        })
    }

    /// Returns a module of types without operations; `roles` are those in other modules.
    pub fn from_types(
        name: &'a str,
        types: &'a [TypeItem],
        models: &'a BTreeMap<String, TypeModel>,
        roles: &'a Roles,
    ) -> Self {
        Self {
            name,
            file: name,
            types: types.iter().collect(),
            shared: Vec::new(),
            operations: Vec::new(),
            models,
            no_model: TypeModel::default(),
            names: types.iter().map(TypeItem::name).collect(),
            roles: Cow::Borrowed(roles),
        }
    }

    /// Re-exports the types for which `is_shared` returns `true`, instead of declaring them.
    pub fn share(&mut self, is_shared: impl Fn(&str) -> bool) {
        let types = std::mem::take(&mut self.types);
        (self.shared, self.types) = types.into_iter().partition(|item| is_shared(item.name()));
    }

    /// Returns what the spec knows of a type.
    pub fn model(&self, name: &str) -> &TypeModel {
        self.models.get(name).unwrap_or(&self.no_model)
    }

    /// Returns `true` if a type of that name is generated.
    pub fn knows(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Returns `true` for a generated type that is a body, or the item of a list or map that is one.
    pub fn is_body(&self, name: &str) -> bool {
        self.roles.bodies.contains(name)
    }

    /// Returns `true` for a generated type that is a response: an empty response decodes to its default.
    pub fn is_response(&self, name: &str) -> bool {
        self.roles.responses.contains(name)
    }

    /// Returns the type as tokens, with `prefix` before generated types.
    pub fn tokens(&self, ty: &RustType, prefix: &TokenStream) -> TokenStream {
        ty.tokens(prefix, &|name| self.knows(name))
    }

    /// Returns the types that operations use directly.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Returns the structs among `items` that have named fields and are no unions.
    pub fn structs(&self, items: &[&'a TypeItem]) -> Vec<(&'a StructItem, &TypeModel)> {
        let structs = items.iter().filter_map(|item| {
            let TypeItem::Struct(item) = item else { return None };
            let model = self.model(&item.name);
            model.union.is_none().then_some((item, model))
        });
        structs.collect()
    }

    /// Returns the fields of a struct.
    pub fn fields<'b>(&self, item: &'b StructItem, model: &TypeModel) -> Vec<Field<'b>> {
        let names = field_names(item.fields.iter().map(|field| field.wire.as_str()));
        let fields = item.fields.iter().zip(&names);
        fields.map(|(field, name)| self.field(field, name, model)).collect()
    }

    fn field<'b>(&self, field: &'b FieldItem, name: &str, model: &TypeModel) -> Field<'b> {
        let ty = match field.ty.clone() {
            RustType::Optional(inner) if model.is_patch => RustType::Nullable(inner),
            // In a change, an empty list differs from no list.
            list @ RustType::List(_) if model.is_patch => RustType::Nullable(Box::new(list)),
            ty => ty,
        };
        // Requests can be as strict as the service: an amount is a number, however it is written.
        let is_amount = is_string(&ty) && is_amount(&field.wire) && !model.usage.read;
        let ty = if is_amount { as_decimal(ty) } else { ty };
        let union = match ty.required() {
            RustType::Named(name) => self.model(name).union.as_ref(),
            _ => None,
        };
        Field {
            ident: format_ident!("{name}"),
            wire: &field.wire,
            description: field.doc.as_deref(),
            is_deprecated: model.deprecated.contains(&field.wire),
            is_required: model.rules.get(&field.wire).is_some_and(|rule| rule.required),
            selected_by: union
                .filter(|union| union.content.as_deref() == Some(&field.wire))
                .map(|union| union.tag.clone()),
            is_amount,
            ty,
        }
    }

    /// Returns the type of a parameter.
    ///
    /// # Errors
    /// Returns an error if progenitor's output lacks the parameter.
    pub fn parameter(&self, operation: &Operation<'_>, parameter: &ParameterModel) -> Result<RustType> {
        if parameter.is_free() {
            return Ok(RustType::Any);
        }
        let ty = operation.item.parameters.get(&parameter.hidden_name);
        ty.cloned().ok_or_else(|| {
            let id = &operation.model.operation_id;
            lacking(self.file, &format!("{id}, parameter {}", parameter.name))
        })
    }
}

impl Field<'_> {
    /// Returns the documentation; `model` is of the type that has the field.
    pub fn doc(&self, model: &TypeModel) -> Vec<String> {
        let doc = match model.rules.get(self.wire) {
            Some(rule) if model.usage.sent => docs::for_sent_field(self.wire, self.description, rule),
            _ if model.usage.read && is_free(&self.ty) => docs::for_free_field(self.wire, self.description),
            _ => docs::for_field(self.wire, self.description),
        };
        if self.is_deprecated { docs::deprecated(doc) } else { doc }
    }
}

/// Returns the types that operations use directly; `names` has all generated types.
fn roles(operations: &[Operation<'_>], names: &BTreeSet<&str>) -> Roles {
    let mut roles = Roles::default();
    for operation in operations {
        let body = operation.body();
        let body = body.and_then(|ty| ty.generated_name(&|name| names.contains(name)));
        roles.bodies.extend(body);
        let form = operation.model.multipart_body.iter().filter_map(|body| body.fields.clone());
        roles.bodies.extend(form);
        let parts = operation.model.multipart_response.iter().filter_map(|response| response.fields.clone());
        roles.responses.extend(parts);
        let response = operation.response();
        if let Some(RustType::Named(name)) = &response {
            roles.responses.insert(name.clone());
        }
        let page = response.as_ref().and_then(RustType::innermost_name);
        let page = page.filter(|_| operation.model.is_paged);
        roles.pages.extend(page.map(str::to_owned));
    }
    roles
}

impl<'a> Operation<'a> {
    fn new(
        model: &'a OperationModel,
        item: &'a OperationItem,
        output: &Model,
        models: &BTreeMap<String, TypeModel>,
    ) -> Self {
        let may_lack_content = !model.success_without_content.is_empty();
        let lacks_value = item.response.as_ref().is_some_and(|ty| !has_empty_value(ty, output, models));
        Self { model, item, has_optional_response: may_lack_content && lacks_value }
    }

    /// Returns the type of the body, if the operation sends one.
    pub fn body(&self) -> Option<RustType> {
        self.model.body?;
        match &self.model.body_media {
            Some(Media::Bytes(_)) => Some(RustType::bytes()),
            _ => self.item.parameters.get("body").cloned(),
        }
    }

    /// Returns the type of the response; `None` for an empty one.
    pub fn response(&self) -> Option<RustType> {
        match &self.model.response_media {
            Some(Media::Bytes(_)) => Some(RustType::bytes()),
            _ if self.has_optional_response => self.item.response.clone().map(|ty| RustType::Optional(Box::new(ty))),
            _ => self.item.response.clone(),
        }
    }

    /// Returns the name of the operation's metadata.
    pub fn constant(&self) -> Ident {
        // Beside the constants stands the list of all.
        match self.model.rust_name.to_uppercase().as_str() {
            "ALL" => format_ident!("ALL_"),
            name => format_ident!("{name}"),
        }
    }
}

/// Returns `true` if a type has a value without fields, items or content, which a response without a body decodes to.
fn has_empty_value(ty: &RustType, output: &Model, models: &BTreeMap<String, TypeModel>) -> bool {
    match ty {
        RustType::Plain(_) | RustType::Decimal => false,
        RustType::Boxed(inner) => has_empty_value(inner, output, models),
        RustType::Named(name) if models.get(name).is_some_and(|model| model.union.is_some()) => false,
        RustType::Named(name) => match output.types.iter().find(|item| item.name() == name) {
            Some(TypeItem::Struct(_)) => true,
            Some(TypeItem::Newtype(_, inner)) => has_empty_value(inner, output, models),
            Some(TypeItem::Enum(_)) | None => false,
        },
        _ => true,
    }
}

fn lacking(file: &str, what: &str) -> Error {
    Error::new(
        ErrorKind::Generation,
        Location::new(file, ""),
        format!("progenitor's output lacks the operation {what}"),
        "teach the render stage this form of progenitor's output",
    )
}

/// Returns `true` for a string, required or not.
pub fn is_string(ty: &RustType) -> bool {
    *ty.required() == RustType::Named("String".to_owned())
}

/// Returns `true` if a field holds JSON of any form.
fn is_free(ty: &RustType) -> bool {
    match ty.required() {
        RustType::FreeForm | RustType::Any => true,
        RustType::List(inner) | RustType::Map(inner) => is_free(inner),
        _ => false,
    }
}

/// Returns `true` if a property holds an amount of money or of a currency.
fn is_amount(wire: &str) -> bool {
    wire == "amount" || wire.ends_with("Amount")
}

fn as_decimal(ty: RustType) -> RustType {
    match ty {
        RustType::Optional(_) => RustType::Optional(Box::new(RustType::Decimal)),
        _ => RustType::Decimal,
    }
}
