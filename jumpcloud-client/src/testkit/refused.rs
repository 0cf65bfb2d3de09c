//! Requests that a reader must not send.

/// GETs with side effects or secrets [spec, official code]; `*` is one segment.
const REFUSED_READS: &[&str] = &[
    "/api/users/reactivate/*",
    "/api/v2/systems/*/fdekey",
    "/api/v2/applemdms/*/devices/*/getrecoverylockpassword",
    "/api/v2/applemdms/*/devices/*/getrecoverylockconfig",
    "/api/v2/applemdms/*/devices/*/lockpin",
    "/api/v2/applemdms/*/csr",
    "/api/v2/applemdms/*/depkey",
    "/api/v2/applemdms/*/enrollmentprofiles/**",
    "/api/v2/google-emm/enrollment-tokens/**",
    "/api/v2/google-emm/enrollment-tokens",
    "/api/v2/google-emm/enterprises/*/enrollment-tokens",
    "/api/v2/google-emm/enterprises/*/enrollment-tokens/**",
    "/api/v2/password-vault/credentials/*/secret",
    "/api/v2/password-vault/credentials/*/secret/v2",
    "/api/v2/password-vault/credentials/*/with-secret",
    "/api/v2/password-vault/credentials/*/mfa-code",
    "/api/v2/passwordmanager/backup/keys",
    "/api/v2/passwordmanager/backup/keys/**",
    "/api/v2/integrations/**",
];

/// POSTs that only read.
const READING_POSTS: &[&str] = &[
    "/api/search/systems",
    "/api/search/systemusers",
    "/api/search/commands",
    "/api/search/commandresults",
    "/insights/directory/v1/events",
    "/insights/directory/v1/events/count",
    "/insights/directory/v1/events/distinct",
    "/insights/directory/v1/events/interval",
    "/oauth2/token",
];

pub(super) fn is_refused_read(path: &str) -> bool {
    REFUSED_READS.iter().any(|pattern| path_matches(pattern, path))
}

pub(super) fn is_reading_post(path: &str) -> bool {
    READING_POSTS.contains(&path)
}

/// `*` matches one segment, a final `**` one or more.
pub(super) fn path_matches(pattern: &str, path: &str) -> bool {
    let mut parts = path.trim_end_matches('/').split('/');
    for wanted in pattern.split('/') {
        match (wanted, parts.next()) {
            ("**", Some(_)) => return true,
            ("*", Some(part)) if !part.is_empty() => {}
            (wanted, Some(part)) if wanted.eq_ignore_ascii_case(part) => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}
