//! When something is to happen: at one time, again and again, or by the calendar.

use formwork_assembly::{Diagnostic, code};
use formwork_synth::{Scope, Str};

use crate::each::each_letter;

/// A time, or a rule for times, in a time zone.
///
/// ```
/// use formwork_constructs::Schedule;
///
/// let nightly = Schedule::cron("30 2 * * ? *").time_zone("Europe/Berlin");
/// let often = Schedule::every_minutes(15);
/// let once = Schedule::at("2026-12-24T18:00:00");
/// ```
///
/// See <https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html>.
#[must_use = "a schedule does nothing until something follows it"]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    rule: Rule,
    time_zone: Str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    Cron(Str),
    At(Str),
    Every { amount: u32, unit: &'static str },
}

impl Schedule {
    /// By the calendar: minutes, hours, day of the month, month, day of the week, year. One of the two days is `?`.
    pub fn cron(fields: impl Into<Str>) -> Self {
        Self::new(Rule::Cron(fields.into()))
    }

    /// Once, at a date and time without a zone: `2026-12-24T18:00:00`.
    pub fn at(time: impl Into<Str>) -> Self {
        Self::new(Rule::At(time.into()))
    }

    /// Every so many minutes.
    pub fn every_minutes(amount: u32) -> Self {
        Self::new(Rule::Every { amount, unit: "minute" })
    }

    /// Every so many hours.
    pub fn every_hours(amount: u32) -> Self {
        Self::new(Rule::Every { amount, unit: "hour" })
    }

    /// Every so many days.
    pub fn every_days(amount: u32) -> Self {
        Self::new(Rule::Every { amount, unit: "day" })
    }

    /// Sets the zone that times are meant in, by its name: `Europe/Berlin`. Default: UTC.
    pub fn time_zone(mut self, name: impl Into<Str>) -> Self {
        self.time_zone = name.into();
        self
    }

    fn new(rule: Rule) -> Self {
        Self { rule, time_zone: Str::Borrowed("UTC") }
    }

    /// As AWS spells it.
    pub(crate) fn expression(&self) -> String {
        match &self.rule {
            Rule::Cron(fields) => format!("cron({fields})"),
            Rule::At(time) => format!("at({time})"),
            Rule::Every { amount: 1, unit } => format!("rate(1 {unit})"),
            Rule::Every { amount, unit } => format!("rate({amount} {unit}s)"),
        }
    }

    /// The name of its time zone.
    pub(crate) fn zone(&self) -> Str {
        self.time_zone.clone()
    }

    /// The minutes between one time and the next, where they are plain to see.
    pub(crate) fn minutes_between(&self) -> Option<u32> {
        let step = |field: Option<&str>| field?.split_once('/')?.1.parse::<u32>().ok();
        match &self.rule {
            Rule::Cron(fields) => {
                let mut fields = fields.split(' ');
                let (minute, hour) = (fields.next(), fields.next());
                let by_hour = match hour {
                    Some("*") => Some(60),
                    hour => step(hour).map(|hours| hours.saturating_mul(60)),
                };
                step(minute)
                    .or(by_hour.filter(|_| minute.is_some_and(|minute| minute.parse::<u32>().is_ok())))
            }
            Rule::At(_) => None,
            Rule::Every { amount, unit } => Some(amount.saturating_mul(match *unit {
                "day" => 24 * 60,
                "hour" => 60,
                _ => 1,
            })),
        }
    }

    /// Reports what AWS would refuse.
    pub(crate) fn check(&self, scope: &mut Scope<'_>) {
        let wrong = match &self.rule {
            Rule::Cron(fields) => {
                let fields: Vec<&str> = fields.split(' ').collect();
                let days = fields.get(2).zip(fields.get(4));
                let has_one_day = days.is_some_and(|(month, week)| (*month == "?") != (*week == "?"));
                (fields.len() != 6 || fields.iter().any(|field| field.is_empty()) || !has_one_day).then_some(
                    "write six fields with a space between: minutes, hours, day of the month, month, day of the week, year; one of the two days is `?`",
                )
            }
            Rule::At(time) => {
                let shape =
                    each_letter(time, |letter| Some(if letter.is_ascii_digit() { '0' } else { letter }));
                (shape != "0000-00-00T00:00:00").then_some("write it like `2026-12-24T18:00:00`")
            }
            Rule::Every { amount, .. } => (*amount == 0).then_some("name 1 or more"),
        };
        if let Some(help) = wrong {
            let message = format!("`{}` is no schedule", self.expression());
            scope.report(Diagnostic::error(&code::SCHEDULE, message).help(help));
        }
        let is_named = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
        if self.time_zone.is_empty() || !self.time_zone.bytes().all(is_named) {
            let message = format!("`{}` is no time zone", self.time_zone.escape_debug());
            let help = "name it as the IANA does: `Europe/Berlin`, `America/New_York`, `UTC`";
            scope.report(Diagnostic::error(&code::SCHEDULE, message).help(help));
        }
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, RawResource, Stage, testing::findings};

    use super::*;

    fn said_of(schedule: &Schedule) -> String {
        let mut app = App::new("shop", &Stage::new("dev"));
        let mut shop = app.stack("Shop");
        shop.add("Topic", RawResource::new("AWS::SNS::Topic"));
        schedule.check(&mut shop);
        findings(app)
    }

    #[test]
    fn spells_schedules_as_aws_does() {
        assert_eq!(Schedule::every_minutes(1).expression(), "rate(1 minute)");
        assert_eq!(Schedule::every_days(2).expression(), "rate(2 days)");
        assert_eq!(Schedule::cron("0 8 ? * MON *").expression(), "cron(0 8 ? * MON *)");
        for right in [
            Schedule::cron("30 2 * * ? *"),
            Schedule::at("2026-12-24T18:00:00").time_zone("America/New_York"),
            Schedule::every_hours(6).time_zone("Etc/GMT+1"),
        ] {
            assert_eq!(said_of(&right), "", "{right:?}");
        }
    }

    #[test]
    fn sees_the_minutes_between_two_times() {
        assert_eq!(Schedule::every_days(2).minutes_between(), Some(2880));
        assert_eq!(Schedule::every_minutes(7).minutes_between(), Some(7));
        assert_eq!(Schedule::cron("*/10 * * * ? *").minutes_between(), Some(10));
        assert_eq!(Schedule::cron("5 * * * ? *").minutes_between(), Some(60));
        assert_eq!(Schedule::cron("5 0/6 * * ? *").minutes_between(), Some(360));
        assert_eq!(Schedule::cron("5,10 * * * ? *").minutes_between(), None);
        assert_eq!(Schedule::cron("30 2 * * ? *").minutes_between(), None);
        assert_eq!(Schedule::at("2026-12-24T18:00:00").minutes_between(), None);
    }

    #[test]
    fn reports_what_is_no_schedule() {
        for wrong in [
            Schedule::cron("30 2 * * *"),
            Schedule::cron("30 2 * * * *"),
            Schedule::cron("30 2 ? * ? *"),
            Schedule::cron("30  2 * * ?"),
            Schedule::at("2026-12-24 18:00"),
            Schedule::every_minutes(0),
            Schedule::every_days(1).time_zone("nowhere at all"),
            Schedule::every_days(1).time_zone(""),
        ] {
            assert!(said_of(&wrong).contains("FW3538"), "{wrong:?}");
        }
    }
}
