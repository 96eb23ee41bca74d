//! Faults of the published documents by which a right request is not valid. Who judges by them needs to know these.

/// A parameter that is documented in a form that no right value has.
pub struct ParameterFault {
    /// `GET /bank-linking/…`
    pub operation: &'static str,
    /// The name of the parameter.
    pub name: &'static str,
    /// Why the document is wrong.
    pub reason: &'static str,
}

/// A body that is documented in a form that a right one does not have.
pub struct BodyFault {
    /// How the operations begin: `PATCH `, `POST /crypto/…`.
    pub operations: &'static str,
    /// What JSON Schema says of it.
    pub by_schema: &'static str,
    /// What Prism says of it.
    pub by_prism: &'static str,
    /// Why the document is wrong.
    pub reason: &'static str,
}

/// Those of parameters.
pub const PARAMETERS: &[ParameterFault] = &[ParameterFault {
    operation: "GET /bank-linking/investments/transactions",
    name: "statuses",
    reason: "the schema has one status; the description says that several go with commas between them",
}];

/// Those of bodies.
pub const BODIES: &[BodyFault] = &[
    BodyFault {
        operations: "POST /bank-linking/connections/import",
        by_schema: r#""serviceProvider":"MESH""#,
        by_prism: "serviceProvider must be equal to one of the allowed values",
        reason: "MESH has a form of its own, and is not among the values of the selector",
    },
    BodyFault {
        operations: "POST /crypto/session/widget",
        by_schema: "is valid under more than one of the schemas",
        by_prism: "sessionData must match exactly one schema in oneOf",
        reason: "sessionType, which stands beside the data, says which form it is; a schema cannot",
    },
    BodyFault {
        operations: "PATCH ",
        by_schema: ": null is not ",
        by_prism: " must be string",
        reason: "what takes a value away is not in the schema, which has all fields optional and none nullable",
    },
];
