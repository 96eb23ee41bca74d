// Compiled once for each API version, which is `api`; see `include_hooks!`.

use super::*;
use api::crypto::Client;

impl SessionTransactions for Client {
    fn get_by_session(
        &self,
        session_id: &str,
    ) -> impl Call<Output: TransactionResponse<Transaction = Self::Transaction>> + use<> {
        self.get_transaction_by_session().session_id(session_id)
    }
}
