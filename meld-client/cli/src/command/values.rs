//! Values that are listed in the help and suggested, while others are accepted too.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, Error};

/// Accepts any string, and lists the known ones.
#[derive(Clone)]
pub struct OpenValues(pub Vec<String>);

impl TypedValueParser for OpenValues {
    type Value = String;

    fn parse_ref(&self, _: &Command, _: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        Ok(value.to_string_lossy().into_owned())
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        if self.0.is_empty() {
            return None;
        }
        Some(Box::new(self.0.iter().map(PossibleValue::new)))
    }
}

/// Returns a warning about a value that is none of the known ones; `None` if it is.
pub fn unknown_value(name: &str, value: &str, known: &[String]) -> Option<String> {
    if known.is_empty() || known.iter().any(|known| known == value) {
        return None;
    }
    let near = nearest(value, known.iter().map(String::as_str));
    let suggestion = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Some(format!("the spec does not list `{value}` for `{name}`{suggestion}"))
}

/// Returns the name that is most like another one, if one is.
fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let likeness = |known: &str| strsim::jaro_winkler(&known.to_ascii_lowercase(), &name.to_ascii_lowercase());
    let best = known.map(|known| (likeness(known), known)).max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(likeness, _)| *likeness > 0.75).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_values_suggest_the_nearest() {
        let known = ["BANXA", "TRANSAK"].map(str::to_owned);
        assert_eq!(unknown_value("p", "BANXA", &known), None);
        assert!(unknown_value("p", "transack", &known).unwrap().ends_with("did you mean `TRANSAK`?"));
        assert!(!unknown_value("p", "ZZZ", &known).unwrap().contains("mean"));
        assert_eq!(unknown_value("p", "ZZZ", &[]), None);
    }
}
