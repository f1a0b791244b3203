//! One event as lines.

use std::time::Duration;

use super::{line::Line, words};
use crate::{
    deploy::{Progress, ResourceProgress, SiteStep, Transfer, Work, cloud::Identity},
    render::style::Tone,
};

/// How many of the paths that a cache forgets are named.
const NAMED: usize = 5;

/// What the lines depend on besides the event.
pub(super) struct Context<'a> {
    pub verb: &'a str,
    pub local: Option<&'a str>,
    /// True where what goes on is drawn below, and needs no lines.
    pub is_drawn: bool,
    /// How long it took.
    pub took: Option<Duration>,
}

pub(super) fn lines(event: &Progress, context: &Context<'_>) -> Vec<Line> {
    let local = if context.local.is_some() { "local" } else { "" };
    let stack = |id: &str| Line::default().painted(Tone::Title, id);
    match event {
        Progress::Identity { app, stage, protected, caller, region, .. } => {
            let stage = if *protected { format!("{stage} (protected)") } else { stage.clone() };
            identity([app, &stage, region], caller, context)
        }
        Progress::Asset { name, state, .. } => asset(name, state, context),
        Progress::Unchanged { stack: id } => vec![stack(id).plain("unchanged").plain(local)],
        // Lines below it say the opposite of those above, which a bar alone does not.
        Progress::Began { work, .. } if context.is_drawn && *work != Work::Rollback => Vec::new(),
        Progress::Began { stack: id, work, resources } => {
            let count =
                resources.map(|number| crate::render::count((number, "resource"))).unwrap_or_default();
            vec![stack(id).plain(words::work(*work)).plain(&count).plain(local)]
        }
        Progress::Resource(resource) => self::resource(resource, context),
        Progress::Note { path, text, .. } => vec![Line::default().painted(Tone::Title, path).plain(text)],
        Progress::Ended { stack: id, status } => {
            vec![stack(id).painted(words::tone(status), &words::status(status)).plain(local)]
        }
        Progress::Site { site, step } => self::site(site, step, context),
        Progress::NoAnswer { operation, reason } => {
            let text = format!("from {} to {operation}: {reason}; asking again", whom(context));
            vec![Line::default().painted(Tone::Warning, "no answer").plain(&text)]
        }
        Progress::Answered => vec![Line::default().plain(&format!("{} answers again", whom(context)))],
        // Told at the end, or in another way.
        Progress::Outputs { .. } | Progress::Review(_) | Progress::Warning(_) | Progress::Question { .. } => {
            Vec::new()
        }
    }
}

/// Who is asked.
fn whom(context: &Context<'_>) -> &'static str {
    if context.local.is_some() { "the local server" } else { "AWS" }
}

/// Who does what, and where.
fn identity([app, stage, region]: [&str; 3], caller: &Identity, context: &Context<'_>) -> Vec<Line> {
    let row = |name: &str, value: &str| Line::indented(2).plain(&format!("{name:<8}")).plain(value);
    let what = match (app, stage) {
        ("", _) => String::new(),
        (app, "") => app.to_owned(),
        (app, stage) => format!("{app}, stage {stage}"),
    };
    let mut lines = vec![Line::default().painted(Tone::Title, context.verb).painted(Tone::Title, &what)];
    if let Some(url) = context.local {
        lines.push(row("local", &format!("{url}: a server on this machine; nothing reaches AWS")));
    }
    lines.extend([row("account", &caller.account), row("region", region), row("caller", &caller.arn)]);
    lines
}

fn asset(name: &str, state: &Transfer, context: &Context<'_>) -> Vec<Line> {
    let line = Line::default().plain("asset").painted(Tone::Title, name);
    match state {
        Transfer::Building { .. } | Transfer::Pushing { .. } | Transfer::Sending { .. }
            if context.is_drawn =>
        {
            Vec::new()
        }
        Transfer::Building { .. } => vec![line.plain("building")],
        Transfer::Pushing { .. } => vec![line.plain("pushing")],
        Transfer::Sending { sent: 0, of } => vec![line.plain("sending").plain(&words::bytes(*of))],
        Transfer::Sending { sent, of } => vec![line.plain("sending").plain(&words::of_bytes(*sent, *of))],
        Transfer::Present => vec![line.plain("is there")],
        Transfer::Published => vec![line.painted(Tone::Good, "published")],
    }
}

fn resource(one: &ResourceProgress, context: &Context<'_>) -> Vec<Line> {
    let is_running = words::is_running(&one.status);
    if is_running && context.is_drawn {
        return Vec::new();
    }
    let of = one.of.to_string();
    let count = format!("{:>width$}/{of}", one.done, width = of.len());
    let status = format!("{:<11}", words::status(&one.status));
    let took = context.took.filter(|_| !is_running).map(words::elapsed).unwrap_or_default();
    let at = one.at.as_ref().map(ToString::to_string).unwrap_or_default();
    let line = Line::indented(2).plain(&count).painted(words::tone(&one.status), &status).plain(&one.path);
    let mut lines = vec![line.plain(&one.kind).plain(&took).plain(&at)];
    let reason = one.reason.as_ref().filter(|_| one.status.is_failure());
    lines.extend(reason.map(|reason| Line::indented(8).plain(reason)));
    lines
}

fn site(site: &str, step: &SiteStep, context: &Context<'_>) -> Vec<Line> {
    let line = Line::default().plain("site").painted(Tone::Title, site);
    let files = |number: usize| crate::render::count((number, "file"));
    match step {
        SiteStep::Uploading { .. } if context.is_drawn => Vec::new(),
        SiteStep::Uploading { done: 0, of, sent: 0, .. } => {
            vec![line.plain("uploading").plain(&files(*of))]
        }
        SiteStep::Uploading { done, of, sent, bytes } => {
            let done = format!("{done}/{of} files");
            vec![line.plain("uploading").plain(&done).plain(&words::of_bytes(*sent, *bytes))]
        }
        SiteStep::Uploaded { changed, same, removed } => {
            let text =
                format!("uploaded {}; {same} were there, {removed} of old releases removed", files(*changed));
            vec![line.painted(Tone::Good, &text)]
        }
        SiteStep::Invalidated { paths } => {
            let named = paths.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = paths.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            vec![line.plain(&format!("caches forget {named}{more}"))]
        }
    }
}
