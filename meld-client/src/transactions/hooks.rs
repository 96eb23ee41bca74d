// Compiled once for each API version and `family`; see `include_hooks!`.

use super::*;
use family::{Client, builder, types};

impl TransactionsClient for Client {
    type Transaction = types::PaymentTransactionOutput;
}

impl Transactions for Client {
    fn get(&self, id: &str) -> impl Call<Output: TransactionResponse<Transaction = Self::Transaction>> + use<> {
        self.get_transaction().id(id)
    }

    fn search_session(&self, session_id: &str) -> impl Call<Output: Page<Item: Transaction + Send> + Send> + use<> {
        self.search_transactions().session_ids([session_id])
    }

    fn search_order(&self, order_id: &str) -> impl Call<Output: Page<Item: Transaction + Send> + Send> + use<> {
        self.search_transactions().order_ids([order_id])
    }
}

impl TransactionSearch for builder::SearchTransactions {}
