//! Buying and selling crypto.
