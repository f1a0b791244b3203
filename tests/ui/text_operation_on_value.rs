//! What only CloudFormation knows cannot be taken apart in Rust.

use formwork::prelude::*;

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let alerts = shop.add("Alerts", RawResource::new("AWS::SNS::Topic"));
    shop.output("Name", alerts.attribute("TopicName").to_uppercase());
}
