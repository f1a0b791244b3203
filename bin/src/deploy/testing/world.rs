//! What there is in the account, and what the script says.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use serde_json::Value;

use super::work::Step;
use crate::deploy::cloud::{
    Call, ChangeSetRequest, DriftDetection, Fault, Identity, Object, PlannedChange, ResourceDrift, SentPiece,
    StackDescription, StackEvent, StackMember, StackOutput, StackStatus, Upload, ValidationFinding,
};

type Hook = Box<dyn FnOnce(&mut World)>;

/// Everything. All fields are for tests to look at and to change.
pub struct World {
    /// Who asks.
    pub caller: Identity,
    /// All stacks, those that were deleted too, in the order in which they were made.
    pub stacks: Vec<FakeStack>,
    /// All change sets.
    pub change_sets: Vec<FakeChangeSet>,
    /// Objects by bucket and key.
    pub objects: BTreeMap<(String, String), (Vec<u8>, Object)>,
    /// Uploads in pieces that have not come to their end, by their ids.
    pub uploads: BTreeMap<String, FakeUpload>,
    /// The content type and the cache rule of each object, by bucket and key.
    pub headers: BTreeMap<(String, String), (String, String)>,
    /// Versions in buckets, by key and version.
    pub versions: BTreeMap<String, Vec<(String, String)>>,
    /// What was asked.
    pub calls: Vec<String>,
    /// How often what was asked.
    pub counts: BTreeMap<String, usize>,
    /// How many items a page has.
    pub page: usize,
    /// How many steps each look at the events takes.
    pub pace: usize,
    /// How often a change set is looked at before it is ready.
    pub planning: usize,
    /// How long each call takes.
    pub delay: Duration,
    /// True where each event is told twice.
    pub doubled: bool,
    /// Resources that fail, and why.
    pub failing: Vec<(String, String)>,
    /// Resources that do not get done as long as they are here.
    pub held: Vec<String>,
    /// Operations that are for the caller itself, not for roles.
    pub beyond_roles: Vec<String>,
    /// Resources that cannot be taken back.
    pub stuck: Vec<String>,
    /// What services call resources, where it is not `physical-ID`.
    pub physical: BTreeMap<String, String>,
    /// What change sets of a stack would do, where it is not what the templates say.
    pub plans: BTreeMap<String, Vec<PlannedChange>>,
    /// What change sets of nested stacks would do, by the logical id of the stack.
    pub nested: BTreeMap<String, Vec<PlannedChange>>,
    /// Why change sets of a stack fail.
    pub broken: BTreeMap<String, String>,
    /// Why stacks cannot be deleted: another one uses what they hand out.
    pub in_use: BTreeMap<String, String>,
    /// What the validation of change sets finds.
    pub findings: Vec<ValidationFinding>,
    /// What has drifted, by the name of the stack.
    pub drifts: BTreeMap<String, Vec<ResourceDrift>>,
    /// How a detection of drift ends.
    pub detection: DriftDetection,
    /// What other services were asked.
    pub requests: Vec<Call>,
    /// Answers to calls of other services, by operation; the last one stays.
    pub answers: Vec<(String, Value)>,
    /// Faults by operation and number.
    pub faults: Vec<(String, usize, Fault)>,
    pub(super) hooks: Vec<(String, usize, Hook)>,
    next: u32,
}

/// An upload in pieces.
#[derive(Clone)]
pub struct FakeUpload {
    /// What was said when it was begun.
    pub upload: Upload,
    /// The pieces that have arrived, by number.
    pub pieces: BTreeMap<u32, (Vec<u8>, SentPiece)>,
}

/// A stack.
#[derive(Clone, Default)]
pub struct FakeStack {
    /// As it is described.
    pub is: StackDescription,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its template.
    pub template: String,
    /// Its policy.
    pub policy: Option<String>,
    /// What has happened to it, the oldest first.
    pub events: Vec<StackEvent>,
    /// What is in it.
    pub members: Vec<StackMember>,
    /// What will happen to it.
    pub(super) script: VecDeque<Step>,
}

/// A change set.
#[derive(Clone)]
pub struct FakeChangeSet {
    /// Its ARN.
    pub id: String,
    /// The ARN of the stack.
    pub stack_id: String,
    /// What was asked for.
    pub request: ChangeSetRequest,
    /// Its status, once it was looked at often enough.
    pub status: String,
    /// Why.
    pub reason: String,
    /// Whether it can be carried out.
    pub execution_status: String,
    /// What it would do.
    pub changes: Vec<PlannedChange>,
    /// The ARN of the change set of the stack around it, for one of a nested stack.
    pub(super) root: Option<String>,
    pub(super) looks: usize,
}

impl Default for World {
    fn default() -> Self {
        Self {
            caller: Identity {
                account: "111122223333".to_owned(),
                arn: "arn:aws:iam::111122223333:user/ada".to_owned(),
            },
            stacks: Vec::new(),
            change_sets: Vec::new(),
            objects: BTreeMap::new(),
            uploads: BTreeMap::new(),
            headers: BTreeMap::new(),
            versions: BTreeMap::new(),
            calls: Vec::new(),
            counts: BTreeMap::new(),
            page: 100,
            pace: 3,
            planning: 1,
            delay: Duration::ZERO,
            doubled: false,
            failing: Vec::new(),
            held: Vec::new(),
            beyond_roles: Vec::new(),
            stuck: Vec::new(),
            physical: BTreeMap::new(),
            plans: BTreeMap::new(),
            nested: BTreeMap::new(),
            broken: BTreeMap::new(),
            in_use: BTreeMap::new(),
            findings: Vec::new(),
            drifts: BTreeMap::new(),
            detection: DriftDetection { status: "DETECTION_COMPLETE".to_owned(), reason: None },
            requests: Vec::new(),
            answers: Vec::new(),
            faults: Vec::new(),
            hooks: Vec::new(),
            next: 0,
        }
    }
}

impl World {
    /// Puts a stack there, as if it had been deployed before.
    pub fn deployed(&mut self, name: &str, template: &str) -> &mut FakeStack {
        self.put(name, "eu-west-1", "CREATE_COMPLETE", template)
    }

    /// Puts a stack there, in any status.
    pub fn put(&mut self, name: &str, region: &str, status: &str, template: &str) -> &mut FakeStack {
        let number = self.number();
        let account = &self.caller.account;
        let id = format!("arn:aws:cloudformation:{region}:{account}:stack/{name}/{number}");
        let is = StackDescription {
            id: id.clone(),
            name: name.to_owned(),
            status: StackStatus(status.to_owned()),
            ..StackDescription::default()
        };
        let mut stack =
            FakeStack { is, name: name.to_owned(), region: region.to_owned(), ..FakeStack::default() };
        stack.tell(&format!("event-{number}"), status, None);
        if !template.is_empty() {
            stack.apply(template);
        }
        self.stacks.push(stack);
        let last = self.stacks.len() - 1;
        &mut self.stacks[last]
    }

    /// A number that no other thing has.
    pub(super) fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// The place of a stack that is named by its name or ARN. What is gone has its ARN only.
    pub(super) fn find(&self, stack: &str, region: &str) -> Option<usize> {
        self.stacks.iter().rposition(|one| {
            one.is.id == stack || (one.name == stack && one.region == region && !one.is.status.is_deleted())
        })
    }
}

impl FakeStack {
    /// Tells an event of the stack itself.
    pub(super) fn tell(&mut self, id: &str, status: &str, reason: Option<&str>) {
        self.is.status = StackStatus(status.to_owned());
        self.is.reason = reason.map(str::to_owned);
        self.events.push(StackEvent {
            id: id.to_owned(),
            stack_id: self.is.id.clone(),
            logical_id: self.name.clone(),
            physical_id: self.is.id.clone(),
            kind: "AWS::CloudFormation::Stack".to_owned(),
            status: StackStatus(status.to_owned()),
            reason: reason.map(str::to_owned),
            at: "2026-11-21T16:00:00Z".to_owned(),
        });
    }

    /// Makes it what a template says.
    pub(super) fn apply(&mut self, template: &str) {
        self.template = template.to_owned();
        let template: Value = serde_json::from_str(template).unwrap_or_default();
        let entries = |name: &str| template[name].as_object().cloned().unwrap_or_default();
        self.is.outputs = entries("Outputs")
            .into_iter()
            .map(|(key, output)| StackOutput {
                value: output["Value"].as_str().map_or_else(|| format!("value-of-{key}"), str::to_owned),
                description: output["Description"].as_str().map(str::to_owned),
                export: output["Export"]["Name"].as_str().map(str::to_owned),
                key,
            })
            .collect();
        self.members = entries("Resources")
            .into_iter()
            .map(|(id, resource)| StackMember {
                physical_id: format!("physical-{id}"),
                kind: resource["Type"].as_str().unwrap_or_default().to_owned(),
                status: "CREATE_COMPLETE".to_owned(),
                reason: None,
                logical_id: id,
            })
            .collect();
    }
}
