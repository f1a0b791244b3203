//! When AWS may take a backup, and when it may change a database: in UTC, and never both at once.

use formwork_assembly::{Diagnostic, code};
use formwork_synth::Scope;

/// A time of each day in which the daily backup is taken.
///
/// ```
/// use formwork_constructs::BackupWindow;
/// let window = BackupWindow::from_utc(2, 30).minutes(60);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupWindow {
    span: Span,
}

/// A time of each week in which AWS may change a database, with a restart where it takes one.
///
/// ```
/// use formwork_constructs::{MaintenanceWindow, Weekday};
/// let window = MaintenanceWindow::from_utc(Weekday::Sunday, 4, 0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaintenanceWindow {
    day: Weekday,
    span: Span,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    hour: u32,
    minute: u32,
    minutes: u32,
}

const DAY: u32 = 24 * 60;

impl BackupWindow {
    /// Thirty minutes from an hour and minute on, in UTC.
    pub const fn from_utc(hour: u32, minute: u32) -> Self {
        Self { span: Span { hour, minute, minutes: 30 } }
    }

    /// Sets how long it is, 30 minutes at least. Default: 30.
    #[must_use]
    pub const fn minutes(mut self, minutes: u32) -> Self {
        self.span.minutes = minutes;
        self
    }

    /// How many minutes it lasts.
    pub(crate) fn length(self) -> u32 {
        self.span.minutes
    }

    /// The time of the day at which it begins.
    pub(crate) fn start(self) -> String {
        clock(self.span.start())
    }

    pub(crate) fn text(self) -> String {
        let end = (self.span.start() + self.span.minutes) % DAY;
        format!("{}-{}", clock(self.span.start()), clock(end))
    }
}

impl MaintenanceWindow {
    /// Thirty minutes from an hour and minute of a day on, in UTC.
    pub const fn from_utc(day: Weekday, hour: u32, minute: u32) -> Self {
        Self { day, span: Span { hour, minute, minutes: 30 } }
    }

    /// Sets how long it is, 30 minutes at least. Default: 30.
    #[must_use]
    pub const fn minutes(mut self, minutes: u32) -> Self {
        self.span.minutes = minutes;
        self
    }

    /// How many minutes it lasts.
    pub(crate) fn length(self) -> u32 {
        self.span.minutes
    }

    pub(crate) fn text(self) -> String {
        let start = self.day as u32 * DAY + self.span.start();
        let end = (start + self.span.minutes) % (7 * DAY);
        let moment =
            |minute: u32| format!("{}:{}", DAYS[(minute / DAY) as usize % DAYS.len()], clock(minute % DAY));
        format!("{}-{}", moment(start), moment(end))
    }
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Span {
    const fn start(self) -> u32 {
        self.hour * 60 + self.minute
    }

    /// Whether two spans of a day share a minute, around midnight too.
    fn overlaps(self, other: Self) -> bool {
        let apart = (other.start() + DAY - self.start()) % DAY;
        apart < self.minutes || apart + other.minutes > DAY
    }

    fn check(self, scope: &mut Scope<'_>, what: &str) -> bool {
        let sound = self.hour < 24 && self.minute < 60 && (30..=DAY / 2).contains(&self.minutes);
        if !sound {
            let message = format!(
                "a {what} window cannot begin at {}:{:02} and last {} minutes",
                self.hour, self.minute, self.minutes
            );
            let help = "hours go to 23, minutes to 59, and a window lasts 30 minutes to 12 hours";
            scope.report(Diagnostic::error(&code::DATABASE_WINDOW, message).help(help));
        }
        sound
    }
}

/// Reports windows that cannot be, or that share a time of the day.
pub(crate) fn check(
    scope: &mut Scope<'_>,
    backup: Option<BackupWindow>,
    maintenance: Option<MaintenanceWindow>,
) {
    let backup = backup.filter(|window| window.span.check(scope, "backup"));
    let maintenance = maintenance.filter(|window| window.span.check(scope, "maintenance"));
    if let (Some(backup), Some(maintenance)) = (backup, maintenance)
        && backup.span.overlaps(maintenance.span)
    {
        let message = format!(
            "the backup window {} and the maintenance window {} overlap",
            backup.text(),
            maintenance.text()
        );
        let help = "the backup is taken every day: choose another hour for one of the two";
        scope.report(Diagnostic::error(&code::DATABASE_WINDOW, message).help(help));
    }
}

fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_end_on_the_next_day() {
        assert_eq!(BackupWindow::from_utc(23, 45).text(), "23:45-00:15");
        assert_eq!(
            MaintenanceWindow::from_utc(Weekday::Sunday, 23, 30).minutes(60).text(),
            "sun:23:30-mon:00:30"
        );
        assert_eq!(MaintenanceWindow::from_utc(Weekday::Monday, 4, 0).text(), "mon:04:00-mon:04:30");
    }

    #[test]
    fn windows_overlap_around_midnight() {
        let span = |hour, minute, minutes| Span { hour, minute, minutes };
        assert!(span(23, 45, 30).overlaps(span(0, 0, 30)));
        assert!(span(0, 0, 30).overlaps(span(23, 45, 30)));
        assert!(span(2, 0, 60).overlaps(span(2, 30, 30)));
        assert!(!span(2, 0, 30).overlaps(span(2, 30, 30)));
        assert!(!span(2, 30, 30).overlaps(span(2, 0, 30)));
    }
}
