//! The assembly folder: what is written, that it is read back, and that nothing is half-written or led astray.

use std::{collections::BTreeMap, fs, path::Path};

use formwork_assembly::{
    Assembly, Asset, AssetFiles, AssetHasher, AssetSource, Bootstrap, CacheRule, Diagnostic, Gate, GateStage,
    GateStep, Place, ResourceOrigin, Site, Stack, StackResource,
    folder::{self, AssetPlace},
};
use serde_json::{Value, json};
use tempfile::TempDir;

fn stack(id: &str) -> Stack {
    Stack {
        id: id.to_owned(),
        name: format!("shop-prod-{id}"),
        account: Some("123456789012".to_owned()),
        region: Some("eu-west-1".to_owned()),
        template: "{\n  \"Resources\": {}\n}\n".to_owned(),
        tags: vec![("app".to_owned(), "shop".to_owned())],
        termination_protection: true,
        dependencies: Vec::new(),
        assets: Vec::new(),
        resources: vec![ResourceOrigin {
            logical_id: "ApiService".to_owned(),
            path: format!("{id}/Api/Service"),
            at: Some(Place { file: "src/main.rs".into(), line: 12, column: 16 }),
        }],
        gates: vec![Gate {
            path: format!("{id}/Api"),
            service: "ApiService".to_owned(),
            stage: GateStage::PreScaleUp,
            timeout_minutes: 60,
            steps: vec![
                GateStep::Task {
                    task_definition: None,
                    container: "app".to_owned(),
                    command: vec!["migrate".to_owned()],
                    timeout_minutes: 30,
                },
                GateStep::Approval,
            ],
        }],
        secure_strings: BTreeMap::from([("DbUserName".to_owned(), "shop-prod_user".to_owned())]),
    }
}

/// An app with two stacks, the first of which needs an image, a directory and a file.
fn shop(base: &Path) -> (Assembly, AssetFiles) {
    for (path, content) in [
        ("api/Dockerfile", "FROM scratch\n"),
        ("api/src/main.rs", "fn main() {}\n"),
        ("api/.dockerignore", "*.log"),
        ("api/noise.log", "x"),
        ("site/index.html", "<p>"),
        ("docs/index.html", "<h1>"),
        ("script.sh", "#!/bin/sh\n"),
    ] {
        let path = base.join(path);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("makes directories");
        fs::write(path, content).expect("writes");
    }
    let files = AssetFiles::new(base);
    let sources = [
        AssetSource::Image {
            directory: "api".to_owned(),
            dockerfile: "Dockerfile".to_owned(),
            target: Some("run".to_owned()),
            platform: "linux/arm64".to_owned(),
            build_args: vec![("A".to_owned(), "1".to_owned())],
        },
        AssetSource::Directory { directory: "site".to_owned() },
        AssetSource::File { file: "script.sh".to_owned() },
    ];
    let assets = sources.map(|source| Asset {
        hash: files.hash(&source).expect("is readable"),
        name: "Shop/Api".to_owned(),
        source,
    });
    let hashes = assets.iter().map(|asset| asset.hash.clone());
    let mut hashes: Vec<String> = hashes.collect();
    hashes.sort();
    let docs = AssetSource::Directory { directory: "docs".to_owned() };
    let docs = Asset {
        hash: files.hash(&docs).expect("is readable"),
        name: "Shop/Site/Files".to_owned(),
        source: docs,
    };
    let docs_hash = docs.hash.clone();
    let mut assets: Vec<Asset> = assets.into_iter().chain([docs]).collect();
    assets.sort_by(|a, b| a.hash.cmp(&b.hash));
    let place =
        |logical_id: &str| StackResource { stack: "Shop".to_owned(), logical_id: logical_id.to_owned() };
    let rule = CacheRule { files: "**/*.html".to_owned(), cache_control: "no-cache".to_owned() };
    let site = Site {
        path: "Shop/Site/Files".to_owned(),
        asset: docs_hash,
        bucket: place("SiteBucket"),
        distribution: Some(place("Site")),
        place: Some("static".to_owned()),
        cache: vec![rule],
        releases: 3,
    };
    let first = Stack { assets: hashes, ..stack("Shop") };
    let second =
        Stack { account: None, region: None, dependencies: vec!["Shop".to_owned()], ..stack("Mail") };
    let assembly = Assembly {
        app: "shop".to_owned(),
        stage: "prod".to_owned(),
        protected: true,
        bootstrap: Some(Bootstrap::Formwork),
        stacks: vec![first, second],
        assets,
        sites: vec![site],
    };
    (assembly, files)
}

fn base() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn json_of(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("is there")).expect("is JSON")
}

/// All files below a folder with their contents.
fn contents(folder: &Path) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).expect("is a directory") {
            let path = entry.expect("is readable").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("is inside").to_string_lossy().replace('\\', "/");
                all.insert(name, fs::read_to_string(&path).expect("is text"));
            }
        }
    }
    all
}

fn codes(found: &[Diagnostic]) -> Vec<&str> {
    assert!(found.iter().all(|one| one.is_error() && one.help.is_some()));
    found.iter().map(|one| &*one.code).collect()
}

#[test]
fn writes_a_cloud_assembly() {
    let base = base();
    let (assembly, files) = shop(base.path());
    let out = folder::write(&base.path().join("out"), &assembly, &files).expect("is written");
    let manifest = json_of(&out.join("manifest.json"));
    assert_eq!(
        manifest,
        json!({
            "version": "36.0.0",
            "artifacts": {
                "Mail": {
                    "type": "aws:cloudformation:stack",
                    "environment": "aws://unknown-account/unknown-region",
                    "properties": {
                        "templateFile": "Mail.template.json",
                        "stackName": "shop-prod-Mail",
                        "tags": { "app": "shop" },
                        "terminationProtection": true,
                    },
                    "dependencies": ["Shop"],
                    "metadata": { "/Mail/Api/Service": [{ "type": "aws:cdk:logicalId", "data": "ApiService" }] },
                    "displayName": "Mail",
                },
                "Shop": {
                    "type": "aws:cloudformation:stack",
                    "environment": "aws://123456789012/eu-west-1",
                    "properties": {
                        "templateFile": "Shop.template.json",
                        "stackName": "shop-prod-Shop",
                        "tags": { "app": "shop" },
                        "terminationProtection": true,
                    },
                    "dependencies": ["Shop.assets"],
                    "metadata": { "/Shop/Api/Service": [{ "type": "aws:cdk:logicalId", "data": "ApiService" }] },
                    "displayName": "Shop",
                },
                "Shop.assets": { "type": "cdk:asset-manifest", "properties": { "file": "Shop.assets.json" } },
            },
        })
    );
    let image = assembly
        .assets
        .iter()
        .find(|asset| matches!(asset.source, AssetSource::Image { .. }))
        .expect("has one");
    let hash = &image.hash;
    let assets = json_of(&out.join("Shop.assets.json"));
    assert_eq!(
        assets["dockerImages"][hash],
        json!({
            "displayName": "Shop/Api",
            "source": {
                "directory": format!("asset.{hash}"),
                "dockerFile": "Dockerfile",
                "dockerBuildTarget": "run",
                "dockerBuildArgs": { "A": "1" },
                "platform": "linux/arm64",
            },
            "destinations": {
                "123456789012-eu-west-1": { "repositoryName": "formwork-assets", "imageTag": hash, "region": "eu-west-1" },
            },
        })
    );
    assert_eq!(assets["files"].as_object().expect("has files").len(), 2);
    let copied = contents(&out.join(format!("asset.{hash}")));
    assert_eq!(copied.keys().collect::<Vec<_>>(), [".dockerignore", "Dockerfile", "src/main.rs"]);
}

#[test]
fn is_read_back_as_it_was() {
    let base = base();
    let (assembly, files) = shop(base.path());
    let out = folder::write(&base.path().join("out"), &assembly, &files).expect("is written");
    let mut read = folder::read(&out).expect("is readable");
    for (asset, original) in read.assets.iter_mut().zip(&assembly.assets) {
        let path = match &asset.source {
            AssetSource::Image { directory, .. } | AssetSource::Directory { directory } => directory,
            AssetSource::File { file } => file,
        };
        assert!(path.starts_with(&format!("asset.{}", original.hash)) && out.join(path).exists());
        asset.source = original.source.clone();
    }
    assert_eq!(read, assembly);
}

#[test]
fn the_same_assembly_gives_the_same_bytes() {
    let (one, two) = (base(), base());
    let all = [&one, &two].map(|base| {
        let (assembly, files) = shop(base.path());
        let out = base.path().join("out");
        folder::write(&out, &assembly, &files).expect("is written");
        let first = contents(&out);
        folder::write(&out, &assembly, &files).expect("is written again");
        assert_eq!(contents(&out), first);
        first
    });
    assert_eq!(all[0], all[1]);
    let listing = fs::read_dir(one.path()).expect("is there").count();
    assert_eq!(listing, 5, "no scratch folder is left: api, docs, out, script.sh, site");
}

#[test]
fn a_template_too_large_to_send_is_published() {
    let base = base();
    let big = Stack { template: format!("\"{}\"\n", "x".repeat(51_200)), ..stack("Big") };
    let unknown = Stack { account: None, region: None, ..big.clone() };
    for (stack, bucket, key) in [
        (big, "formwork-assets-123456789012-eu-west-1", "123456789012-eu-west-1"),
        (unknown, "formwork-assets-${AWS::AccountId}-${AWS::Region}", "current_account-current_region"),
    ] {
        let assembly = Assembly { stacks: vec![stack], ..Assembly::default() };
        let out = base.path().join("out");
        folder::write(&out, &assembly, &AssetFiles::new(base.path())).expect("is written");
        let list = json_of(&out.join("Big.assets.json"));
        let (hash, file) =
            list["files"].as_object().and_then(|files| files.iter().next()).expect("has a file");
        assert_eq!(file["source"], json!({ "path": "Big.template.json", "packaging": "file" }));
        assert_eq!(file["destinations"][key]["bucketName"], bucket);
        assert_eq!(file["destinations"][key]["objectKey"], format!("{hash}.json"));
        let url = &json_of(&out.join("manifest.json"))["artifacts"]["Big"]["properties"]["stackTemplateAssetObjectUrl"];
        assert_eq!(*url, format!("s3://{bucket}/{hash}.json"));
        assert_eq!(folder::read(&out).expect("is readable"), assembly);
    }
}

#[test]
fn a_failed_write_leaves_the_previous_folder_untouched() {
    let base = base();
    let (assembly, files) = shop(base.path());
    let out = base.path().join("out");
    folder::write(&out, &assembly, &files).expect("is written");
    let before = contents(&out);
    fs::write(base.path().join("api/src/main.rs"), "changed since").expect("writes");
    let found = folder::write(&out, &assembly, &files).expect_err("the hash is no longer right");
    assert_eq!(codes(&found), ["FW5107"]);
    assert_eq!(contents(&out), before);
    let bad = Assembly { stacks: vec![stack("../x"), stack("")], ..assembly };
    assert_eq!(codes(&folder::write(&out, &bad, &files).expect_err("has bad names")), ["FW5203", "FW5203"]);
    assert_eq!(contents(&out), before);
    assert_eq!(fs::read_dir(base.path()).expect("is there").count(), 5, "no scratch folder is left");
}

#[test]
fn files_of_two_stacks_never_fall_together() {
    let base = base();
    let assembly = Assembly { stacks: vec![stack("Shop"), stack("shop")], ..Assembly::default() };
    let found =
        folder::write(&base.path().join("out"), &assembly, &AssetFiles::new(base.path())).expect_err("clash");
    assert_eq!(codes(&found), ["FW5203"]);
    assert!(!base.path().join("out").exists());
}

#[test]
fn only_folders_of_ours_are_replaced() {
    let base = base();
    let (assembly, files) = shop(base.path());
    let out = base.path().join("out");
    fs::create_dir(&out).expect("makes a directory");
    folder::write(&out, &assembly, &files).expect("an empty folder is free");
    fs::remove_file(out.join("formwork.json")).expect("removes");
    assert_eq!(codes(&folder::write(&out, &assembly, &files).expect_err("is not ours")), ["FW5201"]);
    assert!(out.join("manifest.json").exists());
    let file = base.path().join("script.sh");
    assert_eq!(codes(&folder::write(&file, &assembly, &files).expect_err("is a file")), ["FW5201"]);
    let deep = base.path().join("a/b/out");
    folder::write(&deep, &assembly, &files).expect("directories are made on the way");
}

#[test]
fn folders_of_the_cdk_are_read_without_facts() {
    let base = base();
    let stack = |file: &str, dependencies: &[&str]| {
        json!({
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/eu-west-1",
            "properties": { "templateFile": file },
            "dependencies": dependencies,
            "metadata": { "/A/Topic/Resource": [{ "type": "aws:cdk:logicalId", "data": "Topic1" }] },
        })
    };
    let manifest = json!({
        "version": "53.0.0",
        "artifacts": { "A": stack("t.json", &["B", "Tree"]), "B": stack("t.json", &[]), "Tree": { "type": "cdk:tree" } },
    });
    fs::write(base.path().join("manifest.json"), manifest.to_string()).expect("writes");
    fs::write(base.path().join("t.json"), "{}").expect("writes");
    let read = folder::read(base.path()).expect("is readable");
    let stacks: Vec<_> = read.stacks.iter().map(|stack| (&*stack.id, &*stack.name)).collect();
    assert_eq!(stacks, [("B", "B"), ("A", "A")], "in an order in which they can be deployed");
    assert_eq!(read.stacks[1].dependencies, ["B"]);
    assert_eq!(read.stacks[1].resources[0].path, "A/Topic/Resource");
    assert_eq!((read.app.as_str(), read.stage.as_str()), ("", ""));
}

#[test]
fn stages_of_the_cdk_are_folders_within() {
    let base = base();
    let stage = base.path().join("assembly-prod");
    fs::create_dir(&stage).expect("makes a directory");
    let stack = json!({
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/unknown-region",
        "properties": { "templateFile": "t.json", "stackName": "prod-Shop" },
    });
    let write = |path: &Path, artifacts: Value| {
        let manifest = json!({ "version": "53.0.0", "artifacts": artifacts });
        fs::write(path.join("manifest.json"), manifest.to_string()).expect("writes");
    };
    let list = json!({ "type": "cdk:asset-manifest", "properties": { "file": "a.json" } });
    write(&stage, json!({ "prodShop": stack, "prodShop.assets": list }));
    fs::write(stage.join("t.json"), "{}").expect("writes");
    fs::create_dir(base.path().join("asset.c")).expect("makes a directory");
    let assets = |code: &str| {
        let to = |key: &str| json!({ "here": { "bucketName": "b", "objectKey": key } });
        let files = json!({
            "t": { "source": { "path": "t.json" }, "destinations": to("t.json") },
            "c": { "source": { "path": code, "packaging": "zip" }, "destinations": to("c.zip") },
        });
        let list = json!({ "version": "53.0.0", "files": files });
        fs::write(stage.join("a.json"), list.to_string()).expect("writes");
    };
    assets("../asset.c");
    let within = |name: &str| json!({ "Prod": { "type": "cdk:cloud-assembly", "properties": { "directoryName": name } } });
    write(base.path(), within("assembly-prod"));
    let read = folder::read(base.path()).expect("is readable");
    assert_eq!(read.stacks.iter().map(|stack| &*stack.name).collect::<Vec<_>>(), ["prod-Shop"]);
    assert_eq!(read.stacks[0].assets, ["c"], "the template is no asset, whatever its file is called");
    let code = AssetSource::Directory { directory: "assembly-prod/../asset.c".to_owned() };
    assert_eq!(read.assets[0].source, code, "lies in the outermost folder");
    let shop = &folder::publications(base.path()).expect("is readable")["prodShop"];
    let hashes: Vec<&str> = shop.template.iter().chain(&shop.assets).map(|to| &*to.hash).collect();
    assert_eq!(hashes, ["t", "c"]);
    for code in ["../../asset.c", "/asset.c"] {
        assets(code);
        assert_eq!(codes(&folder::read(base.path()).expect_err("is refused")), ["FW5205"], "{code}");
    }
    assets("../asset.c");
    write(&stage, within(".."));
    assert_eq!(codes(&folder::read(base.path()).expect_err("ends")), ["FW5205"]);
    assert_eq!(codes(&folder::publications(base.path()).expect_err("ends")), ["FW5205"]);
    for (name, code) in [(".", "FW5205"), ("../elsewhere", "FW5205"), ("gone", "FW5204")] {
        write(base.path(), within(name));
        assert_eq!(codes(&folder::read(base.path()).expect_err("is refused")), [code], "{name}");
    }
}

#[test]
fn locks_of_the_cdk_stay() {
    let base = base();
    let (assembly, files) = shop(base.path());
    let out = base.path().join("cdk.out");
    fs::create_dir(&out).expect("makes a directory");
    fs::write(out.join("synth.lock"), "42").expect("writes");
    folder::write(&out, &assembly, &files).expect("a lock is nothing of the user's");
    assert_eq!(fs::read_to_string(out.join("synth.lock")).expect("is there"), "42");
}

#[test]
fn what_leads_out_of_the_folder_is_refused() {
    let base = base();
    let (assembly, files) = shop(base.path());
    let out = base.path().join("out");
    fs::write(base.path().join("outside.json"), "{}").expect("writes");
    let outside = base.path().join("outside.json").display().to_string();
    for name in ["../outside.json", "a/../../outside.json", &outside, "", "..\\outside.json"] {
        folder::write(&out, &assembly, &files).expect("is written");
        let mut manifest = json_of(&out.join("manifest.json"));
        manifest["artifacts"]["Mail"]["properties"]["templateFile"] = name.into();
        fs::write(out.join("manifest.json"), manifest.to_string()).expect("writes");
        assert_eq!(codes(&folder::read(&out).expect_err(name)), ["FW5205"], "{name}");
    }
    folder::write(&out, &assembly, &files).expect("is written");
    let mut list = json_of(&out.join("Shop.assets.json"));
    for image in list["dockerImages"].as_object_mut().expect("has images").values_mut() {
        image["source"]["directory"] = "..".into();
    }
    fs::write(out.join("Shop.assets.json"), list.to_string()).expect("writes");
    assert_eq!(codes(&folder::read(&out).expect_err("leads out")), ["FW5205"]);
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_refused() {
    let base = base();
    let (assembly, files) = shop(base.path());
    let out = folder::write(&base.path().join("out"), &assembly, &files).expect("is written");
    fs::write(base.path().join("outside.json"), "{}").expect("writes");
    fs::remove_file(out.join("Mail.template.json")).expect("removes");
    std::os::unix::fs::symlink("../outside.json", out.join("Mail.template.json")).expect("links");
    assert_eq!(codes(&folder::read(&out).expect_err("leads out")), ["FW5205"]);
}

#[cfg(unix)]
#[test]
fn a_link_to_the_folder_stays_a_link() {
    let base = base();
    let (assembly, files) = shop(base.path());
    fs::create_dir(base.path().join("real")).expect("makes a directory");
    let link = base.path().join("out");
    std::os::unix::fs::symlink("real", &link).expect("links");
    folder::write(&link, &assembly, &files).expect("is written");
    assert!(link.is_symlink() && base.path().join("real/manifest.json").exists());
}

#[test]
fn broken_folders_are_told() {
    let base = base();
    let (assembly, files) = shop(base.path());
    let out = base.path().join("out");
    assert_eq!(codes(&folder::read(&out).expect_err("is not there")), ["FW5204"]);
    type Harm = fn(&Path);
    let breaks: [(&str, Harm); 6] = [
        ("no manifest", |out| fs::remove_file(out.join("manifest.json")).expect("removes")),
        ("no JSON", |out| fs::write(out.join("formwork.json"), "{").expect("writes")),
        ("no template", |out| fs::remove_file(out.join("Mail.template.json")).expect("removes")),
        ("a later release", |out| {
            let mut facts = json_of(&out.join("formwork.json"));
            facts["version"] = 2.into();
            fs::write(out.join("formwork.json"), facts.to_string()).expect("writes");
        }),
        ("a site without its stack", |out| {
            let mut facts = json_of(&out.join("formwork.json"));
            facts["sites"][0]["bucket"]["stack"] = "Gone".into();
            fs::write(out.join("formwork.json"), facts.to_string()).expect("writes");
        }),
        ("a stack too few", |out| {
            let mut facts = json_of(&out.join("formwork.json"));
            facts["order"] = json!(["Shop"]);
            fs::write(out.join("formwork.json"), facts.to_string()).expect("writes");
        }),
    ];
    for (what, harm) in breaks {
        let _ = fs::remove_dir_all(&out);
        folder::write(&out, &assembly, &files).expect("is written");
        harm(&out);
        assert_eq!(codes(&folder::read(&out).expect_err(what)), ["FW5204"], "{what}");
    }
}

/// Run with `FORMWORK_UPDATE=1` to write them anew.
#[test]
fn the_schemas_are_fresh() {
    for name in folder::SCHEMAS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.schema.json"));
        let schema = folder::schema(name).expect("is one of the list");
        let text = serde_json::to_string_pretty(&schema).expect("is JSON") + "\n";
        if std::env::var_os("FORMWORK_UPDATE").is_some() {
            fs::write(&path, &text).expect("writes");
        }
        let committed = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert!(
            committed == text,
            "{name}.schema.json is stale: FORMWORK_UPDATE=1 cargo test -p formwork-assembly"
        );
    }
    assert!(folder::schema("no such file").is_none());
}

#[test]
fn a_cache_rule_fits_whole_paths() {
    for (files, path, fits) in [
        ("**", "a/b/c.html", true),
        ("*.html", "index.html", true),
        ("*.html", "docs/index.html", false),
        ("**/*.html", "index.html", true),
        ("**/*.html", "docs/a/index.html", true),
        ("_astro/**", "_astro/app.1.js", true),
        ("_astro/**", "other/_astro/app.1.js", false),
        ("docs", "docs/index.html", false),
        ("*", "docs/index.html", false),
        ("a?.js", "ab.js", true),
        ("a?.js", "a/.js", false),
        ("[id].js", "[id].js", true),
        ("[id].js", "i.js", false),
        ("a\\b", "a\\b", true),
    ] {
        let rule = CacheRule { files: files.to_owned(), cache_control: String::new() };
        assert_eq!(rule.fits(path), fits, "{files} {path}");
    }
}

#[test]
fn tells_where_each_asset_is_to_be_published() {
    let base = tempfile::tempdir().expect("makes a directory");
    let (mut assembly, files) = shop(base.path());
    assembly.stacks[0].template = format!("{{\"Description\": \"{}\"}}\n", "x".repeat(60_000));
    let out = base.path().join("out");
    folder::write(&out, &assembly, &files).expect("writes");
    let publications = folder::publications(&out).expect("reads");
    let shop = &publications[&assembly.stacks[0].id];
    let places: Vec<String> = shop
        .assets
        .iter()
        .chain(&shop.template)
        .map(|to| match &to.place {
            AssetPlace::Object { bucket, key } => format!("{bucket}/{}", key.replace(&to.hash, "HASH")),
            AssetPlace::Image { repository, tag } => {
                format!("{repository}:{}", tag.replace(&to.hash, "HASH"))
            }
        })
        .collect();
    let bucket = "formwork-assets-123456789012-eu-west-1";
    let mut expected = [
        format!("{bucket}/HASH.sh"),
        format!("{bucket}/HASH.zip"),
        "formwork-assets:HASH".to_owned(),
        format!("{bucket}/HASH.json"),
    ];
    let mut places = places;
    places.sort();
    expected.sort();
    assert_eq!(places, expected);
    assert!(shop.assets.iter().all(|to| to.region.as_deref() == Some("eu-west-1") && to.role.is_none()));
    assert_eq!((&shop.bootstrap, &shop.deployer), (&None, &None));
}
