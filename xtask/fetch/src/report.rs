//! The report of a run.

use crate::error::Error;

/// The reason why a spec is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnchangedReason {
    /// The server returned 304 for the `ETag` of the last fetch.
    NotModified,
    /// The content is that of the last fetch.
    SameContent,
    /// Only text differs, or nothing.
    SameStructure,
}

/// The outcome for one spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Our file is current.
    Unchanged(UnchangedReason),
    /// Our file was replaced.
    Updated {
        /// The JSON pointers where the published spec has a description and ours has none.
        undescribed: Vec<String>,
    },
    /// Our file was created.
    New {
        /// As in [`Updated`](Self::Updated).
        undescribed: Vec<String>,
    },
    /// The published spec was refused, and our file is unchanged.
    Refused(Error),
    /// The spec is no longer published, and our file is kept.
    Gone,
    /// The spec is older than those of the workspace.
    Skipped,
}

/// A spec and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The file name.
    pub file: String,
    /// The outcome.
    pub outcome: Outcome,
    /// The warnings.
    pub warnings: Vec<String>,
}

impl Line {
    /// Creates a line without warnings.
    pub fn new(file: String, outcome: Outcome) -> Self {
        Self { file, outcome, warnings: Vec::new() }
    }
}

/// The result of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The specs, by file name.
    pub lines: Vec<Line>,
    /// The warnings about the site and the workspace.
    pub warnings: Vec<String>,
    /// `true` if `sources.toml` changes.
    pub sources_differ: bool,
    /// `true` if nothing was written.
    pub dry_run: bool,
    /// `true` if the published text replaced ours.
    pub with_descriptions: bool,
}

impl Report {
    /// Returns `true` if a spec was refused.
    pub fn has_failed(&self) -> bool {
        self.refusals().next().is_some()
    }

    fn refusals(&self) -> impl Iterator<Item = &Error> {
        self.lines.iter().filter_map(|line| match &line.outcome {
            Outcome::Refused(error) => Some(error),
            _ => None,
        })
    }

    /// Returns the lines for standard output.
    pub fn text(&self) -> Vec<String> {
        let width = self.lines.iter().map(|line| line.file.len()).max().unwrap_or_default();
        let mut text = Vec::new();
        for line in &self.lines {
            let outcome = self.outcome(&line.outcome);
            text.push(format!("{:width$}  {outcome}", line.file));
        }
        text.push(self.summary());
        let changes = self.count(|outcome| matches!(outcome, Outcome::Updated { .. } | Outcome::New { .. }));
        if self.with_descriptions && changes > 0 {
            text.push("These files have the text that Meld published. Do not pass them on.".to_owned());
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

    /// Returns the lines for standard error: warnings and errors.
    pub fn problems(&self) -> Vec<String> {
        let warnings = self.warnings.iter().map(|warning| format!("warning: {warning}"));
        let of_specs = self
            .lines
            .iter()
            .flat_map(|line| line.warnings.iter().map(|warning| format!("warning: {}: {warning}", line.file)));
        let refusals = self.refusals().map(|error| format!("error: {error}"));
        warnings.chain(of_specs).chain(refusals).collect()
    }

    fn outcome(&self, outcome: &Outcome) -> String {
        let verb = |done: &str, planned: &str| {
            if self.dry_run { planned.to_owned() } else { done.to_owned() }
        };
        match outcome {
            Outcome::Unchanged(UnchangedReason::NotModified) => "unchanged (not modified)".to_owned(),
            Outcome::Unchanged(UnchangedReason::SameContent) => "unchanged (same content)".to_owned(),
            Outcome::Unchanged(UnchangedReason::SameStructure) => "unchanged (same structure)".to_owned(),
            Outcome::Updated { undescribed } => verb("updated", "would be updated") + &described(undescribed),
            Outcome::New { undescribed } => verb("new", "would be new") + &described(undescribed),
            Outcome::Refused(error) => format!("refused: {}", error.what),
            Outcome::Gone => "no longer published; our file is kept".to_owned(),
            Outcome::Skipped => "skipped: older than the workspace; fetch it with --date".to_owned(),
        }
    }

    fn count(&self, is_counted: impl Fn(&Outcome) -> bool) -> usize {
        self.lines.iter().filter(|line| is_counted(&line.outcome)).count()
    }

    fn summary(&self) -> String {
        let counts = [
            (self.count(|outcome| matches!(outcome, Outcome::Updated { .. })), "updated"),
            (self.count(|outcome| matches!(outcome, Outcome::New { .. })), "new"),
            (self.count(|outcome| matches!(outcome, Outcome::Unchanged(_))), "unchanged"),
            (self.count(|outcome| matches!(outcome, Outcome::Refused(_))), "refused"),
            (self.count(|outcome| *outcome == Outcome::Gone), "no longer published"),
            (self.count(|outcome| *outcome == Outcome::Skipped), "skipped"),
        ];
        let mut parts: Vec<String> = counts
            .into_iter()
            // A count of zero is shown for refused specs, unless there are no specs.
            .filter(|(count, what)| *count > 0 || (*what == "refused" && !self.lines.is_empty()))
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if parts.is_empty() {
            parts.push("no specs".to_owned());
        }
        let sources = match (self.sources_differ, self.dry_run) {
            (true, true) => "sources.toml would be updated",
            (true, false) => "sources.toml updated",
            (false, _) => "sources.toml is current",
        };
        format!("{}; {sources}", parts.join(", "))
    }
}

/// Describes the missing descriptions: their number and the first.
fn described(undescribed: &[String]) -> String {
    let Some(first) = undescribed.first() else { return String::new() };
    let more = if undescribed.len() > 1 { ", …" } else { "" };
    format!("; {} without a description of ours ({first}{more})", undescribed.len())
}
