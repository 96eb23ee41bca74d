//! Replies to requests.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

/// The reaction of the server to a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Sends these bytes.
    Bytes(Vec<u8>),
    /// Sends the first bytes, then the others one by one, with a delay before each.
    Drip(Vec<u8>, Vec<u8>, Duration),
    /// Sends these bytes and closes the connection.
    Break(Vec<u8>),
    /// Sends nothing.
    Silence,
}

/// Returns a response.
pub fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
    Reply::Bytes([head.as_bytes(), body].concat())
}

/// Returns a success with this JSON.
pub fn json(body: impl AsRef<[u8]>) -> Reply {
    response("200 OK", "content-type: application/json\r\n", body)
}

impl Reply {
    /// Returns `true` if the connection can be used again. Failures to write are no errors, because the client may close
    /// the connection early.
    pub(crate) async fn send(self, stream: &mut TcpStream) -> bool {
        match self {
            Self::Bytes(bytes) => stream.write_all(&bytes).await.is_ok(),
            Self::Drip(first, others, delay) => {
                let mut is_open = stream.write_all(&first).await.is_ok();
                for byte in others {
                    sleep(delay).await;
                    is_open = is_open && stream.write_all(&[byte]).await.is_ok();
                    if !is_open {
                        break;
                    }
                }
                is_open
            }
            Self::Break(bytes) => {
                drop(stream.write_all(&bytes).await);
                false
            }
            Self::Silence => std::future::pending().await,
        }
    }
}
