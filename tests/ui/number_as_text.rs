//! An output is text.

use formwork::prelude::*;

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    app.stack("Shop").output("Count", 5);
}
