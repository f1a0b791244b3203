//! Schedules of EventBridge rules: `rate(5 minutes)`, `cron(0 8 * * ? *)`. The newer scheduler is less strict.
//!
//! See <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html>.

use super::{Checker, Fields, Step};
use crate::phase::validate::phrase::quoted;

impl<'t> Checker<'t, '_> {
    /// Checks the expression of a schedule.
    pub(super) fn schedule(&mut self, holder: Fields<'t>, name: &'static str) {
        let Some(text) = holder.text(name) else { return };
        if let Some(help) = fault(&text) {
            self.disagree_at(&[Step::Key(name)], format!("{} is no schedule", quoted(&text)), help);
        }
    }
}

/// What is wrong with the expression.
fn fault(text: &str) -> Option<&'static str> {
    // What is neither is for the pattern of the property to judge.
    let (kind, inner) = text.strip_suffix(')')?.split_once('(')?;
    match kind {
        "rate" => {
            let (count, unit) = inner.trim().split_once(' ').unwrap_or((inner, ""));
            let count: Option<u64> = count.parse().ok().filter(|count| *count > 0);
            match (count, unit.trim()) {
                (Some(1), "minute" | "hour" | "day") => None,
                (Some(1), "minutes" | "hours" | "days") => {
                    Some("one goes with the singular: `rate(1 minute)`")
                }
                (Some(_), "minutes" | "hours" | "days") => None,
                (Some(_), "minute" | "hour" | "day") => {
                    Some("more than one go with the plural: `rate(5 minutes)`")
                }
                _ => Some("write a number above 0 and `minutes`, `hours` or `days`, as in `rate(5 minutes)`"),
            }
        }
        "cron" if inner.split_whitespace().count() != 6 => Some(
            "six fields are wanted: minutes, hours, day of month, month, day of week, year, as in `cron(0 8 * * ? *)`",
        ),
        "cron" => {
            let fields: Vec<&str> = inner.split_whitespace().collect();
            let unsure = [fields[2], fields[4]].iter().filter(|field| **field == "?").count();
            (unsure == 0).then_some("one of day of month and day of week must be `?`")
        }
        _ => None,
    }
}
