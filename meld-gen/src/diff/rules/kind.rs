//! The kinds of changes.

/// The kinds of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A version is new.
    VersionAdded,
    /// A version is removed.
    VersionRemoved,
    /// A family is new.
    FamilyAdded,
    /// A family is removed.
    FamilyRemoved,
    /// An operation is new.
    OperationAdded,
    /// An operation is removed.
    OperationRemoved,
    /// The method of an operation has another name.
    OperationRenamed,
    /// An operation has another operationId, and nothing else.
    OperationIdChanged,
    /// An operation has another HTTP method or path.
    OperationMoved,
    /// An operation is now deprecated.
    OperationDeprecated,
    /// The spec no longer has an operation, which stays callable.
    OperationWithdrawn,
    /// An operation is no longer deprecated.
    OperationRevived,
    /// A list now has pagination.
    PaginationAdded,
    /// A list no longer has pagination.
    PaginationRemoved,
    /// The success statuses differ.
    StatusesChanged,
    /// An operation documents further error codes.
    ErrorCodesAdded,
    /// An operation no longer documents some error codes.
    ErrorCodesRemoved,
    /// An operation or parameter now needs a newer `Meld-Version` than that of its API version, or a newer one than
    /// before.
    MinimumVersionRaised,
    /// An operation or parameter needs an older `Meld-Version` than before, or only that of its API version.
    MinimumVersionLowered,
    /// An operation has a response where it had none.
    ResponseAdded,
    /// An operation has no response where it had one.
    ResponseRemoved,
    /// Two parameters now exclude each other.
    ExclusionAdded,
    /// Two parameters no longer exclude each other.
    ExclusionRemoved,
    /// An optional parameter is new.
    ParameterAdded,
    /// A required parameter is new.
    RequiredParameterAdded,
    /// A parameter is removed.
    ParameterRemoved,
    /// The setter of a parameter has another name.
    SetterRenamed,
    /// A parameter has another name or location in the request.
    ParameterMoved,
    /// An optional body is new.
    BodyAdded,
    /// A required body is new.
    RequiredBodyAdded,
    /// The body is removed.
    BodyRemoved,
    /// An optional field is new.
    FieldAdded,
    /// A required field is new.
    RequiredFieldAdded,
    /// A field is removed.
    FieldRemoved,
    /// A field moved into another field.
    FieldMoved,
    /// A field has another name in Rust and in JSON.
    FieldRenamed,
    /// A field has another name in JSON only.
    WireNameChanged,
    /// Something optional is now required.
    BecameRequired,
    /// Something required is now optional.
    BecameOptional,
    /// The constraints on a value reject more than before, or something else.
    RuleTightened,
    /// The constraints on a value accept more than before.
    RuleLoosened,
    /// Something has another type.
    TypeChanged,
    /// A string has become an enum.
    StringBecameEnum,
    /// An enum has become a string.
    EnumBecameString,
    /// An enum replaces another and lacks some of its values.
    EnumNarrowed,
    /// An enum replaces another and has all of its values.
    EnumWidened,
    /// A type has another name.
    TypeRenamed,
    /// A type replaces another that still exists.
    TypeReplaced,
    /// A family no longer has a type in common with others.
    TypeUnshared,
    /// An enum has a new value.
    ValueAdded,
    /// An enum has lost a value.
    ValueRemoved,
    /// A variant stands for another value.
    ValueChanged,
    /// A union has a new variant.
    VariantAdded,
    /// A union has lost a variant.
    VariantRemoved,
    /// The selector of a union has another name.
    SelectorChanged,
}
