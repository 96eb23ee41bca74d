//! TLS by rustls with the cryptography of ring.
//!
//! reqwest's feature `rustls` builds aws-lc-rs, which takes longer than all the rest. Without it, reqwest needs a default
//! provider of the whole process, which a library must not install. So the TLS configuration is made here, like that of
//! reqwest: the certificates of the platform, TLS 1.2 and 1.3, and ALPN.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::error::Error;

/// Returns `true` if reqwest cannot configure TLS by itself: it has no other TLS library, and the program has not
/// installed a default provider.
pub(crate) fn is_needed() -> bool {
    let has_other = cfg!(any(feature = "rustls", feature = "native-tls"));
    !has_other && CryptoProvider::get_default().is_none()
}

/// Returns the TLS configuration that trusts the certificates of the platform and those of these PEM files.
pub(crate) fn config(roots: &[Vec<u8>]) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = verifier(roots, Arc::clone(&provider))
        .map_err(|error| Error::configuration(format!("the certificates for TLS cannot be loaded: {error}")))?;
    let config = versions(provider)?.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = config.with_no_client_auth();
    // reqwest cannot speak HTTP/2 without its feature.
    let http2 = cfg!(feature = "http2").then(|| b"h2".to_vec());
    config.alpn_protocols = http2.into_iter().chain([b"http/1.1".to_vec()]).collect();
    Ok(config)
}

/// Returns a TLS configuration that trusts nobody, for plain `http`.
pub(crate) fn config_without_roots() -> Result<ClientConfig, Error> {
    let config = versions(Arc::new(ring::default_provider()))?;
    Ok(config.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

type Builder = rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>;

fn versions(provider: Arc<CryptoProvider>) -> Result<Builder, Error> {
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    builder.map_err(|error| Error::configuration(format!("TLS cannot be configured: {error}")))
}

fn verifier(roots: &[Vec<u8>], provider: Arc<CryptoProvider>) -> Result<Verifier, rustls::Error> {
    if roots.is_empty() {
        return Verifier::new(provider);
    }
    let invalid = || rustls::Error::General("a root certificate is not PEM".to_owned());
    let certificates = roots.iter().flat_map(|pem| CertificateDer::pem_slice_iter(pem));
    let certificates = certificates.collect::<Result<Vec<_>, _>>().map_err(|_| invalid())?;
    with_roots(certificates, provider)
}

#[cfg(not(target_os = "android"))]
fn with_roots(roots: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Result<Verifier, rustls::Error> {
    Verifier::new_with_extra_roots(roots, provider)
}

#[cfg(target_os = "android")]
fn with_roots(_: Vec<CertificateDer<'static>>, _: Arc<CryptoProvider>) -> Result<Verifier, rustls::Error> {
    Err(rustls::Error::General("Android takes no root certificates of programs".to_owned()))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread::{self, JoinHandle};

    use rustls::pki_types::PrivateKeyDer;
    use rustls::{ServerConfig, ServerConnection, Stream};

    use super::*;
    use crate::error::{ErrorKind, TransportFailure};

    /// A certificate for `localhost` that signs itself, and its key.
    const LOCALHOST: &[u8] = include_bytes!("tls/localhost.pem");

    /// Serves one connection, and returns the address and the protocol that was negotiated.
    fn server() -> (String, JoinHandle<Option<Vec<u8>>>) {
        let certificates = CertificateDer::pem_slice_iter(LOCALHOST).collect::<Result<Vec<_>, _>>().unwrap();
        let key = PrivateKeyDer::from_pem_slice(LOCALHOST).unwrap();
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let mut config = builder.with_single_cert(certificates, key).unwrap();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let served = thread::spawn(move || {
            let mut socket = listener.accept().unwrap().0;
            let mut connection = ServerConnection::new(Arc::new(config)).unwrap();
            let mut stream = Stream::new(&mut connection, &mut socket);
            // A client that does not trust the certificate hangs up here.
            let received = stream.read(&mut [0; 4096]).ok()?;
            assert!(received > 0, "no request");
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
            connection.alpn_protocol().map(<[u8]>::to_vec)
        });
        (address, served)
    }

    fn get(url: &str, roots: &[Vec<u8>]) -> Result<String, Error> {
        let client = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(config(roots)?).build()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { Ok(client.get(url).send().await?.text().await?) })
    }

    #[test]
    fn trusted_server_is_reached_by_ring() {
        let (address, served) = server();
        assert_eq!(get(&address, &[LOCALHOST.to_vec()]).unwrap(), "{}");
        assert_eq!(served.join().unwrap().as_deref(), Some(&b"http/1.1"[..]));
        let offered = config(&[]).unwrap().alpn_protocols;
        assert_eq!(offered.first().is_some_and(|first| first == b"h2"), cfg!(feature = "http2"));
        assert_eq!(offered.last().map(Vec::as_slice), Some(&b"http/1.1"[..]));
        assert!(CryptoProvider::get_default().is_none(), "the process has a default provider");
    }

    #[test]
    fn untrusted_server_is_a_tls_failure() {
        let (address, served) = server();
        let error = get(&address, &[]).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Transport(TransportFailure::Tls)), "{error:?}");
        assert_eq!(served.join().unwrap(), None);
    }

    #[test]
    fn invalid_root_certificates_are_refused() {
        let broken = b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n".to_vec();
        let error = config(&[broken]).unwrap_err().to_string();
        assert_eq!(error, "the certificates for TLS cannot be loaded: unexpected error: a root certificate is not PEM");
        assert!(config_without_roots().unwrap().alpn_protocols.is_empty());
    }
}
