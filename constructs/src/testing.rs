//! One snapshot a construct: the same stack in a stage that is not protected and in one that is.

use formwork_synth::{App, Scope, Stage, testing};

pub(crate) fn snapshot(name: &str, build: impl Fn(&mut Scope<'_>)) {
    let render = |stage: Stage| {
        let mut app = App::new("shop", &stage);
        build(&mut app.stack("Shop"));
        testing::render(app)
    };
    let text = [Stage::new("dev"), Stage::new("prod").protected()].map(render).concat();
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/constructs"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
