// Compiled once for each API version with raw KYC, which is `api`; see `include_hooks!`.

use super::*;
use api::customer::{Client, types};

impl KycFilesClient for Client {
    type RawData = types::KycRawData;
}

impl KycFiles for Client {
    fn import(
        &self,
        customer_id: String,
        data: Self::RawData,
        files: Vec<(String, FilePart)>,
    ) -> impl Call<Output: KycResponse> {
        let import = self.import_kyc_data().customer_id(customer_id);
        let import = import.body(types::ImportKycDataBody::builder().data(data));
        files.into_iter().fold(import, |import, (part, file)| import.add_file(part, file))
    }

    fn export(&self, customer_id: String) -> impl Call<Output: ExportedKyc<Data = Self::RawData>> {
        let request = types::KycDataExportRequest::builder()
            .kyc_provider(types::KycProvider::Sumsub)
            .mode(types::KycDataExportMode::RawData);
        self.export_kyc_data().customer_id(customer_id).body(request)
    }
}

impl RawKyc for types::KycRawData {
    fn parts(&self) -> Vec<Option<&str>> {
        let documents = self.applicant_data.iter().flat_map(|applicant| &applicant.documents);
        documents.map(|document| document.part.as_deref()).collect()
    }
}

impl ExportedKyc for Multipart<types::ExportKycDataResponse> {
    type Data = types::KycRawData;

    fn into_data_and_files(self) -> (Option<Self::Data>, Vec<ReceivedFile>) {
        let (fields, files) = self.into_parts();
        (fields.data, files)
    }
}
