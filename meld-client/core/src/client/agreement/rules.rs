//! The fields of responses that repeat values of the request, by operation.
//!
//! Each row has evidence in Meld's specs or samples. Fields that Meld may change have none, such as the names of known
//! customers, URLs, and values that a provider sets itself.

use crate::operation::{Method, Operation};

/// The comparison for one operation.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) method: Method,
    pub(super) path: &'static str,
    /// The list whose items are compared one by one; `None` compares the response as a whole.
    pub(super) list: Option<&'static str>,
    pub(super) fields: &'static [Field],
}

/// One field of a response, and the value of the request that it must agree with.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) requested: Source,
    /// The field of the response, or of an item: `transaction.id`.
    pub(super) response_field: &'static str,
    /// `true` if the field is in another one, such as `transaction`.
    pub(super) is_nested: bool,
    pub(super) by: By,
    pub(super) when: When,
    /// The expected value, as warnings name it.
    pub(super) expected: &'static str,
}

/// The origin of a value in the request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// A field of the body: `sessionData.countryCode`. If it is a list, the response must have one of its items.
    Body(&'static str),
    /// A path parameter.
    Path(&'static str),
    /// The direction, buying or selling, which follows from the two currencies of the body.
    Direction,
}

/// The way in which two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Exactly.
    Text,
    /// Regardless of letter case.
    Code,
    /// As numbers, up to the decimals of the currency `sourceCurrencyCode` of the body.
    Amount,
    /// By direction: `CRYPTO_PURCHASE` and `CRYPTO_SELL_SWAP` disagree.
    Direction,
}

/// The condition under which a difference counts.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    Always,
    /// Never; the row is for the conditions of other rows.
    Never,
    /// Unless this field of the response agrees.
    Unless(&'static str),
    /// If this field of the response agrees.
    If(&'static str),
}

/// A set of fields of a rule, by index, one bit for each. Rules have at most 32 fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(u32);

impl Fields {
    pub(super) const NONE: Self = Self(0);

    /// Returns the set of the first `count` fields.
    pub(super) fn first(count: usize) -> Self {
        Self(bit(count).wrapping_sub(1))
    }

    pub(super) fn is_empty(self) -> bool {
        self == Self::NONE
    }

    pub(super) fn add(&mut self, index: usize) {
        self.0 |= bit(index);
    }

    /// Returns the indexes in ascending order.
    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        let rest = |bits: &u32| Some(bits & (bits - 1)).filter(|bits| *bits != 0);
        let first = Some(self.0).filter(|bits| *bits != 0);
        std::iter::successors(first, rest).map(|bits| bits.trailing_zeros() as usize)
    }

    /// Returns the fields of this set that an entry of an object is, and the fields that are deeper in it. The object
    /// is at an offset into the paths of the fields.
    #[inline]
    pub(super) fn entry(self, name: &str, path: impl Fn(usize) -> &'static str, offset: usize) -> (Self, Self) {
        let (mut here, mut deeper) = (Self::NONE, Self::NONE);
        let mut rest = self.0;
        while rest != 0 {
            let (index, field) = (rest.trailing_zeros() as usize, rest & rest.wrapping_neg());
            rest ^= field;
            let path = path(index).as_bytes();
            // The length first: it differs for nearly all names, and most begin alike.
            let end = offset + name.len();
            let set = if path.len() == end {
                &mut here
            } else if path.get(end) == Some(&b'.') {
                &mut deeper
            } else {
                continue;
            };
            if path.get(offset..end) == Some(name.as_bytes()) {
                set.0 |= field;
            }
        }
        (here, deeper)
    }
}

fn bit(index: usize) -> u32 {
    u32::try_from(index).ok().and_then(|index| 1_u32.checked_shl(index)).unwrap_or_default()
}

impl Rule {
    /// Returns the rule of an operation.
    pub(super) fn of(operation: &Operation) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.path == operation.path && rule.method == operation.method)
    }
}

const fn is_nested(path: &str) -> bool {
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'.' {
            return true;
        }
        rest = after;
    }
    false
}

/// A row: `row!(Body "sourceAmount" == "transaction.sourceAmount", Amount)`.
macro_rules! row {
    ($source:ident $requested:literal == $response_field:literal, $by:ident) => {
        row!($source $requested == $response_field, $by, Always)
    };
    ($source:ident $requested:literal == $response_field:literal, $by:ident, $when:expr) => {
        Field {
            requested: Source::$source($requested),
            response_field: $response_field,
            is_nested: is_nested($response_field),
            by: By::$by,
            when: { use When::*; $when },
            expected: concat!("the `", $requested, "` of the request"),
        }
    };
}

const QUOTE: &[Field] = &[
    row!(Body "sourceCurrencyCode" == "sourceCurrencyCode", Code),
    row!(Body "destinationCurrencyCode" == "destinationCurrencyCode", Code),
    row!(Body "sourceAmount" == "sourceAmount", Amount),
    row!(Body "countryCode" == "countryCode", Code),
    row!(Body "paymentMethodType" == "paymentMethodType", Code),
    row!(Body "serviceProviders" == "serviceProvider", Code),
    Field {
        requested: Source::Direction,
        response_field: "transactionType",
        is_nested: false,
        by: By::Direction,
        when: When::Always,
        expected: "the direction of the request's currencies",
    },
];

/// A charge or payout. If its idempotency key was used for another order, Meld responds with that order, which these
/// rows reveal.
const PAYMENT: &[Field] = &[
    row!(Body "sourceAmount" == "transaction.sourceAmount", Amount),
    row!(Body "sourceCurrencyCode" == "transaction.sourceCurrencyCode", Code),
    row!(Body "serviceProvider" == "transaction.serviceProvider", Code),
    row!(Body "customerId" == "transaction.customer.id", Text),
    row!(Body "externalCustomerId" == "transaction.externalCustomerId", Text),
];

/// A transfer of crypto to a wallet. Letter case of the address does not count, because services add or remove the
/// checksum that it is.
const TRANSFER: &[Field] = &[
    row!(Body "customerId" == "customerId", Text),
    row!(Body "externalOrderId" == "externalOrderId", Text),
    row!(Body "serviceProvider" == "serviceProvider", Code),
    row!(Body "currencyCode" == "currencyCode", Code),
    row!(Body "networkCode" == "networkCode", Code),
    row!(Body "amount" == "amount", Amount),
    row!(Body "destinationWalletAddress" == "destinationWalletAddress", Code),
    row!(Body "countryCode" == "countryCode", Code),
];

/// A bank account whose deposits go to a wallet. Meld does not document what a reused key with another wallet returns.
const DEPOSITS: &[Field] = &[
    row!(Body "customerId" == "customerId", Text),
    row!(Body "serviceProvider" == "serviceProvider", Code),
    row!(Body "paymentMethodType" == "paymentMethodType", Code),
    row!(Body "sourceCurrencyCode" == "sourceCurrencyCode", Code),
    row!(Body "destinationCurrencyCode" == "destinationCurrencyCode", Code),
    row!(Body "destinationWalletAddress" == "destinationWalletAddress", Code),
];

const ID: &str = "transaction.id";
const PARENT: &str = "transaction.parentPaymentTransactionId";

/// A capture or refund. The response is the transaction itself, or a new one whose parent it is. The amount is compared
/// only for a new one, because the transaction itself has the whole amount.
const PART: &[Field] = &[
    row!(Path "id" == "transaction.id", Text, Never),
    row!(Path "id" == "transaction.parentPaymentTransactionId", Text, Unless(ID)),
    row!(Body "sourceAmount" == "transaction.sourceAmount", Amount, If(PARENT)),
];

const fn rule(method: Method, path: &'static str, fields: &'static [Field]) -> Rule {
    Rule { method, path, list: None, fields }
}

const RULES: &[Rule] = &[
    Rule { method: Method::Post, path: "/payments/crypto/quote", list: Some("quotes"), fields: QUOTE },
    Rule { method: Method::Post, path: "/payments/virtual-account/quote", list: Some("quotes"), fields: QUOTE },
    rule(
        Method::Post,
        "/crypto/session/widget",
        &[
            row!(Body "customerId" == "customerId", Text),
            row!(Body "externalCustomerId" == "externalCustomerId", Text),
            row!(Body "externalSessionId" == "externalSessionId", Text),
        ],
    ),
    rule(
        Method::Post,
        "/crypto/order/headless/onramp",
        &[
            row!(Body "customerId" == "customerId", Text),
            row!(Body "externalCustomerId" == "externalCustomerId", Text),
            row!(Body "externalOrderId" == "externalOrderId", Text),
            row!(Body "paymentMethodType" == "paymentMethodType", Code),
        ],
    ),
    rule(Method::Post, "/crypto/order/headless/transfer", TRANSFER),
    rule(Method::Post, "/payments/virtual-account/deposit-instructions", DEPOSITS),
    rule(
        Method::Post,
        "/payments/virtual-account/onramp-order",
        &[row!(Body "paymentMethodType" == "paymentMethodType", Code)],
    ),
    rule(
        Method::Post,
        "/payments/virtual-account/offramp-order",
        &[row!(Body "paymentMethod.type" == "paymentMethodType", Code)],
    ),
    rule(Method::Get, "/payments/transactions/{id}", &[row!(Path "id" == "transaction.id", Text)]),
    rule(
        Method::Get,
        "/payments/transactions/sessions/{sessionId}",
        &[row!(Path "sessionId" == "transaction.sessionId", Text)],
    ),
    rule(Method::Post, "/payments/transactions", PAYMENT),
    rule(Method::Post, "/payments/transactions/payout", PAYMENT),
    rule(Method::Post, "/payments/transactions/{id}/capture", PART),
    rule(Method::Post, "/payments/transactions/{id}/refund", PART),
    rule(
        Method::Post,
        "/payments/external/import",
        &[
            row!(Body "serviceProvider" == "transaction.serviceProvider", Code),
            row!(Body "serviceTransactionId" == "transaction.serviceTransactionId", Text),
        ],
    ),
    rule(
        Method::Post,
        "/payments/external/refund",
        &[row!(Body "serviceProvider" == "transaction.serviceProvider", Code)],
    ),
    rule(Method::Post, "/payments/risk-analysis", &[row!(Body "serviceProvider" == "serviceProvider", Code)]),
    rule(Method::Post, "/accounts/customers", &[row!(Body "externalId" == "externalId", Text)]),
    rule(Method::Patch, "/accounts/customers/{customerId}", &[row!(Path "customerId" == "id", Text)]),
    rule(Method::Delete, "/accounts/customers/{customerId}", &[row!(Path "customerId" == "id", Text)]),
    rule(Method::Post, "/accounts/customers/{customerId}/addresses", &[row!(Path "customerId" == "customerId", Text)]),
    rule(
        Method::Post,
        "/accounts/customers/{customerId}/kyc/initiate",
        &[row!(Path "customerId" == "customerId", Text), row!(Body "serviceProvider" == "serviceProvider", Code)],
    ),
    rule(
        Method::Patch,
        "/accounts/customers/{customerId}/kyc/initiate",
        &[row!(Path "customerId" == "customerId", Text), row!(Body "serviceProvider" == "serviceProvider", Code)],
    ),
    rule(Method::Post, "/bank-linking/connect/start", &[row!(Body "externalCustomerId" == "externalCustomerId", Text)]),
    rule(Method::Post, "/bank-linking/connect/repair", &[row!(Body "connectionId" == "id", Text)]),
    rule(Method::Get, "/bank-linking/connections/{connectionId}", &[row!(Path "connectionId" == "id", Text)]),
    rule(Method::Get, "/bank-linking/accounts/{financialAccountId}", &[row!(Path "financialAccountId" == "id", Text)]),
    rule(
        Method::Post,
        "/bank-linking/accounts/{financialAccountId}/processors/create-token",
        &[row!(Body "processor" == "processor", Code), row!(Body "serviceProvider" == "serviceProvider", Code)],
    ),
    rule(Method::Get, "/bank-linking/transactions/{transactionId}", &[row!(Path "transactionId" == "id", Text)]),
    rule(
        Method::Get,
        "/bank-linking/investments/holdings/{investmentHoldingId}",
        &[row!(Path "investmentHoldingId" == "id", Text)],
    ),
    rule(
        Method::Get,
        "/bank-linking/investments/transactions/{investmentTransactionId}",
        &[row!(Path "investmentTransactionId" == "id", Text)],
    ),
    rule(Method::Get, "/institutions/{institutionId}", &[row!(Path "institutionId" == "id", Text)]),
    rule(Method::Get, "/notifications/webhooks/{webhookProfileId}", &[row!(Path "webhookProfileId" == "id", Text)]),
    rule(Method::Patch, "/notifications/webhooks/{webhookProfileId}", &[row!(Path "webhookProfileId" == "id", Text)]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_has_one_rule() {
        for (index, rule) in RULES.iter().enumerate() {
            let is_same = |other: &Rule| other.path == rule.path && other.method == rule.method;
            assert_eq!(RULES.iter().position(is_same), Some(index), "{}", rule.path);
            assert!(!rule.fields.is_empty() && rule.fields.len() <= 32, "{}", rule.path);
            for field in rule.fields {
                let (Source::Path(name), path) = (field.requested, rule.path) else { continue };
                assert!(path.contains(&format!("{{{name}}}")), "{path}: {name}");
            }
        }
    }

    #[test]
    fn conditions_name_rows_of_the_same_rule() {
        for rule in RULES {
            for field in rule.fields {
                let (When::Unless(other) | When::If(other)) = field.when else { continue };
                assert!(rule.fields.iter().any(|field| field.response_field == other), "{other}");
            }
        }
    }
}
