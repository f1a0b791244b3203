//! `policy`: prints the IAM policies that deploying the app, or an assembly folder, takes. Asks nobody and writes nothing.

use formwork_assembly::{Assembly, Diagnostic};

use super::{
    Exit,
    source::{Found, Nothing, Source},
};
use crate::{
    Surroundings,
    cli::Policy,
    policy::{self, Github, Jobs},
    render::Render,
};

pub(super) fn run(
    source: &Source<'_>,
    options: &Policy,
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Exit {
    let Found { assembly, mut findings } = match source.assembly(around) {
        Ok(found) => found,
        Err(Nothing { findings, exit }) => {
            render.policy(None, &findings);
            return exit;
        }
    };
    let roles = github(&assembly, options)
        .map_err(|error| vec![error])
        .and_then(|github| policy::roles(&assembly, github.as_ref()));
    match roles {
        Ok((roles, more)) => {
            findings.extend(more);
            render.policy(Some(&roles), &findings);
            Exit::Done
        }
        Err(errors) => {
            findings.extend(errors);
            render.policy(None, &findings);
            Exit::Findings
        }
    }
}

/// The jobs that are named on the command line. The workflow that `init ci github` writes has an environment for each stage.
fn github(assembly: &Assembly, options: &Policy) -> Result<Option<Github>, Diagnostic> {
    let Some(repository) = &options.github else { return Ok(None) };
    let jobs = match (&options.branch, &options.environment) {
        (Some(branch), _) => Jobs::Branch(branch.clone()),
        (None, environment) => Jobs::Environment(environment.as_ref().unwrap_or(&assembly.stage).clone()),
    };
    Github::new(repository, jobs).map(Some)
}
