//! A whole run: finds the published specs, fetches each and writes those that changed.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::ProgressBar;
use meld_gen::catalog::{ApiVersion, CatalogEntry};
use serde_json::Value;
use url::Url;

use crate::carryover::withdrawn;
use crate::content::Fetched;
use crate::error::{Error, ErrorKind, Result};
use crate::folder::SpecFolder;
use crate::index::{FOLDER, Names, PAGES};
use crate::merge;
use crate::origin::Origin;
use crate::report::{Line, Outcome, Report};
use crate::sources::Source;
use crate::update::{self, Update};
use crate::validation::Families;

/// The site that publishes the specs.
pub const HOME: &str = "https://docs.meld.io";

/// The maximum size of an index page, in bytes.
const MAX_PAGE: u64 = 64 * 1024 * 1024;

/// The maximum number of concurrent requests.
const MAX_CONCURRENT: usize = 4;

/// The settings of a run.
#[derive(Debug)]
pub struct Job {
    /// The root of the workspace.
    pub root: PathBuf,
    /// The site whose URLs are in `sources.toml`.
    pub home: Url,
    /// The origin of the published specs.
    pub origin: Origin,
    /// The dates to fetch. Empty means those of the workspace and newer ones.
    pub dates: Vec<ApiVersion>,
    /// `true` if nothing is written.
    pub dry_run: bool,
    /// `true` if the published text replaces ours.
    pub with_descriptions: bool,
    /// `true` if operations that are no longer published become a supplement.
    pub keep_withdrawn: bool,
}

/// The content of the index pages.
#[derive(Debug, Default)]
struct Index {
    names: Names,
    /// `true` if there is an index.
    exists: bool,
    warnings: Vec<String>,
}

/// A spec to fetch.
struct Task {
    entry: CatalogEntry,
    is_mentioned: bool,
}

impl Job {
    /// Fetches the published specs, updates ours and reports the outcome of each.
    ///
    /// # Errors
    ///
    /// Returns an error if our specs or the index cannot be read, a requested date has no specs, or `sources.toml`
    /// cannot be written. Errors of single specs are in the report.
    pub fn run(&self, progress: &ProgressBar) -> Result<Report> {
        let mut folder = SpecFolder::read(&self.root)?;
        if !self.dry_run {
            folder.clean();
        }
        let index = self.index()?;
        let mut report = Report { dry_run: self.dry_run, ..Report::default() };
        report.with_descriptions = self.with_descriptions;
        report.warnings.extend(folder.problems.iter().map(ToString::to_string));
        report.warnings.extend(index.warnings.iter().cloned());
        let tasks = self.plan(&folder, &index, &mut report)?;
        progress.set_length(u64::try_from(tasks.len()).unwrap_or_default());
        let mut updates = self.fetch(&folder, &tasks, &index, progress);
        note_families(&mut updates);
        for (task, update) in updates {
            let line = self.apply(&mut folder, task, update);
            report.lines.push(line);
        }
        progress.finish_and_clear();
        self.sync_sources(&mut folder);
        report.sources_differ = folder.write_sources(self.dry_run)?;
        report.lines.sort_by(|one, other| one.file.cmp(&other.file));
        Ok(report)
    }

    /// Returns the URL of a spec at the site.
    fn published(&self, file: &str) -> String {
        let base = self.home.as_str().trim_end_matches('/');
        format!("{base}/{FOLDER}/{file}")
    }

    /// Reads the index pages, each of which may be missing.
    fn index(&self) -> Result<Index> {
        let mut index = Index::default();
        let bases = [self.origin.base(&self.home), self.home.clone()];
        for page in PAGES {
            if let Fetched::Content(content) = self.origin.get(page, None, MAX_PAGE)? {
                index.exists = true;
                index.names.add_links(&String::from_utf8_lossy(&content.bytes), &bases);
            }
        }
        for name in self.origin.listed() {
            index.exists = true;
            index.names.add(&name);
        }
        if index.names.specs.is_empty() {
            let what = if index.exists { "mention no spec" } else { "do not exist" };
            let pages = PAGES.join(" and ");
            index.warnings.push(format!("{pages} {what}: new specs cannot be found"));
        }
        for name in &index.names.others {
            index.warnings.push(format!("{name}: skipped, because its name is not a family and a date"));
        }
        Ok(index)
    }

    /// Returns the specs to fetch. The others are reported, unless they are not of the requested dates.
    fn plan(&self, folder: &SpecFolder, index: &Index, report: &mut Report) -> Result<Vec<Task>> {
        let mut all = index.names.clone();
        folder.sources.files().chain(folder.specs.keys().map(String::as_str)).for_each(|file| all.add(file));
        self.check_dates(all.specs.values())?;
        let versions = folder.versions();
        let mut tasks: Vec<Task> = Vec::new();
        for (file, entry) in all.specs {
            if !self.dates.is_empty() && !self.dates.contains(&entry.version) {
                continue;
            }
            let is_older = versions.last().is_some_and(|newest| entry.version < *newest);
            if self.dates.is_empty() && is_older && !versions.contains(&entry.version) {
                report.lines.push(Line::new(file, Outcome::Skipped));
                continue;
            }
            let is_duplicate =
                |task: &&Task| (&task.entry.family.module, task.entry.version) == (&entry.family.module, entry.version);
            let planned = tasks.iter().find(is_duplicate).map(|task| task.entry.file.as_str());
            match folder.duplicate_of(&entry).or(planned) {
                Some(known) if !folder.specs.contains_key(&file) => {
                    let refusal = Outcome::Refused(duplicate(&file, known));
                    report.lines.push(Line::new(file, refusal));
                }
                _ => {
                    let is_mentioned = index.names.specs.contains_key(&file);
                    tasks.push(Task { entry, is_mentioned });
                }
            }
        }
        Ok(tasks)
    }

    /// Refuses a date without specs.
    fn check_dates<'a>(&self, all: impl Iterator<Item = &'a CatalogEntry>) -> Result<()> {
        let known: BTreeSet<ApiVersion> = all.map(|entry| entry.version).collect();
        let Some(date) = self.dates.iter().find(|date| !known.contains(date)) else {
            return Ok(());
        };
        let known = known.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let advice = format!("published dates are {known}");
        Err(Error::new(ErrorKind::Arguments, "--date", format!("no spec is published for {date}"), advice))
    }

    /// Fetches all specs concurrently.
    fn fetch<'t>(
        &self,
        folder: &SpecFolder,
        tasks: &'t [Task],
        index: &Index,
        progress: &ProgressBar,
    ) -> Vec<(&'t Task, Update)> {
        let families = Families::new(folder);
        let next = AtomicUsize::new(0);
        let updates = Mutex::new(Vec::new());
        let work = || {
            while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
                progress.set_message(task.entry.file.clone());
                let request = update::Request {
                    entry: &task.entry,
                    is_mentioned: task.is_mentioned,
                    has_index: index.exists,
                    published: self.published(&task.entry.file),
                    with_descriptions: self.with_descriptions,
                    keep_withdrawn: self.keep_withdrawn,
                };
                let update = update::fetch(&request, &self.origin, folder, &families);
                let mut updates = updates.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                updates.push((task, update));
                progress.inc(1);
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..MAX_CONCURRENT.min(tasks.len()) {
                scope.spawn(work);
            }
        });
        updates.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Writes the new content of a spec and sets its entry in `sources.toml`.
    fn apply(&self, folder: &mut SpecFolder, task: &Task, update: Update) -> Line {
        let Update { mut outcome, text, supplement, source, warnings } = update;
        let file = &task.entry.file;
        let write = || {
            if let Some(supplement) = &supplement {
                folder.write_supplement(file, supplement)?;
            }
            text.as_ref().map_or(Ok(()), |text| folder.write(file, text))
        };
        if !self.dry_run
            && let Err(error) = write()
        {
            outcome = Outcome::Refused(error);
        } else if let Some(source) = source {
            if let Some(spec) = folder.specs.get_mut(file) {
                spec.sha256.clone_from(&source.sha256);
            }
            folder.sources.set(&task.entry, &source);
        }
        Line { file: file.clone(), outcome, warnings }
    }

    /// Updates `sources.toml` for all our files. A file that was changed by hand is no longer known to be the result of
    /// the last fetch.
    fn sync_sources(&self, folder: &mut SpecFolder) {
        for spec in folder.specs.values() {
            let file = &spec.entry.file;
            let new = || Source { published: self.published(file), ..Source::default() };
            let mut source = folder.sources.get(file).unwrap_or_else(new);
            if source.sha256 != spec.sha256 {
                let (etag, published_sha256) = (None, None);
                source = Source { sha256: spec.sha256.clone(), etag, published_sha256, ..source };
            }
            folder.sources.set(&spec.entry, &source);
        }
    }
}

/// Completes the notes of withdrawn operations that this run found in the spec of another family.
fn note_families(updates: &mut [(&Task, Update)]) {
    let parse = |text: &String| serde_json::from_str::<Value>(text).ok();
    let specs: Vec<(&CatalogEntry, Value)> = updates
        .iter()
        .filter_map(|(task, update)| Some((&task.entry, update.text.as_ref().and_then(parse)?)))
        .collect();
    for (task, update) in updates {
        let Some(mut supplement) = update.supplement.as_ref().and_then(parse) else { continue };
        let is_other = |entry: &CatalogEntry| entry.version == task.entry.version && entry.file != task.entry.file;
        let others = specs.iter().filter(|(entry, _)| is_other(entry));
        let others: Vec<_> = others.map(|(entry, spec)| (entry.family.module.as_str(), spec)).collect();
        let lines = withdrawn::note_families(&mut supplement, &others);
        if !lines.is_empty() {
            update.supplement = Some(merge::print(&supplement));
            update.warnings.extend(lines);
        }
    }
}

fn duplicate(file: &str, known: &str) -> Error {
    let what = format!("{known} is for the same family and date");
    let advice = "it is published twice; keep your file, or remove it first";
    Error::new(ErrorKind::DuplicateSpec, file, what, advice)
}
