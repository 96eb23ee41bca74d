//! Customers and KYC.
