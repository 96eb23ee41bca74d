//! Orders that move crypto from the account of a customer at a provider.
//!
//! | Module | Contents |
//! |---|---|
//! | `orders` | creates and returns orders, and removes account links |
//! | `actions` | the actions of an order, with their token and keys |
//! | `machine` | the states of an order, and what leads from one to the next |
//!
//! The last digit of the amount selects a case:
//!
//! | Digit | Case |
//! |---|---|
//! | 2 | asks for a second factor, which is `000000` |
//! | 3 | the provider does not respond in time |
//! | 4 | the provider declines |
//! | 5 | the customer declines the authorization |
//! | 6 | the authorization cannot be used |
//! | 7 | asks for a second factor and refuses every code |
//! | other | success |

pub(crate) mod actions;
pub(crate) mod machine;
pub(crate) mod orders;
