//! The stage file: its schema, and reading it into stages.
//!
//! Takes the text, not the path: finding and opening the file is the command line's work.

use formwork_assembly::{Bootstrap, Diagnostic, Place, code, each, suggest};
use schemars::{JsonSchema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    Places, Stage,
    json::{Fault, Json, Source},
    shape,
};

/// The stages of a file, and the name of the one that is meant where none is named.
pub(super) fn read<C: DeserializeOwned + JsonSchema>(
    file: &str,
    text: &str,
) -> Result<(Vec<Stage<C>>, String), Vec<Diagnostic>> {
    // An editor on Windows may begin the file with an invisible mark.
    let source = Source { file, text: text.strip_prefix('\u{feff}').unwrap_or(text) };
    let json = Json::parse(source).map_err(|Fault { message, at }| {
        let finding = Diagnostic::error(&code::STAGE_FILE_SYNTAX, format!("`{file}` is not JSON: {message}"));
        vec![finding.help("JSON has double quotes, no comments, and no comma after the last item").at(at)]
    })?;
    let mut found = shape::check(json, &schema::<C>(), file);
    if !found.is_empty() {
        return Err(found);
    }
    let mut stages = Vec::new();
    for field in json.field("stages").map(Json::fields).unwrap_or_default() {
        match stage(&field.name, field.name_at, field.value) {
            Ok(stage) => {
                found.extend(stage.diagnostics());
                stages.push(stage);
            }
            Err(errors) => found.extend(errors),
        }
    }
    let default = default(json, &stages).unwrap_or_else(|errors| {
        found.extend(errors);
        String::new()
    });
    if found.is_empty() { Ok((stages, default)) } else { Err(found) }
}

/// What may stand in a stage file of an app whose settings are a `C`, as a JSON Schema.
pub(super) fn schema<C: JsonSchema>() -> Value {
    let mut generator = SchemaGenerator::default();
    let config = generator.subschema_for::<C>().to_value();
    let stage = json!({
        "description": "One environment of the app.",
        "type": "object",
        "properties": {
            "account": {
                "description": "The AWS account: twelve digits. Left out, the stage fits every account.",
                "type": "string",
                "pattern": "^[0-9]{12}$",
            },
            "region": {
                "description": "The region, such as `eu-west-1`. Left out, the stage fits every region.",
                "type": "string",
                "pattern": "^[a-z]{2,}(-[a-z]{2,})+-[0-9]{1,2}$",
            },
            "protected": {
                "description": "Asks for confirmation before anything of the stage changes.",
                "type": "boolean",
                "default": false,
            },
            "bootstrap": {
                "description": "What the account has for images, files and large templates. Left out, Formwork makes its own where it is needed.",
                "anyOf": [
                    {
                        "description": "`formwork`: Formwork's own. `cdk`: what `cdk bootstrap` has made.",
                        "enum": ["formwork", "cdk"],
                    },
                    {
                        "description": "What `cdk bootstrap --qualifier …` has made.",
                        "type": "object",
                        "properties": {
                            "cdk": {
                                "type": "object",
                                "properties": {
                                    "qualifier": {
                                        "description": "What tells it from other bootstraps of the account and region.",
                                        "type": "string",
                                        "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
                                        "minLength": 1,
                                        "maxLength": 10,
                                    },
                                },
                                "required": ["qualifier"],
                                "additionalProperties": false,
                            },
                        },
                        "required": ["cdk"],
                        "additionalProperties": false,
                    },
                ],
            },
            "config": config,
        },
        "additionalProperties": false,
    });
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Stages",
        "description": "The stages of a Formwork app.",
        "type": "object",
        "properties": {
            "$schema": { "description": "Where this schema lies, for editors.", "type": "string" },
            "default": { "description": "The stage that is meant where none is named. The first one, if left out.", "type": "string" },
            "stages": {
                "description": "The stages by name.",
                "type": "object",
                "additionalProperties": stage,
                "propertyNames": { "pattern": "^[A-Za-z][A-Za-z0-9-]{0,63}$" },
                "minProperties": 1,
            },
        },
        "required": ["stages"],
        "additionalProperties": false,
    });
    let definitions = generator.take_definitions(true);
    if !definitions.is_empty() {
        schema["$defs"] = Value::Object(definitions);
    }
    schema
}

/// The settings of a stage that says none: those that need nothing.
pub(super) fn no_config<C: DeserializeOwned>() -> Result<C, String> {
    serde_json::from_value(Value::Null)
        .or_else(|_| serde_json::from_value(json!({})))
        .map_err(|error: serde_json::Error| error.to_string())
}

fn stage<C: DeserializeOwned>(
    name: &str,
    name_at: Place,
    json: Json<'_>,
) -> Result<Stage<C>, Vec<Diagnostic>> {
    let text =
        |key| json.field(key).and_then(|value| Some((value.read::<String>().ok()?, value.at()))).unzip();
    let (account, account_at) = text("account");
    let (region, region_at) = text("region");
    let (bootstrap, bootstrap_at) = json.field("bootstrap").and_then(bootstrap).unzip();
    let protected = json.field("protected").is_some_and(|value| value.read().unwrap_or(false));
    let config = match json.field("config") {
        Some(config) => config.read().map_err(|Fault { message, at }| {
            let finding =
                Diagnostic::error(&code::STAGE_FILE_SHAPE, format!("`stages.{name}.config`: {message}"));
            vec![finding.help("`schema` prints what may stand here").at(at)]
        })?,
        None => no_config().map_err(|error| {
            let finding = Diagnostic::error(
                &code::STAGE_FILE_SHAPE,
                format!("stage `{name}` has no `config`: {error}"),
            );
            vec![finding.help("add `\"config\": { … }`; `schema` prints what may stand in it").at(json.at())]
        })?,
    };
    let at = Places { name: Some(name_at), account: account_at, region: region_at, bootstrap: bootstrap_at };
    Ok(Stage { name: name.to_owned(), account, region, bootstrap, config, protected, at })
}

/// The bootstrap of a stage, and where its qualifier stands.
fn bootstrap(json: Json<'_>) -> Option<(Bootstrap, Place)> {
    if let Ok(word) = json.read::<String>() {
        let bootstrap = if word == "cdk" { Bootstrap::cdk() } else { Bootstrap::Formwork };
        return Some((bootstrap, json.at()));
    }
    let qualifier = json.field("cdk")?.field("qualifier")?;
    Some((Bootstrap::cdk_qualified(qualifier.read::<String>().ok()?), qualifier.at()))
}

fn default<C>(json: Json<'_>, stages: &[Stage<C>]) -> Result<String, Vec<Diagnostic>> {
    let Some(value) = json.field("default") else {
        return Ok(stages.first().map(|stage| stage.name.clone()).unwrap_or_default());
    };
    let default: String = value.read().unwrap_or_default();
    let mut names = stages.iter().map(|stage| stage.name.as_str());
    if names.any(|name| name == default) {
        return Ok(default);
    }
    let finding =
        Diagnostic::error(&code::UNKNOWN_STAGE, format!("the default stage `{default}` is not in `stages`"));
    Err(vec![finding.help(suggest(&default, names_of(stages))).at(value.at())])
}

/// The names of stages, for a `help:` line.
pub(super) fn names_of<C>(stages: &[Stage<C>]) -> Vec<&str> {
    each(stages, |stage| stage.name.as_str())
}
