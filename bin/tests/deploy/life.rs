//! What comes after a deployment: its state, drift, imports, interruptions, and the end.

use formwork_cli::deploy::{
    Destruction, Done, FailureKind, Import, Options, cloud::ImportedResource, destroy, drift, outputs,
    resume, status,
};
use serde_json::{Value, json};

use crate::world::{World, stack};

fn queue(name: &str) -> Value {
    json!({
        "Resources": { "Jobs": { "Type": "AWS::SQS::Queue", "DeletionPolicy": "Delete", "Properties": {
            "QueueName": name, "VisibilityTimeout": 30,
        } } },
        "Outputs": { "Name": { "Value": { "Fn::GetAtt": ["Jobs", "QueueName"] } } },
    })
}

#[test]
fn stacks_go_in_the_order_in_which_nothing_is_missed() {
    let Some(world) = World::new() else { return };
    let stacks = || {
        let mut later = stack("Later", &queue("later"));
        later.dependencies = vec!["Earlier".to_owned()];
        vec![stack("Earlier", &queue("earlier")), later]
    };
    world.deploy(stacks()).well();
    let states = world.on(stacks(), async |session, target| status(session, target, &[]).await).well();
    let states: Vec<_> = states
        .iter()
        .map(|state| (state.stack.as_str(), state.status.as_ref().map(ToString::to_string)))
        .collect();
    let complete = Some("CREATE_COMPLETE".to_owned());
    assert_eq!(states, [("Earlier", complete.clone()), ("Later", complete)]);
    let handed = world
        .on(stacks(), async |session, target| outputs(session, target, &["Later".to_owned()]).await)
        .well();
    assert_eq!((handed.len(), handed[0].outputs[0].value.as_str()), (1, "later"));

    let came =
        world.on(stacks(), async |session, target| destroy(session, target, &Destruction::default()).await);
    let begun: Vec<&Value> = came.events("began").into_iter().map(|event| &event["stack"]).collect();
    assert_eq!(begun, ["Later", "Earlier"]);
    assert_eq!(came.questions.len(), 1);
    assert!(came.well().stacks.iter().all(|stack| stack.done == Done::Deleted));
    assert_eq!((world.status("Earlier"), world.status("Later")), (None, None));
}

#[test]
fn a_stack_that_is_protected_stays() {
    let Some(world) = World::new() else { return };
    let stacks = || {
        let mut shop = stack("Shop", &queue("jobs"));
        shop.termination_protection = true;
        vec![shop]
    };
    world.deploy(stacks()).well();
    let came =
        world.on(stacks(), async |session, target| destroy(session, target, &Destruction::default()).await);
    came.badly(FailureKind::Refused);
    assert_eq!(world.status("Shop").as_deref(), Some("CREATE_COMPLETE"));
}

#[test]
fn what_was_changed_by_hand_is_found() {
    let Some(world) = World::new() else { return };
    world.deploy(vec![stack("Shop", &queue("jobs"))]).well();
    let look = || {
        world
            .on(vec![stack("Shop", &queue("jobs"))], async |session, target| {
                drift(session, target, &[]).await
            })
            .well()
    };
    assert_eq!(look()[0].resources, []);

    let sqs = world.account.ask("sqs");
    let url = format!("{}/{}/jobs", world.account.endpoint, world.account.number);
    sqs.form(
        "SetQueueAttributes",
        &[("QueueUrl", &url), ("Attribute.1.Name", "VisibilityTimeout"), ("Attribute.1.Value", "45")],
    );
    let drifted = look();
    let jobs = &drifted[0].resources[0];
    assert_eq!((jobs.path.as_str(), jobs.status.as_str()), ("Shop/Jobs", "MODIFIED"));
    assert!(jobs.properties[0].path.contains("VisibilityTimeout"), "{jobs:#?}");
}

#[test]
fn a_queue_that_is_there_is_taken_over() {
    let Some(world) = World::new() else { return };
    let sqs = world.account.ask("sqs");
    sqs.form(
        "CreateQueue",
        &[("QueueName", "jobs"), ("Attribute.1.Name", "VisibilityTimeout"), ("Attribute.1.Value", "30")],
    );
    let mut template = queue("jobs");
    template["Resources"]["Jobs"]["DeletionPolicy"] = json!("Retain");
    template.as_object_mut().expect("is one").remove("Outputs");
    let url = format!("{}/{}/jobs", world.account.endpoint, world.account.number);
    let resource = ImportedResource {
        kind: "AWS::SQS::Queue".to_owned(),
        logical_id: "Jobs".to_owned(),
        identifier: vec![("QueueUrl".to_owned(), url)],
    };
    let imports = vec![Import { stack: "Shop".to_owned(), resource }];
    let came = world.deploy_with(vec![stack("Shop", &template)], &Options { imports, ..Options::default() });
    assert_eq!(came.well().stacks[0].done, Done::Imported);
    // The tags of the stack, which an import may not change, come with the next deployment.
    let done = || world.deploy(vec![stack("Shop", &template)]).well().stacks[0].done.clone();
    assert_eq!((done(), done()), (Done::Updated, Done::Unchanged));
}

#[test]
fn whoever_leaves_in_the_middle_can_go_on_from_there() {
    let Some(mut world) = World::new() else { return };
    world.account.faults(&json!([{ "at": "Jobs", "on": "create", "hold": true }]));
    world.interrupt_at = Some("Jobs");
    let came = world.deploy(vec![stack("Shop", &queue("jobs"))]);
    let failure = came.badly(FailureKind::Interrupted);
    assert!(
        failure
            .findings
            .iter()
            .any(|finding| finding.help.as_deref().is_some_and(|help| help.contains("`resume` follows it"))),
        "{failure:#?}"
    );
    assert_eq!(world.status("Shop").as_deref(), Some("CREATE_IN_PROGRESS"));

    world.interrupt_at = None;
    world.account.faults(&json!([]));
    let options = Options::default();
    let came = world.on(vec![stack("Shop", &queue("jobs"))], async |session, target| {
        resume(session, target, &options).await
    });
    came.well();
    assert_eq!(world.status("Shop").as_deref(), Some("CREATE_COMPLETE"));
}
