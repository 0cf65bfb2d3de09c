//! Attempts that brought no data, and the errors they end in.

use std::error::Error as StdError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::StatusCode;

use super::classify::{Again, Failure, Load, Presence, Verdict, classify, classify_failure};
use super::{Call, Core, Cost, retry};
use crate::credentials::{AuthHeader, CredentialsError, Flaw};
use crate::error::{self, Error, ErrorKind};
use crate::transport::{Response, TransportError, TransportErrorKind};

/// An attempt that brought no data.
pub(super) struct Failed {
    pub(super) failure: Failure,
    pub(super) what: Option<String>,
    pub(super) status: Option<StatusCode>,
    pub(super) asked: Option<Duration>,
    pub(super) wait: Duration,
    pub(super) request_id: Option<String>,
    pub(super) excerpt: Option<String>,
    pub(super) source: Option<Box<dyn StdError + Send + Sync>>,
    pub(super) used: Option<AuthHeader>,
}

impl Failed {
    pub(super) const fn new(failure: Failure) -> Self {
        Self {
            failure,
            what: None,
            status: None,
            asked: None,
            wait: Duration::ZERO,
            request_id: None,
            excerpt: None,
            source: None,
            used: None,
        }
    }
}

impl Core {
    /// `None` when the answer is data.
    pub(super) fn judge(
        &self,
        call: &Call,
        response: &Response,
        header: &AuthHeader,
    ) -> Option<Failed> {
        let presence = if call.optional { Presence::Optional } else { Presence::Required };
        let (status, headers, body) = (response.status(), response.headers(), response.body());
        let failure = if body.len() > self.settings.max_body_bytes {
            classify_failure(TransportErrorKind::TooLarge)
        } else {
            match classify(status, headers, body, presence) {
                Verdict::Done => return None,
                Verdict::Failed(failure) => failure,
            }
        };
        let mut failed = Failed::new(failure);
        failed.status = Some(status);
        failed.asked = retry::retry_after(headers, self.timestamp());
        failed.request_id = error::request_id(headers, header.secret());
        failed.excerpt = error::excerpt(body, header.secret());
        Some(failed)
    }

    pub(super) fn without_credentials(&self, error: CredentialsError, cost: &Cost) -> Failed {
        let (kind, again, asked) = match error.flaw() {
            Flaw::Lasting => (ErrorKind::Credentials, Again::Never, None),
            Flaw::Rejected => (ErrorKind::Unauthorized, Again::Never, None),
            Flaw::Passing(asked) => (ErrorKind::Credentials, Again::Later, asked),
        };
        let mut failed = Failed::new(Failure { kind, again, load: Load::Fine, what: None });
        failed.what = Some(format!("no credential could be had, {},", error.text()));
        failed.wait = self.settings.retry.wait(cost.retries, asked, (self.settings.random)());
        failed.source = Some(error.into());
        failed
    }

    pub(super) fn give_up(&self, failed: Failed, advice: Option<&'static str>) -> Error {
        let Failed { failure, what, status, asked, request_id, excerpt, source, .. } = failed;
        let mut error = Error::new(failure.kind)
            .with_retry_after(asked)
            .with_request_id(request_id)
            .with_excerpt(excerpt)
            .retryable(failure.again == Again::Later);
        if let Some(status) = status {
            error = error.with_status(status);
        }
        if let Some(what) = failure.what {
            error = error.what(what);
        }
        if let Some(what) = what {
            error = error.what(what);
        }
        if failure.kind == ErrorKind::Unauthorized && self.succeeded.load(Ordering::Relaxed) {
            error = error
                .what("the credential was accepted before and was rotated, revoked or expired in mid-run,")
                .advice("start again with the current key, or use a provider that renews it");
        }
        if let Some(advice) = advice {
            error = error.advice(advice);
        }
        match source {
            Some(source) => error.because(source),
            None => error,
        }
    }
}

pub(super) fn unanswered(error: TransportError) -> Failed {
    let mut failed = Failed::new(classify_failure(error.kind()));
    failed.source = Some(error.into());
    failed
}

pub(super) fn late() -> Error {
    Error::new(ErrorKind::Timeout)
        .what("the deadline of the run leaves no room for a request")
        .advice("allow the run more time")
        .retryable(false)
}
