//! SSO applications and who may use them.

use serde_json::json;

use super::super::organization::{Organization, wire_time};
use super::{Clock, people};

/// Connector, label and the groups that hold it.
const APPLICATIONS: &[(&str, &str, &[&str])] = &[
    (
        "google-workspace",
        "Google Workspace",
        &["Engineering", "Design", "Operations", "Finance", "People", "Sales", "Support"],
    ),
    (
        "slack",
        "Slack",
        &["Engineering", "Design", "Operations", "Finance", "People", "Sales", "Support"],
    ),
    ("github", "GitHub", &["Engineering"]),
    ("aws-sso", "AWS IAM Identity Center", &["Operations"]),
    ("figma", "Figma", &["Design"]),
    ("tableau", "Tableau", &["Finance"]),
    ("salesforce", "Salesforce", &["Sales", "Support"]),
    ("wiki", "Legacy Wiki", &[]),
];

pub(super) fn add(org: &mut Organization, clock: Clock) {
    for (number, (connector, label, groups)) in (0_u32..).zip(APPLICATIONS) {
        let id = org.application(connector, label);
        let created = wire_time(clock.days_ago(number.saturating_mul(31).saturating_add(400)));
        let expires = wire_time(clock.days_ahead(number.saturating_mul(40).saturating_add(500)));
        org.update("/api/applications", &id, |record| {
            if let Some(fields) = record.as_object_mut() {
                fields.insert("created".to_owned(), json!(created));
                if let Some(sso) = fields.get_mut("sso").and_then(|sso| sso.as_object_mut()) {
                    sso.insert("idpCertExpirationAt".to_owned(), json!(expires));
                }
            }
        });
        for name in *groups {
            if let Some(group) = people::group(org, name) {
                org.bind(&group, &id);
            }
        }
        if let ("tableau", Some(user)) = (*connector, people::user(org, "felix.ward")) {
            org.bind(&user, &id);
        }
    }
}
