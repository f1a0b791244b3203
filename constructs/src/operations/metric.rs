//! What CloudWatch measures: one metric, or a formula over several.

use formwork_assembly::SortedMap;
use formwork_cfn::cloudwatch::alarm::{self as property, MetricDataQuery, MetricStat};
use formwork_synth::{Expr, IntoValue, Object, Str, Value};

/// A measure of something in the app, for an [`Alarm`](crate::Alarm) or a [`Dashboard`](crate::Dashboard).
///
/// ```
/// use formwork_constructs::{Metric, Statistic};
///
/// let dropped = Metric::new("Shop", "OrdersDropped", Statistic::Sum).dimension("Region", "eu").seconds(300);
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html>.
#[must_use = "a metric does nothing until something watches it"]
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    pub(super) source: Source,
    pub(super) seconds: u32,
    pub(super) label: Option<Str>,
}

/// The id of what counts in a list of queries.
pub(super) const VALUE: &str = "value";

/// Where the values come from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    One { namespace: Str, name: Str, dimensions: SortedMap<Str, Expr>, statistic: Statistic },
    Formula { expression: Str, parts: SortedMap<Str, Metric> },
}

/// What is made of the samples of one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Their mean.
    Average,
    /// The largest.
    Maximum,
    /// The smallest.
    Minimum,
    /// The value that this many percent of them do not exceed.
    Percentile(u8),
    /// Their sum.
    Sum,
}

impl Statistic {
    /// As CloudWatch spells it.
    pub(super) fn name(self) -> String {
        match self {
            Self::Percentile(percent) => format!("p{percent}"),
            plain => format!("{plain:?}"),
        }
    }
}

impl Metric {
    /// A metric by its namespace (`AWS/ECS`) and name (`CPUUtilization`), over periods of a minute.
    pub fn new(namespace: impl Into<Str>, name: impl Into<Str>, statistic: Statistic) -> Self {
        let (namespace, name) = (namespace.into(), name.into());
        Self::of(Source::One { namespace, name, dimensions: SortedMap::new(), statistic })
    }

    /// What a formula makes of several metrics, each under a name that begins with a small letter: `100 * errors / requests`. The parts of a
    /// formula within it are known by their names there.
    pub fn formula<N: Into<Str>>(
        expression: impl Into<Str>,
        parts: impl IntoIterator<Item = (N, Self)>,
    ) -> Self {
        let mut formula =
            Self::of(Source::Formula { expression: expression.into(), parts: SortedMap::new() });
        for (name, metric) in parts {
            formula.add_part(name.into(), metric);
        }
        formula
    }

    fn of(source: Source) -> Self {
        Self { source, seconds: 60, label: None }
    }

    fn add_part(&mut self, name: Str, metric: Self) {
        if let Source::Formula { parts, .. } = &mut self.source {
            if let Source::Formula { parts: known, .. } = &metric.source {
                parts.extend(known.clone());
            }
            parts.insert(name, metric);
        }
    }

    fn add_dimension(&mut self, name: Str, value: Expr) {
        if let Source::One { dimensions, .. } = &mut self.source {
            dimensions.insert(name, value);
        }
    }

    /// Narrows the metric to what has this value in a dimension. A formula has none of its own.
    pub fn dimension(mut self, name: impl Into<Str>, value: impl IntoValue<String>) -> Self {
        self.add_dimension(name.into(), value.into_expr());
        self
    }

    /// Sets the length of a period. Default: 60 seconds.
    pub fn seconds(mut self, seconds: u32) -> Self {
        self.seconds = seconds;
        self
    }

    /// Names the line on a dashboard. Default: CloudWatch names it.
    pub fn label(mut self, label: impl Into<Str>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The metric and what it is computed from, as an alarm takes them: the last one is what counts.
    pub(super) fn queries(&self) -> Vec<MetricDataQuery> {
        match &self.source {
            Source::One { .. } => vec![self.query(VALUE, true)],
            Source::Formula { expression, parts } => {
                let formula = MetricDataQuery::new()
                    .id(VALUE)
                    .expression(expression.clone())
                    .period(self.seconds)
                    .return_data(true);
                let mut queries = Vec::new();
                for (id, part) in parts {
                    queries.push(part.query(id, false));
                }
                queries.push(formula);
                queries
            }
        }
    }

    fn query(&self, id: &str, returned: bool) -> MetricDataQuery {
        let query = MetricDataQuery::new().id(id.to_owned()).return_data(returned);
        match &self.source {
            Source::One { namespace, name, statistic, .. } => {
                let metric = property::Metric::new()
                    .namespace(namespace.clone())
                    .metric_name(name.clone())
                    .dimensions(self.dimensions());
                query
                    .metric_stat(MetricStat::new().metric(metric).period(self.seconds).stat(statistic.name()))
            }
            Source::Formula { expression, .. } => query.expression(expression.clone()).period(self.seconds),
        }
    }

    /// The dimensions of a single metric, by name.
    pub(super) fn dimensions(&self) -> Vec<property::Dimension> {
        let Source::One { dimensions, .. } = &self.source else { return Vec::new() };
        let mut properties = Vec::new();
        for (name, value) in dimensions {
            let value = Value::<String>::from_expr(value.clone());
            properties.push(property::Dimension::new().name(name.clone()).value(value));
        }
        properties
    }

    /// The lines of a graph that show it. What a formula is made of is not drawn; the index tells its names from those of other lines.
    pub(super) fn lines(&self, index: usize) -> Vec<Expr> {
        match &self.source {
            Source::One { .. } => vec![self.line(None)],
            Source::Formula { parts, .. } => {
                let mut lines = Vec::new();
                for (id, part) in parts {
                    lines.push(part.line(Some(id)));
                }
                lines.push(self.line(Some(&format!("value{index}"))));
                lines
            }
        }
    }

    fn line(&self, id: Option<&str>) -> Expr {
        let drawn = id.is_none_or(|id| id.starts_with("value"));
        let mut options = Object::new();
        options.set("period", Expr::Number(self.seconds.into()));
        if let Some(label) = &self.label {
            options.set("label", Expr::text(label.clone()));
        }
        if let Some(id) = id {
            options.set("id", Expr::text(id.to_owned()));
        }
        if !drawn {
            options.set("visible", Expr::Bool(false));
        }
        match &self.source {
            Source::One { namespace, name, dimensions, statistic } => {
                options.set("stat", Expr::text(statistic.name()));
                let mut line = vec![Expr::text(namespace.clone()), Expr::text(name.clone())];
                for (name, value) in dimensions {
                    line.extend([Expr::text(name.clone()), value.clone()]);
                }
                line.push(Expr::Map(options));
                Expr::List(line)
            }
            Source::Formula { expression, .. } => {
                options.set("expression", Expr::text(expression.clone()));
                Expr::List(vec![Expr::Map(options)])
            }
        }
    }
}
