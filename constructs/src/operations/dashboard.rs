//! One page with what there is to see of the app: graphs, and what the logs say.
//!
//! Makes one `AWS::CloudWatch::Dashboard`.
//!
//! Defaults: a row for each thing observed, in the order in which they were shown; its name is made of app, stage and path.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{cloudwatch, kind};
use formwork_synth::{Attr, Construct, Expr, Scope, Str, Text, intrinsic, sub};

use crate::{LogGroupRef, Metric, OnCallRef, each::each};

/// A CloudWatch dashboard.
///
/// ```
/// # use formwork_constructs::{Dashboard, Graph, Metric, OnCallRef, Statistic, Table};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let orders = shop.add("Orders", Table::new("id"));
/// let placed = Graph::new("orders placed").metric(Metric::new("Shop", "OrdersPlaced", Statistic::Sum));
/// let dashboard = shop.add("Dashboard", Dashboard::new().show("Orders", &orders).graph("Shop", placed));
/// shop.output("DashboardUrl", &dashboard.url);
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug, Default)]
pub struct Dashboard {
    rows: Vec<Row>,
    owner: Option<OnCallRef>,
}

/// What stands side by side under one heading.
#[derive(Clone, Debug)]
struct Row {
    heading: Str,
    widgets: Vec<Widget>,
}

#[derive(Clone, Debug)]
enum Widget {
    Graph(Graph),
    Logs { query: Str, groups: Vec<LogGroupRef> },
}

/// Lines in one graph.
#[must_use = "a graph is seen on a dashboard only"]
#[derive(Clone, Debug)]
pub struct Graph {
    title: Str,
    metrics: Vec<Metric>,
    region: Option<Str>,
}

/// What a dashboard can show: a handle that knows the graphs to look at when it does badly.
pub trait Observe {
    /// The graphs, most telling first.
    fn graphs(&self) -> Vec<Graph>;
}

/// A dashboard of the app.
#[derive(Clone, Debug)]
pub struct DashboardRef {
    /// Its name.
    pub name: Attr<kind::CloudWatchDashboardName>,
    /// Where to look at it.
    pub url: Text,
    /// The resource itself, to change what no option says.
    pub resource: cloudwatch::DashboardRef,
}

impl Graph {
    /// A graph without lines yet.
    pub fn new(title: impl Into<Str>) -> Self {
        Self { title: title.into(), metrics: Vec::new(), region: None }
    }

    /// Adds a line.
    pub fn metric(mut self, metric: Metric) -> Self {
        self.metrics.push(metric);
        self
    }

    /// Takes the metrics of another region: CloudFront has its own in `us-east-1`. Default: the region of the dashboard.
    pub fn region(mut self, region: impl Into<Str>) -> Self {
        self.region = Some(region.into());
        self
    }
}

impl Dashboard {
    /// An empty dashboard, which CloudFormation does not take: show something on it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row with the graphs of something.
    pub fn show(mut self, heading: impl Into<Str>, observed: &impl Observe) -> Self {
        let widgets = each(observed.graphs(), Widget::Graph);
        self.rows.push(Row { heading: heading.into(), widgets });
        self
    }

    /// Adds a graph of one's own, to the last row where that has the same heading.
    pub fn graph(mut self, heading: impl Into<Str>, graph: Graph) -> Self {
        self.push(heading.into(), Widget::Graph(graph));
        self
    }

    /// Adds what a query of Logs Insights finds in some log groups: `fields @timestamp, @message | filter @message like /ERROR/`.
    pub fn logs<'groups>(
        mut self,
        heading: impl Into<Str>,
        query: impl Into<Str>,
        groups: impl IntoIterator<Item = &'groups LogGroupRef>,
    ) -> Self {
        let groups = each(groups, LogGroupRef::clone);
        self.push(heading.into(), Widget::Logs { query: query.into(), groups });
        self
    }

    /// Begins with a line that says who owns what is shown, and where to read what to do.
    pub fn on_call(mut self, on_call: &OnCallRef) -> Self {
        self.owner = Some(on_call.clone());
        self
    }

    fn push(&mut self, heading: Str, widget: Widget) {
        match self.rows.last_mut().filter(|row| row.heading == heading) {
            Some(row) => row.widgets.push(widget),
            None => self.rows.push(Row { heading, widgets: vec![widget] }),
        }
    }

    /// The widgets from top to bottom. CloudWatch's grid is 24 wide.
    fn body(&self) -> Expr {
        const ROW: u32 = 24;
        const HEIGHT: u32 = 6;
        let mut top = 0;
        let mut widgets = Vec::new();
        if let Some(OnCallRef { owner, runbooks, .. }) = &self.owner {
            let line = format!("Owner: {owner}. What to do: [runbooks]({runbooks}).");
            widgets.push(place("text", (0, top), (ROW, 1), Expr::map([("markdown", Expr::text(line))])));
            top += 1;
        }
        for row in &self.rows {
            let heading = Expr::map([("markdown", Expr::text(format!("## {}", row.heading)))]);
            widgets.push(place("text", (0, top), (ROW, 1), heading));
            top += 1;
            let mut left = 0;
            for widget in &row.widgets {
                let (kind, width, properties) = match widget {
                    Widget::Graph(graph) => ("metric", ROW / 3, graph.properties()),
                    Widget::Logs { query, groups } => ("log", ROW, log_properties(query, groups)),
                };
                if left + width > ROW {
                    (left, top) = (0, top + HEIGHT);
                }
                widgets.push(place(kind, (left, top), (width, HEIGHT), properties));
                left += width;
            }
            top += HEIGHT;
        }
        Expr::map([("widgets", Expr::List(widgets))])
    }
}

impl Graph {
    fn properties(&self) -> Expr {
        let mut lines = Vec::new();
        for (index, metric) in self.metrics.iter().enumerate() {
            lines.extend(metric.lines(index));
        }
        let region = self.region.clone().map_or_else(|| Expr::pseudo("AWS::Region"), Expr::text);
        Expr::map([
            ("title", Expr::text(self.title.clone())),
            ("region", region),
            ("view", Expr::text("timeSeries")),
            ("metrics", Expr::List(lines)),
        ])
    }
}

fn log_properties(query: &str, groups: &[LogGroupRef]) -> Expr {
    let mut text = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        let before = if index == 0 { "SOURCE '" } else { "' | SOURCE '" };
        text.push(formwork_synth::Part::Text(before.into()));
        text.push(formwork_synth::Part::Expr(group.name.expr().clone()));
    }
    text.push(formwork_synth::Part::Text(format!("' | {query}").into()));
    Expr::map([
        ("title", Expr::text("logs")),
        ("region", Expr::pseudo("AWS::Region")),
        ("view", Expr::text("table")),
        ("query", Expr::Interpolation(text)),
    ])
}

fn place(kind: &'static str, (x, y): (u32, u32), (width, height): (u32, u32), properties: Expr) -> Expr {
    let number = |number: u32| Expr::Number(number.into());
    Expr::map([
        ("type", Expr::text(kind)),
        ("x", number(x)),
        ("y", number(y)),
        ("width", number(width)),
        ("height", number(height)),
        ("properties", properties),
    ])
}

impl Construct for Dashboard {
    type Handle = DashboardRef;

    fn build(self, scope: &mut Scope<'_>) -> DashboardRef {
        if self.rows.iter().all(|row| row.widgets.is_empty()) {
            let help = "show what the app is made of: `.show(\"Api\", &api)`";
            scope.report(Diagnostic::error(&code::EMPTY_DASHBOARD, "the dashboard shows nothing").help(help));
        }
        let name = format!("{}-{}-{}", scope.app_name(), scope.stage().name, scope.path().replace('/', "-"));
        let body = intrinsic::json_text(self.body());
        let resource = scope.in_place(cloudwatch::Dashboard::new().dashboard_name(name).dashboard_body(body));
        let region = intrinsic::region;
        let url = sub!(
            "https://{}.console.aws.amazon.com/cloudwatch/home?region={}#dashboards/dashboard/{}",
            region(),
            region(),
            resource.reference()
        );
        DashboardRef { name: resource.reference(), url, resource }
    }
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, testing::findings};

    use super::*;
    use crate::{LogGroup, Statistic, Table, testing::snapshot};

    #[test]
    fn dashboard() {
        snapshot("dashboard", |shop| {
            let topic = "arn:aws:sns:eu-west-1:111111111111:on-call";
            let on_call = OnCallRef::existing(topic, "shop team", "https://wiki.example.com/runbooks");
            let orders = shop.add("Orders", Table::new("id").no_alarms("nobody orders here"));
            let logs = shop.add("Logs", LogGroup::new());
            let count = |name: &'static str| Metric::new("Shop", name, Statistic::Sum);
            let rate = Metric::formula(
                "100 * failed / all",
                [("failed", count("Failed")), ("all", count("Orders"))],
            );
            let rate = Graph::new("failed, \"%\"").metric(rate.label("rate")).metric(count("Retries"));
            let errors = "fields @timestamp, @message | filter @message like /ERROR/ | sort @timestamp desc";
            let dashboard = Dashboard::new()
                .on_call(&on_call)
                .show("Orders", &orders)
                .graph("Shop", rate)
                .logs("Shop", errors, [&logs]);
            let dashboard = shop.add("Dashboard", dashboard);
            shop.output("DashboardUrl", &dashboard.url);
        });
    }

    #[test]
    fn an_empty_dashboard_is_refused() {
        let mut app = App::new("shop", &Stage::new("dev"));
        app.stack("Shop").add("Dashboard", Dashboard::new());
        assert!(findings(app).contains("the dashboard shows nothing"));
    }
}
