//! Examples of calls: an operation with its required values, each named like its setter.

use super::module::{Module, Operation};
use crate::progenitor::output::{StructItem, TypeItem};
use crate::progenitor::rust_type::RustType;

/// The columns up to which rustfmt leaves a chain of calls on one line.
const CHAIN: usize = 100;

/// Returns the section `# Examples` of a builder: a call with the required values only. `is_empty` is `true` if the response has no body.
pub fn section(module: &Module<'_>, operation: &Operation<'_>, is_empty: bool) -> Vec<String> {
    let code = example(module, operation, is_empty);
    let head = ["", " # Examples", "", " ```ignore"];
    let code = code.iter().map(|line| format!(" {line}"));
    head.map(str::to_owned).into_iter().chain(code).chain([" ```".to_owned()]).collect()
}

/// The lines of the example.
fn example(module: &Module<'_>, operation: &Operation<'_>, is_empty: bool) -> Vec<String> {
    let model = operation.model;
    let mut lines = Vec::new();
    let required = model.parameters.iter().filter(|parameter| parameter.rule.required);
    let mut calls: Vec<String> = required.map(|parameter| setting(&parameter.rust_name)).collect();
    let body = operation.body().filter(|_| model.body == Some(true));
    if let Some(body) = body {
        if let Some(item) = built(module, &body) {
            let fields = module.fields(item, module.model(&item.name));
            let fields = fields.iter().filter(|field| field.is_required);
            let fields = fields.map(|field| setting(&field.ident.to_string()));
            let start = format!("let body = types::{}::builder()", item.name);
            lines.extend(chain(&start, &fields.collect::<Vec<_>>()));
        }
        calls.push(setting("body"));
    }
    let files = model.multipart_body.iter().filter(|body| !body.is_alternative).flat_map(|body| &body.files);
    calls.extend(files.filter(|file| file.is_required).map(|file| setting(&file.rust_name)));
    calls.extend([".send()".to_owned(), ".await?".to_owned()]);
    let result = if is_empty { "" } else { "let response = " };
    lines.extend(chain(&format!("{result}client.{}()", model.rust_name), &calls));
    lines
}

/// A call of a setter, with a value of the same name.
fn setting(name: &str) -> String {
    let value = match name {
        "client" => "value",
        name => name,
    };
    format!(".{name}({value})")
}

/// The struct of a body that has a builder.
fn built<'m>(module: &'m Module<'_>, body: &RustType) -> Option<&'m StructItem> {
    let RustType::Named(name) = body else { return None };
    let model = module.model(name);
    let items = module.types.iter().chain(&module.shared);
    let item = items.copied().find(|item| item.name() == name)?;
    match item {
        TypeItem::Struct(item) if model.usage.sent && model.union.is_none() => Some(item),
        _ => None,
    }
}

/// A statement that is a chain of calls, on one line or one per call.
fn chain(start: &str, calls: &[String]) -> Vec<String> {
    let line = format!("{start}{};", calls.concat());
    if line.chars().count() <= CHAIN {
        return vec![line];
    }
    let (last, rest) = (calls.len().saturating_sub(1), calls.iter().enumerate());
    let rest = rest.map(|(index, call)| format!("    {call}{}", if index == last { ";" } else { "" }));
    std::iter::once(start.to_owned()).chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_chains_have_one_call_per_line() {
        let calls = [".one(one)".to_owned(), ".send()".to_owned()];
        assert_eq!(chain("client.get()", &calls), ["client.get().one(one).send();"]);
        let start = format!("client.{}()", "get".repeat(30));
        assert_eq!(chain(&start, &calls), [start.as_str(), "    .one(one)", "    .send();"]);
    }

    #[test]
    fn values_do_not_shadow_the_client() {
        assert_eq!(setting("client"), ".client(value)");
        assert_eq!(setting("id"), ".id(id)");
    }
}
