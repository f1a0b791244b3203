//! Only constructs can be added.

use formwork::prelude::*;

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    app.stack("Shop").add("Alerts", "AWS::SNS::Topic");
}
