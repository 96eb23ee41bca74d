//! The names of fields that error bodies have, in Meld's envelope and in those of frameworks and gateways.

/// The meaning of a field of an error body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// `code`: a code of the error, or of what the operation is about.
    Code,
    /// `error`, `errors`, `fault`: the error itself, if it is set.
    Error,
    /// `errorCode`: an error, if it is another code than zero.
    ErrorCode,
    /// `success`: an error, if it is false.
    Success,
    /// `hasErrors`: an error, if it is true.
    Failed,
    /// `status`: an error, if it is an HTTP status of one, or a word such as `failed`.
    Status,
    /// `message`: a text.
    Text,
    /// `timestamp`: stands beside errors, and beside results as well.
    Companion,
}

/// The words, by their letters in lower case.
const WORDS: &[(&str, Word)] = &[
    ("code", Word::Code),
    ("correlationid", Word::Companion),
    ("detail", Word::Text),
    ("details", Word::Text),
    ("displaymessage", Word::Companion),
    ("error", Word::Error),
    ("errorcode", Word::ErrorCode),
    ("errordescription", Word::Error),
    ("errormessage", Word::Error),
    ("errors", Word::Error),
    ("exception", Word::Error),
    ("failed", Word::Failed),
    ("fault", Word::Error),
    ("faultcode", Word::ErrorCode),
    ("faultstring", Word::Error),
    ("haserror", Word::Failed),
    ("haserrors", Word::Failed),
    ("httpstatus", Word::Status),
    ("instance", Word::Companion),
    ("iserror", Word::Failed),
    ("issuccess", Word::Success),
    ("issuccessful", Word::Success),
    ("message", Word::Text),
    ("msg", Word::Text),
    ("ok", Word::Success),
    ("path", Word::Companion),
    ("reason", Word::Text),
    ("requestid", Word::Companion),
    ("result", Word::Status),
    ("serviceproviderdetails", Word::Companion),
    ("spanid", Word::Companion),
    ("status", Word::Status),
    ("statuscode", Word::Status),
    ("succeeded", Word::Success),
    ("success", Word::Success),
    ("successful", Word::Success),
    ("timestamp", Word::Companion),
    ("title", Word::Text),
    ("trace", Word::Companion),
    ("traceid", Word::Companion),
    ("type", Word::Companion),
];

/// The number of letters that no word exceeds.
const LONGEST: usize = 24;

impl Word {
    /// Returns the meaning of a field; `None` for one that no error has.
    pub(super) fn of(name: &str) -> Option<Self> {
        // Without an allocation, because every response is searched.
        let mut letters = [0; LONGEST];
        let mut length = 0;
        for byte in name.bytes().filter(|byte| !matches!(byte, b'_' | b'-')) {
            *letters.get_mut(length)? = byte.to_ascii_lowercase();
            length += 1;
        }
        let letters = letters.get(..length)?;
        let index = WORDS.binary_search_by_key(&letters, |(word, _)| word.as_bytes()).ok()?;
        WORDS.get(index).map(|(_, word)| *word)
    }
}

/// Returns the name in lower case and without `_` and `-`: `errorCode`, `error_code` and `ErrorCode` are one.
pub(super) fn letters(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted_and_found_in_any_spelling() {
        assert!(WORDS.is_sorted_by_key(|(word, _)| *word) && WORDS.iter().all(|(word, _)| word.len() <= LONGEST));
        for (name, word) in [
            ("errorCode", Some(Word::ErrorCode)),
            ("error_code", Some(Word::ErrorCode)),
            ("Message", Some(Word::Text)),
            ("X-Request-Id", None),
            ("quotes", None),
            ("a_very_long_name_that_is_none_of_these_words", None),
            ("", None),
        ] {
            assert_eq!(Word::of(name), word, "{name}");
        }
    }
}
