//! Text with two gaps takes two values.

use formwork::prelude::*;

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    shop.output("Host", sub!("{}.{}.example.com", "api"));
}
