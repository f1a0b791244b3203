//! A table as others see it: what it is called, and who may do what with its items.

use formwork_cfn::{dynamodb, kind};
use formwork_synth::{Attr, Grant, IntoValue, Str, sub};

use crate::{Graph, Metric, Observe, Statistic, arn};

/// A table of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct TableRef {
    /// Its name.
    pub name: Attr<kind::DynamoDbTableName>,
    /// Its ARN.
    pub arn: Attr<kind::DynamoDbTableArn>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<dynamodb::TableRef>,
    pub(super) has_indexes: bool,
}

impl TableRef {
    /// A table that exists already in the account and region of the stack, by its name.
    ///
    /// ```
    /// use formwork_constructs::TableRef;
    /// let grant = TableRef::existing("orders").read();
    /// ```
    pub fn existing(name: impl Into<Str>) -> Self {
        let name: Attr<kind::DynamoDbTableName> = Attr::existing(name);
        let arn = arn::here("dynamodb", sub!("table/{}", &name));
        let arn = Attr::from_expr(IntoValue::<String>::into_expr(arn));
        Self { name, arn, resource: None, has_indexes: true }
    }

    /// Permission to read items, by key, query and scan.
    pub fn read(&self) -> Grant {
        let read = self.allow([
            "dynamodb:BatchGetItem",
            "dynamodb:ConditionCheckItem",
            "dynamodb:DescribeTable",
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:Scan",
        ]);
        if !self.has_indexes {
            return read;
        }
        // An index is queried and scanned; all else is done with the table.
        read.and(Grant::allow(["dynamodb:Query", "dynamodb:Scan"], [sub!("{}/index/*", &self.arn)]))
    }

    /// Permission to put, update and delete items.
    pub fn write(&self) -> Grant {
        self.allow([
            "dynamodb:BatchWriteItem",
            "dynamodb:DeleteItem",
            "dynamodb:DescribeTable",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        ])
    }

    /// Permission to read and write items, and nothing else: not to change or delete the table.
    pub fn read_write(&self) -> Grant {
        self.read().and(self.write())
    }

    fn allow<const N: usize>(&self, actions: [&'static str; N]) -> Grant {
        Grant::allow(actions, [&self.arn])
    }
}

impl Observe for TableRef {
    fn graphs(&self) -> Vec<Graph> {
        let metric =
            |name, statistic| Metric::new("AWS/DynamoDB", name, statistic).dimension("TableName", &self.name);
        let capacity = Graph::new("capacity used")
            .metric(metric("ConsumedReadCapacityUnits", Statistic::Sum).label("reads"))
            .metric(metric("ConsumedWriteCapacityUnits", Statistic::Sum).label("writes"));
        let refused = Graph::new("refused since there are too many")
            .metric(metric("ReadThrottleEvents", Statistic::Sum).label("reads"))
            .metric(metric("WriteThrottleEvents", Statistic::Sum).label("writes"));
        vec![capacity, refused]
    }
}
