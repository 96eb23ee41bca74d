//! What becomes of one document.

use meld_gen::catalog::CatalogEntry;
use meld_gen::spec::MAX_BYTES;

use crate::check::{self, Families};
use crate::error::{Error, ErrorKind, Result};
use crate::index::FOLDER;
use crate::origin::{Content, Fetched, Origin};
use crate::prose::{self, Taken};
use crate::report::{Outcome, Why};
use crate::shelf::{Ours, Shelf, sha256};
use crate::sources::{Source, is_etag};

/// The document that is asked for.
#[derive(Debug)]
pub struct Request<'a> {
    /// What its name says.
    pub entry: &'a CatalogEntry,
    /// Whether a page of the site mentions it.
    pub is_mentioned: bool,
    /// Whether there was a page that could.
    pub index_is_there: bool,
    /// Its address at the site.
    pub published: String,
    /// Whether the published text is taken too.
    pub with_descriptions: bool,
}

/// What is to be done with it.
#[derive(Debug)]
pub struct Taking {
    /// What to tell.
    pub outcome: Outcome,
    /// What to write, if anything.
    pub text: Option<String>,
    /// What `sources.toml` has to say, if anything is known that it does not say.
    pub source: Option<Source>,
    /// What is odd.
    pub notes: Vec<String>,
}

impl Taking {
    fn only(outcome: Outcome) -> Self {
        Self { outcome, text: None, source: None, notes: Vec::new() }
    }
}

/// Asks for a document and judges what comes.
pub fn ask(request: &Request, origin: &Origin, shelf: &Shelf, families: &Families) -> Taking {
    let asking = Asking {
        request,
        origin,
        shelf,
        families,
        ours: shelf.documents.get(&request.entry.file),
        source: shelf.sources.get(&request.entry.file),
    };
    let mut taking = match asking.ask() {
        Ok(taking) => taking,
        Err(error) => Taking::only(Outcome::Refused(error)),
    };
    let is_there = !matches!(taking.outcome, Outcome::Refused(_) | Outcome::Gone);
    if request.index_is_there && !request.is_mentioned && is_there {
        taking.notes.push("no page mentions it any more, and it is still there".to_owned());
    }
    taking
}

struct Asking<'a> {
    request: &'a Request<'a>,
    origin: &'a Origin,
    shelf: &'a Shelf,
    families: &'a Families,
    ours: Option<&'a Ours>,
    source: Option<Source>,
}

impl Asking<'_> {
    fn ask(&self) -> Result<Taking> {
        let file = &self.request.entry.file;
        let has_published_text =
            self.source.as_ref().is_some_and(|source| source.has_published_text);
        if has_published_text && self.ours.is_some() && !self.request.with_descriptions {
            let what = "our file holds the text that Meld published, which would pass for ours";
            let advice = format!(
                "take ours back with git checkout -- {FOLDER}/{file} {FOLDER}/sources.toml, \
                 or go on with --with-descriptions"
            );
            return Err(Error::new(ErrorKind::PublishedText, file.clone(), what, advice));
        }
        let known = self.known();
        let etag = known.and_then(|source| source.etag.as_deref()).filter(|_| self.is_at_home());
        match self.origin.get(&format!("{FOLDER}/{file}"), etag, MAX_BYTES)? {
            Fetched::Unchanged => Ok(Taking::only(Outcome::Unchanged(Why::NotModified))),
            Fetched::Missing => self.missing(),
            Fetched::Content(content) => self.judge(&content),
        }
    }

    /// What is known of what was read last, if our file is what came of it.
    fn known(&self) -> Option<&Source> {
        let (source, ours) = (self.source.as_ref()?, self.ours?);
        let is_what_came_of_it = source.sha256 == ours.sha256
            && source.published_sha256.is_some()
            && source.has_published_text == self.request.with_descriptions;
        is_what_came_of_it.then_some(source)
    }

    /// Whether the document is asked for at the address that `sources.toml` names: an `ETag` is that of one server.
    fn is_at_home(&self) -> bool {
        let Origin::Web(web) = self.origin else { return false };
        let address = web.base().join(&format!("{FOLDER}/{}", self.request.entry.file));
        let published =
            self.source.as_ref().map_or(&self.request.published, |source| &source.published);
        address.is_ok_and(|address| address.as_str() == published)
    }

    fn missing(&self) -> Result<Taking> {
        if !self.request.is_mentioned {
            return Ok(Taking::only(Outcome::Gone));
        }
        let what = "the site mentions it, and it is not there (status 404)";
        let advice = "try it again later, or tell Meld";
        Err(Error::new(ErrorKind::Status, self.request.entry.file.clone(), what, advice))
    }

    fn judge(&self, content: &Content) -> Result<Taking> {
        let entry = self.request.entry;
        let source = self.source(content);
        let is_known =
            self.known().is_some_and(|known| known.published_sha256 == source.published_sha256);
        if is_known {
            let outcome = Outcome::Unchanged(Why::SameContent);
            return Ok(Taking { source: Some(source), ..Taking::only(outcome) });
        }
        let published = check::read(entry, content)?;
        let mut notes: Vec<String> = self.families.check(&published)?.into_iter().collect();
        notes.extend(check::odd_type(content));
        let Taken { root, undescribed } = self.merge(&published.root)?;
        if self.ours.is_some_and(|ours| ours.document.as_ref().is_ok_and(|ours| ours.root == root))
        {
            let outcome = Outcome::Unchanged(Why::SameStructure);
            return Ok(Taking { source: Some(source), notes, ..Taking::only(outcome) });
        }
        let text = prose::print(&root);
        check::generates(entry, &text)?;
        let outcome = match self.ours {
            Some(_) => Outcome::Updated { undescribed },
            None => Outcome::New { undescribed },
        };
        let source = Source { sha256: sha256(text.as_bytes()), ..source };
        Ok(Taking { outcome, text: Some(text), source: Some(source), notes })
    }

    /// The document with our text, or with the published one.
    fn merge(&self, published: &serde_json::Value) -> Result<Taken> {
        let ours = match self.ours {
            Some(ours) => match &ours.document {
                Ok(document) => Some(document),
                Err(error) => {
                    let what =
                        format!("our file cannot be read, and may hold text of ours ({error})");
                    let advice = "take it back with git checkout, or remove it";
                    return Err(Error { what, advice: advice.to_owned(), ..error.clone() });
                }
            },
            None => self.shelf.relative(self.request.entry),
        };
        let ours = ours.map(|document| &document.root);
        if self.request.with_descriptions {
            return Ok(prose::everything(published, ours));
        }
        let title = self.request.entry.family.file_name.replace('-', " ").to_uppercase();
        Ok(prose::structure(published, ours, &title))
    }

    /// What `sources.toml` says when the content was taken.
    fn source(&self, content: &Content) -> Source {
        let published_sha256 = Some(sha256(&content.bytes));
        let old = self.source.clone().unwrap_or_else(|| Source {
            published: self.request.published.clone(),
            ..Source::default()
        });
        let etag = if self.is_at_home() {
            content.etag.clone().filter(|etag| is_etag(etag))
        } else {
            // Of the same content it is still right.
            old.etag.clone().filter(|_| old.published_sha256 == published_sha256)
        };
        let has_published_text = self.request.with_descriptions;
        let sha256 = self.ours.map(|ours| ours.sha256.clone()).unwrap_or_default();
        Source { sha256, etag, published_sha256, has_published_text, ..old }
    }
}
