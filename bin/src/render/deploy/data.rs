//! What the commands tell that only ask: states, drift, outputs, and how what is deployed differs.

use serde::Serialize;
use serde_json::json;

use super::{Form, Screen, outcome, words};
use crate::{
    deploy::{DriftedResource, StackDrift, StackOutputs, StackReview, StackState, cloud::StackOutput},
    diff::Diff,
    render::{count, escape::one_line, table::Table},
};

impl Screen<'_, '_> {
    /// The states of the stacks.
    pub(crate) fn states(mut self, states: &[StackState]) {
        if self.has_printed("states", &states) {
            return;
        }
        if self.verb == "rollback" && self.memory.is_empty() {
            self.render.hint(format!("there is nothing to take back {}", self.elsewhere()).trim_end());
        }
        let mut table = Table::default();
        for state in states {
            let status = state.status.as_ref().map_or_else(|| "not there".to_owned(), words::status);
            let word = state.status.as_ref().map(|status| status.0.as_str()).unwrap_or_default();
            let open = if state.unguarded.is_empty() { "" } else { "no stack policy" };
            let protected = if state.termination_protection { "protected" } else { "" };
            let drift = state.drift.as_deref().filter(|drift| *drift != "NOT_CHECKED").unwrap_or_default();
            let drift = drift.to_lowercase().replace('_', " ");
            // To the second.
            let changed = state.changed.as_deref().unwrap_or_default();
            let changed =
                changed.split_once('.').map_or(changed.to_owned(), |(seconds, _)| format!("{seconds}Z"));
            let local = if self.local.is_some() { "local" } else { "" };
            let cells = [
                &*state.stack,
                &state.name,
                &state.region,
                &status,
                word,
                &changed,
                protected,
                open,
                &drift,
                local,
            ];
            table.row(cells);
        }
        self.render.text(&table.to_string());
    }

    /// What was changed beside the templates.
    pub(crate) fn drifts(mut self, drifts: &[StackDrift]) {
        if self.has_printed("drift", &drifts) {
            return;
        }
        let text: String = drifts.iter().map(drift).collect();
        self.render.text(&text);
        let resources: usize = drifts.iter().map(|drift| drift.resources.len()).sum();
        let found = match resources {
            _ if drifts.is_empty() => "no stack is there".to_owned(),
            0 => "no drift".to_owned(),
            _ => count((resources, "resource")) + " differ",
        };
        self.render.hint(format!("{found} {}", self.elsewhere()).trim_end());
    }

    /// What the stacks hand out.
    pub(crate) fn outputs(mut self, outputs: &[StackOutputs]) {
        if self.has_printed("outputs", &outputs) {
            return;
        }
        let outputs: Vec<(String, Vec<StackOutput>)> =
            outputs.iter().map(|one| (one.stack.clone(), one.outputs.clone())).collect();
        self.render.text(&outcome::table(&outputs));
        if outputs.is_empty() {
            self.render.hint(format!("no stack is there {}", self.elsewhere()).trim_end());
        }
    }

    /// How an app differs from what is deployed of it, in the form that was asked for.
    pub(crate) fn comparison(self, app: &str, stage: &str, reviews: Vec<StackReview>) -> Diff {
        let place = match &self.local {
            Some(url) => format!("what is deployed to the local server {url}"),
            None => "what is deployed".to_owned(),
        };
        let diff = Diff::of_deployed(app, stage, place, reviews);
        self.render.diff(Some(&diff), &[]);
        diff
    }

    /// Prints JSON, where that is wanted: the document, or the last line of the stream.
    fn has_printed(&mut self, name: &str, data: &impl Serialize) -> bool {
        match self.form {
            Form::Document => self.render.json(data),
            Form::Json => self.json_line(&json!({ "event": name, name: data })),
            Form::Lines | Form::Drawn | Form::Quiet => return false,
        }
        true
    }
}

fn drift(stack: &StackDrift) -> String {
    let unchecked = match stack.unchecked {
        0 => String::new(),
        number => format!("; {} cannot be looked at", count((number, "resource"))),
    };
    let found = match stack.resources.len() {
        0 => "as the template says".to_owned(),
        number => format!("{number} changed"),
    };
    let (id, name) = (one_line(&stack.stack), one_line(&stack.name));
    let head = if id == name { id } else { format!("{id} ({name})") };
    let resources: String = stack.resources.iter().map(resource).collect();
    format!("{head}: {found}{unchecked}\n{resources}")
}

fn resource(one: &DriftedResource) -> String {
    let sign = if one.status == "DELETED" { "-" } else { "~" };
    let status = one.status.to_lowercase();
    let at = one.at.as_ref().map(|at| format!("  {at}")).unwrap_or_default();
    let head = format!("{sign} {}  {}  [{status}]{at}", one.path, one.kind);
    let properties = one.properties.iter().map(|property| {
        let value = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
        let line = format!("{}: {} → {}", property.path, value(&property.expected), value(&property.actual));
        format!("      {}\n", one_line(&line))
    });
    format!("  {}\n{}", one_line(&head), properties.collect::<String>())
}
