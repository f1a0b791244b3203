//! A construct from another crate in an app: it is added, connected, granted and reported like Formwork's own.

use formwork::{AssetHasher, AssetSource, Diagnostic, assert_template, prelude::*, synthesize};
use third_party_redis::{NO_SUBNET, Redis};

/// A service with a cache.
fn app(vpc: Vpc) -> App {
    let mut app = App::new("shop", &Stage::new("dev").region("eu-west-1"));
    let mut shop = app.stack("Shop");
    let vpc = shop.add("Vpc", vpc.without_flow_logs("a test"));
    let cache = shop.add("Cache", Redis::new(&vpc, "shop-dev"));
    let image = Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0");
    let api = shop.add("Api", FargateService::new(&vpc, image).env("CACHE_HOST", &cache.address));
    shop.connect(&api, &cache);
    shop.grant(&api, cache.log_in());
    app
}

struct NoAssets;

impl AssetHasher for NoAssets {
    fn hash(&self, _: &AssetSource) -> Result<String, Vec<Diagnostic>> {
        Ok(String::new())
    }
}

#[test]
fn it_is_part_of_the_app() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/third_party");
    assert_template!("redis", app(Vpc::across_azs(2)), folder);
}

#[test]
fn its_findings_name_the_line_of_the_app() {
    let synthesis = synthesize(app(Vpc::across_azs(2).public_only()), &NoAssets);
    assert!(synthesis.assembly.is_none());
    let finding = synthesis.diagnostics.iter().find(|one| one.code == NO_SUBNET.id).expect("is reported");
    assert_eq!(finding.path.as_deref(), Some("Shop/Cache"));
    assert!(finding.at.as_ref().is_some_and(|at| at.file.ends_with("third_party.rs")));
}
