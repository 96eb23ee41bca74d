//! The tables of unions: those with a selector, and those whose members are not all in the spec.

/// A union of Meld's specs and its selector.
pub(super) struct Row {
    pub(super) component: &'static str,
    pub(super) tag: &'static str,
    pub(super) content: Option<&'static str>,
    /// Tag value and component of each variant.
    pub(super) variants: &'static [(&'static str, &'static str)],
}

/// `ImportRequest.connections[]`. The base also lists providers without a member.
pub(super) const IMPORT_CONNECTION: Row = Row {
    component: "ImportConnection",
    tag: "serviceProvider",
    content: None,
    variants: &[
        ("AKOYA", "ImportAkoyaDetails"),
        ("FINICITY", "ImportFinicityDetails"),
        ("MESH", "ImportMeshDetails"),
        ("PLAID", "ImportPlaidDetails"),
    ],
};

/// `sessionData` of a widget session.
pub(super) const SESSION_DATA: Row = Row {
    component: "SessionData",
    tag: "sessionType",
    content: Some("sessionData"),
    variants: &[
        ("BUY", "CryptoBuySessionData"),
        ("SELL", "CryptoSellSessionData"),
        ("TRANSFER", "CryptoTransferSessionData"),
    ],
};

/// `paymentMethod.details` of a virtual account's offramp order.
pub(super) const PAYMENT_METHOD_DETAILS: Row = Row {
    component: "PaymentMethodDetails",
    tag: "type",
    content: Some("details"),
    variants: &[
        ("ACH", "AchPaymentMethodDetails"),
        ("LOCAL_BANK_TRANSFER", "AchPaymentMethodDetails"),
        ("SEPA", "SepaPaymentMethodDetails"),
    ],
};

/// `fiatPayoutMethod.details` of a headless offramp order.
pub(super) const PAYOUT_DETAILS: Row = Row {
    component: "FiatPayoutMethodDetails",
    tag: "type",
    content: Some("details"),
    variants: &[
        ("ACH", "AchPaymentMethodDetails"),
        ("SEPA", "SepaPaymentMethodDetails"),
        ("MOBILE_MONEY", "MobilePaymentMethodDetails"),
        ("PAYOUT_TO_BANK", "AchPaymentMethodDetails"),
        ("NG_BANK_TRANSFER", "AchPaymentMethodDetails"),
        ("ZA_BANK_TRANSFER", "AchPaymentMethodDetails"),
    ],
};

/// `paymentMethodResponseDetails` of a headless onramp order.
pub(super) const ORDER_DETAILS: Row = Row {
    component: "PaymentMethodResponseDetails",
    tag: "paymentMethodType",
    content: Some("paymentMethodResponseDetails"),
    variants: &[
        ("APPLE_PAY", "ApplePayOrder"),
        ("CREDIT_DEBIT_CARD", "CardOrder"),
        ("ACH", "BankTransferOrder"),
        ("SEPA", "BankTransferOrder"),
        ("PIX", "BankTransferOrder"),
        ("MOBILE_MONEY", "BankTransferOrder"),
    ],
};

/// `receivingBankInformation` of a virtual account's onramp order.
pub(super) const RECEIVING_BANK_INFORMATION: Row = Row {
    component: "ReceivingBankInformation",
    tag: "paymentMethodType",
    content: Some("receivingBankInformation"),
    variants: &[
        ("ACH", "AchReceivingBankInformation"),
        ("LOCAL_BANK_TRANSFER", "LocalBankTransferReceivingBankInformation"),
        ("SEPA", "SepaReceivingBankInformation"),
    ],
};

/// `receivingBankInformation` of deposit instructions.
pub(super) const DEPOSIT_BANK_INFORMATION: Row = Row {
    component: "DepositBankInformation",
    tag: "paymentMethodType",
    content: Some("receivingBankInformation"),
    variants: &[
        ("ACH", "AchReceivingBankInformation"),
        ("SEPA", "SepaReceivingBankInformation"),
        ("PIX", "PixReceivingBankInformation"),
        ("MOBILE_MONEY", "MobileMoneyReceivingBankInformation"),
    ],
};

/// A union whose only member is one of several schemas that the service sends.
pub(super) struct OpenEnded {
    pub(super) family: &'static str,
    pub(super) schema: &'static str,
    pub(super) property: &'static str,
    pub(super) reason: &'static str,
}

/// A component that is a union whose members are not all there.
pub(super) const INCOMPLETE: &[(&str, &str)] = &[("payments", "PaymentMethodDetails")];

pub(super) const OPEN_ENDED: &[OpenEnded] = &[OpenEnded {
    family: "customer",
    schema: "ServiceProviderCustomer",
    property: "serviceProviderDetails",
    reason: "every provider has details of its own, and the spec lists those of one",
}];
