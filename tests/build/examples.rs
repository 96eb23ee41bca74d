//! The examples in the documentation of the builders, as functions that only the compiler sees. Doctests of the version
//! crates are off, because text of a spec must not run.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use crate::interface::{Form, Member, Module, Operation, inside};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Writes a function for each example: its arguments are the values that the example names.
///
/// # Errors
/// Returns an error if a module cannot be read, or an operation has no example.
pub fn functions(client: &Path, modules: &[Module]) -> Result<String> {
    let mut text = String::new();
    for module in modules {
        let (version, family) = (module.version_module(), &module.family);
        let file = client.join(module.version()).join("src").join(family).join("builder.rs");
        println!("cargo::rerun-if-changed={}", file.display());
        let source = fs::read_to_string(file)?;
        let examples = examples(&source);
        let mut functions = String::new();
        for operation in module.operations.values() {
            let name = &operation.rust_name;
            let example = examples.get(name.as_str()).ok_or_else(|| format!("{version}::{family}: {name}"))?;
            functions.push_str(&function(module, operation, example));
        }
        text.push_str(&format!(
            "mod {version}_{family} {{
                #[allow(unused_imports)]
                use meld_client::{version}::{family}::{{Client, types}};
                #[allow(unused_imports)]
                use meld_client_core::prelude::*;

                {functions}
            }}\n"
        ));
    }
    Ok(text)
}

/// Returns the code of the examples by operation.
fn examples(source: &str) -> BTreeMap<&str, String> {
    let mut examples: BTreeMap<&str, String> = BTreeMap::new();
    let (mut operation, mut is_code) = ("", false);
    for line in source.lines() {
        let Some(line) = line.strip_prefix("///") else { continue };
        if let Some(rest) = line.strip_prefix(" Builder for [`Client::") {
            operation = rest.split('`').next().unwrap_or_default();
        } else if line.starts_with(" ```") {
            is_code = line == " ```ignore";
        } else if is_code {
            let code = examples.entry(operation).or_default();
            code.push_str(line);
            code.push('\n');
        }
    }
    examples
}

/// The function of an example.
fn function(module: &Module, operation: &Operation, example: &str) -> String {
    let mut arguments = String::new();
    let mut add = |name: &str, ty: &str| arguments.push_str(&format!(", {}: {ty}", value(name)));
    for (key, member) in &operation.parameters {
        if key.starts_with("path ") || member.is_required() {
            add(&member.rust_name, &required(member));
        }
    }
    let body = operation.body.as_ref().filter(|body| body.is_required());
    if let Some(body) = body {
        match module.types.get(&body.ty.text).map(|ty| &ty.form) {
            Some(Form::Struct(fields)) => {
                let fields = fields.values().filter(|field| field.is_required());
                fields.for_each(|field| add(&field.rust_name, &required(field)));
            }
            _ => add(&body.rust_name, &required(body)),
        }
    }
    let name = &operation.rust_name;
    format!("async fn {name}(client: Client{arguments}) -> Result<(), Error> {{\n{example} Ok(())\n}}\n")
}

/// The value of a setter, as examples name it.
fn value(setter: &str) -> &str {
    if setter == "client" { "value" } else { setter }
}

/// The type of a value that is given.
fn required(member: &Member) -> String {
    let ty = member.ty.qualified();
    let given = ["Option", "Nullable"].iter().fold(ty.as_str(), |ty, wrapper| inside(ty, wrapper).unwrap_or(ty));
    given.to_owned()
}
