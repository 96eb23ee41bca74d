//! Test banks by the names that Meld's guides use.

#[derive(Debug)]
pub(crate) struct Institution {
    pub id: &'static str,
    pub name: &'static str,
    /// The service provider that connects to it.
    pub provider: &'static str,
    pub region: &'static str,
}

const fn institution(
    id: &'static str,
    name: &'static str,
    provider: &'static str,
    region: &'static str,
) -> Institution {
    Institution { id, name, provider, region }
}

/// All banks. The first is the default.
pub(crate) static INSTITUTIONS: [Institution; 12] = [
    institution("7399y1QTvitBw643wAVuJ3", "First Platypus Bank", "PLAID", "US"),
    institution("8Kq2ZpVxXnBzT4rGhW5mLd", "Tartan Bank", "PLAID", "US"),
    institution("9Lr3YqWyZpCaU5sHjX6nMe", "Houndstooth Bank", "PLAID", "US"),
    institution("aMs4XrZzAqDbV6tKkY7pNf", "MX Bank", "MX", "US"),
    institution("bNt5WsAaBrEcW7uLmZ8qPg", "MX Bank (OAuth)", "MX", "US"),
    institution("cPu6VtBbCsFdX8vMnA9rQh", "FinBank Profiles A", "FINICITY", "US"),
    institution("dQv7UuCcDtGeY9wNpB2sRj", "FinBank Profiles B", "FINICITY", "US"),
    institution("eRw8TvDdEuHfZ2xPqC3tSk", "Mikomo", "AKOYA", "US"),
    institution("fSx9SwEeFvJgA3yQrD4uTm", "DAG Site", "YODLEE", "US"),
    institution("gTy2RxFfGwKhB4zRsE5vUn", "Fake Bank Simple", "SALTEDGE", "GB"),
    institution("hUz3QyGgHxLjC5aStF6wVp", "Fake Bank with Client Keys", "SALTEDGEPARTNERS", "DE"),
    institution("jVa4PzHhJyMkD6bTuG7xWq", "Mesh Exchange", "MESH", "US"),
];

pub(crate) fn find(id: &str) -> Option<&'static Institution> {
    INSTITUTIONS.iter().find(|institution| institution.id == id)
}

impl Institution {
    /// Returns `true` if the provider supports a product.
    pub fn offers(&self, product: &str) -> bool {
        match self.provider {
            "SALTEDGE" | "SALTEDGEPARTNERS" => !product.starts_with("INVESTMENT"),
            "MESH" => product == "BALANCES" || product.starts_with("INVESTMENT"),
            _ => true,
        }
    }

    /// Returns `true` if the provider can add a product to a connection; `has` tells which products it has.
    pub fn adds(&self, product: &str, has: impl Fn(&str) -> bool) -> bool {
        match (self.provider, product) {
            ("FINICITY" | "PLAID" | "AKOYA", _) => true,
            ("MX", "INVESTMENT_TRANSACTIONS") => has("TRANSACTIONS") || has("INVESTMENT_HOLDINGS"),
            ("MX", "TRANSACTIONS" | "INVESTMENT_HOLDINGS") => has("INVESTMENT_TRANSACTIONS"),
            _ => false,
        }
    }
}
