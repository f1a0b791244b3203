//! Stacks, their resources, events and drift, from CloudFormation's words into the engine's. Words that its client does not know survive.

use aws_sdk_cloudformation::{
    primitives::{DateTime, DateTimeFormat},
    types::{OperationEvent, Stack, StackEvent as Event, StackResourceDrift, StackResourceSummary},
};

use crate::deploy::cloud::{
    DriftedProperty, ResourceDrift, StackDescription, StackEvent, StackMember, StackOutput, StackStatus,
    ValidationFinding,
};

pub(super) fn description(stack: Stack) -> StackDescription {
    let changed = stack.last_updated_time.or(stack.creation_time);
    let pair = |key: Option<String>, value: Option<String>| Some((key?, value.unwrap_or_default()));
    let parameters = stack.parameters.unwrap_or_default().into_iter();
    let outputs = stack.outputs.unwrap_or_default().into_iter();
    let tags = stack.tags.unwrap_or_default().into_iter();
    StackDescription {
        id: stack.stack_id.unwrap_or_default(),
        name: stack.stack_name.unwrap_or_default(),
        status: StackStatus(word(stack.stack_status.as_ref().map(|status| status.as_str()))),
        reason: said(stack.stack_status_reason),
        parameters: parameters.filter_map(|it| pair(it.parameter_key, it.parameter_value)).collect(),
        outputs: outputs
            .map(|output| StackOutput {
                key: output.output_key.unwrap_or_default(),
                value: output.output_value.unwrap_or_default(),
                description: said(output.description),
                export: said(output.export_name),
            })
            .collect(),
        tags: tags.filter_map(|tag| pair(tag.key, tag.value)).collect(),
        termination_protection: stack.enable_termination_protection.unwrap_or_default(),
        role: said(stack.role_arn),
        changed: changed.map(|time| moment(&time)),
        drift: stack
            .drift_information
            .and_then(|drift| drift.stack_drift_status)
            .map(|drift| drift.as_str().to_owned()),
    }
}

pub(super) fn member(resource: StackResourceSummary) -> StackMember {
    StackMember {
        logical_id: resource.logical_resource_id.unwrap_or_default(),
        physical_id: resource.physical_resource_id.unwrap_or_default(),
        kind: resource.resource_type.unwrap_or_default(),
        status: word(resource.resource_status.as_ref().map(|status| status.as_str())),
        reason: said(resource.resource_status_reason),
    }
}

pub(super) fn event(event: Event) -> StackEvent {
    StackEvent {
        id: event.event_id.unwrap_or_default(),
        stack_id: event.stack_id.unwrap_or_default(),
        logical_id: event.logical_resource_id.unwrap_or_default(),
        physical_id: event.physical_resource_id.unwrap_or_default(),
        kind: event.resource_type.unwrap_or_default(),
        status: StackStatus(word(event.resource_status.as_ref().map(|status| status.as_str()))),
        reason: said(event.resource_status_reason),
        at: event.timestamp.map(|time| moment(&time)).unwrap_or_default(),
    }
}

/// None for an event that is not of a validation.
pub(super) fn validation(event: OperationEvent) -> Option<ValidationFinding> {
    let status = event.validation_status?.as_str().to_owned();
    let warns = event.validation_failure_mode.is_some_and(|mode| mode.as_str() == "WARN");
    Some(ValidationFinding {
        logical_id: event.logical_resource_id.unwrap_or_default(),
        path: said(event.validation_path),
        status: if warns { "WARN".to_owned() } else { status },
        name: event.validation_name.unwrap_or_default(),
        reason: said(event.validation_status_reason).or(event.resource_status_reason).unwrap_or_default(),
    })
}

pub(super) fn drift(drift: StackResourceDrift) -> ResourceDrift {
    let properties =
        drift.property_differences.unwrap_or_default().into_iter().map(|property| DriftedProperty {
            path: property.property_path.unwrap_or_default(),
            expected: property.expected_value.unwrap_or_default(),
            actual: property.actual_value.unwrap_or_default(),
            difference: word(property.difference_type.as_ref().map(|kind| kind.as_str())),
        });
    ResourceDrift {
        logical_id: drift.logical_resource_id.unwrap_or_default(),
        physical_id: drift.physical_resource_id.unwrap_or_default(),
        kind: drift.resource_type.unwrap_or_default(),
        properties: properties.collect(),
        status: word(drift.stack_resource_drift_status.as_ref().map(|status| status.as_str())),
    }
}

/// A time to the millisecond, always of the same length.
fn moment(time: &DateTime) -> String {
    let text = time.fmt(DateTimeFormat::DateTime).unwrap_or_default();
    let text = text.trim_end_matches('Z');
    let (second, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{second}.{fraction:0<3.3}Z")
}

/// A text; none where it is empty.
pub(super) fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A word of CloudFormation; empty where it says none.
pub(super) fn word(word: Option<&str>) -> String {
    word.unwrap_or_default().to_owned()
}
