//! Multipart bodies and responses.

/// The multipart body of a request: fields, which have a type, and files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MultipartBody {
    /// The parts that are files.
    pub files: Vec<FileModel>,
    /// `true` if the body takes files in parts of any name.
    pub takes_other_files: bool,
    /// `true` if a part is no file.
    pub has_fields: bool,
    /// The first part that is no file and is required.
    pub required_field: Option<String>,
    /// The type of the fields, if the operation takes JSON too, and has a type for that already.
    pub fields: Option<String>,
    /// `true` if the operation takes JSON too.
    pub is_alternative: bool,
    /// The names of setters and fields of the builder.
    pub names: MultipartNames,
}

/// The names in a builder that no parameter has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MultipartNames {
    /// The setter of the fields, if the operation takes JSON too.
    pub form: String,
    /// The field with the files.
    pub files: String,
    /// The setter of files in parts of any name.
    pub add_file: String,
}

/// A part that is a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileModel {
    /// Name of the part.
    pub name: String,
    /// Name of the setter.
    pub rust_name: String,
    /// `true` if there may be several files.
    pub is_list: bool,
    /// `true` if there must be one.
    pub is_required: bool,
    /// Description in the spec.
    pub description: Option<String>,
}

/// A multipart response: fields, which have a type; all other parts are files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MultipartResponse {
    /// Names of the parts with JSON.
    pub json: Vec<String>,
    /// Names of the parts with text.
    pub text: Vec<String>,
    /// The type of the fields, if the operation responds with JSON too, and has a type for that already.
    pub fields: Option<String>,
    /// `true` if the operation responds with JSON too.
    pub is_alternative: bool,
}
