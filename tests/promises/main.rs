//! What Formwork promises of every template, held against every snapshot of a construct, an example and a construct of others.
//!
//! A file a field, a function a promise, and beside it a template that breaks it.

use template::Template;

mod access;
mod code;
mod credentials;
mod network;
mod stores;
mod template;
mod upkeep;

/// What is promised, and the resources that do not keep it.
type Promise = (&'static str, fn(&Template) -> Vec<String>);

const PROMISES: &[Promise] = &[
    ("nothing of ours runs in the account of the user", code::of_ours),
    ("an allowed action has no wildcard", access::wildcard_actions),
    ("a role is allowed what it names, not everything", access::wildcard_resources),
    ("no role has a policy of AWS that allows everything", access::sweeping_managed_policies),
    ("nobody is trusted without being named", access::everybody),
    ("the internet reaches public load balancers only", network::open_to_the_world),
    ("no server and no database has a public address", network::public_addresses),
    ("what is stored is encrypted", stores::unencrypted),
    ("it is said what becomes of data", stores::without_policies),
    ("logs end some day", upkeep::endless_logs),
    ("an alarm says who acts, and how", upkeep::alarms_without_runbook),
    ("an example says whose its costs are", upkeep::without_cost_tags),
    ("no credential is written down", credentials::written_down),
];

#[test]
fn every_template_keeps_every_promise() {
    let templates = Template::of_all_snapshots();
    let broken: Vec<String> = templates.iter().flat_map(broken).collect();
    assert!(broken.is_empty(), "{} promises are broken:\n{}", broken.len(), broken.join("\n"));
}

fn broken(template: &Template) -> Vec<String> {
    let of = |(promise, find): &Promise| -> Vec<String> {
        find(template)
            .into_iter()
            .map(|found| format!("{}: {found}\n  promise: {promise}", template.place))
            .collect()
    };
    PROMISES.iter().flat_map(of).collect()
}

/// Expects that a promise finds something in a template, and that the something is named.
#[track_caller]
fn bites(find: fn(&Template) -> Vec<String>, template: &Template, named: &str) {
    let found = find(template);
    assert!(found.iter().any(|found| found.contains(named)), "`{named}` is not among {found:#?}");
    let listed = PROMISES.iter().any(|(_, listed)| std::ptr::fn_addr_eq(*listed, find));
    assert!(listed, "the promise is not in the list");
}

/// Expects that a promise is kept by a template.
#[track_caller]
fn accepts(find: fn(&Template) -> Vec<String>, template: &Template) {
    assert_eq!(find(template), Vec::<String>::new());
}
