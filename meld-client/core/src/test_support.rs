//! Operations for the tests of this crate.

use crate::operation::{Operation, Parameter};

/// An operation with a path parameter.
pub(crate) static GET_THING: Operation = Operation {
    version: "2026-02-03",
    family: "things",
    operation_id: "things-get",
    path: "/things/{id}",
    rust_name: "get",
    parameters: &[Parameter::path("id", "id")],
    success_body_statuses: &[404],
    ..Operation::DEFAULT
};
