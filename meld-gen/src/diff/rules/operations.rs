//! Effects of changes of versions, families and operations, with their parameters and bodies.

use super::kind::Kind;
use super::rule::Class::{self, Breaking, Compatible};
use super::rule::Level::{Error, Info, Warning};
use super::rule::{Rule, both, meaning};

pub(super) const RULES: &[Rule] = &[
    both(Kind::VersionAdded, "version-added", meaning(Compatible, Compatible, &[]), "one more crate and feature"),
    both(
        Kind::VersionRemoved,
        "version-removed",
        meaning(Breaking, Class::None, &[]),
        "the crate and the feature are removed; the service itself does not change",
    ),
    both(Kind::FamilyAdded, "family-added", meaning(Compatible, Compatible, &[]), "one more module"),
    both(
        Kind::FamilyRemoved,
        "family-removed",
        meaning(Breaking, Breaking, &[("api-path-removed-without-deprecation", Error)]),
        "the module with all of its operations is removed",
    ),
    both(
        Kind::OperationAdded,
        "operation-added",
        meaning(Compatible, Compatible, &[("endpoint-added", Info)]),
        "one more method",
    ),
    both(
        Kind::OperationRemoved,
        "operation-removed",
        meaning(Breaking, Breaking, &[("api-removed-without-deprecation", Error)]),
        "the method is removed, and the service may no longer accept the request",
    ),
    both(
        Kind::OperationRenamed,
        "operation-renamed",
        meaning(Breaking, Class::None, &[("api-operation-id-removed", Info)]),
        "the method and its builder have other names; requests are the same",
    ),
    both(
        Kind::OperationIdChanged,
        "operation-id-changed",
        meaning(Compatible, Class::None, &[("api-operation-id-removed", Info)]),
        "only the name in logs and metrics differs",
    ),
    both(
        Kind::OperationMoved,
        "operation-moved",
        meaning(Compatible, Breaking, &[("api-removed-without-deprecation", Error)]),
        "code is the same, the request goes to another URL",
    ),
    both(
        Kind::OperationDeprecated,
        "operation-deprecated",
        meaning(Compatible, Compatible, &[("endpoint-deprecated", Info)]),
        "the compiler warns",
    ),
    both(
        Kind::OperationWithdrawn,
        "operation-withdrawn",
        meaning(Compatible, Compatible, &[("endpoint-deprecated", Info)]),
        "it is no longer published and stays callable; the compiler warns",
    ),
    both(
        Kind::OperationRevived,
        "operation-revived",
        meaning(Compatible, Compatible, &[("endpoint-reactivated", Info)]),
        "the compiler no longer warns",
    ),
    both(
        Kind::PaginationAdded,
        "pagination-added",
        meaning(Compatible, Compatible, &[]),
        "the list can be read as a stream",
    ),
    both(
        Kind::PaginationRemoved,
        "pagination-removed",
        meaning(Breaking, Compatible, &[]),
        "the builder loses `stream`, `pages` and `all`",
    ),
    both(
        Kind::StatusesChanged,
        "statuses-changed",
        meaning(Class::None, Compatible, &[]),
        "all success statuses are treated alike",
    ),
    both(
        Kind::ErrorCodesAdded,
        "error-codes-added",
        meaning(Compatible, Compatible, &[]),
        "the operation may fail with further documented codes",
    ),
    both(
        Kind::ErrorCodesRemoved,
        "error-codes-removed",
        meaning(Compatible, Compatible, &[]),
        "the codes are no longer documented for the operation",
    ),
    both(
        Kind::MinimumVersionRaised,
        "minimum-version-raised",
        meaning(Compatible, Breaking, &[]),
        "requests are sent with the newer `Meld-Version`, and responses of an older one are errors",
    ),
    both(
        Kind::MinimumVersionLowered,
        "minimum-version-lowered",
        meaning(Compatible, Compatible, &[]),
        "requests are sent with the older `Meld-Version`",
    ),
    both(Kind::ResponseAdded, "response-added", meaning(Breaking, Compatible, &[]), "`send` returns another type"),
    both(
        Kind::ResponseRemoved,
        "response-removed",
        meaning(Breaking, Breaking, &[]),
        "`send` returns another type, without the former data",
    ),
    both(
        Kind::ExclusionAdded,
        "exclusion-added",
        meaning(Compatible, Breaking, &[]),
        "combinations that were accepted are rejected before sending",
    ),
    both(
        Kind::ExclusionRemoved,
        "exclusion-removed",
        meaning(Class::None, Compatible, &[]),
        "more combinations are accepted",
    ),
    both(
        Kind::ParameterAdded,
        "parameter-added",
        meaning(Compatible, Compatible, &[("new-optional-request-parameter", Info)]),
        "one more setter",
    ),
    both(
        Kind::RequiredParameterAdded,
        "required-parameter-added",
        meaning(Compatible, Breaking, &[("new-required-request-parameter", Error)]),
        "requests without it are rejected before sending",
    ),
    both(
        Kind::ParameterRemoved,
        "parameter-removed",
        meaning(Breaking, Breaking, &[("request-parameter-removed", Warning)]),
        "the setter is removed, and the service rejects unknown parameters",
    ),
    both(
        Kind::SetterRenamed,
        "setter-renamed",
        meaning(Breaking, Class::None, &[]),
        "the setter has another name; requests are the same",
    ),
    both(
        Kind::ParameterMoved,
        "parameter-moved",
        meaning(Compatible, Breaking, &[("request-parameter-removed", Warning)]),
        "code is the same, the value is sent under another name or in another location",
    ),
    both(
        Kind::BodyAdded,
        "body-added",
        meaning(Compatible, Compatible, &[("request-body-added-optional", Info)]),
        "one more setter",
    ),
    both(
        Kind::RequiredBodyAdded,
        "required-body-added",
        meaning(Compatible, Breaking, &[("request-body-added-required", Error)]),
        "requests without it are rejected before sending",
    ),
    both(
        Kind::BodyRemoved,
        "body-removed",
        meaning(Breaking, Breaking, &[("request-body-removed", Error)]),
        "the setter is removed",
    ),
];
