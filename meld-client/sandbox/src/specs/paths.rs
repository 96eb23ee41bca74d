//! Path templates of the specs.
//!
//! Routers refuse some of them: a parameter next to text (`/things/{id}:activate`), or the same path with other
//! parameter names in another version.

use std::cmp::Reverse;

use percent_encoding::percent_decode_str;

/// A path with parameters, such as `/things/{id}:activate`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    segments: Vec<Vec<Part>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Parameter,
}

impl Template {
    /// Parses a path of a spec. A single brace is text.
    pub fn parse(path: &str) -> Self {
        Self { segments: path.split('/').skip(1).map(|segment| parts(segment).0).collect() }
    }

    /// Returns the names of the parameters of a path, in order.
    pub fn names(path: &str) -> Vec<String> {
        path.split('/').skip(1).flat_map(|segment| parts(segment).1).collect()
    }

    /// Returns the percent-decoded values of the parameters; `None` if the path does not match.
    pub fn values(&self, path: &str) -> Option<Vec<String>> {
        let mut values = Vec::new();
        let mut sent = path.split('/').skip(1);
        for parts in &self.segments {
            let segment = percent_decode_str(sent.next()?).decode_utf8().ok()?;
            match_segment(parts, &segment, &mut values)?;
        }
        sent.next().is_none().then_some(values)
    }

    /// Returns a sort key that puts the most specific template first, as OpenAPI requires.
    pub fn order(&self) -> impl Ord + use<> {
        let text = |parts: &[Part]| -> usize {
            parts.iter().map(|part| if let Part::Text(text) = part { text.len() } else { 0 }).sum()
        };
        let order = self.segments.iter().map(|parts| {
            let has_parameter = parts.contains(&Part::Parameter);
            (has_parameter, Reverse(text(parts)))
        });
        order.collect::<Vec<_>>()
    }
}

/// Escapes a token of a JSON pointer.
pub(crate) fn escape(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

/// Splits a segment of a template into its parts and the names of its parameters.
fn parts(segment: &str) -> (Vec<Part>, Vec<String>) {
    let (mut parts, mut names) = (Vec::new(), Vec::new());
    let mut rest = segment;
    while let Some((before, name, after)) = parameter(rest) {
        if !before.is_empty() {
            parts.push(Part::Text(decoded(before)));
        }
        parts.push(Part::Parameter);
        names.push(name.to_owned());
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(decoded(rest)));
    }
    (parts, names)
}

/// Returns the text before the first parameter, its name, which may be empty, and the text after it.
fn parameter(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// Returns the text of a template as it is compared, without escapes.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), Into::into)
}

/// Matches one segment: a parameter takes as few characters as possible, but at least one.
fn match_segment(parts: &[Part], segment: &str, values: &mut Vec<String>) -> Option<()> {
    let mut rest = segment;
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) => rest = rest.strip_prefix(text.as_str())?,
            Part::Parameter => {
                let end = end_of_value(&parts[index + 1..], rest)?;
                values.push(rest[..end].to_owned());
                rest = &rest[end..];
            }
        }
    }
    rest.is_empty().then_some(())
}

/// Returns the end of a parameter's value, given the parts after it.
fn end_of_value(after: &[Part], rest: &str) -> Option<usize> {
    let first = rest.chars().next()?.len_utf8();
    match after {
        [] => Some(rest.len()),
        [Part::Text(text)] => rest.strip_suffix(text.as_str()).map(str::len).filter(|end| *end > 0),
        [Part::Text(text), ..] => rest[first..].find(text.as_str()).map(|end| first + end),
        [Part::Parameter, ..] => Some(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(template: &str, path: &str) -> Option<Vec<String>> {
        Template::parse(template).values(path)
    }

    #[test]
    fn matching_path_returns_parameter_values() {
        for (template, path, expected) in [
            ("/", "/", &[][..]),
            ("/a/{id}", "/a/1", &["1"]),
            ("/a/{id}:activate", "/a/7:activate", &["7"]),
            ("/a/{id}:activate", "/a/7:activate:activate", &["7:activate"]),
            ("/a/v{major}.{minor}.json", "/a/v1.2.3.json", &["1", "2.3"]),
            ("/a/{x}{y}", "/a/äbc", &["ä", "bc"]),
            ("/a/{id}/b", "/a/x%2Fy%20z/b", &["x/y z"]),
            ("/:kind/*rest", "/:kind/*rest", &[]),
            ("/a/{}/{", "/a/x/{", &["x"]),
            ("/a%2Fb/{id}", "/a%2Fb/7", &["7"]),
            ("/100%/b", "/100%25/b", &[]),
        ] {
            assert_eq!(values(template, path).unwrap(), expected, "{template} {path}");
            assert_eq!(Template::names(template).len(), expected.len(), "{template}");
        }
    }

    #[test]
    fn other_path_does_not_match() {
        for (template, path) in [
            ("/a/{id}", "/a/"),
            ("/a/{id}", "/a/1/"),
            ("/a/{id}", "/a"),
            ("/a/{id}:activate", "/a/:activate"),
            ("/a/{id}:activate", "/a/7:activat"),
            ("/a/{x}-{y}", "/a/-1"),
            ("/a/{x}{y}", "/a/1"),
            ("/a/{id}", "/a/%FF"),
        ] {
            assert_eq!(values(template, path), None, "{template} {path}");
        }
    }

    #[test]
    fn more_specific_template_sorts_first() {
        let mut templates = ["/a/{id}", "/a/{id}:x", "/a/b", "/{a}/b", "/a/{id}:longer"];
        templates.sort_by_key(|template| Template::parse(template).order());
        assert_eq!(templates, ["/a/b", "/a/{id}:longer", "/a/{id}:x", "/a/{id}", "/{a}/b"]);
    }
}
