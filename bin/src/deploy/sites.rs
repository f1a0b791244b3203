//! Sites: their files go into their buckets once these are deployed, and CloudFront is told what has changed.
//!
//! What never changes under its name goes first, pages go last, so that no visitor sees a page whose files are not there. A record in the
//! bucket says which files belong to which release: it is begun before the first file is sent and finished after the last step, so that
//! a run that ends in the middle is gone on with by the next, and nothing is forgotten or deleted that others have put there.

mod bucket;
mod content_type;
mod files;
mod invalidation;
mod plan;
mod record;
#[cfg(test)]
mod tests;

use formwork_assembly::{Diagnostic, Site, Stack, StackResource, code};

use self::{bucket::Bucket, plan::Plan};
use super::{
    Failure, FailureKind, Progress, Session, SiteStep, Target,
    cloud::{Cloud, StackMember},
    pages,
    upload::Uploads,
};

/// Uploads the files of some sites, whose stacks are deployed: only what has changed, pages last.
///
/// # Errors
/// Everything that could not be uploaded. A site whose files are not all there keeps its pages, and the next run goes on from there.
pub async fn upload<C: Cloud>(session: &Session<C>, target: &Target, sites: &[&Site]) -> Result<(), Failure> {
    let uploads = Uploads::new();
    let uploaded = upload_by(session, target, sites, &uploads).await;
    uploads.give_up().await;
    uploaded
}

/// The same, by uploads that somebody else gives up where this is interrupted.
pub(super) async fn upload_by<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    sites: &[&Site],
    uploads: &Uploads<C>,
) -> Result<(), Failure> {
    let seen = session.interrupts.count();
    tokio::select! {
        biased;
        done = upload_all(session, target, sites, uploads) => done,
        () = session.interrupts.beyond(seen) => {
            let message = "interrupted while sites were uploaded; the stacks are deployed";
            let finding = Diagnostic::error(&code::UPLOAD_INTERRUPTED, message)
                .help("run the same command again: it goes on from what is uploaded");
            Err(Failure::new(FailureKind::Interrupted, finding))
        }
    }
}

async fn upload_all<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    sites: &[&Site],
    uploads: &Uploads<C>,
) -> Result<(), Failure> {
    let mut failures = Vec::new();
    for site in sites {
        let uploaded = upload_one(session, target, site, uploads).await;
        failures.extend(uploaded.err().map(|failure| on(site, failure)));
    }
    Failure::all(failures)
}

async fn upload_one<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    site: &Site,
    uploads: &Uploads<C>,
) -> Result<(), Failure> {
    let stack = stack_of(target, &site.bucket)?;
    let bucket = Bucket {
        session: session.by_caller(stack),
        name: physical_id(session, target, &site.bucket).await?,
        owner: stack.account.clone().unwrap_or_else(|| session.caller.account.clone()),
    };
    let distribution = match &site.distribution {
        Some(distribution) => Some(physical_id(session, target, distribution).await?),
        None => None,
    };
    let files = files::read(target, site).await?;
    let record = bucket.record().await?;
    let listed = bucket.list().await?;
    let present = bucket.present(&files, &record, &listed).await?;
    let plan = Plan::of(site, &files, &record, &listed, &present);
    let tell = |step| session.teller.tell(Progress::Site { site: site.path.clone(), step });
    if plan.is_nothing() {
        tell(SiteStep::Uploaded { changed: 0, same: files.len(), removed: 0 });
        return Ok(());
    }
    bucket.put_record(&plan.begun).await?;
    bucket.send(site, &plan.send, uploads, &tell).await?;
    let removed = bucket.remove(&plan.remove).await?;
    let (changed, same) = (plan.send.len(), files.len() - plan.send.len());
    tell(SiteStep::Uploaded { changed, same, removed });
    if let Some(distribution) = distribution {
        let paths = invalidation::paths(&plan.stale, site.place.as_deref());
        if !paths.is_empty() {
            let token = format!("formwork-{}-{}", session.run, site.asset);
            invalidation::send(session, &distribution, &paths, &token).await?;
            tell(SiteStep::Invalidated { paths });
        }
    }
    bucket.put_record(&plan.finished).await
}

fn stack_of<'a>(target: &'a Target, resource: &StackResource) -> Result<&'a Stack, Failure> {
    let stack = target.assembly.stacks.iter().find(|stack| stack.id == resource.stack);
    stack.ok_or_else(|| homeless(resource))
}

/// What a service calls a resource of a stack.
async fn physical_id<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    resource: &StackResource,
) -> Result<String, Failure> {
    let stack = stack_of(target, resource)?;
    let members = pages::members(&session.at(stack), &stack.name).await?;
    let is_it =
        |member: &StackMember| member.logical_id == resource.logical_id && !member.physical_id.is_empty();
    members.into_iter().find(is_it).map(|member| member.physical_id).ok_or_else(|| homeless(resource))
}

fn homeless(resource: &StackResource) -> Failure {
    let message = format!(
        "the stack `{}` has no `{}` that the files of the site could go to",
        resource.stack, resource.logical_id
    );
    let help = "deploy the stack as this assembly has it, then its files follow";
    Failure::new(FailureKind::Failed, Diagnostic::error(&code::SITE_HOMELESS, message).help(help))
}

/// The failure, with the site that it is about.
fn on(site: &Site, mut failure: Failure) -> Failure {
    for finding in &mut failure.findings {
        finding.path.get_or_insert_with(|| site.path.clone());
    }
    failure
}
