//! A deployment on a bench: a cloud in memory, an assembly in memory, somebody who answers, and a record of all that was told.

use std::{cell::RefCell, ffi::OsString, fs, rc::Rc, time::Duration};

use formwork_assembly::{Assembly, Place, ResourceOrigin, Stack};
use formwork_cli::deploy::{
    Failure, Interrupter, Interrupts, Options, Outcome, Progress, Question, Session, StackReview, Target,
    Teller, deploy, testing::FakeCloud,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc::UnboundedReceiver;

/// Everything that a deployment needs.
pub struct Rig {
    pub cloud: FakeCloud,
    pub session: Session<FakeCloud>,
    pub target: Target,
    pub options: Options,
    pub interrupter: Rc<Interrupter>,
    /// What somebody answers; nothing where there is none for a question, which stays open.
    pub answer: Box<dyn Fn(&Question) -> Option<bool>>,
    receiver: UnboundedReceiver<Progress>,
    told: Rc<RefCell<Vec<Progress>>>,
    /// A folder that brings nothing to publish.
    _folder: TempDir,
}

/// What came of a deployment.
pub struct Came<T = Outcome> {
    pub result: Result<T, Failure>,
    pub told: Vec<Progress>,
}

impl Rig {
    pub fn new(stacks: Vec<Stack>) -> Self {
        let cloud = FakeCloud::new();
        let (teller, receiver) = Teller::channel();
        let (interrupter, interrupts) = Interrupts::new();
        let folder = tempfile::tempdir().expect("a directory");
        let session = Session {
            cloud: cloud.clone(),
            desks: Default::default(),
            own: None,
            caller: cloud.world().caller.clone(),
            teller,
            interrupts,
            pace: Duration::from_secs(1),
            run: "run-1".to_owned(),
            local: None,
            builder: OsString::from("docker"),
            builder_settings: None,
            scratch: folder.path().join("runs"),
        };
        let assembly =
            Assembly { app: "shop".to_owned(), stage: "dev".to_owned(), stacks, ..Assembly::default() };
        let manifest = json!({ "version": "36.0.0", "artifacts": {} });
        fs::write(folder.path().join("manifest.json"), manifest.to_string()).expect("a manifest");
        let target = Target { assembly, folder: folder.path().to_owned() };
        Self {
            cloud,
            session,
            target,
            options: Options::default(),
            interrupter: Rc::new(interrupter),
            answer: Box::new(|_| Some(true)),
            receiver,
            told: Rc::default(),
            _folder: folder,
        }
    }

    /// The same for a protected stage.
    pub fn protected(stacks: Vec<Stack>) -> Self {
        let mut rig = Self::new(stacks);
        rig.target.assembly.protected = true;
        rig.target.assembly.stage = "prod".to_owned();
        rig
    }

    /// Deploys.
    pub async fn deploy(&mut self) -> Came {
        let (session, target, options) = (self.session.clone(), self.target.clone(), self.options.clone());
        self.drive(async move { deploy(&session, &target, &options).await }).await
    }

    /// Drives any operation, and answers what it asks.
    pub async fn drive<T>(&mut self, work: impl Future<Output = Result<T, Failure>>) -> Came<T> {
        let mut work = std::pin::pin!(work);
        let mut open = Vec::new();
        let result = loop {
            tokio::select! {
                biased;
                Some(progress) = self.receiver.recv() => {
                    if let Progress::Question { question, answer } = progress {
                        let said = (self.answer)(&question);
                        let (given, _) = tokio::sync::oneshot::channel();
                        self.told.borrow_mut().push(Progress::Question { question, answer: given });
                        match said {
                            Some(said) => drop(answer.send(said)),
                            None => open.push(answer),
                        }
                    } else {
                        self.told.borrow_mut().push(progress);
                    }
                }
                result = &mut work => break result,
            }
        };
        while let Ok(progress) = self.receiver.try_recv() {
            self.told.borrow_mut().push(progress);
        }
        Came { result, told: self.told.take() }
    }

    /// The names of the stacks that there are, with their status.
    pub fn stacks(&self) -> Vec<(String, String)> {
        let world = self.cloud.world();
        let there = world.stacks.iter().filter(|stack| !stack.is.status.is_deleted());
        there.map(|stack| (stack.name.clone(), stack.is.status.0.clone())).collect()
    }
}

impl<T: std::fmt::Debug> Came<T> {
    /// The failure.
    #[track_caller]
    pub fn failure(&self) -> &Failure {
        self.result.as_ref().expect_err("it was to fail")
    }

    /// The codes of its findings.
    #[track_caller]
    pub fn codes(&self) -> Vec<&str> {
        self.failure().findings.iter().map(|finding| &*finding.code).collect()
    }

    /// The texts of its findings, each with its help.
    #[track_caller]
    pub fn text(&self) -> String {
        let text = |finding: &formwork_assembly::Diagnostic| {
            format!("{}\n  help: {}\n", finding.message, finding.help.as_deref().unwrap_or("none"))
        };
        self.failure().findings.iter().map(text).collect()
    }

    /// The codes of the warnings that were told.
    pub fn warnings(&self) -> Vec<&str> {
        self.told
            .iter()
            .filter_map(|progress| match progress {
                Progress::Warning(finding) => Some(&*finding.code),
                _ => None,
            })
            .collect()
    }

    /// The questions that were asked.
    pub fn questions(&self) -> Vec<&Question> {
        self.told
            .iter()
            .filter_map(|progress| match progress {
                Progress::Question { question, .. } => Some(question),
                _ => None,
            })
            .collect()
    }

    /// The reviews that were told.
    pub fn reviews(&self) -> Vec<&StackReview> {
        self.told
            .iter()
            .filter_map(|progress| match progress {
                Progress::Review(review) => Some(&**review),
                _ => None,
            })
            .collect()
    }

    /// What happened to resources: `path STATUS done/of`.
    pub fn resources(&self) -> Vec<String> {
        self.told
            .iter()
            .filter_map(|progress| match progress {
                Progress::Resource(event) => {
                    Some(format!("{} {} {}/{}", event.path, event.status, event.done, event.of))
                }
                _ => None,
            })
            .collect()
    }
}

/// A stack of some resources.
pub fn stack(id: &str, resources: Value) -> Stack {
    let mut stack = Stack {
        id: id.to_owned(),
        name: format!("shop-dev-{id}"),
        account: None,
        region: None,
        template: json!({ "Resources": resources }).to_string(),
        tags: Vec::new(),
        termination_protection: false,
        dependencies: Vec::new(),
        assets: Vec::new(),
        resources: Vec::new(),
        gates: Vec::new(),
        secure_strings: Default::default(),
    };
    for (line, logical_id) in resources.as_object().expect("resources by id").keys().enumerate() {
        stack.resources.push(ResourceOrigin {
            logical_id: logical_id.clone(),
            path: format!("{id}/{logical_id}"),
            at: Some(Place { file: "src/main.rs".into(), line: 10 + line as u32, column: 5 }),
        });
    }
    stack
}

/// The same, after others.
pub fn after(id: &str, dependencies: &[&str], resources: Value) -> Stack {
    Stack { dependencies: dependencies.iter().map(|id| (*id).to_owned()).collect(), ..stack(id, resources) }
}

/// An alarm: nothing is lost when it goes.
pub fn alarm(delay: u32) -> Value {
    json!({ "Type": "AWS::CloudWatch::Alarm", "Properties": { "EvaluationPeriods": delay } })
}

/// A table, which holds data.
pub fn table(name: &str) -> Value {
    json!({
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": name,
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
        },
    })
}

/// A template of some resources.
pub fn template(resources: Value) -> String {
    json!({ "Resources": resources }).to_string()
}
