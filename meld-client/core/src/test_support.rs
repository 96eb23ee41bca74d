//! Operations for the tests of this crate.

use crate::operation::{Idempotency, Method, Operation, Parameter, ParameterLocation};

/// An operation with a path parameter.
pub(crate) static GET_THING: Operation = Operation {
    version: "2026-02-03",
    family: "things",
    operation_id: "things-get",
    method: Method::Get,
    path: "/things/{id}",
    rust_name: "get",
    parameters: &[Parameter {
        name: "id",
        rust_name: "id",
        location: ParameterLocation::Path,
        required: true,
        is_list: false,
        minimum_version: None,
    }],
    has_body: false,
    success: &[200],
    success_body_statuses: &[404],
    error_codes: &[],
    takes_idempotency_key: false,
    idempotency: Idempotency::Safe,
    is_paged: false,
    minimum_version: None,
};
