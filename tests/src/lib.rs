//! What the tests of the workspace share; the tests themselves are in the folder `tests`.

pub mod arbitrary;
pub mod bodies;
pub mod calls;
pub mod cargo;
pub mod cases;
pub mod check;
pub mod document_faults;
pub mod json;
pub mod model;
pub mod responses;
pub mod values;
pub mod workspace;
