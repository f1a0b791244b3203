//! A query over the logs of several parts of the app, saved in the console: one place to ask what happened.
//!
//! Makes one `AWS::Logs::QueryDefinition`.
//!
//! Defaults: named after the stack and the construct, which the console shows as a folder and a query in it.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    kind,
    logs::{self, query_definition::QueryLanguage},
};
use formwork_synth::{Attr, Construct, Scope, Str, intrinsic, sub};

use crate::{LogGroupRef, each::each};

/// The most log groups that one query reads.
const MOST_GROUPS: usize = 50;

/// A saved query in the language of CloudWatch Logs Insights.
///
/// ```
/// # use formwork_constructs::{FargateService, Image, LogQuery, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// # let api = shop.add("Api", FargateService::new(&vpc, Image::from_directory("api")));
/// # let worker = shop.add("Worker", FargateService::new(&vpc, Image::from_directory("worker")));
/// shop.add("Errors", LogQuery::containing("ERROR").over([&api.logs, &worker.logs]));
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_Insights-Saving-Queries.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct LogQuery {
    query: Str,
    groups: Vec<LogGroupRef>,
}

/// A saved query of the app.
#[derive(Clone, Debug)]
pub struct LogQueryRef {
    /// Its id.
    pub id: Attr<kind::LogsQueryDefinitionId>,
    /// The resource itself, to change what no option says.
    pub resource: logs::QueryDefinitionRef,
}

impl LogQuery {
    /// A query in the language of CloudWatch Logs Insights: `fields @timestamp, @message | limit 100`.
    pub fn new(query: impl Into<Str>) -> Self {
        Self { query: query.into(), groups: Vec::new() }
    }

    /// The newest 200 events that contain a text, with where they come from.
    pub fn containing(text: &str) -> Self {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        Self::new(format!(
            "fields @timestamp, @log, @logStream, @message\n| filter @message like \"{text}\"\n| sort @timestamp desc\n| limit 200"
        ))
    }

    /// Reads these log groups, and those named before.
    pub fn over<'a>(mut self, groups: impl IntoIterator<Item = &'a LogGroupRef>) -> Self {
        self.groups.extend(each(groups, LogGroupRef::clone));
        self
    }
}

impl Construct for LogQuery {
    type Handle = LogQueryRef;

    fn build(self, scope: &mut Scope<'_>) -> LogQueryRef {
        let mut groups: Vec<&Attr<kind::LogsLogGroupName>> = Vec::new();
        for group in &self.groups {
            if !groups.contains(&&group.name) {
                groups.push(&group.name);
            }
        }
        if groups.is_empty() || groups.len() > MOST_GROUPS {
            let message = format!("a query cannot read {} log groups", groups.len());
            let help = format!("name 1 to {MOST_GROUPS} by `.over([&api.logs])`");
            scope.report(Diagnostic::error(&code::LOG_QUERY, message).help(help));
        }
        let path = scope.path();
        let own = path.split_once('/').map_or(&*path, |(_, own)| own);
        let query = logs::QueryDefinition::new()
            .name(sub!("{}/{}", intrinsic::stack_name(), own))
            .query_language(QueryLanguage::Cwli)
            .query_string(self.query)
            .log_group_names(groups);
        let resource = scope.in_place(query);
        LogQueryRef { id: resource.reference(), resource }
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, testing::findings};

    use super::*;
    use crate::{LogGroup, testing::snapshot};

    #[test]
    fn log_query() {
        snapshot("log_query", |shop| {
            let api = shop.add("Api", LogGroup::new());
            let worker = shop.add("Worker", LogGroup::new());
            shop.add("Errors", LogQuery::containing("level=\"error\"").over([&api, &worker, &api]));
            let slow = LogQuery::new("filter ms > 500 | stats count(*) by bin(5m)").over([&api]);
            shop.group("Orders").add("Slow", slow);
        });
    }

    #[test]
    fn a_query_reads_some_log_groups_but_not_too_many() {
        for count in [0, MOST_GROUPS + 1] {
            let mut app = App::new("shop", &Stage::new("dev"));
            let mut shop = app.stack("Shop");
            let groups: Vec<_> =
                (0..count).map(|at| shop.add(format!("Logs{at}"), LogGroup::new())).collect();
            shop.add("Errors", LogQuery::containing("ERROR").over(&groups));
            let found = findings(app);
            assert!(found.contains(&format!("a query cannot read {count} log groups")), "{found}");
        }
    }
}
