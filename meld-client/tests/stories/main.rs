//! What users do with the client, from the first call to the last, against the sandbox.
#![allow(clippy::unwrap_used, reason = "stories end where something is not as told")]

mod bank_linking;
mod crypto;
mod customers;
mod payments;
mod webhooks;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A story: its number and name, the tests that tell it, and what of it no document has.
type Story = (u8, &'static str, &'static [&'static str], &'static str);

/// The stories that the guides tell, and where each is told here.
const STORIES: &[Story] = &[
    (1, "check a key", &["a_backend_checks_its_key"], ""),
    (
        2,
        "receive webhooks",
        &[
            "who_makes_a_profile_verifies_its_tests",
            "who_receives_webhooks_refuses_those_of_others",
        ],
        "",
    ),
    (
        3,
        "link a bank account and read balances",
        &[
            "a_customer_links_a_bank_and_sees_balances",
            "who_links_a_bank_reads_the_accounts_when_they_are_updated",
        ],
        "",
    ),
    (
        4,
        "read all transactions of a new link",
        &[
            "all_transactions_of_a_new_link_are_read_in_a_few_calls",
            "who_links_a_bank_reads_transactions_when_they_are_aggregated",
        ],
        "",
    ),
    (
        5,
        "keep a local copy fresh",
        &["a_local_copy_is_kept_fresh", "who_keeps_a_copy_is_told_what_is_new_and_what_is_gone"],
        "",
    ),
    (6, "investments", &["a_customer_sees_investments"], ""),
    (
        7,
        "repair a broken link",
        &[
            "a_broken_link_is_repaired_by_its_customer",
            "who_watches_connections_is_told_that_one_is_broken",
        ],
        "",
    ),
    (8, "add a product later", &["a_product_is_added_later"], ""),
    (9, "fresh data on demand", &["a_customer_asks_for_fresh_data"], ""),
    (
        10,
        "a bank picker of one's own",
        &["a_customer_chooses_among_banks_that_have_what_is_needed"],
        "",
    ),
    (
        11,
        "unlink, with duplicates",
        &[
            "unlinking_ends_with_the_active_duplicate_whichever_was_named",
            "who_unlinks_is_told_what_is_gone",
        ],
        "",
    ),
    (
        12,
        "move links of Plaid to Meld",
        &["links_made_elsewhere_are_moved_and_those_that_fail_are_found"],
        "",
    ),
    (
        13,
        "verify an account and charge it by ACH",
        &[
            "story_13_a_verified_account_is_charged_and_paid_by_ach",
            "who_charges_an_account_is_told_of_the_payment",
        ],
        "",
    ),
    (
        14,
        "card: authorise, capture, refund",
        &["story_14_a_card_is_authorized_captured_and_refunded"],
        "",
    ),
    (
        15,
        "buy crypto: quote, rank, session, track",
        &["a_user_buys_crypto", "who_buys_crypto_follows_the_transaction_to_its_end"],
        "`network-partner/defaults`",
    ),
    (16, "sell crypto by the preferred flow", &["a_user_sells_crypto"], ""),
    (
        17,
        "KYC once, buy without asking again",
        &[
            "story_17_a_checked_customer_buys_without_being_asked_again",
            "who_waits_for_kyc_is_told_the_decision",
        ],
        "reading one customer by id: it is searched for",
    ),
    (
        18,
        "a standing bank account for deposits",
        &[
            "story_18_the_provider_of_the_account_decides_for_itself",
            "story_18_a_bank_transfer_is_ordered_once_and_found_again",
        ],
        "`deposit-instructions`: told with one order for each transfer, the older flow",
    ),
    (19, "pay out crypto to a bank", &[], "headless orders"),
    (20, "card payment inside the own app", &[], "headless orders, requirements, verifications"),
    (21, "move coins from Coinbase", &[], "headless transfers and their actions"),
    (
        22,
        "hosted checkout for one customer",
        &["a_customer_uses_the_hosted_checkout"],
        "`session/widget/url`: told with an address that the client makes",
    ),
    (
        23,
        "warning by sub-account",
        &["a_platform_reports_by_sub_account", "story_23_a_sub_account_is_a_business"],
        "",
    ),
    (24, "find lost transactions", &["a_backend_finds_transactions_that_no_webhook_told_of"], ""),
    (25, "explain a failure", &["a_failure_is_explained_by_its_request"], ""),
];

#[test]
fn each_story_is_told_or_it_is_said_what_no_document_has() {
    let tests = tests();
    for (index, (number, name, told_by, lacking)) in STORIES.iter().enumerate() {
        assert_eq!(usize::from(*number), index + 1, "{name}");
        assert!(!told_by.is_empty() || !lacking.is_empty(), "{number}, {name}, is left out");
        for test in *told_by {
            assert!(tests.contains(*test), "{number}, {name}: no test {test}");
        }
    }
    assert_eq!(STORIES.len(), 25);
}

/// The names of all tests beside this file.
fn tests() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories");
    let mut open: Vec<PathBuf> = vec![folder];
    let mut names = BTreeSet::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = fs::read_to_string(path).unwrap();
            let after_attribute = text.split("#[tokio::test]\nasync fn ").skip(1);
            names.extend(
                after_attribute.filter_map(|rest| rest.split('(').next()).map(str::to_owned),
            );
        }
    }
    names
}
