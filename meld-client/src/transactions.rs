//! Payment transactions: how far they are, and waiting for their end.
