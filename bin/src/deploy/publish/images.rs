//! Images for repositories: built by the program of the session where no repository has them, and pushed.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
};

use formwork_assembly::{AssetSource, Code, Diagnostic, Severity, code};
use futures_util::{StreamExt, stream};

use super::{
    all,
    builder::{Builder, Trouble},
    check,
    home::Home,
    login::Logins,
    parcel::{ImageAt, ImageParcel},
    registry,
    steps::{BuildSteps, PushedLayers},
};
use crate::{
    deploy::{Failure, FailureKind, Session, Target, Transfer, cloud::Cloud, patience::persist},
    shell,
};

/// How many are looked for, and pushed, side by side.
const PUSHED_AT_ONCE: usize = 4;

/// How many are built side by side: a build takes all of the machine by itself.
const BUILT_AT_ONCE: usize = 2;

/// An image, and the repositories that do not have it.
type Missing<'a> = (&'a ImageParcel, Vec<&'a ImageAt>);

/// Builds and pushes what is not there.
pub(super) async fn send<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    clouds: &BTreeMap<Home, C>,
    images: &[ImageParcel],
) -> Result<(), Failure> {
    let looked = stream::iter(images.iter().map(|image| missing(session, clouds, image)));
    let looked: Vec<Result<Missing<'_>, Failure>> = looked.buffered(PUSHED_AT_ONCE).collect().await;
    let mut results = Vec::new();
    let mut to_build = Vec::new();
    for looked in looked {
        match looked {
            Ok((_, to)) if to.is_empty() => {}
            Ok(missing) => to_build.push(missing),
            Err(failure) => results.push(Err(failure)),
        }
    }
    let homes: BTreeSet<&Home> = to_build.iter().flat_map(|(_, to)| to.iter().map(|at| &at.home)).collect();
    if homes.is_empty() {
        return all(results).or_else(|failure| pardon(session, failure));
    }
    let mut open = BTreeSet::new();
    let mut logins = Logins::new(session).await?;
    for home in homes {
        match log_in(session, clouds, home, &mut logins).await {
            Ok(()) => {
                open.insert(home);
            }
            Err(failure) => results.push(Err(failure)),
        }
    }
    // An image whose registry cannot be reached need not be built.
    let to_build = to_build.into_iter().filter(|(_, to)| to.iter().all(|at| open.contains(&at.home)));
    let built =
        stream::iter(to_build.map(|missing| build(session, target, missing))).buffer_unordered(BUILT_AT_ONCE);
    let logins = &logins;
    let pushed = built.map(|built| async move {
        match built {
            Ok(missing) => push(session, clouds, logins, missing).await,
            Err(failure) => Err(failure),
        }
    });
    results.extend(pushed.buffer_unordered(PUSHED_AT_ONCE).collect::<Vec<_>>().await);
    all(results).or_else(|failure| pardon(session, failure))
}

async fn missing<'a, C: Cloud>(
    session: &Session<C>,
    clouds: &BTreeMap<Home, C>,
    image: &'a ImageParcel,
) -> Result<Missing<'a>, Failure> {
    let mut missing = Vec::new();
    for at in &image.to {
        let Some(cloud) = clouds.get(&at.home) else { continue };
        let there = persist(session, async || registry::has(cloud, at).await).await;
        if !there.map_err(|fault| image.label.failure(fault.into()))? {
            missing.push(at);
        }
    }
    if missing.is_empty() {
        image.label.tell(session, Transfer::Present);
    }
    Ok((image, missing))
}

/// Logs the builder in to the registry of an account and region, for this run only where it lets itself be told to.
async fn log_in<C: Cloud>(
    session: &Session<C>,
    clouds: &BTreeMap<Home, C>,
    home: &Home,
    logins: &mut Logins,
) -> Result<(), Failure> {
    let Some(cloud) = clouds.get(home) else { return Ok(()) };
    let (user, password) = registry::credentials(session, cloud).await?;
    let host = registry::host(session, home);
    let arguments = words(["login", "--username", &user, "--password-stdin", &host]);
    let builder = Builder::new(&session.builder);
    let failed = |trouble| {
        let message = format!("`{}` cannot log in to `{host}`", session.builder.display());
        told(session, trouble, &code::REGISTRY_LOGIN, message)
    };
    if logins.add(&host, &user, &password).is_ok() {
        match builder.with(&logins.environment(&host)).run_secretly(&arguments, &password).await {
            Ok(()) => return Ok(()),
            Err(trouble @ Trouble::Missing(_)) => return Err(failed(trouble)),
            // One in a sandbox may not be let to read there.
            Err(Trouble::Failed(_) | Trouble::Down) => logins.remove(&host),
        }
    }
    builder.run_secretly(&arguments, &password).await.map_err(failed)?;
    session.teller.warn(kept(session, &host));
    Ok(())
}

/// The login is where the program keeps all others.
fn kept<C>(session: &Session<C>, host: &str) -> Diagnostic {
    let message = format!(
        "`{}` keeps the login to `{host}`, which is good for twelve hours",
        session.builder.display()
    );
    let program = session.builder.to_string_lossy();
    let help = format!(
        "it takes no settings that go with the run; `{} logout {}` ends the login",
        shell::word(&program),
        shell::word(host)
    );
    Diagnostic::warning(&code::REGISTRY_LOGIN, message).help(help)
}

async fn build<'a, C: Cloud>(
    session: &Session<C>,
    target: &Target,
    missing: Missing<'a>,
) -> Result<Missing<'a>, Failure> {
    let ImageParcel { label, source, .. } = missing.0;
    let AssetSource::Image { directory, dockerfile, target: stage, platform, build_args } = source else {
        return Ok(missing);
    };
    check(target, source, &label.hash, &label.name).await.map_err(|failure| label.failure(failure))?;
    label.tell(session, Transfer::Building { done: 0, of: 0 });
    let directory = target.folder.join(directory);
    let name = local_name(&label.hash);
    let mut arguments = words(["--tag", &name]);
    if !platform.is_empty() {
        arguments.extend(words(["--platform", platform]));
    }
    if let Some(stage) = stage {
        arguments.extend(words(["--target", stage]));
    }
    for (name, value) in build_args {
        arguments.extend(words(["--build-arg", &format!("{name}={value}")]));
    }
    arguments.extend(["--file".into(), directory.join(dockerfile).into(), directory.into()]);
    let builder = Builder::new(&session.builder);
    let run = async |verb: Vec<OsString>| {
        let mut steps = BuildSteps::default();
        let hear = |line: &str| {
            if let Some((done, of)) = steps.take(line) {
                label.tell(session, Transfer::Building { done, of });
            }
        };
        builder.run_heard(&[verb, arguments.clone()].concat(), hear).await
    };
    let built = async {
        run(words(["build"])).await?;
        // A builder of buildx that runs in a container keeps what it has built, unless it is told not to. Docker's own builder is that
        // way by itself, and the older one does not know the option: so the image is looked for, and only then asked for.
        match builder.run(&words(["image", "inspect", &name])).await {
            Err(Trouble::Failed(_)) => run(words(["build", "--load"])).await,
            found => found,
        }
    };
    built.await.map_err(|trouble| {
        let message = format!("the image of `{}` cannot be built", label.name);
        label.failure(told(session, trouble, &code::IMAGE_NOT_BUILT, message))
    })?;
    Ok(missing)
}

async fn push<C: Cloud>(
    session: &Session<C>,
    clouds: &BTreeMap<Home, C>,
    logins: &Logins,
    (image, to): Missing<'_>,
) -> Result<(), Failure> {
    let label = &image.label;
    label.tell(session, Transfer::Pushing { done: 0, of: 0 });
    let builder = Builder::new(&session.builder);
    for at in to {
        let host = registry::host(session, &at.home);
        let name = format!("{host}/{}:{}", at.repository, at.tag);
        let failed = |trouble| {
            let message = format!("the image of `{}` cannot be pushed to `{name}`", label.name);
            label.failure(told(session, trouble, &code::IMAGE_NOT_PUSHED, message))
        };
        builder.run(&words(["tag", &local_name(&label.hash), &name])).await.map_err(failed)?;
        let mut layers = PushedLayers::default();
        let hear = |line: &str| {
            if let Some((done, of)) = layers.take(line) {
                label.tell(session, Transfer::Pushing { done, of });
            }
        };
        let environment = logins.environment(&host);
        let pushed = builder.with(&environment).run_heard(&words(["push", &name]), hear).await;
        let Err(trouble) = pushed else { continue };
        // Tags cannot be written twice: another run may have been quicker.
        let is_there = match clouds.get(&at.home) {
            Some(cloud) => registry::has(cloud, at).await.unwrap_or(false),
            None => false,
        };
        if !is_there {
            return Err(failed(trouble));
        }
    }
    label.tell(session, Transfer::Published);
    Ok(())
}

/// What an image is called on this machine.
fn local_name(hash: &str) -> String {
    format!("formwork-assets:{hash}")
}

fn told<C>(session: &Session<C>, trouble: Trouble, failed: &Code, message: String) -> Failure {
    let program = session.builder.display();
    let typed = session.builder.to_string_lossy();
    let finding = match trouble {
        Trouble::Missing(error) => Diagnostic::error(
            &code::NO_IMAGE_BUILDER,
            format!("cannot start `{program}`, which builds images: {error}"),
        )
        .help("install Docker, or name another program that builds images with `FORMWORK_DOCKER`"),
        Trouble::Down => {
            Diagnostic::error(&code::IMAGE_BUILDER_DOWN, format!("`{program}` is there, but does not work"))
                .help(format!(
                    "start its service, the Docker daemon for one; `{} version` says what it lacks",
                    shell::word(&typed)
                ))
        }
        Trouble::Failed(said) if said.is_empty() => {
            Diagnostic::error(failed, message).help(format!("`{program}` does not say why"))
        }
        Trouble::Failed(said) => {
            Diagnostic::error(failed, message).help(format!("`{program}` says last:\n{said}"))
        }
    };
    Failure::new(FailureKind::Failed, finding)
}

/// Locally no container runs, so that a builder that is not there, or a registry that takes nothing, stops nothing.
fn pardon<C>(session: &Session<C>, failure: Failure) -> Result<(), Failure> {
    let pardoned =
        [&code::NO_IMAGE_BUILDER, &code::IMAGE_BUILDER_DOWN, &code::REGISTRY_LOGIN, &code::IMAGE_NOT_PUSHED];
    let is_pardoned =
        |finding: &Diagnostic| session.local.is_some() && pardoned.iter().any(|code| code.id == finding.code);
    let (warnings, errors): (Vec<_>, Vec<_>) = failure.findings.into_iter().partition(is_pardoned);
    for mut warning in warnings {
        warning.severity = Severity::Warning;
        let help = warning.help.take().unwrap_or_default();
        warning.help = Some(format!("the local server does without the image; for AWS: {help}"));
        session.teller.warn(warning);
    }
    if errors.is_empty() { Ok(()) } else { Err(Failure { kind: failure.kind, findings: errors }) }
}

fn words<const N: usize>(words: [&str; N]) -> Vec<OsString> {
    words.map(OsString::from).to_vec()
}
