//! Publishing: what stacks need is put where their templates look for it, before any of them is touched.
//!
//! Everything is named by its content, so what is there is right and is left alone. An object or an image is there as a whole or not at
//! all, so that a run that ends in the middle leaves nothing half-published, and the next one goes on from there.

mod archive;
mod bootstrap;
mod builder;
mod files;
mod home;
mod images;
mod login;
mod parcel;
mod registry;
mod set_up;
mod small_stack;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use formwork_assembly::{
    AssetFiles, AssetHasher, AssetSource, Bootstrap, BootstrapRole, Diagnostic, Stack, code,
    folder::{self, INLINE_TEMPLATE},
};

use self::{home::Home, parcel::Parcels};
use super::{
    Failure, FailureKind, Session, Target,
    cloud::{Cloud, TemplateSource},
    identity::assume,
    upload::Uploads,
};

/// What was published for some stacks.
#[derive(Clone, Debug, Default)]
pub struct Published {
    templates: BTreeMap<String, String>,
    executors: BTreeMap<String, String>,
}

/// Publishes the files, images and large templates of some stacks: what is there already is left alone, everything else is sent side by side.
/// Whoever calls gives up the uploads where this is interrupted or fails.
///
/// # Errors
/// Everything that could not be published. What could stays, and the next run goes on from there.
pub(super) async fn publish<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[&Stack],
    uploads: &Uploads<C>,
) -> Result<Published, Failure> {
    // Without assets and without roles a folder says nothing of places.
    let is_own = target.assembly.bootstrap.as_ref().is_none_or(|bootstrap| *bootstrap == Bootstrap::Formwork);
    let is_silent =
        !target.assembly.app.is_empty() && is_own && stacks.iter().all(|stack| stack.assets.is_empty());
    let publications = if is_silent { Ok(BTreeMap::new()) } else { folder::publications(&target.folder) };
    let publications = publications.map_err(Failure::refused)?;
    let (parcels, published) =
        Parcels::of(session, target, stacks, &publications).map_err(Failure::refused)?;
    send(session, target, &parcels, uploads).await?;
    Ok(published)
}

/// The roles that ask CloudFormation about stacks, by the ids of these, where there is a folder and names some.
pub(super) fn deployers<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[&Stack],
) -> Result<BTreeMap<String, String>, Failure> {
    if target.folder.as_os_str().is_empty() {
        return Ok(deployers_of_bootstrap(session, target, stacks));
    }
    let publications = folder::publications(&target.folder).map_err(Failure::refused)?;
    let role = |stack: &&Stack| {
        let role = publications.get(&stack.id)?.deployer.as_deref()?;
        Some((stack.id.clone(), Home::of(session, stack).fill(role)))
    };
    Ok(stacks.iter().filter_map(role).collect())
}

/// The same for an app that has written no folder: they follow from its bootstrap.
fn deployers_of_bootstrap<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    stacks: &[&Stack],
) -> BTreeMap<String, String> {
    let bootstrap = target.assembly.bootstrap.clone().unwrap_or_default();
    let role = |stack: &&Stack| {
        let home = Home::of(session, stack);
        let name = bootstrap.role(BootstrapRole::Deploy, &home.account, &home.region)?;
        let arn = format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{name}");
        Some((stack.id.clone(), home.fill(&arn)))
    };
    stacks.iter().filter_map(role).collect()
}

impl Published {
    /// The template of a stack: itself, or where it lies if it is too large to be sent along.
    pub fn template(&self, stack: &Stack) -> TemplateSource {
        match self.templates.get(&stack.id) {
            Some(url) if stack.template.len() > INLINE_TEMPLATE => TemplateSource::Url(url.clone()),
            _ => TemplateSource::Body(stack.template.clone()),
        }
    }

    /// The role that CloudFormation acts with, of a folder that names one.
    pub fn executor(&self, stack: &Stack) -> Option<&str> {
        self.executors.get(&stack.id).map(String::as_str)
    }
}

/// Sends everything that is not there.
async fn send<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    parcels: &Parcels,
    uploads: &Uploads<C>,
) -> Result<(), Failure> {
    bootstrap::check(session, target, &parcels.bootstraps).await?;
    for (home, need) in &parcels.own {
        set_up::make(session, target, home, *need).await?;
    }
    let mut clouds = BTreeMap::new();
    for home in parcels.homes() {
        clouds.insert(home.clone(), cloud_of(session, &home).await?);
    }
    let (files, images) = tokio::join!(
        files::send(session, target, &clouds, &parcels.files, uploads),
        images::send(session, target, &clouds, &parcels.images)
    );
    all([files, images])
}

/// Whoever may write to a place.
async fn cloud_of<C: Cloud>(session: &Session<C>, home: &Home) -> Result<C, Failure> {
    let cloud = session.cloud.in_region(&home.region);
    let Some(role) = &home.role else { return Ok(cloud) };
    let assumed = assume(session, &cloud, role, "assets are published").await?;
    Ok(assumed.unwrap_or(cloud))
}

/// All failures in one; what is the same for several assets is told once.
fn all(results: impl IntoIterator<Item = Result<(), Failure>>) -> Result<(), Failure> {
    Failure::all(results.into_iter().filter_map(Result::err)).map_err(Failure::once)
}

/// Makes sure that an asset of the folder is what its hash says. A folder of the CDK has hashes of another kind.
async fn check(target: &Target, source: &AssetSource, hash: &str, name: &str) -> Result<(), Failure> {
    if target.assembly.app.is_empty() {
        return Ok(());
    }
    let (files, asset) = (AssetFiles::new(&target.folder), source.clone());
    let found = off_thread(move || files.hash(&asset)).await?;
    match found {
        Ok(found) if found == hash => Ok(()),
        Ok(_) => Err(changed(name)),
        Err(findings) => {
            Err(Failure::refused(findings.into_iter().map(|finding| finding.path(name)).collect()))
        }
    }
}

/// The failure of an asset that is not what its hash says.
fn changed(name: &str) -> Failure {
    let message = format!("the copy of `{name}` in the assembly folder has changed since `synth` wrote it");
    let finding = Diagnostic::error(&code::ASSET_CHANGED, message).path(name);
    Failure::new(FailureKind::Refused, finding.help("run `synth` again, then deploy again"))
}

/// Reads or writes the disk beside everything else.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        let finding = Diagnostic::error(
            &code::ASSET_UNREADABLE,
            format!("reading the assembly folder broke off: {error}"),
        );
        Failure::new(FailureKind::Failed, finding.help("run the same command again"))
    })
}
