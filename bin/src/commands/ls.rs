//! `ls`: lists stacks, those of the app or of a folder. Writes nothing.

use super::{
    Exit,
    source::{Found, Nothing, Source},
};
use crate::{Surroundings, render::Render};

pub(super) fn run(source: &Source<'_>, around: &Surroundings, render: &mut Render<'_>) -> Exit {
    match source.assembly(around) {
        Ok(Found { assembly, findings }) => {
            render.stacks(Some(&assembly), &findings);
            Exit::Done
        }
        Err(Nothing { findings, exit }) => {
            render.stacks(None, &findings);
            exit
        }
    }
}
