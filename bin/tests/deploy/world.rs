//! An app in an account of its own: assemblies made by hand, and deployments of them by the engine.

use std::{cell::Cell, collections::BTreeMap, ffi::OsString, time::Duration};

use formwork_assembly::{Assembly, AssetFiles, Place, ResourceOrigin, Stack, folder};
use formwork_cli::deploy::{
    Aws, Connection, Failure, FailureKind, Interrupts, LocalServer, Options, Outcome, Progress, Question,
    Session, Target, Teller, cloud::Cloud as _, deploy,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::server::{Account, account};

/// The region that all stacks without one are in.
pub const REGION: &str = "us-east-1";

/// An account, and what was deployed to it.
pub struct World {
    pub account: Account,
    /// Once this resource has begun, or a part of this asset has arrived, somebody presses Ctrl-C, and once more when asked whether to cancel.
    pub interrupt_at: Option<&'static str>,
    /// Whether the engine does not know that the server is local: then roles count.
    pub is_taken_for_aws: bool,
    /// What builds images.
    pub builder: OsString,
    runs: Cell<u32>,
    directory: TempDir,
}

/// How a deployment went.
pub struct Came<T> {
    pub result: Result<T, Failure>,
    /// All that was told, as `--format json` prints it.
    pub events: Vec<Value>,
    /// All that was asked. The answer was yes.
    pub questions: Vec<Question>,
}

/// An app with these stacks.
pub fn app(stacks: Vec<Stack>) -> Assembly {
    Assembly { app: "shop".to_owned(), stage: "dev".to_owned(), stacks, ..Assembly::default() }
}

/// A stack with this template; each resource stands in a line of its own.
pub fn stack(id: &str, template: &Value) -> Stack {
    let names = template["Resources"].as_object().into_iter().flat_map(serde_json::Map::keys);
    let origin = |(line, name): (u32, &String)| ResourceOrigin {
        logical_id: name.clone(),
        path: format!("{id}/{name}"),
        at: Some(Place { file: "src/main.rs".into(), line, column: 5 }),
    };
    Stack {
        id: id.to_owned(),
        name: format!("shop-dev-{id}"),
        account: None,
        region: Some(REGION.to_owned()),
        template: format!("{template:#}\n"),
        tags: vec![("app".to_owned(), "shop".to_owned())],
        termination_protection: false,
        dependencies: Vec::new(),
        assets: Vec::new(),
        resources: (10..).zip(names).map(origin).collect(),
        gates: Vec::new(),
        secure_strings: BTreeMap::new(),
    }
}

impl World {
    /// A new one; none where the tests are to be skipped.
    pub fn new() -> Option<Self> {
        Some(Self {
            account: account()?,
            interrupt_at: None,
            is_taken_for_aws: false,
            builder: "docker".into(),
            runs: Cell::default(),
            directory: tempfile::tempdir().expect("is made"),
        })
    }

    /// Deploys stacks, and agrees to whatever is asked.
    pub fn deploy(&self, stacks: Vec<Stack>) -> Came<Outcome> {
        self.deploy_with(stacks, &Options::default())
    }

    pub fn deploy_with(&self, stacks: Vec<Stack>, options: &Options) -> Came<Outcome> {
        self.deploy_target(self.target(stacks), options)
    }

    pub fn deploy_target(&self, target: Target, options: &Options) -> Came<Outcome> {
        self.run(target, async |session, target| deploy(session, target, options).await)
    }

    /// Runs an operation of the engine on stacks.
    pub fn on<T>(
        &self,
        stacks: Vec<Stack>,
        work: impl AsyncFnOnce(&Session<Aws>, &Target) -> Result<T, Failure>,
    ) -> Came<T> {
        self.run(self.target(stacks), work)
    }

    /// Runs an operation of the engine, agrees to what it asks, and interrupts it where that is wanted.
    pub fn run<T>(
        &self,
        target: Target,
        work: impl AsyncFnOnce(&Session<Aws>, &Target) -> Result<T, Failure>,
    ) -> Came<T> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("is made");
        runtime.block_on(async {
            let cloud = self.cloud().await;
            let (teller, mut told) = Teller::channel();
            let (interrupter, interrupts) = Interrupts::new();
            self.runs.set(self.runs.get() + 1);
            let session = Session {
                desks: BTreeMap::new(),
                own: None,
                caller: cloud.identity().await.expect("is known"),
                cloud,
                teller,
                interrupts,
                pace: Duration::from_millis(20),
                run: format!("run-{}-{}", self.account.number, self.runs.get()),
                local: (!self.is_taken_for_aws).then(|| self.account.endpoint.to_owned()),
                builder: self.builder.clone(),
                builder_settings: None,
                scratch: self.directory.path().join("runs"),
            };
            let work = async {
                let result = work(&session, &target).await;
                drop(session);
                result
            };
            let listen = async {
                let (mut events, mut questions) = (Vec::new(), Vec::new());
                let mut arrived = false;
                while let Some(progress) = told.recv().await {
                    match progress {
                        // Whoever interrupts it leaves at once.
                        Progress::Question { question: question @ Question::Cancel { .. }, answer } => {
                            questions.push(question);
                            interrupter.interrupt();
                            drop(answer);
                        }
                        Progress::Question { question, answer } => {
                            questions.push(question);
                            let _ = answer.send(true);
                        }
                        other => {
                            let event = serde_json::to_value(&other).expect("is JSON");
                            let begins =
                                event["status"].as_str().is_some_and(|is| is.ends_with("IN_PROGRESS"));
                            let arrives = event["state"]["sent"].as_u64().is_some_and(|sent| sent > 0);
                            let is_at = |name: &str| self.interrupt_at.is_some_and(|at| event[name] == at);
                            // Another part may arrive before the first interrupt is heard.
                            let arrives = arrives && !arrived;
                            arrived |= arrives;
                            if (begins && is_at("logicalId")) || (arrives && is_at("name")) {
                                interrupter.interrupt();
                            }
                            events.push(event);
                        }
                    }
                }
                (events, questions)
            };
            let (result, (events, questions)) = tokio::join!(work, listen);
            Came { result, events, questions }
        })
    }

    /// The folder of an app with these stacks, as `deploy` reads it.
    fn target(&self, stacks: Vec<Stack>) -> Target {
        let folder = self.directory.path().join("formwork.out");
        let folder = folder::write(&folder, &app(stacks), &AssetFiles::new("")).expect("is written");
        Target { assembly: folder::read(&folder).expect("is readable"), folder }
    }

    /// The status of a stack, as the server itself tells it; none where there is no such stack.
    pub fn status(&self, id: &str) -> Option<String> {
        let name = format!("shop-dev-{id}");
        let stack = self.account.ask("cloudformation").form("DescribeStacks", &[("StackName", &name)]);
        crate::ask::tag(&stack, "StackStatus").map(str::to_owned)
    }

    async fn cloud(&self) -> Aws {
        let local =
            LocalServer { endpoint: self.account.endpoint.to_owned(), account: self.account.number.clone() };
        let connection =
            Connection { region: Some(REGION.to_owned()), local: Some(local), ..Connection::default() };
        Aws::connect(&connection).await.expect("is there")
    }
}

impl<T: std::fmt::Debug> Came<T> {
    /// What came of it, where it went well.
    pub fn well(self) -> T {
        self.result.expect("goes well")
    }

    /// Why it did not, and of what sort that is.
    pub fn badly(&self, kind: FailureKind) -> &Failure {
        let failure = self.result.as_ref().expect_err("does not go well");
        assert_eq!(failure.kind, kind, "{:#?}", failure.findings);
        failure
    }

    /// The events of a sort, such as `resource`.
    pub fn events(&self, event: &str) -> Vec<&Value> {
        self.events.iter().filter(|one| one["event"] == event).collect()
    }

    /// The last statuses of the resources, by logical id, in the order in which they ended.
    pub fn ends(&self) -> Vec<(&str, &str)> {
        let events = self.events("resource").into_iter();
        let ends = events.filter_map(|event| Some((event["logicalId"].as_str()?, event["status"].as_str()?)));
        ends.filter(|(_, status)| !status.ends_with("IN_PROGRESS")).collect()
    }
}
