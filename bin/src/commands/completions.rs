//! `completions`: prints a completion script for a shell.

use clap::CommandFactory;

use super::Exit;
use crate::{Surroundings, cli::Completions, render::Render};

pub(super) fn run<P: CommandFactory>(
    completions: &Completions,
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Exit {
    let mut script = Vec::new();
    // Completion is for the program itself; cargo has its own.
    let mut command = P::command();
    let name = around.program.clone().unwrap_or_else(|| command.get_name().to_owned());
    clap_complete::generate(completions.shell, &mut command, name, &mut script);
    render.raw(&script);
    Exit::Done
}
