//! What is going on at the moment: one bar for each stack, the resources that CloudFormation works on, the assets on their way.
//!
//! Keeps no history: what is over has been printed, and scrolls.

use std::{mem::discriminant, time::Duration};

use super::{line::Line, words};
use crate::{
    deploy::{
        Progress, ResourceProgress, SiteStep, Transfer, Work,
        cloud::{StackStatus, WHOLE},
    },
    render::style::Tone,
};

/// How long a bar is.
const BAR: usize = 24;

/// Everything that is not over.
#[derive(Debug, Default)]
pub(super) struct Board {
    assets: Vec<Asset>,
    /// The bytes of all assets that are sent, those that have arrived too: by hash, how many of how many.
    bytes: Vec<(String, u64, u64)>,
    stacks: Vec<Stack>,
    sites: Vec<Site>,
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
struct Site {
    name: String,
    files: (usize, usize),
    bytes: (u64, u64),
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
            Progress::Site { site, step } => self.site(site, step),
            _ => News::Fresh,
        }
    }

    fn asset(&mut self, name: &str, hash: &str, state: &Transfer, now: Duration) -> News {
        let known = self.assets.iter().position(|one| one.hash == hash);
        let before = known.map(|index| self.assets.remove(index));
        self.count(hash, state);
        let news = match &before {
            Some(before) if is_step(&before.state, state) => News::Known,
            _ => News::Fresh,
        };
        if !matches!(state, Transfer::Present | Transfer::Published) {
            let is_same = |before: &Asset| discriminant(&before.state) == discriminant(state);
            let since = before.filter(is_same).map_or(now, |before| before.since);
            self.assets.push(Asset {
                name: name.to_owned(),
                hash: hash.to_owned(),
                state: state.clone(),
                since,
            });
            self.assets.sort_by(|one, other| (one.since, &one.name).cmp(&(other.since, &other.name)));
        }
        news
    }

    /// Keeps count of the bytes of all assets.
    fn count(&mut self, hash: &str, state: &Transfer) {
        let known = self.bytes.iter().position(|(one, ..)| one == hash);
        match (known, state) {
            (Some(index), Transfer::Sending { sent, of }) => {
                self.bytes[index] = (hash.to_owned(), *sent, *of)
            }
            (None, Transfer::Sending { sent, of }) => self.bytes.push((hash.to_owned(), *sent, *of)),
            (Some(index), Transfer::Published) => self.bytes[index].1 = self.bytes[index].2,
            _ => {}
        }
    }

    fn site(&mut self, name: &str, step: &SiteStep) -> News {
        let known = self.sites.iter().position(|one| one.name == name);
        let before = known.map(|index| self.sites.remove(index));
        let SiteStep::Uploading { done, of, sent, bytes } = step else { return News::Fresh };
        let name = name.to_owned();
        self.sites.push(Site { name, files: (*done, *of), bytes: (*sent, *bytes) });
        match before {
            Some(before) if !is_quarter(before.bytes, (*sent, *bytes)) => News::Known,
            _ => News::Fresh,
        }
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
        let mut lines = self.bytes_line(now);
        lines.extend(self.assets.iter().map(|asset| asset.line(now)));
        lines.extend(self.sites.iter().map(Site::line));
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

    /// One bar for the bytes of all assets, while some are on their way.
    fn bytes_line(&self, now: Duration) -> Vec<Line> {
        let sending = self.assets.iter().filter(|one| matches!(one.state, Transfer::Sending { .. }));
        let Some(since) = sending.map(|one| one.since).min() else { return Vec::new() };
        let sum = |(sent, of): (u64, u64), one: &(String, u64, u64)| {
            (sent.saturating_add(one.1), of.saturating_add(one.2))
        };
        let (sent, of) = self.bytes.iter().fold((0, 0), sum);
        let line = Line::default().painted(Tone::Title, "assets").plain(&words::bar(sent, of, BAR));
        vec![line.plain(&words::of_bytes(sent, of)).plain(&words::elapsed(now.saturating_sub(since)))]
    }
}

/// True for what is only a step further than what was told: no line tells of each, but one of every quarter.
fn is_step(before: &Transfer, now: &Transfer) -> bool {
    match (before, now) {
        (Transfer::Sending { sent, of }, Transfer::Sending { sent: now, of: all }) => {
            !is_quarter((*sent, *of), (*now, *all))
        }
        (Transfer::Building { .. }, Transfer::Building { .. })
        | (Transfer::Pushing { .. }, Transfer::Pushing { .. }) => true,
        _ => false,
    }
}

/// True where bytes that are sent in pieces are another quarter further. What is all there is told in another way.
fn is_quarter((before, of_before): (u64, u64), (sent, of): (u64, u64)) -> bool {
    let quarter = |sent: u64, of: u64| (u128::from(sent) * 4).checked_div(u128::from(of));
    of > WHOLE && sent < of && quarter(sent, of) > quarter(before, of_before)
}

impl Asset {
    fn line(&self, now: Duration) -> Line {
        let time = words::elapsed(now.saturating_sub(self.since));
        let (doing, done) = match &self.state {
            Transfer::Building { done, of } => ("building", words::part(*done, *of, "step")),
            Transfer::Pushing { done, of } => ("pushing", words::part(*done, *of, "layer")),
            Transfer::Sending { sent, of } => ("sending", words::of_bytes(*sent, *of)),
            Transfer::Present | Transfer::Published => Default::default(),
        };
        Line::indented(2).painted(Tone::Frame, doing).plain(&time).plain(&self.name).plain(&done)
    }
}

impl Site {
    fn line(&self) -> Line {
        let ((done, of), (sent, bytes)) = (self.files, self.bytes);
        let bar =
            if bytes > 0 { words::bar(sent, bytes, BAR) } else { words::bar(done as u64, of as u64, BAR) };
        let line = Line::default().painted(Tone::Title, &self.name).plain(&bar);
        line.plain(&format!("{done}/{of} files")).plain(&words::of_bytes(sent, bytes))
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
