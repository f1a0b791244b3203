//! What is going on at the moment: one bar for each stack, the resources that CloudFormation works on, the assets on their way.
//!
//! Keeps no history: what is over has been printed, and scrolls.

use std::time::Duration;

use super::{line::Line, words};
use crate::{
    deploy::{Progress, ResourceProgress, SiteStep, Transfer, Work, cloud::StackStatus},
    render::style::Tone,
};

/// How long a bar is.
const BAR: usize = 24;

/// Everything that is not over.
#[derive(Debug, Default)]
pub(super) struct Board {
    assets: Vec<Asset>,
    stacks: Vec<Stack>,
    sites: Vec<(String, usize, usize)>,
    /// What stands behind each stack: that it is local, where it is.
    place: &'static str,
}

#[derive(Debug)]
struct Asset {
    name: String,
    hash: String,
    state: Transfer,
    since: Duration,
}

#[derive(Debug)]
struct Stack {
    id: String,
    work: Work,
    done: usize,
    of: usize,
    since: Duration,
    running: Vec<Running>,
}

#[derive(Debug)]
struct Running {
    logical_id: String,
    path: String,
    kind: String,
    status: StackStatus,
    at: String,
    since: Duration,
}

/// What an event is for the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// Worth a line.
    Fresh,
    /// Known already, or a step on the way.
    Known,
}

impl Board {
    /// Takes an event in.
    pub(super) fn take(&mut self, event: &Progress, now: Duration) -> News {
        match event {
            Progress::Identity { local, .. } => {
                self.place = if local.is_some() { "local" } else { "" };
                News::Fresh
            }
            Progress::Asset { name, hash, state } => self.asset(name, hash, state, now),
            Progress::Began { stack, work, resources } => {
                self.stacks.retain(|one| one.id != *stack);
                let of = resources.unwrap_or_default();
                let stack = stack.clone();
                self.stacks.push(Stack {
                    id: stack,
                    work: *work,
                    done: 0,
                    of,
                    since: now,
                    running: Vec::new(),
                });
                News::Fresh
            }
            Progress::Resource(resource) => self.resource(resource, now),
            Progress::Ended { stack, .. } => {
                self.stacks.retain(|one| one.id != *stack);
                News::Fresh
            }
            Progress::Site { site, step } => {
                self.sites.retain(|(one, ..)| one != site);
                match step {
                    SiteStep::Uploading { done, of } => {
                        self.sites.push((site.clone(), *done, *of));
                        if *done == 0 { News::Fresh } else { News::Known }
                    }
                    _ => News::Fresh,
                }
            }
            _ => News::Fresh,
        }
    }

    fn asset(&mut self, name: &str, hash: &str, state: &Transfer, now: Duration) -> News {
        let known = self.assets.iter().position(|one| one.hash == hash);
        let before = known.map(|index| self.assets.remove(index));
        let is_over = matches!(state, Transfer::Present | Transfer::Published);
        let news = match (&before, state) {
            (Some(Asset { state: Transfer::Sending { .. }, .. }), Transfer::Sending { .. }) => News::Known,
            _ => News::Fresh,
        };
        if !is_over {
            let since = before.map_or(now, |before| before.since);
            self.assets.push(Asset {
                name: name.to_owned(),
                hash: hash.to_owned(),
                state: state.clone(),
                since,
            });
        }
        news
    }

    fn resource(&mut self, resource: &ResourceProgress, now: Duration) -> News {
        let index = match self.stacks.iter().position(|one| one.id == resource.stack) {
            Some(index) => index,
            // Followed from its middle.
            None => {
                let (id, work) = (resource.stack.clone(), Work::Update);
                self.stacks.push(Stack { id, work, done: 0, of: 0, since: now, running: Vec::new() });
                self.stacks.len() - 1
            }
        };
        let stack = &mut self.stacks[index];
        (stack.done, stack.of) = (resource.done, resource.of);
        let known = stack.running.iter().position(|one| one.logical_id == resource.logical_id);
        let before = known.map(|index| stack.running.remove(index));
        let is_same = before.as_ref().is_some_and(|before| before.status == resource.status);
        if words::is_running(&resource.status) {
            stack.running.push(Running {
                logical_id: resource.logical_id.clone(),
                path: resource.path.clone(),
                kind: resource.kind.clone(),
                status: resource.status.clone(),
                at: resource.at.as_ref().map(ToString::to_string).unwrap_or_default(),
                since: before.filter(|_| is_same).map_or(now, |before| before.since),
            });
            stack.running.sort_by_key(|one| one.since);
        }
        if is_same { News::Known } else { News::Fresh }
    }

    /// How long CloudFormation has worked on a resource.
    pub(super) fn since(&self, resource: &ResourceProgress) -> Option<Duration> {
        let stack = self.stacks.iter().find(|one| one.id == resource.stack)?;
        Some(stack.running.iter().find(|one| one.logical_id == resource.logical_id)?.since)
    }

    /// True where nothing goes on.
    pub(super) fn is_empty(&self) -> bool {
        self.assets.is_empty() && self.stacks.is_empty() && self.sites.is_empty()
    }

    /// What goes on, in so many lines at most: the bars first of all.
    pub(super) fn lines(&self, now: Duration, most: usize) -> Vec<Line> {
        let mut lines: Vec<Line> = self.assets.iter().map(|asset| self.asset_line(asset, now)).collect();
        lines.extend(self.sites.iter().map(|(site, done, of)| {
            let (done, of) = (*done as u64, *of as u64);
            let bar = words::bar(done, of, BAR);
            Line::default().painted(Tone::Title, site).plain(&bar).plain(&format!("{done}/{of} files"))
        }));
        let bars = lines.len() + self.stacks.len();
        let resources: usize = self.stacks.iter().map(|stack| stack.running.len()).sum();
        // One line is for the number of those that are left out.
        let room = most.saturating_sub(bars);
        let (mut room, is_short) =
            if resources <= room { (room, false) } else { (room.saturating_sub(1), true) };
        let mut hidden = 0;
        for stack in &self.stacks {
            lines.push(stack.line(now).plain(self.place));
            let shown = stack.running.len().min(room);
            lines.extend(stack.running.iter().take(shown).map(|one| one.line(now)));
            room -= shown;
            hidden += stack.running.len() - shown;
        }
        if is_short {
            lines.push(Line::indented(2).plain(&format!("and {hidden} more at work")));
        }
        lines.truncate(most);
        lines
    }

    fn asset_line(&self, asset: &Asset, now: Duration) -> Line {
        let line = Line::default().painted(Tone::Title, &asset.name);
        let time = words::elapsed(now.saturating_sub(asset.since));
        match &asset.state {
            Transfer::Sending { sent, of } => {
                let bytes = format!("{} of {}", words::bytes(*sent), words::bytes(*of));
                line.plain(&words::bar(*sent, *of, BAR)).plain(&bytes).plain(&time)
            }
            Transfer::Building => line.plain("building").plain(&time),
            Transfer::Present | Transfer::Published => line,
        }
    }
}

impl Stack {
    fn line(&self, now: Duration) -> Line {
        let bar = words::bar(self.done as u64, self.of as u64, BAR);
        let bar = if self.of == 0 { String::new() } else { bar };
        let count = if self.of == 0 { String::new() } else { format!("{}/{}", self.done, self.of) };
        let time = words::elapsed(now.saturating_sub(self.since));
        let line = Line::default().painted(Tone::Title, &self.id).plain(&bar).plain(&count);
        line.plain(words::work(self.work)).plain(&time)
    }
}

impl Running {
    fn line(&self, now: Duration) -> Line {
        let time = words::elapsed(now.saturating_sub(self.since));
        let line = Line::indented(2).painted(words::tone(&self.status), &words::status(&self.status));
        line.plain(&time).plain(&self.path).plain(&self.kind).plain(&self.at)
    }
}
