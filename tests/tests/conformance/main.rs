//! Every operation of every version through the real client against servers that know nothing of how it was made: the
//! sandbox, as it is and with everything that it can do wrong.
#![allow(clippy::unwrap_used, reason = "what the tests share fails by panicking, too")]

mod faults;
mod filled;
mod prism;
mod repeated;
mod run;
