//! Multipart bodies and responses: files alongside JSON.
//!
//! A request has [`FilePart`]s alongside its typed fields. A response is a [`Multipart`], or a [`JsonOrMultipart`] if the
//! operation has both. The contents and names of files are in no `Debug` output, log or error.

mod body;
mod file;
mod file_name;
mod files;
mod parse;
mod received_file;
mod response;

pub(crate) use body::MultipartBody;
pub use file::FilePart;
pub use files::{Files, Required};
pub use parse::ResponseParts;
pub use received_file::ReceivedFile;
pub use response::{JsonOrMultipart, Multipart};
pub(crate) use response::{decode_multipart, is_multipart};
