//! Values of paths, queries and headers.

use std::borrow::Cow;
use std::num::{NonZeroU32, NonZeroU64};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rust_decimal::Decimal;
#[cfg(feature = "client")]
use uuid::Uuid;

use crate::date_or_time::DateOrTime;

/// A value that can be a path, query or header parameter.
///
/// Not implemented for binary floats: amounts are [`Decimal`]s, which keep their digits.
pub trait ParameterValue {
    /// Returns the string that is sent, before any percent-encoding.
    fn to_parameter(&self) -> Cow<'_, str>;
}

impl<T: ParameterValue + ?Sized> ParameterValue for &T {
    fn to_parameter(&self) -> Cow<'_, str> {
        (**self).to_parameter()
    }
}

impl ParameterValue for str {
    fn to_parameter(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl ParameterValue for String {
    fn to_parameter(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl ParameterValue for bool {
    fn to_parameter(&self) -> Cow<'_, str> {
        Cow::Borrowed(if *self { "true" } else { "false" })
    }
}

/// UTC with milliseconds and `Z` (`2024-05-08T00:00:00.000Z`), the format that the activity log requires. Smaller parts
/// of a second are cut off.
impl ParameterValue for DateTime<Utc> {
    fn to_parameter(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// Implements [`ParameterValue`] by `Display`: digits, `yyyy-mm-dd`, hyphenated UUIDs, compact JSON.
macro_rules! as_displayed {
    ($($type:ty),*) => {
        $(impl ParameterValue for $type {
            fn to_parameter(&self) -> Cow<'_, str> {
                Cow::Owned(self.to_string())
            }
        })*
    };
}

as_displayed!(i32, i64, u32, u64, NonZeroU32, NonZeroU64, Decimal, NaiveDate, DateOrTime, serde_json::Value);
#[cfg(feature = "client")]
as_displayed!(Uuid);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_have_the_format_of_the_api() {
        assert_eq!("a b".to_parameter(), "a b");
        assert_eq!("x".to_owned().to_parameter(), "x");
        assert_eq!((&&5_u64).to_parameter(), "5");
        assert_eq!((-3_i32).to_parameter(), "-3");
        assert_eq!(true.to_parameter(), "true");
        assert_eq!(Decimal::new(200, 2).to_parameter(), "2.00");
        assert_eq!(Decimal::new(1, 8).to_parameter(), "0.00000001");
        let date = NaiveDate::from_ymd_opt(2024, 5, 8).unwrap();
        assert_eq!(date.to_parameter(), "2024-05-08");
        let midnight = date.and_hms_nano_opt(0, 0, 0, 1_999_999).unwrap().and_utc();
        assert_eq!(midnight.to_parameter(), "2024-05-08T00:00:00.001Z");
        assert_eq!(Uuid::nil().to_parameter(), "00000000-0000-0000-0000-000000000000");
    }
}
