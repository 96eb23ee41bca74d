//! Operations with servers of their own.

use openapiv3::{OpenAPI, Operation, Server};

use crate::error::{Notice, pointer_push};

/// The servers of a spec, which stand for the environments of the client.
pub struct Roots(Vec<String>);

impl Roots {
    /// Reads the servers of a spec.
    pub fn read(api: &OpenAPI) -> Self {
        // Without servers, the server is `/`.
        let default = api.servers.is_empty().then(String::new);
        Self(api.servers.iter().map(url).chain(default).collect())
    }

    /// Returns the server of an operation that has one of its own: a path on the host of the environment, or a URL.
    /// `None` if it is that of the environment.
    pub fn of(&self, operation: &Operation, pointer: &str, notices: &mut Vec<Notice>) -> Option<String> {
        let first = operation.servers.first()?;
        let pointer = pointer_push(pointer, "servers");
        if operation.servers.iter().any(|server| self.0.contains(&url(server))) {
            return None;
        }
        let server = url(first);
        if server.is_empty() || (server.starts_with('/') && !server.starts_with("//")) {
            return Some(if server.is_empty() { "/".to_owned() } else { server });
        }
        let Some((origin, path)) = split(&server) else {
            let message = format!("the server `{server}` is not an https URL; the environment's is used");
            notices.push(Notice::at(pointer, message));
            return None;
        };
        let mut origins = self.0.iter().filter_map(|root| split(root));
        if origins.any(|(known, _)| known == origin) {
            return Some(if path.is_empty() { "/".to_owned() } else { path.to_owned() });
        }
        let message =
            format!("requests go to `{server}`, without the API key, unless the environment is a local mock server");
        notices.push(Notice::at(pointer, message));
        Some(server)
    }
}

/// Returns the URL of a server with the defaults of its variables, without a slash at the end.
fn url(server: &Server) -> String {
    let mut url = server.url.clone();
    for (name, variable) in server.variables.iter().flatten() {
        url = url.replace(&format!("{{{name}}}"), &variable.default);
    }
    normal(url.trim_end_matches('/'))
}

/// Returns a URL with its scheme and host in lower case, and without the usual port.
fn normal(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (scheme, host) = (scheme.to_ascii_lowercase(), host.to_ascii_lowercase());
    let host = if scheme == "https" { host.strip_suffix(":443").unwrap_or(&host) } else { &host };
    format!("{scheme}://{host}{path}")
}

/// Splits a plain `https` URL into its origin and its path.
fn split(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://")?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:".contains(c);
    let host_length = rest.find('/').unwrap_or(rest.len());
    let is_url = host_length > 0 && rest.chars().all(is_plain) && !rest.starts_with(['/', ':']);
    is_url.then(|| url.split_at("https://".len() + host_length))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn servers_are_relative_to_the_environment() {
        let server = |url: &str| -> Server { serde_json::from_value(json!({"url": url})).unwrap() };
        let roots = Roots(["https://api.example.com/v1", "https://sb.example.com"].map(str::to_owned).to_vec());
        for (own, expected, notices) in [
            ("https://sb.example.com/", None, 0),
            ("/v2", Some("/v2"), 0),
            ("https://api.example.com/v2", Some("/v2"), 0),
            ("https://api.example.com", Some("/"), 0),
            ("https://files.example.com/v2/", Some("https://files.example.com/v2"), 1),
            ("HTTPS://API.example.com:443/v2", Some("/v2"), 0),
            ("/", Some("/"), 0),
            ("//files.example.com/v2", None, 1),
            ("http://files.example.com", None, 1),
            ("https://a@b.example", None, 1),
            ("https:///x", None, 1),
        ] {
            let operation = Operation { servers: vec![server(own)], ..Operation::default() };
            let mut found = Vec::new();
            assert_eq!(roots.of(&operation, "", &mut found).as_deref(), expected, "{own}");
            assert_eq!(found.len(), notices, "{own}");
        }
    }
}
