//! One stack is open at a time.

use formwork::prelude::*;

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut data = app.stack("Data");
    let mut web = app.stack("Web");
    data.add("Alerts", RawResource::new("AWS::SNS::Topic"));
    web.add("Alerts", RawResource::new("AWS::SNS::Topic"));
}
