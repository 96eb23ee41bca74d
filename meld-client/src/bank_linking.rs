//! Bank linking: the life of a connection, and what its accounts hold.
