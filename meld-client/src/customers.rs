//! Customers, and what is known of them at the providers.
