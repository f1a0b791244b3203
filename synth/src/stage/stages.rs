//! All stages of an app, and choosing one of them.

use formwork_assembly::{Diagnostic, code, suggest};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    Stage,
    file::{self, names_of},
};

/// The stages of an app: from a stage file, from Rust, or the two that are always there.
#[derive(Clone, Debug)]
pub struct Stages<C = ()> {
    stages: Vec<Stage<C>>,
    default: String,
}

impl<C> Stages<C> {
    /// Stages defined in Rust. The first is meant where none is named.
    pub fn new(stages: impl IntoIterator<Item = Stage<C>>) -> Self {
        let stages: Vec<_> = stages.into_iter().collect();
        let default = stages.first().map(|stage| stage.name.clone()).unwrap_or_default();
        Self { stages, default }
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Stage<C>> {
        self.stages.iter()
    }

    /// The stage of that name, or the default one.
    ///
    /// # Errors
    /// No stage has that name, or two have it.
    pub fn select(&self, name: Option<&str>) -> Result<&Stage<C>, Vec<Diagnostic>> {
        let name = name.unwrap_or(&self.default);
        let mut named = self.stages.iter().filter(|stage| stage.name == name);
        let Some(stage) = named.next() else {
            let finding = Diagnostic::error(&code::UNKNOWN_STAGE, format!("there is no stage `{name}`"));
            return Err(vec![finding.help(suggest(name, names_of(&self.stages)))]);
        };
        let Some(second) = named.next() else { return Ok(stage) };
        let mut finding = Diagnostic::error(&code::BAD_STAGE, format!("two stages are named `{name}`"));
        finding.at.clone_from(&second.at.name);
        let finding = finding.help("give one of the two another name");
        Err(vec![match stage.at.name.clone() {
            Some(first) => finding.related("the first one", first),
            None => finding,
        }])
    }
}

impl<C: DeserializeOwned + JsonSchema> Stages<C> {
    /// Reads the text of a stage file; `file` is what to call it.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its line and column.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let (stages, default) = file::read(file, text)?;
        Ok(Self { stages, default })
    }

    /// The stages of an app that defines none: `dev`, and `prod`, which is protected. Both fit every account and region.
    ///
    /// # Errors
    /// The app has settings of its own, and some of them have no default.
    pub fn built_in() -> Result<Self, Vec<Diagnostic>> {
        let with_config = |stage: Stage| match file::no_config() {
            Ok(config) => Ok(stage.with_config(config)),
            Err(error) => {
                let message = format!("stage `{}` has no settings: {error}", stage.name);
                let help = "write them into `stages.json` beside Cargo.toml, or give the stages in Rust: `formwork::stages([…])`; \
                            `schema` prints what the file holds";
                Err(vec![Diagnostic::error(&code::STAGE_FILE_SHAPE, message).help(help)])
            }
        };
        Ok(Self::new([with_config(Stage::new("dev"))?, with_config(Stage::new("prod").protected())?]))
    }

    /// The JSON Schema of a stage file.
    pub fn schema() -> Value {
        file::schema::<C>()
    }
}

#[cfg(test)]
mod tests {
    use formwork_assembly::Bootstrap;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, JsonSchema, PartialEq)]
    struct Config {
        tasks: u8,
        #[serde(default)]
        size: Size,
        nested: Option<Nested>,
    }

    #[derive(Debug, Default, Deserialize, JsonSchema, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Size {
        #[default]
        Small,
        Large,
    }

    #[derive(Debug, Deserialize, JsonSchema, PartialEq)]
    struct Nested {
        domain: String,
    }

    /// Each finding as `line:column message`.
    fn found<C: DeserializeOwned + JsonSchema + std::fmt::Debug>(text: &str) -> Vec<String> {
        let findings = Stages::<C>::read("stages.json", text).expect_err("must be refused");
        assert!(findings.iter().all(|one| one.help.is_some() && one.is_error()), "{findings:?}");
        let line = |one: Diagnostic| one.at.map(|at| format!("{}:{} {}", at.line, at.column, one.message));
        findings.into_iter().map(|one| line(one).expect("has a place")).collect()
    }

    #[test]
    fn reads_a_file() {
        let text = r#"{
            "$schema": "./stages.schema.json",
            "default": "prod",
            "stages": {
                "dev": { "config": { "tasks": 1 } },
                "prod": {
                    "account": "012345678901", "region": "eu-west-1", "protected": true,
                    "config": { "tasks": 4, "size": "large", "nested": { "domain": "example.com" } }
                }
            }
        }"#;
        let stages = Stages::<Config>::read("stages.json", text).expect("is fine");
        let prod = stages.select(None).expect("has a default");
        assert_eq!((prod.name.as_str(), prod.is_protected()), ("prod", true));
        assert_eq!(prod.account.as_deref(), Some("012345678901"));
        let nested = Some(Nested { domain: "example.com".to_owned() });
        assert_eq!(prod.config, Config { tasks: 4, size: Size::Large, nested });
        assert_eq!(stages.select(Some("dev")).expect("exists").config.size, Size::Small);
    }

    #[test]
    fn takes_the_first_stage_where_no_default_is_said() {
        let stages =
            Stages::<()>::read("stages.json", "\u{feff}{\"stages\":{\"b\":{},\"a\":{}}}").expect("is fine");
        assert_eq!(stages.select(None).expect("has a default").name, "b");
    }

    #[test]
    fn tells_all_mistakes_at_once() {
        let text = r#"{
  "defualt": "dev",
  "stages": {
    "dev": { "account": 123456789012, "regoin": "eu-west-1", "config": { "tasks": 300, "siez": "large" } },
    "prod": { "protected": "yes", "config": { "size": "larg", "nested": { "domain": 1 } } }
  }
}"#;
        assert_eq!(
            found::<Config>(text),
            [
                "2:3 unknown key `defualt` in `stages.json`",
                "4:25 `stages.dev.account` must be text in quotes, but is `123456789012`",
                "4:39 unknown key `regoin` in `stages.dev`",
                "4:83 `stages.dev.config.tasks` is `300`",
                "4:88 unknown key `siez` in `stages.dev.config`",
                "5:28 `stages.prod.protected` must be `true` or `false`, but is `\"yes\"`",
                "5:45 `stages.prod.config` lacks `tasks`",
                "5:55 `stages.prod.config.size` cannot be `\"larg\"`",
                "5:85 `stages.prod.config.nested.domain` must be text in quotes, but is `1`",
            ]
        );
    }

    #[test]
    fn points_at_broken_syntax() {
        assert_eq!(found::<()>(""), ["1:1 `stages.json` is not JSON: EOF while parsing a value"]);
        assert_eq!(found::<()>("{\n  'a': 1\n}"), ["2:3 `stages.json` is not JSON: key must be a string"]);
        assert_eq!(found::<()>("{\n \"stages\": {},\n}"), ["3:1 `stages.json` is not JSON: trailing comma"]);
        assert_eq!(found::<()>("[]"), ["1:1 `stages.json` must be an object, but is a list"]);
        assert_eq!(found::<()>("{}"), ["1:1 `stages.json` lacks `stages`"]);
    }

    #[test]
    fn checks_names_accounts_and_regions() {
        let text = r#"{"default":"x","stages":{"../":{"account":"1"},"ok":{"region":"Ireland"},"ok":{}}}"#;
        assert_eq!(found::<()>(text), ["1:74 `ok` stands twice in `stages`"]);
        let text = r#"{"default":"x","stages":{"../":{"account":"1"},"ok":{"region":"Ireland"}}}"#;
        assert_eq!(
            found::<()>(text),
            [
                "1:26 `../` cannot be the name of a stage",
                "1:43 `1` is not an account of stage `../`",
                "1:63 `Ireland` is not a region of stage `ok`",
                "1:12 the default stage `x` is not in `stages`",
            ]
        );
    }

    #[test]
    fn reads_bootstraps() {
        let text = r#"{"stages":{
            "own": {}, "said": { "bootstrap": "formwork" }, "cdk": { "bootstrap": "cdk" },
            "acme": { "bootstrap": { "cdk": { "qualifier": "acme" } } }
        }}"#;
        let stages = Stages::<()>::read("stages.json", text).expect("is fine");
        let bootstraps: Vec<_> = stages.iter().map(|stage| stage.bootstrap.clone()).collect();
        let acme = Bootstrap::cdk_qualified("acme");
        assert_eq!(bootstraps, [None, Some(Bootstrap::Formwork), Some(Bootstrap::cdk()), Some(acme)]);
    }

    #[test]
    fn says_what_is_no_bootstrap() {
        let stage = |bootstrap: &str| format!(r#"{{"stages":{{"dev":{{"bootstrap":{bootstrap}}}}}}}"#);
        assert_eq!(found::<()>(&stage("\"cdkk\"")), ["1:31 `stages.dev.bootstrap` cannot be `\"cdkk\"`"]);
        assert_eq!(found::<()>(&stage("1")), ["1:31 `stages.dev.bootstrap` cannot be `1`"]);
        assert_eq!(
            found::<()>(&stage("{\"cdk\":{\"qualifer\":\"acme\"}}")),
            [
                "1:38 `stages.dev.bootstrap.cdk` lacks `qualifier`",
                "1:39 unknown key `qualifer` in `stages.dev.bootstrap.cdk`",
            ]
        );
        assert_eq!(
            found::<()>(&stage("{\"cdk\":{\"qualifier\":\"Acme Corp\"}}")),
            ["1:51 `Acme Corp` is not the qualifier of a CDK bootstrap of stage `dev`"]
        );
    }

    #[test]
    fn says_where_settings_are_missing_or_not_wanted() {
        assert_eq!(
            found::<()>(r#"{"stages":{"dev":{"config":{"a":1}}}}"#),
            ["1:28 `stages.dev.config`: this app has no settings of its own"]
        );
        assert_eq!(
            found::<Config>(r#"{"stages":{"dev":{}}}"#),
            ["1:18 stage `dev` has no `config`: missing field `tasks`"]
        );
        let error = Stages::<Config>::built_in().expect_err("needs settings");
        assert_eq!(error[0].message, "stage `dev` has no settings: missing field `tasks`");
    }

    /// A proper file, with each of its characters left out or replaced in turn.
    #[test]
    fn no_text_is_too_strange() {
        let text = r#"{ "default": "dév", "stages": { "dev": { "account": "1", "config": { "tasks": 1, "nested": null } } } }"#;
        for (at, char) in text.char_indices() {
            for other in ["", "{", "}", "[", "]", "\"", ",", ":", "1", "\n", "\\", "\u{0}", "é", "-"] {
                let strange = format!("{}{other}{}", &text[..at], &text[at + char.len_utf8()..]);
                let lines = strange.lines().count().max(1);
                let findings =
                    Stages::<Config>::read("stages.json", &strange).expect_err("`dév` is no stage");
                let is_inside = |at: &formwork_assembly::Place| {
                    (1..=lines).contains(&(at.line as usize)) && at.column > 0
                };
                assert!(
                    findings.iter().all(|one| one.at.as_ref().is_some_and(is_inside)),
                    "{strange}: {findings:?}"
                );
            }
        }
    }

    #[test]
    fn survives_deep_nesting() {
        let deep = format!(
            "{{\"stages\":{{\"dev\":{{\"config\":{}1{}}}}}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert_eq!(found::<Value>(&deep).len(), 1);
    }

    #[test]
    fn selects_by_name() {
        let stages = Stages::new([Stage::new("dev"), Stage::new("prod"), Stage::new("prod")]);
        assert_eq!(stages.select(None).expect("is there").name, "dev");
        let error = stages.select(Some("prd")).expect_err("is unknown");
        assert_eq!(error[0].code, "FW5001");
        let twice = stages.select(Some("prod")).expect_err("is there twice");
        assert_eq!((twice[0].message.as_str(), twice[0].related.len()), ("two stages are named `prod`", 1));
        assert!(Stages::<()>::new([]).select(None).is_err());
        let built_in = Stages::<()>::built_in().expect("needs nothing");
        assert!(built_in.select(Some("prod")).expect("is there").is_protected());
    }

    #[test]
    fn the_schema_holds_the_users_settings() {
        let schema = Stages::<Config>::schema();
        let config = &schema["properties"]["stages"]["additionalProperties"]["properties"]["config"];
        assert_eq!(config["$ref"], "#/$defs/Config");
        assert!(schema["$defs"]["Config"]["properties"]["tasks"].is_object());
    }
}
