//! Writing the folder: all of it, or nothing.
//!
//! It is built beside its place and moved there in one step, so that a failed or interrupted synth leaves the previous one untouched.

use std::{
    borrow::Cow,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process,
};

use super::{
    FACTS, MANIFEST,
    assets::AssetManifest,
    fault,
    home::Home,
    list::{Artifact, Artifacts, write_facts, write_manifest},
    manifest::StackProperties,
};
use crate::{
    Assembly, Asset, AssetFiles, AssetSource, Diagnostic, SortedMap, Stack, asset::sha256::Sha256, code, json,
};

/// A template larger than this cannot be sent along with a request, and is published like an asset.
pub const INLINE_TEMPLATE: usize = 51_200;

/// Writes an assembly to `folder`, replacing the assembly that is there. Answers the folder's real path.
///
/// # Errors
/// The folder holds something else; a name cannot be a file; an asset changed since it was hashed; the disk does not let us.
pub fn write(folder: &Path, assembly: &Assembly, assets: &AssetFiles) -> Result<PathBuf, Vec<Diagnostic>> {
    // A link to a folder stays a link.
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    check_place(&folder)?;
    let (contents, artifacts) = contents(assembly)?;
    let new = Scratch::beside(&folder, "new").map_err(|error| vec![unwritable(&folder, &error)])?;
    let mut found = Vec::new();
    for asset in &assembly.assets {
        match assets.copy(&asset.source, &new.0.join(copy_of(asset))) {
            Ok(hash) if hash == asset.hash => {}
            Ok(_) => found.push(fault(
                &code::ASSET_CHANGED,
                format!("the files of `{}` changed while they were read", asset.name),
                "run it again",
            )),
            Err(errors) => found.extend(errors.into_iter().map(|error| error.path(&asset.name))),
        }
    }
    let mut note = |name: &str, written: io::Result<()>| {
        found.extend(written.err().map(|error| unwritable(&folder.join(name), &error)));
    };
    for (name, text) in contents {
        note(&name, fs::write(new.0.join(&name), text.as_bytes()));
    }
    note(MANIFEST, File::create(new.0.join(MANIFEST)).and_then(|file| write_manifest(&artifacts, file)));
    note(FACTS, File::create(new.0.join(FACTS)).and_then(|file| write_facts(assembly, file)));
    if !found.is_empty() {
        return Err(found);
    }
    swap(&new, &folder).map_err(|error| vec![unwritable(&folder, &error)])?;
    Ok(folder)
}

/// Only a place that is free, empty, or holds an assembly of ours is written to.
fn check_place(folder: &Path) -> Result<(), Vec<Diagnostic>> {
    let names = match fs::read_dir(folder) {
        Ok(listing) => listing.filter_map(|entry| entry.ok()?.file_name().into_string().ok()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            let message = format!("`{}` is a file, not a folder", folder.display());
            return Err(vec![fault(&code::FOLDER_TAKEN, message, "name another folder with `--out`")]);
        }
        Err(error) => return Err(vec![unwritable(folder, &error)]),
    };
    if names.filter(|name| !is_lock(name)).count() == 0 || folder.join(FACTS).is_file() {
        return Ok(());
    }
    let message = format!("`{}` holds something that is not an assembly", folder.display());
    Err(vec![fault(&code::FOLDER_TAKEN, message, "name another folder with `--out`, or remove this one")])
}

/// The CDK command line keeps its locks in the folder while it runs the app.
fn is_lock(name: &str) -> bool {
    name == "synth.lock" || (name.starts_with("read.") && name.ends_with(".lock"))
}

/// The files of the stacks by name, and the list of them.
fn contents(assembly: &Assembly) -> Result<(Contents<'_>, Artifacts<'_>), Vec<Diagnostic>> {
    let mut files = Files::default();
    let mut artifacts = Artifacts::new();
    let assets: SortedMap<&str, &Asset> =
        assembly.assets.iter().map(|asset| (asset.hash.as_str(), asset)).collect();
    let bootstrap = assembly.bootstrap.clone().unwrap_or_default();
    for stack in &assembly.stacks {
        let home = Home::of(stack, &bootstrap);
        let template_file = format!("{}.template.json", stack.id);
        files.add(stack, template_file.clone(), Cow::Borrowed(&stack.template));
        let mut needed = AssetManifest::new();
        for asset in stack.assets.iter().filter_map(|hash| assets.get(hash.as_str())) {
            needed.add(stack, &home, asset, copy_of(asset));
        }
        let url = (stack.template.len() > INLINE_TEMPLATE).then(|| {
            needed.add_template(
                stack,
                &home,
                Sha256::hex_of(stack.template.as_bytes()),
                template_file.clone(),
            )
        });
        let list = (!needed.is_empty()).then(|| format!("{}.assets", stack.id));
        if let Some(list) = &list {
            let file = format!("{list}.json");
            files.add(stack, file.clone(), json::to_text(&needed).into());
            artifacts.insert(list.clone(), Artifact::Assets(home.list(file)));
        }
        let properties = StackProperties {
            template_file,
            stack_name: stack.name.clone(),
            tags: stack.tags.iter().cloned().collect(),
            termination_protection: stack.termination_protection,
            stack_template_asset_object_url: url,
            ..home.properties()
        };
        let artifact = Artifact::Stack { stack, properties: Box::new(properties), assets: list };
        artifacts.insert(stack.id.clone(), artifact);
    }
    if files.found.is_empty() { Ok((files.contents, artifacts)) } else { Err(files.found) }
}

/// Texts, each with the name of its file.
type Contents<'a> = Vec<(String, Cow<'a, str>)>;

/// The name of an asset's copy; a file keeps its ending.
fn copy_of(asset: &Asset) -> String {
    let ending = match &asset.source {
        AssetSource::File { file } => Path::new(file).extension().and_then(|ending| ending.to_str()),
        AssetSource::Image { .. } | AssetSource::Directory { .. } => None,
    };
    let ending = ending.filter(|ending| ending.chars().all(|letter| letter.is_ascii_alphanumeric()));
    format!("asset.{}{}", asset.hash, ending.map(|ending| format!(".{ending}")).unwrap_or_default())
}

/// Files by name. Names that a file system may take for the same, or cannot take at all, are refused.
#[derive(Default)]
struct Files<'a> {
    contents: Contents<'a>,
    taken: SortedMap<String, String>,
    found: Vec<Diagnostic>,
}

impl<'a> Files<'a> {
    fn add(&mut self, stack: &Stack, name: String, text: Cow<'a, str>) {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        let id = &stack.id;
        if id.is_empty() || id.starts_with('.') || id.len() > 128 || !id.chars().all(is_plain) {
            let help = "use ASCII letters, digits, `-`, `_` and `.`, 128 at most";
            let finding =
                fault(&code::FILE_NAME, format!("the stack id `{id}` cannot be the name of a file"), help);
            if !self.found.contains(&finding) {
                self.found.push(finding);
            }
        } else if let Some(other) = self.taken.insert(name.to_lowercase(), id.clone()) {
            let message = format!("the stacks `{other}` and `{id}` would share the file `{name}`");
            self.found.push(fault(
                &code::FILE_NAME,
                message,
                "give one of the two another id; upper and lower case count as the same",
            ));
        }
        self.contents.push((name, text));
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    let message = format!("cannot write `{}`: {error}", path.display());
    fault(&code::FOLDER_UNWRITABLE, message, "check its permissions, or name another folder with `--out`")
}

/// A folder beside the real one, gone once it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn beside(folder: &Path, word: &str) -> io::Result<Self> {
        let scratch = sibling(folder, word)?;
        fs::create_dir_all(&scratch)?;
        Ok(Self(scratch))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing more can be done about a folder that cannot be removed.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn sibling(folder: &Path, word: &str) -> io::Result<PathBuf> {
    let folder = std::path::absolute(folder)?;
    let name = folder.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    Ok(folder.with_file_name(format!(".{}.{word}.{}", name.display(), process::id())))
}

/// Puts the new folder where the old one is.
fn swap(new: &Scratch, folder: &Path) -> io::Result<()> {
    if !folder.exists() {
        return fs::rename(&new.0, folder);
    }
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        if name.to_str().is_some_and(is_lock) {
            fs::copy(folder.join(&name), new.0.join(&name))?;
        }
    }
    let old = Scratch(sibling(folder, "old")?);
    fs::rename(folder, &old.0)?;
    fs::rename(&new.0, folder).inspect_err(|_| {
        // The previous assembly goes back; if even that fails, the first error tells more.
        let _ = fs::rename(&old.0, folder);
    })
}
