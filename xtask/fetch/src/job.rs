//! The job: which documents there are, what becomes of each, and writing it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::ProgressBar;
use meld_gen::catalog::{ApiVersion, CatalogEntry};
use url::Url;

use crate::check::Families;
use crate::document::{self, Taking};
use crate::error::{Error, ErrorKind, Result};
use crate::index::{FOLDER, Names, PAGES};
use crate::origin::{Fetched, Origin};
use crate::report::{Line, Outcome, Report};
use crate::shelf::Shelf;
use crate::sources::Source;

/// The site that documents are published at.
pub const HOME: &str = "https://docs.meld.io";

/// The largest page that is read for the names in it.
const LARGEST_PAGE: u64 = 64 * 1024 * 1024;

/// How many documents are asked for at a time.
const AT_A_TIME: usize = 4;

/// What is to be done.
#[derive(Debug)]
pub struct Job {
    /// The workspace.
    pub root: PathBuf,
    /// The site that `sources.toml` names.
    pub home: Url,
    /// Where documents come from.
    pub origin: Origin,
    /// Only these dates; empty means those that the project has, and newer ones.
    pub dates: Vec<ApiVersion>,
    /// Whether nothing is written.
    pub dry_run: bool,
    /// Whether the published text is taken too.
    pub with_descriptions: bool,
}

/// What the site mentions.
#[derive(Debug, Default)]
struct Index {
    names: Names,
    /// Whether a page was there to mention anything.
    is_there: bool,
    warnings: Vec<String>,
}

/// A document that is asked for.
struct Task {
    entry: CatalogEntry,
    is_mentioned: bool,
}

impl Job {
    /// Takes over what is published and says what became of each document; `progress` follows it.
    ///
    /// # Errors
    /// When our documents or the index cannot be read, nothing is published of a date that was asked for, or
    /// `sources.toml` cannot be written. What is wrong with one document is in the report.
    pub fn run(&self, progress: &ProgressBar) -> Result<Report> {
        let mut shelf = Shelf::read(&self.root)?;
        if !self.dry_run {
            shelf.clean();
        }
        let index = self.index()?;
        let mut report = Report { dry_run: self.dry_run, ..Report::default() };
        report.with_descriptions = self.with_descriptions;
        report.warnings.extend(shelf.problems.iter().map(ToString::to_string));
        report.warnings.extend(index.warnings.iter().cloned());
        let tasks = self.plan(&shelf, &index, &mut report)?;
        progress.set_length(u64::try_from(tasks.len()).unwrap_or_default());
        for (task, taking) in self.ask(&shelf, &tasks, &index, progress) {
            let line = self.take(&mut shelf, task, taking);
            report.lines.push(line);
        }
        progress.finish_and_clear();
        self.mend_sources(&mut shelf);
        report.sources_differ = shelf.write_sources(self.dry_run)?;
        report.lines.sort_by(|one, other| one.file.cmp(&other.file));
        Ok(report)
    }

    /// The address of a document at the site.
    fn published(&self, file: &str) -> String {
        let base = self.home.as_str().trim_end_matches('/');
        format!("{base}/{FOLDER}/{file}")
    }

    /// Reads the pages that mention documents; that one of them is missing is no fault.
    fn index(&self) -> Result<Index> {
        let mut index = Index::default();
        let bases = [self.origin.base(&self.home), self.home.clone()];
        for page in PAGES {
            if let Fetched::Content(content) = self.origin.get(page, None, LARGEST_PAGE)? {
                index.is_there = true;
                index.names.read(&String::from_utf8_lossy(&content.bytes), &bases);
            }
        }
        for name in self.origin.listed() {
            index.is_there = true;
            index.names.add(&name);
        }
        if index.names.documents.is_empty() {
            let what = if index.is_there { "mention no document" } else { "are not there" };
            let pages = PAGES.join(" and ");
            index.warnings.push(format!("{pages} {what}: new documents cannot be found"));
        }
        for name in &index.names.others {
            index
                .warnings
                .push(format!("{name}: left out, because its name is no family and date"));
        }
        Ok(index)
    }

    /// Which documents are asked for; the others go into the report, unless only some dates were asked for.
    fn plan(&self, shelf: &Shelf, index: &Index, report: &mut Report) -> Result<Vec<Task>> {
        let mut all = index.names.clone();
        shelf
            .sources
            .files()
            .chain(shelf.documents.keys().map(String::as_str))
            .for_each(|file| all.add(file));
        self.check_dates(all.documents.values())?;
        let versions = shelf.versions();
        let mut tasks: Vec<Task> = Vec::new();
        for (file, entry) in all.documents {
            if !self.dates.is_empty() && !self.dates.contains(&entry.version) {
                continue;
            }
            let is_older = versions.last().is_some_and(|newest| entry.version < *newest);
            if self.dates.is_empty() && is_older && !versions.contains(&entry.version) {
                report.lines.push(Line::new(file, Outcome::LeftOut));
                continue;
            }
            let is_twin = |task: &&Task| {
                (&task.entry.family.module, task.entry.version)
                    == (&entry.family.module, entry.version)
            };
            let planned = tasks.iter().find(is_twin).map(|task| task.entry.file.as_str());
            match shelf.twin(&entry).or(planned) {
                Some(twin) if !shelf.documents.contains_key(&file) => {
                    let refusal = Outcome::Refused(duplicate(&file, twin));
                    report.lines.push(Line::new(file, refusal));
                }
                _ => {
                    let is_mentioned = index.names.documents.contains_key(&file);
                    tasks.push(Task { entry, is_mentioned });
                }
            }
        }
        Ok(tasks)
    }

    /// Refuses a date that no document is of.
    fn check_dates<'a>(&self, all: impl Iterator<Item = &'a CatalogEntry>) -> Result<()> {
        let known: BTreeSet<ApiVersion> = all.map(|entry| entry.version).collect();
        let Some(date) = self.dates.iter().find(|date| !known.contains(date)) else {
            return Ok(());
        };
        let known = known.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let advice = format!("there are: {known}");
        Err(Error::new(
            ErrorKind::Arguments,
            "--date",
            format!("nothing is published of {date}"),
            advice,
        ))
    }

    /// Asks for all documents, a few at a time, and judges what comes.
    fn ask<'t>(
        &self,
        shelf: &Shelf,
        tasks: &'t [Task],
        index: &Index,
        progress: &ProgressBar,
    ) -> Vec<(&'t Task, Taking)> {
        let families = Families::of(shelf);
        let next = AtomicUsize::new(0);
        let takings = Mutex::new(Vec::new());
        let work = || {
            while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                progress.set_message(task.entry.file.clone());
                let request = document::Request {
                    entry: &task.entry,
                    is_mentioned: task.is_mentioned,
                    index_is_there: index.is_there,
                    published: self.published(&task.entry.file),
                    with_descriptions: self.with_descriptions,
                };
                let taking = document::ask(&request, &self.origin, shelf, &families);
                let mut takings = takings.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                takings.push((task, taking));
                progress.inc(1);
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..AT_A_TIME.min(tasks.len()) {
                scope.spawn(work);
            }
        });
        takings.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Writes a document that is to be taken, and notes what `sources.toml` has to say of it.
    fn take(&self, shelf: &mut Shelf, task: &Task, taking: Taking) -> Line {
        let Taking { mut outcome, text, source, notes } = taking;
        let file = &task.entry.file;
        if let (Some(text), false) = (&text, self.dry_run)
            && let Err(error) = shelf.write(file, text)
        {
            outcome = Outcome::Refused(error);
        } else if let Some(source) = source {
            if let Some(ours) = shelf.documents.get_mut(file) {
                ours.sha256.clone_from(&source.sha256);
            }
            shelf.sources.set(&task.entry, &source);
        }
        Line { file: file.clone(), outcome, notes }
    }

    /// Makes `sources.toml` say what all our files are, also those that were changed by hand: of them nobody knows
    /// whether they are what came of what was read last.
    fn mend_sources(&self, shelf: &mut Shelf) {
        for ours in shelf.documents.values() {
            let file = &ours.entry.file;
            let new = || Source { published: self.published(file), ..Source::default() };
            let mut source = shelf.sources.get(file).unwrap_or_else(new);
            if source.sha256 != ours.sha256 {
                let (etag, published_sha256) = (None, None);
                source = Source { sha256: ours.sha256.clone(), etag, published_sha256, ..source };
            }
            shelf.sources.set(&ours.entry, &source);
        }
    }
}

fn duplicate(file: &str, twin: &str) -> Error {
    let what = format!("{twin} is for the same family and date");
    let advice = "it is published twice; keep the one that you have, or take it away first";
    Error::new(ErrorKind::DuplicateDocument, file, what, advice)
}
