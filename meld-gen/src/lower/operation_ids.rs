//! Ids of operations: every operation has one of its own.

use std::collections::{HashMap, HashSet};

use openapiv3::{Operation, Paths, ReferenceOr};

use crate::error::pointer_push;
use crate::spec::visit;

/// Gives each operation an id of its own. One without an operationId, and one whose operationId an earlier operation has, get
/// theirs from method and path. Returns notices by the pointer of the operation.
///
/// The order is that of paths and methods, so that ids do not depend on the order in the spec. Paths in `shared` refer to
/// path items of others, and come last.
pub(super) fn make_unique(paths: &mut Paths, shared: &HashSet<String>) -> Vec<(String, String)> {
    let mut operations = operations(paths);
    operations.sort_by_key(|(path, method, _)| (shared.contains(*path), *path, *method));
    let declared: HashSet<String> = operations.iter().filter_map(|(.., operation)| own_id(operation)).collect();
    let mut notices = Vec::new();
    let mut taken: HashSet<String> = HashSet::new();
    let mut firsts: HashMap<String, String> = HashMap::new();
    for (path, method, operation) in operations {
        let own = own_id(operation);
        let pointer = pointer_push(&pointer_push("/paths", path), method);
        if let Some(id) = own.as_ref().filter(|id| !firsts.contains_key(*id)) {
            taken.insert(id.clone());
            firsts.insert(id.clone(), pointer);
            continue;
        }
        let free = free(&from_path(method, path), &declared, &mut taken);
        let problem = match own.as_ref().and_then(|id| Some((id, firsts.get(id)?))) {
            Some((id, first)) => format!("the operationId `{id}` is already that of {first}"),
            None => "the operation has no operationId".to_owned(),
        };
        notices.push((pointer, format!("{problem}; it counts as `{free}`")));
        operation.operation_id = Some(free);
    }
    notices
}

/// Returns all operations with their paths and methods.
fn operations(paths: &mut Paths) -> Vec<(&str, &'static str, &mut Operation)> {
    let items = paths.paths.iter_mut().filter_map(|(path, item)| match item {
        ReferenceOr::Item(item) => Some((path.as_str(), item)),
        ReferenceOr::Reference { .. } => None,
    });
    let operations = items.flat_map(|(path, item)| visit::methods_mut(item).map(move |(name, it)| (path, name, it)));
    operations.collect()
}

/// Returns the operationId; an empty one counts as none.
fn own_id(operation: &Operation) -> Option<String> {
    operation.operation_id.clone().filter(|id| !id.is_empty())
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

    /// Returns the ids of the operations by path and method, and the notices.
    fn ids(paths: serde_json::Value, shared: &[&str]) -> (Vec<String>, Vec<(String, String)>) {
        let mut paths: Paths = serde_json::from_value(paths).unwrap();
        let shared = shared.iter().map(|path| (*path).to_owned()).collect();
        let notices = make_unique(&mut paths, &shared);
        let mut operations = operations(&mut paths);
        operations.sort_by_key(|(path, method, _)| (*path, *method));
        (operations.iter().filter_map(|(.., operation)| own_id(operation)).collect(), notices)
    }

    #[test]
    fn every_operation_gets_an_id_of_its_own() {
        let paths = json!({
            "/a": {"get": {"operationId": "x", "responses": {}}, "post": {"operationId": "", "responses": {}}},
            "/a/{id}:go": {"get": {"responses": {}}},
            "/b": {"get": {"operationId": "x", "responses": {}}},
            "/c": {"get": {"operationId": "get-b", "responses": {}}},
        });
        let (ids, notices) = ids(paths, &[]);
        assert_eq!(ids, ["x", "post-a", "get-a-id-go", "get-b-2", "get-b"]);
        assert_eq!(notices.len(), 3);
        let message = "the operationId `x` is already that of /paths/~1a/get; it counts as `get-b-2`";
        assert_eq!(notices[2], ("/paths/~1b/get".to_owned(), message.to_owned()));
    }

    #[test]
    fn ids_do_not_depend_on_the_order() {
        let twice = json!({"operationId": "x", "responses": {}});
        let none = json!({"responses": {}});
        let one = json!({"/a": {"put": twice, "get": twice}, "/b/c": {"get": none}, "/b-c": {"get": none}});
        let other = json!({"/b-c": {"get": none}, "/b/c": {"get": none}, "/a": {"get": twice, "put": twice}});
        assert_eq!(ids(one.clone(), &[]), ids(other, &[]));
        assert_eq!(ids(one.clone(), &[]).0, ["x", "put-a", "get-b-c", "get-b-c-2"]);
        assert_eq!(ids(one, &["/a", "/b-c"]).0, ["x", "put-a", "get-b-c-2", "get-b-c"]);
    }
}
