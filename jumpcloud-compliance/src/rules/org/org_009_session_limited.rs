//! JC-ORG-009: the user portal session timeout is limited.
//!
//! # Expectation
//! A session of the user portal ends after at most `max_idle_minutes` of idleness; with
//! `require_session_cookie` also when the browser closes.
//!
//! # Why
//! Long portal sessions help whoever takes the browser.
//!
//! # Passes
//! ```json,passes
//! {"reason": "session_limited", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"userPortal": {"idleSessionDurationMinutes": 60}}}]}}}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "session_too_long", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"userPortal": {"idleSessionDurationMinutes": 1440}}}]}}}}
//! ```
//! ```json,fails
//! {"reason": "persistent_cookie",
//!  "config": {"parameters": {"JC-ORG-009": {"require_session_cookie": true}}},
//!  "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"userPortal": {
//!     "idleSessionDurationMinutes": 30, "cookieExpirationType": "date"}}}]}}}}
//! ```
//!
//! # Unknown when
//! The settings or a value that decides did not arrive.
//! ```json,unknown
//! {"reason": "field_absent", "inputs": {"ORGD": {"of": {"o1": [{"_id": "o1",
//!     "settings": {"userPortal": {}}}]}}}}
//! ```
//!
//! # Fix
//! Lower the idle time.
//!
//! # Sources
//! Minutes, at most 129600 `[spec]`; zero or less limits nothing. The words of the cookie's kind are
//! `session` and `date` `[spec]`; another word says nothing.

use jumpcloud_client::resources::CookieExpiration;

use crate::case::Case;
use crate::facts::Settings;
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Flag, Int};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;

const MAX_IDLE_MINUTES: Int =
    Int::new("max_idle_minutes", 60, 5..=129_600, "Most minutes of idleness of a session.")
        .stricter_when_lower();
const REQUIRE_SESSION_COOKIE: Flag = Flag::new(
    "require_session_cookie",
    false,
    "Whether a session must end when the browser closes.",
)
.stricter_when_true();

const META: Meta = Meta {
    id: "JC-ORG-009",
    logic_version: 1,
    text_revision: 1,
    title: "User portal session timeout is limited",
    subject: SubjectKind::Organization,
    severity: Severity::Medium,
    tier: 1,
    rationale: "Long portal sessions help whoever takes the browser.",
    remediation: "Lower the idle time.",
    applies: "always",
    inputs: &[InputNeed::new(
        "ORGD",
        &[
            "settings.userPortal.idleSessionDurationMinutes",
            "settings.userPortal.cookieExpirationType",
        ],
    )],
    params: &[MAX_IDLE_MINUTES.spec(), REQUIRE_SESSION_COOKIE.spec()],
    reasons: &[
        Reason::pass("session_limited", "idle sessions end soon enough"),
        Reason::fail("session_too_long", "idle sessions last too long"),
        Reason::fail("persistent_cookie", "sessions outlive the browser"),
        Reason::unknown("field_absent", "a setting that decides did not arrive"),
        Reason::unknown("field_unparseable", "a setting that decides cannot be read"),
        Reason::unknown("cookie_kind_unlisted", "the cookie is of a kind that no source lists"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimited;

impl Rule for SessionLimited {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let Settings { row, values } = Settings::of(case)?;
        let portal = &values.user_portal;
        let minutes = case
            .need(
                row,
                "settings.userPortal.idleSessionDurationMinutes",
                portal.then(|portal| &portal.idle_session_duration_minutes),
            )
            .copied();
        let cookie = case.need(
            row,
            "settings.userPortal.cookieExpirationType",
            portal.then(|portal| &portal.cookie_expiration_type),
        );
        let limit = case.param(&MAX_IDLE_MINUTES);
        if minutes.as_ref().is_ok_and(|minutes| !(1..=limit).contains(minutes)) {
            return Ok(Verdict::fail("session_too_long"));
        }
        if case.param(&REQUIRE_SESSION_COOKIE) {
            match cookie? {
                CookieExpiration::Session => {}
                CookieExpiration::Date => return Ok(Verdict::fail("persistent_cookie")),
                _ => {
                    return Err(Unknown::new(
                        UnknownCause::FieldUnparseable,
                        "cookie_kind_unlisted",
                    ));
                }
            }
        }
        minutes?;
        Ok(Verdict::pass("session_limited"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-ORG-009";

    fn portal(portal: &Value) -> Value {
        inputs(json!({"ORGD": {"of": {"o1": [{"_id": "o1", "settings": {"userPortal": portal}}]}}}))
    }

    #[test]
    fn minutes_decide() {
        for (minutes, expected) in [
            (json!(60), "PASS session_limited"),
            (json!("15"), "PASS session_limited"),
            (json!(61), "FAIL session_too_long"),
            (json!(0), "FAIL session_too_long"),
            (json!(-1), "FAIL session_too_long"),
            (json!(null), "UNKNOWN field_absent"),
            (json!("soon"), "UNKNOWN field_unparseable"),
        ] {
            let inputs = portal(&json!({"idleSessionDurationMinutes": minutes}));
            assert_eq!(judge(RULE, &inputs), expected, "{minutes}");
        }
        let hour = portal(&json!({"idleSessionDurationMinutes": 60}));
        assert_eq!(judge_with(RULE, &hour, &json!({"profile": "pci"})), "FAIL session_too_long");
    }

    #[test]
    fn the_cookie_counts_on_request() {
        let config = json!({"parameters": {RULE: {"require_session_cookie": true}}});
        for (cookie, expected) in [
            (json!("session"), "PASS session_limited"),
            (json!("date"), "FAIL persistent_cookie"),
            (json!("forever"), "UNKNOWN cookie_kind_unlisted"),
            (json!(null), "UNKNOWN field_absent"),
        ] {
            let inputs =
                portal(&json!({"idleSessionDurationMinutes": 30, "cookieExpirationType": cookie}));
            assert_eq!(judge_with(RULE, &inputs, &config), expected, "{cookie}");
            assert_eq!(judge(RULE, &inputs), "PASS session_limited");
        }
        let undecided = portal(&json!({"cookieExpirationType": "date"}));
        assert_eq!(judge_with(RULE, &undecided, &config), "FAIL persistent_cookie");
    }

    #[test]
    fn without_settings_nothing_is_known() {
        assert_eq!(judge(RULE, &inputs(json!({}))), "UNKNOWN input_not_collected");
        assert_eq!(judge(RULE, &portal(&json!(null))), "UNKNOWN field_absent");
        let unreadable = json!({"ORGD": {"of": {"o1": [{"_id": "o1", "settings": "all"}]}}});
        assert_eq!(judge(RULE, &inputs(unreadable)), "UNKNOWN field_unparseable");
    }
}
