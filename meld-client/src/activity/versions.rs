//! The activity log of each version.

use std::collections::BTreeMap;

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::serde_json::Value;

use super::ImportFailure;
use super::log::{self, ActivityExt, Calls, Details, Logged};
use crate::Error;
use crate::for_versions::for_versions;

/// How a version calls.
macro_rules! calls {
    ($version:ident) => {
        const _: () = {
            use crate::$version::beta::{Client, builder, types};

            impl Logged for types::ActivityResponse {
                fn key(&self) -> Option<&str> {
                    self.key.as_deref()
                }

                fn occurred_at(&self) -> Option<DateTime<Utc>> {
                    self.occurred_at
                }

                fn attribute(&self, name: &str) -> Option<&str> {
                    self.attributes.get(name).and_then(Value::as_str)
                }

                fn entity_of(&self, kind: &str) -> Option<&str> {
                    let entity = self.entity.as_ref()?;
                    let found = entity.type_.as_deref()?.to_ascii_uppercase().ends_with(kind);
                    entity.id.as_deref().filter(|_| found)
                }

                fn set_details(&mut self, details: Value) {
                    self.details = Some(details);
                }
            }

            impl Calls for Client {
                type Activity = types::ActivityResponse;
                type Search = builder::SearchActivityLog;

                fn search(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> Self::Search {
                    self.search_activity_log().start(start).end(end)
                }

                fn of_request(search: Self::Search, request_id: &str) -> Self::Search {
                    search.request_id(request_id)
                }

                fn of_connections(search: Self::Search, connection_id: &str) -> Self::Search {
                    search.connection_ids([connection_id])
                }

                fn failed_imports(search: Self::Search) -> Self::Search {
                    let failed = types::ActivityAction::InstitutionConnectionImportFailed;
                    search.actions([failed.as_str()])
                }

                async fn read_details(&self, keys: &[&str]) -> Result<Vec<Details>, Error> {
                    let call = self.get_activity_log_details().keys(keys.iter().copied());
                    let details = call.send().await?.into_inner().into_iter();
                    Ok(details.map(|one| (one.key, one.details)).collect())
                }
            }
        };
    };
}

/// What a version offers.
macro_rules! activity_log {
    ($version:ident) => {
        const _: () = {
            use crate::$version::beta::{Client, builder, types};

            impl ActivityExt for Client {
                type Activity = types::ActivityResponse;
                type Search = builder::SearchActivityLog;

                fn activities_since(&self, since: DateTime<Utc>) -> Self::Search {
                    log::activities_since(self, since)
                }

                async fn explain_request(
                    &self,
                    request_id: &str,
                    since: DateTime<Utc>,
                ) -> Result<Vec<Self::Activity>, Error> {
                    let search = log::activities_since(self, since);
                    log::explained(self, <Self as Calls>::of_request(search, request_id)).await
                }

                async fn of_connection(
                    &self,
                    connection_id: &str,
                    since: DateTime<Utc>,
                ) -> Result<Vec<Self::Activity>, Error> {
                    let search = log::activities_since(self, since);
                    log::explained(self, <Self as Calls>::of_connections(search, connection_id))
                        .await
                }

                async fn import_failures(
                    &self,
                    since: DateTime<Utc>,
                ) -> Result<Vec<ImportFailure<Self::Activity>>, Error> {
                    let search = log::activities_since(self, since);
                    let failed =
                        log::explained(self, <Self as Calls>::failed_imports(search)).await?;
                    Ok(failed.into_iter().map(ImportFailure::new).collect())
                }

                async fn details(&self, keys: &[&str]) -> Result<BTreeMap<String, Value>, Error> {
                    log::details(self, keys).await
                }
            }
        };
    };
}

for_versions!("beta", calls);
for_versions!("beta", activity_log);
