//! Who is asking, and for which organisation.

use std::collections::BTreeMap;
use std::time::Duration;

use hyper::{HeaderMap, StatusCode};
use serde_json::json;
use tokio::time::Instant;

use super::answer::Answer;
use super::organization::Organization;
use super::refused::path_matches;

/// The API key that a fake accepts unless told otherwise.
pub const DEMO_KEY: &str = "jca_demo_key_of_the_testkit";

/// A service account: OAuth 2.0 client credentials.
#[derive(Clone)]
pub(super) struct ServiceAccount {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) lifetime: Duration,
}

impl std::fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceAccount").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// The credentials in force; they change while the fake runs.
pub(super) struct Credentials {
    pub(super) api_key: String,
    pub(super) account: Option<ServiceAccount>,
    tokens: BTreeMap<String, Instant>,
}

impl Credentials {
    pub(super) fn new(api_key: String, account: Option<ServiceAccount>) -> Self {
        Self { api_key, account, tokens: BTreeMap::new() }
    }

    /// Makes every token issued so far invalid.
    pub(super) fn revoke_tokens(&mut self) {
        self.tokens.clear();
    }

    /// Lets a caller in, or says what it gets instead.
    pub(super) fn admit(&self, headers: &HeaderMap, now: Instant) -> Result<(), Answer> {
        let key = text(headers, "x-api-key");
        let token = text(headers, "authorization").and_then(|text| text.strip_prefix("Bearer "));
        match (key, token) {
            (Some(key), _) if key == self.api_key => Ok(()),
            (None, Some(token)) if self.tokens.get(token).is_some_and(|end| now < *end) => Ok(()),
            (None, None) => {
                Err(Answer::html(StatusCode::FOUND, "Redirecting")
                    .with_header("location", "/login"))
            }
            _ => Err(Answer::json(
                StatusCode::UNAUTHORIZED,
                &json!({
                    "error": "Unauthorized",
                    "message": "Unauthorized: api key user not found",
                }),
            )),
        }
    }

    /// `POST /oauth2/token`.
    pub(super) fn token(&mut self, headers: &HeaderMap, form: &[u8], now: Instant) -> Answer {
        let refused = |status, error: &str| {
            Answer::json(status, &json!({"error": error, "error_description": "refused"}))
        };
        let Some(account) = &self.account else { return Answer::not_found() };
        let expected = format!("{}:{}", account.client_id, account.client_secret);
        let basic = format!("Basic {}", base64(expected.as_bytes()));
        if text(headers, "authorization") != Some(basic.as_str()) {
            return refused(StatusCode::UNAUTHORIZED, "invalid_client");
        }
        let pairs: Vec<_> = url::form_urlencoded::parse(form).collect();
        let has = |name: &str, value: &str| pairs.iter().any(|(k, v)| k == name && v == value);
        if !has("grant_type", "client_credentials") {
            return refused(StatusCode::BAD_REQUEST, "unsupported_grant_type");
        }
        if !has("scope", "api") {
            return refused(StatusCode::FORBIDDEN, "invalid_scope");
        }
        let lifetime = account.lifetime;
        let token = format!("fake-token-{}", self.tokens.len().saturating_add(1));
        let end = now.checked_add(lifetime).unwrap_or(now);
        self.tokens.insert(token.clone(), end);
        Answer::ok(&json!({
            "access_token": token, "token_type": "bearer", "scope": "api",
            "expires_in": lifetime.as_secs(),
        }))
    }
}

/// Both kinds of credentials in one request.
pub(super) fn has_two_credentials(headers: &HeaderMap) -> bool {
    text(headers, "x-api-key").is_some()
        && text(headers, "authorization").is_some_and(|text| text.starts_with("Bearer "))
}

/// Families that refuse `x-org-id` [official code].
const NO_ORG_ID: &[&str] = &[
    "/api/organizations",
    "/api/organizations/**",
    "/api/search/organizations",
    "/api/users",
    "/api/users/**",
    "/api/v2/organizations",
    "/api/v2/organizations/**",
    "/api/v2/administrators",
    "/api/v2/administrators/**",
    "/api/v2/providers",
    "/api/v2/providers/**",
    "/api/v2/integrations/**",
];

/// The organisation that `x-org-id` chooses; the first one without it.
pub(super) fn choose<'a>(
    organizations: &'a [Organization],
    path: &str,
    org_id: Option<&str>,
) -> Result<&'a Organization, Answer> {
    let org_id = org_id.filter(|id| !id.is_empty());
    let Some(id) = org_id else {
        return organizations.first().ok_or_else(Answer::not_found);
    };
    if NO_ORG_ID.iter().any(|pattern| path_matches(pattern, path)) {
        let text = "Forbidden: organization selection not allowed via header";
        return Err(Answer::json(StatusCode::FORBIDDEN, &json!({"message": text, "error": text})));
    }
    if id.len() != 24 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Answer::bad_request("malformed organization id"));
    }
    organizations
        .iter()
        .find(|organization| organization.id() == id)
        .ok_or_else(|| Answer::message(StatusCode::NOT_FOUND, "organization not found"))
}

pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |bits: u32| {
        let index = usize::try_from(bits & 63).unwrap_or(0);
        ALPHABET.get(index).map_or('=', |byte| char::from(*byte))
    };
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
        let bits = match chunk.len() {
            1 => bits << 16,
            2 => bits << 8,
            _ => bits,
        };
        text.push(letter(bits >> 18));
        text.push(letter(bits >> 12));
        text.push(if chunk.len() > 1 { letter(bits >> 6) } else { '=' });
        text.push(if chunk.len() > 2 { letter(bits) } else { '=' });
    }
    text
}
