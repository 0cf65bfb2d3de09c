//! Administrators, access policies, password policy, MDM and directories.

use serde_json::{Value, json};

use super::super::organization::{Organization, wire_time};
use super::{Clock, devices, people};

/// The administrator whose key the integration uses; the role is `Read Only`.
pub const INTEGRATION_ADMIN_EMAIL: &str = "compliance.reader@example.com";

/// E-mail address and role of each administrator.
const ADMINS: &[(&str, &str)] = &[
    (INTEGRATION_ADMIN_EMAIL, "Read Only"),
    ("vera.voss@example.com", "Administrator With Billing"),
    ("hugo.lind@example.com", "Administrator"),
    ("mara.gent@example.com", "Help Desk"),
];

const ROLES: &[&str] = &[
    "Administrator With Billing",
    "Administrator",
    "Manager",
    "Command Runner With Billing",
    "Command Runner",
    "Help Desk",
    "Billing Only",
    "Read Only",
];

pub(super) fn add(org: &mut Organization, clock: Clock) {
    for (email, role) in ADMINS {
        let id = org.admin(email, role);
        let created = wire_time(clock.days_ago(420));
        let key_at = wire_time(clock.days_ago(60));
        let expires = wire_time(clock.days_ahead(305));
        org.update("/api/users", &id, |record| {
            let Some(fields) = record.as_object_mut() else { return };
            fields.insert("created".to_owned(), json!(created));
            if *email == INTEGRATION_ADMIN_EMAIL {
                fields.insert("apiKeyAllowed".to_owned(), json!(true));
                fields.insert("apiKeySet".to_owned(), json!(true));
                fields.insert("apiKeyUpdatedAt".to_owned(), json!(key_at));
                let hash = json!({"prefix": "jca_demo", "createdAt": key_at, "expireAt": expires});
                fields.insert("apiKeyHash".to_owned(), hash);
            }
        });
    }
    for name in ROLES {
        let id = org.next_id();
        org.push("/api/v2/roles", json!({"id": id, "name": name, "type": "builtin"}));
    }
    access_policies(org);
    password_policy(org);
    apple_mdm(org, clock);
    let id = org.next_id();
    org.push(
        "/api/v2/directories",
        json!({
            "id": id, "name": "Google Workspace", "type": "g_suite", "oAuthStatus": {},
            "defaultDomain": {"id": "1", "domain": "example.com"},
        }),
    );
    org.push(
        "/api/v2/subscriptions",
        json!({
            "productCode": "JCPLATFORM", "displayName": "Platform", "annualPrice": 0,
            "listPrice": 0,
            "features": [
                {"name": "cloudDirectory"}, {"name": "deviceManagement"}, {"name": "mdm"},
                {"name": "mfa"}, {"name": "sso"}, {"name": "systemInsights"},
                {"name": "directoryInsightsPremium"}, {"name": "zeroTrust"},
            ],
        }),
    );
}

fn access_policies(org: &mut Organization) {
    let list = org.next_id();
    org.push(
        "/api/v2/iplists",
        json!({"id": list, "name": "Office", "description": "", "ips": ["203.0.113.0/24"]}),
    );
    let contractors = people::group(org, "Contractors").unwrap_or_default();
    for (name, kind, conditions, groups) in [
        ("MFA for the user portal", "user_portal", json!({}), json!([])),
        (
            "MFA for contractors outside the office",
            "application",
            json!({"not": {"ipAddressIn": [list]}}),
            json!([contractors]),
        ),
    ] {
        let id = org.next_id();
        let users = if groups == json!([]) { json!(["all"]) } else { json!([]) };
        org.push(
            "/api/v2/authn/policies",
            json!({
                "id": id, "name": name, "description": "", "disabled": false, "type": kind,
                "effect": {
                    "action": "allow",
                    "obligations": {
                        "mfa": {"required": true},
                        "mfaFactors": [{"type": "TOTP"}, {"type": "WEBAUTHN"}, {"type": "PUSH"}],
                        "userVerification": {"requirement": "none"},
                    },
                },
                "targets": {
                    "users": {"inclusions": users},
                    "userGroups": {"inclusions": groups, "exclusions": []},
                    "resources": [{"type": kind}],
                },
                "conditions": conditions,
            }),
        );
    }
}

/// The default password policy: sparse in the list, complete by itself, without a name.
fn password_policy(org: &mut Organization) {
    let id = org.next_id();
    let policy = org.record().pointer("/settings/passwordPolicy").cloned().unwrap_or_default();
    org.put(
        "/api/v2/passwordpolicies",
        vec![json!({
            "objectId": id, "name": "", "description": "", "default": true, "precedence": 0,
            "groupCount": 0, "minLength": 12, "maxHistory": 8, "maxLoginAttempts": 6,
            "lockoutTimeInSeconds": 1800,
        })],
    );
    let details = json!({"objectId": id, "cached": false, "groups": [], "policy": policy});
    org.put_object(&format!("/api/v2/passwordpolicies/{id}"), details);
}

fn apple_mdm(org: &mut Organization, clock: Clock) {
    let mdm = org.next_id();
    let record = json!({
        "id": mdm, "name": "Apple devices", "organization": org.id(),
        "apnsCertExpiry": wire_time(clock.days_ahead(210)),
        "apnsPushTopic": "com.apple.mgmt.External.example",
        "appleCertCreatorAppleID": "apple.admin@example.com", "appleCertSerialNumber": "1F2E3D",
        "depServerTokenState": "valid", "depAccessTokenExpiry": wire_time(clock.days_ahead(180)),
        "allowMobileUserEnrollment": false, "serviceDiscoveryEnabled": false,
        "dep": {}, "ades": {"macos": {}, "ios": {}},
    });
    org.push("/api/v2/applemdms", record);
    let path = format!("/api/v2/applemdms/{mdm}/devices");
    let names =
        ["mbp-ada-quill", "mbp-ben-moss", "mbp-kai-lund", "mac-unencrypted", "ipad-reception"];
    for name in names {
        let Some(system) = devices::device(org, name) else { continue };
        let Some(record) = org.get("/api/systems", &system).cloned() else { continue };
        let text = |field: &str| record.get(field).and_then(Value::as_str).unwrap_or_default();
        let mac = name != "ipad-reception";
        let id = org.next_id();
        let security = if mac {
            json!({"filevaultEnabled": name != "mac-unencrypted", "passcodePresent": true,
                "passcodeCompliant": true, "enrolledViaDep": true,
                "userApprovedEnrollment": true, "isUserEnrollment": false})
        } else {
            json!({"passcodePresent": true, "passcodeCompliant": true})
        };
        let device = json!({
            "id": id, "serialNumber": text("serialNumber"), "osVersion": text("version"),
            "udid": format!("00008140-{}", text("serialNumber")),
            "mdmOsFamily": if mac { "macos" } else { "ipados" },
            "modelFamily": if mac { "Mac" } else { "iPad" },
            "depRegistered": true, "enrolled": true, "createdAt": text("created"),
            "hasActivationLockBypassCodes": true,
            "deviceInformation": {"deviceName": name, "isSupervised": true},
            "securityInfo": security,
        });
        org.push(&path, device);
    }
}
