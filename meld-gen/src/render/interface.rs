//! The interface of the polished module, as data.

use std::collections::BTreeMap;

use quote::quote;

use super::types::Writer;
use crate::interface::{Form, Member, OperationSurface, Surface, TypeName, TypeSurface};
use crate::model::{ModuleModel, OperationModel, ParameterLocation, TypeModel};
use crate::progenitor::output::{Model, OperationItem, TypeItem};
use crate::progenitor::rust_type::RustType;

/// The interface that the other files of this stage write out.
pub fn surface(model: &Model, shaped: &ModuleModel) -> Surface {
    let writer = Writer::new(model, shaped);
    let types = model.types.iter().map(|item| {
        let shape = writer.shape(item.name());
        (item.name().to_owned(), type_surface(&writer, item, shape))
    });
    let operations = shaped.operations.iter().filter_map(|shape| {
        let item = model.operations.get(&shape.hidden_name)?;
        Some((shape.operation_id.clone(), operation_surface(&writer, item, shape)))
    });
    Surface {
        version: None,
        family: shaped.api.info.title.clone(),
        operations: operations.collect(),
        types: types.collect(),
    }
}

fn type_surface(writer: &Writer<'_>, item: &TypeItem, shape: &TypeModel) -> TypeSurface {
    let form = match (item, &shape.union) {
        (_, Some(union)) => {
            let variants = union.variants.iter();
            let variants = variants.map(|variant| (variant.value.clone(), variant.schema.clone()));
            Form::Union(union.tag.clone(), variants.collect())
        }
        (TypeItem::Struct(item), None) => {
            let fields = writer.fields(item, shape).into_iter().map(|field| {
                let member = Member {
                    rust_name: field.ident.to_string(),
                    ty: type_name(writer, &field.ty),
                    rule: shape.rules.get(field.wire).cloned().unwrap_or_default(),
                };
                (field.wire.to_owned(), member)
            });
            Form::Struct(fields.collect())
        }
        (TypeItem::Enum(_), None) => {
            Form::Enum(shape.values.iter().cloned().zip(shape.variants.iter().cloned()).collect())
        }
        (TypeItem::Newtype(_, ty), None) => Form::Newtype(type_name(writer, ty)),
    };
    TypeSurface {
        source: shape.source.clone(),
        is_sent: shape.usage.sent,
        is_read: shape.usage.read,
        form,
    }
}

fn operation_surface(
    writer: &Writer<'_>,
    item: &OperationItem,
    shape: &OperationModel,
) -> OperationSurface {
    let parameters: BTreeMap<_, _> = shape
        .parameters
        .iter()
        .map(|parameter| {
            let ty = item.parameters.get(&parameter.hidden_name);
            let member = Member {
                rust_name: parameter.rust_name.clone(),
                ty: ty.map(|ty| type_name(writer, ty)).unwrap_or_default(),
                rule: parameter.rule.clone(),
            };
            (format!("{} {}", place(parameter.place), parameter.name), member)
        })
        .collect();
    let body = shape.body.map(|is_required| {
        let ty = item.parameters.get("body");
        let mut member = Member { rust_name: "body".to_owned(), ..Member::default() };
        member.ty = ty.map(|ty| type_name(writer, ty)).unwrap_or_default();
        member.rule.required = is_required;
        member
    });
    OperationSurface {
        rust_name: shape.rust_name.clone(),
        method: shape.method.to_uppercase(),
        path: shape.path.clone(),
        parameters,
        body,
        response: item.response.as_ref().map(|ty| type_name(writer, ty)),
        success: shape.success.clone(),
        exclusive: shape.exclusive.clone(),
        is_deprecated: shape.deprecated,
        is_paged: shape.is_paged,
    }
}

fn place(place: ParameterLocation) -> &'static str {
    match place {
        ParameterLocation::Path => "path",
        ParameterLocation::Query => "query",
        ParameterLocation::Header => "header",
    }
}

fn type_name(writer: &Writer<'_>, ty: &RustType) -> TypeName {
    let text = writer.tokens(ty, &quote!()).to_string().replace(' ', "");
    let inner = ty.generated_name(&|name| writer.knows(name));
    TypeName { text, inner }
}
