//! What the engine asks of AWS, in its own words, so that a script, a local server and AWS itself can answer alike.
//!
//! A cloud is one set of credentials in one region. Nothing here waits, retries by itself or prints: throttling and lost connections
//! are retried beneath (see [`Aws`](super::Aws)), and a [`Fault`] is what is left after that. Lists come a page at a time, as AWS gives them.

mod call;
mod change_set;
mod drift;
mod event;
mod fault;
mod hashed;
mod multipart;
mod object;
mod stack;

pub use call::Call;
pub use change_set::{
    ChangeAction, ChangeSetId, ChangeSetKind, ChangeSetPage, ChangeSetRequest, Execution, ParameterSetting,
    PlannedChange, PlannedDetail, Recreation, Replaced, TemplateSource,
};
pub use drift::{DriftDetection, DriftedProperty, ResourceDrift};
pub use event::{StackEvent, ValidationFinding};
pub use fault::{Answer, Fault, FaultKind};
pub use hashed::{HashedFile, PIECE, Piece, WHOLE};
pub use multipart::Multipart;
pub use object::{Object, ObjectAt, SentPiece, Upload, UploadBody};
pub use stack::{Deletion, StackDescription, StackMember, StackOutput, StackStatus};

pub use crate::options::ImportedResource;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Identity {
    /// The account, twelve digits.
    pub account: String,
    /// The ARN of the caller.
    pub arn: String,
}

/// One page of a list.
#[derive(Clone, Debug, Default)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// What to ask for the next one with; none on the last.
    pub next: Option<String>,
}

/// Everything that the engine needs, in one region.
#[expect(
    async_fn_in_trait,
    reason = "the engine runs on one thread, so that no future has to move between threads"
)]
pub trait Cloud: CloudFormation + Storage + Multipart + Clone {
    /// The region that is asked.
    fn region(&self) -> &str;

    /// The same credentials in another region.
    fn in_region(&self, region: &str) -> Self;

    /// The credentials of a role, in the same region.
    ///
    /// # Errors
    /// The role may not be assumed.
    async fn assuming(&self, role_arn: &str) -> Answer<Self>;

    /// Who asks.
    ///
    /// # Errors
    /// There are no credentials, or they are not valid.
    async fn identity(&self) -> Answer<Identity>;

    /// A call to a service that the engine asks too seldom to have a client for: ECR, ECS, SSM, CloudFront, CloudWatch Logs.
    /// Answers JSON; what comes as XML is turned into it.
    ///
    /// # Errors
    /// The service refuses, or cannot be reached.
    async fn call(&self, call: &Call) -> Answer<serde_json::Value>;
}

/// What the engine needs of CloudFormation. A stack or change set is named by its name or its ARN; one that was deleted by its ARN only.
#[expect(async_fn_in_trait, reason = "the engine runs on one thread, so that no future has to move between threads")]
#[expect(missing_docs, reason = "each is the operation of that name")]
#[rustfmt::skip]
pub trait CloudFormation {
    /// None where there is no such stack.
    async fn describe_stack(&self, stack: &str) -> Answer<Option<StackDescription>>;
    /// The template as it was given, not as it was processed; none where there is no such stack.
    async fn get_template(&self, stack: &str) -> Answer<Option<String>>;
    async fn list_stack_resources(&self, stack: &str, next: Option<&str>) -> Answer<Page<StackMember>>;

    async fn create_change_set(&self, request: &ChangeSetRequest) -> Answer<ChangeSetId>;
    /// With the values of properties, where CloudFormation has them.
    async fn describe_change_set(&self, change_set: &str, stack: Option<&str>, next: Option<&str>) -> Answer<ChangeSetPage>;
    async fn delete_change_set(&self, change_set: &str, stack: Option<&str>) -> Answer<()>;
    async fn execute_change_set(&self, change_set: &str, execution: &Execution) -> Answer<()>;

    /// The newest first.
    async fn describe_stack_events(&self, stack: &str, next: Option<&str>) -> Answer<Page<StackEvent>>;
    /// What the validation before a deployment found in a change set.
    async fn describe_validation(&self, change_set: &str, next: Option<&str>) -> Answer<Page<ValidationFinding>>;

    async fn delete_stack(&self, stack: &str, deletion: &Deletion) -> Answer<()>;
    async fn cancel_update_stack(&self, stack: &str, token: &str) -> Answer<()>;
    async fn rollback_stack(&self, stack: &str, token: &str) -> Answer<()>;
    async fn continue_update_rollback(&self, stack: &str, skip: &[String], token: &str) -> Answer<()>;
    async fn update_termination_protection(&self, stack: &str, protected: bool) -> Answer<()>;
    /// None where it has none.
    async fn get_stack_policy(&self, stack: &str) -> Answer<Option<String>>;
    async fn set_stack_policy(&self, stack: &str, policy: &str) -> Answer<()>;

    /// Answers the id of the detection.
    async fn detect_stack_drift(&self, stack: &str) -> Answer<String>;
    async fn describe_stack_drift_detection(&self, detection: &str) -> Answer<DriftDetection>;
    async fn describe_resource_drifts(&self, stack: &str, next: Option<&str>) -> Answer<Page<ResourceDrift>>;
}

/// What the engine needs of S3, but for uploads in pieces (see [`Multipart`]). Every call names the account that owns the bucket, so that nobody else's bucket of that name is used.
#[expect(async_fn_in_trait, reason = "the engine runs on one thread, so that no future has to move between threads")]
#[rustfmt::skip]
pub trait Storage {
    /// None where there is no such object.
    async fn head_object(&self, at: &ObjectAt) -> Answer<Option<Object>>;
    /// None where there is no such object.
    async fn get_object(&self, at: &ObjectAt) -> Answer<Option<Vec<u8>>>;
    /// With a checksum that S3 compares: what arrives is what was sent, or nothing is kept.
    async fn put_object(&self, upload: &Upload) -> Answer<()>;
    /// Those whose keys begin with a prefix.
    async fn list_objects(&self, bucket: &str, owner: &str, prefix: &str, next: Option<&str>) -> Answer<Page<Object>>;
    /// Objects by their keys, and of each that version where one is named.
    async fn delete_objects(&self, bucket: &str, owner: &str, keys: &[(String, Option<String>)]) -> Answer<()>;
    /// All versions and delete markers, by key and version.
    async fn list_object_versions(&self, bucket: &str, owner: &str, next: Option<&str>) -> Answer<Page<(String, String)>>;
}
