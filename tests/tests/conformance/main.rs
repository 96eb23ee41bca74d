//! Every operation of every version through the real client, against servers that share no code with it: the mock
//! server, with and without each of its faults, and Prism.
#![allow(clippy::unwrap_used, reason = "the helpers of the tests, too, fail by panicking")]

mod faults;
mod filled;
mod prism;
mod repeated;
mod run;
