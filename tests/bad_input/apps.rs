//! Apps that do what apps must not do. Kept apart, because the snapshots name their lines.

use formwork::prelude::*;
use formwork_assembly::AssetSource;

pub fn proper(stage: &Stage) -> App {
    let mut app = App::new("shop", stage);
    app.stack("Shop").add("Alerts", RawResource::new("AWS::SNS::Topic"));
    app
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
pub struct Config {
    /// How many tasks to run.
    pub tasks: u8,
    pub size: Size,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    Small,
    Large,
}

pub fn with_settings(stage: &Stage<Config>) -> App {
    let mut app = App::new("shop", stage);
    let topics = match stage.config.size {
        Size::Small => stage.config.tasks,
        Size::Large => 2 * stage.config.tasks,
    };
    let mut shop = app.stack("Shop");
    for index in 0..topics {
        shop.add(format!("Alerts{index}"), RawResource::new("AWS::SNS::Topic"));
    }
    app
}

pub fn stages_in_rust() -> [Stage; 4] {
    [
        Stage::new("dev").account("1234").region("eu-west-1a"),
        Stage::new("prod").account("123456789012"),
        Stage::new("prod").protected(),
        Stage::new("../\u{1b}[31m"),
    ]
}

pub fn hostile_names(stage: &Stage) -> App {
    let mut app = App::new("sh\"op\n", stage);
    let ids = [
        "",
        "../../etc",
        "a b",
        "${AWS::AccountId}",
        "caf\u{e9}",
        "\u{202e}evil",
        "quote\"",
        "line\nbreak",
        "{{resolve:x}}",
    ];
    for id in ids {
        app.stack(id).add(id, RawResource::new("AWS::SNS::Topic"));
    }
    let mut long = app.stack("x".repeat(200));
    long.add("Same", RawResource::new("AWS::SNS::Topic"));
    long.add("Same", RawResource::new("AWS::SNS::Topic"));
    app
}

pub fn bad_assets(stage: &Stage) -> App {
    let mut app = App::new("shop", stage);
    let mut shop = app.stack("Shop");
    shop.add("Alerts", RawResource::new("AWS::SNS::Topic"));
    for (id, directory) in [
        ("Missing", "ap"),
        ("File", "api/Dockerfile"),
        ("NoDockerfile", "site"),
        ("Empty", ""),
        ("Links", "links"),
        ("Patterns", "patterns"),
    ] {
        shop.asset(
            id,
            AssetSource::Image {
                directory: directory.to_owned(),
                dockerfile: "Dockerfile".to_owned(),
                target: None,
                platform: "linux/arm64".to_owned(),
                build_args: Vec::new(),
            },
        );
    }
    app
}
