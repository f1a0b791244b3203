//! A condition is no value; `intrinsic::if_` makes one of it.

use formwork::Condition;
use formwork::prelude::*;

fn main() {
    let mut app = App::new("shop", &Stage::new("dev"));
    let mut shop = app.stack("Shop");
    let large = shop.condition("IsLarge", Condition::equals("a", "b"));
    shop.output("Large", large);
}
