//! What rules about active users answer at once for everyone else.

use crate::case::Case;
use crate::facts::{Standing, User};
use crate::outcome::UnknownCause;
use crate::rule::{Judgement, Unknown, Verdict};

impl User<'_> {
    /// What a rule about daily use answers at once: for service accounts, and for users who may not
    /// sign in. Leaves observations of what decides it.
    pub(crate) fn outside_of_daily_use(&self, case: &mut Case<'_>) -> Option<Judgement> {
        if self.service_account {
            let record = self.user();
            case.see(self.row(), "ldap_binding_user", &record.ldap_binding_user);
            case.see(self.row(), "samba_service_user", &record.samba_service_user);
            return Some(Ok(Verdict::not_applicable("service_account")));
        }
        self.not_active(case)
    }

    /// What a rule about active users answers at once for others.
    pub(crate) fn not_active(&self, case: &mut Case<'_>) -> Option<Judgement> {
        let record = self.user();
        case.see(self.row(), "state", &record.state);
        case.see(self.row(), "suspended", &record.suspended);
        match self.standing {
            Standing::Active => None,
            Standing::Suspended | Standing::Staged => {
                let verdict = Verdict::not_applicable("not_active");
                Some(Ok(if self.state_conflict { verdict.note("state_conflict") } else { verdict }))
            }
            Standing::Unclear => {
                case.see(self.row(), "activated", &record.activated);
                Some(Err(Unknown::new(UnknownCause::FieldAbsent, "state_unclear")))
            }
        }
    }
}
