//! What cannot be a type: options of one kind of cache said of another, and numbers out of bounds.

use formwork_assembly::{Diagnostic, code};
use formwork_synth::Scope;

use super::{Cache, CacheEngine};
use crate::data::database::check_windows;

/// The most nodes of one Memcached cluster.
const MOST_MEMCACHED: u32 = 60;
/// The most nodes of one cache of the other engines.
const MOST_NODES: u32 = 500;

impl Cache {
    /// Reports what cannot be.
    pub(super) fn check(&self, scope: &mut Scope<'_>) {
        let kept = self.kept_days(scope);
        let protected = scope.stage().is_protected();
        let mut report = |message: String, help: &str| {
            scope.report(Diagnostic::error(&code::CACHE, message).help(help));
        };
        for option in self.misplaced() {
            let (which, help) = match self.nodes {
                None => ("on nodes", "name the nodes with `.nodes(…)`, or drop it"),
                Some(_) => ("without servers", "drop it, or drop `.nodes(…)`"),
            };
            report(format!("`.{option}(…)` is for a cache {which}"), help);
        }
        for option in self.unknown_to_memcached() {
            let help = "drop it, or begin with `Cache::valkey(…)`";
            report(format!("Memcached cannot do what `.{option}(…)` asks for"), help);
        }
        if let Some(gigabytes) = self.storage
            && !(1..=5000).contains(&gigabytes)
        {
            report(format!("a cache cannot be limited to {gigabytes} GB"), "name 1 to 5000 GB");
        }
        if let Some(ecpu) = self.ecpu
            && !(1000..=15_000_000).contains(&ecpu)
        {
            report(format!("a cache cannot be limited to {ecpu} ECPU a second"), "name 1000 to 15000000");
        }
        if kept > 35 {
            report(format!("snapshots cannot be kept for {kept} days"), "name 35 days at most");
        }
        if let Some(replicas) = self.replicas
            && !(1..=5).contains(&replicas)
        {
            let help = "name 1 to 5; `.without_replicas(\"why\")` keeps none in a protected stage either";
            report(format!("a shard cannot have {replicas} replicas"), help);
        }
        if self.replicas.is_some() && self.alone.is_some() {
            let help = "drop `.replicas(…)`, or `.without_replicas(…)`";
            report("a shard has replicas, and none".to_owned(), help);
        }
        let shards = self.shard_count(protected);
        let nodes = shards.saturating_mul(self.replica_count(protected).saturating_add(1));
        let most = if self.engine == CacheEngine::Memcached { MOST_MEMCACHED } else { MOST_NODES };
        if shards == 0 || nodes > most {
            let help = format!("name 1 node or more, and {most} at most");
            report(format!("a cache cannot have {shards} shards on {nodes} nodes"), &help);
        }
        let too_short = |minutes: u32| (minutes < 60).then_some(minutes);
        let windows = [
            ("snapshot", self.snapshot_window.and_then(|window| too_short(window.length()))),
            ("maintenance", self.maintenance_window.and_then(|window| too_short(window.length()))),
        ];
        for (what, minutes) in windows {
            if let Some(minutes) = minutes {
                let message = format!("a {what} window of {minutes} minutes is too short for a cache");
                report(message, "let it last for an hour: `.minutes(60)`");
            }
        }
        check_windows(scope, self.snapshot_window, self.maintenance_window);
    }

    /// The options that were said of nodes without any, or of no servers with some.
    fn misplaced(&self) -> Vec<&'static str> {
        let options: &[(&'static str, bool)] = match self.nodes {
            None => &[
                ("shards", self.shards.is_some()),
                ("replicas", self.replicas.is_some()),
                ("without_replicas", self.alone.is_some()),
                ("maintenance_window", self.maintenance_window.is_some()),
                ("log_retention", self.retention.is_some()),
                ("parameter", !self.parameters.is_empty()),
            ],
            Some(_) => &[("limit_storage", self.storage.is_some()), ("limit_ecpu", self.ecpu.is_some())],
        };
        said(options)
    }

    /// The options that Memcached does not know.
    fn unknown_to_memcached(&self) -> Vec<&'static str> {
        if self.engine.has_users() {
            return Vec::new();
        }
        let on_nodes = self.nodes.is_some();
        said(&[
            ("login", self.login.is_some()),
            ("access", self.access.is_some()),
            ("snapshot_days", self.snapshot_days.is_some()),
            ("snapshot_window", self.snapshot_window.is_some()),
            ("replicas", on_nodes && self.replicas.is_some()),
            ("without_replicas", on_nodes && self.alone.is_some()),
            ("key", on_nodes && self.key.is_some()),
            ("log_retention", on_nodes && self.retention.is_some()),
        ])
    }
}

/// The names of those that were said.
fn said(options: &[(&'static str, bool)]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for (name, said) in options {
        if *said {
            names.push(*name);
        }
    }
    names
}
