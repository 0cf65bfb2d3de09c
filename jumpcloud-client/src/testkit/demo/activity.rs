//! Directory Insights events of the last three months.

use serde_json::{Value, json};

use super::super::organization::{Organization, wire_time};
use super::Clock;

/// How often, in hours, the people of the company sign in.
const SIGN_IN_EVERY: u32 = 31;

/// Days of quiet background events: a little more than the service keeps.
const DAYS: u32 = 92;

/// The application that nobody uses any more.
const UNUSED: &str = "Legacy Wiki";

pub(super) fn add(org: &mut Organization, clock: Clock) {
    background(org, clock);
    people(org, clock);
    suspensions(org, clock);
    administrators(org, clock);
}

/// Values of two fields of each record of a list, where a third has this value.
fn pairs(
    org: &Organization,
    path: &str,
    fields: [&str; 2],
    keep: impl Fn(&Value) -> bool,
) -> Vec<[String; 2]> {
    org.records(path)
        .iter()
        .filter(|record| keep(record))
        .filter_map(|record| {
            let text = |name: &str| record.get(name).and_then(Value::as_str).map(str::to_owned);
            let [one, other] = fields;
            Some([text(one)?, text(other)?])
        })
        .collect()
}

/// What devices and policies leave behind on every day.
fn background(org: &mut Organization, clock: Clock) {
    let devices = pairs(org, "/api/systems", ["_id", "hostname"], |_| true);
    for (day, [id, hostname]) in (0..DAYS).zip(devices.iter().cycle()) {
        org.event(json!({
            "event_type": "system_update", "service": "directory",
            "timestamp": wire_time(clock.hours_ago(day.saturating_mul(24).saturating_add(3))),
            "initiated_by": null, "resource": {"id": id, "type": "system", "hostname": hostname},
            "changes": [{"field": "agentVersion", "from": "2.17.0", "to": "2.17.1"}],
        }));
    }
}

/// Sign-ins to the portal and to applications.
fn people(org: &mut Organization, clock: Clock) {
    let state = |wanted: &'static str| {
        move |user: &Value| user.get("state").and_then(Value::as_str) == Some(wanted)
    };
    let users = pairs(org, "/api/systemusers", ["_id", "username"], state("ACTIVATED"));
    let used = |application: &Value| {
        application.get("displayLabel").and_then(Value::as_str) != Some(UNUSED)
    };
    let applications = pairs(org, "/api/applications", ["_id", "name"], used);
    for ((number, [id, username]), [application, connector]) in
        (0_u32..).zip(&users).zip(applications.iter().cycle())
    {
        for turn in 0_u32..3 {
            let hours = turn.saturating_mul(SIGN_IN_EVERY).saturating_add(number).saturating_add(1);
            let mut event = json!({
                "event_type": "user_login_attempt", "service": "directory",
                "timestamp": wire_time(clock.hours_ago(hours)), "success": true, "mfa": true,
                "initiated_by": {"id": id, "type": "user", "username": username},
                "auth_method": "session", "client_ip": "203.0.113.77", "geoip": null,
                "provider": null, "error_message": null,
            });
            if let (1, Some(fields)) = (turn, event.as_object_mut()) {
                fields.insert("event_type".to_owned(), json!("sso_auth"));
                fields.insert("service".to_owned(), json!("sso"));
                let application = json!({"id": application, "name": connector,
                    "sso_url": "https://sso.example.com/saml2/app"});
                fields.insert("application".to_owned(), application);
            }
            org.event(event);
        }
    }
}

/// How those who left were suspended; none of them has signed in since.
fn suspensions(org: &mut Organization, clock: Clock) {
    let suspended = |user: &Value| user.get("state").and_then(Value::as_str) == Some("SUSPENDED");
    for [id, username] in pairs(org, "/api/systemusers", ["_id", "username"], suspended) {
        for (kind, days) in [("user_login_attempt", 41), ("user_suspended", 40)] {
            let party = json!({"id": id, "type": "user", "username": username});
            let key = if kind == "user_suspended" { "resource" } else { "initiated_by" };
            org.event(json!({
                "event_type": kind, "service": "directory", "success": true,
                "timestamp": wire_time(clock.days_ago(days)), (key): party,
            }));
        }
    }
}

/// Sign-ins to the console, one that failed, and what an auditor looks at.
fn administrators(org: &mut Organization, clock: Clock) {
    let admins = pairs(org, "/api/users", ["_id", "email"], |_| true);
    for (number, [id, email]) in (0_u32..).zip(&admins) {
        let party = json!({"id": id, "type": "admin", "email": email});
        let hours = number.saturating_mul(20).saturating_add(2);
        for (success, earlier) in [(true, 0), (false, 1)] {
            if success || number == 1 {
                org.event(json!({
                    "event_type": "admin_login_attempt", "service": "directory",
                    "timestamp": wire_time(clock.hours_ago(hours.saturating_add(earlier))),
                    "initiated_by": party, "success": success, "mfa": success,
                    "auth_method": "session", "client_ip": "203.0.113.78",
                }));
            }
        }
    }
    let Some([id, email]) = admins.get(1) else { return };
    for (kind, days) in [("organization_update", 12), ("admin_update", 33), ("policy_delete", 50)] {
        org.event(json!({
            "event_type": kind, "service": "directory", "success": true,
            "timestamp": wire_time(clock.days_ago(days)),
            "initiated_by": {"id": id, "type": "admin", "email": email},
        }));
    }
}
