//! What CloudFormation's states are to people, and how long and how much something is.

use std::time::Duration;

use crate::{
    deploy::{Done, Work, cloud::StackStatus},
    render::style::Tone,
};

/// `created` for `CREATE_COMPLETE`; what is rarer, in CloudFormation's own words.
pub(super) fn status(status: &StackStatus) -> String {
    let common = match status.0.as_str() {
        "CREATE_IN_PROGRESS" => "creating",
        "CREATE_COMPLETE" => "created",
        "CREATE_FAILED" => "not created",
        "UPDATE_IN_PROGRESS" => "updating",
        "UPDATE_COMPLETE" => "updated",
        "UPDATE_FAILED" => "not updated",
        "DELETE_IN_PROGRESS" => "deleting",
        "DELETE_COMPLETE" => "deleted",
        "DELETE_FAILED" => "not deleted",
        "DELETE_SKIPPED" => "kept",
        "IMPORT_IN_PROGRESS" => "importing",
        "IMPORT_COMPLETE" => "imported",
        "ROLLBACK_IN_PROGRESS" | "UPDATE_ROLLBACK_IN_PROGRESS" => "rolling back",
        "ROLLBACK_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE" => "rolled back",
        other => return other.to_lowercase().replace('_', " "),
    };
    common.to_owned()
}

/// How a state is painted.
pub(super) fn tone(status: &StackStatus) -> Tone {
    if status.is_failure() {
        Tone::Error
    } else if is_running(status) {
        Tone::Frame
    } else {
        Tone::Good
    }
}

/// True while something is being done.
pub(super) fn is_running(status: &StackStatus) -> bool {
    status.0.ends_with("_IN_PROGRESS")
}

pub(super) fn work(work: Work) -> &'static str {
    match work {
        Work::Create => "creating",
        Work::Update => "updating",
        Work::Import => "importing",
        Work::Delete => "deleting",
        Work::Rollback => "rolling back",
    }
}

/// What was done with a stack.
pub(super) fn done(done: &Done) -> &'static str {
    match done {
        Done::Unchanged => "unchanged",
        Done::Created => "created",
        Done::Updated => "updated",
        Done::Imported => "imported",
        Done::Deleted => "deleted",
        Done::Prepared(_) => "prepared",
        Done::Waiting => "waits for the stacks before it",
    }
}

/// `0:31`, `1:02:03`.
pub(super) fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// `812 B`, `12.3 MB`.
pub(super) fn bytes(number: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|(unit, _)| number >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", number / unit, number % unit * 10 / unit),
        None => format!("{number} B"),
    }
}

/// `12.0 MB of 48.0 MB`.
pub(super) fn of_bytes(done: u64, of: u64) -> String {
    format!("{} of {}", bytes(done), bytes(of))
}

/// `2 of 5 steps`; nothing, where none are known.
pub(super) fn part(done: usize, of: usize, what: &str) -> String {
    if of == 0 { String::new() } else { format!("{done} of {}", crate::render::count((of, what))) }
}

/// A bar that is filled as far as something is done. Nothing to do is done.
pub(super) fn bar(done: u64, of: u64, width: usize) -> String {
    let (done, of) = (u128::from(done.min(of)), u128::from(of));
    let filled = (done * width as u128).checked_div(of).and_then(|filled| usize::try_from(filled).ok());
    let filled = filled.unwrap_or(width).min(width);
    "█".repeat(filled) + &"░".repeat(width - filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            (elapsed(Duration::from_secs(31)), elapsed(Duration::from_secs(3723))),
            ("0:31".into(), "1:02:03".into())
        );
        assert_eq!(
            (bytes(812), bytes(12_345_678), bytes(u64::MAX)),
            ("812 B".into(), "12.3 MB".into(), "18446744073.7 GB".into())
        );
    }

    #[test]
    fn bars_stay_in_their_place() {
        assert_eq!(
            (bar(0, 4, 4), bar(1, 4, 4), bar(9, 4, 4), bar(0, 0, 2)),
            ("░░░░".into(), "█░░░".into(), "████".into(), "██".into())
        );
        assert_eq!(bar(u64::MAX, u64::MAX, 3), "███");
    }
}
