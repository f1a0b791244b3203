//! Puts right what the two templates say, by what CloudFormation says of the change set.

use formwork_assembly::{Place, Stack};
use formwork_schema::resource_type;
use serde_json::Value;

use crate::{
    deploy::{
        cloud::{ChangeAction, PlannedChange, PlannedDetail, Recreation, Replaced},
        nested::NESTED,
        origins::Origins,
    },
    diff::{Action, Change, Grade, ResourceChange, StackDiff, hidden, interrupts, is_secret, redacted},
};

/// Puts it right. A change set says more than the templates (parameters, what others hand out, drift) and knows what replaces.
pub(super) fn correct(diff: &mut StackDiff, stack: &Stack, planned: &[PlannedChange]) {
    let template: Value = serde_json::from_str(&stack.template).unwrap_or_default();
    let origins = Origins::of(stack);
    let is_planned = |id: &str| planned.iter().any(|change| change.logical_id == id);
    // What CloudFormation does not touch comes and goes with a condition, or only follows what does not change after all.
    diff.resources.retain_mut(|known| {
        if is_planned(&known.logical_id) || known.moved_from.as_deref().is_some_and(is_planned) {
            return true;
        }
        known.changes.retain(|change| change.follows.is_none());
        known.changes.iter_mut().for_each(|change| change.grade = Grade::Cosmetic);
        known.grade = Grade::Cosmetic;
        known.kept = None;
        known.action == Action::Changed && !known.changes.is_empty()
    });
    for change in planned {
        let is_it = |known: &&mut ResourceChange| {
            known.logical_id == change.logical_id || known.moved_from.as_ref() == Some(&change.logical_id)
        };
        match diff.resources.iter_mut().find(is_it) {
            Some(known) if known.action == Action::Changed => amend(known, change, &template),
            Some(known) => {
                if change.action == ChangeAction::Remove {
                    settle(known, change);
                }
            }
            None => diff.resources.push(unknown(change, &template, &origins)),
        }
    }
    for change in planned {
        let (path, at) = (origins.path(&change.logical_id), origins.at(&change.logical_id));
        nest(diff, change, path, at.as_ref());
    }
    diff.resources.sort_by(|a, b| (&a.path, &a.logical_id).cmp(&(&b.path, &b.logical_id)));
}

/// What happens within a nested stack, under its path. Where nobody has looked into it, its data may go.
fn nest(diff: &mut StackDiff, change: &PlannedChange, path: &str, at: Option<&Place>) {
    if change.kind != NESTED {
        return;
    }
    if let Some(known) = diff.resources.iter_mut().find(|known| known.logical_id == change.logical_id) {
        // A nested stack holds what is within it, and nothing else.
        known.stateful = change.inner.is_none();
        known.grade = match (&change.inner, known.grade) {
            (None, _) => Grade::MayDestroy,
            (Some(_), Grade::Destroys) if known.action == Action::Removed => Grade::Removes,
            (Some(_), Grade::Destroys) => Grade::Replaces,
            (Some(_), Grade::MayDestroy) => Grade::MayReplace,
            (Some(_), grade) => grade,
        };
    }
    let Some(inner) = &change.inner else { return };
    let nobody = Stack::default();
    for one in inner {
        let logical_id = format!("{}/{}", change.logical_id, one.logical_id);
        let path = format!("{path}/{}", one.logical_id);
        let one = PlannedChange { logical_id, ..one.clone() };
        let known = unknown(&one, &Value::Null, &Origins::of(&nobody));
        diff.resources.push(ResourceChange { path: path.clone(), at: at.cloned(), ..known });
        nest(diff, &one, &path, at);
    }
}

/// A resource of which the templates do not say that it changes.
fn unknown(change: &PlannedChange, template: &Value, origins: &Origins<'_>) -> ResourceChange {
    let (action, grade) = match change.action {
        ChangeAction::Add | ChangeAction::Import => (Action::Added, Grade::Adds),
        ChangeAction::Remove => (Action::Removed, Grade::Removes),
        ChangeAction::Modify | ChangeAction::Dynamic | ChangeAction::Other(_) => {
            (Action::Changed, Grade::InPlace)
        }
    };
    // The data of a member is its cluster's.
    let properties = template["Resources"][&change.logical_id].get("Properties");
    let properties = properties.or(change.after.as_ref()).or(change.before.as_ref());
    let is_member = change.kind == "AWS::RDS::DBInstance"
        && properties.is_some_and(|properties| properties.get("DBClusterIdentifier").is_some());
    let stateful = !is_member && resource_type(&change.kind).is_some_and(|facts| facts.stateful);
    let mut known = ResourceChange {
        logical_id: change.logical_id.clone(),
        kind: change.kind.clone(),
        path: origins.path(&change.logical_id).to_owned(),
        at: origins.at(&change.logical_id),
        action,
        moved_from: None,
        grade,
        stateful,
        kept: None,
        changes: Vec::new(),
    };
    match action {
        Action::Changed => amend(&mut known, change, template),
        Action::Removed => settle(&mut known, change),
        Action::Added | Action::Moved => {}
    }
    known
}

/// A resource that changes: what is replaced, what else differs, and because of what.
fn amend(known: &mut ResourceChange, change: &PlannedChange, template: &Value) {
    let ceiling = match change.replaced {
        Replaced::Yes => Grade::Replaces,
        Replaced::Maybe => Grade::MayReplace,
        Replaced::No => Grade::InPlace,
    };
    for one in &mut known.changes {
        one.grade = match one.grade {
            Grade::MayDestroy if change.replaced != Replaced::No => Grade::MayReplace.min(ceiling),
            Grade::Destroys if change.replaced != Replaced::No => Grade::Replaces.min(ceiling),
            Grade::Interrupts => Grade::Interrupts,
            _ if change.replaced == Replaced::No && one.grade.is_replacement() => {
                update(&known.kind, &one.path)
            }
            grade => grade.min(ceiling),
        };
    }
    // Without a replacement nobody follows it.
    known.changes.retain(|one| one.follows.is_none() || one.grade.is_replacement());
    let is_secret_parameter = |name: &str| {
        let parameter = &template["Parameters"][name]["NoEcho"];
        parameter == true || parameter == "true"
    };
    for detail in &change.details {
        add(known, detail, ceiling, is_secret_parameter(detail.cause.as_deref().unwrap_or_default()));
    }
    if let Some(drift) =
        change.drift.as_ref().filter(|drift| matches!(drift.as_str(), "MODIFIED" | "DELETED"))
    {
        let path = format!("changed beside the template ({})", drift.to_lowercase());
        known.changes.push(Change { path, before: None, after: None, grade: Grade::InPlace, follows: None });
    }
    let gravest = known.changes.iter().map(|one| one.grade).max().unwrap_or(Grade::InPlace);
    known.grade = if change.replaced == Replaced::No { gravest.min(Grade::Interrupts) } else { ceiling };
    settle(known, change);
}

/// The grade of an update of a property.
fn update(kind: &str, path: &str) -> Grade {
    let property = path.split(['.', '[']).next().unwrap_or_default();
    if interrupts(kind, property) { Grade::Interrupts } else { Grade::InPlace }
}

/// Adds a difference, or gives the one that is known the grade that CloudFormation gives it.
fn add(known: &mut ResourceChange, detail: &PlannedDetail, ceiling: Grade, is_hidden: bool) {
    let grade = match detail.recreation {
        _ if matches!(detail.attribute.as_str(), "Tags" | "Metadata") => Grade::Cosmetic,
        Recreation::Always => Grade::Replaces.min(ceiling),
        Recreation::Conditionally => Grade::MayReplace.min(ceiling),
        Recreation::Never => update(&known.kind, detail.name.as_deref().unwrap_or_default()),
    };
    let name = detail.name.as_deref().unwrap_or(&detail.attribute);
    let is_same = |path: &str| {
        path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let mut same = known.changes.iter_mut().filter(|one| is_same(&one.path)).peekable();
    if same.peek().is_some() {
        for one in same.filter(|_| grade.is_replacement()) {
            one.grade = one.grade.max(grade);
        }
        return;
    }
    let path = detail.path.as_deref().map_or_else(|| name.to_owned(), place);
    let last = path.rsplit(['.', '[']).next().unwrap_or(name).trim_end_matches(']').to_owned();
    let value = |text: &Option<String>| {
        let text = text.as_ref()?;
        let value = serde_json::from_str(text).ok().filter(|value: &Value| !value.is_number());
        let value = value.unwrap_or_else(|| Value::String(text.clone()));
        // Whose value it is stands beside it, and is not told: that of an environment variable may be any.
        let is_nameless = last == "Value" && name != "Tags";
        let is_hidden = is_hidden || is_nameless || is_secret(name) || is_secret(&last);
        Some(if is_hidden { hidden(&value) } else { redacted(name, &value) })
    };
    let (before, after) = (value(&detail.before), value(&detail.after));
    known.changes.push(Change { path, before, after, grade, follows: detail.cause.clone() });
}

/// What becomes of the data.
fn settle(known: &mut ResourceChange, change: &PlannedChange) {
    let goes = matches!(known.action, Action::Removed | Action::Moved) || known.grade.is_replacement();
    if let Some(policy) = &change.policy_action {
        let policy = policy.trim_start_matches("ReplaceAnd");
        known.kept = matches!(policy, "Retain" | "Snapshot").then(|| policy.to_owned());
    }
    if !goes {
        known.kept = None;
        return;
    }
    let plain = match known.grade {
        Grade::MayDestroy => Grade::MayReplace,
        Grade::Destroys if known.action == Action::Removed => Grade::Removes,
        Grade::Destroys => Grade::Replaces,
        grade => grade,
    };
    known.grade = if known.stateful && known.kept.is_none() { plain.with_data() } else { plain };
}

/// `/Properties/Tags/0/Key` as it is told: `Tags[0].Key`.
fn place(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.trim_start_matches('/').split('/').filter(|part| *part != "Properties") {
        if !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push_str(&format!("[{part}]"));
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(part);
        }
    }
    path
}
