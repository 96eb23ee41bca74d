//! Tests of the workspace; see the folder `tests`.
