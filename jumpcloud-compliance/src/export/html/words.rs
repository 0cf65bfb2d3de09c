//! Words of the report: codes as people read them, names made harmless, figures.

use std::borrow::Cow;
use std::string::{String, ToString as _};

use crate::control::{ControlNote, ControlStatus, StatusCounts};
use crate::outcome::{EffectiveStatus, Severity};
use crate::subject::SubjectKind;

/// Statuses from the worst, as charts and lists show them.
pub(super) const STATUSES: [EffectiveStatus; 6] = [
    EffectiveStatus::Fail,
    EffectiveStatus::FailInGrace,
    EffectiveStatus::Unknown,
    EffectiveStatus::Exempt,
    EffectiveStatus::Pass,
    EffectiveStatus::NotApplicable,
];

/// Severities from the worst.
pub(super) const SEVERITIES: [Severity; 5] =
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

pub(super) const fn status(status: EffectiveStatus) -> &'static str {
    match status {
        EffectiveStatus::Fail => "Fail",
        EffectiveStatus::FailInGrace => "Fail, in grace",
        EffectiveStatus::Unknown => "Unknown",
        EffectiveStatus::Exempt => "Exempt",
        EffectiveStatus::Pass => "Pass",
        EffectiveStatus::NotApplicable => "Not applicable",
    }
}

pub(super) const fn count(counts: &StatusCounts, status: EffectiveStatus) -> u64 {
    match status {
        EffectiveStatus::Fail => counts.fail,
        EffectiveStatus::FailInGrace => counts.fail_in_grace,
        EffectiveStatus::Unknown => counts.unknown,
        EffectiveStatus::Exempt => counts.exempt,
        EffectiveStatus::Pass => counts.pass,
        EffectiveStatus::NotApplicable => counts.not_applicable,
    }
}

pub(super) const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Info => "Info",
    }
}

pub(super) const fn result(status: ControlStatus) -> &'static str {
    match status {
        ControlStatus::ExceptionsNoted => "Exceptions noted",
        ControlStatus::Indeterminate => "Indeterminate",
        ControlStatus::NotApplicable => "Not applicable",
        ControlStatus::NoExceptionsNoted => "No exceptions noted",
    }
}

pub(super) const fn note(note: ControlNote) -> &'static str {
    match note {
        ControlNote::UnknownFindings => "some findings are unknown",
        ControlNote::PopulationIncomplete => "subjects may be missing",
        ControlNote::RuleDisabled => "a mapped rule is turned off",
        ControlNote::NoFindings => "no mapped rule gave a finding",
        ControlNote::WithinTolerance => "failures stay within the tolerance",
    }
}

/// Several of a kind.
pub(super) const fn kinds(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Organization => "Organisation",
        SubjectKind::Admin => "Administrators",
        SubjectKind::Application => "Applications",
        SubjectKind::Group => "Groups",
        SubjectKind::User => "Users",
        SubjectKind::Device => "Devices",
    }
}

/// A code in plain words: `count_mismatch` becomes `count mismatch`.
pub(super) fn plain(code: &str) -> String {
    code.replace('_', " ")
}

/// A number with its thousands apart.
pub(super) fn figure(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len().saturating_mul(2));
    for (place, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(place);
        if place > 0 && left.is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time as people read it: `2026-11-24 09:00 UTC`.
pub(super) fn time(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Whether a character shows nothing or turns the direction of the text around it.
const fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    )
}

/// A name from the directory with its hidden characters spelled out; the script does the same.
pub(super) fn shown(name: &str) -> Cow<'_, str> {
    if !name.contains(is_hidden) {
        return Cow::Borrowed(name);
    }
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        if is_hidden(c) {
            text.extend(std::format!("[U+{:04X}]", u32::from(c)).chars());
        } else {
            text.push(c);
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")]
        {
            assert_eq!(figure(number), text);
        }
    }

    #[test]
    fn hidden_characters_are_spelled_out() {
        assert_eq!(shown("a\u{202e}b\nc"), "a[U+202E]b[U+000A]c");
        assert_eq!(shown("Zo\u{eb} \u{5d0}"), "Zo\u{eb} \u{5d0}");
    }

    #[test]
    fn every_status_is_shown_once() {
        let mut all = STATUSES.to_vec();
        all.sort();
        assert_eq!(all, EffectiveStatus::ALL);
        let mut all = SEVERITIES.to_vec();
        all.sort();
        assert_eq!(all, Severity::ALL);
    }
}
