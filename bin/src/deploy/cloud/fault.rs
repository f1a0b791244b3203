//! What AWS answers instead of what was asked for.

/// What was asked for, or why there is none.
pub type Answer<T> = Result<T, Fault>;

/// Why a request failed, after all retries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it means to the engine.
    pub kind: FaultKind,
    /// The service's own word: `ValidationError`; empty where none was given.
    pub code: String,
    /// What it says. May hold any characters; is made harmless where it is printed.
    pub message: String,
    /// What was asked: `cloudformation:CreateChangeSet`.
    pub operation: String,
}

/// What a failed request means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// There are no credentials to sign with, or AWS does not know them.
    NoCredentials,
    /// The credentials were good once.
    Expired,
    /// The caller may not do it.
    Denied,
    /// What was named is not there.
    Missing,
    /// It is there already.
    Exists,
    /// Something else is being done with it.
    Busy,
    /// What was asked makes no sense to the service.
    Invalid,
    /// Too many requests, still.
    Throttled,
    /// Nobody answers.
    Unreachable,
    /// The service has a problem of its own.
    Unavailable,
    /// Somebody answers, but not as the service would.
    Garbled,
}

impl Fault {
    /// A fault of an operation.
    pub fn new(kind: FaultKind, operation: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, code: String::new(), message: message.into(), operation: operation.into() }
    }

    /// True where asking again later may help: nothing is wrong with the request.
    pub fn is_passing(&self) -> bool {
        matches!(self.kind, FaultKind::Throttled | FaultKind::Unreachable | FaultKind::Unavailable)
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
