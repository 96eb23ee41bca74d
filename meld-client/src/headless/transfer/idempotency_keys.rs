//! The idempotency keys of actions.

use meld_client_core::uuid::{Builder, Uuid};
use sha2::{Digest, Sha256};

use super::versions::Action;

/// Returns the key of an action.
///
/// An order has one key for its submission. It derives from the id of the order, so that a program that has forgotten
/// everything still submits with the same key. All other actions have a new key for each attempt of the customer.
pub(super) fn key(action: &Action, order_id: &str) -> Uuid {
    match action {
        Action::Submit { .. } => submission_key(order_id),
        Action::Prepare | Action::Complete { .. } | Action::SecondFactor { .. } => Uuid::new_v4(),
    }
}

/// The derivation must not change between versions of this crate.
fn submission_key(order_id: &str) -> Uuid {
    let hash = Sha256::new().chain_update(b"meld-client SUBMIT_TRANSFER ").chain_update(order_id).finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(byte, hashed)| *byte = hashed);
    Builder::from_random_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn submit(account_id: &str) -> Action {
        Action::Submit { account_id: account_id.to_owned() }
    }

    #[test]
    fn order_has_one_submission_key() {
        let first = key(&submit("a"), "WQ7tR2kVx9bNfH4cJmPz3s");
        assert_eq!(first, key(&submit("b"), "WQ7tR2kVx9bNfH4cJmPz3s"));
        assert_eq!(first.to_string(), "1ba45e50-ac4a-4db5-a333-0cdd166b2f34", "it never changes");
        assert_ne!(first, key(&submit("a"), "another"));
        assert_eq!(first.get_version_num(), 4);
    }

    #[test]
    fn other_actions_have_new_keys() {
        let code = || Action::SecondFactor { code: "000000".to_owned() };
        assert_ne!(key(&code(), "a"), key(&code(), "a"));
        assert_ne!(key(&Action::Prepare, "a"), key(&Action::Prepare, "a"));
    }
}
