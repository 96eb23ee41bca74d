//! Sessions and once-only forms.
//!
//! A browser gets a random token in a cookie, and becomes a user. Replace this with your own login; the rest of the
//! service uses only [`Session::user`] and the tokens of forms.
//!
//! Each form has a token with two parts: a new id and its signature by the session. The signature keeps other sites
//! from sending the form. The id becomes the id of the order, so that a form that is sent twice makes one order.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use meld_client::uuid::Uuid;
use sha2::{Digest, Sha256};

use crate::error::AppError;
use crate::state::App;
use crate::storage::users::{self, User};

const COOKIE: &str = "wallet_session";

#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) user: User,
    token: String,
}

impl Session {
    /// Returns the token of a new form.
    pub(crate) fn form_token(&self) -> String {
        let id = Uuid::new_v4().to_string();
        let signature = hexadecimal(&self.mac(&id).finalize().into_bytes());
        format!("{id}.{signature}")
    }

    /// Returns the id of a form.
    ///
    /// # Errors
    ///
    /// Returns [`AppError::Forbidden`] if the token is not of this session.
    pub(crate) fn verify(&self, token: &str) -> Result<Uuid, AppError> {
        let (id, signature) = token.split_once('.').ok_or(AppError::Forbidden)?;
        let signature = bytes(signature).ok_or(AppError::Forbidden)?;
        // Takes the same time for every signature.
        self.mac(id).verify_slice(&signature).map_err(|_| AppError::Forbidden)?;
        id.parse().map_err(|_| AppError::Forbidden)
    }

    /// Returns the signature of an id, with the secret token as the key.
    fn mac(&self, id: &str) -> Hmac<Sha256> {
        let mut key = hmac::digest::Key::<Hmac<Sha256>>::default();
        key.iter_mut().zip(self.token.bytes()).for_each(|(to, from)| *to = from);
        Hmac::<Sha256>::new(&key).chain_update(id)
    }
}

/// Finds the session of a request, or begins one.
pub(crate) async fn layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let found = match token(request.headers()) {
        Some(token) => find(&app, token).await,
        None => Ok(None),
    };
    let (session, is_new) = match found {
        Ok(Some(session)) => (session, false),
        Ok(None) => match begin(&app).await {
            Ok(session) => (session, true),
            Err(error) => return error.into_response(),
        },
        Err(error) => return error.into_response(),
    };
    let cookie = is_new.then(|| cookie(&session.token, app.is_https()));
    request.extensions_mut().insert(session);
    let mut response = next.run(request).await;
    if let Some(Ok(cookie)) = cookie.map(HeaderValue::try_from) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

async fn find(app: &App, token: &str) -> Result<Option<Session>, AppError> {
    let mut connection = app.database.connection().await?;
    let user = users::find_by_session(&mut connection, &hash(token)).await?;
    Ok(user.map(|user| Session { user, token: token.to_owned() }))
}

async fn begin(app: &App) -> Result<Session, AppError> {
    // Two random ids: 244 random bits.
    let token = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let user = User { id: format!("wallet-{}", Uuid::new_v4().simple()), customer_id: None };
    users::insert(&mut *app.database.connection().await?, &user.id, &hash(&token)).await?;
    Ok(Session { user, token })
}

/// Returns the hash under which a session is stored, so that a copy of the database opens no session.
fn hash(token: &str) -> String {
    hexadecimal(&Sha256::digest(token.as_bytes()))
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    pairs.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value).next()
}

fn cookie(token: &str, is_https: bool) -> String {
    let secure = if is_https { "; Secure" } else { "" };
    // A month. `Lax`, because the customer returns from pages of providers.
    format!("{COOKIE}={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000{secure}")
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok());
    pairs.collect()
}

impl FromRequestParts<App> for Session {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, AppError> {
        parts.extensions.get().cloned().ok_or(AppError::Forbidden)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(token: &str) -> Session {
        Session { user: User { id: "robin".to_owned(), customer_id: None }, token: token.to_owned() }
    }

    #[test]
    fn forms_belong_to_one_session() {
        let form = session("a").form_token();
        assert!(session("a").verify(&form).is_ok());
        assert!(session("b").verify(&form).is_err());
        for damaged in ["", "no-dot", &form.replace('.', ".0"), &form[1..], &form[..form.len() - 1], "é.é"] {
            assert!(session("a").verify(damaged).is_err(), "{damaged}");
        }
    }

    #[test]
    fn session_is_one_of_several_cookies() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; wallet_session=secret; b=2"));
        assert_eq!(token(&headers), Some("secret"));
    }
}
