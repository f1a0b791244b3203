//! CloudFormation: what the engine asks, asked by its client.

use aws_sdk_cloudformation::types::{
    Capability, ChangeSetType, DeletionMode, DeploymentConfig, DeploymentConfigMode, DeploymentMode,
    EventFilter, OnStackFailure, Parameter, ResourceToImport, Tag, TemplateStage,
};

use super::{
    Aws,
    described::{description, drift, event, member, said, validation, word},
    fault::OrFault,
    planned::planned,
};
use crate::deploy::cloud::{
    Answer, ChangeSetId, ChangeSetKind, ChangeSetPage, ChangeSetRequest, CloudFormation, Deletion,
    DriftDetection, Execution, Fault, FaultKind, Page, ParameterSetting, ResourceDrift, StackDescription,
    StackEvent, StackMember, TemplateSource, ValidationFinding,
};

impl CloudFormation for Aws {
    async fn describe_stack(&self, stack: &str) -> Answer<Option<StackDescription>> {
        let asked = self.formation().describe_stacks().stack_name(stack).send().await;
        let answer = there(asked.or_fault("cloudformation:DescribeStacks"))?;
        Ok(answer.and_then(|answer| answer.stacks.unwrap_or_default().into_iter().next()).map(description))
    }

    async fn get_template(&self, stack: &str) -> Answer<Option<String>> {
        let request =
            self.formation().get_template().stack_name(stack).template_stage(TemplateStage::Original);
        let answer = there(request.send().await.or_fault("cloudformation:GetTemplate"))?;
        Ok(answer.and_then(|answer| answer.template_body))
    }

    async fn list_stack_resources(&self, stack: &str, next: Option<&str>) -> Answer<Page<StackMember>> {
        let request = self.formation().list_stack_resources().stack_name(stack).set_next_token(owned(next));
        let answer = request.send().await.or_fault("cloudformation:ListStackResources")?;
        let items = answer.stack_resource_summaries.unwrap_or_default().into_iter().map(member).collect();
        Ok(Page { items, next: said(answer.next_token) })
    }

    async fn create_change_set(&self, request: &ChangeSetRequest) -> Answer<ChangeSetId> {
        let operation = "cloudformation:CreateChangeSet";
        let (body, url) = match &request.template {
            TemplateSource::Body(body) => (Some(body.clone()), None),
            TemplateSource::Url(url) => (None, Some(url.clone())),
        };
        let answer = self
            .formation()
            .create_change_set()
            .stack_name(&request.stack)
            .change_set_name(&request.name)
            .set_description(Some(request.description.clone()).filter(|text| !text.is_empty()))
            .change_set_type(match request.kind {
                ChangeSetKind::Create => ChangeSetType::Create,
                ChangeSetKind::Update => ChangeSetType::Update,
                ChangeSetKind::Import => ChangeSetType::Import,
            })
            .set_template_body(body)
            .set_template_url(url)
            .set_parameters(Some(request.parameters.iter().map(parameter).collect()))
            // The review shows each change to rights: what is left of these is a formality. Macros of nested stacks want the last one, though
            // AWS says that it has no effect here.
            .capabilities(Capability::CapabilityIam)
            .capabilities(Capability::CapabilityNamedIam)
            .capabilities(Capability::CapabilityAutoExpand)
            .set_tags(Some(
                request
                    .tags
                    .iter()
                    .map(|(key, value)| Tag::builder().key(key).value(value).build())
                    .collect(),
            ))
            .set_role_arn(request.role.clone())
            .set_notification_arns(Some(request.notify.clone()).filter(|topics| !topics.is_empty()))
            .set_on_stack_failure(request.delete_failed.then_some(OnStackFailure::Delete))
            .set_import_existing_resources(request.import_existing.then_some(true))
            .set_resources_to_import(imports(request))
            .set_deployment_mode(request.revert_drift.then_some(DeploymentMode::RevertDrift))
            .set_deployment_config(request.express.then(|| {
                // By itself this mode takes nothing back. What becomes of a failed creation is said elsewhere, and may be said only once.
                let is_kept = (!request.delete_failed).then_some(request.keep_on_failure);
                let config = DeploymentConfig::builder().mode(DeploymentConfigMode::Express);
                config.set_disable_rollback(is_kept).build()
            }))
            .set_include_nested_stacks(request.nested.then_some(true))
            .client_token(&request.token)
            .send()
            .await
            .or_fault(operation)
            .map_err(|fault| Fault { message: request.without_values(&fault.message), ..fault })?;
        match (answer.id, answer.stack_id) {
            (Some(id), Some(stack_id)) => Ok(ChangeSetId { id, stack_id }),
            _ => Err(Fault::new(FaultKind::Garbled, operation, "the answer names no change set")),
        }
    }

    async fn describe_change_set(
        &self,
        change_set: &str,
        stack: Option<&str>,
        next: Option<&str>,
    ) -> Answer<ChangeSetPage> {
        let answer = self
            .formation()
            .describe_change_set()
            .change_set_name(change_set)
            .set_stack_name(owned(stack))
            .set_next_token(owned(next))
            .include_property_values(true)
            .send()
            .await
            .or_fault("cloudformation:DescribeChangeSet")?;
        let changes = answer.changes.unwrap_or_default().into_iter();
        Ok(ChangeSetPage {
            id: answer.change_set_id.unwrap_or_default(),
            name: answer.change_set_name.unwrap_or_default(),
            description: answer.description.unwrap_or_default(),
            stack_id: answer.stack_id.unwrap_or_default(),
            stack: answer.stack_name.unwrap_or_default(),
            status: word(answer.status.as_ref().map(|status| status.as_str())),
            reason: answer.status_reason.unwrap_or_default(),
            execution_status: word(answer.execution_status.as_ref().map(|status| status.as_str())),
            changes: changes.filter_map(|change| change.resource_change).map(planned).collect(),
            next: said(answer.next_token),
        })
    }

    async fn delete_change_set(&self, change_set: &str, stack: Option<&str>) -> Answer<()> {
        let request =
            self.formation().delete_change_set().change_set_name(change_set).set_stack_name(owned(stack));
        request.send().await.or_fault("cloudformation:DeleteChangeSet").map(drop)
    }

    async fn execute_change_set(&self, change_set: &str, execution: &Execution) -> Answer<()> {
        self.formation()
            .execute_change_set()
            .change_set_name(change_set)
            .client_request_token(&execution.token)
            .set_disable_rollback(execution.keep_on_failure.then_some(true))
            .set_retain_except_on_create(execution.retain_except_on_create.then_some(true))
            .send()
            .await
            .or_fault("cloudformation:ExecuteChangeSet")
            .map(drop)
    }

    async fn describe_stack_events(&self, stack: &str, next: Option<&str>) -> Answer<Page<StackEvent>> {
        let request = self.formation().describe_stack_events().stack_name(stack).set_next_token(owned(next));
        let answer = request.send().await.or_fault("cloudformation:DescribeStackEvents")?;
        let items = answer.stack_events.unwrap_or_default().into_iter().map(event).collect();
        Ok(Page { items, next: said(answer.next_token) })
    }

    async fn describe_validation(
        &self,
        change_set: &str,
        next: Option<&str>,
    ) -> Answer<Page<ValidationFinding>> {
        let answer = self
            .formation()
            .describe_events()
            .change_set_name(change_set)
            .filters(EventFilter::builder().failed_events(true).build())
            .set_next_token(owned(next))
            .send()
            .await
            .or_fault("cloudformation:DescribeEvents")?;
        let items = answer.operation_events.unwrap_or_default().into_iter().filter_map(validation).collect();
        Ok(Page { items, next: said(answer.next_token) })
    }

    async fn delete_stack(&self, stack: &str, deletion: &Deletion) -> Answer<()> {
        self.formation()
            .delete_stack()
            .stack_name(stack)
            .client_request_token(&deletion.token)
            .set_retain_resources(Some(deletion.retain.clone()).filter(|ids| !ids.is_empty()))
            .set_deletion_mode(deletion.force.then_some(DeletionMode::ForceDeleteStack))
            .send()
            .await
            .or_fault("cloudformation:DeleteStack")
            .map(drop)
    }

    async fn cancel_update_stack(&self, stack: &str, token: &str) -> Answer<()> {
        let request = self.formation().cancel_update_stack().stack_name(stack).client_request_token(token);
        request.send().await.or_fault("cloudformation:CancelUpdateStack").map(drop)
    }

    async fn rollback_stack(&self, stack: &str, token: &str) -> Answer<()> {
        let request = self.formation().rollback_stack().stack_name(stack).client_request_token(token);
        // As in the deployment that failed: what was made by it goes, whatever its deletion policy.
        request.retain_except_on_create(true).send().await.or_fault("cloudformation:RollbackStack").map(drop)
    }

    async fn continue_update_rollback(&self, stack: &str, skip: &[String], token: &str) -> Answer<()> {
        self.formation()
            .continue_update_rollback()
            .stack_name(stack)
            .set_resources_to_skip(Some(skip.to_vec()).filter(|ids| !ids.is_empty()))
            .client_request_token(token)
            .send()
            .await
            .or_fault("cloudformation:ContinueUpdateRollback")
            .map(drop)
    }

    async fn update_termination_protection(&self, stack: &str, protected: bool) -> Answer<()> {
        let request = self.formation().update_termination_protection().stack_name(stack);
        let asked = request.enable_termination_protection(protected).send().await;
        asked.or_fault("cloudformation:UpdateTerminationProtection").map(drop)
    }

    async fn get_stack_policy(&self, stack: &str) -> Answer<Option<String>> {
        let request = self.formation().get_stack_policy().stack_name(stack);
        let answer = request.send().await.or_fault("cloudformation:GetStackPolicy")?;
        Ok(answer.stack_policy_body.filter(|policy| !policy.is_empty()))
    }

    async fn set_stack_policy(&self, stack: &str, policy: &str) -> Answer<()> {
        let request = self.formation().set_stack_policy().stack_name(stack).stack_policy_body(policy);
        request.send().await.or_fault("cloudformation:SetStackPolicy").map(drop)
    }

    async fn detect_stack_drift(&self, stack: &str) -> Answer<String> {
        let operation = "cloudformation:DetectStackDrift";
        let answer =
            self.formation().detect_stack_drift().stack_name(stack).send().await.or_fault(operation)?;
        let id = answer.stack_drift_detection_id.filter(|id| !id.is_empty());
        id.ok_or_else(|| Fault::new(FaultKind::Garbled, operation, "the answer names no detection"))
    }

    async fn describe_stack_drift_detection(&self, detection: &str) -> Answer<DriftDetection> {
        let request =
            self.formation().describe_stack_drift_detection_status().stack_drift_detection_id(detection);
        let answer = request.send().await.or_fault("cloudformation:DescribeStackDriftDetectionStatus")?;
        Ok(DriftDetection {
            status: word(answer.detection_status.as_ref().map(|status| status.as_str())),
            reason: said(answer.detection_status_reason),
        })
    }

    async fn describe_resource_drifts(&self, stack: &str, next: Option<&str>) -> Answer<Page<ResourceDrift>> {
        let request =
            self.formation().describe_stack_resource_drifts().stack_name(stack).set_next_token(owned(next));
        let answer = request.send().await.or_fault("cloudformation:DescribeStackResourceDrifts")?;
        let items = answer.stack_resource_drifts.unwrap_or_default().into_iter().map(drift).collect();
        Ok(Page { items, next: said(answer.next_token) })
    }
}

impl Aws {
    fn formation(&self) -> &aws_sdk_cloudformation::Client {
        &self.clients.formation
    }
}

fn parameter((key, setting): &(String, ParameterSetting)) -> Parameter {
    let parameter = Parameter::builder().parameter_key(key);
    match setting {
        ParameterSetting::Value(value) => parameter.parameter_value(value).build(),
        ParameterSetting::Previous => parameter.use_previous_value(true).build(),
    }
}

fn imports(request: &ChangeSetRequest) -> Option<Vec<ResourceToImport>> {
    let imports = request.imports.iter().map(|import| {
        ResourceToImport::builder()
            .resource_type(&import.kind)
            .logical_resource_id(&import.logical_id)
            .set_resource_identifier(Some(import.identifier.iter().cloned().collect()))
            .build()
    });
    Some(imports.collect()).filter(|imports: &Vec<_>| !imports.is_empty())
}

/// None instead of the fault that there is no such stack.
fn there<T>(answer: Answer<T>) -> Answer<Option<T>> {
    match answer {
        Err(fault) if fault.kind == FaultKind::Missing => Ok(None),
        answer => answer.map(Some),
    }
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}
