//! KYC as raw data: a person, and a file for each document.

use std::collections::BTreeSet;

use meld_client_core::multipart::{FilePart, ReceivedFile};
use meld_client_core::{Call, Error, ResponseValue};

use super::kyc_request::{KycStarted, send_update};
use super::versions::{ExportedKyc, KycFiles, RawKyc};

/// The exported KYC of a customer. `Debug` redacts the data, and prints only the sizes of files.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KycExport<Data> {
    /// The person and the documents, such as `v2026_02_03::customer::types::KycRawData`.
    pub data: Data,
    /// The files, by the name of their part (`part` of a document).
    pub files: Vec<ReceivedFile>,
}

impl<Data: RawKyc> KycExport<Data> {
    /// Returns the file of each document, in the order of the documents. `None` if the response lacks the file.
    pub fn document_files(&self) -> impl Iterator<Item = Option<&ReceivedFile>> {
        self.data.parts().into_iter().map(|part| self.files.iter().find(|file| Some(file.name()) == part))
    }
}

/// Imports and exports KYC with its documents, on `customer` clients from 2026-02-03 on.
///
/// The associated types are those of [`KycFilesClient`](super::KycFilesClient).
///
/// # Examples
///
/// ```no_run
/// # #[cfg(all(feature = "v2026-02-03", feature = "customer"))]
/// # async fn example(
/// #     meld: meld_client::Meld,
/// #     data: meld_client::v2026_02_03::customer::types::KycRawData,
/// #     scan: Vec<u8>,
/// # ) -> Result<(), Box<dyn std::error::Error>> {
/// use meld_client::multipart::FilePart;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let customers = meld.v2026_02_03().customer();
/// // A document of `data` names the part `passport`.
/// let file = FilePart::bytes(scan).content_type("image/jpeg");
/// let started = customers.import_kyc_files("WmYYgvN8ukpV62N3m4u3ee", data, [("passport".to_owned(), file)]).await?;
/// println!("{}", started.state);
/// # Ok(())
/// # }
/// ```
pub trait KycFilesExt: KycFiles {
    /// Starts KYC with data and documents that you have collected (operation
    /// `accounts-customers-kyc-import-raw-data`).
    ///
    /// Each document names the part with its file. If KYC was started before (409), send an update of it:
    /// [`submit_missing_fields`](super::KycSharingExt::submit_missing_fields).
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if a document has no file, a file belongs
    /// to no document, or two documents or files have the same part. Also returns the errors of the request.
    fn import_kyc_files(
        &self,
        customer_id: impl Into<String>,
        data: impl TryInto<Self::RawData, Error: Into<Error>>,
        files: impl IntoIterator<Item = (String, FilePart)>,
    ) -> impl Future<Output = Result<ResponseValue<KycStarted>, Error>> + Send {
        let files: Vec<(String, FilePart)> = files.into_iter().collect();
        let data = data.try_into().map_err(Into::into).and_then(|data| check(data, &files));
        let call = data.map(|data| self.import(customer_id.into(), data, files));
        async move { send_update(call?).await }
    }

    /// Exports the KYC of a customer as data and files (operation `accounts-customers-kyc-export-raw-data`).
    ///
    /// Never use the name of a file as a path.
    ///
    /// # Errors
    ///
    /// Returns an error if the customer has no applicant (404), or if the response has no data. Also returns the errors
    /// of the request.
    fn export_kyc_files(
        &self,
        customer_id: impl Into<String>,
    ) -> impl Future<Output = Result<KycExport<Self::RawData>, Error>> + Send {
        export(self.export(customer_id.into()))
    }
}

impl<C: KycFiles> KycFilesExt for C {}

/// Refuses documents and files that do not belong together.
fn check<R: RawKyc>(data: R, files: &[(String, FilePart)]) -> Result<R, Error> {
    let mut open: BTreeSet<&str> = BTreeSet::new();
    for (name, _) in files {
        if !open.insert(name) {
            return Err(Error::invalid(name.clone(), "is used for two files"));
        }
    }
    for part in data.parts() {
        let part = part.ok_or_else(|| Error::missing("data.applicantData.documents.part"))?;
        if !open.remove(part) {
            return Err(Error::invalid(part.to_owned(), "must have one file and one document"));
        }
    }
    match open.first() {
        Some(name) => Err(Error::invalid((*name).to_owned(), "belongs to no document")),
        None => Ok(data),
    }
}

async fn export<C: Call<Output: ExportedKyc>>(call: C) -> Result<KycExport<<C::Output as ExportedKyc>::Data>, Error> {
    let transport = call.transport().clone();
    let response = C::send_request(&transport, call.into_request()?).await?;
    let missing = Error::unusable(&response, "data".to_owned(), "it has the documents of the files");
    let (data, files) = response.into_inner().into_data_and_files();
    Ok(KycExport { data: data.ok_or(missing)?, files })
}
