//! A topic runs under no role.

use formwork::Grant;
use formwork::prelude::*;

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let alerts = shop.add("Alerts", RawResource::new("AWS::SNS::Topic"));
    shop.grant(&alerts, Grant::allow(["sns:Publish"], ["*"]));
}
