//! Directory Insights events of the last weeks.

use serde_json::{Value, json};

use super::super::organization::{Organization, wire_time};
use super::Clock;

/// How often, in hours, the people of the company sign in.
const SIGN_IN_EVERY: u32 = 31;

pub(super) fn add(org: &mut Organization, clock: Clock) {
    let users: Vec<(String, String)> = org
        .records("/api/systemusers")
        .iter()
        .filter(|user| user.get("state").and_then(Value::as_str) == Some("ACTIVATED"))
        .filter_map(|user| {
            let text = |name: &str| user.get(name).and_then(Value::as_str).map(str::to_owned);
            Some((text("_id")?, text("username")?))
        })
        .collect();
    for (number, (id, username)) in (0_u32..).zip(&users) {
        for turn in 0_u32..3 {
            let hours = turn.saturating_mul(SIGN_IN_EVERY).saturating_add(number).saturating_add(1);
            let kind = if turn == 1 { "sso_auth" } else { "user_login_attempt" };
            org.event(json!({
                "event_type": kind, "service": if turn == 1 { "sso" } else { "directory" },
                "timestamp": wire_time(clock.hours_ago(hours)), "success": true, "mfa": true,
                "initiated_by": {"id": id, "type": "user", "username": username},
                "auth_method": "session", "client_ip": "203.0.113.77", "geoip": null,
                "provider": null, "error_message": null,
            }));
        }
    }
    let admins: Vec<(String, String)> = org
        .records("/api/users")
        .iter()
        .filter_map(|admin| {
            let text = |name: &str| admin.get(name).and_then(Value::as_str).map(str::to_owned);
            Some((text("_id")?, text("email")?))
        })
        .collect();
    for (number, (id, email)) in (0_u32..).zip(&admins) {
        org.event(json!({
            "event_type": "admin_login_attempt",
            "timestamp": wire_time(clock.hours_ago(number.saturating_mul(20).saturating_add(2))),
            "initiated_by": {"id": id, "type": "admin", "email": email},
            "success": true, "mfa": true, "client_ip": "203.0.113.78",
        }));
    }
}
