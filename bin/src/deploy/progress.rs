//! What the engine tells while it works, and what it asks: typed events, in the order in which they happen.
//!
//! Whoever drives the engine reads them from a channel and prints them, answers the questions, or throws both away.

use std::sync::{
    Arc,
    atomic::{AtomicIsize, Ordering},
};

use formwork_assembly::{Diagnostic, Place};
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};

use super::{
    cloud::{Identity, StackOutput, StackStatus},
    review::StackReview,
};

/// One thing that happened.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Progress {
    /// Who deploys what, and where to.
    Identity {
        /// The app; empty where the assembly does not say.
        app: String,
        /// The stage; empty where the assembly does not say.
        stage: String,
        /// True where the stage asks for confirmation.
        protected: bool,
        /// The caller.
        caller: Identity,
        /// The region of the stage, or that of the caller.
        region: String,
        /// The address of the local server; none for AWS.
        #[serde(skip_serializing_if = "Option::is_none")]
        local: Option<String>,
    },
    /// An asset on its way.
    Asset {
        /// The construct path.
        name: String,
        /// Its hash.
        hash: String,
        /// How far it is.
        state: Transfer,
    },
    /// What a change set would do.
    Review(Box<StackReview>),
    /// A stack is as it should be.
    Unchanged {
        /// The id of the stack.
        stack: String,
    },
    /// CloudFormation begins to work on a stack.
    Began {
        /// The id of the stack.
        stack: String,
        /// What it does.
        work: Work,
        /// How many resources there are to do, where that is known.
        resources: Option<usize>,
    },
    /// Something happened to a resource.
    Resource(ResourceProgress),
    /// Something worth knowing about what a stack waits for: a task that stopped, a gate that opened.
    Note {
        /// The id of the stack.
        stack: String,
        /// The construct path.
        path: String,
        /// What it is, in words.
        text: String,
    },
    /// CloudFormation has ended its work on a stack.
    Ended {
        /// The id of the stack.
        stack: String,
        /// How.
        status: StackStatus,
    },
    /// A file of a site on its way, or away.
    Site {
        /// The construct path of the site.
        site: String,
        /// What was done.
        step: SiteStep,
    },
    /// What a stack hands out.
    Outputs {
        /// The id of the stack.
        stack: String,
        /// Its outputs, by key.
        outputs: Vec<StackOutput>,
    },
    /// Something that is not as it should be, and stops nothing.
    Warning(Diagnostic),
    /// Nobody answers, or too many ask: it is asked again for some minutes.
    NoAnswer {
        /// What was asked: `cloudformation:DescribeStacks`.
        operation: String,
        /// Why there is no answer.
        reason: String,
    },
    /// Somebody answers again.
    Answered,
    /// Something to decide before it goes on.
    #[serde(skip)]
    Question {
        /// What is to be decided.
        question: Question,
        /// Takes the answer; no, where it is dropped.
        answer: oneshot::Sender<bool>,
    },
}

/// How far an asset is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Transfer {
    /// It was published before.
    Present,
    /// An image is being built.
    Building {
        /// The steps that are done.
        done: usize,
        /// Those that are known, by what the builder says; none, where it says nothing.
        of: usize,
    },
    /// An image is being pushed.
    Pushing {
        /// The layers that are there.
        done: usize,
        /// Those that are known, by what the builder says; none, where it says nothing.
        of: usize,
    },
    /// A file, or a packed directory, is being sent.
    Sending {
        /// The bytes that have arrived: all at once of a small file, piece by piece of a large one.
        sent: u64,
        /// All of them.
        of: u64,
    },
    /// It is there.
    Published,
}

/// What CloudFormation does with a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// It makes it.
    Create,
    /// It changes it.
    Update,
    /// It takes resources over.
    Import,
    /// It deletes it.
    Delete,
    /// It takes back what it did.
    Rollback,
}

/// What happened to a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceProgress {
    /// The id of the stack.
    pub stack: String,
    /// The key in the template.
    pub logical_id: String,
    /// `AWS::S3::Bucket`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The construct path; the logical id where none is known.
    pub path: String,
    /// The user's line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Place>,
    /// What the service calls it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub physical_id: String,
    /// `CREATE_IN_PROGRESS`.
    pub status: StackStatus,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When.
    pub time: String,
    /// How many resources of the stack are done.
    pub done: usize,
    /// How many there are to do; grows where CloudFormation does more than was planned.
    pub of: usize,
}

/// What was done for a site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum SiteStep {
    /// Files are being uploaded.
    Uploading {
        /// Those that are uploaded.
        done: usize,
        /// All that have changed.
        of: usize,
        /// Their bytes that are uploaded.
        sent: u64,
        /// All of their bytes.
        bytes: u64,
    },
    /// All files are there.
    Uploaded {
        /// Those that have changed.
        changed: usize,
        /// Those that were as they should be.
        same: usize,
        /// Those of old releases that went.
        removed: usize,
    },
    /// CloudFront was told to forget what has changed.
    Invalidated {
        /// The paths.
        paths: Vec<String>,
    },
}

/// Something to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether to carry out what was shown.
    Proceed {
        /// What would happen, in a line.
        summary: String,
        /// The name to type, where a bare yes is not enough: that of a protected stage.
        name: Option<String>,
    },
    /// Whether to make the bucket and the repository for assets, which the account does not have.
    SetUp {
        /// The account.
        account: String,
        /// The region.
        region: String,
        /// True where a bootstrap of the CDK is there, which the stage could use instead.
        has_cdk: bool,
    },
    /// Whether a new version of a service may go on. Not answered where nobody is there: then it is approved elsewhere.
    Approve {
        /// The construct path of the service.
        path: String,
        /// What it waits before, in words.
        before: String,
    },
    /// Whether to cancel what was interrupted here.
    Cancel {
        /// The ids of the stacks whose updates are taken back then.
        stacks: Vec<String>,
        /// Those of which nothing can be cancelled: what is done to them goes on to its end. No other stack is begun after them.
        others: Vec<String>,
    },
}

/// The engine's end of the channel.
#[derive(Clone, Debug)]
pub struct Teller {
    sender: mpsc::UnboundedSender<Progress>,
    /// How many questions wait for somebody who does not answer.
    silent: Arc<AtomicIsize>,
}

impl Teller {
    /// A channel.
    pub fn channel() -> (Self, mpsc::UnboundedReceiver<Progress>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self { sender, silent: Arc::default() }, receiver)
    }

    /// Tells something. Where nobody listens any more, nobody wants to know.
    pub fn tell(&self, progress: Progress) {
        let _ = self.sender.send(progress);
    }

    /// Tells of something that is wrong, and stops nothing.
    pub(super) fn warn(&self, finding: Diagnostic) {
        self.tell(Progress::Warning(finding));
    }

    /// Tells something of a stack, by its id.
    pub(super) fn note(&self, stack: &str, text: impl Into<String>) {
        self.tell(Progress::Note { stack: stack.to_owned(), path: stack.to_owned(), text: text.into() });
    }

    /// So many more questions wait for somebody who does not answer; answers how many do.
    pub(super) fn change_silent(&self, by: isize) -> isize {
        self.silent.fetch_add(by, Ordering::Relaxed) + by
    }

    /// Asks something. Where nobody answers, the answer is no.
    pub async fn ask(&self, question: Question) -> bool {
        self.decide(question).await.unwrap_or(false)
    }

    /// Asks something that somebody else may decide; none where nobody answers here.
    pub async fn decide(&self, question: Question) -> Option<bool> {
        let (answer, receiver) = oneshot::channel();
        self.tell(Progress::Question { question, answer });
        receiver.await.ok()
    }
}
