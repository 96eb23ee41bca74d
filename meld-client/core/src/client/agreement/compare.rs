//! Comparison of the fields of a decoded response that a rule lists.

use super::requested::Requested;
use super::rules::{Field, Fields};
use crate::json::View;

/// The results of one comparison.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Verdicts {
    /// The fields that agree.
    pub(super) equal: Fields,
    /// The fields that disagree.
    pub(super) different: Fields,
}

/// Compares a response, or an item of its list.
pub(super) fn compare(value: &View<'_>, requested: &Requested<'_>) -> Verdicts {
    let mut verdicts = Verdicts::default();
    for index in requested.present().iter() {
        match requested.agrees(index, &part(value, &requested.fields()[index])) {
            Some(true) => verdicts.equal.add(index),
            Some(false) => verdicts.different.add(index),
            None => {}
        }
    }
    verdicts
}

/// Returns the part of a value that a field names.
fn part<'a>(value: &View<'a>, field: &Field) -> View<'a> {
    let path = field.response_field;
    if !field.is_nested {
        return value.part(path);
    }
    path.split('.').fold(value.clone(), |value, name| value.part(name))
}
