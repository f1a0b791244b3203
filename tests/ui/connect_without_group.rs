//! A topic has no security group.

use formwork::Peer;
use formwork::prelude::*;

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let alerts = shop.add("Alerts", RawResource::new("AWS::SNS::Topic"));
    let anyone = Peer::cidr("Anyone", cidr!("0.0.0.0/0"));
    shop.connect_on(&anyone, &alerts, port!(443));
}
