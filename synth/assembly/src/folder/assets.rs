//! `<Stack>.assets.json`: what to publish before a stack, and where to.

use serde::{Deserialize, Serialize};

use super::{home::Home, manifest::VERSION};
use crate::{Asset, AssetSource, BootstrapRole, SortedMap, Stack};

/// The assets of one stack.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AssetManifest {
    /// The version of the format: `36.0.0`.
    pub version: String,
    /// Files and zipped directories by hash.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub files: SortedMap<String, FileAsset>,
    /// Container images by hash.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub docker_images: SortedMap<String, ImageAsset>,
}

/// A file or a directory to upload.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileAsset {
    /// What to call it for people: the construct path.
    #[serde(default)]
    pub display_name: String,
    /// What to upload.
    pub source: FileSource,
    /// Where to, by environment.
    pub destinations: SortedMap<String, FileDestination>,
}

/// What to upload.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileSource {
    /// The file or directory, relative to the folder.
    pub path: String,
    /// Whether it is zipped.
    #[serde(default)]
    pub packaging: Packaging,
}

/// Whether something is zipped before it is uploaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Packaging {
    /// A file, as it is.
    #[default]
    File,
    /// A directory, zipped.
    Zip,
}

/// An object in a bucket.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct FileDestination {
    /// The bucket, which may hold `${AWS::AccountId}` and `${AWS::Region}`.
    pub bucket_name: String,
    /// The key.
    pub object_key: String,
    /// The region of the bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The role that may write there, of a bootstrap of the CDK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assume_role_arn: Option<String>,
}

/// An image to build and push.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImageAsset {
    /// What to call it for people: the construct path.
    #[serde(default)]
    pub display_name: String,
    /// What to build.
    pub source: ImageSource,
    /// Where to push it, by environment.
    pub destinations: SortedMap<String, ImageDestination>,
}

/// What to build.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImageSource {
    /// The build context, relative to the folder.
    pub directory: String,
    /// The Dockerfile, relative to the build context.
    #[serde(default = "dockerfile")]
    pub docker_file: String,
    /// The target stage of the Dockerfile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docker_build_target: Option<String>,
    /// Build arguments.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub docker_build_args: SortedMap<String, String>,
    /// `linux/arm64` or `linux/amd64`. The CDK may leave it out, and means that of the machine.
    #[serde(default)]
    pub platform: String,
}

/// An image in a repository.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ImageDestination {
    /// The repository.
    pub repository_name: String,
    /// The tag.
    pub image_tag: String,
    /// The region of the repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The role that may push there, of a bootstrap of the CDK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assume_role_arn: Option<String>,
}

fn dockerfile() -> String {
    "Dockerfile".to_owned()
}

impl AssetManifest {
    pub(super) fn new() -> Self {
        Self { version: VERSION.to_owned(), files: SortedMap::new(), docker_images: SortedMap::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.docker_images.is_empty()
    }

    /// Adds an asset whose copy lies at `path` in the folder.
    pub(super) fn add(&mut self, stack: &Stack, home: &Home<'_>, asset: &Asset, path: String) {
        let (hash, display_name) = (asset.hash.clone(), asset.name.clone());
        match &asset.source {
            AssetSource::Image { directory: _, dockerfile, target, platform, build_args } => {
                let source = ImageSource {
                    directory: path,
                    docker_file: dockerfile.clone(),
                    docker_build_target: target.clone(),
                    docker_build_args: build_args.iter().cloned().collect(),
                    platform: platform.clone(),
                };
                let destination = ImageDestination {
                    repository_name: home.repository(),
                    image_tag: hash.clone(),
                    region: stack.region.clone(),
                    assume_role_arn: home.role(BootstrapRole::ImagePublishing),
                };
                let destinations = SortedMap::from([(environment_key(stack), destination)]);
                self.docker_images.insert(hash, ImageAsset { display_name, source, destinations });
            }
            AssetSource::Directory { .. } => {
                self.add_file(stack, home, hash, display_name, (path, Packaging::Zip));
            }
            AssetSource::File { .. } => {
                self.add_file(stack, home, hash, display_name, (path, Packaging::File));
            }
        }
    }

    /// Adds a file of the folder. Answers where it is published.
    pub(super) fn add_template(
        &mut self,
        stack: &Stack,
        home: &Home<'_>,
        hash: String,
        path: String,
    ) -> String {
        let url = format!("s3://{}/{}", home.bucket(), object_key(&hash, &path, Packaging::File));
        self.add_file(stack, home, hash, format!("{}/Template", stack.id), (path, Packaging::File));
        url
    }

    fn add_file(
        &mut self,
        stack: &Stack,
        home: &Home<'_>,
        hash: String,
        display_name: String,
        (path, packaging): (String, Packaging),
    ) {
        let destination = FileDestination {
            bucket_name: home.bucket(),
            object_key: object_key(&hash, &path, packaging),
            region: stack.region.clone(),
            assume_role_arn: home.role(BootstrapRole::FilePublishing),
        };
        let destinations = SortedMap::from([(environment_key(stack), destination)]);
        let source = FileSource { path, packaging };
        self.files.insert(hash, FileAsset { display_name, source, destinations });
    }
}

fn environment_key(stack: &Stack) -> String {
    let account = stack.account.as_deref().unwrap_or("current_account");
    format!("{account}-{}", stack.region.as_deref().unwrap_or("current_region"))
}

/// The hash, with the ending that tells what it is.
fn object_key(hash: &str, path: &str, packaging: Packaging) -> String {
    match (packaging, path.rsplit('/').next().and_then(|name| name.rsplit_once('.'))) {
        (Packaging::Zip, _) => format!("{hash}.zip"),
        (Packaging::File, Some((_, ending))) if ending != hash => format!("{hash}.{ending}"),
        (Packaging::File, _) => hash.to_owned(),
    }
}
