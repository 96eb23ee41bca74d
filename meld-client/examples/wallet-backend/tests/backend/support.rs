//! A mock server, the service on a database of its own, and a small browser without scripts.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use meld_client::{Meld, RetryPolicy, SecretString};
use meld_sandbox::Sandbox;
use tempfile::TempDir;
use wallet_backend::{Config, Service, Source};

pub const WALLET: &str = "0x2d62af1a24f44806adaa4a2cdc90e9e1aa2dfbfd";

/// The service with its mock server.
pub struct Wallet {
    pub sandbox: Sandbox,
    pub service: Service,
    pub browser: Browser,
    folder: TempDir,
}

impl Wallet {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let (sandbox, folder) = (Sandbox::start().await.unwrap(), tempfile::tempdir().unwrap());
        let mut config = config(&sandbox, &database_url(&folder));
        change(&mut config);
        let service = Service::start(config).await.unwrap();
        let browser = Browser::new(service.url());
        Self { sandbox, service, browser, folder }
    }

    /// Stops the service, and starts it again on the same database.
    pub async fn restart(self) -> Self {
        let Self { sandbox, service, browser, folder } = self;
        service.stop().await;
        let service = Service::start(config(&sandbox, &database_url(&folder))).await.unwrap();
        Self { browser: Browser { url: service.url().to_owned(), ..browser }, sandbox, service, folder }
    }

    /// Returns the number of received requests with a method and path.
    pub fn count(&self, method: &str, path: &str) -> usize {
        let requests = self.sandbox.requests();
        requests.iter().filter(|request| request.method == method && request.path == path).count()
    }

    /// Returns the id of the only customer at the mock server.
    pub fn customer_id(&self) -> String {
        let requests = self.sandbox.requests();
        let paths = requests.iter().filter_map(|request| request.path.strip_prefix("/accounts/customers/"));
        let id = paths.filter_map(|rest| rest.split('/').next()).next();
        id.expect("a request names the customer").to_owned()
    }
}

pub fn database_url(folder: &TempDir) -> String {
    format!("sqlite://{}?mode=rwc", folder.path().join("wallet.db").display())
}

pub fn config(sandbox: &Sandbox, database_url: &str) -> Config {
    let policy = RetryPolicy::never();
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url()).retry_policy(policy);
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: None,
        database_url: SecretString::from(database_url),
        meld: Source::Meld(Box::new(meld)),
        webhook_secret: None,
        creates_webhook_profile: true,
        patience: Duration::from_secs(3600),
        lease: Duration::from_secs(60),
    }
}

/// Requests pages, with cookies and without following redirects.
pub struct Browser {
    pub url: String,
    client: reqwest::Client,
    cookie: Mutex<Option<String>>,
}

/// A page, or a redirect to `location`.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub location: String,
    pub html: String,
}

impl Browser {
    pub fn new(url: &str) -> Self {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { url: url.to_owned(), client: client.build().unwrap(), cookie: Mutex::default() }
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(self.client.get(format!("{}{path}", self.url))).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.send(self.client.post(format!("{}{path}", self.url)).form(fields)).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Page {
        let cookie = self.cookie.lock().unwrap().clone();
        let request = cookie.iter().fold(request, |request, cookie| request.header("cookie", cookie));
        let response = request.send().await.unwrap();
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        if let Some(set) = header("set-cookie") {
            *self.cookie.lock().unwrap() = set.split(';').next().map(str::to_owned);
        }
        let (status, location) = (response.status().as_u16(), header("location").unwrap_or_default());
        Page { status, location, html: response.text().await.unwrap() }
    }

    /// Loads a page until it contains a text.
    pub async fn wait_for(&self, path: &str, text: &str) -> Page {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let page = self.get(path).await;
            if page.html.contains(text) {
                return page;
            }
            assert!(Instant::now() < end, "no `{text}` in {}", page.html);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Orders the best offer. Returns the path of the order.
    pub async fn order(&self, direction: &str) -> String {
        let page = self.get(&offers(direction)).await;
        let quote = page.field("/orders", "quote");
        let fields = [("token", &*page.token("/orders")), ("quote", &quote), ("wallet", WALLET)];
        let placed = self.post("/orders", &fields).await;
        assert_eq!(placed.status, 303, "{}", placed.html);
        placed.location
    }
}

/// Returns the path of the offers for an amount.
pub fn offers(direction: &str) -> String {
    format!("/quotes?direction={direction}&amount=200&fiat=USD&crypto=USDC&country=US&wallet={WALLET}")
}

impl Page {
    /// Returns the once-only token of the first form for a path.
    pub fn token(&self, action: &str) -> String {
        self.field(action, "token")
    }

    /// Returns the value of an input in the first form for a path.
    pub fn field(&self, action: &str, name: &str) -> String {
        let (_, form) =
            self.html.split_once(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("{}", self.html));
        let (_, value) = form.split_once(&format!("name={name} value=\"")).unwrap();
        value.split('"').next().unwrap().to_owned()
    }

    pub fn link(&self, label: &str) -> String {
        let (before, _) = self.html.split_once(&format!("\">{label}")).unwrap_or_else(|| panic!("{}", self.html));
        let (_, url) = before.rsplit_once("href=\"").unwrap();
        url.replace("&amp;", "&")
    }
}
