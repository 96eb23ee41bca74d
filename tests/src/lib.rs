//! Code that the tests of the workspace share. The tests are in the folder `tests`.

pub mod arbitrary;
pub mod bodies;
pub mod calls;
pub mod cases;
pub mod check;
mod examples;
pub mod json;
pub mod model;
pub mod responses;
pub mod specs;
pub mod values;
