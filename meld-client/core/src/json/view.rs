//! Views of typed values by their JSON names, without encoding them.

use std::borrow::Cow;

use rust_decimal::Decimal;
/// A view of a value.
#[derive(Clone)]
pub enum View<'a> {
    /// A value without text and parts: null, a boolean, or a value of a request.
    Nothing,
    /// A string.
    Text(Cow<'a, str>),
    /// A number.
    Number(Decimal),
    /// An object.
    Object(&'a dyn Parts),
    /// A list.
    List(&'a dyn Items),
}

/// The parts of an object.
pub trait Parts {
    /// Returns a view of the value with this JSON name.
    fn part(&self, name: &str) -> View<'_>;
}

/// The items of a list.
pub trait Items {
    /// Returns the number of items.
    fn count(&self) -> usize;

    /// Returns a view of an item.
    fn item(&self, index: usize) -> View<'_>;
}

impl<'a> View<'a> {
    /// Creates the view of a string.
    #[must_use]
    pub fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// Returns a view of the part with this JSON name. Only objects have parts.
    #[must_use]
    pub fn part(&self, name: &str) -> Self {
        match *self {
            Self::Object(object) => object.part(name),
            _ => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UnknownVariant;
    use crate::json::ToJson;

    #[derive(Clone, Default, PartialEq)]
    struct Order {
        id: Option<String>,
        amount: Option<Decimal>,
        count: Option<u32>,
        items: Vec<Item>,
        details: Option<Details>,
    }

    crate::object! {
        read Order {
            id: "id" also "orderId",
            amount: "amount" as_text,
            count: "count",
            items: "items",
            details: "details" selected_by "type",
        }
    }

    #[derive(Clone, Default, PartialEq)]
    struct Item {
        code: Option<String>,
    }

    crate::object! { read Item { code: "code" } }

    #[derive(Clone, Debug, PartialEq)]
    enum Details {
        Card(Item),
        Unknown(UnknownVariant),
    }

    crate::selected_union! { read Details by "type", "details" { Card(Item): "CARD" } }

    /// Returns the text at a path of a decoded order, or how many items are there.
    fn text(json: &str, path: &str) -> Option<String> {
        let order: Order = serde_json::from_str(json).unwrap();
        let view = path.split('.').fold(order.view(), |view, name| view.part(name));
        match view {
            View::Nothing | View::Object(_) => None,
            View::Text(text) => Some(text.into_owned()),
            View::Number(number) => Some(number.to_string()),
            View::List(items) => Some(format!("{} items", items.count())),
        }
    }

    #[test]
    fn parts_have_the_names_of_the_json() {
        let json = r#"{"orderId":"a","amount":"1.50","count":7,"items":[{"code":"x"}]}"#;
        for (path, expected) in [("id", "a"), ("amount", "1.50"), ("count", "7"), ("items", "1 items")] {
            assert_eq!(text(json, path).as_deref(), Some(expected), "{path}");
        }
        for path in ["orderId", "Id", "id.id", "items.code", "brandNew"] {
            assert_eq!(text(json, path), None, "{path}");
        }
        assert_eq!(text("{}", "id"), None);
    }

    #[test]
    fn parts_of_unions_are_selector_and_content() {
        for (kind, code) in [("CARD", "known"), ("NEW", "unknown")] {
            let json = format!(r#"{{"type":"{kind}","details":{{"code":"{code}"}}}}"#);
            assert_eq!(text(&json, "type").as_deref(), Some(kind));
            assert_eq!(text(&json, "details.code").as_deref(), Some(code));
            assert_eq!(text(&json, "code"), None);
        }
    }

    #[test]
    fn items_are_seen_by_index() {
        let items = vec![Item { code: Some("x".to_owned()) }, Item::default()];
        let View::List(items) = items.view() else { panic!("not a list") };
        assert!(matches!(items.item(0).part("code"), View::Text(code) if code == "x"));
        assert!(matches!(items.item(1).part("code"), View::Nothing));
        assert!(matches!(items.item(2), View::Nothing));
    }
}
