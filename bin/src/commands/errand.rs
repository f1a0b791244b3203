//! The commands that ask AWS.

use super::{Exit, source::Source};
use crate::{Surroundings, cli::Command, render::Render};

/// Does what was typed, with the engine.
pub(super) fn run(_: &Source<'_>, _: &Command, _: &Surroundings, render: &mut Render<'_>) -> Exit {
    render.error(
        "the engine cannot be asked from here yet",
        "carry the folder out with the CDK command line meanwhile",
    );
    Exit::Usage
}
