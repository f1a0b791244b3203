//! What a site looks like with and without a domain, near and far from CloudFront's region; and what is refused.

use formwork_synth::{App, Stack, Stage, port, synthesize, testing::findings};

use super::*;
use crate::{
    Dashboard, Image, Ingress, Key, OnCallRef, PublicAlbService, Role, Secret, Vpc, WebAcl, WebAclRef,
    testing::{any_combination_in, snapshot_in},
};

const CERTIFICATE: &str =
    "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";

const KEY: &str =
    "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEHy5Rm4Mw\n-----END PUBLIC KEY-----\n";

const BALANCER: &str =
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/api/50dc6c495c0c9188";

fn dev() -> Stage {
    Stage::new("dev").region("eu-west-1")
}

fn prod() -> Stage {
    Stage::new("prod").region("eu-west-1").protected()
}

fn zone() -> HostedZoneRef {
    HostedZoneRef::existing("Z0123456789ABCDEFGHIJ", "example.com")
}

fn on_call() -> OnCallRef {
    OnCallRef::existing("arn:aws:sns:us-east-1:123456789012:on-call", "web", "https://runbooks.example.com")
}

/// What is found in an app of one stage.
fn found(stage: &Stage, build: impl FnOnce(&mut App)) -> String {
    let mut app = App::new("shop", stage);
    app.no_cost_tags("a test");
    build(&mut app);
    findings(app)
}

#[test]
fn static_site() {
    snapshot_in([Stage::new("dev"), prod()], "static_site", |shop| {
        shop.add("Site", StaticSite::from_directory("site/dist").no_alarms("an inner page"));
    });
}

#[test]
fn with_a_domain() {
    snapshot_in([Stage::new("dev"), prod()], "static_site-domain", |shop| {
        let uploads = shop.add("Uploads", Bucket::new());
        let site = StaticSite::from_directory("site/dist")
            .routing(Routing::SinglePage)
            .domain("example.com", &zone())
            .redirect_from("example.org", &HostedZoneRef::existing("Z9876543210ABCDEFGHIJ", "example.org"))
            .csp(Csp::strict().script("'self'").image("data:"))
            .cache("assets/**", Caching::Forever)
            .behavior(
                "/api/*",
                Origin::private_load_balancer(Attr::existing(BALANCER), "internal.example.com"),
            )
            .behavior("/api/v1/*", Origin::https("old.example.net").path("/v1").timeout(60))
            .behavior("/uploads/*", Origin::bucket(&uploads))
            .waf(WebAcl::baseline())
            .alarms(&on_call());
        let site = shop.add("Site", site);
        shop.output("Url", &site.url);
        shop.add("Dashboard", Dashboard::new().show("Site", &site));
        let role = shop.add("Publisher", Role::for_service("codebuild.amazonaws.com"));
        shop.grant(&role, site.publish());
    });
}

#[test]
fn in_the_region_of_cloudfront() {
    let stages = [Stage::new("dev"), Stage::new("prod").protected()].map(|stage| stage.region("us-east-1"));
    snapshot_in(stages, "static_site-edge", |shop| {
        let preview = StaticSite::from_directory("site/dist")
            .routing(Routing::Files)
            .domain("preview.example.com", &zone())
            .access(Access::Password)
            .no_alarms("a preview")
            .without_logs("a preview");
        shop.add("Preview", preview);
        let handbook = StaticSite::from_directory("handbook")
            .alias("handbook.example.com")
            .certificate(Attr::<kind::CertificateManagerCertificateArn>::existing(CERTIFICATE))
            .access(Access::SignedBy(vec![KEY.into()]))
            .headers(SecurityHeaders::new().preload().header("X-Robots-Tag", "noindex").readable_from(["*"]))
            .not_found("404.html")
            .only_in(["FR", "DE"])
            .price_class(PriceClass::World)
            .shield("us-east-1")
            .failover(&BucketRef::existing("shop-handbook-copy").in_region("us-west-2"))
            .waf(WebAcl::baseline())
            .alarms(&on_call());
        shop.add("Handbook", handbook);
    });
}

#[test]
fn before_load_balancers_of_the_app() {
    snapshot_in([dev()], "static_site-alb", |shop| {
        let vpc = shop.add("Vpc", Vpc::across_azs(2));
        let secret = shop.add("Entry", Secret::generated());
        let image = || Image::from_directory("api");
        let api = PublicAlbService::new(&vpc, image())
            .port(port!(8080))
            .health_check("/healthz")
            .domain("api.example.com", &zone())
            .ingress(Ingress::VpcOrigin);
        let api = shop.add("Api", api);
        let old = PublicAlbService::new(&vpc, image())
            .port(port!(8080))
            .health_check("/healthz")
            .insecure_http("until it knows TLS")
            .ingress(Ingress::CloudFrontOnly)
            .only_with_header("X-Entry", &secret, "password");
        let old = shop.add("Old", old);
        let site = StaticSite::from_directory("site/dist")
            .domain("www.example.com", &zone())
            .behavior("/api/*", &api)
            .behavior("/admin/*", &api)
            .detailed_metrics()
            .moved("/blog", "/news/")
            .moved("/jobs", "https://jobs.example.org/?from=example")
            .behavior("/old/*", Origin::from(&old).timeout(60));
        shop.add("Site", site);
        let django =
            StaticSite::from_directory("static").routing(Routing::Files).files_under("/static/*", &old);
        shop.add("Django", django);
    });
}

#[test]
fn any_site() {
    let stages = [dev(), prod(), Stage::new("edge").region("us-east-1").protected(), Stage::new("anywhere")];
    any_combination_in(&stages, |shop, pick| {
        let media = shop.add("Media", Bucket::new());
        let anywhere = shop.region().is_none();
        let routing = pick.one(&[Routing::SinglePage, Routing::DirectoryIndex, Routing::Files]);
        let mut site = StaticSite::from_directory("site").routing(routing);
        site = match pick.one(&[0, 1, 2, 3]) {
            0 => site,
            1 => site.domain("example.com", &zone()),
            2 => site
                .domain("docs.example.com", &zone())
                .redirect_from("old.example.com", &zone())
                .without_www(),
            _ => site
                .alias("docs.example.net")
                .certificate(Attr::<kind::CertificateManagerCertificateArn>::existing(CERTIFICATE)),
        };
        site = match pick.one(&[0, 1, 2, 3]) {
            0 => site,
            1 => site.not_found("404.html"),
            2 => site.files_under("/static/*", Origin::https("www.example.net")),
            _ => site
                .behavior("/api/*", Origin::https("api.example.net").visitors_host())
                .behavior("/old/*", Origin::https("old.example.net").insecure_http("it knows no TLS"))
                .behavior(
                    "/inner/*",
                    Origin::private_load_balancer(Attr::existing(BALANCER), "in.example.com"),
                )
                .behavior("/media/*", Origin::bucket(&media)),
        };
        let access = [Access::Public, Access::Password, Access::SignedBy(vec![KEY.into()])];
        site = site.access(pick.one(&access));
        site = pick.maybe(site, |site| site.headers(SecurityHeaders::new().subdomains_too()));
        site = pick.maybe(site, |site| site.csp(Csp::strict().framed_by("https://example.org")));
        site = pick.maybe(site, |site| site.not_in(["KP"]));
        site = pick.maybe(site, |site| site.moved("/a", "/b").detailed_metrics());
        site = pick.maybe(site, |site| site.waf(WebAcl::baseline()));
        site = pick.maybe(site, |site| site.shield("eu-west-1").price_class(PriceClass::AfricaAndAsiaToo));
        site = pick.maybe(site, |site| site.failover(&BucketRef::existing("copy").in_region("us-west-2")));
        site = pick.maybe(site, |site| site.cache("sw.js", Caching::Never).releases(1));
        site = if pick.flip() && !anywhere { site.logs(7) } else { site };
        site = if pick.flip() && !anywhere { site.alarms(&on_call()) } else { site.no_alarms("a test") };
        shop.add("Site", site);
    });
}

#[test]
fn sites_of_all_stacks_share_the_edge() {
    let mut app = App::new("shop", &prod());
    app.no_cost_tags("a test");
    for id in ["Shop", "Docs"] {
        let mut stack = app.stack(id);
        let domain = format!("{}.example.com", id.to_lowercase());
        stack.add("Site", StaticSite::from_directory("site").domain(domain, &zone()).no_alarms("a test"));
    }
    let order = formwork_synth::testing::render(app);
    let order: Vec<&str> = order.lines().filter(|line| line.starts_with("# ")).collect();
    assert_eq!(
        order,
        [
            "# Edge (shop-prod-Edge)",
            "# Shop (shop-prod-Shop)",
            "# Docs (shop-prod-Docs)",
            "# EdgeWatch (shop-prod-EdgeWatch)",
            "# Docs/Site/Files (site)",
            "# Shop/Site/Files (site)",
        ]
    );
}

#[test]
fn a_zone_beside_the_site_closes_a_circle_that_is_told() {
    let found = found(&dev(), |app| {
        let mut shop = app.stack("Shop");
        let zone = shop.add("Zone", crate::HostedZone::new("example.com"));
        shop.add("Site", StaticSite::from_directory("site").domain("example.com", &zone));
    });
    assert!(found.contains("FW3571") && found.contains("a stack of its own"), "{found}");
}

#[test]
fn a_site_that_is_nowhere_has_without_logs_and_says_so() {
    let stage = Stage::new("prod").protected();
    let mut app = App::new("shop", &stage);
    app.no_cost_tags("a test");
    app.stack("Shop").add("Site", StaticSite::from_directory("site").no_alarms("a test"));
    struct NoFiles;
    impl formwork_synth::AssetHasher for NoFiles {
        fn hash(&self, _: &formwork_synth::AssetSource) -> Result<String, Vec<formwork_synth::Diagnostic>> {
            Ok("abc".into())
        }
    }
    let synthesis = synthesize(app, &NoFiles);
    assert!(synthesis.assembly.is_some(), "{:#?}", synthesis.diagnostics);
    let codes: Vec<_> = synthesis.diagnostics.iter().map(|one| &*one.code).collect();
    assert_eq!(codes, ["FW3577"]);
    let quiet = found(&stage, |app| {
        let site = StaticSite::from_directory("site").no_alarms("a test").without_logs("a test");
        app.stack("Shop").add("Site", site);
    });
    assert_eq!(quiet, "");
}

#[test]
fn whoever_is_on_call_is_told_in_the_region_of_cloudfront() {
    let told = |region: &str| {
        found(&prod(), |app| {
            let mut home = app.add("Home", Stack::new().region(region));
            let on_call = home.add("OnCall", crate::OnCall::new("web", "https://runbooks.example.com"));
            app.stack("Shop").add("Site", StaticSite::from_directory("site").alarms(&on_call));
        })
    };
    assert_eq!(told("us-east-1"), "");
    assert!(told("eu-west-1").contains("cannot tell a topic in `eu-west-1`"));
}

#[test]
fn everything_wrong_is_said_at_once() {
    let found = found(&prod(), |app| {
        let mut shop = app.stack("Shop");
        let key = shop.add("Key", Key::new("of the archive"));
        let archive = shop.add("Archive", Bucket::new().key(&key).without_access_logs("a test"));
        let other = HostedZoneRef::existing("Z9876543210ABCDEFGHIJ", "example.org");
        let far = Attr::<kind::CertificateManagerCertificateArn>::existing(
            CERTIFICATE.replace("us-east-1", "eu-west-1"),
        );
        let first = StaticSite::from_directory("site")
            .alias("www.example.com")
            .redirect_from("old.example.com", &other)
            .access(Access::SignedBy(vec!["-----BEGIN PRIVATE KEY-----".into()]))
            .only_in(["de"])
            .shield("eu-north-1")
            .waf(&WebAclRef::existing("arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/a/b"))
            .logs(0)
            .no_alarms("a test");
        shop.add("First", first);
        let second = StaticSite::from_directory("site")
            .certificate(far)
            .behavior("/api/*", Origin::https("api.example.net").path("v1/").timeout(500))
            .behavior("/api/*", Origin::bucket(&archive).visitors_host())
            .behavior("*", Origin::https("api.example.net"))
            .not_found("404.html")
            .headers(
                SecurityHeaders::new()
                    .header("X Y", "z")
                    .header("X-Frame-Options", "DENY")
                    .readable_from(["example.com"]),
            )
            .csp(Csp::new().script("self").script("a; b"))
            .files_under("/a*/b", Origin::https("api.example.net"))
            .failover(&BucketRef::existing("copy"))
            .moved("old?x", "//evil.example.com")
            .moved("/'+x+'", "/b")
            .cache("/assets", Caching::Header("".into()))
            .releases(0);
        shop.add("Second", second);
    });
    for part in [
        "visitors are to be led to a domain, and the site has none",
        "name whose zone is not known, and has no certificate for it",
        "a private key was given where the public half belongs",
        "`de` is no country",
        "`eu-north-1` has no cache for all edges",
        "regional/webacl/a/b` is not for CloudFront",
        "logs are to be kept for 0 days",
        "the site has a certificate and no name to use it for",
        "the certificate of the site lies in `eu-west-1`",
        "two origins answer `/api/*`",
        "`*` is no pattern of paths beside the files",
        "`v1/` is no path of an origin",
        "an origin is to be waited for 500 seconds",
        "a bucket is asked for another host",
        "are encrypted by a key that CloudFront may not use",
        "the page `404.html` would also take the place of what `/api/*` answers with 404",
        "`X Y` is no header",
        "the header `X-Frame-Options` has an option of its own",
        "`example.com` is no origin of web pages",
        "the source `self` of `script-src` is taken for a host",
        "`a; b` is no source of `script-src`",
        "the copy of the files lies in a region that is not known",
        "`/assets` fits no file",
        "`/a*/b` is no place for the files",
        "`old?x` is no path that moved",
        "`//evil.example.com` is no place to move to",
        "`/'+x+'` is no path that moved",
        "no release is to keep its files",
        "nobody is told when this does badly",
    ] {
        assert!(found.contains(part), "{part}:\n{found}");
    }
}

#[test]
fn a_certificate_of_the_app_is_known_by_its_stack() {
    let found = |region: &str| {
        found(&dev(), |app| {
            let mut near = app.add("Certificates", Stack::new().region(region));
            let certificate = near.add("Certificate", crate::Certificate::new("example.com", &zone()));
            let site = StaticSite::from_directory("site").alias("example.com").certificate(&certificate.arn);
            app.stack("Shop").add("Site", site);
        })
    };
    assert_eq!(found("us-east-1"), "");
    assert!(found("eu-west-1").contains("FW3572"));
}

#[test]
fn a_bucket_of_another_stack_closes_no_circle() {
    let found = found(&dev(), |app| {
        let media = app.stack("Media").add("Media", Bucket::new());
        let site = StaticSite::from_directory("site").behavior("/media/*", Origin::bucket(&media));
        app.stack("Shop").add("Site", site);
    });
    assert_eq!(found, "");
}

#[test]
fn the_order_of_behaviors_is_that_of_their_patterns() {
    let render = |patterns: [&'static str; 3]| {
        let mut app = App::new("shop", &dev());
        app.no_cost_tags("a test");
        let site = patterns.into_iter().fold(StaticSite::from_directory("site"), |site, pattern| {
            site.behavior(pattern, Origin::https("api.example.net"))
        });
        app.stack("Shop").add("Site", site);
        formwork_synth::testing::render(app)
    };
    let one = render(["/api/*", "/api/v2/*", "/b/*"]);
    assert_eq!(one, render(["/b/*", "/api/v2/*", "/api/*"]));
    let patterns: Vec<&str> =
        one.lines().filter(|line| line.contains("PathPattern")).map(str::trim).collect();
    assert_eq!(
        patterns,
        ["\"PathPattern\": \"/api/v2/*\",", "\"PathPattern\": \"/api/*\",", "\"PathPattern\": \"/b/*\","]
    );
}
