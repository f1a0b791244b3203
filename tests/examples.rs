//! Every example in every stage, as its reviewed templates under `snapshots/examples/`.

use formwork::{App, Stage, assert_template};

#[path = "../examples/web_service_with_table/main.rs"]
#[expect(dead_code, reason = "the example's own `main` is not run here")]
mod web_service_with_table;

fn check(example: &str, stages: [Stage; 2], app: fn(&Stage) -> App) {
    for stage in stages {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/examples");
        assert_template!(format!("{example}.{}", stage.name), app(&stage), folder);
    }
}

#[test]
fn web_service_with_table() {
    check("web_service_with_table", web_service_with_table::stages(), web_service_with_table::app);
}
