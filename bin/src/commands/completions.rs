//! `completions`: prints a completion script for a shell.

use clap_complete::Shell;

use super::Exit;
use crate::{Surroundings, render::Render};

pub(super) fn run(
    shell: Shell,
    mut grammar: clap::Command,
    around: &Surroundings,
    render: &mut Render<'_>,
) -> Exit {
    let mut script = Vec::new();
    // Completion is for the program itself; cargo has its own.
    let name = around.program.clone().unwrap_or_else(|| grammar.get_name().to_owned());
    clap_complete::generate(shell, &mut grammar, name, &mut script);
    render.raw(&script);
    Exit::Done
}
