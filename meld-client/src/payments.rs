//! Payments: authorising, capturing, refunding.
