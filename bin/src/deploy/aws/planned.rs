//! Planned changes, from CloudFormation's words into the engine's.

use aws_sdk_cloudformation::types::{self, ResourceChange, ResourceChangeDetail};
use serde_json::Value;

use super::described::{said, word};
use crate::deploy::cloud::{ChangeAction, PlannedChange, PlannedDetail, Recreation, Replaced};

/// What would happen to a resource.
pub(super) fn planned(change: ResourceChange) -> PlannedChange {
    let details = change.details.unwrap_or_default();
    PlannedChange {
        logical_id: change.logical_resource_id.unwrap_or_default(),
        physical_id: change.physical_resource_id.unwrap_or_default(),
        kind: change.resource_type.unwrap_or_default(),
        action: action(change.action),
        replaced: match change.replacement.as_ref().map(|replacement| replacement.as_str()) {
            Some("False") | None => Replaced::No,
            Some("True") => Replaced::Yes,
            // A word that nobody knows yet is no promise to keep the resource.
            Some(_) => Replaced::Maybe,
        },
        policy_action: change.policy_action.map(|action| action.as_str().to_owned()),
        before: properties(change.before_context.as_deref()),
        after: properties(change.after_context.as_deref()),
        details: details.into_iter().map(detail).collect(),
        drift: change.resource_drift_status.map(|status| status.as_str().to_owned()),
        nested: said(change.change_set_id),
        inner: None,
    }
}

fn action(action: Option<types::ChangeAction>) -> ChangeAction {
    match action {
        Some(types::ChangeAction::Add) => ChangeAction::Add,
        Some(types::ChangeAction::Modify) => ChangeAction::Modify,
        Some(types::ChangeAction::Remove) => ChangeAction::Remove,
        Some(types::ChangeAction::Import) => ChangeAction::Import,
        Some(types::ChangeAction::Dynamic) => ChangeAction::Dynamic,
        other => ChangeAction::Other(word(other.as_ref().map(|action| action.as_str()))),
    }
}

/// The properties in what CloudFormation tells of a resource, which also has its policies and metadata.
fn properties(context: Option<&str>) -> Option<Value> {
    let mut context: Value = serde_json::from_str(context?).ok()?;
    context.get_mut("Properties").map(Value::take)
}

fn detail(detail: ResourceChangeDetail) -> PlannedDetail {
    let source = detail.change_source.map(|source| source.as_str().to_owned());
    let Some(target) = detail.target else {
        return PlannedDetail { source, cause: said(detail.causing_entity), ..PlannedDetail::default() };
    };
    PlannedDetail {
        attribute: word(target.attribute.as_ref().map(|attribute| attribute.as_str())),
        name: target.name,
        path: target.path,
        before: target.before_value,
        after: target.after_value,
        recreation: match target.requires_recreation.as_ref().map(|recreation| recreation.as_str()) {
            Some("Never") | None => Recreation::Never,
            Some("Always") => Recreation::Always,
            Some(_) => Recreation::Conditionally,
        },
        source,
        cause: said(detail.causing_entity),
    }
}
