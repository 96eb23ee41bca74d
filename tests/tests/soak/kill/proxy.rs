//! A proxy that cuts connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// The longest life of a connection that is cut, in milliseconds.
const LONGEST: u64 = 60;

/// A proxy on this machine. It runs until its runtime ends.
pub struct Proxy {
    pub address: String,
    cuts: Arc<AtomicBool>,
}

impl Proxy {
    /// Starts a proxy before the server with this base URL.
    pub async fn start(base_url: &str) -> Self {
        let server = base_url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let cuts = Arc::new(AtomicBool::new(false));
        let is_cutting = Arc::clone(&cuts);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let is_cut = is_cutting.load(Ordering::Relaxed) && fastrand::u8(..4) == 0;
                tokio::spawn(forward(client, server.clone(), is_cut));
            }
        });
        Self { address, cuts }
    }

    /// Sets whether a quarter of the new connections is cut at a random time.
    pub fn cut_connections(&self, cut: bool) {
        self.cuts.store(cut, Ordering::Relaxed);
    }
}

async fn forward(mut client: TcpStream, server: String, is_cut: bool) {
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    let copying = copy_bidirectional(&mut client, &mut server);
    let life = if is_cut { Duration::from_millis(fastrand::u64(..LONGEST)) } else { Duration::from_secs(3600) };
    // Both connections end here, in the middle of a request or of a response.
    let _ = timeout(life, copying).await;
}
