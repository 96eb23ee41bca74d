//! The examples in the documentation of the builders, compiled and never called. The build script writes them.
#![allow(dead_code, deprecated, unused_variables, clippy::all, clippy::pedantic)]

include!(concat!(env!("OUT_DIR"), "/examples.rs"));
