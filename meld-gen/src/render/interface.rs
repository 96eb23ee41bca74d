//! The interface of the module, as data.

use std::collections::BTreeMap;

use quote::quote;

use super::module::{Module, Operation};
use crate::interface::{Form, Member, MultipartSurface, OperationSurface, Surface, TypeName, TypeSurface};
use crate::model::sensitive::is_sensitive;
use crate::model::{KeyUse, Media, OperationModel, ParameterStyle, TypeModel};
use crate::progenitor::output::TypeItem;
use crate::progenitor::rust_type::RustType;

/// Returns the interface of a module.
pub fn surface(module: &Module<'_>) -> Surface {
    let declared = module.types.iter().map(|item| (item, false));
    let types = declared.chain(module.shared.iter().map(|item| (item, true)));
    let types = types.map(|(item, is_shared)| {
        let surface = type_surface(module, item, module.model(item.name()));
        (item.name().to_owned(), TypeSurface { is_shared, ..surface })
    });
    let operations = module
        .operations
        .iter()
        .map(|operation| (operation.model.operation_id.clone(), operation_surface(module, operation)));
    let sending =
        module.operations.iter().map(|operation| (operation.model.operation_id.clone(), sending(operation.model)));
    Surface {
        version: None,
        family: module.name.to_owned(),
        operations: operations.collect(),
        sending: Some(sending.filter(|(_, sending)| !sending.is_empty()).collect()),
        types: types.collect(),
    }
}

fn type_surface(module: &Module<'_>, item: &TypeItem, model: &TypeModel) -> TypeSurface {
    TypeSurface {
        source: model.source.clone(),
        is_sent: model.usage.sent,
        is_read: model.usage.read,
        is_shared: false,
        guide_rules: model.guide_rules.clone(),
        form: form(module, item, model),
    }
}

/// Returns the form of a type.
pub fn form(module: &Module<'_>, item: &TypeItem, model: &TypeModel) -> Form {
    match (item, &model.union) {
        (_, Some(union)) => {
            let variants = union.variants.iter();
            let variants = variants.map(|variant| (variant.value.clone(), variant.schema.clone()));
            Form::Union(union.tag.clone(), variants.collect())
        }
        (TypeItem::Struct(item), None) => {
            let fields = module.fields(item, model).into_iter().map(|field| {
                let member = Member {
                    rust_name: field.ident.to_string(),
                    ty: type_name(module, &field.ty),
                    is_sensitive: is_sensitive(&item.name, field.wire),
                    rule: model.rules.get(field.wire).cloned().unwrap_or_default(),
                    minimum_version: None,
                };
                (field.wire.to_owned(), member)
            });
            Form::Struct(fields.collect())
        }
        (TypeItem::Enum(_), None) => {
            Form::Enum(model.values.iter().cloned().zip(model.variants.iter().cloned()).collect())
        }
        (TypeItem::Newtype(_, ty), None) => Form::Newtype(type_name(module, ty)),
    }
}

fn operation_surface(module: &Module<'_>, operation: &Operation<'_>) -> OperationSurface {
    let model = operation.model;
    let parameters: BTreeMap<_, _> = model
        .parameters
        .iter()
        .map(|parameter| {
            let ty = module.parameter(operation, parameter).ok();
            let member = Member {
                rust_name: parameter.rust_name.clone(),
                ty: ty.map(|ty| type_name(module, &ty)).unwrap_or_default(),
                rule: parameter.rule.clone(),
                minimum_version: parameter.minimum_version,
                ..Member::default()
            };
            (format!("{} {}", parameter.location.name(), parameter.name), member)
        })
        .collect();
    let body = model.body.zip(operation.body()).map(|(is_required, ty)| {
        let mut member = Member { rust_name: "body".to_owned(), ..Member::default() };
        member.ty = type_name(module, &ty);
        member.rule.required = is_required;
        member
    });
    OperationSurface {
        rust_name: model.rust_name.clone(),
        method: model.method.to_uppercase(),
        path: model.path.clone(),
        parameters,
        body,
        response: operation.response().map(|ty| type_name(module, &ty)),
        success: model.success.clone(),
        error_codes: model.error_codes.clone(),
        exclusive: model.exclusive.clone(),
        minimum_version: model.minimum_version,
        is_deprecated: model.deprecated,
        withdrawn: model.deprecation.clone(),
        is_paged: model.is_paged,
        multipart: model.is_multipart().then(|| multipart_surface(model)),
    }
}

/// Returns how the request is sent, where it differs from the default.
fn sending(model: &OperationModel) -> BTreeMap<String, String> {
    let key = match model.key {
        KeyUse::Default => None,
        KeyUse::Optional => Some("optional".to_owned()),
        KeyUse::Never => Some("never".to_owned()),
    };
    let body = match &model.body_media {
        None | Some(Media::Json) => None,
        Some(Media::OtherJson(name) | Media::Bytes(name)) => Some(name.clone()),
        Some(Media::Multipart) => Some("multipart/form-data".to_owned()),
    };
    let parameters = model.parameters.iter().filter_map(|parameter| {
        let style = match parameter.style {
            ParameterStyle::Repeated => "one for each value".to_owned(),
            ParameterStyle::Styled { name, explode: true } => format!("{name}, exploded"),
            ParameterStyle::Styled { name, explode: false } => name.to_owned(),
            _ => return None,
        };
        Some((format!("{} {}", parameter.location.name(), parameter.name), style))
    });
    let others = [("API key", key), ("server", model.server.clone()), ("body", body)];
    let others = others.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    others.chain(parameters).collect()
}

fn multipart_surface(model: &OperationModel) -> MultipartSurface {
    let mut surface = MultipartSurface::default();
    let named = |name: &Option<String>| {
        let name = name.clone()?;
        Some(TypeName { text: name.clone(), inner: Some(name) })
    };
    if let Some(body) = &model.multipart_body {
        surface.form = named(&body.fields);
        surface.files = body.files.iter().map(|file| (file.name.clone(), file.rust_name.clone())).collect();
        surface.takes_other_files = body.takes_other_files;
    }
    if let Some(response) = &model.multipart_response {
        surface.parts = named(&response.fields);
        surface.is_received = true;
    }
    surface
}

fn type_name(module: &Module<'_>, ty: &RustType) -> TypeName {
    let text = module.tokens(ty, &quote!()).to_string().replace(' ', "");
    let inner = ty.generated_name(&|name| module.knows(name));
    TypeName { text, inner }
}
