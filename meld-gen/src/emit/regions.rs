//! Generated regions inside of hand-written files.

use std::ops::Range;

use crate::error::{Error, ErrorKind, Location, Result};

/// Replaces the lines between the lines `# BEGIN generated: <region>` and `# END generated: <region>` of `text`
/// by `content`. `file` is for errors.
///
/// # Errors
/// Returns an error if one of the two lines is missing or repeated, or if they are in the wrong order.
pub fn splice(file: &str, text: &str, region: &str, content: &str) -> Result<String> {
    let begin = only_line(file, text, &format!("# BEGIN generated: {region}"))?;
    let end = only_line(file, text, &format!("# END generated: {region}"))?;
    if end.start < begin.end {
        let what = format!("the end of the generated region {region} comes before its beginning");
        return Err(refusal(file, what, "swap the two marker lines"));
    }
    let line_break = if content.is_empty() || content.ends_with('\n') { "" } else { "\n" };
    let (before, after) = (&text[..begin.end], &text[end.start..]);
    Ok(format!("{before}{content}{line_break}{after}"))
}

/// Returns the range of the only line of `text` that is `marker`, with its line break.
fn only_line(file: &str, text: &str, marker: &str) -> Result<Range<usize>> {
    let mut found = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        if line.trim() == marker && found.replace(range).is_some() {
            let what = format!("the line `{marker}` is repeated");
            return Err(refusal(file, what, "keep the one next to the generated lines"));
        }
    }
    found.ok_or_else(|| {
        let what = format!("the line `{marker}` is missing");
        refusal(file, what, "put it back where the generated lines belong, as in the last commit")
    })
}

fn refusal(file: &str, what: String, advice: &str) -> Error {
    Error::new(ErrorKind::Io, Location::new(file, ""), what, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\n# BEGIN generated: features\nold\n# END generated: features\nb\n";

    #[test]
    fn lines_between_markers_are_replaced() {
        let spliced = splice("Cargo.toml", TEXT, "features", "x\ny").unwrap();
        assert_eq!(spliced, "a\n# BEGIN generated: features\nx\ny\n# END generated: features\nb\n");
        assert_eq!(splice("Cargo.toml", &spliced, "features", "old\n").unwrap(), TEXT);
        let empty = splice("Cargo.toml", TEXT, "features", "").unwrap();
        assert_eq!(empty, "a\n# BEGIN generated: features\n# END generated: features\nb\n");
    }

    #[test]
    fn regions_are_found_by_name() {
        let error = splice("Cargo.toml", TEXT, "dependencies", "x").unwrap_err();
        assert_eq!(
            error.to_string(),
            "Cargo.toml: the line `# BEGIN generated: dependencies` is missing; \
             put it back where the generated lines belong, as in the last commit"
        );
    }

    #[test]
    fn incomplete_or_swapped_markers_are_rejected() {
        let end = "# END generated: features\n";
        for (text, what) in [
            (TEXT.replace(end, ""), "missing"),
            (TEXT.replace(end, &end.repeat(2)), "repeated"),
            (format!("{TEXT}# BEGIN generated: features"), "repeated"),
            (format!("{end}# BEGIN generated: features"), "before its beginning"),
        ] {
            let error = splice("Cargo.toml", &text, "features", "x").unwrap_err();
            assert!(error.what.contains(what), "{error}");
        }
    }
}
