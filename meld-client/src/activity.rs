//! The activity log: what was asked, answered and delivered.
