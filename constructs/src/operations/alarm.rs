//! An alarm that says what is wrong, how bad it is, who owns it and where to read what to do.
//!
//! Makes one `AWS::CloudWatch::Alarm`.
//!
//! Defaults: five minutes in a row; missing data keeps the state; tells nobody until it is given to somebody on call.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    cloudwatch::{self, alarm as property},
    kind,
};
use formwork_synth::{Attr, Construct, IntoValue, Scope, Str, sub};

use super::metric::{Source, VALUE};
use crate::{Metric, OnCallRef, Statistic, arn};

/// A CloudWatch alarm.
///
/// ```
/// # use formwork_constructs::{Alarm, Metric, OnCall, Severity, Statistic};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks").email("shop@example.com"));
/// let dropped = Metric::new("Shop", "OrdersDropped", Statistic::Sum);
/// shop.add("OrdersDropped", Alarm::above(dropped, 10, "orders are dropped").severity(Severity::Page).tell(&on_call));
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct Alarm {
    metric: Metric,
    comparison: Comparison,
    threshold: f64,
    summary: Str,
    severity: Severity,
    periods: u32,
    out_of: Option<u32>,
    missing: MissingData,
    runbook: Option<Str>,
    on_call: Option<OnCallRef>,
}

/// The id of the values that are usual.
const BAND: &str = "usual";

/// On which side of the threshold things are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Above,
    Below,
    /// Beyond the band in which the values were before; the threshold is its width.
    Unusual,
}

/// How soon somebody has to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Severity {
    /// Now, at night too: users notice.
    Page,
    /// On the next working day.
    #[default]
    Ticket,
}

/// What a period without data means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingData {
    /// Things are wrong.
    Bad,
    /// Things are well: nothing happened, so nothing failed.
    Good,
    /// Things are as they were.
    #[default]
    Same,
    /// Nobody knows.
    Unknown,
}

/// An alarm of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct AlarmRef {
    /// Its name.
    pub name: Attr<kind::CloudWatchAlarmName>,
    /// Its ARN.
    pub arn: Attr<kind::CloudWatchAlarmArn>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<cloudwatch::AlarmRef>,
}

impl Alarm {
    /// An alarm for values above a threshold. The summary says in a few words what is wrong then.
    pub fn above(metric: Metric, threshold: impl Into<f64>, summary: impl Into<Str>) -> Self {
        Self::new(metric, Comparison::Above, threshold.into(), summary.into())
    }

    /// An alarm for values below a threshold. The summary says in a few words what is wrong then.
    pub fn below(metric: Metric, threshold: impl Into<f64>, summary: impl Into<Str>) -> Self {
        Self::new(metric, Comparison::Below, threshold.into(), summary.into())
    }

    /// An alarm for values that are higher than they usually are at that time, by so many standard deviations: 2 is sensitive, 4 is not.
    /// CloudWatch learns what is usual within two weeks. The summary says in a few words what is wrong then.
    pub fn unusual(metric: Metric, deviations: impl Into<f64>, summary: impl Into<Str>) -> Self {
        Self::new(metric, Comparison::Unusual, deviations.into(), summary.into())
    }

    fn new(metric: Metric, comparison: Comparison, threshold: f64, summary: Str) -> Self {
        Self {
            metric,
            comparison,
            threshold,
            summary,
            severity: Severity::default(),
            periods: 5,
            out_of: None,
            missing: MissingData::default(),
            runbook: None,
            on_call: None,
        }
    }

    /// Says how soon somebody has to look. Default: on the next working day.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Sets how many periods of the metric must be bad. Default: 5.
    pub fn periods(mut self, periods: u32) -> Self {
        self.periods = periods;
        self
    }

    /// Sets among how many of the last periods the bad ones may lie. Default: as many as must be bad.
    pub fn out_of(mut self, periods: u32) -> Self {
        self.out_of = Some(periods);
        self
    }

    /// Says what a period without data means. Default: things are as they were.
    pub fn missing_data(mut self, missing: MissingData) -> Self {
        self.missing = missing;
        self
    }

    /// Sets the address of the page that says what to do. Default: the page called like the alarm's path among the runbooks of whoever is on call.
    pub fn runbook(mut self, address: impl Into<Str>) -> Self {
        self.runbook = Some(address.into());
        self
    }

    /// Tells somebody when it goes off, and when things are well again.
    pub fn tell(mut self, on_call: &OnCallRef) -> Self {
        self.on_call = Some(on_call.clone());
        self
    }

    /// What a person reads when woken up.
    fn description(&self, path: &str) -> String {
        let mut text = format!("{}. severity: {}", self.summary, self.severity.name());
        if let Some(on_call) = &self.on_call {
            text += &format!(", owner: {}", on_call.owner);
        }
        let page = || {
            let on_call = self.on_call.as_ref()?;
            Some(format!(
                "{}/{}",
                on_call.runbooks.trim_end_matches('/'),
                path.replace('/', "-").to_lowercase()
            ))
        };
        if let Some(address) = self.runbook.as_deref().map(str::to_owned).or_else(page) {
            text += &format!(", runbook: {address}");
        }
        text
    }

    fn check(&self, scope: &mut Scope<'_>) {
        let window = self.out_of.unwrap_or(self.periods);
        if self.periods == 0 || self.periods > window {
            let message = format!("{} of {window} periods cannot be bad", self.periods);
            let help = "name at least one bad period, and no more of them than are looked at";
            scope.report(Diagnostic::error(&code::ALARM_PERIODS, message).help(help));
        }
    }
}

impl Construct for Alarm {
    type Handle = AlarmRef;

    fn build(self, scope: &mut Scope<'_>) -> AlarmRef {
        self.check(scope);
        let operator = match self.comparison {
            Comparison::Above => property::ComparisonOperator::GreaterThanThreshold,
            Comparison::Below => property::ComparisonOperator::LessThanThreshold,
            Comparison::Unusual => property::ComparisonOperator::GreaterThanUpperThreshold,
        };
        let alarm = cloudwatch::Alarm::new()
            .comparison_operator(operator)
            .evaluation_periods(self.out_of.unwrap_or(self.periods))
            .datapoints_to_alarm(self.periods)
            .treat_missing_data(self.missing.property())
            .alarm_description(self.description(&scope.path()));
        let alarm = match &self.metric.source {
            _ if self.comparison == Comparison::Unusual => {
                let band = property::MetricDataQuery::new()
                    .id(BAND)
                    .expression(format!("ANOMALY_DETECTION_BAND({VALUE}, {})", self.threshold))
                    .return_data(true);
                let mut queries = self.metric.queries();
                queries.push(band);
                alarm.metrics(queries).threshold_metric_id(BAND)
            }
            Source::One { namespace, name, statistic, .. } => {
                let alarm = alarm
                    .namespace(namespace.clone())
                    .metric_name(name.clone())
                    .dimensions(self.metric.dimensions())
                    .period(self.metric.seconds);
                let alarm = alarm.threshold(self.threshold);
                match statistic.property() {
                    Some(plain) => alarm.statistic(plain),
                    None => alarm.extended_statistic(statistic.name()),
                }
            }
            Source::Formula { .. } => alarm.threshold(self.threshold).metrics(self.metric.queries()),
        };
        let alarm = match &self.on_call {
            Some(on_call) => alarm.alarm_actions([&on_call.topic]).ok_actions([&on_call.topic]),
            None => alarm,
        };
        let resource = scope.in_place(alarm);
        AlarmRef { name: resource.reference(), arn: resource.arn(), resource: Some(resource) }
    }
}

impl AlarmRef {
    /// An alarm of the account and region of the stack that exists already, by its name.
    ///
    /// ```
    /// # use formwork_constructs::{AlarmRef, ChaosExperiment, FargateService, Fault, Image, Vpc};
    /// # use formwork_synth::{App, Stage};
    /// # let mut app = App::new("shop", &Stage::new("dev"));
    /// # let mut shop = app.stack("Shop");
    /// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
    /// # let api = shop.add("Api", FargateService::new(&vpc, Image::from_directory("api")));
    /// let lost = AlarmRef::existing("orders-lost");
    /// shop.add("LoseTasks", ChaosExperiment::new(Fault::stop_tasks(&api, 50), &lost));
    /// ```
    pub fn existing(name: impl Into<Str>) -> Self {
        let name: Attr<kind::CloudWatchAlarmName> = Attr::existing(name);
        let arn = arn::here("cloudwatch", sub!("alarm:{}", &name));
        Self { arn: Attr::from_expr(IntoValue::<String>::into_expr(arn)), name, resource: None }
    }
}

impl Severity {
    fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
        }
    }
}

impl MissingData {
    fn property(self) -> property::TreatMissingData {
        match self {
            Self::Bad => property::TreatMissingData::Breaching,
            Self::Good => property::TreatMissingData::NotBreaching,
            Self::Same => property::TreatMissingData::Ignore,
            Self::Unknown => property::TreatMissingData::Missing,
        }
    }
}

impl Statistic {
    /// The value of an alarm's `Statistic`; a percentile is none.
    fn property(self) -> Option<property::Statistic> {
        match self {
            Self::Average => Some(property::Statistic::Average),
            Self::Maximum => Some(property::Statistic::Maximum),
            Self::Minimum => Some(property::Statistic::Minimum),
            Self::Sum => Some(property::Statistic::Sum),
            Self::Percentile(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, testing::findings};

    use super::*;
    use crate::{
        OnCall,
        testing::{any_combination, snapshot},
    };

    #[test]
    fn alarm() {
        snapshot("alarm", |shop| {
            let on_call =
                OnCall::new("shop team", "https://wiki.example.com/runbooks").email("shop@example.com");
            let on_call = shop.add("OnCall", on_call);
            let count =
                |name: &'static str| Metric::new("Shop", name, Statistic::Sum).dimension("Region", "eu");
            let rate = Metric::formula(
                "100 * failed / all",
                [("failed", count("Failed")), ("all", count("Orders"))],
            );
            let failed = Alarm::above(rate, 5, "orders fail").severity(Severity::Page).tell(&on_call);
            shop.add("OrdersFail", failed.periods(3).out_of(5).missing_data(MissingData::Good));
            let slow = Metric::new("Shop", "Latency", Statistic::Percentile(99));
            shop.add(
                "Slow",
                Alarm::above(slow, 0.5, "orders are slow").tell(&on_call).runbook("https://example.com/slow"),
            );
            shop.add("Crowd", Alarm::unusual(count("Visitors"), 3, "unusually many come").tell(&on_call));
            shop.add("Idle", Alarm::below(count("Orders").seconds(300), 1, "nobody orders").tell(&on_call));
        });
    }

    #[test]
    fn any_alarm() {
        any_combination(|shop, pick| {
            let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com"));
            let statistic = pick.one(&[
                Statistic::Average,
                Statistic::Maximum,
                Statistic::Minimum,
                Statistic::Percentile(99),
                Statistic::Sum,
            ]);
            let plain = Metric::new("Shop", "Orders", statistic).seconds(pick.one(&[10, 60, 300]));
            let metric = if pick.flip() { Metric::formula("2 * all", [("all", plain)]) } else { plain };
            let threshold = pick.one(&[0.0, 1.5, 1e9]);
            let mut alarm = match pick.one(&[0, 1, 2]) {
                0 => Alarm::above(metric, threshold, "there is too much"),
                1 => Alarm::below(metric, threshold, "there is too little"),
                _ => Alarm::unusual(metric, 3, "there is more than usual"),
            };
            alarm = pick.maybe(alarm, |alarm| alarm.severity(Severity::Page));
            alarm = pick.maybe(alarm, |alarm| alarm.periods(2));
            alarm = pick.maybe(alarm, |alarm| alarm.out_of(10));
            let missing = [MissingData::Bad, MissingData::Good, MissingData::Same, MissingData::Unknown];
            alarm = alarm.missing_data(pick.one(&missing));
            alarm = pick.maybe(alarm, |alarm| alarm.runbook("https://example.com"));
            shop.add("Alarm", pick.maybe(alarm, |alarm| alarm.tell(&on_call)));
        });
    }

    #[test]
    fn more_bad_periods_than_are_looked_at_are_refused() {
        let mut app = App::new("shop", &Stage::new("dev"));
        let metric = Metric::new("Shop", "Orders", Statistic::Sum);
        app.stack("Shop").add("Alarm", Alarm::below(metric, 1, "nobody orders").periods(3).out_of(2));
        assert!(findings(app).contains("3 of 2 periods cannot be bad"));
    }
}
