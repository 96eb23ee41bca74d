// Compiled once for each API version, which is `api`; see `include_hooks!`.

use super::*;
use api::beta::{Client, builder, types};

impl ActivityClient for Client {
    type Activity = types::ActivityResponse;
    type Search = builder::SearchActivityLog;
}

impl ActivityLog for Client {
    fn search(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> Self::Search {
        self.search_activity_log().start(start).end(end)
    }

    fn by_request(search: Self::Search, request_id: &str) -> Self::Search {
        search.request_id(request_id)
    }

    fn by_connection(search: Self::Search, connection_id: &str) -> Self::Search {
        search.connection_ids([connection_id])
    }

    fn by_failed_import(search: Self::Search) -> Self::Search {
        let failed = types::ActivityAction::InstitutionConnectionImportFailed;
        search.actions([failed.as_str()])
    }

    async fn details(&self, keys: &[&str]) -> Result<Vec<Details>, Error> {
        let call = self.get_activity_log_details().keys(keys.iter().copied());
        let details = call.send().await?.into_inner().into_iter();
        Ok(details.map(|one| (one.key, one.details)).collect())
    }
}

impl Activity for types::ActivityResponse {
    fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    fn occurred_at(&self) -> Option<DateTime<Utc>> {
        self.occurred_at
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).and_then(Value::as_str)
    }

    fn entity(&self) -> Option<(&str, &str)> {
        let entity = self.entity.as_ref()?;
        Some((entity.type_.as_deref()?, entity.id.as_deref()?))
    }

    fn set_details(&mut self, details: Value) {
        self.details = Some(details);
    }
}
