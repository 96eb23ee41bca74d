//! What the tests of the workspace share; the tests themselves are in the folder `tests`.

pub mod cargo;
pub mod outline;
