//! Describe AWS infrastructure in typed Rust; Formwork turns it into CloudFormation, checks it, and deploys it.
//!
//! ```no_run
//! use formwork::prelude::*;
//!
//! fn main() -> ExitCode {
//!     formwork::main(app)
//! }
//!
//! pub fn app(stage: &Stage) -> App {
//!     let mut app = App::new("shop", stage);
//!     let mut shop = app.stack("Shop");
//!     shop.add("Alerts", RawResource::new("AWS::SNS::Topic"));
//!     app
//! }
//! ```
//!
//! `cargo run -- synth --stage prod` checks the app and writes its templates; `cargo run -- --help` lists what else there is.
//!
//! # Stages
//!
//! Without a word about them there are two stages, `dev` and the protected `prod`, and both fit every account and region. Stages of
//! one's own stand in `stages.json` beside Cargo.toml, together with settings of any type that serde and schemars know:
//!
//! ```no_run
//! use formwork::prelude::*;
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct Config {
//!     /// How many tasks to run.
//!     tasks: u32,
//! }
//!
//! pub fn app(stage: &Stage<Config>) -> App {
//!     let mut app = App::new("shop", stage);
//!     for index in 0..stage.config.tasks {
//!         app.stack(format!("Worker{index}"));
//!     }
//!     app
//! }
//!
//! fn main() -> ExitCode {
//!     formwork::main(app)
//! }
//! ```
//!
//! ```json
//! {
//!   "default": "dev",
//!   "stages": {
//!     "dev": { "config": { "tasks": 1 } },
//!     "prod": { "account": "123456789012", "region": "eu-west-1", "protected": true, "config": { "tasks": 4 } }
//!   }
//! }
//! ```
//!
//! A stage with `"bootstrap": "cdk"` publishes and deploys through what `cdk bootstrap` has made; see [`Bootstrap`].
//!
//! Or they are defined in Rust, with [`stages`].

use std::process::ExitCode;

use formwork_cli::{Program, Request, StageOutline};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

pub use formwork_cfn as cfn;
pub use formwork_constructs::*;
pub use formwork_synth::*;

/// What an app needs, in one line.
pub mod prelude {
    pub use std::process::ExitCode;

    pub use formwork_constructs::*;
    pub use formwork_synth::{
        App, Attr, Bootstrap, Connect, Construct, CrossStack, DeletionPolicy, Grant, Handle, IntoValue,
        Listen, Parameter, Principal, RawResource, Resource, ResourceOptions, Scope, SecretValue, Stack,
        Stage, Structure, Value, cidr, intrinsic, port, raw, sub,
    };
}

/// Answers the command line for an app whose stages stand in `stages.json`, or are the built-in ones.
///
/// `C` is the type of the settings in a stage's `config`: `()` for an app that takes a plain `&Stage`.
pub fn main<C: DeserializeOwned + JsonSchema>(app: fn(&Stage<C>) -> App) -> ExitCode {
    formwork_cli::main(&program(app))
}

/// The app as the command line knows it. For tests of whole programs.
#[doc(hidden)]
pub fn program<C: DeserializeOwned + JsonSchema>(app: fn(&Stage<C>) -> App) -> impl Program {
    StagesInFile { app }
}

/// Defines the stages of an app in Rust. The first is meant where none is named.
///
/// ```no_run
/// use formwork::prelude::*;
///
/// fn main() -> ExitCode {
///     let prod = Stage::new("prod").account("123456789012").region("eu-west-1").protected();
///     formwork::stages([Stage::new("dev"), prod]).main(app)
/// }
///
/// pub fn app(stage: &Stage) -> App {
///     App::new("shop", stage)
/// }
/// ```
pub fn stages<C>(stages: impl IntoIterator<Item = Stage<C>>) -> DefinedStages<C> {
    DefinedStages(Stages::new(stages))
}

/// Stages that are defined in Rust, waiting for their app. See [`stages`].
#[must_use = "without `.main(app)` nothing happens"]
pub struct DefinedStages<C>(Stages<C>);

impl<C> DefinedStages<C> {
    /// Answers the command line.
    pub fn main(self, app: fn(&Stage<C>) -> App) -> ExitCode {
        formwork_cli::main(&self.program(app))
    }

    /// The app as the command line knows it. For tests of whole programs.
    #[doc(hidden)]
    pub fn program(self, app: fn(&Stage<C>) -> App) -> impl Program {
        StagesInRust { app, stages: self.0 }
    }
}

struct StagesInFile<C> {
    app: fn(&Stage<C>) -> App,
}

impl<C: DeserializeOwned + JsonSchema> Program for StagesInFile<C> {
    fn schema(&self) -> Option<serde_json::Value> {
        Some(Stages::<C>::schema())
    }

    fn synthesize(&self, request: &Request<'_>) -> Synthesis {
        let stages = match request.stage_file {
            Some(file) => Stages::read(&file.name, &file.text),
            None => Stages::built_in(),
        };
        stages.map_or_else(failed, |stages| synthesize_stage(&stages, self.app, request))
    }
}

struct StagesInRust<C> {
    app: fn(&Stage<C>) -> App,
    stages: Stages<C>,
}

impl<C> Program for StagesInRust<C> {
    fn schema(&self) -> Option<serde_json::Value> {
        None
    }

    fn stages(&self) -> Option<Vec<StageOutline>> {
        let outline = |stage: &Stage<C>| StageOutline {
            name: stage.name.clone(),
            region: stage.region.clone(),
            protected: stage.is_protected(),
            bootstrap: stage.bootstrap.clone(),
        };
        Some(self.stages.iter().map(outline).collect())
    }

    fn synthesize(&self, request: &Request<'_>) -> Synthesis {
        synthesize_stage(&self.stages, self.app, request)
    }
}

fn synthesize_stage<C>(stages: &Stages<C>, app: fn(&Stage<C>) -> App, request: &Request<'_>) -> Synthesis {
    stages.select(request.stage).map_or_else(failed, |stage| synthesize(app(stage), request.assets))
}

fn failed(diagnostics: Vec<Diagnostic>) -> Synthesis {
    Synthesis { assembly: None, diagnostics }
}

/// The program in the README compiles.
#[cfg(doctest)]
#[doc = include_str!("README.md")]
struct Readme;
