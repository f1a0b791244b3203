//! Where a folder wants to have published what its stacks need, and as whom.
//!
//! A bucket and a repository of Formwork's own, or those of a bootstrap stack of the CDK and the roles to use them with. Names may hold
//! `${AWS::AccountId}`, `${AWS::Region}` and `${AWS::Partition}`, which are known at deployment.

use std::{collections::BTreeMap, path::Path};

use super::{
    MANIFEST,
    assets::AssetManifest,
    manifest::{Artifact, Manifest, StackProperties},
    read::Reader,
};
use crate::Diagnostic;

/// What one stack needs to be published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publication {
    /// Where its template is to be, should it be too large to be sent along.
    pub template: Option<Destination>,
    /// Where its assets are to be.
    pub assets: Vec<Destination>,
    /// The bootstrap stack that has to be there first.
    pub bootstrap: Option<BootstrapVersion>,
    /// The role that asks CloudFormation.
    pub deployer: Option<String>,
    /// The role that CloudFormation acts with.
    pub executor: Option<String>,
}

/// Where one asset is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The hash of the asset.
    pub hash: String,
    /// The bucket or repository.
    pub place: AssetPlace,
    /// Its region, where it is not that of the stack.
    pub region: Option<String>,
    /// The role that may write there.
    pub role: Option<String>,
}

/// A place for an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetPlace {
    /// An object in a bucket.
    Object {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
    },
    /// An image in a repository.
    Image {
        /// The repository.
        repository: String,
        /// The tag.
        tag: String,
    },
}

/// What a bootstrap stack of the CDK has to be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BootstrapVersion {
    /// The parameter in which its version stands.
    pub parameter: String,
    /// The least version that will do.
    pub version: u32,
}

/// Reads what the stacks of a folder need, by the id of the stack. A stack that needs nothing may be missing.
///
/// # Errors
/// Everything that is missing, broken, or leads out of the folder.
pub fn publications(folder: &Path) -> Result<BTreeMap<String, Publication>, Vec<Diagnostic>> {
    publications_in(folder, None)
}

fn publications_in(
    folder: &Path,
    outer: Option<&Reader<'_>>,
) -> Result<BTreeMap<String, Publication>, Vec<Diagnostic>> {
    let mut reader = Reader::of(folder, outer)?;
    let manifest: Option<Manifest> = reader.json(MANIFEST);
    let mut all = BTreeMap::new();
    let mut stacks = Vec::new();
    let mut lists = BTreeMap::new();
    for (id, artifact) in manifest.into_iter().flat_map(|manifest| manifest.artifacts) {
        match artifact {
            Artifact::Stack(stack) => stacks.push((id, stack.properties)),
            Artifact::Assets(list) => {
                let list: Option<AssetManifest> = reader.json(&list.properties.file);
                lists.extend(list.map(|list| (id, list)));
            }
            Artifact::Assembly(inner) => {
                let directory = inner.properties.directory_name;
                if reader.below(&directory).is_some() {
                    match publications_in(&folder.join(directory), Some(&reader)) {
                        Ok(inner) => all.extend(inner),
                        Err(errors) => reader.found.extend(errors),
                    }
                }
            }
            Artifact::Unknown => {}
        }
    }
    for (id, stack) in stacks {
        let list = lists.remove(&format!("{id}.assets"));
        all.insert(id, publication(stack, list));
    }
    if reader.found.is_empty() { Ok(all) } else { Err(reader.found) }
}

fn publication(stack: StackProperties, list: Option<AssetManifest>) -> Publication {
    let mut publication = Publication {
        deployer: stack.assume_role_arn,
        executor: stack.cloud_formation_execution_role_arn,
        bootstrap: stack.bootstrap_stack_version_ssm_parameter.map(|parameter| BootstrapVersion {
            parameter,
            version: stack.requires_bootstrap_stack_version.unwrap_or(1),
        }),
        ..Publication::default()
    };
    let Some(list) = list else { return publication };
    for (hash, file) in list.files {
        for (_, to) in file.destinations {
            let place = AssetPlace::Object { bucket: to.bucket_name, key: to.object_key };
            let destination =
                Destination { hash: hash.clone(), place, region: to.region, role: to.assume_role_arn };
            if file.source.path == stack.template_file {
                publication.template = Some(destination);
            } else {
                publication.assets.push(destination);
            }
        }
    }
    for (hash, image) in list.docker_images {
        for (_, to) in image.destinations {
            let place = AssetPlace::Image { repository: to.repository_name, tag: to.image_tag };
            publication.assets.push(Destination {
                hash: hash.clone(),
                place,
                region: to.region,
                role: to.assume_role_arn,
            });
        }
    }
    publication
}
