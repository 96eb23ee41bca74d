//! Injected faults: chosen by rule or by the request header `Sandbox-Fault`.

pub(crate) mod bodies;
mod fault;
mod rules;

pub use fault::Fault;
pub use rules::FaultRule;
pub(crate) use rules::{Faults, SavedFaults};
