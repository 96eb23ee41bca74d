//! Generated regions inside of hand-written files.

use std::ops::Range;

use crate::error::{Error, ErrorKind, Location, Result};

/// Puts `content` between the lines `# BEGIN generated: <region>` and `# END generated: <region>` of `text`;
/// `file` is for the message.
///
/// # Errors
/// When one of the two lines is missing, is there twice, or when they are in the wrong order.
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

/// Where the only line of `text` that is `marker` stands, its line break included.
fn only_line(file: &str, text: &str, marker: &str) -> Result<Range<usize>> {
    let mut found = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        if line.trim() == marker && found.replace(range).is_some() {
            let what = format!("the line `{marker}` is there twice");
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
    fn the_lines_between_the_markers_are_replaced() {
        let spliced = splice("Cargo.toml", TEXT, "features", "x\ny").unwrap();
        assert_eq!(spliced, "a\n# BEGIN generated: features\nx\ny\n# END generated: features\nb\n");
        assert_eq!(splice("Cargo.toml", &spliced, "features", "old\n").unwrap(), TEXT);
        let empty = splice("Cargo.toml", TEXT, "features", "").unwrap();
        assert_eq!(empty, "a\n# BEGIN generated: features\n# END generated: features\nb\n");
    }

    #[test]
    fn regions_are_told_apart_by_name() {
        let error = splice("Cargo.toml", TEXT, "dependencies", "x").unwrap_err();
        assert_eq!(
            error.to_string(),
            "Cargo.toml: the line `# BEGIN generated: dependencies` is missing; \
             put it back where the generated lines belong, as in the last commit"
        );
    }

    #[test]
    fn markers_that_are_missing_doubled_or_swapped_are_refused() {
        let end = "# END generated: features\n";
        for (text, what) in [
            (TEXT.replace(end, ""), "missing"),
            (TEXT.replace(end, &end.repeat(2)), "twice"),
            (format!("{TEXT}# BEGIN generated: features"), "twice"),
            (format!("{end}# BEGIN generated: features"), "before its beginning"),
        ] {
            let error = splice("Cargo.toml", &text, "features", "x").unwrap_err();
            assert!(error.what.contains(what), "{error}");
        }
    }
}
