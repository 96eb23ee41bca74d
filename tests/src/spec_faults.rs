//! Faults of the published specs that make a correct request invalid.

/// A parameter whose schema rejects correct values.
pub struct ParameterFault {
    /// `GET /bank-linking/…`
    pub operation: &'static str,
    /// The name of the parameter.
    pub name: &'static str,
    /// The reason why the spec is wrong.
    pub reason: &'static str,
}

/// A body whose schema rejects correct values.
pub struct BodyFault {
    /// The start of the operations: `PATCH `, `POST /crypto/…`.
    pub operations: &'static str,
    /// A part of the error of JSON Schema.
    pub by_schema: &'static str,
    /// A part of the error of Prism.
    pub by_prism: &'static str,
    /// The reason why the spec is wrong.
    pub reason: &'static str,
}

/// The faults of parameters.
pub const PARAMETERS: &[ParameterFault] = &[ParameterFault {
    operation: "GET /bank-linking/investments/transactions",
    name: "statuses",
    reason: "the schema has one status; by the description, there can be several, separated by commas",
}];

/// The faults of bodies.
pub const BODIES: &[BodyFault] = &[
    BodyFault {
        operations: "POST /bank-linking/connections/import",
        by_schema: r#""serviceProvider":"MESH""#,
        by_prism: "serviceProvider must be equal to one of the allowed values",
        reason: "MESH has a schema of its own, but is not among the values of the selector",
    },
    BodyFault {
        operations: "POST /crypto/session/widget",
        by_schema: "is valid under more than one of the schemas",
        by_prism: "sessionData must match exactly one schema in oneOf",
        reason: "the selector, sessionType, is beside the data, where a schema cannot refer to it",
    },
    BodyFault {
        operations: "PATCH ",
        by_schema: ": null is not ",
        by_prism: " must be string",
        reason: "null removes a value, but the schema has no nullable field",
    },
];
