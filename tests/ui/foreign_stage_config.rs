//! A config type is read from the stage file, so it says how.

use formwork::Stages;
use formwork::prelude::*;

struct Config {
    replicas: u32,
}

fn main() {
    let _ = Stages::<Config>::read("stages.json", "{}");
}
