//! Reading the folder back. Nothing in it is trusted: no name in it may lead out of it.

use std::{
    fs,
    path::{Component, Path, PathBuf},
};

use serde::de::DeserializeOwned;

use super::{
    FACTS, MANIFEST,
    assets::{AssetManifest, FileAsset, ImageAsset, Packaging},
    facts::{self, Facts, Origin},
    fault, foreign,
    manifest::{self, Artifact, Manifest, StackArtifact},
};
use crate::{
    Assembly, Asset, AssetSource, Diagnostic, Place, ResourceOrigin, Site, SortedMap, Stack, code, each,
    sort_by,
};

/// Reads what [`write`](super::write) wrote, or the CDK. The paths of assets are relative to the folder. A folder of the CDK names neither
/// app nor stage, nor the lines of anybody's code.
///
/// # Errors
/// Everything that is missing, broken, younger than this release, or leads out of the folder.
pub fn read(folder: &Path) -> Result<Assembly, Vec<Diagnostic>> {
    read_in(folder, None)
}

/// The same, of a folder within another.
fn read_in(folder: &Path, outer: Option<&Reader<'_>>) -> Result<Assembly, Vec<Diagnostic>> {
    // The CDK's own folders have no facts.
    let is_foreign = !folder.join(FACTS).is_file();
    if is_foreign && !folder.join(MANIFEST).is_file() {
        let message = format!("`{}` is not an assembly folder: it has no `{MANIFEST}`", folder.display());
        return Err(vec![fault(
            &code::FOLDER_UNREADABLE,
            message,
            "run `synth` first, or name another folder",
        )]);
    }
    let mut reader = Reader::of(folder, outer)?;
    let facts: Option<Facts> = if is_foreign { None } else { reader.json(FACTS) };
    let manifest: Option<Manifest> = reader.json(MANIFEST);
    let facts = if is_foreign { manifest.as_ref().map(foreign::facts) } else { facts };
    if let (Some(facts), Some(manifest)) = (facts, manifest) {
        let assembly = reader.assembly(facts, manifest);
        if reader.found.is_empty() {
            return Ok(assembly);
        }
    }
    Err(reader.found)
}

/// Reads the files of one folder, and gathers what is wrong with them.
pub(super) struct Reader<'a> {
    /// What nothing may lead out of: the outermost folder.
    root: PathBuf,
    here: PathBuf,
    /// How many folders lie between that and this one. The CDK keeps the assets of inner folders in the outermost.
    depth: usize,
    folder: &'a Path,
    pub(super) found: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub(super) fn of(folder: &'a Path, outer: Option<&Reader<'_>>) -> Result<Self, Vec<Diagnostic>> {
        let here = fs::canonicalize(folder).map_err(|error| vec![unreadable(folder, &error.to_string())])?;
        let root = outer.map_or(&here, |outer| &outer.root).clone();
        let depth = here.strip_prefix(&root).map_or(0, |between| between.components().count());
        Ok(Self { root, here, depth, folder, found: Vec::new() })
    }

    fn assembly(&mut self, mut facts: Facts, manifest: Manifest) -> Assembly {
        let major = |version: &str| version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        let is_foreign = facts.version == foreign::VERSION;
        // What is younger in a folder of the CDK is not asked for here.
        let is_later = facts.version > facts::VERSION || major(&manifest.version) > major(manifest::VERSION);
        if is_later && !is_foreign {
            let message = format!("`{}` was written by a later release", self.folder.display());
            self.found.push(fault(
                &code::FOLDER_UNREADABLE,
                message,
                "update Formwork, or run `synth` again with this release",
            ));
        }
        let mut stacks = SortedMap::new();
        let mut lists = SortedMap::new();
        let mut inner = Vec::new();
        for (id, artifact) in manifest.artifacts {
            match artifact {
                Artifact::Stack(stack) => {
                    stacks.insert(id, *stack);
                }
                Artifact::Assets(list) => {
                    let list: Option<AssetManifest> = self.json(&list.properties.file);
                    lists.extend(list.map(|list| (id, list)));
                }
                Artifact::Assembly(assembly) => {
                    inner.extend(self.inner(&assembly.properties.directory_name));
                }
                Artifact::Unknown => {}
            }
        }
        let mut assembly = Assembly {
            app: facts.app,
            stage: facts.stage,
            protected: facts.protected,
            bootstrap: facts.bootstrap,
            ..Assembly::default()
        };
        let mut assets = SortedMap::new();
        for id in &facts.order {
            let Some(artifact) = stacks.remove(&**id) else {
                let message = format!("the stack `{id}` is in `{FACTS}`, but not in `{MANIFEST}`");
                self.broken(message);
                continue;
            };
            let template = artifact.properties.template_file.clone();
            let mut stack = self.stack(id, artifact);
            let origins = facts.resources.remove(&**id).unwrap_or_default();
            stack.resources =
                each(origins, |(logical_id, Origin { path, at })| ResourceOrigin { logical_id, path, at });
            stack.gates = facts.gates.remove(&**id).unwrap_or_default();
            stack.secure_strings = facts.secure_strings.remove(&**id).unwrap_or_default();
            // The template of the stack may be in the list too; it is no asset of the app.
            let list = lists.remove(&format!("{id}.assets"));
            let listed: Vec<Asset> = list.map(|list| self.assets(list, &template)).unwrap_or_default();
            stack.assets = each(&listed, |asset| asset.hash.clone());
            sort_by(&mut stack.assets, Ord::cmp);
            stack.dependencies.retain(|dependency| facts.order.iter().any(|id| id == dependency));
            assets.extend(listed.into_iter().map(|asset| (asset.hash.clone(), asset)));
            assembly.stacks.push(stack);
        }
        for id in stacks.keys() {
            self.broken(format!("the stack `{id}` is in `{MANIFEST}`, but not in `{FACTS}`"));
        }
        for inner in inner {
            assembly.stacks.extend(inner.stacks);
            assets.extend(inner.assets.into_iter().map(|asset| (asset.hash.clone(), asset)));
        }
        assembly.sites = std::mem::take(&mut facts.sites);
        assets.extend(assembly.sites.iter().filter_map(|site| self.site(site, &facts.order)));
        assembly.assets = assets.into_values().collect();
        assembly
    }

    /// An assembly within this one, the paths of its assets counted from here.
    fn inner(&mut self, directory: &str) -> Option<Assembly> {
        self.below(directory)?;
        let read = read_in(&self.folder.join(directory), Some(self));
        let mut inner = read.map_err(|errors| self.found.extend(errors)).ok()?;
        for asset in &mut inner.assets {
            let (AssetSource::Image { directory: path, .. }
            | AssetSource::Directory { directory: path }
            | AssetSource::File { file: path }) = &mut asset.source;
            *path = format!("{directory}/{path}");
        }
        Some(inner)
    }

    fn stack(&mut self, id: &str, artifact: StackArtifact) -> Stack {
        let StackArtifact { environment, properties, dependencies, .. } = artifact;
        let (account, region) = manifest::account_and_region(&environment).unwrap_or_else(|| {
            self.broken(format!("`{environment}` is not an environment"));
            (None, None)
        });
        Stack {
            id: id.to_owned(),
            name: if properties.stack_name.is_empty() { id.to_owned() } else { properties.stack_name },
            account,
            region,
            template: self.text(&properties.template_file).unwrap_or_default(),
            tags: properties.tags.into_iter().collect(),
            termination_protection: properties.termination_protection,
            dependencies,
            ..Stack::default()
        }
    }

    fn assets(&mut self, list: AssetManifest, template: &str) -> Vec<Asset> {
        let files = list.files.into_iter().filter(|(_, file)| file.source.path != template);
        let files = files.map(|(hash, FileAsset { display_name: name, source, .. })| {
            let path = source.path;
            let source = match source.packaging {
                Packaging::Zip => AssetSource::Directory { directory: path },
                Packaging::File => AssetSource::File { file: path },
            };
            Asset { hash, name, source }
        });
        let images =
            list.docker_images.into_iter().map(|(hash, ImageAsset { display_name: name, source, .. })| {
                let source = AssetSource::Image {
                    directory: source.directory,
                    dockerfile: source.docker_file,
                    target: source.docker_build_target,
                    platform: source.platform,
                    build_args: source.docker_build_args.into_iter().collect(),
                };
                Asset { hash, name, source }
            });
        let assets: Vec<Asset> = files.chain(images).collect();
        for asset in &assets {
            match &asset.source {
                AssetSource::Image { directory, dockerfile, .. } => {
                    self.inside(&format!("{directory}/{dockerfile}"))
                }
                AssetSource::Directory { directory: path } | AssetSource::File { file: path } => {
                    self.inside(path)
                }
            };
        }
        assets
    }

    /// The files of a site, by their hash.
    fn site(&mut self, site: &Site, stacks: &[String]) -> Option<(String, Asset)> {
        for place in [Some(&site.bucket), site.distribution.as_ref()].into_iter().flatten() {
            if !stacks.contains(&place.stack) {
                self.broken(format!(
                    "the site `{}` lies in a stack `{}` that is not there",
                    site.path, place.stack
                ));
            }
        }
        let directory = format!("asset.{}", site.asset);
        self.inside(&directory)?;
        let source = AssetSource::Directory { directory };
        Some((site.asset.clone(), Asset { hash: site.asset.clone(), name: site.path.clone(), source }))
    }

    pub(super) fn json<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let text = self.text(name)?;
        match serde_json::from_str(&text) {
            Ok(value) => Some(value),
            Err(error) => {
                let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).max(1);
                let file = self.folder.join(name).display().to_string();
                let at =
                    Place { file: file.into(), line: count(error.line()), column: count(error.column()) };
                self.found.push(unreadable(&self.folder.join(name), &error.to_string()).at(at));
                None
            }
        }
    }

    fn text(&mut self, name: &str) -> Option<String> {
        let path = self.inside(name)?;
        fs::read_to_string(&path)
            .map_err(|error| self.found.push(unreadable(&self.folder.join(name), &error.to_string())))
            .ok()
    }

    /// The path of something in the folder, unless it leads out.
    fn inside(&mut self, name: &str) -> Option<PathBuf> {
        let path = Path::new(name);
        let mut depth = self.depth;
        let is_plain = !name.is_empty()
            && path.components().all(|part| match part {
                Component::ParentDir if depth > 0 => {
                    depth -= 1;
                    true
                }
                part => matches!(part, Component::Normal(_)),
            });
        // On other systems a backslash would be a letter; a folder may have come from one of those.
        if !is_plain || name.contains('\\') {
            self.leads_out(name);
            return None;
        }
        match fs::canonicalize(self.here.join(path)) {
            Ok(real) if real.starts_with(&self.root) => Some(real),
            Ok(_) => {
                self.leads_out(name);
                None
            }
            Err(error) => {
                self.found.push(unreadable(&self.folder.join(name), &error.to_string()));
                None
            }
        }
    }

    /// The path of a folder below this one, so that no folder is read within itself.
    pub(super) fn below(&mut self, directory: &str) -> Option<PathBuf> {
        let real = self.inside(directory)?;
        if real != self.here && real.starts_with(&self.here) {
            return Some(real);
        }
        self.leads_out(directory);
        None
    }

    fn leads_out(&mut self, name: &str) {
        let message = format!("`{name}` leads out of `{}`", self.folder.display());
        self.found.push(fault(
            &code::PATH_LEADS_OUT,
            message,
            "do not use a folder that others could change; run `synth` again",
        ));
    }

    fn broken(&mut self, what: String) {
        self.found.push(fault(&code::FOLDER_UNREADABLE, what, "run `synth` again"));
    }
}

fn unreadable(path: &Path, error: &str) -> Diagnostic {
    fault(&code::FOLDER_UNREADABLE, format!("cannot read `{}`: {error}", path.display()), "run `synth` again")
}
