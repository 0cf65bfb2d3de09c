//! Words of a verdict: outcome, cause, severity, effective status.

vocabulary! {
    /// Raw verdict of one rule for one subject.
    ///
    /// A management decision such as a waiver never changes it.
    pub enum Outcome {
        /// A fact that was read, fresh and complete enough, meets the expectation.
        Pass = "PASS",
        /// A fact that was read breaks the expectation.
        Fail = "FAIL",
        /// The expectation does not concern this subject.
        NotApplicable = "NOT_APPLICABLE",
        /// No conclusion could be drawn; the cause says why.
        Unknown = "UNKNOWN",
    }
}

vocabulary! {
    /// Why a verdict is [`Outcome::Unknown`], the most severe cause first.
    ///
    /// The order of the variants is the order of severity: of several causes
    /// the smallest is reported.
    pub enum UnknownCause {
        /// The organisation behind the credential was not confirmed.
        ConnectionNotValidated = "connection_not_validated",
        /// Reading an input failed.
        InputFailed = "input_failed",
        /// An input arrived in part only.
        InputPartial = "input_partial",
        /// An input was not asked for.
        InputNotCollected = "input_not_collected",
        /// The organisation's plan lacks the feature.
        NotLicensed = "not_licensed",
        /// The device reports no telemetry by setting.
        TelemetryDisabled = "telemetry_disabled",
        /// The value is older than the limit.
        StaleData = "stale_data",
        /// The value's time lies after the evaluation.
        FutureTimestamp = "future_timestamp",
        /// The field did not arrive.
        FieldAbsent = "field_absent",
        /// The field arrived in a form that cannot be read.
        FieldUnparseable = "field_unparseable",
        /// JumpCloud has no place where the state can be seen.
        NotObservable = "not_observable",
        /// Several readings are possible and their verdicts differ.
        Ambiguous = "ambiguous",
        /// Two sources contradict each other.
        ConflictingSources = "conflicting_sources",
        /// A data table is too old for the question.
        TableOutdated = "table_outdated",
        /// The subject is too new, or an action is still under way.
        Pending = "pending",
    }
}

impl UnknownCause {
    /// The more severe of two causes.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        self.min(other)
    }
}

vocabulary! {
    /// Weight of a failure, ascending.
    pub enum Severity {
        /// Worth knowing.
        Info = "info",
        /// Small exposure.
        Low = "low",
        /// Normal exposure.
        Medium = "medium",
        /// Serious exposure.
        High = "high",
        /// Immediate exposure.
        Critical = "critical",
    }
}

impl Severity {
    /// This severity raised to `other`; never lowered.
    #[must_use]
    pub fn raised_to(self, other: Self) -> Self {
        self.max(other)
    }
}

vocabulary! {
    /// Status after grace and waivers; what people act on.
    pub enum EffectiveStatus {
        /// The outcome is a pass.
        Pass = "pass",
        /// The outcome is a failure and nothing excuses it.
        Fail = "fail",
        /// The outcome is a failure inside its grace period.
        FailInGrace = "fail_in_grace",
        /// A valid waiver covers the outcome.
        Exempt = "exempt",
        /// The rule does not concern the subject.
        NotApplicable = "not_applicable",
        /// No conclusion.
        Unknown = "unknown",
    }
}

/// What a waiver may overlay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Covers {
    /// Failures, in grace or not.
    Failures,
    /// Failures and unknown outcomes.
    FailuresAndUnknown,
}

impl EffectiveStatus {
    /// The status of an outcome that nothing overlays.
    pub const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Pass => Self::Pass,
            Outcome::Fail => Self::Fail,
            Outcome::NotApplicable => Self::NotApplicable,
            Outcome::Unknown => Self::Unknown,
        }
    }

    /// The status inside a grace period; only a failure changes.
    #[must_use]
    pub const fn in_grace(self) -> Self {
        match self {
            Self::Fail => Self::FailInGrace,
            other => other,
        }
    }

    /// The status under a valid waiver; passes and inapplicable ones stay.
    #[must_use]
    pub const fn waived(self, covers: Covers) -> Self {
        match (self, covers) {
            (Self::Fail | Self::FailInGrace, _) | (Self::Unknown, Covers::FailuresAndUnknown) => {
                Self::Exempt
            }
            (other, _) => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn words_survive_text_and_serde() {
        for outcome in Outcome::ALL {
            assert_eq!(outcome.to_string().parse::<Outcome>(), Ok(*outcome));
            let json = serde_json::to_string(outcome).unwrap();
            assert_eq!(json, alloc::format!("\"{outcome}\""));
            assert_eq!(serde_json::from_str::<Outcome>(&json).unwrap(), *outcome);
        }
        assert!("pass".parse::<Outcome>().is_err());
        assert!(serde_json::from_str::<UnknownCause>("\"other\"").is_err());
        assert_eq!("high".parse(), Ok(Severity::High));
    }

    #[test]
    fn the_worse_cause_wins_whatever_the_order() {
        let worst = UnknownCause::ConnectionNotValidated;
        for cause in UnknownCause::ALL {
            assert_eq!(cause.worse(worst), worst);
            assert_eq!(worst.worse(*cause), worst);
        }
        assert_eq!(UnknownCause::Pending.worse(UnknownCause::StaleData), UnknownCause::StaleData);
    }

    #[test]
    fn severity_is_never_lowered() {
        assert_eq!(Severity::High.raised_to(Severity::Low), Severity::High);
        assert_eq!(Severity::Low.raised_to(Severity::Critical), Severity::Critical);
    }

    #[test]
    fn overlays_touch_only_what_they_may() {
        use Covers::{Failures, FailuresAndUnknown};
        assert_eq!(EffectiveStatus::of(Outcome::Fail).in_grace(), EffectiveStatus::FailInGrace);
        assert_eq!(EffectiveStatus::of(Outcome::Unknown).in_grace(), EffectiveStatus::Unknown);
        assert_eq!(EffectiveStatus::FailInGrace.waived(Failures), EffectiveStatus::Exempt);
        assert_eq!(EffectiveStatus::Unknown.waived(Failures), EffectiveStatus::Unknown);
        assert_eq!(EffectiveStatus::Unknown.waived(FailuresAndUnknown), EffectiveStatus::Exempt);
        for outcome in [Outcome::Pass, Outcome::NotApplicable] {
            let status = EffectiveStatus::of(outcome);
            assert_eq!(status.in_grace().waived(FailuresAndUnknown), status);
        }
    }
}
