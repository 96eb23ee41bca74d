//! The effect of sending a request a second time, which decides about retries.

/// The effect of sending a request of an operation a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotency {
    /// The operation only reads.
    Safe,
    /// Meld executes attempts with the same idempotency key once.
    WithKey,
    /// A retry may execute the operation twice.
    NotIdempotent,
    /// A retry does harm even if the first attempt failed.
    NeverRetry,
}

/// Operations that differ from the rule, by the end of their path.
const EXCEPTIONS: &[(&str, Idempotency)] = &[
    // A quote changes nothing at Meld, although its method is `POST`.
    ("/payments/crypto/quote", Idempotency::Safe),
    ("/payments/virtual-account/quote", Idempotency::Safe),
    // A refused refresh counts against the provider's limit.
    ("/refresh", Idempotency::NeverRetry),
    // The specs have an idempotency key and Meld's guides do not mention it. If Meld ignores it, a retry takes or
    // returns money twice.
    ("/capture", Idempotency::NotIdempotent),
    ("/refund", Idempotency::NotIdempotent),
];

/// The actions of a transfer order. Actions without an idempotency key only read, although their method is `POST`.
const TRANSFER_ACTIONS: &str = "/crypto/order/headless/transfer/{serviceProvider}/{orderId}/actions";

/// Returns the class of an operation. `method` is in lower case; `takes_key` says that it accepts an idempotency key.
pub fn idempotency(method: &str, path: &str, takes_key: bool) -> Idempotency {
    let exception = EXCEPTIONS.iter().find(|(end, _)| path.ends_with(end));
    match exception {
        _ if matches!(method, "get" | "head" | "options") => Idempotency::Safe,
        Some((_, class)) => *class,
        None if path.ends_with(TRANSFER_ACTIONS) && !takes_key => Idempotency::Safe,
        None if takes_key => Idempotency::WithKey,
        None => Idempotency::NotIdempotent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_by_method_path_and_key() {
        for (method, path, takes_key, class) in [
            ("get", "/institutions", false, Idempotency::Safe),
            ("get", "/x/refresh", false, Idempotency::Safe),
            ("post", "/payments/crypto/quote", false, Idempotency::Safe),
            ("post", TRANSFER_ACTIONS, true, Idempotency::WithKey),
            ("post", TRANSFER_ACTIONS, false, Idempotency::Safe),
            ("post", "/payments/transactions", true, Idempotency::WithKey),
            ("post", "/crypto/session/widget", false, Idempotency::NotIdempotent),
            ("post", "/payments/transactions/{id}/refund", true, Idempotency::NotIdempotent),
            ("post", "/payments/transactions/{id}/capture", true, Idempotency::NotIdempotent),
            ("post", "/payments/external/refund", true, Idempotency::NotIdempotent),
            ("delete", "/x/{id}", false, Idempotency::NotIdempotent),
            ("post", "/x/{id}/refresh", false, Idempotency::NeverRetry),
        ] {
            assert_eq!(idempotency(method, path, takes_key), class, "{method} {path}");
        }
    }
}
