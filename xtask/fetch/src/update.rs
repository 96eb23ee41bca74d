//! The update of one spec.

use std::collections::BTreeSet;

use meld_gen::catalog::CatalogEntry;
use meld_gen::spec::MAX_BYTES;
use meld_gen::spec::supplements::FOLDER as SUPPLEMENTS;
use serde_json::Value;

use crate::carryover::earlier::Earlier;
use crate::carryover::{codes, documented, earlier, moved, reachable, withdrawn};
use crate::content::{Content, Fetched};
use crate::error::{Error, ErrorKind, Result};
use crate::folder::{LocalSpec, SpecFolder, sha256};
use crate::index::FOLDER;
use crate::merge::{self, Merged};
use crate::origin::Origin;
use crate::report::{Outcome, UnchangedReason};
use crate::sources::{Source, is_etag};
use crate::validation::{self, Families};

/// A request for a published spec.
#[derive(Debug)]
pub struct Request<'a> {
    /// The family and date, from the file name.
    pub entry: &'a CatalogEntry,
    /// `true` if the index mentions the spec.
    pub is_mentioned: bool,
    /// `true` if there is an index.
    pub has_index: bool,
    /// The URL at the site.
    pub published: String,
    /// `true` if the published text replaces ours.
    pub with_descriptions: bool,
    /// `true` if operations that are no longer published become a supplement.
    pub keep_withdrawn: bool,
}

/// The result of fetching a spec, and what to write.
#[derive(Debug)]
pub struct Update {
    /// The outcome for the report.
    pub outcome: Outcome,
    /// The new content of our file, if it changes.
    pub text: Option<String>,
    /// The new content of the supplement, if it changes.
    pub supplement: Option<String>,
    /// The new entry of `sources.toml`, if it changes.
    pub source: Option<Source>,
    /// Warnings.
    pub warnings: Vec<String>,
}

impl Update {
    fn nothing(outcome: Outcome) -> Self {
        Self { outcome, text: None, supplement: None, source: None, warnings: Vec::new() }
    }
}

/// Fetches a spec, validates it and merges it with ours.
pub fn fetch(request: &Request, origin: &Origin, folder: &SpecFolder, families: &Families) -> Update {
    let updater = Updater {
        request,
        origin,
        folder,
        families,
        ours: folder.specs.get(&request.entry.file),
        source: folder.sources.get(&request.entry.file),
    };
    let mut update = match updater.fetch() {
        Ok(update) => update,
        Err(error) => Update::nothing(Outcome::Refused(error)),
    };
    let exists = !matches!(update.outcome, Outcome::Refused(_) | Outcome::Gone);
    if request.has_index && !request.is_mentioned && exists {
        update.warnings.push("the index no longer mentions it, but it is still published".to_owned());
    }
    update
}

struct Updater<'a> {
    request: &'a Request<'a>,
    origin: &'a Origin,
    folder: &'a SpecFolder,
    families: &'a Families,
    ours: Option<&'a LocalSpec>,
    source: Option<Source>,
}

impl Updater<'_> {
    fn fetch(&self) -> Result<Update> {
        let file = &self.request.entry.file;
        let has_published_text = self.source.as_ref().is_some_and(|source| source.has_published_text);
        if has_published_text && self.ours.is_some() && !self.request.with_descriptions {
            let what = "our file has the text that Meld published, which would be kept as our own";
            let advice = format!(
                "restore ours with git checkout -- {FOLDER}/{file} {FOLDER}/sources.toml, \
                 or continue with --with-descriptions"
            );
            return Err(Error::new(ErrorKind::PublishedText, file.clone(), what, advice));
        }
        let etag = self.last_fetch().and_then(|source| source.etag.as_deref()).filter(|_| self.is_published_url());
        match self.origin.get(&format!("{FOLDER}/{file}"), etag, MAX_BYTES)? {
            Fetched::NotModified => Ok(Update::nothing(Outcome::Unchanged(UnchangedReason::NotModified))),
            Fetched::Missing => self.missing(),
            Fetched::Content(content) => self.update(&content),
        }
    }

    /// Returns the source of the last fetch, if our file is its result.
    fn last_fetch(&self) -> Option<&Source> {
        let (source, ours) = (self.source.as_ref()?, self.ours?);
        let is_result = source.sha256 == ours.sha256
            && source.published_sha256.is_some()
            && source.has_published_text == self.request.with_descriptions;
        is_result.then_some(source)
    }

    /// Returns `true` if the spec is fetched from the URL in `sources.toml`. An `ETag` is valid for one server only.
    fn is_published_url(&self) -> bool {
        let Origin::Server(client) = self.origin else { return false };
        let url = client.base().join(&format!("{FOLDER}/{}", self.request.entry.file));
        let published = self.source.as_ref().map_or(&self.request.published, |source| &source.published);
        url.is_ok_and(|url| url.as_str() == published)
    }

    fn missing(&self) -> Result<Update> {
        if !self.request.is_mentioned {
            return Ok(Update::nothing(Outcome::Gone));
        }
        let what = "the index mentions it, but it does not exist (status 404)";
        let advice = "try again later, or report it to Meld";
        Err(Error::new(ErrorKind::Status, self.request.entry.file.clone(), what, advice))
    }

    fn update(&self, content: &Content) -> Result<Update> {
        let entry = self.request.entry;
        let source = self.source(content);
        let is_same = self.last_fetch().is_some_and(|last| last.published_sha256 == source.published_sha256);
        if is_same {
            let outcome = Outcome::Unchanged(UnchangedReason::SameContent);
            return Ok(Update { source: Some(source), ..Update::nothing(outcome) });
        }
        let published = validation::parse(entry, content)?;
        let mut warnings: Vec<String> = self.families.check(&published)?.into_iter().collect();
        warnings.extend(validation::content_type_warning(content));
        let Merged { root, undescribed } = self.merge(&published.root)?;
        if self.ours.is_some_and(|ours| ours.spec.as_ref().is_ok_and(|ours| ours.root == root)) {
            let outcome = Outcome::Unchanged(UnchangedReason::SameStructure);
            return Ok(Update { source: Some(source), warnings, ..Update::nothing(outcome) });
        }
        let ours = self.ours.and_then(|ours| ours.spec.as_ref().ok()).or_else(|| self.folder.nearest(entry));
        warnings.extend(ours.and_then(|ours| server_warning(&ours.root, &root)));
        let text = merge::print(&root);
        let existing = self.folder.supplement(&entry.file)?;
        let supplement = self.supplement(&root, existing.as_ref(), &mut warnings)?;
        let both = supplement.as_ref().or(existing.as_ref()).map(merge::print);
        validation::check_generation(entry, &text, both.as_deref())?;
        let outcome = match self.ours {
            Some(_) => Outcome::Updated { undescribed },
            None => Outcome::New { undescribed },
        };
        let source = Source { sha256: sha256(text.as_bytes()), ..source };
        let supplement = supplement.as_ref().map(merge::print);
        Ok(Update { outcome, text: Some(text), supplement, source: Some(source), warnings })
    }

    /// Returns the new supplement if operations of ours are no longer published, or if a new date lacks those that only
    /// guides have, with a warning for each.
    fn supplement(&self, root: &Value, existing: Option<&Value>, warnings: &mut Vec<String>) -> Result<Option<Value>> {
        match self.ours {
            Some(ours) => {
                Ok(ours.spec.as_ref().ok().and_then(|ours| self.withdrawn(&ours.root, root, existing, warnings)))
            }
            None if existing.is_none() => self.documented(root, warnings),
            None => Ok(None),
        }
    }

    /// Returns the supplement of a new date: the operations that only guides have, from the date before.
    fn documented(&self, root: &Value, warnings: &mut Vec<String>) -> Result<Option<Value>> {
        let Some(newest) = self.folder.newest_before(self.request.entry) else { return Ok(None) };
        let Some(supplement) = self.folder.supplement(&newest.entry.file)? else { return Ok(None) };
        let Some(found) =
            newest.spec.as_ref().ok().and_then(|spec| documented::supplement(&supplement, &spec.root, root))
        else {
            return Ok(None);
        };
        let from = &newest.entry.file;
        let operations = found.operations.join(", ");
        warnings.push(format!(
            "operations that only guides have are taken over from {FOLDER}/{SUPPLEMENTS}/{from}; \
             check that the guides still have them: {operations}"
        ));
        Ok(Some(found.root))
    }

    /// Returns the new supplement if operations of ours are no longer published.
    fn withdrawn(
        &self,
        ours: &Value,
        root: &Value,
        existing: Option<&Value>,
        warnings: &mut Vec<String>,
    ) -> Option<Value> {
        let source = &self.request.published;
        let mut ours = ours.clone();
        for (from, to) in moved::operations(&mut ours, root) {
            warnings.push(format!("{from} has moved to {to}"));
        }
        let found = withdrawn::supplement(&ours, root, existing, source)?;
        let file = format!("{FOLDER}/{SUPPLEMENTS}/{}", self.request.entry.file);
        let kept = self.request.keep_withdrawn;
        for operation in found.operations {
            warnings.push(match kept {
                true => format!("{operation} is no longer published; it stays callable by {file}"),
                false => format!("{operation} is no longer published"),
            });
        }
        (kept && existing != Some(&found.root)).then_some(found.root)
    }

    /// Merges the published structure with our text, or takes all of the published spec.
    fn merge(&self, published: &Value) -> Result<Merged> {
        let ours = match self.ours {
            Some(ours) => match &ours.spec {
                Ok(spec) => Some(spec),
                Err(error) => {
                    let what = format!("our file cannot be read, and may have our own text ({error})");
                    let advice = "restore it with git checkout, or remove it";
                    return Err(Error { what, advice: advice.to_owned(), ..error.clone() });
                }
            },
            None => self.folder.nearest(self.request.entry),
        };
        if self.request.with_descriptions {
            return Ok(merge::everything(published, ours.map(|spec| &spec.root)));
        }
        let moved = ours.map(|spec| {
            let mut root = spec.root.clone();
            moved::operations(&mut root, published);
            moved::schemas(&mut root, published);
            (spec.file.as_str(), root)
        });
        let title = self.request.entry.family.file_name.replace('-', " ").to_uppercase();
        let Merged { mut root, mut undescribed } =
            merge::structure(published, moved.as_ref().map(|(_, root)| root), &title);
        codes::take(&mut root, published);
        let moved = moved.iter().map(|(file, root)| Earlier { file, root });
        let earlier: Vec<_> = moved.chain(self.folder.earlier(self.request.entry)).collect();
        earlier::keep(&mut root, &earlier);
        let removed = reachable::prune(&mut root);
        undescribed.retain(|pointer| is_described(&root, pointer, &removed));
        Ok(Merged { root, undescribed })
    }

    /// Returns the entry of `sources.toml` after this fetch.
    fn source(&self, content: &Content) -> Source {
        let published_sha256 = Some(sha256(&content.bytes));
        let old = self
            .source
            .clone()
            .unwrap_or_else(|| Source { published: self.request.published.clone(), ..Source::default() });
        let etag = if self.is_published_url() {
            content.etag.clone().filter(|etag| is_etag(etag))
        } else {
            // The known `ETag` is still valid for the same content.
            old.etag.clone().filter(|_| old.published_sha256 == published_sha256)
        };
        let has_published_text = self.request.with_descriptions;
        let sha256 = self.ours.map(|ours| ours.sha256.clone()).unwrap_or_default();
        Source { sha256, etag, published_sha256, has_published_text, ..old }
    }
}

/// Returns a warning if the servers differ, because the environments of the client are written by hand.
fn server_warning(ours: &Value, published: &Value) -> Option<String> {
    let urls = |root: &Value| {
        let servers = root.get("servers").and_then(Value::as_array);
        let urls = servers.into_iter().flatten().filter_map(|server| server.get("url")?.as_str());
        urls.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
    };
    let (old, new) = (urls(ours), urls(published));
    (old != new).then(|| format!("the servers are `{new}`, and were `{old}`; adapt the environments of the client"))
}

/// Returns `true` if users see the description of an element: removed schemas, errors and the headers of the client
/// are not part of generated code.
fn is_described(root: &Value, pointer: &str, removed: &[String]) -> bool {
    let is_below = |removed: &String| {
        pointer.strip_prefix(removed.as_str()).is_some_and(|rest| rest.starts_with('/') || rest.is_empty())
    };
    let name = root.pointer(pointer).and_then(|element| element.get("name")?.as_str());
    let is_client_header = name.is_some_and(|name| ["Meld-Version", "Authorization"].contains(&name));
    let of_error = pointer.split_once("/responses/").is_some_and(|(_, status)| status.starts_with(['4', '5']));
    !is_client_header && !of_error && !removed.iter().any(is_below)
}
