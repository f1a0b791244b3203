//! What a web ACL logs, and where: a log group of a name that WAF asks for, without the headers that say who somebody is.

use formwork_cfn::wafv2::{self, logging_configuration as logging};
use formwork_synth::{Scope, sub};

use super::{Logs, PRIVATE_HEADERS};
use crate::{LogGroup, LogGroupRef, Retention, arn, each::each, unique_name::UniqueName};

/// Adds the log group, whose name must begin with `aws-waf-logs-`.
pub(super) fn log(
    scope: &mut Scope<'_>,
    acl: &wafv2::WebAclRef,
    chosen: Logs,
    retention: Option<Retention>,
) -> LogGroupRef {
    // A group that was kept does not stand in the way when the stack is made again.
    let group = LogGroup::new().name(UniqueName::of(scope).within("aws-waf-logs-", ""));
    let group = match retention {
        Some(retention) => group.retention(retention),
        None => group,
    };
    let logs = scope.add("Logs", group);
    // The attribute `Arn` ends in `:*`, which WAF refuses.
    let destination = arn::here("logs", sub!("log-group:{}", &logs.name));
    let redacted = each(PRIVATE_HEADERS, |header| {
        logging::FieldToMatch::new().single_header(logging::SingleHeader::new().name(header))
    });
    let configuration = wafv2::LoggingConfiguration::new()
        .resource_arn(acl.arn())
        .log_destination_configs([destination])
        .redacted_fields(redacted);
    let configuration = match chosen {
        Logs::Findings => configuration.logging_filter(findings()),
        Logs::Everything | Logs::Nothing => configuration,
    };
    scope.add("Logging", configuration);
    logs
}

/// Keeps what a rule had something to say about.
fn findings() -> logging::LoggingFilter {
    use logging::ActionConditionAction as Action;
    let actions = [Action::Block, Action::Count, Action::Captcha, Action::Challenge, Action::ExcludedAsCount];
    let conditions = each(actions, |action| {
        logging::Condition::new().action_condition(logging::ActionCondition::new().action(action))
    });
    let filter = logging::Filter::new()
        .behavior(logging::FilterBehavior::Keep)
        .requirement(logging::FilterRequirement::MeetsAny)
        .conditions(conditions);
    logging::LoggingFilter::new()
        .default_behavior(logging::LoggingFilterDefaultBehavior::Drop)
        .filters([filter])
}
