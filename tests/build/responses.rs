//! The table of responses: every response of every version, with the objects and unions in it.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::interface::{Form, Member, Module, Operation};

pub fn table(modules: &[Module]) -> String {
    let mut table = "/// All modules, by version and family.\npub static MODULES: &[Module] = &[\n".to_owned();
    for module in modules {
        table.push_str(&entry(module));
    }
    table + "];\n"
}

fn entry(module: &Module) -> String {
    let (version, version_module, family) = (module.version(), module.version_module(), &module.family);
    let responses: String = module.operations.values().map(response).collect();
    let types: String = module.types.iter().map(|(name, ty)| declared(module, name, &ty.form)).collect();
    format!(
        "{{
            #[allow(unused_imports)]
            use meld_client::{version_module}::{family}::{{operations, types}};
            #[allow(unused_imports)]
            use meld_client_core::prelude::*;
            Module {{
                version: {version:?},
                family: {family:?},
                operations: operations::ALL,
                responses: &[{responses}],
                types: &[{types}],
            }}
        }},"
    )
}

fn response(operation: &Operation) -> String {
    let constant = operation.rust_name.to_uppercase();
    let (success, read) = match &operation.response {
        // The checks are about JSON.
        Some(ty) if operation.multipart.is_received => (ty.qualified(), "None".to_owned()),
        Some(ty) => (ty.qualified(), format!("Some(read::<{}>)", ty.qualified())),
        None => ("()".to_owned(), "None".to_owned()),
    };
    format!("Output {{ operation: &operations::{constant}, success: {success:?}, read: {read} }},")
}

fn declared(module: &Module, name: &str, form: &Form) -> String {
    let declared = match form {
        Form::Struct(fields) => {
            let fields: String = fields.iter().map(|(json, member)| field(module, json, member, fields)).collect();
            format!("Type::Object(&[{fields}])")
        }
        Form::Union(_, variants) => {
            let mut pairs = String::new();
            for pair in variants {
                // Writing to a string cannot fail.
                let _ = write!(pairs, "{pair:?},");
            }
            format!("Type::Union(&[{pairs}])")
        }
        Form::Enum(_) | Form::Newtype(_) => "Type::Enum".to_owned(),
    };
    format!("({name:?}, {declared}),")
}

fn field(module: &Module, json: &str, member: &Member, fields: &BTreeMap<String, Member>) -> String {
    let ty = &member.ty;
    let bare = ty.inside("Option").unwrap_or(&ty.text);
    let selector = module.types.get(bare).and_then(|ty| match &ty.form {
        Form::Union(selector, _) => Some(selector),
        _ => None,
    });
    let stands_for_all = stands_for_all(json, fields);
    format!(
        "TypeField {{ name: {json:?}, rust_type: {:?}, is_text: {stands_for_all}, selector: {selector:?} }},",
        ty.text
    )
}

/// Returns `true` if a string instead of the object stands for this field: the only string of at most two fields,
/// unless it is sensitive.
fn stands_for_all(json: &str, fields: &BTreeMap<String, Member>) -> bool {
    let is_string = |member: &Member| ["String", "Option<String>"].contains(&member.ty.text.as_str());
    let mut strings = fields.iter().filter(|(_, member)| is_string(member));
    let only = strings.next().filter(|_| fields.len() <= 2 && strings.next().is_none());
    only.is_some_and(|(name, member)| name == json && !member.is_sensitive)
}
