//! Payments and payouts.
