//! The documents for language models: an index, and one file with all guides.

use std::fs;
use std::path::Path;

use crate::tool::{Result, at};

/// The index: a heading, a summary, and a link to each guide.
pub const INDEX: &str = "llms.txt";
/// README.md and all guides.
pub const FULL: &str = "llms-full.txt";

/// Where the guides are published.
const PAGES: &str = "https://docs.rs/meld-client/latest/meld_client";

struct Guide {
    name: String,
    text: String,
}

impl Guide {
    /// The first line, which says what the guide is about.
    fn summary(&self) -> &str {
        let line = self.text.lines().find(|line| !line.is_empty() && !line.starts_with("<!--"));
        line.unwrap_or_default()
    }
}

/// The guides in the order of `guide.rs`.
fn guides(root: &Path) -> Result<Vec<Guide>> {
    let folder = root.join("meld-client/src");
    let modules = folder.join("guide.rs");
    let modules = at(&modules, fs::read_to_string(&modules))?;
    let names = modules.split("include_str!(\"guide/").skip(1).filter_map(|rest| rest.split_once(".md"));
    let guides = names.map(|(name, _)| {
        let file = folder.join(format!("guide/{name}.md"));
        let text = at(&file, fs::read_to_string(&file))?;
        Ok(Guide { name: name.to_owned(), text })
    });
    guides.collect()
}

/// Returns the index.
pub fn index(root: &Path) -> Result<String> {
    let readme = readme(root)?;
    let summary = readme.lines().filter(|line| !line.is_empty()).nth(1).unwrap_or_default();
    let mut text = format!("# meld-rs\n\n> {summary}\n\n## Guides\n\n");
    for guide in guides(root)? {
        let summary = plain(guide.summary());
        text.push_str(&format!("- [{0}]({PAGES}/guide/{0}/index.html): {summary}\n", guide.name));
    }
    text.push_str(&format!(
        "\n## Reference\n\n\
         - [All items]({PAGES}/all.html): types, traits and operations of all API versions\n\
         - [Operations by task]({PAGES}/guide/tasks/index.html): each operation and the helpers on top of it\n\n\
         ## Optional\n\n- `{FULL}`: README and all guides in one file\n"
    ));
    Ok(text)
}

/// Returns README.md and the guides.
pub fn full(root: &Path) -> Result<String> {
    let mut text = readable(&readme(root)?);
    for guide in guides(root)? {
        text.push_str(&format!("\n\n---\n\n# guide::{}\n\n{}", guide.name, readable(&guide.text)));
    }
    text.push('\n');
    Ok(text)
}

fn readme(root: &Path) -> Result<String> {
    let file = root.join("README.md");
    at(&file, fs::read_to_string(&file))
        .map(|text| text.lines().filter(|line| !is_badge(line)).fold(String::new(), |text, line| text + line + "\n"))
}

fn is_badge(line: &str) -> bool {
    line.starts_with("[![")
}

/// A document as people see it: without hidden lines of examples and targets of links to items. A chart becomes the text that
/// screen readers say.
fn readable(text: &str) -> String {
    let mut lines = Vec::new();
    let (mut is_code, mut is_picture) = (false, false);
    for line in text.trim().lines() {
        if line.starts_with("<svg") {
            is_picture = true;
            let label = line.split_once("aria-label=\"").and_then(|(_, rest)| rest.split_once('"'));
            lines.extend(label.map(|(label, _)| format!("{}.", label.replace("&lt;", "<").replace("&amp;", "&"))));
        }
        if is_picture {
            is_picture = !line.ends_with("</svg>");
        } else if line.trim_start().starts_with("```") {
            is_code = !is_code;
            let is_rust = is_code && matches!(line.trim(), "```" | "```no_run" | "```ignore");
            lines.push(if is_rust {
                line.split("```").next().unwrap_or_default().to_owned() + "```rust"
            } else {
                line.to_owned()
            });
        } else if is_code {
            let code = line.trim_start();
            if code != "#" && !code.starts_with("# ") {
                lines.push(line.to_owned());
            }
        } else {
            lines.push(plain(line));
        }
    }
    lines.join("\n")
}

/// A line in which links to items and to files are their text.
fn plain(line: &str) -> String {
    let mut rest = line;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.split_once("](").and_then(|(text, after)| {
            let (target, after) = after.split_once(')')?;
            (!text.contains('[') && !target.contains("://")).then_some((text, after))
        });
        plain.push_str(before);
        match link {
            Some((text, after)) => {
                plain.push_str(text);
                rest = after;
            }
            None => {
                plain.push('[');
                rest = after;
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_lines_and_links_to_items_are_left_out() {
        let text = "See [`a`](crate::a) and [b](https://b).\n\n```\n# fn main() {\nlet x = [1];\n#[derive(Debug)]\n# }\n```\n\
                    ```sh\n# note\n```\n<svg aria-label=\"a: 1; b: 2\">\n</svg>\nEnd.";
        let expected = "See `a` and [b](https://b).\n\n```rust\nlet x = [1];\n#[derive(Debug)]\n```\n```sh\n```\na: 1; b: 2.\nEnd.";
        assert_eq!(readable(text), expected);
    }
}
