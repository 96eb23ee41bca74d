//! Paths into JSON: `sessionData.sourceAmount`, `owners[0].email`.

use indexmap::IndexMap;

use super::Json;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    Item(usize),
}

impl Path {
    /// Parses a path.
    ///
    /// # Errors
    ///
    /// Returns the reason if a name is empty, or if an index is not a number in brackets.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        for part in text.split('.') {
            let (name, mut rest) = part.find('[').map_or((part, ""), |at| part.split_at(at));
            match name {
                "" if rest.is_empty() || !steps.is_empty() => return Err(format!("`{text}` has an empty name")),
                "" => {}
                name => steps.push(Step::Field(name.to_owned())),
            }
            while !rest.is_empty() {
                let inner = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
                let parsed = inner.and_then(|(index, after)| Some((index.parse().ok()?, after)));
                let (index, after) = parsed.ok_or_else(|| format!("`{text}` needs indices such as `[0]`"))?;
                steps.push(Step::Item(index));
                rest = after;
            }
        }
        Ok(Self(steps))
    }

    /// Returns the path of a field, whose name may have any characters.
    pub fn field(name: &str) -> Self {
        Self(vec![Step::Field(name.to_owned())])
    }

    pub fn get<'a>(&self, json: &'a Json) -> Option<&'a Json> {
        self.0.iter().try_fold(json, |json, step| match (json, step) {
            (Json::Object(fields), Step::Field(name)) => fields.get(name),
            (Json::Array(items), Step::Item(index)) => items.get(*index),
            _ => None,
        })
    }

    /// Sets the value at the path. Objects and arrays on the way are created.
    ///
    /// # Errors
    ///
    /// Returns the reason if a value on the way is of another kind, or if an index is beyond the end of its array.
    pub fn set(&self, json: &mut Json, value: Json) -> Result<(), String> {
        let mut current = json;
        for step in &self.0 {
            if current.is_null() {
                *current = match step {
                    Step::Field(_) => Json::empty(),
                    Step::Item(_) => Json::Array(Vec::new()),
                };
            }
            current = match (current, step) {
                (Json::Object(fields), Step::Field(name)) => fields.entry(name.clone()).or_insert_with(Json::null),
                (Json::Array(items), Step::Item(index)) => {
                    if *index > items.len() {
                        return Err(format!("index {index} is beyond the end: the next is {}", items.len()));
                    }
                    if *index == items.len() {
                        items.push(Json::null());
                    }
                    &mut items[*index]
                }
                (_, Step::Field(name)) => return Err(format!("`{name}` is a field of something that is no object")),
                (_, Step::Item(index)) => return Err(format!("[{index}] is an item of something that is no array")),
            };
        }
        *current = value;
        Ok(())
    }

    /// Returns the names of the fields on the path, without indices.
    pub fn fields(&self) -> impl Iterator<Item = Option<&str>> {
        self.0.iter().map(|step| match step {
            Step::Field(name) => Some(name.as_str()),
            Step::Item(_) => None,
        })
    }

    /// Returns an object with the values at some paths, by their text.
    pub fn project(json: &Json, paths: &[(String, Self)]) -> Json {
        let value = |path: &Self| path.get(json).cloned().unwrap_or_else(Json::null);
        Json::Object(paths.iter().map(|(name, path)| (name.clone(), value(path))).collect::<IndexMap<_, _>>())
    }
}

/// Writes a JSON pointer: `/owners/0/email`.
impl std::fmt::Display for Path {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|step| match step {
            Step::Field(name) => write!(formatter, "/{}", name.replace('~', "~0").replace('/', "~1")),
            Step::Item(index) => write!(formatter, "/{index}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_set_nested_values() {
        let mut json = Json::empty();
        for (path, value) in [("a.b", "1"), ("c[0].d", "2"), ("c[1].d", "3"), ("a.e[0][0]", "4")] {
            Path::parse(path).unwrap().set(&mut json, Json::from(value)).unwrap();
        }
        assert_eq!(json.to_compact(), r#"{"a":{"b":"1","e":[["4"]]},"c":[{"d":"2"},{"d":"3"}]}"#);
        assert!(Path::parse("c[3].d").unwrap().set(&mut json, Json::null()).unwrap_err().contains("beyond"));
        assert!(Path::parse("a.b.c").unwrap().set(&mut json, Json::null()).is_err());
        assert_eq!(Path::parse("c[1].d").unwrap().get(&json).and_then(Json::as_str), Some("3"));
        assert_eq!(Path::parse("c[1].d").unwrap().to_string(), "/c/1/d");
    }

    #[test]
    fn malformed_paths_are_refused() {
        for path in ["", "a..b", "a[x]", "a[0", "a.[0]", ".a"] {
            assert!(Path::parse(path).is_err(), "{path}");
        }
    }
}
