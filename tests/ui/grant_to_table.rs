//! A table runs under no role.

use formwork::prelude::*;

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let orders = shop.add("Orders", Table::new("id"));
    let items = shop.add("Items", Table::new("id"));
    shop.grant(&orders, items.read());
}
