//! DynamoDB: keys are defined attributes, and capacity goes with the billing mode.

use formwork_assembly::SortedSet;

use super::{Checker, Fields, Step};
use crate::expr::Expr;

impl<'t> Checker<'t, '_> {
    /// Checks a table.
    pub(super) fn table(&mut self, table: Fields<'t>) {
        self.keys(table);
        self.billing(table);
    }

    fn keys(&mut self, table: Fields<'t>) {
        let Some(defined) = names(table, "AttributeDefinitions") else { return };
        let mut used = SortedSet::new();
        let mut complete = true;
        let mut collect = |holder: Fields<'t>| match names(holder, "KeySchema") {
            Some(keys) => used.extend(keys),
            None => complete = false,
        };
        collect(table);
        for name in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
            match table.get(name) {
                None => {}
                Some(Expr::List(items)) if items.len() == table.objects(name).count() => {
                    table.objects(name).for_each(|(_, index)| collect(index));
                }
                Some(_) => return,
            }
        }
        if !complete {
            return;
        }
        let known: SortedSet<&String> = defined.iter().collect();
        if known.len() < defined.len() {
            self.disagree_at(
                &[Step::Key("AttributeDefinitions")],
                "an attribute is defined twice",
                "remove one of the two",
            );
        }
        for name in used.iter().filter(|name| !known.contains(name)) {
            self.disagree_at(
                &[Step::Key("AttributeDefinitions")],
                format!("the key `{name}` is not defined"),
                format!("add `{{\"AttributeName\": \"{name}\", \"AttributeType\": \"S\"}}`"),
            );
        }
        for name in known.into_iter().filter(|name| !used.contains(*name)) {
            self.disagree_at(
                &[Step::Key("AttributeDefinitions")],
                format!("the attribute `{name}` is defined, and no key uses it"),
                "define the attributes of keys only; others need no definition",
            );
        }
    }

    fn billing(&mut self, table: Fields<'t>) {
        let on_demand = match table.text("BillingMode") {
            Some(mode) => mode == "PAY_PER_REQUEST",
            None if table.lacks("BillingMode") => false,
            None => return,
        };
        let indexes = table.objects("GlobalSecondaryIndexes").map(|(place, index)| (Some(place), index));
        for (place, holder) in [(None, table)].into_iter().chain(indexes) {
            let way: Vec<Step<'t>> = match place {
                None => Vec::new(),
                Some(place) => vec![Step::Key("GlobalSecondaryIndexes"), Step::Item(place)],
            };
            if on_demand && holder.has("ProvisionedThroughput") {
                self.disagree_at(
                    &way,
                    "`ProvisionedThroughput` is set, and the table is billed by request",
                    "remove it, or set `BillingMode` to `PROVISIONED`",
                );
            } else if !on_demand && holder.lacks("ProvisionedThroughput") {
                self.disagree_at(
                    &way,
                    "`ProvisionedThroughput` is not set, and the table is billed by capacity",
                    "set it, or set `BillingMode` to `PAY_PER_REQUEST`",
                );
            }
        }
    }
}

/// The attribute names in a list, if all of them are literal.
fn names(holder: Fields<'_>, list: &str) -> Option<Vec<String>> {
    let items = holder.list(list)?;
    items.iter().map(|item| Fields::of(item)?.text("AttributeName")).collect()
}
