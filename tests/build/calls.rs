//! The table of calls: every operation of every version, built and sent through its typed builder as a user would.

use std::collections::BTreeMap;

use quote::{ToTokens, format_ident, quote};
use syn::{Ident, Item, ItemImpl};

use crate::setters::{Builder, Rules, Setter, Taken, method_calls, required_fields};
use crate::sources::{
    Object, Result, Source, Tokens, function, functions, is_nothing, operation_index, success,
};

/// The table, and the functions in it.
pub fn table(sources: &[Source]) -> Result<Tokens> {
    let mut modules = Vec::new();
    let mut entries = Vec::new();
    for source in sources {
        let (name, module) = Module::read(source)?.written(source)?;
        let Source { version, family, .. } = source;
        modules.push(module);
        entries.push(quote! {
            ModuleCalls { version: #version, family: #family, calls: #name::CALLS }
        });
    }
    Ok(quote! {
        #(#modules)*

        /// All calls, by version and family.
        pub static CALLS: &[ModuleCalls] = &[#(#entries),*];
    })
}

/// A type that a request may hold.
enum Declared {
    /// The fields with their names in JSON.
    Object(Vec<(Ident, String)>),
    /// The variants with their types.
    Union(Vec<(Ident, Ident)>),
    /// The variants with their values.
    Enum(Vec<(Ident, String)>),
}

/// Where a value goes.
struct Place<'a> {
    /// The type or the operation that has it.
    owner: &'a Ident,
    /// Its name in the request.
    name: &'a str,
    rules: &'a Rules,
}

/// What is to know of a module to call its operations.
struct Module<'a> {
    declared: BTreeMap<String, Declared>,
    /// What values have to keep to, by type.
    rules: BTreeMap<String, Rules>,
    /// The builders of values, by type.
    bodies: Vec<(Ident, &'a ItemImpl)>,
    /// The builders of requests, each with the function that gives it.
    requests: Vec<(Ident, Ident, &'a ItemImpl)>,
}

impl<'a> Module<'a> {
    fn read(source: &'a Source) -> Result<Self> {
        let types = source.items(&["types"]);
        let mut declared = BTreeMap::new();
        for item in &types {
            if let Item::Macro(item) = item {
                let (name, found) = self::declared(item)?;
                declared.insert(name, found);
            }
        }
        let rules = implementations(&types)
            .filter(|(_, item)| is_of_trait(item, "Check"))
            .map(|(name, item)| (name.to_string(), Rules::read(function(item, "validate"))))
            .collect();
        let builders = source.items(&["types", "builder"]);
        let bodies = implementations(&builders).filter(|(_, item)| item.trait_.is_none()).collect();
        let givers = givers(&source.items(&[]));
        let requests = implementations(&source.items(&["builder"]))
            .filter_map(|(name, item)| {
                let giver = givers.iter().find(|(_, given)| *given == name)?;
                Some((giver.0.clone(), name, item))
            })
            .collect();
        Ok(Self { declared, rules, bodies, requests })
    }

    fn written(&self, source: &Source) -> Result<(Ident, Tokens)> {
        let [version, family] = source.path();
        let name = format_ident!("{version}_{family}");
        let bodies: Vec<Tokens> =
            self.bodies.iter().map(|(name, item)| self.body(name, item)).collect::<Result<_>>()?;
        let (mut functions, mut calls) = (Vec::new(), Vec::new());
        for (giver, builder, item) in &self.requests {
            let (function, call) = self.request(giver, builder, item)?;
            functions.push(function);
            calls.push(call);
        }
        let module = quote! {
            #[allow(dead_code, unused_imports, unused_mut, unused_variables, clippy::all, clippy::pedantic)]
            mod #name {
                use meld_client::#version::#family::{Client, OPERATIONS, builder, types};
                use meld_client_core::{Error, Transport};
                use super::{Call, Fill, Values, made, nothing_made};

                #(#bodies)*
                #(#functions)*

                pub(super) static CALLS: &[Call] = &[#(#calls),*];
            }
        };
        Ok((name, module))
    }

    /// The function that makes a value that is sent.
    fn body(&self, name: &Ident, item: &ItemImpl) -> Result<Tokens> {
        let Some(Declared::Object(names)) = self.declared.get(&name.to_string()) else {
            return Err(format!("the tests do not know {name}").into());
        };
        let build = function(item, "build").ok_or("a builder that does not build")?;
        let required = required_fields(build);
        let no_rules = Rules::default();
        let rules = self.rules.get(&name.to_string()).unwrap_or(&no_rules);
        let builder = Builder::read(item)?;
        let filled = self.filled(&builder, name, names, &required, rules)?;
        let function = maker(name);
        Ok(quote! {
            fn #function(fill: Fill, values: &mut Values) -> Result<types::builder::#name, Error> {
                let mut builder = types::#name::builder();
                #filled
                Ok(builder)
            }
        })
    }

    /// The function that makes a request, and the entry of the table.
    fn request(&self, giver: &Ident, name: &Ident, item: &ItemImpl) -> Result<(Tokens, Tokens)> {
        let into_request = function(item, "into_request").ok_or("no into_request")?;
        let index = operation_index(into_request).ok_or("no operation")?;
        let (mut names, mut required) = (Vec::new(), Vec::new());
        for call in method_calls(into_request) {
            if let [field] = call.fields.as_slice() {
                // Only a body goes without a name of its own.
                let name = call.texts.first().cloned().unwrap_or_else(|| "body".to_owned());
                names.push((field.clone(), name));
                if call.method == "path" || call.method.starts_with("required") {
                    required.push(field.clone());
                }
            }
        }
        let builder = Builder::read(item)?;
        let filled =
            self.filled(&builder, name, &names, &required, &Rules::read(Some(into_request)))?;
        let send = function(item, "send").ok_or("no send")?;
        let is_nothing = is_nothing(&success(send).ok_or("no response")?);
        let outcome = if is_nothing { quote!(nothing_made) } else { quote!(made) };
        let function = format_ident!("call_{giver}");
        let written = quote! {
            fn #function(
                transport: Transport, fill: Fill, values: &mut Values,
            ) -> Result<builder::#name, Error> {
                let mut builder = Client::new(transport).#giver();
                #filled
                Ok(builder)
            }
        };
        let has_clearers = self.clears(&builder);
        let call = quote! {
            Call {
                operation: &OPERATIONS[#index],
                clears: #has_clearers,
                request: |transport, fill, values| {
                    #function(transport.clone(), fill, values)?.into_request()
                },
                send: |transport, fill, values| {
                    let builder = #function(transport, fill, values);
                    Box::pin(async move { Ok(#outcome(builder?.send().await?)) })
                },
            }
        };
        Ok((written, call))
    }

    /// Whether a request can take something away.
    fn clears(&self, request: &Builder) -> bool {
        request.setters.iter().any(|setter| {
            let Taken::Body(body) = &setter.taken else { return false };
            let item = self.bodies.iter().find(|(name, _)| name == body);
            item.is_some_and(|(_, item)| Builder::read(item).is_ok_and(|b| !b.clearers.is_empty()))
        })
    }

    /// The statements that fill a builder.
    fn filled(
        &self,
        builder: &Builder,
        owner: &Ident,
        names: &[(Ident, String)],
        required: &[Ident],
        rules: &Rules,
    ) -> Result<Tokens> {
        let mut statements = Vec::new();
        for setter in &builder.setters {
            let function = &setter.function;
            let name = names.iter().find(|(field, _)| field == function);
            let (_, name) = name.ok_or_else(|| format!("nothing sends what {function} takes"))?;
            let value = self.value(setter, &Place { owner, name, rules })?;
            let set = quote! { builder = builder.#function(#value); };
            statements.push(if required.contains(function) {
                set
            } else {
                let mut conditions = vec![quote! { fill == Fill::Full }];
                for [one, other] in &rules.exclusive {
                    if let Some(side) = [one, other].iter().position(|side| *side == name) {
                        conditions.push(quote! { values.one_of(2) == #side });
                    }
                }
                quote! { if #(#conditions)&&* { #set } }
            });
        }
        let clearers = &builder.clearers;
        if !clearers.is_empty() {
            statements.push(quote! {
                if fill == Fill::Cleared { builder = builder #(.#clearers())*; }
            });
        }
        Ok(quote! { #(#statements)* })
    }

    /// What a setter is given.
    fn value(&self, setter: &Setter, place: &Place<'_>) -> Result<Tokens> {
        match &setter.taken {
            Taken::One(rust_type) => self.one(rust_type, place),
            Taken::Many(rust_type) => {
                let item = self.one(rust_type, place)?;
                Ok(quote! { values.list(fill, |values| Ok(#item))? })
            }
            Taken::Body(rust_type) => {
                let maker = maker(rust_type);
                Ok(quote! { #maker(fill, values)? })
            }
        }
    }

    fn one(&self, rust_type: &Ident, place: &Place<'_>) -> Result<Tokens> {
        let maker = match rust_type.to_string().as_str() {
            "String" => "text",
            "Decimal" => "decimal",
            "Uuid" => "uuid",
            "NaiveDate" => "date",
            "DateTime" => "date_time",
            "Map" => "map",
            "Value" => "value",
            "i32" => "whole",
            "i64" => "large",
            "bool" => return Ok(quote! { values.flag(fill) }),
            _ => return self.own(rust_type, place),
        };
        let (maker, name) = (format_ident!("{maker}"), place.name);
        Ok(quote! { values.#maker(#name) })
    }

    /// A value of a type that the module itself declares.
    fn own(&self, rust_type: &Ident, place: &Place<'_>) -> Result<Tokens> {
        match self.declared.get(&rust_type.to_string()) {
            Some(Declared::Object(_)) => {
                let maker = maker(rust_type);
                Ok(quote! { #maker(fill, values)?.build()? })
            }
            Some(Declared::Union(variants)) => Ok(one_of(rust_type, variants)),
            Some(Declared::Enum(variants)) => Ok(choice(rust_type, variants, place)),
            None => Err(format!("the tests do not know values of {rust_type}").into()),
        }
    }
}

/// One variant of a union.
fn one_of(union: &Ident, variants: &[(Ident, Ident)]) -> Tokens {
    let count = variants.len();
    let arms = variants.iter().enumerate().map(|(index, (variant, content))| {
        let maker = maker(content);
        // The last one takes all that is left, so that the match is complete.
        let pattern = if index + 1 == count { quote!(_) } else { quote!(#index) };
        quote! { #pattern => types::#union::#variant(#maker(fill, values)?.build()?) }
    });
    quote! { match values.one_of(#count) { #(#arms),* } }
}

/// One documented value of an enum.
fn choice(enumeration: &Ident, variants: &[(Ident, String)], place: &Place<'_>) -> Tokens {
    let Place { owner, name, rules } = place;
    let refused = rules.refused.get(*name);
    let is_refused = |value| refused.is_some_and(|refused| refused.contains(value));
    let known = variants.iter().filter(|(_, value)| !is_refused(value));
    let mut known: Vec<&Ident> = known.map(|(variant, _)| variant).collect();
    // Of two lists that share no item, one is filled from the other end.
    if rules.disjoint.iter().any(|[_, other]| other == name) {
        known.reverse();
    }
    let place = format!("{owner}.{name}");
    quote! { values.choice(fill, #place, &[#(types::#enumeration::#known),*]) }
}

/// What a macro of the module `types` declares.
fn declared(item: &syn::ItemMacro) -> Result<(String, Declared)> {
    let name = item.mac.path.segments.last().map(|segment| segment.ident.to_string());
    let tokens = item.mac.tokens.clone();
    if name.as_deref() == Some("object") {
        let object: Object = syn::parse2(tokens)?;
        let fields = object.fields.into_iter().map(|field| (field.name, field.json)).collect();
        return Ok((object.name.to_string(), Declared::Object(fields)));
    }
    let item: syn::ItemEnum = syn::parse2(tokens)?;
    let declared = if name.as_deref() == Some("selected_union") {
        let variants = item.variants.iter().filter_map(|variant| {
            let content = variant.fields.iter().next()?.ty.to_token_stream();
            Some((variant.ident.clone(), syn::parse2(content).ok()?))
        });
        Declared::Union(variants.collect())
    } else {
        let variants = item.variants.iter().filter_map(|variant| {
            let (_, value) = variant.discriminant.as_ref()?;
            let value: syn::LitStr = syn::parse2(value.to_token_stream()).ok()?;
            Some((variant.ident.clone(), value.value()))
        });
        Declared::Enum(variants.collect())
    };
    Ok((item.ident.to_string(), declared))
}

/// The implementations among some items, by the name of the type.
fn implementations<'a>(items: &[&'a Item]) -> impl Iterator<Item = (Ident, &'a ItemImpl)> {
    let items = items.to_vec();
    items.into_iter().filter_map(|item| match item {
        Item::Impl(item) => Some((syn::parse2(item.self_ty.to_token_stream()).ok()?, item)),
        _ => None,
    })
}

fn is_of_trait(item: &ItemImpl, name: &str) -> bool {
    item.trait_.as_ref().is_some_and(|(path, _)| path.is_ident(name))
}

/// The functions of the client, each with the builder that it gives.
fn givers(items: &[&Item]) -> Vec<(Ident, Ident)> {
    let clients = implementations(items).filter(|(name, _)| name == "Client");
    let all = clients.flat_map(|(_, item)| functions(item));
    all.filter_map(|function| {
        let syn::ReturnType::Type(_, output) = &function.sig.output else { return None };
        let syn::Type::Path(path) = &**output else { return None };
        let is_builder = path.path.segments.first()?.ident == "builder";
        let given = path.path.segments.last()?.ident.clone();
        is_builder.then(|| (function.sig.ident.clone(), given))
    })
    .collect()
}

/// The function that makes values of a type.
fn maker(rust_type: &Ident) -> Ident {
    let mut name = "make".to_owned();
    for character in rust_type.to_string().chars() {
        if character.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(character.to_ascii_lowercase());
    }
    Ident::new(&name, rust_type.span())
}
