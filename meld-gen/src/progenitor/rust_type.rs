//! The types of fields and parameters: how generated code writes them, stores them and takes them from a user.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

/// A type in generated code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RustType {
    /// `Option<T>`.
    Optional(Box<RustType>),
    /// `Vec<T>`.
    List(Box<RustType>),
    /// `BTreeMap<String, T>`.
    Map(Box<RustType>),
    /// `Map<String, Value>`: an object of any form.
    FreeForm,
    /// Any JSON.
    Any,
    /// `Decimal`.
    Decimal,
    /// `bool`, `i32` and the like: taken as they are.
    Plain(String),
    /// `Nullable<T>`: of a change.
    Nullable(Box<RustType>),
    /// A boxed type, for types that contain themselves.
    Boxed(Box<RustType>),
    /// Everything else, by name: `String`, `Uuid`, `DateTime<Utc>`, generated types.
    Named(String),
}

impl RustType {
    /// Reads a type as progenitor writes it.
    pub fn read(ty: &Type) -> Self {
        if let Type::Reference(reference) = ty {
            return Self::read(&reference.elem);
        }
        let boxed = |inner: Type| Box::new(Self::read(&inner));
        if let Some(inner) = argument(ty, "Option") {
            return Self::Optional(boxed(inner));
        }
        if let Some(inner) = argument(ty, "Vec") {
            return Self::List(boxed(inner));
        }
        if let Some(inner) = argument(ty, "Box") {
            return match Self::read(&inner) {
                // typify breaks some cycles outside of the option. A missing value needs no box, and neither does a list.
                Self::Optional(inner) => Self::Optional(Box::new(Self::Boxed(inner))),
                inner @ (Self::List(_) | Self::Map(_)) => inner,
                inner => Self::Boxed(Box::new(inner)),
            };
        }
        if let Some(inner) = arguments(ty, "BTreeMap").and_then(|mut inner| inner.pop()) {
            return Self::Map(boxed(inner));
        }
        match last_segment(ty).as_deref() {
            Some("str") => Self::Named("String".to_owned()),
            Some("Map") => Self::FreeForm,
            Some("Value") => Self::Any,
            // Every number in the specs is money, a rate or a quantity, so none is a binary float.
            Some("f64" | "f32") => Self::Decimal,
            Some("DateTime") => Self::Named("DateTime<Utc>".to_owned()),
            Some(plain @ ("bool" | "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64")) => {
                Self::Plain(plain.to_owned())
            }
            Some(name) => Self::Named(name.to_owned()),
            None => Self::Any,
        }
    }

    /// `Vec<u8>`, which has the type of a list of numbers that JSON cannot be decoded to.
    pub fn bytes() -> Self {
        Self::List(Box::new(Self::Plain("u8".to_owned())))
    }

    /// The type itself. `prefix` stands before the names of generated types.
    pub fn tokens(&self, prefix: &TokenStream, is_generated: &dyn Fn(&str) -> bool) -> TokenStream {
        let inner = |inner: &Self| inner.tokens(prefix, is_generated);
        match self {
            Self::Optional(ty) => wrap(quote!(Option), &inner(ty)),
            Self::List(ty) => wrap(quote!(Vec), &inner(ty)),
            Self::Boxed(ty) => wrap(quote!(Box), &inner(ty)),
            Self::Nullable(ty) => wrap(quote!(Nullable), &inner(ty)),
            Self::Map(ty) => {
                let ty = inner(ty);
                quote!(BTreeMap<String, #ty>)
            }
            Self::FreeForm => quote!(Map<String, Value>),
            Self::Any => quote!(Value),
            Self::Decimal => quote!(Decimal),
            Self::Plain(name) | Self::Named(name) => {
                let tokens: TokenStream = name.parse().unwrap_or_default();
                if is_generated(name) { quote!(#prefix #tokens) } else { tokens }
            }
        }
    }

    /// The argument type of a setter, and the expression that turns `value` into what is stored.
    pub fn setter(&self, prefix: &TokenStream, is_generated: &dyn Fn(&str) -> bool) -> (TokenStream, TokenStream) {
        let ty = self.tokens(prefix, is_generated);
        match self {
            Self::Optional(inner) => inner.setter(prefix, is_generated),
            Self::List(inner) => {
                let inner = inner.tokens(prefix, is_generated);
                let argument = quote!(impl IntoIterator<Item = impl Into<#inner>>);
                (argument, quote!(value.into_iter().map(Into::into).collect()))
            }
            Self::Plain(_) => (ty, quote!(value)),
            Self::Nullable(inner) => {
                let (argument, value) = inner.setter(prefix, is_generated);
                (argument, quote!(Nullable::Value(#value)))
            }
            _ => (quote!(impl Into<#ty>), quote!(value.into())),
        }
    }

    /// The type without `Option`.
    pub fn required(&self) -> &Self {
        match self {
            Self::Optional(inner) => inner,
            other => other,
        }
    }

    /// The name of the type inside of options, lists and boxes.
    pub fn innermost_name(&self) -> Option<&str> {
        match self {
            Self::Optional(inner) | Self::List(inner) | Self::Boxed(inner) | Self::Nullable(inner) => {
                inner.innermost_name()
            }
            Self::Named(name) => Some(name),
            _ => None,
        }
    }

    /// The generated type in this type, if there is one.
    pub fn generated_name(&self, is_generated: &dyn Fn(&str) -> bool) -> Option<String> {
        match self {
            Self::Optional(inner)
            | Self::List(inner)
            | Self::Map(inner)
            | Self::Boxed(inner)
            | Self::Nullable(inner) => inner.generated_name(is_generated),
            Self::Named(name) => Some(name.clone()).filter(|name| is_generated(name)),
            _ => None,
        }
    }

    /// Returns `true` if a name in the type comes from the prelude of generated code.
    pub fn is_from_prelude(&self) -> bool {
        match self {
            Self::Optional(inner) | Self::List(inner) | Self::Boxed(inner) => inner.is_from_prelude(),
            Self::Map(_) | Self::FreeForm | Self::Any | Self::Decimal | Self::Nullable(_) => true,
            Self::Plain(_) => false,
            Self::Named(name) => matches!(name.as_str(), "DateOrTime" | "DateTime<Utc>" | "NaiveDate" | "Uuid"),
        }
    }

    /// Returns `true` if the type has a value for a missing field.
    pub fn may_be_absent(&self) -> bool {
        matches!(self, Self::Optional(_) | Self::List(_) | Self::Map(_) | Self::FreeForm | Self::Any)
    }
}

/// The first type argument of `ty`, if its last segment is `name`.
pub fn argument(ty: &Type, name: &str) -> Option<Type> {
    arguments(ty, name)?.into_iter().next()
}

/// The type arguments of `ty`, if its last segment is `name`.
pub fn arguments(ty: &Type, name: &str) -> Option<Vec<Type>> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    });
    Some(types.collect())
}

/// The last segment of a path type.
fn last_segment(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

fn wrap(outer: TokenStream, inner: &TokenStream) -> TokenStream {
    quote!(#outer<#inner>)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_short_names_and_decimals() {
        for (progenitor, ours) in [
            ("::std::option::Option<::std::string::String>", "Option < String >"),
            ("::std::vec::Vec<ServiceProvider>", "Vec < types :: ServiceProvider >"),
            ("::std::option::Option<f64>", "Option < Decimal >"),
            ("::serde_json::Map<::std::string::String, ::serde_json::Value>", "Map < String , Value >"),
            ("::std::collections::BTreeMap<::std::string::String, f64>", "BTreeMap < String , Decimal >"),
            ("::chrono::DateTime<::chrono::offset::Utc>", "DateTime < Utc >"),
            ("::chrono::naive::NaiveDate", "NaiveDate"),
            ("::std::option::Option<::std::boxed::Box<Node>>", "Option < Box < Node > >"),
            ("::std::boxed::Box<::std::option::Option<Node>>", "Option < Box < Node > >"),
            ("::std::boxed::Box<::std::vec::Vec<Node>>", "Vec < Node >"),
            ("::meld_client_core::DateOrTime", "DateOrTime"),
        ] {
            let ty: Type = syn::parse_str(progenitor).unwrap();
            let tokens = RustType::read(&ty).tokens(&quote!(types::), &|name| name == "ServiceProvider");
            assert_eq!(tokens.to_string(), ours);
        }
    }
}
