//! The table of calls: every operation of every version, built and sent through its typed builder as a user would.

use std::error::Error;

use crate::interface::{Form, GuideRule, Member, Module, Operation, inside, pascal_case};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Writes the table, and the functions in it.
pub fn table(modules: &[Module]) -> Result<String> {
    let (mut functions, mut entries) = (String::new(), String::new());
    for module in modules {
        let (version, family) = (module.version(), &module.family);
        let name = format!("{}_{family}", module.version_module());
        functions.push_str(&Writer { module }.module(&name)?);
        entries.push_str(&format!("ModuleCalls {{ version: {version:?}, family: {family:?}, calls: {name}::CALLS }},"));
    }
    Ok(format!(
        "{functions}
        /// All calls, by version and family.
        pub static CALLS: &[ModuleCalls] = &[{entries}];"
    ))
}

/// The request or the type that some values belong to.
struct Owner<'a> {
    name: &'a str,
    /// Pairs of which only one may be set.
    exclusive: Vec<(&'a str, &'a str)>,
}

/// Writes the calls of one module.
struct Writer<'a> {
    module: &'a Module,
}

impl Writer<'_> {
    fn module(&self, name: &str) -> Result<String> {
        let (version, family) = (self.module.version_module(), &self.module.family);
        let mut functions = String::new();
        for (name, ty) in &self.module.types {
            if let (true, Form::Struct(fields)) = (ty.is_sent, &ty.form) {
                functions.push_str(&self.maker(name, fields.iter())?);
            }
        }
        let mut calls = String::new();
        for operation in self.module.operations.values() {
            functions.push_str(&self.request(operation)?);
            calls.push_str(&self.call(operation));
        }
        Ok(format!(
            "#[allow(dead_code, deprecated, non_snake_case, unused_imports, unused_mut, unused_variables, clippy::all, clippy::pedantic)]
            mod {name} {{
                use meld_client::{version}::{family}::{{Client, builder, operations, types}};
                use meld_client_core::{{Error, Transport}};
                use super::{{Call, Fill, Values, made, nothing_made, recoded}};

                {functions}

                pub(super) static CALLS: &[Call] = &[{calls}];
            }}\n"
        ))
    }

    /// The function that makes the builder of a type.
    fn maker<'a>(&self, name: &str, fields: impl Iterator<Item = (&'a String, &'a Member)>) -> Result<String> {
        let exclusive = self.rules(name).iter().filter_map(|rule| match rule {
            GuideRule::MutuallyExclusive(one, other) => Some((one.as_str(), other.as_str())),
            _ => None,
        });
        let owner = Owner { name, exclusive: exclusive.collect() };
        let (mut filled, mut clearers) = (String::new(), String::new());
        for (json, member) in fields {
            filled.push_str(&self.setting(&owner, json, member, member.is_required())?);
            if member.ty.inside("Nullable").is_some() {
                clearers.push_str(&format!(".clear_{}()", member.rust_name));
            }
        }
        if !clearers.is_empty() {
            filled.push_str(&format!("if fill == Fill::Cleared {{ builder = builder{clearers}; }}"));
        }
        Ok(format!(
            "fn make_{name}(fill: Fill, values: &mut Values)
                -> Result<impl TryInto<types::{name}, Error = Error> + use<>, Error> {{
                let mut builder = types::{name}::builder();
                {filled}
                Ok(builder)
            }}\n"
        ))
    }

    /// The function that makes the builder of a request.
    fn request(&self, operation: &Operation) -> Result<String> {
        let name = &operation.rust_name;
        let exclusive = operation.exclusive.iter();
        let exclusive = exclusive.map(|(one, other)| (one.as_str(), other.as_str())).collect();
        let owner = Owner { name, exclusive };
        let mut filled = String::new();
        for (key, member) in &operation.parameters {
            let (location, json) = key.split_once(' ').ok_or("a parameter without a location")?;
            let is_required = location == "path" || member.is_required();
            filled.push_str(&self.setting(&owner, json, member, is_required)?);
        }
        if let Some(body) = &operation.body {
            filled.push_str(&self.setting(&owner, "body", body, body.is_required())?);
        }
        let builder = pascal_case(name);
        Ok(format!(
            "fn call_{name}(transport: Transport, fill: Fill, values: &mut Values)
                -> Result<builder::{builder}, Error> {{
                let mut builder = Client::new(transport).{name}();
                {filled}
                Ok(builder)
            }}\n"
        ))
    }

    /// The entry of the table.
    fn call(&self, operation: &Operation) -> String {
        let name = &operation.rust_name;
        let constant = name.to_uppercase();
        let outcome = if operation.response.is_some() { "made" } else { "nothing_made" };
        let clears = operation.body.as_ref().is_some_and(|body| self.clears(body));
        let recode = match &operation.body {
            Some(body) if body.ty.text != "Vec<u8>" => format!("Some(recoded::<{}>)", body.ty.qualified()),
            _ => "None".to_owned(),
        };
        format!(
            "Call {{
                operation: &operations::{constant},
                clears: {clears},
                recode: {recode},
                request: |transport, fill, values| {{
                    call_{name}(transport.clone(), fill, values)?.into_request()
                }},
                send: |transport, fill, values| {{
                    let builder = call_{name}(transport, fill, values);
                    Box::pin(async move {{ Ok({outcome}(builder?.send().await?)) }})
                }},
            }},"
        )
    }

    /// Returns `true` if a body has fields that can be set to null.
    fn clears(&self, body: &Member) -> bool {
        let form = self.module.types.get(&body.ty.text).map(|ty| &ty.form);
        let Some(Form::Struct(fields)) = form else { return false };
        fields.values().any(|field| field.ty.inside("Nullable").is_some())
    }

    /// The statement that sets one member of a builder.
    fn setting(&self, owner: &Owner<'_>, json: &str, member: &Member, is_required: bool) -> Result<String> {
        let (setter, value) = (&member.rust_name, self.value(owner, json, member)?);
        let set = format!("builder = builder.{setter}({value});");
        if is_required {
            return Ok(set);
        }
        let mut condition = "fill == Fill::Full".to_owned();
        for (one, other) in &owner.exclusive {
            if let Some(turn) = [one, other].iter().position(|side| **side == json) {
                condition.push_str(&format!(" && values.one_of(2) == {turn}"));
            }
        }
        Ok(format!("if {condition} {{ {set} }}"))
    }

    /// The argument of a setter.
    fn value(&self, owner: &Owner<'_>, json: &str, member: &Member) -> Result<String> {
        let mut ty = member.ty.text.as_str();
        for wrapper in ["Option", "Nullable"] {
            ty = inside(ty, wrapper).unwrap_or(ty);
        }
        if let Some(item) = inside(ty, "Vec") {
            let item = self.single(owner, json, item)?;
            return Ok(format!("values.list(fill, |values| Ok({item}))?"));
        }
        match self.module.types.get(ty).map(|ty| &ty.form) {
            // A body may still be a builder.
            Some(Form::Struct(_)) if json == "body" => Ok(format!("make_{ty}(fill, values)?")),
            _ => self.single(owner, json, ty),
        }
    }

    fn single(&self, owner: &Owner<'_>, json: &str, ty: &str) -> Result<String> {
        let maker = match ty {
            "String" => "text",
            "Decimal" => "decimal",
            "Uuid" => "uuid",
            "NaiveDate" => "date",
            "DateOrTime" => "date_or_time",
            "DateTime<Utc>" => "date_time",
            "Map<String,Value>" => "map",
            "Value" => "value",
            "i32" => "whole",
            "i64" => "large",
            "bool" => return Ok("values.flag(fill)".to_owned()),
            _ => return self.generated(owner, json, ty),
        };
        Ok(format!("values.{maker}({json:?})"))
    }

    /// A value of a type of the module.
    fn generated(&self, owner: &Owner<'_>, json: &str, name: &str) -> Result<String> {
        match self.module.types.get(name).map(|ty| &ty.form) {
            // Setters take nested builders, too.
            Some(Form::Struct(_)) => Ok(format!("make_{name}(fill, values)?")),
            Some(Form::Enum(values)) if !values.is_empty() => Ok(self.choice(owner, json, name)),
            Some(Form::Union(_, variants)) => {
                let count = variants.len();
                let arms = variants.iter().enumerate().map(|(index, (value, content))| {
                    // The last arm takes the rest, so that the match is complete.
                    let pattern = if index + 1 == count { "_".to_owned() } else { index.to_string() };
                    let variant = pascal_case(value);
                    format!("{pattern} => types::{name}::{variant}(make_{content}(fill, values)?.try_into()?),")
                });
                let arms: String = arms.collect();
                Ok(format!("match values.one_of({count}) {{ {arms} }}"))
            }
            Some(Form::Newtype(inner)) => Err(format!("no values of {name} ({})", inner.text).into()),
            Some(Form::Enum(_)) | None => Err(format!("no values of {name}").into()),
        }
    }

    /// One documented value of an enum.
    fn choice(&self, owner: &Owner<'_>, json: &str, name: &str) -> String {
        let place = format!("{}.{json}", owner.name);
        let (mut refused, mut reverse) = ("", false);
        for rule in self.rules(owner.name) {
            match rule {
                GuideRule::ForbiddenItems(list, values) if list == json => {
                    refused = values.first().map_or("", String::as_str);
                }
                // Filled from the other end than the list before it, so that they share nothing.
                GuideRule::DisjointLists(before, list) if list == json && before != json => {
                    reverse = true;
                }
                _ => {}
            }
        }
        format!("values.choice(fill, {place:?}, types::{name}::KNOWN, {refused:?}, {reverse})")
    }

    fn rules(&self, name: &str) -> &[GuideRule] {
        self.module.types.get(name).map_or(&[], |ty| &ty.guide_rules)
    }
}
