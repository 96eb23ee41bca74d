//! Comparison of responses with their requests. A response for something else is never used.
//!
//! Services confuse responses, and replace unknown codes with others. A quote for bitcoin instead of a stablecoin
//! would open a session that sends bitcoin to a wallet of another chain. A response that repeats values of its request
//! (currencies, amounts, country, ids) must therefore agree with it.
//!
//! [`rules`] lists the fields by operation. [`requested`] finds their values in the request's body, and [`compare`] in
//! the decoded response. A [`View`] has exactly the values that the caller sees, for every type of every version.
//!
//! - A field that is missing or null in either of them agrees.
//! - Ids are compared exactly, codes regardless of letter case, and amounts as numbers (`100` is `100.00`), up to rounding
//!   to the decimals of the currency.
//! - An item of a list that disagrees is removed and reported, so that it cannot be ranked or chosen. With strict
//!   decoding, the response is an error.
//! - Any other response that disagrees is an error of kind [`Decode`](crate::ErrorKind::Decode). For calls that move money
//!   it leaves the outcome unknown.
//!
//! Warnings and errors name the fields without their values, because amounts and ids may be private.

mod compare;
mod requested;
mod rules;

use std::collections::BTreeMap;

use serde_json::value::{RawValue, to_raw_value};

use compare::{Verdicts, compare};
pub(crate) use requested::Requested;
use rules::{Field, When};

use crate::client::response::ResponseValue;
use crate::error::Error;
use crate::http_response::HttpResponse;
use crate::json::{FromJson, Json, ToJson, View};

/// Returns the response if it agrees with the request, without the items of its list that do not.
///
/// # Errors
///
/// Returns an error of kind [`Decode`](crate::ErrorKind::Decode) if the response is for something else, or if an item
/// is for something else and `strict` is set.
pub(crate) fn check<T: FromJson + ToJson + Default>(
    requested: &Requested<'_>,
    mut response: ResponseValue<T>,
    strict: bool,
) -> Result<ResponseValue<T>, Error> {
    let differences = differences(&response.view(), requested);
    let Some(&(item, field)) = differences.first() else { return Ok(response) };
    let Some(list) = requested.list().filter(|_| !strict) else {
        return Err(error(&response, &path(requested.list(), item, field), field));
    };
    let dropped: Vec<usize> = differences.iter().map(|(item, _)| *item).collect();
    let Some(rest) = without(response.as_ref(), list, &dropped) else {
        return Err(error(&response, &path(Some(list), item, field), field));
    };
    let (value, warnings) = response.parts_mut();
    *value = rest;
    for (item, field) in differences {
        warnings.add_difference(path(Some(list), item, field), field.expected);
    }
    Ok(response)
}

/// Returns the items that differ from the request, each with a field. A response as a whole is item 0.
fn differences(response: &View<'_>, requested: &Requested<'_>) -> Vec<(usize, &'static Field)> {
    let difference = |value: &View<'_>| first_difference(requested.fields(), compare(value, requested));
    let Some(list) = requested.list() else {
        return difference(response).map(|field| (0, field)).into_iter().collect();
    };
    let View::List(items) = response.part(list) else { return Vec::new() };
    (0..items.count()).filter_map(|item| Some((item, difference(&items.item(item))?))).collect()
}

/// Returns the first field whose difference counts.
fn first_difference(fields: &'static [Field], verdicts: Verdicts) -> Option<&'static Field> {
    let is_equal = |name: &str| verdicts.equal.iter().any(|index| fields[index].response_field == name);
    verdicts.different.iter().map(|index| &fields[index]).find(|field| match field.when {
        When::Always => true,
        When::Never => false,
        When::Unless(other) => !is_equal(other),
        When::If(other) => is_equal(other),
    })
}

fn path(list: Option<&str>, item: usize, field: &Field) -> String {
    match list {
        Some(list) => format!("{list}[{item}].{}", field.response_field),
        None => field.response_field.to_owned(),
    }
}

fn error<T>(response: &ResponseValue<T>, path: &str, field: &Field) -> Error {
    let reason = format!("it is not {}, so the response is for something else", field.expected);
    Error::unusable(response, path.to_owned(), reason)
}

/// Returns the value without some items of its list. The detour over JSON is rare, and the only way that works for all
/// types.
fn without<T: FromJson + ToJson + Default>(value: &T, list: &str, dropped: &[usize]) -> Option<T> {
    let text = serde_json::to_string(&Json(value)).ok()?;
    let mut object: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&text).ok()?;
    let items: Vec<Box<RawValue>> = serde_json::from_str(object.get(list)?.get()).ok()?;
    let kept = items.into_iter().enumerate().filter(|(index, _)| !dropped.contains(index));
    let kept: Vec<Box<RawValue>> = kept.map(|(_, item)| item).collect();
    object.insert(list.to_owned(), to_raw_value(&kept).ok()?);
    let body = serde_json::to_vec(&object).ok()?.into();
    let response = HttpResponse { body, ..HttpResponse::default() };
    ResponseValue::from_http_response(response, &[], false).ok().map(ResponseValue::into_inner)
}

#[cfg(test)]
mod tests;
