//! What becomes of a resource is one of four, and named.

use formwork::prelude::*;

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    app.stack("Shop").add("Alerts", RawResource::new("AWS::SNS::Topic").removal_policy("Retain"));
}
