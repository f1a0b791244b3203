//! What has to be sent where: the assets and large templates of some stacks, each once for every place that it belongs to.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use formwork_assembly::{
    Asset, AssetSource, Bootstrap, Diagnostic, Place, Stack, code, digest,
    folder::{AssetPlace, BootstrapVersion, Destination, INLINE_TEMPLATE, Publication},
};

use super::{Published, home::Home};
use crate::deploy::{
    Session, Target,
    cloud::{Cloud, ObjectAt},
};

/// What of the set-up of Formwork is needed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Need {
    pub bucket: bool,
    pub repository: bool,
}

/// What an asset is called in messages.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub name: String,
    pub hash: String,
    /// The user's line that needs it.
    pub at: Option<Place>,
}

/// A file for a bucket.
#[derive(Clone, Debug)]
pub(super) struct FileParcel {
    pub label: Label,
    pub content: FileContent,
    pub home: Home,
    pub to: ObjectAt,
}

/// What is sent.
#[derive(Clone, Debug)]
pub(super) enum FileContent {
    Template(String),
    Asset(AssetSource),
}

/// An image, built once for all its repositories.
#[derive(Clone, Debug)]
pub(super) struct ImageParcel {
    pub label: Label,
    pub source: AssetSource,
    pub to: Vec<ImageAt>,
}

/// An image in a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ImageAt {
    pub home: Home,
    pub repository: String,
    pub tag: String,
}

/// Everything that some stacks need.
#[derive(Debug, Default)]
pub(super) struct Parcels {
    pub files: Vec<FileParcel>,
    pub images: Vec<ImageParcel>,
    /// Where the set-up of Formwork is needed.
    pub own: BTreeMap<Home, Need>,
    /// Which bootstraps of the CDK are needed where; and a stack that needs each.
    pub bootstraps: BTreeMap<(Home, BootstrapVersion), String>,
}

impl Parcels {
    pub(super) fn of<C: Cloud>(
        session: &Session<C>,
        target: &Target,
        stacks: &[&Stack],
        publications: &BTreeMap<String, Publication>,
    ) -> Result<(Self, Published), Vec<Diagnostic>> {
        let assets = target.assembly.assets.iter().map(|asset| (asset.hash.as_str(), asset)).collect();
        let mut packing =
            Packing { assets, parcels: Self::default(), published: Published::default(), found: Vec::new() };
        for stack in stacks {
            let home = Home::of(session, stack);
            packing.stack(stack, &home, publications.get(&stack.id));
        }
        if packing.found.is_empty() { Ok((packing.parcels, packing.published)) } else { Err(packing.found) }
    }

    /// Everywhere that something is sent to.
    pub(super) fn homes(&self) -> BTreeSet<Home> {
        let files = self.files.iter().map(|file| &file.home);
        let images = self.images.iter().flat_map(|image| image.to.iter().map(|to| &to.home));
        files.chain(images).cloned().collect()
    }
}

struct Packing<'a> {
    assets: BTreeMap<&'a str, &'a Asset>,
    parcels: Parcels,
    published: Published,
    found: Vec<Diagnostic>,
}

impl Packing<'_> {
    fn stack(&mut self, stack: &Stack, home: &Home, publication: Option<&Publication>) {
        let none = Publication::default();
        let publication = publication.unwrap_or(&none);
        let executor = publication.executor.as_deref().map(|role| (stack.id.clone(), home.fill(role)));
        self.published.executors.extend(executor);
        for destination in &publication.assets {
            self.asset(stack, home, destination);
        }
        for hash in stack.assets.iter().filter(|hash| !publication.assets.iter().any(|to| to.hash == **hash))
        {
            self.bad(
                stack,
                format!("the asset `{hash}` of the stack `{}` has no place to be published to", stack.id),
            );
        }
        let is_large = stack.template.len() > INLINE_TEMPLATE;
        if is_large {
            self.template(stack, home, publication.template.as_ref());
        }
        if let Some(bootstrap) = &publication.bootstrap
            && (is_large || !publication.assets.is_empty() || publication.executor.is_some())
        {
            let bootstrap = (home.clone(), bootstrap.clone());
            self.parcels.bootstraps.entry(bootstrap).or_insert_with(|| stack.id.clone());
        }
    }

    fn template(&mut self, stack: &Stack, home: &Home, to: Option<&Destination>) {
        // A folder of the CDK that knows no bootstrap names no place.
        let hash = digest(stack.template.as_bytes());
        let own = Destination {
            place: AssetPlace::Object {
                bucket: Bootstrap::Formwork.bucket(&home.account, &home.region),
                key: format!("{hash}.json"),
            },
            hash,
            region: None,
            role: None,
        };
        let to = to.unwrap_or(&own);
        let AssetPlace::Object { bucket, key } = &to.place else { return };
        let name = format!("{}/Template", stack.id);
        let label = Label { name, hash: to.hash.clone(), at: None };
        let (home, [bucket, key]) = self.settle(stack, home, to, [bucket, key]);
        self.published.templates.insert(stack.id.clone(), home.url(&bucket, &key));
        self.file(home, label, FileContent::Template(stack.template.clone()), bucket, key);
    }

    fn asset(&mut self, stack: &Stack, home: &Home, to: &Destination) {
        let Some(asset) = self.assets.get(to.hash.as_str()).copied() else {
            return self.bad(
                stack,
                format!("the asset `{}` of the stack `{}` is not in the folder", to.hash, stack.id),
            );
        };
        let label =
            Label { name: asset.name.clone(), hash: asset.hash.clone(), at: line_of(stack, &asset.name) };
        match (&to.place, &asset.source) {
            (
                AssetPlace::Object { bucket, key },
                AssetSource::File { .. } | AssetSource::Directory { .. },
            ) => {
                let (home, [bucket, key]) = self.settle(stack, home, to, [bucket, key]);
                self.file(home, label, FileContent::Asset(asset.source.clone()), bucket, key);
            }
            (AssetPlace::Image { repository, tag }, AssetSource::Image { .. }) => {
                let (home, [repository, tag]) = self.settle(stack, home, to, [repository, tag]);
                let own = Bootstrap::Formwork.repository(&home.account, &home.region);
                if repository == own && home.role.is_none() {
                    self.parcels.own.entry(home.clone()).or_default().repository = true;
                }
                let to = ImageAt { home, repository, tag };
                let images = &mut self.parcels.images;
                match images.iter_mut().find(|image| image.label.hash == label.hash) {
                    Some(image) if image.to.contains(&to) => {}
                    Some(image) => image.to.push(to),
                    None => images.push(ImageParcel { label, source: asset.source.clone(), to: vec![to] }),
                }
            }
            _ => self.bad(stack, format!("`{}` is to be published where it does not fit", asset.name)),
        }
    }

    fn file(&mut self, home: Home, label: Label, content: FileContent, bucket: String, key: String) {
        if bucket == Bootstrap::Formwork.bucket(&home.account, &home.region) && home.role.is_none() {
            self.parcels.own.entry(home.clone()).or_default().bucket = true;
        }
        let to = ObjectAt { bucket, owner: home.account.clone(), key };
        if !self.parcels.files.iter().any(|file| file.to == to) {
            self.parcels.files.push(FileParcel { label, content, home, to });
        }
    }

    /// A place with everything in it that is known now.
    fn settle<const N: usize>(
        &mut self,
        stack: &Stack,
        home: &Home,
        to: &Destination,
        names: [&str; N],
    ) -> (Home, [String; N]) {
        let region = to.region.as_ref().map_or(home.region.clone(), |region| home.fill(region));
        let home = Home { region, ..home.clone() };
        let role = to.role.as_ref().map(|role| home.fill(role));
        let names = names.map(|name| home.fill(name));
        for name in names.iter().chain(&role).chain([&home.region]).filter(|name| name.contains("${")) {
            self.bad(stack, format!("`{name}` is no place to publish to"));
        }
        (Home { role, ..home }, names)
    }

    fn bad(&mut self, stack: &Stack, message: String) {
        let finding = Diagnostic::error(&code::BAD_DESTINATION, message);
        self.found.push(finding.path(&stack.id).help("run `synth` again"));
    }
}

/// The line of whatever needs an asset: the nearest resource to it in the tree of constructs.
fn line_of(stack: &Stack, asset: &str) -> Option<Place> {
    let mut scope = asset;
    loop {
        let inside = |path: &str| {
            path.strip_prefix(scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let at = stack.resources.iter().find(|resource| inside(&resource.path) && resource.at.is_some());
        if let Some(resource) = at {
            return resource.at.clone();
        }
        // The stack itself says too little.
        scope = scope.rsplit_once('/').map(|(outer, _)| outer).filter(|outer| outer.contains('/'))?;
    }
}

/// The path of something in the folder.
pub(super) fn path_of(source: &AssetSource) -> &Path {
    let (AssetSource::Image { directory: path, .. }
    | AssetSource::Directory { directory: path }
    | AssetSource::File { file: path }) = source;
    Path::new(path)
}
