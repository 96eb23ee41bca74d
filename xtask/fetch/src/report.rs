//! What became of the documents, as lines to read.

use crate::error::Error;

/// Why nothing was to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The server says that it is what was read last.
    NotModified,
    /// It is what was read last, byte by byte.
    SameContent,
    /// What differs is text only, or nothing.
    SameStructure,
}

/// What became of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Our file is right.
    Unchanged(Why),
    /// Our file was replaced.
    Updated {
        /// Where ours has no description and the published document has one.
        undescribed: Vec<String>,
    },
    /// There was none.
    New {
        /// As for an updated one.
        undescribed: Vec<String>,
    },
    /// Our file, if there is one, is what it was.
    Refused(Error),
    /// It is not published any more; our file stays.
    Gone,
    /// It is older than what the project has.
    LeftOut,
}

/// A document and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// File name.
    pub file: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What is odd.
    pub notes: Vec<String>,
}

impl Line {
    /// A document without anything odd.
    pub fn new(file: String, outcome: Outcome) -> Self {
        Self { file, outcome, notes: Vec::new() }
    }
}

/// What a run did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// In the order of file names.
    pub lines: Vec<Line>,
    /// What is odd about the site or the workspace.
    pub warnings: Vec<String>,
    /// Whether `sources.toml` was written, or would be.
    pub sources_differ: bool,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// Whether the published text was taken.
    pub with_descriptions: bool,
}

impl Report {
    /// Whether a document was refused.
    pub fn has_failed(&self) -> bool {
        self.refusals().next().is_some()
    }

    fn refusals(&self) -> impl Iterator<Item = &Error> {
        self.lines.iter().filter_map(|line| match &line.outcome {
            Outcome::Refused(error) => Some(error),
            _ => None,
        })
    }

    /// For standard output.
    pub fn text(&self) -> Vec<String> {
        let width = self.lines.iter().map(|line| line.file.len()).max().unwrap_or_default();
        let mut text = Vec::new();
        for line in &self.lines {
            let outcome = self.outcome(&line.outcome);
            text.push(format!("{:width$}  {outcome}", line.file));
        }
        text.push(self.summary());
        let changes =
            self.count(|outcome| matches!(outcome, Outcome::Updated { .. } | Outcome::New { .. }));
        if self.with_descriptions && changes > 0 {
            text.push(
                "These files hold the text that Meld published: they are for your own use, \
                 not to be passed on."
                    .to_owned(),
            );
        }
        if self.dry_run {
            text.push("Nothing was written: this was a dry run.".to_owned());
        } else if changes > 0 {
            text.push(
                "Next: cargo xtask diff says what changes for users, \
                 cargo xtask regen writes the crates."
                    .to_owned(),
            );
        }
        text
    }

    /// For standard error: what to look at, and what went wrong.
    pub fn problems(&self) -> Vec<String> {
        let warnings = self.warnings.iter().map(|warning| format!("warning: {warning}"));
        let notes = self.lines.iter().flat_map(|line| {
            line.notes.iter().map(|note| format!("warning: {}: {note}", line.file))
        });
        let refusals = self.refusals().map(|error| format!("error: {error}"));
        warnings.chain(notes).chain(refusals).collect()
    }

    fn outcome(&self, outcome: &Outcome) -> String {
        let verb = |done: &str, planned: &str| {
            if self.dry_run { planned.to_owned() } else { done.to_owned() }
        };
        match outcome {
            Outcome::Unchanged(Why::NotModified) => "unchanged (not modified)".to_owned(),
            Outcome::Unchanged(Why::SameContent) => "unchanged (same content)".to_owned(),
            Outcome::Unchanged(Why::SameStructure) => "unchanged (same structure)".to_owned(),
            Outcome::Updated { undescribed } => {
                verb("updated", "would be updated") + &described(undescribed)
            }
            Outcome::New { undescribed } => verb("new", "would be new") + &described(undescribed),
            Outcome::Refused(error) => format!("refused: {}", error.what),
            Outcome::Gone => "not published any more; ours stays".to_owned(),
            Outcome::LeftOut => "left out: older than the project; take it with --date".to_owned(),
        }
    }

    fn count(&self, is_meant: impl Fn(&Outcome) -> bool) -> usize {
        self.lines.iter().filter(|line| is_meant(&line.outcome)).count()
    }

    fn summary(&self) -> String {
        let counts = [
            (self.count(|outcome| matches!(outcome, Outcome::Updated { .. })), "updated"),
            (self.count(|outcome| matches!(outcome, Outcome::New { .. })), "new"),
            (self.count(|outcome| matches!(outcome, Outcome::Unchanged(_))), "unchanged"),
            (self.count(|outcome| matches!(outcome, Outcome::Refused(_))), "refused"),
            (self.count(|outcome| *outcome == Outcome::Gone), "not published any more"),
            (self.count(|outcome| *outcome == Outcome::LeftOut), "left out"),
        ];
        let mut parts: Vec<String> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if parts.is_empty() {
            parts.push("no documents".to_owned());
        }
        let sources = match (self.sources_differ, self.dry_run) {
            (true, true) => "sources.toml would be updated",
            (true, false) => "sources.toml updated",
            (false, _) => "sources.toml is right",
        };
        format!("{}; {sources}", parts.join(", "))
    }
}

/// Where text of ours is missing: how often, and the first place.
fn described(undescribed: &[String]) -> String {
    let Some(first) = undescribed.first() else { return String::new() };
    let more = if undescribed.len() > 1 { ", …" } else { "" };
    format!("; {} without a description of ours ({first}{more})", undescribed.len())
}
