//! Screens of scripted deployments: what stands on a terminal at each moment, and what a pipe gets.

mod terminal;

use formwork_assembly::{Diagnostic, Place, code};
use serde_json::{Value, json};

use self::terminal::Terminal;
use super::*;
use crate::{
    Surroundings,
    cli::{Colour, Output},
    deploy::{
        Action, Change, Done, Failure, Grade, Highlight, Kind, Outcome, ResourceChange, ResourceProgress,
        SiteStep, StackDiff, StackOutcome, Transfer, Work,
        cloud::{Identity, StackOutput, StackStatus},
    },
};

macro_rules! assert_snapshot {
    ($name:literal, $value:expr) => {{
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/cli"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!($name, $value));
    }};
}

const HOSTILE: &str = "a\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m\u{202e}\r\nerror: forged";

fn identity(stage: &str, local: Option<&str>) -> Progress {
    Progress::Identity {
        app: "shop".to_owned(),
        stage: stage.to_owned(),
        protected: stage == "prod",
        caller: Identity {
            account: "123456789012".to_owned(),
            arn: "arn:aws:iam::123456789012:user/anna".to_owned(),
        },
        region: "eu-west-1".to_owned(),
        local: local.map(str::to_owned),
    }
}

fn asset(name: &str, state: Transfer) -> Progress {
    Progress::Asset { name: name.to_owned(), hash: format!("hash of {name}"), state }
}

fn resource(id: &str, kind: &str, status: &str, (done, of): (usize, usize)) -> ResourceProgress {
    ResourceProgress {
        stack: "Shop".to_owned(),
        logical_id: id.to_owned(),
        kind: kind.to_owned(),
        path: format!("Shop/{id}"),
        at: Some(Place { file: "src/main.rs".into(), line: 13, column: 5 }),
        physical_id: format!("physical-{id}"),
        status: StackStatus(status.to_owned()),
        reason: None,
        time: "2026-11-21T16:00:00.123Z".to_owned(),
        done,
        of,
    }
}

fn began(stack: &str, work: Work, resources: usize) -> Progress {
    Progress::Began { stack: stack.to_owned(), work, resources: Some(resources) }
}

fn ended(stack: &str, status: &str) -> Progress {
    Progress::Ended { stack: stack.to_owned(), status: StackStatus(status.to_owned()) }
}

fn review() -> Progress {
    let at = Some(Place { file: "src/main.rs".into(), line: 13, column: 5 });
    let change = Change {
        path: "TableName".to_owned(),
        before: Some(json!("orders")),
        after: Some(json!("all-orders")),
        grade: Grade::Replaces,
        follows: None,
    };
    let table = ResourceChange {
        logical_id: "Orders".to_owned(),
        kind: "AWS::DynamoDB::Table".to_owned(),
        path: "Shop/Orders".to_owned(),
        at: at.clone(),
        action: Action::Changed,
        moved_from: None,
        grade: Grade::Destroys,
        stateful: true,
        kept: None,
        changes: vec![change],
    };
    let topic = ResourceChange {
        logical_id: "Mail".to_owned(),
        kind: "AWS::SNS::Topic".to_owned(),
        path: "Shop/Mail".to_owned(),
        action: Action::Added,
        grade: Grade::Adds,
        stateful: false,
        changes: Vec::new(),
        ..table.clone()
    };
    let highlight = Highlight {
        kind: Kind::DestroysData,
        stack: "Shop".to_owned(),
        path: "Shop/Orders".to_owned(),
        text: "AWS::DynamoDB::Table: because `TableName` changes".to_owned(),
        at,
    };
    let diff = StackDiff {
        id: "Shop".to_owned(),
        name: "shop-prod-Shop".to_owned(),
        action: Action::Changed,
        settings: Vec::new(),
        sections: Vec::new(),
        resources: vec![topic, table],
    };
    Progress::Review(Box::new(StackReview {
        stack: "Shop".to_owned(),
        name: "shop-prod-Shop".to_owned(),
        work: Work::Update,
        change_set: Some("arn:aws:cloudformation:eu-west-1:123456789012:changeSet/formwork-1/2".to_owned()),
        grade: Some(Grade::Destroys),
        highlights: vec![highlight],
        diff,
    }))
}

fn uploading(done: usize, sent: u64) -> SiteStep {
    SiteStep::Uploading { done, of: 12, sent, bytes: 40_000_000 }
}

/// A deployment from its beginning to its end, by the second.
fn story(local: Option<&str>) -> Vec<(u64, Progress)> {
    let (table, service) = ("AWS::DynamoDB::Table", "AWS::ECS::Service");
    vec![
        (0, identity("prod", local)),
        (1, asset("Shop/Mailer", Transfer::Present)),
        (1, asset("Shop/Api", Transfer::Building { done: 0, of: 0 })),
        (4, asset("Shop/Api", Transfer::Building { done: 2, of: 5 })),
        (5, asset("Shop/Video", Transfer::Sending { sent: 0, of: 48_000_000 })),
        (12, asset("Shop/Video", Transfer::Sending { sent: 16_777_216, of: 48_000_000 })),
        (13, asset("Shop/Video", Transfer::Sending { sent: 20_000_000, of: 48_000_000 })),
        (20, asset("Shop/Api", Transfer::Pushing { done: 0, of: 0 })),
        (22, asset("Shop/Api", Transfer::Pushing { done: 1, of: 7 })),
        (24, asset("Shop/Video", Transfer::Sending { sent: 48_000_000, of: 48_000_000 })),
        (25, asset("Shop/Video", Transfer::Published)),
        (30, asset("Shop/Api", Transfer::Published)),
        (31, review()),
        (31, Progress::Unchanged { stack: "Mail".to_owned() }),
        (40, began("Shop", Work::Update, 3)),
        (41, Progress::Resource(resource("Orders", table, "UPDATE_IN_PROGRESS", (0, 3)))),
        (42, Progress::Resource(resource("Api", service, "UPDATE_IN_PROGRESS", (0, 3)))),
        (43, Progress::Resource(resource("Orders", table, "UPDATE_IN_PROGRESS", (0, 3)))),
        (75, Progress::Resource(resource("Orders", table, "UPDATE_COMPLETE", (1, 3)))),
        (
            80,
            Progress::Note {
                stack: "Shop".to_owned(),
                path: "Shop/Api".to_owned(),
                text: "the migration has ended with 0".to_owned(),
            },
        ),
        (120, Progress::Resource(resource("Api", service, "UPDATE_COMPLETE", (3, 3)))),
        (121, ended("Shop", "UPDATE_COMPLETE")),
        (122, Progress::Site { site: "Shop/Site".to_owned(), step: uploading(0, 0) }),
        (123, Progress::Site { site: "Shop/Site".to_owned(), step: uploading(5, 30_000_000) }),
        (
            124,
            Progress::Site {
                site: "Shop/Site".to_owned(),
                step: SiteStep::Uploaded { changed: 12, same: 3, removed: 1 },
            },
        ),
        (
            125,
            Progress::Site {
                site: "Shop/Site".to_owned(),
                step: SiteStep::Invalidated {
                    paths: (0..7).map(|page| format!("/page{page}.html")).collect(),
                },
            },
        ),
    ]
}

fn output(key: &str, value: &str) -> StackOutput {
    StackOutput { key: key.to_owned(), value: value.to_owned(), description: None, export: None }
}

fn outcome() -> Outcome {
    let shop = StackOutcome {
        stack: "Shop".to_owned(),
        name: "shop-prod-Shop".to_owned(),
        done: Done::Updated,
        outputs: vec![output("Url", "https://shop.example.com"), output("TableName", "all-orders")],
    };
    let mail = StackOutcome {
        stack: "Mail".to_owned(),
        name: "shop-prod-Mail".to_owned(),
        done: Done::Unchanged,
        outputs: vec![output("Topic", "arn:aws:sns:eu-west-1:123456789012:mail")],
    };
    Outcome { stacks: vec![shop, mail], prepared: None }
}

/// What a screen has printed.
struct Shown {
    out: String,
    err: String,
}

fn surroundings(is_terminal: bool) -> Surroundings {
    Surroundings { is_terminal, size: Some((72, 16)), cargo: true, ..Surroundings::default() }
}

fn shown(
    around: &Surroundings,
    format: Format,
    color: Colour,
    events: &[(u64, Progress)],
    result: Option<&Result<Outcome, Failure>>,
) -> Shown {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut render = Render::new(&mut out, &mut err, around, Output { format, quiet: false, color });
    let mut screen = Screen::new(
        &mut render,
        "deploy",
        vec!["Shop".to_owned(), "Mail".to_owned(), "Web".to_owned()],
        Shape::Stream,
    );
    let mut now = Duration::ZERO;
    for (second, event) in events {
        now = Duration::from_secs(*second);
        screen.show(event, now);
    }
    end(screen, result, now);
    let text = |bytes| String::from_utf8(bytes).expect("is UTF-8");
    Shown { out: text(out), err: text(err) }
}

fn end(mut screen: Screen<'_, '_>, result: Option<&Result<Outcome, Failure>>, now: Duration) {
    match result {
        Some(result) => {
            screen.clear(now);
            match result {
                Ok(outcome) => screen.outcome(outcome),
                Err(failure) => screen.failure(failure),
            }
        }
        None => drop(screen),
    }
}

fn lines(events: &[(u64, Progress)], result: &Result<Outcome, Failure>) -> String {
    let Shown { out, err } = shown(&surroundings(false), Format::Text, Colour::Never, events, Some(result));
    format!("{err}----- stdout\n{out}")
}

#[test]
fn a_pipe_gets_lines() {
    assert_snapshot!("deploy_lines", lines(&story(None), &Ok(outcome())));
}

#[test]
fn a_terminal_sees_what_goes_on() {
    let events = story(None);
    let mut moments = String::new();
    for until in [22, 50, 80, 123] {
        let seen: Vec<_> = events
            .iter()
            .position(|(second, _)| *second > until)
            .map_or(&events[..], |end| &events[..end])
            .iter()
            .map(|(second, event)| (*second, event))
            .collect();
        let mut terminal = Terminal::default();
        let around = surroundings(true);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let output = Output { format: Format::Text, quiet: false, color: Colour::Never };
        let mut render = Render::new(&mut out, &mut err, &around, output);
        let mut screen = Screen::new(&mut render, "deploy", Vec::new(), Shape::Stream);
        for (second, event) in seen {
            screen.show(event, Duration::from_secs(second));
        }
        screen.tick(Duration::from_secs(until));
        terminal.write(&String::from_utf8(err).expect("is UTF-8"));
        moments += &format!("===== after {until} s\n{}\n", terminal.screen());
    }
    assert_snapshot!("deploy_terminal", moments);
}

#[test]
fn nothing_of_the_region_is_left_behind() {
    let around = surroundings(true);
    let result = Ok(outcome());
    let shown = shown(&around, Format::Text, Colour::Never, &story(None), Some(&result));
    let mut terminal = Terminal::default();
    terminal.write(&shown.err);
    let screen = terminal.screen();
    assert!(!screen.contains('█') && !screen.contains("building"), "{screen}");
    for told in ["Shop/Api  published", "Shop/Orders", "0:34", "deploy: done in 2:05"] {
        assert_eq!(
            screen.matches(told).count(),
            if told == "Shop/Orders" { 3 } else { 1 },
            "{told}: {screen}"
        );
    }
}

#[test]
fn colours_only_repeat_what_the_words_say() {
    let result = Err(failure());
    let plain = shown(&surroundings(false), Format::Text, Colour::Never, &story(None), Some(&result));
    let painted = shown(&surroundings(false), Format::Text, Colour::Always, &story(None), Some(&result));
    let mut bare = painted.err.clone();
    for code in ["1;31", "1;33", "1;36", "1;34", "32", "1", "0"] {
        bare = bare.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(bare, plain.err);
    assert_ne!(painted.err, plain.err);
}

#[test]
fn a_connection_that_is_lost_is_told_and_that_it_is_back() {
    let lost = || Progress::NoAnswer {
        operation: "cloudformation:DescribeStacks".to_owned(),
        reason: format!("no route {HOSTILE}"),
    };
    for (local, whom) in [(None, "AWS"), (Some("http://127.0.0.1:4566"), "the local server")] {
        let events = [(0, identity("dev", local)), (60, lost()), (90, Progress::Answered)];
        let text = shown(&surroundings(false), Format::Text, Colour::Never, &events, None).err;
        let said: Vec<&str> = text.lines().filter(|line| line.contains("answer")).collect();
        assert_eq!(said.len(), 2, "{text}");
        assert!(
            said[0]
                .starts_with(&format!("no answer  from {whom} to cloudformation:DescribeStacks: no route")),
            "{text}"
        );
        assert!(said[0].ends_with("; asking again") && !text.contains('\u{1b}'), "{text}");
        assert_eq!(said[1], format!("{whom} answers again"));
    }
    let events = [(60, lost()), (90, Progress::Answered)];
    let json = shown(&surroundings(false), Format::Json, Colour::Never, &events, None).out;
    let lines: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect();
    assert_eq!(lines[0]["event"], "no-answer");
    assert_eq!(lines[0]["operation"], "cloudformation:DescribeStacks");
    assert_eq!(lines[1], json!({ "event": "answered" }));
}

#[test]
fn each_event_is_a_line_of_json() {
    let result = Ok(outcome());
    let Shown { out, err } =
        shown(&surroundings(true), Format::Json, Colour::Never, &story(None), Some(&result));
    assert_eq!(err, "");
    let events: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect();
    assert_eq!(events.len(), story(None).len() + 1);
    assert_eq!(events[0]["event"], "identity");
    let resource = events.iter().find(|event| event["event"] == "resource").expect("is told");
    assert_eq!(
        (&resource["path"], &resource["at"]["line"], &resource["status"]),
        (&json!("Shop/Orders"), &json!(13), &json!("UPDATE_IN_PROGRESS"))
    );
    assert_eq!(events.last().expect("is told")["outcome"]["stacks"][0]["outputs"][0]["key"], "Url");
}

/// A service that does not become stable, after which everything is taken back.
fn failure() -> Failure {
    let root = Diagnostic::error(&code::REQUEST_REFUSED, "`Shop/Api` was not updated: 3 tasks have stopped")
        .help("the container ends with 1: look at its log")
        .path("Shop/Api")
        .at(Place { file: "src/main.rs".into(), line: 13, column: 5 });
    Failure::new(FailureKind::Failed, root)
}

#[test]
fn a_failure_is_told_with_its_cause_and_the_state() {
    let mut failed = resource("Api", "AWS::ECS::Service", "UPDATE_FAILED", (1, 3));
    failed.reason =
        Some("Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.".to_owned());
    let rollback = resource("Api", "AWS::ECS::Service", "UPDATE_COMPLETE", (2, 2));
    let mut events = story(None);
    events.truncate(19);
    events.extend([
        (300, Progress::Resource(failed)),
        (301, began("Shop", Work::Rollback, 2)),
        (330, Progress::Resource(rollback)),
        (340, ended("Shop", "UPDATE_ROLLBACK_COMPLETE")),
    ]);
    assert_snapshot!("deploy_failure", lines(&events, &Err(failure())));
}

#[test]
fn the_way_back_begins_with_a_line_where_bars_are_drawn_too() {
    let taken_back = resource("Api", "AWS::ECS::Service", "UPDATE_COMPLETE", (1, 1));
    let events = [
        (0, began("Shop", Work::Update, 2)),
        (1, began("Shop", Work::Rollback, 1)),
        (2, Progress::Resource(taken_back)),
    ];
    let mut terminal = Terminal::default();
    terminal.write(&shown(&surroundings(true), Format::Text, Colour::Never, &events, None).err);
    let screen = terminal.screen();
    assert!(!screen.contains("Shop  updating"), "{screen}");
    assert!(screen.starts_with("Shop  rolling back  1 resource\n  1/1  updated"), "{screen}");
}

#[test]
fn one_empty_line_stands_between_parts() {
    let warning = || Progress::Warning(Diagnostic::warning(&code::ALLOWANCE_UNUSED, "of no use"));
    let ways =
        [vec![(0, review())], vec![(0, warning()), (1, review())], vec![(0, review()), (1, warning())]];
    for is_terminal in [true, false] {
        for events in &ways {
            let result = Err(failure());
            let told =
                shown(&surroundings(is_terminal), Format::Text, Colour::Never, events, Some(&result)).err;
            assert!(!told.starts_with('\n') && !told.contains("\n\n\n"), "{told}");
        }
    }
}

#[test]
fn a_local_server_that_does_not_answer_is_not_aws() {
    let around = surroundings(false);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let output = Output { format: Format::Text, quiet: false, color: Colour::Never };
    let mut render = Render::new(&mut out, &mut err, &around, output);
    let screen = Screen::new(&mut render, "status", Vec::new(), Shape::Document).of_local_server();
    let silent = Diagnostic::error(&code::LOCAL_SILENT, "nothing answers");
    screen.failure(&Failure::new(FailureKind::Unreachable, silent));
    let told = String::from_utf8(err).expect("is UTF-8");
    assert!(told.contains("1 error; the local server could not be asked\n"), "{told}");
}

#[test]
fn what_is_local_says_so_everywhere() {
    let url = "http://127.0.0.1:4566";
    let text = lines(&story(Some(url)), &Ok(outcome()));
    assert_snapshot!("deploy_local", text);
    let drawn = shown(&surroundings(true), Format::Text, Colour::Never, &story(Some(url)), None).err;
    let bars: Vec<&str> = drawn.lines().filter(|line| line.contains("/3  updating")).collect();
    assert!(!bars.is_empty() && bars.iter().all(|bar| bar.ends_with("  local")), "{bars:?}");
    let failed = lines(&story(Some(url)), &Err(failure()));
    assert!(failed.contains("it failed (local server http://127.0.0.1:4566, not AWS)"), "{failed}");
    for question in questions() {
        let text = question::text(&question, Some(url), crate::render::style::Style::new(false));
        assert!(text.starts_with("[local server http://127.0.0.1:4566] "), "{text}");
    }
}

fn questions() -> Vec<Question> {
    let name = || HOSTILE.to_owned();
    vec![
        Question::Proceed { summary: name(), name: Some(name()) },
        Question::Proceed { summary: name(), name: None },
        Question::SetUp { account: name(), region: name(), has_cdk: true },
        Question::Approve { path: name(), before: name() },
        Question::Cancel { stacks: vec![name()], others: Vec::new() },
        Question::Cancel { stacks: Vec::new(), others: vec![name()] },
        Question::Cancel { stacks: vec![name()], others: vec![name()] },
    ]
}

#[test]
fn nothing_that_aws_says_moves_the_cursor() {
    let mut events = story(Some(HOSTILE));
    let mut bad = resource(HOSTILE, HOSTILE, HOSTILE, (1, 2));
    bad.reason = Some(HOSTILE.to_owned());
    let running = ResourceProgress { status: StackStatus(format!("{HOSTILE}_IN_PROGRESS")), ..bad.clone() };
    let failed = ResourceProgress { status: StackStatus(format!("{HOSTILE}_FAILED")), ..bad.clone() };
    let text = || HOSTILE.to_owned();
    events.truncate(15);
    events.extend([
        (50, asset(HOSTILE, Transfer::Building { done: 0, of: 0 })),
        (50, began(HOSTILE, Work::Create, 1)),
        (50, Progress::Resource(running)),
        (51, Progress::Resource(failed)),
        (51, Progress::Resource(bad)),
        (52, Progress::Note { stack: text(), path: text(), text: text() }),
        (53, ended(HOSTILE, HOSTILE)),
        (54, Progress::Site { site: text(), step: SiteStep::Invalidated { paths: vec![text()] } }),
        (55, Progress::Warning(Diagnostic::warning(&code::BUSY, HOSTILE).help(HOSTILE).path(HOSTILE))),
    ]);
    let stack = StackOutcome {
        stack: text(),
        name: text(),
        done: Done::Created,
        outputs: vec![output(HOSTILE, HOSTILE)],
    };
    let good = Ok(Outcome { stacks: vec![stack], prepared: Some(text()) });
    let bad = Err(Failure::new(FailureKind::Failed, Diagnostic::error(&code::BUSY, HOSTILE)));
    for result in [&good, &bad] {
        for (is_terminal, format) in [(false, Format::Text), (true, Format::Text), (false, Format::Json)] {
            let Shown { out, err } =
                shown(&surroundings(is_terminal), format, Colour::Never, &events, Some(result));
            // What the region itself is drawn with.
            let mut rest = out + &err;
            for lines in 1..20 {
                rest = rest.replace(&format!("\r\u{1b}[{lines}A\u{1b}[J"), "");
            }
            let is_wild =
                |char: char| (char.is_control() && char != '\n') || ('\u{202a}'..='\u{202e}').contains(&char);
            assert!(!rest.contains(is_wild), "{rest:?}");
            assert!(!rest.lines().any(|line| line.starts_with("error: forged")), "{rest}");
        }
    }
    for question in questions() {
        let text = question::text(&question, None, crate::render::style::Style::new(false));
        assert!(!text[1..].contains(char::is_control), "{text:?}");
    }
}

#[test]
fn a_small_terminal_is_not_overrun() {
    let around = Surroundings { size: Some((20, 8)), ..surroundings(true) };
    let mut events = vec![(0, began("Shop", Work::Create, 100))];
    events.extend((0..100).map(|index| {
        let id = format!("Resource{index}");
        (1, Progress::Resource(resource(&id, "AWS::S3::Bucket", "CREATE_IN_PROGRESS", (0, 100))))
    }));
    let shown = shown(&around, Format::Text, Colour::Never, &events, None);
    let last = shown.err.rsplit("\u{1b}[J").next().expect("is drawn");
    assert_eq!(last.lines().count(), 4, "{last}");
    assert!(last.lines().all(|line| crate::render::width::width(line) < 20), "{last}");
    assert!(last.ends_with("and 98 more at w…\n"), "{last}");
}

#[test]
fn no_change_says_so() {
    let mail = outcome().stacks.remove(1);
    let result = Ok(Outcome { stacks: vec![mail], prepared: None });
    let events = [(0, identity("dev", None)), (1, Progress::Unchanged { stack: "Mail".to_owned() })];
    assert_snapshot!("deploy_unchanged", lines(&events, &result));
}

#[test]
fn what_was_prepared_is_data() {
    let mut prepared = outcome();
    prepared.prepared = Some("formwork-20261121-1".to_owned());
    prepared.stacks.truncate(1);
    prepared.stacks[0].done = Done::Prepared("arn".to_owned());
    prepared.stacks[0].outputs.clear();
    let shown = shown(&surroundings(false), Format::Text, Colour::Never, &[], Some(&Ok(prepared)));
    assert_eq!(shown.out, "formwork-20261121-1\n");
    assert!(shown.err.contains("`cargo run -- deploy --execute=formwork-20261121-1`"), "{}", shown.err);
}

#[test]
fn errors_only_are_shown_to_who_wants_no_more() {
    let around = surroundings(true);
    let quiet = |result: &Result<Outcome, Failure>, question: Option<&Question>| {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let output = Output { format: Format::Text, quiet: true, color: Colour::Never };
        let mut render = Render::new(&mut out, &mut err, &around, output);
        let mut screen = Screen::new(&mut render, "deploy", vec!["Shop".to_owned()], Shape::Stream);
        for (second, event) in story(None) {
            screen.show(&event, Duration::from_secs(second));
        }
        if let Some(question) = question {
            screen.ask(question, Duration::ZERO);
        }
        end(screen, Some(result), Duration::ZERO);
        String::from_utf8(err).expect("is UTF-8")
    };
    assert_eq!(quiet(&Ok(outcome()), None), "");
    assert!(quiet(&Err(failure()), None).contains("error["));
    let question = Question::Proceed { summary: "1 stack".to_owned(), name: None };
    let asked = quiet(&Ok(outcome()), Some(&question));
    assert!(
        asked.contains("what would happen in AWS") && asked.ends_with("1 stack; type `yes` to go on: "),
        "{asked}"
    );
}
