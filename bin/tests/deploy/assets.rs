//! Assets and sites: what is published before the stacks, and what is uploaded after them.

use std::{fs, path::Path};

use formwork_assembly::{
    Assembly, Asset, AssetFiles, AssetHasher as _, AssetSource, CacheRule, Site, Stack, StackResource, folder,
};
use formwork_cli::deploy::{Done, FailureKind, Options, Target};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    ask::tag,
    world::{Came, REGION, World, app, stack},
};

/// A package with files, and the folder that is written from it.
pub struct Package(TempDir);

impl Package {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let package = Self(tempfile::tempdir().expect("is made"));
        for (path, text) in files {
            package.write(path, text);
        }
        package
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("has one")).expect("is made");
        fs::write(path, text).expect("is written");
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn asset(&self, name: &str, source: AssetSource) -> Asset {
        let hash = AssetFiles::new(self.path()).hash(&source).expect("is readable");
        Asset { hash, name: name.to_owned(), source }
    }

    /// Writes the assembly to its folder, and reads it as `deploy` does.
    pub fn target(&self, assembly: &Assembly) -> Target {
        let folder = self.path().join("formwork.out");
        let folder = folder::write(&folder, assembly, &AssetFiles::new(self.path())).expect("is written");
        Target { assembly: folder::read(&folder).expect("is readable"), folder }
    }
}

fn deploy(world: &World, target: Target) -> Came<formwork_cli::deploy::Outcome> {
    world.deploy_target(target, &Options::default())
}

pub fn in_account(world: &World, mut stack: Stack) -> Stack {
    stack.account = Some(world.account.number.clone());
    stack
}

pub fn states(came: &Came<formwork_cli::deploy::Outcome>) -> Vec<String> {
    let states = came.events("asset").into_iter();
    states
        .filter_map(|event| event["state"]["state"].as_str())
        .filter(|state| *state != "sending")
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_template_that_is_too_large_to_send_along_is_published() {
    let Some(world) = World::new() else { return };
    let package = Package::new(&[]);
    let text = "a".repeat(4000);
    let parameters = (0..15).map(|index| {
        let parameter =
            json!({ "Type": "AWS::SSM::Parameter", "Properties": { "Type": "String", "Value": text } });
        (format!("Text{index}"), parameter)
    });
    let template = json!({ "Resources": Value::Object(parameters.collect()) });
    let assembly = app(vec![in_account(&world, stack("Shop", &template))]);
    assert!(assembly.stacks[0].template.len() > 51_200);
    let came = deploy(&world, package.target(&assembly));
    assert_eq!(came.ends().iter().filter(|(_, status)| *status == "CREATE_COMPLETE").count(), 15);
    assert_eq!(came.well().stacks[0].done, Done::Created);
    assert_eq!(world.status("formwork-assets"), None, "it is no stack of the app");
    let came = deploy(&world, package.target(&assembly));
    assert_eq!(came.well().stacks[0].done, Done::Unchanged);
}

#[test]
fn a_directory_is_zipped_and_published_once() {
    let Some(world) = World::new() else { return };
    let package = Package::new(&[
        ("job/index.py", "def handler(event, context): return 'done'\n"),
        ("job/data/text", "a"),
    ]);
    let asset = package.asset("Shop/Job/Code", AssetSource::Directory { directory: "job".to_owned() });
    let bucket = format!("formwork-assets-{}-{REGION}", world.account.number);
    let template = json!({ "Resources": { "Job": { "Type": "AWS::Lambda::Function", "Properties": {
        "Code": { "S3Bucket": bucket, "S3Key": format!("{}.zip", asset.hash) },
        "Handler": "index.handler", "Role": "arn:aws:iam::123456789012:role/job", "Runtime": "python3.13",
    } } } });
    let mut shop = in_account(&world, stack("Shop", &template));
    shop.assets = vec![asset.hash.clone()];
    let key = format!("/{bucket}/{}.zip", asset.hash);
    let assembly = Assembly { assets: vec![asset], ..app(vec![shop]) };
    let came = deploy(&world, package.target(&assembly));
    assert_eq!(states(&came), ["published"], "{:#?}", came.events);
    came.well();
    assert!(world.account.ask("s3").get(&key).contains("index.py"));

    let came = deploy(&world, package.target(&assembly));
    assert_eq!(states(&came), ["present"], "{:#?}", came.events);
    assert_eq!(came.well().stacks[0].done, Done::Unchanged);
}

#[test]
fn a_large_file_is_sent_in_pieces_and_gone_on_with_where_a_run_was_killed() {
    const PIECE: usize = 8 * 1024 * 1024;
    let Some(mut world) = World::new() else { return };
    let content = "0123456789abcdef".repeat(1_100_000);
    let package = Package::new(&[("model.bin", &content)]);
    let asset = package.asset("Shop/Model", AssetSource::File { file: "model.bin".to_owned() });
    let mut shop =
        in_account(&world, stack("Shop", &json!({ "Resources": { "Jobs": { "Type": "AWS::SQS::Queue" } } })));
    shop.assets = vec![asset.hash.clone()];
    let bucket = format!("/formwork-assets-{}-{REGION}", world.account.number);
    let path = format!("{bucket}/{}.bin", asset.hash);
    let assembly = Assembly { assets: vec![asset], ..app(vec![shop]) };
    let sent = |came: &Came<formwork_cli::deploy::Outcome>| {
        let states = came.events("asset").into_iter();
        states.filter_map(|event| event["state"]["sent"].as_u64()).collect::<Vec<_>>()
    };

    // Ctrl-C in its middle leaves nothing, neither an object nor a part of one.
    world.interrupt_at = Some("Shop/Model");
    let came = deploy(&world, package.target(&assembly));
    came.badly(FailureKind::Interrupted);
    let unfinished = |world: &World| {
        tag(&world.account.ask("s3").get(&format!("{bucket}?uploads")), "UploadId").map(str::to_owned)
    };
    assert_eq!(unfinished(&world), None);
    assert!(world.account.ask("s3").get(&path).contains("NoSuchKey"));

    // What a run that was killed has left: one piece.
    world.interrupt_at = None;
    let size = format!("x-amz-checksum-algorithm: SHA256\r\nx-amz-meta-formwork-size: {}\r\n", content.len());
    let begun = world.account.ask("s3").send("POST", &format!("{path}?uploads"), &size, "");
    let id = tag(&begun, "UploadId").expect("is begun");
    world.account.ask("s3").send("PUT", &format!("{path}?partNumber=1&uploadId={id}"), "", &content[..PIECE]);
    let came = deploy(&world, package.target(&assembly));
    let told = sent(&came);
    assert_eq!((told[..2].to_vec(), told.len()), (vec![0, PIECE as u64], 4), "{told:?}");
    assert_eq!((states(&came), told.last()), (vec!["published".to_owned()], Some(&(content.len() as u64))));
    came.well();
    assert_eq!(world.account.ask("s3").get(&path), content);
    assert_eq!(unfinished(&world), None);

    let came = deploy(&world, package.target(&assembly));
    assert_eq!(states(&came), ["present"], "{:#?}", came.events);
    came.well();
}

/// A script that is no Docker: it writes down what it is asked to do, and pushes an image of no layers.
#[cfg(unix)]
#[test]
fn an_image_is_built_and_pushed_once() {
    use std::os::unix::fs::PermissionsExt;

    let Some(mut world) = World::new() else { return };
    let package = Package::new(&[("api/Dockerfile", "FROM scratch\n"), ("api/main", "run")]);
    let log = package.path().join("docker.log");
    package.write("docker", &docker(&log));
    let script = package.path().join("docker");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("is ours");
    world.builder = script.into();
    let source = AssetSource::Image {
        directory: "api".to_owned(),
        dockerfile: "Dockerfile".to_owned(),
        target: None,
        platform: "linux/arm64".to_owned(),
        build_args: vec![("VERSION".to_owned(), "1; rm -rf".to_owned())],
    };
    let asset = package.asset("Shop/Api/Image", source);
    let template = json!({ "Resources": { "Jobs": { "Type": "AWS::SQS::Queue" } } });
    let mut shop = in_account(&world, stack("Shop", &template));
    shop.assets = vec![asset.hash.clone()];
    let hash = asset.hash.clone();
    let assembly = Assembly { assets: vec![asset], ..app(vec![shop]) };
    let came = deploy(&world, package.target(&assembly));
    let did = fs::read_to_string(&log).expect("was run");
    assert!(states(&came).contains(&"building".to_owned()), "{:#?}", came.events);
    came.well();
    let verbs: Vec<&str> = did.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(verbs, ["login", "build", "image", "tag", "push"], "{did}");
    assert!(
        did.contains("--platform linux/arm64") && did.contains("--build-arg VERSION=1; rm -rf --file"),
        "{did}"
    );

    let came = deploy(&world, package.target(&assembly));
    assert_eq!(states(&came), ["present"], "{:#?}", came.events);
    came.well();
    assert_eq!(fs::read_to_string(&log).expect("is there"), did, "it was built again");
    let images = world.account.ask("ecr").json(
        "AmazonEC2ContainerRegistry_V20150921.DescribeImages",
        &json!({ "repositoryName": "formwork-assets" }),
    );
    assert!(images.contains(&hash), "{images}");
}

#[cfg(unix)]
fn docker(log: &Path) -> String {
    format!(
        r#"#!/bin/sh
set -e
echo "$@" >> '{}'
case "$1" in
  login) cat > "$0.password" ;;
  push)
    host=${{2%%/*}} name=${{2#*/}}
    config='{{"architecture":"arm64","os":"linux","rootfs":{{"type":"layers","diff_ids":[]}}}}'
    "$FORMWORK_MINISTACK" -I - "$host" "${{name%:*}}" "${{name##*:}}" "$config" "$(cat "$0.password")" <<'PYTHON'
import base64, hashlib, json, sys, urllib.request
host, name, tag, config, password = sys.argv[1:]
user = "Basic " + base64.b64encode(("AWS:" + password).encode()).decode()
def send(method, path, body, kind):
    headers = {{"Content-Type": kind, "Authorization": user}}
    return urllib.request.urlopen(urllib.request.Request("http://" + host + path, body, headers, method=method))
digest = "sha256:" + hashlib.sha256(config.encode()).hexdigest()
place = send("POST", f"/v2/{{name}}/blobs/uploads/", b"", "application/octet-stream").headers["Location"]
send("PUT", place + ("&" if "?" in place else "?") + "digest=" + digest, config.encode(), "application/octet-stream")
kind = "application/vnd.oci.image.manifest.v1+json"
manifest = {{"schemaVersion": 2, "mediaType": kind, "layers": [], "config": {{
    "mediaType": "application/vnd.oci.image.config.v1+json", "size": len(config), "digest": digest}}}}
send("PUT", f"/v2/{{name}}/manifests/{{tag}}", json.dumps(manifest).encode(), kind)
PYTHON
    ;;
esac
"#,
        log.display()
    )
}

#[test]
fn a_site_is_uploaded_after_its_stack_and_the_cache_is_told() {
    let Some(world) = World::new() else { return };
    let files = [
        ("public/index.html", "<h1>one</h1>"),
        ("public/assets/app.1234abcd.js", "one()"),
        ("public/about/index.html", "us"),
    ];
    let package = Package::new(&files);
    let template = json!({ "Resources": {
        "Files": { "Type": "AWS::S3::Bucket" },
        "Cdn": { "Type": "AWS::CloudFront::Distribution", "Properties": { "DistributionConfig": {
            "Enabled": true,
            "Origins": [{ "Id": "files", "DomainName": { "Fn::GetAtt": ["Files", "RegionalDomainName"] }, "S3OriginConfig": {} }],
            "DefaultCacheBehavior": { "TargetOriginId": "files", "ViewerProtocolPolicy": "redirect-to-https" },
        } } },
    }, "Outputs": { "Bucket": { "Value": { "Ref": "Files" } }, "Cdn": { "Value": { "Ref": "Cdn" } } } });
    let shop = in_account(&world, stack("Shop", &template));
    let resource = |name: &str| StackResource { stack: "Shop".to_owned(), logical_id: name.to_owned() };
    let assembly = || {
        let asset =
            package.asset("Shop/Site/Files", AssetSource::Directory { directory: "public".to_owned() });
        let site = Site {
            path: "Shop/Site".to_owned(),
            asset: asset.hash.clone(),
            bucket: resource("Files"),
            distribution: Some(resource("Cdn")),
            place: None,
            cache: vec![CacheRule {
                files: "assets/**".to_owned(),
                cache_control: "max-age=31536000".to_owned(),
            }],
            releases: 2,
        };
        Assembly { assets: vec![asset], sites: vec![site], ..app(vec![shop.clone()]) }
    };
    let came = deploy(&world, package.target(&assembly()));
    let steps = came.events("site");
    let uploaded = steps.iter().find(|event| event["step"]["step"] == "uploaded").expect("is told");
    assert_eq!(
        (&uploaded["step"]["changed"], &uploaded["step"]["removed"]),
        (&json!(3), &json!(0)),
        "{steps:#?}"
    );
    let outputs = came.well().stacks.remove(0).outputs;
    let output = |key: &str| outputs.iter().find(|output| output.key == key).expect("is there").value.clone();
    let s3 = world.account.ask("s3");
    assert_eq!(s3.get(&format!("/{}/index.html", output("Bucket"))), "<h1>one</h1>");

    package.write("public/index.html", "<h1>two</h1>");
    let came = deploy(&world, package.target(&assembly()));
    let steps = came.events("site");
    let uploaded = steps.iter().find(|event| event["step"]["step"] == "uploaded").expect("is told");
    assert_eq!(
        (&uploaded["step"]["changed"], &uploaded["step"]["same"]),
        (&json!(1), &json!(2)),
        "{steps:#?}"
    );
    assert_eq!(came.well().stacks[0].done, Done::Unchanged);
    assert_eq!(s3.get(&format!("/{}/index.html", output("Bucket"))), "<h1>two</h1>");
    let told = world
        .account
        .ask("cloudfront")
        .get(&format!("/2020-05-31/distribution/{}/invalidation", output("Cdn")));
    let id = tag(&told, "Id").expect("was told");
    let told = world
        .account
        .ask("cloudfront")
        .get(&format!("/2020-05-31/distribution/{}/invalidation/{id}", output("Cdn")));
    assert!(told.contains("<Path>/index.html</Path>"), "{told}");

    let came = deploy(&world, package.target(&assembly()));
    assert!(
        came.events("site").iter().all(|event| event["step"]["step"] != "invalidated"),
        "{:#?}",
        came.events("site")
    );
    came.well();
}

#[test]
fn files_that_changed_since_the_folder_was_written_are_refused() {
    let Some(world) = World::new() else { return };
    let package = Package::new(&[("job/index.py", "def handler(event, context): return 'done'\n")]);
    let asset = package.asset("Shop/Job/Code", AssetSource::Directory { directory: "job".to_owned() });
    let mut shop =
        in_account(&world, stack("Shop", &json!({ "Resources": { "Jobs": { "Type": "AWS::SQS::Queue" } } })));
    shop.assets = vec![asset.hash.clone()];
    let target = package.target(&Assembly { assets: vec![asset.clone()], ..app(vec![shop]) });
    fs::write(target.folder.join(format!("asset.{}", asset.hash)).join("index.py"), "import os\n")
        .expect("is written");
    let came = deploy(&world, target);
    let failure = came.result.as_ref().expect_err("is refused");
    assert!(matches!(failure.kind, FailureKind::Refused | FailureKind::Failed), "{failure:#?}");
    assert_eq!(world.status("Shop"), None);
}
