//! The kinds of changes with their rules, one row each.

use super::rule::{Class, Level, Meaning, Rule};

/// Defines the kinds. After its name in kebab case, a row has the effect on code, the effect on requests and responses,
/// and the checks of oasdiff for the same change with their levels. Second braces are the effects in responses, if these
/// differ from those in requests. The last string is the reason, in one clause.
macro_rules! kinds {
    (@meaning $rust:ident $wire:ident $($check:literal $level:ident)*) => {
        Meaning { rust: Class::$rust, wire: Class::$wire, oasdiff: &[$(($check, Level::$level)),*] }
    };
    (@read {$($sent:tt)*}) => { kinds!(@meaning $($sent)*) };
    (@read {$($sent:tt)*} {$($read:tt)*}) => { kinds!(@meaning $($read)*) };
    ($($(#[$doc:meta])+ $Kind:ident $name:literal {$($sent:tt)*} $({$($read:tt)*})? $why:literal;)+) => {
        /// The kinds of changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])+ $Kind,)+
        }

        impl Kind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$Kind),+];

            /// Returns the rule of the kind, which alone decides on its effects.
            pub const fn rule(self) -> &'static Rule {
                match self {
                    $(Self::$Kind => &Rule {
                        name: $name,
                        sent: kinds!(@meaning $($sent)*),
                        read: kinds!(@read {$($sent)*} $({$($read)*})?),
                        why: $why,
                    },)+
                }
            }
        }
    };
}

kinds! {
    /// A version is new.
    VersionAdded "version-added" {Compatible Compatible} "one more crate and feature";
    /// A version is removed.
    VersionRemoved "version-removed" {Breaking None}
        "the crate and the feature are removed; the service itself does not change";
    /// A family is new.
    FamilyAdded "family-added" {Compatible Compatible} "one more module";
    /// A family is removed.
    FamilyRemoved "family-removed" {Breaking Breaking "api-path-removed-without-deprecation" Error}
        "the module with all of its operations is removed";
    /// An operation is new.
    OperationAdded "operation-added" {Compatible Compatible "endpoint-added" Info} "one more method";
    /// An operation is removed.
    OperationRemoved "operation-removed" {Breaking Breaking "api-removed-without-deprecation" Error}
        "the method is removed, and the service may no longer accept the request";
    /// The method of an operation has another name.
    OperationRenamed "operation-renamed" {Breaking None "api-operation-id-removed" Info}
        "the method and its builder have other names; requests are the same";
    /// An operation has another operationId, and nothing else.
    OperationIdChanged "operation-id-changed" {Compatible None "api-operation-id-removed" Info}
        "only the name in logs and metrics differs";
    /// An operation has another HTTP method or path.
    OperationMoved "operation-moved" {Compatible Breaking "api-removed-without-deprecation" Error}
        "code is the same, the request goes to another URL";
    /// An operation is now deprecated.
    OperationDeprecated "operation-deprecated" {Compatible Compatible "endpoint-deprecated" Info} "the compiler warns";
    /// The spec no longer has an operation, which stays callable.
    OperationWithdrawn "operation-withdrawn" {Compatible Compatible "endpoint-deprecated" Info}
        "it is no longer published and stays callable; the compiler warns";
    /// An operation is no longer deprecated.
    OperationRevived "operation-revived" {Compatible Compatible "endpoint-reactivated" Info}
        "the compiler no longer warns";
    /// A list now has pagination.
    PaginationAdded "pagination-added" {Compatible Compatible} "the list can be read as a stream";
    /// A list no longer has pagination.
    PaginationRemoved "pagination-removed" {Breaking Compatible} "the builder loses `stream`, `pages` and `all`";
    /// The success statuses differ.
    StatusesChanged "statuses-changed" {None Compatible} "all success statuses are treated alike";
    /// An operation documents further error codes.
    ErrorCodesAdded "error-codes-added" {Compatible Compatible} "the operation may fail with further documented codes";
    /// An operation no longer documents some error codes.
    ErrorCodesRemoved "error-codes-removed" {Compatible Compatible}
        "the codes are no longer documented for the operation";
    /// An operation or parameter now needs a newer `Meld-Version` than that of its API version, or a newer one than
    /// before.
    MinimumVersionRaised "minimum-version-raised" {Compatible Breaking}
        "requests are sent with the newer `Meld-Version`, and responses of an older one are errors";
    /// An operation or parameter needs an older `Meld-Version` than before, or only that of its API version.
    MinimumVersionLowered "minimum-version-lowered" {Compatible Compatible}
        "requests are sent with the older `Meld-Version`";
    /// The API key, the server, the body or a parameter is sent in another way.
    SendingChanged "sending-changed" {Compatible Breaking} "code is the same, the request is sent in another way";
    /// An operation has a response where it had none.
    ResponseAdded "response-added" {Breaking Compatible} "`send` returns another type";
    /// An operation has no response where it had one.
    ResponseRemoved "response-removed" {Breaking Breaking} "`send` returns another type, without the former data";
    /// Two parameters now exclude each other.
    ExclusionAdded "exclusion-added" {Compatible Breaking}
        "combinations that were accepted are rejected before sending";
    /// Two parameters no longer exclude each other.
    ExclusionRemoved "exclusion-removed" {None Compatible} "more combinations are accepted";
    /// An optional parameter is new.
    ParameterAdded "parameter-added" {Compatible Compatible "new-optional-request-parameter" Info} "one more setter";
    /// A required parameter is new.
    RequiredParameterAdded "required-parameter-added" {Compatible Breaking "new-required-request-parameter" Error}
        "requests without it are rejected before sending";
    /// A parameter is removed.
    ParameterRemoved "parameter-removed" {Breaking Breaking "request-parameter-removed" Warning}
        "the setter is removed, and the service rejects unknown parameters";
    /// The setter of a parameter has another name.
    SetterRenamed "setter-renamed" {Breaking None} "the setter has another name; requests are the same";
    /// A parameter has another name or location in the request.
    ParameterMoved "parameter-moved" {Compatible Breaking "request-parameter-removed" Warning}
        "code is the same, the value is sent under another name or in another location";
    /// An optional body is new.
    BodyAdded "body-added" {Compatible Compatible "request-body-added-optional" Info} "one more setter";
    /// A required body is new.
    RequiredBodyAdded "required-body-added" {Compatible Breaking "request-body-added-required" Error}
        "requests without it are rejected before sending";
    /// The body is removed.
    BodyRemoved "body-removed" {Breaking Breaking "request-body-removed" Error} "the setter is removed";
    /// An optional field is new.
    FieldAdded "field-added" {Compatible Compatible "new-optional-request-property" Info}
        {Compatible Compatible "response-optional-property-added" Info}
        "request types are built by name, and fields of response types may be missing";
    /// A required field is new.
    RequiredFieldAdded "required-field-added" {Compatible Breaking "new-required-request-property" Error}
        {Compatible Compatible "response-required-property-added" Info}
        "in requests, values without it are rejected; in responses, one more field";
    /// A field is removed.
    FieldRemoved "field-removed" {Breaking Breaking "request-property-removed" Warning}
        {Breaking Breaking "response-required-property-removed" Error "response-optional-property-removed" Warning}
        "the field is removed; in requests it is ignored or rejected, in responses it is missing";
    /// A field moved into another field.
    FieldMoved "field-moved" {Breaking Breaking "request-property-removed" Warning}
        "the same value is in a field that is new";
    /// A field has another name in Rust and in JSON.
    FieldRenamed "field-renamed" {Breaking Breaking} "the field has another name in code and in JSON";
    /// A field has another name in JSON only.
    WireNameChanged "wire-name-changed" {Compatible Breaking} "code is the same, the name in JSON differs";
    /// Something optional is now required.
    BecameRequired "became-required"
        {Compatible Breaking "request-property-became-required" Error "request-parameter-became-required" Error}
        {None Compatible "response-property-became-required" Info}
        "in requests, values without it are rejected; in responses, any field may be missing";
    /// Something required is now optional.
    BecameOptional "became-optional"
        {Compatible Compatible "request-property-became-optional" Info "request-parameter-became-optional" Info}
        {None Compatible "response-property-became-optional" Error}
        "in requests, more is accepted; in responses, any field may be missing";
    /// The constraints on a value reject more than before, or something else.
    RuleTightened "rule-tightened"
        {Compatible Breaking "request-property-max-decreased" Error "request-parameter-max-decreased" Error}
        {None Compatible} "in requests, other values are rejected; responses are not validated";
    /// The constraints on a value accept more than before.
    RuleLoosened "rule-loosened"
        {Compatible Compatible "request-property-max-increased" Info "request-parameter-max-increased" Info}
        {None Compatible} "in requests, more is accepted; responses are not validated";
    /// Something has another type.
    TypeChanged "type-changed"
        {Breaking Breaking "request-property-type-changed" Error "request-parameter-type-changed" Error}
        {Breaking Breaking "response-property-type-changed" Error} "another type in code and in JSON";
    /// A string has become an enum.
    StringBecameEnum "string-became-enum" {Compatible Breaking "request-property-became-enum" Error}
        {Breaking Compatible}
        "setters accept strings as before, some of which may be invalid; responses have no `String` any more";
    /// An enum has become a string.
    EnumBecameString "enum-became-string" {Breaking Compatible} {Breaking Compatible}
        "the enum is removed, all of its values are strings";
    /// An enum replaces another and lacks some of its values.
    EnumNarrowed "enum-narrowed" {Breaking Breaking "request-property-enum-value-removed" Error}
        {Breaking Compatible "response-property-enum-value-removed" Info} "another enum, without some values";
    /// An enum replaces another and has all of its values.
    EnumWidened "enum-widened" {Breaking Compatible "request-property-enum-value-added" Info}
        {Breaking Compatible "response-property-enum-value-added" Warning}
        "another enum, with all values of the old one";
    /// A type has another name.
    TypeRenamed "type-renamed" {Breaking None} "the type has another name; JSON is the same";
    /// A type replaces another that still exists.
    TypeReplaced "type-replaced" {Breaking None} "another type; the differences in JSON are listed with that type";
    /// A family no longer has a type in common with others.
    TypeUnshared "type-unshared" {Breaking None} "code for the type of another family no longer takes the values";
    /// An enum has a new value.
    ValueAdded "value-added" {Compatible Compatible "request-property-enum-value-added" Info}
        {Compatible Compatible "response-property-enum-value-added" Warning}
        "enums are open: a match has an arm for unknown values";
    /// An enum has lost a value.
    ValueRemoved "value-removed" {Breaking Breaking "request-property-enum-value-removed" Error}
        {Breaking Compatible "response-property-enum-value-removed" Info}
        "the variant is removed; in requests, the value is rejected";
    /// A variant stands for another value.
    ValueChanged "value-changed" {Compatible Breaking} {Compatible Compatible}
        "code is the same, the variant stands for another value";
    /// A union has a new variant.
    VariantAdded "variant-added" {Compatible Compatible "request-property-one-of-added" Info}
        {Compatible Compatible "response-property-one-of-added" Error}
        "unions are open: a match has an arm for unknown variants";
    /// A union has lost a variant.
    VariantRemoved "variant-removed" {Breaking Breaking "request-property-one-of-removed" Error}
        {Breaking Compatible "response-property-one-of-removed" Info}
        "the variant is removed; in requests, it is rejected";
    /// The selector of a union has another name.
    SelectorChanged "selector-changed" {Compatible Breaking "request-property-discriminator-property-name-changed" Info}
        {Compatible Breaking "response-property-discriminator-property-name-changed" Info}
        "another property selects the variant";
}
