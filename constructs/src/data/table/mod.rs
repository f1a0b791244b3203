//! A DynamoDB table that scales by itself and can be restored to any second.
//!
//! Makes one `AWS::DynamoDB::Table`, and an [`Alarm`](crate::Alarm) for what DynamoDB refuses.
//!
//! Defaults: billed by request, encrypted, point-in-time recovery for 35 days; in a protected stage kept on deletion, with deletion
//! protection on, and with alarms or a reason for their absence.

mod handle;

use formwork_assembly::{Diagnostic, code, sort_by};
use formwork_cfn::dynamodb::{self, table};
use formwork_synth::{Construct, Scope, Str};

pub use handle::TableRef;

use crate::{
    Alarm, Metric, MissingData, Statistic,
    each::each,
    operations::{Monitoring, monitoring_options},
    protection::keep_if_protected,
};

/// A DynamoDB table.
///
/// ```
/// # use formwork_constructs::{KeyType, Table};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let orders = shop.add(
///     "Orders",
///     Table::new("customer").sort_key("placed_at", KeyType::Number).index("by-state", "state").time_to_live("expires_at"),
/// );
/// shop.output("OrdersTable", &orders.name);
/// ```
///
/// See <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.CoreComponents.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct Table {
    partition: Key,
    sort: Option<Key>,
    indexes: Vec<Index>,
    time_to_live: Option<Str>,
    stream: Option<StreamView>,
    monitoring: Monitoring,
}

/// What a key attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyType {
    /// Bytes.
    Binary,
    /// A number.
    Number,
    /// Text.
    Text,
}

/// What of a changed item a stream shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamView {
    /// Its key.
    Keys,
    /// The item as it is now.
    New,
    /// The item as it was.
    Old,
    /// The item as it was and as it is now.
    NewAndOld,
}

#[derive(Clone, Debug, PartialEq)]
struct Key {
    name: Str,
    holds: KeyType,
}

#[derive(Clone, Debug)]
struct Index {
    name: Str,
    partition: Key,
    sort: Option<Key>,
}

impl Table {
    /// A table whose items are found by one text attribute.
    pub fn new(partition_key: impl Into<Str>) -> Self {
        Self::with_key(partition_key, KeyType::Text)
    }

    /// A table whose items are found by one attribute of any type.
    pub fn with_key(partition_key: impl Into<Str>, holds: KeyType) -> Self {
        let partition = Key { name: partition_key.into(), holds };
        Self {
            partition,
            sort: None,
            indexes: Vec::new(),
            time_to_live: None,
            stream: None,
            monitoring: Monitoring::Undecided,
        }
    }

    /// Orders the items of one partition key by an attribute, which is then part of what finds an item.
    pub fn sort_key(mut self, name: impl Into<Str>, holds: KeyType) -> Self {
        self.sort = Some(Key { name: name.into(), holds });
        self
    }

    /// Finds items by another text attribute too, through a global secondary index with all attributes.
    pub fn index(mut self, name: impl Into<Str>, partition_key: impl Into<Str>) -> Self {
        let partition = Key { name: partition_key.into(), holds: KeyType::Text };
        self.indexes.push(Index { name: name.into(), partition, sort: None });
        self
    }

    /// As [`index`](Self::index), ordered by a second attribute.
    pub fn sorted_index(
        mut self,
        name: impl Into<Str>,
        partition_key: impl Into<Str>,
        sort_key: impl Into<Str>,
        holds: KeyType,
    ) -> Self {
        let partition = Key { name: partition_key.into(), holds: KeyType::Text };
        let sort = Some(Key { name: sort_key.into(), holds });
        self.indexes.push(Index { name: name.into(), partition, sort });
        self
    }

    /// Deletes an item some time after the moment in this number attribute, in seconds since 1970. Default: items stay.
    pub fn time_to_live(mut self, attribute: impl Into<Str>) -> Self {
        self.time_to_live = Some(attribute.into());
        self
    }

    /// Streams every change. Default: no stream.
    pub fn stream(mut self, view: StreamView) -> Self {
        self.stream = Some(view);
        self
    }

    monitoring_options!(monitoring);

    /// Every key attribute once, by name; the same name with two types is reported by [`build`](Construct::build).
    fn attributes(&self) -> Vec<&Key> {
        let mut keys = vec![&self.partition];
        keys.extend(&self.sort);
        for index in &self.indexes {
            keys.push(&index.partition);
            keys.extend(&index.sort);
        }
        sort_by(&mut keys, |one, other| one.name.cmp(&other.name));
        keys.dedup();
        keys
    }
}

impl Construct for Table {
    type Handle = TableRef;

    fn build(self, scope: &mut Scope<'_>) -> TableRef {
        let attributes = self.attributes();
        for pair in attributes.windows(2) {
            if let [one, other] = pair
                && one.name == other.name
            {
                let message = format!(
                    "the key attribute `{}` is declared as {:?} and as {:?}",
                    one.name, one.holds, other.holds
                );
                scope.report(
                    Diagnostic::error(&code::TABLE_KEY, message).help("give it one type in all keys"),
                );
            }
        }
        let attributes = each(attributes, |key| {
            table::AttributeDefinition::new()
                .attribute_name(key.name.clone())
                .attribute_type(key.holds.letter())
        });
        let mut table = dynamodb::Table::new()
            .attribute_definitions(attributes)
            .key_schema(keys(&self.partition, self.sort.as_ref()))
            .billing_mode(table::BillingMode::PayPerRequest)
            .deletion_protection_enabled(scope.stage().is_protected())
            .point_in_time_recovery_specification(
                table::PointInTimeRecoverySpecification::new().point_in_time_recovery_enabled(true),
            )
            .sse_specification(table::SseSpecification::new().sse_enabled(true));
        if !self.indexes.is_empty() {
            let indexes = each(&self.indexes, Index::property);
            table = table.global_secondary_indexes(indexes);
        }
        if let Some(attribute) = self.time_to_live {
            let specification = table::TimeToLiveSpecification::new().attribute_name(attribute).enabled(true);
            table = table.time_to_live_specification(specification);
        }
        if let Some(view) = self.stream {
            table = table
                .stream_specification(table::StreamSpecification::new().stream_view_type(view.property()));
        }
        let table = self.monitoring.note(keep_if_protected(scope, table));
        let resource = scope.in_place(table);
        self.monitoring.add(scope, || vec![("Throttled", throttled(&resource))]);
        let has_indexes = !self.indexes.is_empty();
        TableRef { name: resource.reference(), arn: resource.arn(), resource: Some(resource), has_indexes }
    }
}

impl KeyType {
    fn letter(self) -> table::AttributeDefinitionAttributeType {
        match self {
            Self::Binary => table::AttributeDefinitionAttributeType::B,
            Self::Number => table::AttributeDefinitionAttributeType::N,
            Self::Text => table::AttributeDefinitionAttributeType::S,
        }
    }
}

impl StreamView {
    fn property(self) -> table::StreamSpecificationStreamViewType {
        match self {
            Self::Keys => table::StreamSpecificationStreamViewType::KeysOnly,
            Self::New => table::StreamSpecificationStreamViewType::NewImage,
            Self::Old => table::StreamSpecificationStreamViewType::OldImage,
            Self::NewAndOld => table::StreamSpecificationStreamViewType::NewAndOldImages,
        }
    }
}

impl Index {
    fn property(&self) -> table::GlobalSecondaryIndex {
        table::GlobalSecondaryIndex::new()
            .index_name(self.name.clone())
            .key_schema(keys(&self.partition, self.sort.as_ref()))
            .projection(table::Projection::new().projection_type(table::ProjectionProjectionType::All))
    }
}

/// Every request that DynamoDB refuses since there are too many is one that the app repeats or loses.
fn throttled(table: &dynamodb::TableRef) -> Alarm {
    let refused = |name: &'static str| {
        Metric::new("AWS/DynamoDB", name, Statistic::Sum).dimension("TableName", table.reference())
    };
    let parts = [("reads", refused("ReadThrottleEvents")), ("writes", refused("WriteThrottleEvents"))];
    let all = Metric::formula("FILL(reads, 0) + FILL(writes, 0)", parts);
    Alarm::above(all, 10, "the table refuses requests since there are too many")
        .missing_data(MissingData::Good)
}

fn keys(partition: &Key, sort: Option<&Key>) -> Vec<table::KeySchema> {
    let key = |key: &Key, role| table::KeySchema::new().attribute_name(key.name.clone()).key_type(role);
    let mut keys = vec![key(partition, table::KeySchemaKeyType::Hash)];
    if let Some(sort) = sort {
        keys.push(key(sort, table::KeySchemaKeyType::Range));
    }
    keys
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, testing::findings};

    use super::*;
    use crate::{
        OnCall, OnCallRef,
        testing::{any_combination, snapshot},
    };

    #[test]
    fn table() {
        snapshot("table", |shop| {
            let on_call = shop.add("OnCall", OnCall::new("shop team", "https://wiki.example.com/runbooks"));
            shop.add("Plain", Table::new("id").no_alarms("read by a report once a week"));
            let orders = Table::with_key("customer", KeyType::Number)
                .sort_key("placed_at", KeyType::Number)
                .sorted_index("by-state", "state", "placed_at", KeyType::Number)
                .time_to_live("expires_at")
                .alarms(&on_call);
            let orders = shop.add("Orders", orders);
            let role = shop.add("Reader", crate::Role::for_service("lambda.amazonaws.com"));
            shop.grant(&role, orders.read());
            shop.grant(&role, TableRef::existing("customers").write());
        });
    }

    #[test]
    fn any_table() {
        any_combination(|shop, pick| {
            let holds = pick.one(&[KeyType::Binary, KeyType::Number, KeyType::Text]);
            let mut table = Table::with_key("id", holds);
            table = pick.maybe(table, |table| table.sort_key("at", KeyType::Number));
            table = pick.maybe(table, |table| table.index("by-owner", "owner"));
            table = pick.maybe(table, |table| table.sorted_index("by-state", "state", "at", KeyType::Number));
            table = pick.maybe(table, |table| table.time_to_live("expires_at"));
            let view = pick.one(&[StreamView::Keys, StreamView::New, StreamView::Old, StreamView::NewAndOld]);
            table = pick.maybe(table, |table| table.stream(view));
            let on_call =
                OnCallRef::existing("arn:aws:sns:eu-west-1:111111111111:on-call", "us", "https://x.test");
            table = if pick.flip() { table.alarms(&on_call) } else { table.no_alarms("none") };
            shop.add("Table", table);
        });
    }

    #[test]
    fn a_protected_table_without_a_word_on_alarms_is_refused() {
        let found = |stage: Stage| {
            let mut app = App::new("shop", &stage);
            app.stack("Shop").add("Table", Table::new("id"));
            findings(app)
        };
        assert_eq!(found(Stage::new("dev")), "");
        assert!(found(Stage::new("prod").protected()).contains("nobody is told when this does badly"));
    }
}
