//! Ids of operations: every operation has one of its own.

use std::collections::{HashMap, HashSet};

use openapiv3::{Paths, ReferenceOr};

use crate::error::pointer_push;
use crate::spec::visit;

/// Two operations with the same operationId.
#[derive(Debug, PartialEq)]
pub(super) struct RepeatedId {
    pub id: String,
    /// JSON pointer of the first operation.
    pub first: String,
    /// JSON pointer of the second operation.
    pub pointer: String,
}

/// Gives operations without an operationId one from method and path. Paths in `shared` refer to path items that several
/// paths may have; their ids get numbers. Returns notices by the pointer of the operation.
///
/// # Errors
/// Returns the first repeated id of other paths.
pub(super) fn make_unique(paths: &mut Paths, shared: &HashSet<String>) -> Result<Vec<(String, String)>, RepeatedId> {
    let mut notices = Vec::new();
    let declared: HashSet<String> = paths
        .paths
        .values()
        .filter_map(ReferenceOr::as_item)
        .flat_map(|item| item.iter().filter_map(|(_, operation)| operation.operation_id.clone()))
        .collect();
    let mut taken = HashSet::new();
    let mut firsts: HashMap<String, String> = HashMap::new();
    for (path, item) in &mut paths.paths {
        let ReferenceOr::Item(item) = item else { continue };
        for (method, operation) in visit::methods_mut(item) {
            let own = operation.operation_id.take().filter(|id| !id.is_empty());
            let pointer = pointer_push(&pointer_push("/paths", path), method);
            let id = match own {
                Some(id) if taken.insert(id.clone()) => {
                    firsts.insert(id.clone(), pointer);
                    id
                }
                Some(id) if !shared.contains(path) => {
                    let first = firsts.remove(&id).unwrap_or_default();
                    return Err(RepeatedId { id, first, pointer });
                }
                Some(id) => {
                    let free = free(&id, &declared, &mut taken);
                    let message = format!("the operationId `{id}` occurs again; it counts as `{free}`");
                    notices.push((pointer, message));
                    free
                }
                None => {
                    let base = from_path(method, path);
                    let free = free(&base, &declared, &mut taken);
                    let message = format!("the operation has no operationId; it counts as `{free}`");
                    notices.push((pointer, message));
                    free
                }
            };
            operation.operation_id = Some(id);
        }
    }
    Ok(notices)
}

/// Returns the id itself, or the id with the first free number.
fn free(id: &str, declared: &HashSet<String>, taken: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|number: usize| format!("{id}-{number}"));
    let mut ids = std::iter::once(id.to_owned()).chain(numbered);
    let free = ids.find(|id| !declared.contains(id) && !taken.contains(id)).unwrap_or_default();
    taken.insert(free.clone());
    free
}

/// Returns method and path as one name: `get-things-id` for `GET /things/{id}`.
fn from_path(method: &str, path: &str) -> String {
    let words = path.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_operation_gets_an_id_of_its_own() {
        let mut paths: Paths = serde_json::from_value(json!({
            "/a": {"get": {"operationId": "x", "responses": {}}, "post": {"responses": {}}},
            "/a/{id}:go": {"get": {"responses": {}}},
            "/b": {"get": {"operationId": "x", "responses": {}}},
            "/c": {"get": {"operationId": "x-2", "responses": {}}},
        }))
        .unwrap();
        let shared = HashSet::from(["/b".to_owned()]);
        let notices = make_unique(&mut paths, &shared).unwrap();
        let items = paths.paths.values().filter_map(ReferenceOr::as_item);
        let ids: Vec<_> = items.flat_map(|item| item.iter().filter_map(|(_, it)| it.operation_id.as_deref())).collect();
        assert_eq!(ids, ["x", "post-a", "get-a-id-go", "x-3", "x-2"]);
        assert_eq!(notices.len(), 3);
        assert_eq!(notices[2].0, "/paths/~1b/get");
        let repeated = json!({"operationId": "x", "responses": {}});
        let mut paths = serde_json::from_value(json!({"/a": {"get": repeated, "put": repeated}})).unwrap();
        let (id, first) = ("x".to_owned(), "/paths/~1a/get".to_owned());
        let repeated = RepeatedId { id, first, pointer: "/paths/~1a/put".to_owned() };
        assert_eq!(make_unique(&mut paths, &HashSet::new()), Err(repeated));
    }
}
