//! Paths this client never asks for, whoever asks it.
//!
//! Some GETs have side effects, some answer with a secret, and some paths exist to act and not to
//! read. They are refused before a credential is fetched, for constants at compile time and for
//! every expanded path at run time. The comparison is done on a normal form, and whatever could
//! read differently on another machine (encoded slashes, dot segments, double encoding) is refused
//! outright, so that no spelling smuggles a path past the table.

#[cfg(any(feature = "http", test))]
use crate::region::Family;

const RECOVERY_KEY: &str = "the answer holds a disk recovery key";
const LOCK_SECRET: &str = "the answer holds a recovery lock password or pin";
const ENROLMENT: &str = "the answer holds an enrolment secret";
const VAULT: &str = "the answer holds a stored credential";
const INTEGRATION: &str = "integrations answer with their secrets";
const SIDE_EFFECT: &str = "the request changes something although it is a read";
const ACTION: &str = "the path exists to act and not to read";

/// `(pattern, reason)`: a pattern refuses every path that begins with it. `{}` stands for one
/// segment, `name*` for a segment that begins with `name`, `**` for any number of segments.
///
/// Sources: the official specifications of API v1 and v2 `[spec]` for the first group, the public
/// endpoint inventory `[inferred]` for vaults, backups and integrations. Actions are refused as a
/// matter of course: they answer to other verbs, which cannot be sent at all.
const TABLE: &[(&str, &str)] = &[
    ("users/reactivate", SIDE_EFFECT),
    ("systems/{}/fdekey", RECOVERY_KEY),
    ("applemdms/{}/devices/{}/getrecoverylock*", LOCK_SECRET),
    ("applemdms/{}/devices/{}/lockpin", LOCK_SECRET),
    ("applemdms/{}/csr", ENROLMENT),
    ("applemdms/{}/depkey", ENROLMENT),
    ("applemdms/{}/enrollmentprofiles/{}", ENROLMENT),
    ("google-emm/**/enrollment-token*", ENROLMENT),
    ("password-vault/**/secret", VAULT),
    ("password-vault/**/with-secret", VAULT),
    ("password-vault/**/mfa-code", VAULT),
    ("passwordmanager/backup/keys", VAULT),
    ("integrations/{}", INTEGRATION),
    ("runcommand", ACTION),
    ("command/trigger", ACTION),
    ("systems/{}/command", ACTION),
    ("systemusers/{}/expire", ACTION),
    ("systemusers/{}/resetmfa", ACTION),
    ("systemusers/{}/unlock", ACTION),
    ("systemusers/{}/state", ACTION),
    ("systemusers/{}/mfa", ACTION),
    ("applemdms/{}/devices/{}/clear*", ACTION),
    ("applemdms/{}/devices/{}/set*", ACTION),
    ("applemdms/{}/devices/{}/erase", ACTION),
    ("applemdms/{}/devices/{}/lock", ACTION),
    ("applemdms/{}/devices/{}/restart", ACTION),
    ("applemdms/{}/devices/{}/shutdown", ACTION),
];

/// The documented reads that are sent as a POST, by family.
///
/// Searches of API v1 `[spec]`, event queries of Directory Insights `[spec]`.
#[cfg(any(feature = "http", test))]
const QUERIES: &[(Family, &str)] = &[
    (Family::V1, "search/systems"),
    (Family::V1, "search/systemusers"),
    (Family::V1, "search/commands"),
    (Family::V1, "search/commandresults"),
    (Family::V1, "search/organizations"),
    (Family::Events, "events"),
    (Family::Events, "events/count"),
    (Family::Events, "events/distinct"),
    (Family::Events, "events/interval"),
];

/// Why a path is never requested, or `None` when it may be.
///
/// Takes the path below a family's base, with or without a leading slash, as a template
/// (`/systems/{id}/fdekey`) or expanded. Works in constants and at run time.
pub(crate) const fn refuses(path: &str) -> Option<&'static str> {
    let path = path.as_bytes();
    if let Some(reason) = unclear(path) {
        return Some(reason);
    }
    let mut start = 0;
    // A path below one base can reach another family (`/v2/...` below `/api`), so the table is
    // tried again behind each leading base segment.
    loop {
        let mut row = 0;
        while row < TABLE.len() {
            #[expect(clippy::indexing_slicing, reason = "bounded by the loop")]
            let (pattern, reason) = TABLE[row];
            if begins_with(path, start, pattern.as_bytes(), 0, true) {
                return Some(reason);
            }
            row = next(row);
        }
        start = skip_slashes(path, start);
        if !is_base_segment(path, start) {
            return None;
        }
        start = segment_end(path, start, b'/');
    }
}

/// Whether a POST to this path is one of the documented reads.
#[cfg(any(feature = "http", test))]
pub(crate) const fn is_query(family: Family, path: &str) -> bool {
    let path = path.as_bytes();
    if unclear(path).is_some() {
        return false;
    }
    let mut row = 0;
    while row < QUERIES.len() {
        #[expect(clippy::indexing_slicing, reason = "bounded by the loop")]
        let (of, pattern) = QUERIES[row];
        let same = matches!(
            (of, family),
            (Family::V1, Family::V1) | (Family::V2, Family::V2) | (Family::Events, Family::Events)
        );
        if same && begins_with(path, 0, pattern.as_bytes(), 0, false) {
            return true;
        }
        row = next(row);
    }
    false
}

const fn next(index: usize) -> usize {
    index.saturating_add(1)
}

const fn byte(text: &[u8], at: usize) -> Option<u8> {
    if at < text.len() {
        #[expect(clippy::indexing_slicing, reason = "checked one line above")]
        let byte = text[at];
        Some(byte)
    } else {
        None
    }
}

const fn hex(digit: Option<u8>) -> Option<u8> {
    match digit {
        Some(d @ b'0'..=b'9') => Some(d.wrapping_sub(b'0')),
        Some(d @ b'a'..=b'f') => Some(d.wrapping_sub(b'a').wrapping_add(10)),
        Some(d @ b'A'..=b'F') => Some(d.wrapping_sub(b'A').wrapping_add(10)),
        _ => None,
    }
}

/// The character at `at`, decoded and in lower case, and where the one behind it begins.
/// `None` at the end of the text and at a broken escape.
const fn letter(text: &[u8], at: usize) -> Option<(u8, usize)> {
    match byte(text, at) {
        Some(b'%') => {
            let high = hex(byte(text, at.saturating_add(1)));
            let low = hex(byte(text, at.saturating_add(2)));
            match (high, low) {
                (Some(high), Some(low)) => {
                    let decoded = high.wrapping_mul(16).wrapping_add(low);
                    Some((decoded.to_ascii_lowercase(), at.saturating_add(3)))
                }
                _ => None,
            }
        }
        Some(b) => Some((b.to_ascii_lowercase(), next(at))),
        None => None,
    }
}

/// Refuses a path whose meaning depends on who reads it.
const fn unclear(path: &[u8]) -> Option<&'static str> {
    let mut at = 0;
    let mut dots = 0_usize;
    let mut others = 0_usize;
    let mut first = true;
    while at < path.len() {
        let literal = byte(path, at);
        let Some((decoded, then)) = letter(path, at) else {
            return Some("the path holds a broken percent escape");
        };
        let escaped = matches!(literal, Some(b'%'));
        match decoded {
            b'/' if !escaped => {
                if is_dot_segment(dots, others) {
                    return Some("the path holds a dot segment");
                }
                if !first && dots == 0 && others == 0 {
                    return Some("the path holds an empty segment");
                }
                dots = 0;
                others = 0;
            }
            b'/' | b'\\' => return Some("the path holds a hidden separator"),
            b'%' => return Some("the path is encoded twice"),
            b'?' | b'#' | b';' => return Some("the path holds a query, fragment or parameter"),
            0..=0x20 | 0x7f..=0xff => {
                return Some("the path holds a space, control or non-ASCII character");
            }
            b'.' => dots = next(dots),
            _ => others = next(others),
        }
        first = false;
        at = then;
    }
    if is_dot_segment(dots, others) {
        return Some("the path holds a dot segment");
    }
    None
}

const fn is_dot_segment(dots: usize, others: usize) -> bool {
    others == 0 && (dots == 1 || dots == 2)
}

const fn skip_slashes(text: &[u8], mut at: usize) -> usize {
    while let Some(b'/') = byte(text, at) {
        at = next(at);
    }
    at
}

const fn segment_end(text: &[u8], mut at: usize, separator: u8) -> usize {
    while let Some(b) = byte(text, at) {
        if b == separator {
            break;
        }
        at = next(at);
    }
    at
}

/// Whether the segment at `at` is one that only names a base: `api`, `insights`, `directory`, `v2`.
const fn is_base_segment(path: &[u8], at: usize) -> bool {
    same_segment(path, at, b"api", 0, 3, false)
        || same_segment(path, at, b"insights", 0, 8, false)
        || same_segment(path, at, b"directory", 0, 9, false)
        || same_segment(path, at, b"v1", 0, 2, false)
        || same_segment(path, at, b"v2", 0, 2, false)
}

/// Compares one path segment with `pattern[from..to]`, which is in lower case.
///
/// With `suffix_is_free` a text after a dot (`fdekey.json`) does not count, as some servers read
/// it as a format.
const fn same_segment(
    path: &[u8],
    mut at: usize,
    pattern: &[u8],
    mut from: usize,
    to: usize,
    suffix_is_free: bool,
) -> bool {
    loop {
        let have = match byte(path, at) {
            None | Some(b'/') => None,
            Some(_) => match letter(path, at) {
                Some((decoded, then)) => {
                    at = then;
                    Some(decoded)
                }
                None => return false,
            },
        };
        if from >= to {
            return have.is_none() || (suffix_is_free && matches!(have, Some(b'.')));
        }
        match (have, byte(pattern, from)) {
            (_, Some(b'*')) => return true,
            (Some(have), Some(want)) if have == want => from = next(from),
            _ => return false,
        }
    }
}

/// Whether the path from `at` begins with the pattern from `from`; ends with it too, unless
/// `more_allowed`.
const fn begins_with(
    path: &[u8],
    at: usize,
    pattern: &[u8],
    from: usize,
    more_allowed: bool,
) -> bool {
    let at = skip_slashes(path, at);
    let from = skip_slashes(pattern, from);
    if from >= pattern.len() {
        return more_allowed || at >= path.len();
    }
    let wanted = segment_end(pattern, from, b'/');
    let any_depth =
        matches!((byte(pattern, from), byte(pattern, next(from))), (Some(b'*'), Some(b'*')));
    if any_depth {
        let mut at = at;
        loop {
            if begins_with(path, at, pattern, wanted, more_allowed) {
                return true;
            }
            if at >= path.len() {
                return false;
            }
            at = skip_slashes(path, segment_end(path, at, b'/'));
        }
    }
    if at >= path.len() {
        return false;
    }
    let wildcard = matches!(byte(pattern, from), Some(b'{'));
    if !wildcard && !same_segment(path, at, pattern, from, wanted, more_allowed) {
        return false;
    }
    begins_with(path, segment_end(path, at, b'/'), pattern, wanted, more_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fmt::Write as _;

    const AT_COMPILE_TIME: Option<&str> = refuses("/systems/{id}/fdekey");
    const _: () = assert!(refuses("/systemusers/{id}").is_none());

    const REFUSED: &[&str] = &[
        "/users/reactivate/5f0c1f2a3b4c5d6e7f809102",
        "/systems/5f0c1f2a3b4c5d6e7f809102/fdekey",
        "/applemdms/a/devices/b/getrecoverylockpassword",
        "/applemdms/a/devices/b/getrecoverylockconfig",
        "/applemdms/a/devices/b/lockpin",
        "/applemdms/a/csr",
        "/applemdms/a/depkey",
        "/applemdms/a/enrollmentprofiles/b",
        "/applemdms/a/enrollmentprofiles/b/downloadurl",
        "/google-emm/enterprises/a/enrollment-tokens",
        "/google-emm/enterprises/a/enrollment-tokens/b",
        "/google-emm/enrollment-tokens",
        "/password-vault/credentials/a/secret",
        "/password-vault/credentials/a/secret/v2",
        "/password-vault/credentials/a/with-secret",
        "/password-vault/credentials/a/mfa-code",
        "/passwordmanager/backup/keys",
        "/passwordmanager/backup/keys/a",
        "/integrations/syncro/x/billing_mapping_configuration_options",
        "/runCommand",
        "/systemusers/a/resetmfa",
    ];

    const ALLOWED: &[&str] = &[
        "/systems",
        "/systems/fdekey",
        "/systemusers/5f0c1f2a3b4c5d6e7f809102",
        "/systeminsights/disk_encryption",
        "/applemdms",
        "/applemdms/a/devices",
        "/applemdms/a/devices/b",
        "/applemdms/a/enrollmentprofiles",
        "/users",
        "/users/5f0c1f2a3b4c5d6e7f809102",
        "/google-emm/enterprises/a/devices",
        "/password-vault/credentials",
        "/usergroups/a/members",
        "/organizations/a",
        "/identity-providers",
        "/",
        "",
    ];

    #[test]
    fn the_table_is_refused_and_the_reads_are_not() {
        assert!(AT_COMPILE_TIME.is_some());
        for path in REFUSED {
            assert!(refuses(path).is_some(), "{path}");
        }
        for path in ALLOWED {
            assert_eq!(refuses(path), None, "{path}");
        }
    }

    #[test]
    fn other_spellings_do_not_pass() {
        for path in [
            "systems/a/fdekey",
            "/systems/a/fdekey/",
            "/systems/a/fdekey/more",
            "/SYSTEMS/a/FdeKey",
            "/systems/a/%66dekey",
            "/systems/a/fde%4bey",
            "/systems/a/fdekey.json",
            "/systems/a/fdekey%2e",
            "/v2/systems/a/fdekey",
            "/api/v2/systems/a/fdekey",
            "/V%32/systems/a/fdekey",
            "//systems/a/fdekey",
            "/systems//a/fdekey",
            "/systems/a/x/../fdekey",
            "/systems/a/./fdekey",
            "/systems/a/%2e%2e/b/fdekey",
            "/systems/a/.%2e/b",
            "/systems/a%2ffdekey",
            "/systems/a%5Cfdekey",
            "/systems\\a\\fdekey",
            "/systems/a/%2566dekey",
            "/systems/a/fdekey;x=1",
            "/systems/a/fdekey?x=1",
            "/systems/a/fdekey#x",
            "/systems/a/fdekey%00",
            "/systems/a/fdekey%20",
            "/systems/a/fdekey%zz",
            "/systems/a/fdekey%6",
            "/systems/a/\u{ff46}dekey",
        ] {
            assert!(refuses(path).is_some(), "{path}");
        }
    }

    #[test]
    fn only_documented_reads_may_be_sent_as_a_post() {
        assert!(is_query(Family::V1, "/search/systems"));
        assert!(is_query(Family::Events, "/events"));
        assert!(is_query(Family::Events, "/events/count"));
        for (family, path) in [
            (Family::V2, "/search/systems"),
            (Family::V1, "/systems"),
            (Family::V1, "/search/systems/x"),
            (Family::V1, "/search"),
            (Family::V1, "/search/systems.json"),
            (Family::V1, "/search/%2e%2e/systems"),
            (Family::V1, "/events"),
            (Family::Events, "/events/other"),
            (Family::V1, "/runCommand"),
        ] {
            assert!(!is_query(family, path), "{family:?} {path}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*") {
            let reason = refuses(&text);
            prop_assert!(reason.is_none_or(|r| !r.is_empty()));
        }

        #[test]
        fn any_mix_of_case_and_escapes_is_still_refused(
            row in 0..REFUSED.len(),
            choice in proptest::collection::vec(0_u8..4, 100),
        ) {
            let mut spelt = String::new();
            for (at, c) in REFUSED[row].char_indices() {
                match choice[at] {
                    1 => spelt.push(c.to_ascii_uppercase()),
                    2 if c != '/' => write!(spelt, "%{:02x}", u32::from(c)).unwrap(),
                    3 => write!(spelt, "%{:02X}", u32::from(c)).unwrap(),
                    _ => spelt.push(c),
                }
            }
            prop_assert!(refuses(&spelt).is_some(), "{spelt}");
        }

        #[test]
        fn plain_ids_are_not_refused(id in "[0-9a-f]{24}|[0-9A-Z-]{36}") {
            let path = format!("/systemusers/{id}");
            prop_assert_eq!(refuses(&path), None);
        }
    }
}
