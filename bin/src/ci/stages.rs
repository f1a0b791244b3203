//! The stages of an app, as far as a workflow has to know them.

use formwork_assembly::{Bootstrap, Diagnostic, code};
use serde_json::Value;

use crate::program::{StageFile, StageOutline};

/// The stages in a stage file, in its order; `dev` and `prod` without one.
pub(crate) fn stages(file: Option<&StageFile>) -> Result<Vec<StageOutline>, Diagnostic> {
    let Some(file) = file else { return Ok(vec![outline("dev", None, false), outline("prod", None, true)]) };
    let stages = serde_json::from_str::<Value>(&file.text).ok().and_then(|json| json.get("stages").cloned());
    let Some(Value::Object(stages)) = stages else {
        let message = format!("`{}` has no object `stages`", file.name);
        let help = "run `synth`, which says what is wrong with it";
        return Err(Diagnostic::error(&code::STAGE_FILE_SHAPE, message).help(help));
    };
    let outline = |(name, stage): (&String, &Value)| StageOutline {
        bootstrap: bootstrap(&stage["bootstrap"]),
        ..outline(name, stage["region"].as_str(), stage["protected"] == true)
    };
    Ok(stages.iter().map(outline).collect())
}

/// Whether everything is harmless that becomes a part of a script: the names of the stages and their regions, and a path.
pub(crate) fn check(stages: &[StageOutline], directory: &str) -> Result<(), Diagnostic> {
    let refuse =
        |message: String, help: &str| Err(Diagnostic::error(&code::WORKFLOW_NAME, message).help(help));
    if !is_plain(directory, "/._-") {
        let help = "name it with ASCII letters, digits, `.`, `_` and `-`";
        return refuse(format!("the directory `{directory}` cannot stand in a workflow"), help);
    }
    for stage in stages {
        if !is_plain(&stage.name, "-") || stage.region.as_deref().is_some_and(|region| !is_plain(region, "-"))
        {
            let help = "names of stages and regions are ASCII letters, digits and `-`";
            return refuse(format!("the stage `{}` cannot stand in a workflow", stage.name), help);
        }
    }
    if stages.is_empty() { refuse("there is no stage to deploy".to_owned(), "define one") } else { Ok(()) }
}

fn outline(name: &str, region: Option<&str>, protected: bool) -> StageOutline {
    StageOutline { name: name.to_owned(), region: region.map(str::to_owned), protected, bootstrap: None }
}

fn bootstrap(json: &Value) -> Option<Bootstrap> {
    if json == "cdk" { Some(Bootstrap::cdk()) } else { serde_json::from_value(json.clone()).ok() }
}

fn is_plain(text: &str, more: &str) -> bool {
    !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || more.contains(char))
}
