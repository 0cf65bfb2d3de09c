//! States of inputs, made of what became of their parts.

use crate::error::{Error, ErrorKind};
use crate::snapshot::{FailureClass, InputState, PartialReason};

const SCOPE_INCOMPLETE: InputState = InputState::Partial { reason: PartialReason::ScopeIncomplete };

const PARENT_INCOMPLETE: InputState =
    InputState::Partial { reason: PartialReason::ParentIncomplete };

/// State of a per-object input: of its lists, how many there should be, and of its parent.
pub(super) fn whole(
    own: &[InputState],
    of: usize,
    parent: InputState,
    halted: Option<FailureClass>,
) -> InputState {
    let failed = |state: &InputState| matches!(state, InputState::Failed { .. });
    let worst = own.iter().copied().fold(InputState::Complete, InputState::worse);
    if of == 0 {
        return match parent {
            InputState::Partial { .. } => PARENT_INCOMPLETE,
            state => state,
        };
    }
    if own.iter().all(failed) {
        // None was read: not one was asked for, or all of them were refused.
        let class = halted.map(|class| InputState::Failed { class });
        return if own.is_empty() { class.unwrap_or(SCOPE_INCOMPLETE) } else { worst };
    }
    if own.len() == of && own.iter().all(|state| *state == InputState::NotLicensed) {
        return worst;
    }
    if own.len() < of || !worst.is_complete() {
        return SCOPE_INCOMPLETE;
    }
    if parent.is_complete() { InputState::Complete } else { PARENT_INCOMPLETE }
}

/// State of an input of which nothing arrived.
pub(super) fn failed(error: &Error) -> InputState {
    let class = match error.kind() {
        ErrorKind::Unavailable => return InputState::NotLicensed,
        ErrorKind::Unauthorized => FailureClass::Unauthorised,
        ErrorKind::Forbidden | ErrorKind::EdgeBlocked | ErrorKind::OrgHeaderNotAllowed => {
            FailureClass::Forbidden
        }
        ErrorKind::NotFound => FailureClass::NotFound,
        ErrorKind::RateLimited => FailureClass::RateLimited,
        ErrorKind::Contract | ErrorKind::Decode | ErrorKind::BadRequest => FailureClass::Decode,
        ErrorKind::Transport | ErrorKind::Timeout => FailureClass::Transport,
        _ => FailureClass::Server,
    };
    InputState::Failed { class }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOWN: InputState = InputState::Failed { class: FailureClass::Server };
    const DENIED: InputState = InputState::Failed { class: FailureClass::Forbidden };
    const CUT: InputState = InputState::Partial { reason: PartialReason::PageFailed };

    #[test]
    fn a_whole_is_what_its_parts_and_its_parent_make_of_it() {
        use InputState::{Complete, NotLicensed};
        let halted = Some(FailureClass::Unauthorised);
        let unread = InputState::Failed { class: FailureClass::Unauthorised };
        for (own, of, parent, halted, state) in [
            (&[][..], 0, Complete, None, Complete),
            (&[], 0, DENIED, None, DENIED),
            (&[], 0, CUT, None, PARENT_INCOMPLETE),
            (&[], 0, NotLicensed, None, NotLicensed),
            (&[Complete, Complete], 2, Complete, None, Complete),
            (&[Complete, Complete], 2, CUT, None, PARENT_INCOMPLETE),
            (&[Complete, DOWN], 2, Complete, None, SCOPE_INCOMPLETE),
            (&[Complete, CUT], 2, CUT, None, SCOPE_INCOMPLETE),
            (&[DENIED, DENIED], 2, Complete, None, DENIED),
            (&[NotLicensed, NotLicensed], 2, Complete, None, NotLicensed),
            (&[NotLicensed, Complete], 2, Complete, None, SCOPE_INCOMPLETE),
            (&[], 2, Complete, halted, unread),
            (&[unread], 2, Complete, halted, unread),
            (&[Complete], 2, Complete, halted, SCOPE_INCOMPLETE),
        ] {
            assert_eq!(whole(own, of, parent, halted), state, "{own:?} of {of} under {parent:?}");
        }
    }
}
