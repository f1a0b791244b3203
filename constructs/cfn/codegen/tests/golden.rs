//! What generated code looks like, for one small service: the reviewed text of whole files.

use std::path::Path;

use formwork_codegen::{Generated, Wanted, generate, kinds};

fn service(name: &str) -> Generated {
    let types = formwork_schema::service_types(name);
    generate(&types.filter_map(formwork_schema::resource_type).collect::<Vec<_>>(), &Wanted::by_any_type())
}

fn assert_golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../snapshots/cfn"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn a_small_service() {
    let generated = service("efs");
    assert_golden("efs", &generated.source);
    assert_golden("efs_kinds", &kinds(&generated.kinds));
}

#[test]
fn a_service_is_written_the_same_way_each_time() {
    assert_eq!(service("ecs").source, service("ecs").source);
}
