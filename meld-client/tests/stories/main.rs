//! Complete scenarios, from the first call to the last, against the mock server.
//!
//! | | Story | Newest version | Every version, by `dates` |
//! |---|---|---|---|
//! | 1 | Check a key | | `key_of_another_account_is_refused` |
//! | 2 | Receive webhooks | | `profile_test_is_verified` |
//! | 3 | Link a bank account, read balances | | `link_bank_then_read_balances` |
//! | 4 | Read all transactions of a link | | `aggregation_leads_to_transactions` |
//! | 5 | Keep a local copy fresh | | `local_copy_is_kept_up_to_date` |
//! | 6 | Investments | | `investments_are_read` |
//! | 7 | Repair a broken link | | `broken_connection_is_repaired` |
//! | 8 | Add a product later | | `product_is_added_to_a_connection` |
//! | 9 | Fresh data on demand | | `refresh_updates_accounts` |
//! | 10 | Own bank picker | | `institutions_are_filtered_by_products` |
//! | 11 | Unlink, with duplicates | | `active_duplicate_is_unlinked_last` |
//! | 12 | Move Plaid links | | `imported_plaid_links_and_their_failures` |
//! | 13 | Verify, charge by ACH, pay out | | `verified_account_is_charged_and_paid` |
//! | 14 | Card: authorize, capture, refund | | `card_is_captured_and_refunded` |
//! | 15 | Buy crypto | `buy_crypto_until_settled` | `session_buys_until_settled` |
//! | 16 | Sell crypto | | `session_sells_until_settled` |
//! | 17 | KYC once | | `approved_customer_buys_without_kyc` |
//! | 18 | Standing account for deposits | `each_deposit_is_credited_to_its_account` | `older_versions_deposit_and_pay_out` |
//! | 19 | Pay out crypto to a bank | `exact_deposit_is_paid_out` | `older_versions_deposit_and_pay_out` |
//! | 20 | Card payment in the own app | `card_purchase_meets_requirements_and_credits` | |
//! | 21 | Coins from a linked account | `transfer_with_second_factor_is_credited` | |
//! | 22 | Hosted checkout | `minted_checkout_opens_a_single_session` | |
//! | 23 | Report by sub-account | `transactions_by_sub_account` | `report_lists_one_sub_account` |
//! | 24 | Find lost transactions | `missing_transactions_are_searched_by_time` | `lost_transactions_are_found` |
//! | 25 | Explain a failure | | `activity_log_explains_a_failed_request` |
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

// `dates` includes it.
#[cfg(rustfmt)]
mod bank_linking;
mod crypto;
mod customers;
mod dates;
mod headless;
mod payments;
mod support;
mod webhooks;
