//! What all requests of a client share: the retries they may spend and the time they have.

use std::time::Duration;

/// Retries that may be spent ahead of successes, so that an outage is not answered with a storm.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    left: u32,
    most: u32,
}

impl RetryBudget {
    pub(crate) const fn new(most: u32) -> Self {
        Self { left: most, most }
    }

    /// Takes one retry, if there is one.
    pub(crate) const fn spend(&mut self) -> bool {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// A request succeeded: one retry comes back.
    pub(crate) fn earn(&mut self) {
        self.left = self.left.saturating_add(1).min(self.most);
    }
}

/// The moment when a run must be over, as a distance from a fixed start; none means never.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Deadline(Option<Duration>);

impl Deadline {
    pub(crate) const fn at(end: Option<Duration>) -> Self {
        Self(end)
    }

    /// What is left of the run; `None` without a deadline.
    pub(crate) fn left(self, now: Duration) -> Option<Duration> {
        self.0.map(|end| end.saturating_sub(now))
    }

    /// Whether a wait ends before the run must.
    pub(crate) fn fits(self, now: Duration, wait: Duration) -> bool {
        self.left(now).is_none_or(|left| wait < left)
    }

    /// The time an attempt may take; `None` when the run is over.
    pub(crate) fn clip(self, now: Duration, timeout: Duration) -> Option<Duration> {
        match self.left(now) {
            None => Some(timeout),
            Some(left) if left.is_zero() => None,
            Some(left) => Some(timeout.min(left)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_spent_and_earned_back_up_to_its_size() {
        let mut budget = RetryBudget::new(2);
        assert!(budget.spend() && budget.spend() && !budget.spend());
        budget.earn();
        assert!(budget.spend() && !budget.spend());
        for _ in 0..9 {
            budget.earn();
        }
        assert!(budget.spend() && budget.spend() && !budget.spend());
        assert!(!RetryBudget::new(0).spend());
    }

    #[test]
    fn a_deadline_refuses_waits_and_shortens_attempts() {
        let s = Duration::from_secs;
        let none = Deadline::default();
        assert!(none.fits(s(1_000_000), s(1_000_000)));
        assert_eq!(none.clip(s(9), s(60)), Some(s(60)));
        let ten = Deadline::at(Some(s(10)));
        assert!(ten.fits(s(4), s(5)));
        assert!(!ten.fits(s(4), s(6)), "nothing could be sent afterwards");
        assert_eq!(ten.clip(s(4), s(60)), Some(s(6)));
        assert_eq!(ten.clip(s(4), s(2)), Some(s(2)));
        assert_eq!(ten.clip(s(10), s(2)), None);
        assert_eq!(ten.clip(s(11), s(2)), None);
    }
}
