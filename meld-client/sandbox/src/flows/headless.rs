//! Headless orders: requirements, orders that buy and sell, virtual accounts, and the settlement of all by tests.
//!
//! | Module | Contents |
//! |---|---|
//! | `providers` | the providers, with their payment methods and requirements |
//! | `requirements` | the requirements of a provider, and which of them a customer meets |
//! | `onramp`, `offramp` | orders |
//! | `deposits` | deposit instructions of virtual accounts |
//! | `settlement` | the transactions of orders and deposits |
//! | `ledger` | the list of all orders |

pub(crate) mod deposits;
pub(crate) mod ledger;
pub(crate) mod offramp;
pub(crate) mod onramp;
pub(crate) mod providers;
pub(crate) mod requirements;
pub(crate) mod settlement;
