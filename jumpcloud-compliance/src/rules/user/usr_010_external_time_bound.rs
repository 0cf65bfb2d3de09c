//! JC-USR-010: an external worker is identified and time-bound.
//!
//! # Expectation
//! Each active external person has a manager and an end: a date on the account or a planned suspension,
//! in the future and at most `max_term_days` ahead.
//!
//! # Why
//! External people leave without anyone telling IT.
//!
//! # Passes
//! ```json,passes
//! {"reason": "time_bound", "inputs": {"BUS": [], "USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "employeeType": "Contractor", "manager": "u9",
//!     "attributes": [{"name": "endDate", "value": "2027-03-31"}]}]}}
//! ```
//!
//! # Fails
//! ```json,fails
//! {"reason": "end_date_passed", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "employeeType": "contractor", "manager": "u9",
//!     "attributes": [{"name": "endDate", "value": "2026-10-31"}]}]}}
//! ```
//! ```json,fails
//! {"reason": "term_too_long", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "employeeType": "contractor", "manager": "u9",
//!     "attributes": [{"name": "endDate", "value": "2031-10-31"}]}]}}
//! ```
//! ```json,fails
//! {"reason": "no_end_date", "inputs": {"BUS": [], "USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "employeeType": "contractor", "manager": "u9", "attributes": []}]}}
//! ```
//! ```json,fails
//! {"reason": "no_sponsor", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED",
//!     "employeeType": "contractor", "manager": "",
//!     "attributes": [{"name": "endDate", "value": "2027-03-31"}]}]}}
//! ```
//!
//! # Unknown when
//! It is not known whether the person is external, or the manager, the end or the plans cannot be
//! read.
//! ```json,unknown
//! {"reason": "employment_unclear", "inputs": {"USR": [{"_id": "u1", "state": "ACTIVATED"}]}}
//! ```
//!
//! # Fix
//! Set sponsor and end date; schedule the suspension.
//!
//! # Sources
//! A date on the account counts before a plan; of several the earliest counts. A date that cannot be
//! read is none that could pass. An account without manager or attributes lacks the members. Without `company_domains` nobody is external by e-mail: a subsidiary's
//! domain must be configured. Names of attributes are compared without regard to case.

use alloc::string::String;
use alloc::vec::Vec;

use jiff::Timestamp;
use jumpcloud_client::Field;
use jumpcloud_client::resources::UserState;

use crate::case::{Case, Reading};
use crate::facts::{EXTERNAL_TYPES, Key, User, any, either, folded};
use crate::outcome::{Severity, UnknownCause};
use crate::param::{Days, Texts};
use crate::rule::{InputNeed, Judgement, Meta, Reason, Rule, Unknown, Verdict};
use crate::subject::SubjectKind;
use crate::time::plus_days;

const EXTERNAL: Texts = Texts::new(
    "external_types",
    EXTERNAL_TYPES,
    "Kinds of employment that make a person external.",
)
.stricter_when_longer();
const COMPANY_DOMAINS: Texts = Texts::new(
    "company_domains",
    &[],
    "Domains of the organisation's own e-mail; empty means that e-mail says nothing.",
);
const EXTERNAL_GROUPS: Texts =
    Texts::new("external_groups", &[], "Ids of groups whose members are external.")
        .stricter_when_longer();
const END_ATTRIBUTES: Texts = Texts::new(
    "end_date_attributes",
    &["endDate", "contractEnd"],
    "Names of custom attributes that hold the end.",
);
const MAX_TERM: Days = Days::new("max_term_days", 365, 1..=1095, "Most days an end may lie ahead.")
    .stricter_when_lower();

const META: Meta = Meta {
    id: "JC-USR-010",
    logic_version: 1,
    text_revision: 1,
    title: "External worker is identified and time-bound",
    subject: SubjectKind::User,
    severity: Severity::Medium,
    tier: 1,
    rationale: "External people leave without anyone telling IT.",
    remediation: "Set sponsor and end date; schedule the suspension.",
    applies: "active external people",
    inputs: &[
        InputNeed::new(
            "USR",
            &["employeeType", "email", "company", "attributes", "manager", "state", "suspended"],
        ),
        InputNeed::new("BUS", &["systemUserId", "state", "scheduledDate"]),
        InputNeed::new("UG", &["id"]),
        InputNeed::new("UGM", &["id"]),
    ],
    params: &[
        EXTERNAL.spec(),
        COMPANY_DOMAINS.spec(),
        EXTERNAL_GROUPS.spec(),
        END_ATTRIBUTES.spec(),
        MAX_TERM.spec(),
    ],
    reasons: &[
        Reason::pass("time_bound", "the person has a sponsor and an end"),
        Reason::fail("end_date_passed", "the end has passed and the account is active"),
        Reason::fail("term_too_long", "the end lies too far ahead"),
        Reason::fail("no_end_date", "nothing says when the person leaves"),
        Reason::fail("no_sponsor", "nobody answers for the person"),
        Reason::unknown("employment_unclear", "it is not known whether the person is external"),
        Reason::unknown("field_unparseable", "the end or the manager cannot be read"),
        Reason::unknown("state_unclear", "the record does not say whether the user is active"),
        Reason::not_applicable("internal", "the person is not external"),
        Reason::not_applicable("not_active", "the user is suspended or staged"),
        Reason::not_applicable("service_account", "service accounts are no people"),
    ],
    after: &[],
};

/// See the head of the file.
#[derive(Clone, Copy, Debug)]
pub struct ExternalTimeBound;

impl Rule for ExternalTimeBound {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn judge(&self, case: &mut Case<'_>) -> Judgement {
        let user = case.user()?;
        if let Some(early) = user.outside_of_daily_use(case) {
            return early;
        }
        match is_external(case, user) {
            Some(true) => {}
            Some(false) => return Ok(Verdict::not_applicable("internal")),
            None => return Err(Unknown::new(UnknownCause::FieldAbsent, "employment_unclear")),
        }
        let end = end(case, user);
        let sponsor = sponsor(case, user);
        let now = case.evaluated_at();
        let latest = plus_days(now, case.param(&MAX_TERM));
        match end {
            Ok(Some(end)) if end < now => return Ok(Verdict::fail("end_date_passed")),
            Ok(Some(end)) if end > latest => return Ok(Verdict::fail("term_too_long")),
            Ok(None) => return Ok(Verdict::fail("no_end_date")),
            Ok(Some(_)) | Err(_) => {}
        }
        if matches!(sponsor, Ok(false)) {
            return Ok(Verdict::fail("no_sponsor"));
        }
        end?;
        sponsor?;
        Ok(Verdict::pass("time_bound"))
    }
}

/// Whether a person is external by employment, e-mail or group; none when that is not known.
fn is_external(case: &mut Case<'_>, user: &User<'_>) -> Option<bool> {
    let record = user.user();
    case.see(user.row(), "employeeType", &record.employee_type);
    case.see(user.row(), "company", &record.company);
    let by_type = user.is_of_type(&case.param(&EXTERNAL));
    let domains = case.param(&COMPANY_DOMAINS);
    let by_domain = if domains.is_empty() {
        Some(false)
    } else {
        let domain = case
            .see(user.row(), "email", &record.email)
            .filled()
            .and_then(|email| email.rsplit_once('@').map(|(_, domain)| folded(domain)));
        domain.map(|domain| !domains.iter().any(|own| folded(own) == domain))
    };
    let facts = case.facts();
    case.uses("UGM");
    let groups = case.param(&EXTERNAL_GROUPS);
    let by_group = any(groups.into_iter().map(|id| facts.is_member(user, &Key::new(id).ok()?)));
    case.see_derived(user.row(), "external_by_group", by_group);
    either(by_type, either(by_domain, by_group))
}

/// Whether somebody answers for the person.
fn sponsor(case: &mut Case<'_>, user: &User<'_>) -> Result<bool, Unknown> {
    match case.see(user.row(), "manager", &user.user().manager) {
        Field::Unparseable(_) => {
            Err(Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable"))
        }
        // Records of people without a manager lack the member, or hold null or nothing in it.
        Field::Absent | Field::Null => Ok(false),
        manager @ Field::Value(_) => Ok(manager.filled().is_some()),
    }
}

/// When the person leaves; none when nothing says so.
fn end(case: &mut Case<'_>, user: &User<'_>) -> Result<Option<Timestamp>, Unknown> {
    let names: Vec<String> = case.param(&END_ATTRIBUTES).into_iter().map(folded).collect();
    let attributes = &user.user().attributes;
    let mut dates: Vec<Timestamp> = Vec::new();
    let mut unread = match attributes {
        Field::Unparseable(_) => {
            Some(Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable"))
        }
        Field::Absent | Field::Null | Field::Value(_) => None,
    };
    for attribute in attributes.value().into_iter().flatten() {
        let Some(name) = attribute.name.filled() else { continue };
        if names.contains(&folded(name)) {
            let path = alloc::format!("attributes[name={name}].value");
            match case.see_end(user.row(), &path, &attribute.value) {
                Reading::Value(date) => dates.push(date),
                Reading::Absent => {}
                Reading::Unparseable => {
                    unread =
                        Some(Unknown::new(UnknownCause::FieldUnparseable, "field_unparseable"));
                }
            }
        }
    }
    if let Some(unread) = unread {
        // An end that is known to have passed counts, whatever another one says.
        let passed = dates.iter().min().filter(|date| **date < case.evaluated_at());
        return passed
            .copied()
            .or_else(|| planned(case, user))
            .map_or(Err(unread), |at| Ok(Some(at)));
    }
    if let Some(date) = dates.into_iter().min().or_else(|| planned(case, user)) {
        return Ok(Some(date));
    }
    case.require("BUS")?;
    Ok(None)
}

/// When the next suspension that was scheduled is due.
fn planned(case: &mut Case<'_>, user: &User<'_>) -> Option<Timestamp> {
    case.uses("BUS");
    let now = case.evaluated_at();
    let facts = case.facts();
    let planned = facts.planned_changes(case, &user.key, &UserState::Suspended);
    planned.into_iter().find(|date| *date >= now)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{inputs, judge, judge_with};

    const RULE: &str = "JC-USR-010";

    fn user(fields: &Value) -> Value {
        let mut record = json!({"_id": "u1", "state": "ACTIVATED", "email": "bo@example.net",
            "employeeType": "contractor", "manager": "u9", "attributes": []});
        record.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        inputs(json!({"USR": [record], "BUS": []}))
    }

    fn until(value: Value) -> Value {
        json!({"attributes": [{"name": "EndDate", "value": value}]})
    }

    #[test]
    fn sponsor_and_end() {
        for (fields, expected) in [
            (until(json!("2027-03-31")), "PASS time_bound"),
            (until(json!("2026-11-23")), "PASS time_bound"),
            (until(json!("2026-11-22")), "FAIL end_date_passed"),
            (until(json!("2027-11-23T12:00:00Z")), "PASS time_bound"),
            (until(json!("2027-11-23T12:00:01Z")), "FAIL term_too_long"),
            (until(json!("end of March")), "UNKNOWN field_unparseable"),
            (until(json!("")), "FAIL no_end_date"),
            (json!({"attributes": [{"name": "room", "value": "2027-01-01"}]}), "FAIL no_end_date"),
            (json!({"attributes": null}), "FAIL no_end_date"),
            (json!({"attributes": "?"}), "UNKNOWN field_unparseable"),
            (
                json!({"attributes": [{"name": "endDate", "value": "?"}, {"name": "contractEnd", "value": "2026-01-01"}]}),
                "FAIL end_date_passed",
            ),
            (
                json!({"attributes": [{"name": "endDate", "value": "2027-01-01"}, {"name": "contractEnd", "value": "2026-01-01"}]}),
                "FAIL end_date_passed",
            ),
        ] {
            assert_eq!(judge(RULE, &user(&fields)), expected, "{fields}");
        }
        for (manager, expected) in [
            (json!("u9"), "PASS time_bound"),
            (json!(" "), "FAIL no_sponsor"),
            (json!(null), "FAIL no_sponsor"),
            (json!([]), "UNKNOWN field_unparseable"),
        ] {
            let mut fields = until(json!("2027-03-31"));
            fields["manager"] = manager.clone();
            assert_eq!(judge(RULE, &user(&fields)), expected, "{manager}");
        }
    }

    #[test]
    fn a_planned_suspension_is_an_end() {
        let planned = |plans: Value| {
            let mut inputs = user(&json!({}));
            inputs["BUS"] = plans;
            judge(RULE, &inputs)
        };
        let plan = |state: &str, date: &str| json!([{"scheduledJobId": "j1", "systemUserId": "u1", "state": state, "scheduledDate": date}]);
        assert_eq!(planned(plan("SUSPENDED", "2027-01-31T00:00:00Z")), "PASS time_bound");
        assert_eq!(planned(plan("SUSPENDED", "2029-01-31T00:00:00Z")), "FAIL term_too_long");
        assert_eq!(planned(plan("ACTIVATED", "2027-01-31T00:00:00Z")), "FAIL no_end_date");
        assert_eq!(planned(plan("SUSPENDED", "2026-01-31T00:00:00Z")), "FAIL no_end_date");
        assert_eq!(
            planned(json!({"state": "failed", "class": "forbidden"})),
            "UNKNOWN input_failed"
        );
    }

    #[test]
    fn an_account_without_manager_or_attributes_lacks_the_keys() {
        let mut bare = user(&json!({}));
        bare["USR"][0].as_object_mut().unwrap().remove("attributes");
        assert_eq!(judge(RULE, &bare), "FAIL no_end_date");
        let mut bare = user(&until(json!("2027-03-31")));
        bare["USR"][0].as_object_mut().unwrap().remove("manager");
        assert_eq!(judge(RULE, &bare), "FAIL no_sponsor");
        let mut bare = user(&json!({}));
        bare["USR"][0].as_object_mut().unwrap().remove("employeeType");
        assert_eq!(judge(RULE, &bare), "UNKNOWN employment_unclear");
    }

    #[test]
    fn who_is_external() {
        let staff = |fields: Value| {
            let mut all = until(json!("2026-01-31"));
            all["employeeType"] = json!("Staff");
            all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            user(&all)
        };
        assert_eq!(judge(RULE, &staff(json!({}))), "NOT_APPLICABLE internal");
        assert_eq!(judge(RULE, &staff(json!({"employeeType": ""}))), "NOT_APPLICABLE internal");
        let domains = json!({"parameters": {RULE: {"company_domains": ["Example.com"]}}});
        assert_eq!(judge_with(RULE, &staff(json!({})), &domains), "FAIL end_date_passed");
        let own = staff(json!({"email": "ada@EXAMPLE.com"}));
        assert_eq!(judge_with(RULE, &own, &domains), "NOT_APPLICABLE internal");
        let nameless = staff(json!({"email": ""}));
        assert_eq!(judge_with(RULE, &nameless, &domains), "UNKNOWN employment_unclear");
        let groups = json!({"parameters": {RULE: {"external_groups": ["g1"]}}});
        let mut grouped = staff(json!({}));
        assert_eq!(judge_with(RULE, &grouped, &groups), "UNKNOWN employment_unclear");
        grouped["UG"] = json!([{"id": "g1", "name": "Agencies"}]);
        grouped["UGM"] = json!({"of": {"g1": []}});
        assert_eq!(judge_with(RULE, &grouped, &groups), "NOT_APPLICABLE internal");
        grouped["UGM"]["of"]["g1"] = json!([{"id": "u1", "type": "user"}]);
        assert_eq!(judge_with(RULE, &grouped, &groups), "FAIL end_date_passed");
        for (fields, expected) in [
            (json!({"state": "SUSPENDED"}), "NOT_APPLICABLE not_active"),
            (json!({"ldap_binding_user": true}), "NOT_APPLICABLE service_account"),
            (json!({"state": null}), "UNKNOWN state_unclear"),
        ] {
            assert_eq!(judge(RULE, &user(&fields)), expected, "{fields}");
        }
    }

    #[test]
    fn a_term_is_over_after_its_end_and_not_at_it() {
        assert_eq!(judge(RULE, &user(&until(json!("2026-11-23T12:00:00Z")))), "PASS time_bound");
        assert_eq!(
            judge(RULE, &user(&until(json!("2026-11-23T11:59:59Z")))),
            "FAIL end_date_passed"
        );
        let with_odd = |end: &str| {
            let attributes = json!({"attributes": [{"name": "endDate", "value": "?"},
                {"name": "contractEnd", "value": end}]});
            judge(RULE, &user(&attributes))
        };
        assert_eq!(with_odd("2026-11-23T12:00:00Z"), "UNKNOWN field_unparseable");
        assert_eq!(with_odd("2026-11-23T11:59:59Z"), "FAIL end_date_passed");
    }
}
