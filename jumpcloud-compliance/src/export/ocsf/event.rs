//! Members of an event, as the schema names them.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use crate::evidence::{Presence, Redaction};
use crate::export::text::Shown;
use crate::finding::FindingId;

#[derive(Serialize)]
pub(super) struct Event<'a> {
    pub(super) activity_id: u32,
    pub(super) activity_name: &'static str,
    pub(super) category_uid: u32,
    pub(super) class_uid: u32,
    pub(super) type_uid: u32,
    pub(super) severity_id: u32,
    pub(super) severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status_id: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<&'static str>,
    pub(super) time: i64,
    pub(super) message: String,
    pub(super) metadata: Metadata<'a>,
    pub(super) finding_info: FindingInfo<'a>,
    pub(super) compliance: Compliance<'a>,
    pub(super) resources: [Resource<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) evidences: Vec<Evidence<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remediation: Option<Remediation>,
    pub(super) unmapped: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
pub(super) struct Metadata<'a> {
    pub(super) version: &'static str,
    pub(super) product: Product<'a>,
    pub(super) tenant_uid: &'a str,
    pub(super) uid: String,
    pub(super) original_time: String,
}

#[derive(Serialize)]
pub(super) struct Product<'a> {
    pub(super) name: &'a str,
    pub(super) vendor_name: &'a str,
    pub(super) version: &'a str,
}

#[derive(Serialize)]
pub(super) struct FindingInfo<'a> {
    pub(super) uid: FindingId,
    pub(super) title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) desc: Option<&'static str>,
    pub(super) types: [&'a str; 1],
    pub(super) analytic: Analytic<'a>,
}

#[derive(Serialize)]
pub(super) struct Analytic<'a> {
    pub(super) uid: &'a str,
    pub(super) name: &'a str,
    pub(super) version: String,
    pub(super) type_id: u32,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct Compliance<'a> {
    pub(super) control: &'a str,
    pub(super) status_id: u32,
    pub(super) status: &'static str,
    pub(super) status_code: &'a str,
    pub(super) status_details: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) standards: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) requirements: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) control_parameters: Vec<KeyValue<'a>>,
    pub(super) checks: [Check<'a>; 1],
}

#[derive(Serialize)]
pub(super) struct KeyValue<'a> {
    pub(super) name: &'a str,
    pub(super) value: String,
}

#[derive(Serialize)]
pub(super) struct Check<'a> {
    pub(super) uid: &'a str,
    pub(super) name: &'a str,
    pub(super) version: String,
    pub(super) severity_id: u32,
    pub(super) severity: &'static str,
    pub(super) status_id: u32,
    pub(super) status: &'static str,
}

#[derive(Serialize)]
pub(super) struct Resource<'a> {
    pub(super) uid: &'a str,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) namespace: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uid_alt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<Owner>,
}

#[derive(Serialize)]
pub(super) struct Owner {
    pub(super) uid: String,
}

#[derive(Serialize)]
pub(super) struct Evidence<'a> {
    pub(super) data: Data<'a>,
}

#[derive(Serialize)]
pub(super) struct Data<'a> {
    pub(super) endpoint: String,
    pub(super) input: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) record_id: Option<&'a str>,
    pub(super) field: String,
    pub(super) value: Shown<'a>,
    pub(super) presence: Presence,
    pub(super) redaction: Redaction,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fetched_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) collected_at: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Remediation {
    pub(super) desc: &'static str,
}
