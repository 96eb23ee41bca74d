//! Nothing: the example is `quickstart.rs`.
