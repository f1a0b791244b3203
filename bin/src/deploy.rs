//! The engine: takes an assembly folder to AWS, and tells what happens. Knows no terminal, no arguments and no environment.
//!
//! ```text
//! identity ─► publish assets ─► for each stack, once those it depends on are done, independent ones side by side:
//!     change set ─► review ─► refuse | ask ─► execute ─► follow its events ─► root cause, where it fails
//! ─► upload sites ─► outputs
//! ```
//!
//! Each operation is a future that ends with what came of it, and tells what happens on the way through a [`Teller`]. It asks AWS through
//! the trait [`Cloud`](cloud::Cloud) only: [`Aws`] is the real one, tests have scripted ones.

pub mod cloud;
pub mod local;

mod aws;
mod carry;
mod cause;
mod change_set;
mod compare;
mod consent;
mod dead;
mod destroy;
mod drift;
mod failure;
mod finding;
mod follow;
mod graph;
mod guard;
mod halt;
mod identity;
mod import;
mod interrupt;
mod ledger;
mod mask;
mod nested;
mod origins;
mod outcome;
mod outputs;
mod pages;
mod parameters;
mod patience;
mod percent;
mod prepare;
mod progress;
mod publish;
mod resume;
mod review;
mod rollback;
mod run;
mod running;
mod scratch;
mod selection;
mod services;
mod session;
mod silence;
mod sites;
mod state;
mod status;
mod stored;
mod survey;
mod template;
#[doc(hidden)]
pub mod testing;
mod upload;

pub use aws::{Aws, Connection, LocalServer};
pub use compare::compare;
pub use destroy::destroy;
pub use drift::{DriftedResource, StackDrift, drift};
pub use failure::{Failure, FailureKind};
pub use interrupt::{Interrupter, Interrupts};
pub use outcome::{Done, Outcome, StackOutcome};
pub use outputs::{StackOutputs, outputs};
pub use prepare::check;
pub use progress::{Progress, Question, ResourceProgress, SiteStep, Teller, Transfer, Work};
pub use publish::Published;
pub use resume::{resume, watch};
pub use review::StackReview;
pub use rollback::rollback;
pub use run::deploy;
pub use selection::check_names;
pub use session::{Session, Target};
pub use sites::upload;
pub use status::{StackState, status};

pub use crate::{
    diff::{Action, Change, EntryChange, Grade, Highlight, Kind, ResourceChange, StackDiff},
    options::{Allowance, Destruction, GivenParameter, Import, Loss, Mode, Options, Rollback},
};
