//! Parts that must lie in one region, and the files of sites: what the stacks and the tools see of them.

#![allow(clippy::unwrap_used)]

mod common;

use common::{app, codes, run, templates};
use formwork_assembly::StackResource;
use formwork_synth::{App, RawResource, SiteFiles, Stack, Stage};

fn topic() -> RawResource {
    RawResource::new("AWS::SNS::Topic")
}

#[test]
fn what_lies_in_another_region_shares_one_stack_named_after_its_places() {
    let mut app = App::new("shop", &Stage::new("dev").region("eu-west-1"));
    for id in ["Shop", "Docs"] {
        let mut stack = app.stack(id);
        let mut site = stack.group("Site");
        let alerts = site.in_region("us-east-1", "Edge").add("Alerts", topic());
        site.in_region("us-east-1", "Edge").add("News", topic());
        stack.add("Own", topic());
        stack.output("Name", alerts.attribute("TopicName"));
    }
    let templates = templates(app);
    let ids: Vec<&String> = templates["Edge"]["Resources"].as_object().unwrap().keys().collect();
    assert_eq!(ids, ["DocsSiteAlerts", "DocsSiteNews", "ShopSiteAlerts", "ShopSiteNews"]);
    let value = &templates["Docs"]["Outputs"]["Name"]["Value"]["Fn::GetStackOutput"];
    assert_eq!(value["Region"], "us-east-1");
}

#[test]
fn what_lies_in_the_region_already_needs_no_other_stack() {
    for (stage, stack) in [
        (Stage::new("dev").region("us-east-1"), Stack::new()),
        (Stage::new("dev"), Stack::new().region("us-east-1")),
    ] {
        let mut app = App::new("shop", &stage);
        let mut shop = app.add("Shop", stack);
        shop.group("Site").in_region("us-east-1", "Edge").add("Alerts", topic());
        assert!(templates(app)["Shop"]["Resources"]["SiteAlerts"].is_object());
    }
}

#[test]
fn a_stack_of_another_region_is_not_taken_for_the_shared_one() {
    let mut app = App::new("shop", &Stage::new("dev").region("eu-west-1"));
    app.stack("Edge").add("Alerts", topic());
    let mut shop = app.stack("Shop");
    shop.add("Alerts", topic());
    shop.in_region("us-east-1", "Edge").add("Alerts", topic());
    assert_eq!(codes(app), ["FW1001"]);
}

#[test]
fn a_site_is_known_by_its_stack_and_ids() {
    let mut app = app();
    let mut shop = app.stack("Shop");
    let mut site = shop.group("Site");
    let bucket = site.add("Bucket", RawResource::new("AWS::S3::Bucket"));
    site.site("Files", SiteFiles::new("dist", &bucket).cache("*.html", "no-cache").releases(2));
    let assembly = run(app).assembly.unwrap();
    let [site] = assembly.sites.as_slice() else { unreachable!("one site was recorded") };
    assert_eq!((site.path.as_str(), site.releases), ("Shop/Site/Files", 2));
    assert_eq!(site.bucket, StackResource { stack: "Shop".to_owned(), logical_id: "SiteBucket".to_owned() });
    assert_eq!(site.asset, assembly.assets[0].hash);
    assert!(assembly.stacks[0].assets.is_empty(), "the files are uploaded to the site's bucket only");
}

#[test]
fn a_site_of_another_app_is_refused() {
    let mut other = app();
    let bucket = other.stack("Other").add("Bucket", RawResource::new("AWS::S3::Bucket"));
    let mut app = app();
    let mut shop = app.stack("Shop");
    shop.add("Alerts", topic());
    shop.site("Files", SiteFiles::new("dist", &bucket));
    assert_eq!(codes(app), ["FW2001"]);
}
