//! The control: this compiles, so that the others fail for their mistake alone.

use formwork::prelude::*;

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let alerts = shop.add("Alerts", RawResource::new("AWS::SNS::Topic"));
    shop.output("Name", sub!("{}!", alerts.attribute("TopicName")));
}
