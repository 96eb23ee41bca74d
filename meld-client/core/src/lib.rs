//! The run-time that the generated Meld client crates need.
