//! What Aurora, or a protected stage, does not take.

use formwork_assembly::{Diagnostic, SortedMap, code};
use formwork_synth::Scope;

use super::{AuroraCluster, Member};
use crate::{DatabaseEngine, data::database::options};

impl AuroraCluster {
    /// Reports what Aurora, or a protected stage, does not take.
    pub(super) fn check(&self, scope: &mut Scope<'_>, members: &SortedMap<String, Member>) {
        self.options.check(scope, self.engine);
        self.capacity.check(scope);
        self.check_members(scope, members, &self.capacity);
        self.check_zones(scope, members);
        for name in &self.twice {
            let message = format!("the cluster has two members `{name}`");
            scope.report(
                Diagnostic::error(&code::DATABASE_MEMBERS, message).help("give each a name of its own"),
            );
        }
        if self.capacity.pauses() && scope.stage().is_protected() && self.pausing.is_none() {
            let message = "the cluster pauses, in a protected stage";
            let help = "begin at 0.5 ACU, or say why it may: `.allow_pausing(\"reason\")`";
            scope.report(Diagnostic::error(&code::DATABASE_CAPACITY, message).help(help));
        }
        if let Some(database) = &self.database {
            options::check_name(scope, self.engine, "database", database);
        }
        if let Some(hours) = self.backtrack
            && (!(1..=72).contains(&hours) || matches!(self.engine, DatabaseEngine::Postgres(_)))
        {
            let message = format!("the cluster cannot be turned back by {hours} hours");
            let help = "name 1 to 72 hours, of MySQL; PostgreSQL is restored to a point in time instead";
            scope.report(Diagnostic::error(&code::DATABASE_OPTION, message).help(help));
        }
        if self.data_api
            && let Some(class) = members.values().filter_map(Member::class).find(|class| class.is_burstable())
        {
            let message = format!("the Data API does not work with `{}`", class.name());
            let help = "choose a class that does not burst, or serverless members";
            scope.report(Diagnostic::error(&code::DATABASE_OPTION, message).help(help));
        }
        if self.restore.is_some() && (self.database.is_some() || self.options.user.is_some()) {
            let message = "a cluster that begins with other data has their database and user";
            let help = "drop `.database(…)` and `.user(…)`, or `.restore(…)`";
            scope.report(Diagnostic::error(&code::DATABASE_OPTION, message).help(help));
        }
    }
}
