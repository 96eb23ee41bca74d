//! Results as rows and columns.

use crate::json::{Json, Path};

/// The columns that are shown first.
const FIRST: [&str; 14] = [
    "id",
    "key",
    "status",
    "type",
    "transactionType",
    "serviceProvider",
    "paymentMethodType",
    "sourceAmount",
    "sourceCurrencyCode",
    "destinationAmount",
    "destinationCurrencyCode",
    "exchangeRate",
    "totalFee",
    "name",
];

/// The cells of a result, with the names of the columns.
pub struct Rows {
    pub columns: Vec<String>,
    /// The cells of each row, one for each column.
    pub cells: Vec<Vec<String>>,
    /// `true` if the result is one object, and no list.
    pub is_single: bool,
}

impl Rows {
    /// Returns the rows of a list, or of the only list in an object. Any other result is a row.
    pub fn of(result: &Json, fields: &[(String, Path)]) -> Self {
        let list = list(result, fields);
        let is_single = list.is_none();
        let items: Vec<&Json> = match list {
            Some(items) => items.iter().collect(),
            None => vec![result],
        };
        if items.iter().any(|item| !matches!(item, Json::Object(_))) {
            let cells = items.into_iter().map(|item| vec![cell(item)]).collect();
            return Self { columns: vec!["value".to_owned()], cells, is_single };
        }
        let columns = match fields {
            [] => columns(&items),
            fields => fields.to_vec(),
        };
        let cells = items.iter().map(|item| {
            let cells = columns.iter().map(|(_, path)| path.get(item).map(cell).unwrap_or_default());
            cells.collect()
        });
        let cells = cells.collect();
        Self { columns: columns.into_iter().map(|(name, _)| name).collect(), cells, is_single }
    }
}

/// Returns the result, or each item of its list, with some fields only.
pub fn project(result: &Json, fields: &[(String, Path)]) -> Json {
    match list(result, fields) {
        Some(items) => Json::Array(items.iter().map(|item| Path::project(item, fields)).collect()),
        None => Path::project(result, fields),
    }
}

/// Returns the list that a result is about: itself, or its only list of objects, unless a field is one of the result.
fn list<'a>(result: &'a Json, fields: &[(String, Path)]) -> Option<&'a [Json]> {
    let object = match result {
        Json::Array(items) => return Some(items),
        Json::Object(object) => object,
        _ => return None,
    };
    if fields.iter().any(|(_, path)| path.get(result).is_some()) {
        return None;
    }
    let is_scalar = object.values().all(|value| value.is_scalar() || matches!(value, Json::Array(_)));
    let mut lists = object.values().filter_map(|value| match value {
        Json::Array(items) if items.iter().all(|item| matches!(item, Json::Object(_))) => Some(items),
        _ => None,
    });
    match (lists.next(), lists.next()) {
        (Some(items), None) if is_scalar => Some(items),
        _ => None,
    }
}

/// Returns the names of all scalar fields, the most telling first. Without any, all fields.
fn columns(items: &[&Json]) -> Vec<(String, Path)> {
    let mut names: Vec<&String> = Vec::new();
    for with_nested in [false, true] {
        for item in items {
            let Json::Object(fields) = item else { continue };
            for (name, value) in fields {
                if (value.is_scalar() || with_nested) && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        if !names.is_empty() {
            break;
        }
    }
    names.sort_by_key(|name| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()));
    names.into_iter().map(|name| (name.clone(), Path::field(name))).collect()
}

/// Returns a cell: strings without quotes, objects and lists as JSON.
fn cell(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        json if json.is_null() => String::new(),
        json => json.to_compact(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(json: &str, fields: &[&str]) -> Rows {
        let fields: Vec<_> = fields.iter().map(|field| ((*field).to_owned(), Path::parse(field).unwrap())).collect();
        Rows::of(&Json::parse(json).unwrap(), &fields)
    }

    #[test]
    fn lists_in_objects_are_rows() {
        let found = rows(r#"{"count":2,"quotes":[{"b":1,"id":"x","n":{}},{"c":null,"id":"y"}]}"#, &[]);
        assert_eq!(found.columns, ["id", "b", "c"]);
        assert_eq!(found.cells, [["x", "1", ""], ["y", "", ""]]);
        let found = rows(r#"{"count":2,"quotes":[{"b":1}]}"#, &["count"]);
        assert_eq!(found.cells, [["2"]]);
    }

    #[test]
    fn fields_may_be_nested() {
        let found = rows(r#"[{"a":{"b":[1,2.50]}}]"#, &["a.b[1]", "x"]);
        assert_eq!(found.cells, [["2.50", ""]]);
    }
}
