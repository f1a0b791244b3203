//! What changes between two assemblies, and how grave it is: known from the two folders and the facts alone, without AWS.
//!
//! ```text
//! two assemblies ─► compare (stack, resource, value) ─► grade (facts, policies) ─► cascade ─► highlights
//! ```
//!
//! What a change really does is known to CloudFormation only; where it depends on more than the templates say, the grade is a `may`. Which
//! updates interrupt a service the facts do not tell; a table has those of servers that are well known. Printing is in [`render`](crate::render).

mod access;
mod cascade;
mod change;
mod exposure;
mod grade;
mod highlight;
mod interruption;
mod moved;
mod network;
mod phrase;
mod resource;
mod secret;
mod section;
mod side;
mod stack;
mod value;

#[cfg(feature = "deploy")]
use formwork_assembly::Stack;
use formwork_assembly::{Assembly, Diagnostic, sort_by};

pub use change::{Action, Change, EntryChange, ResourceChange, StackDiff};
pub(crate) use change::{Against, Diff};
pub use grade::Grade;
pub use highlight::{Highlight, Kind};
#[cfg(feature = "deploy")]
pub(crate) use interruption::interrupts;
pub(crate) use phrase::{brief, pair};
#[cfg(feature = "deploy")]
pub(crate) use secret::{hidden, is_secret, redacted};
use side::Side;

/// Compares an assembly with an earlier one. `folder` is what the earlier one is called.
///
/// # Errors
/// A template of either that is no JSON object.
pub(crate) fn between(old: &Assembly, new: &Assembly, folder: String) -> Result<Diff, Vec<Diagnostic>> {
    let (old_sides, new_sides) = (Side::all(old), Side::all(new));
    let (old_sides, new_sides) = match (old_sides, new_sides) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => {
            let errors = [old.err(), new.err()].map(Option::unwrap_or_default);
            return Err(errors.concat());
        }
    };
    let mut facts = side::Facts::default();
    let mut stacks = Vec::new();
    let mut highlights = Vec::new();
    let added = new_sides.iter().map(|new| (old_sides.iter().find(|old| old.id() == new.id()), Some(new)));
    let removed = old_sides.iter().filter(|old| !new_sides.iter().any(|new| new.id() == old.id()));
    for (old, new) in added.chain(removed.map(|old| (Some(old), None))) {
        let Some(diff) = stack::compare(old, new, &mut facts) else { continue };
        highlights.extend(highlight::of(&diff, old, new));
        stacks.push(diff);
    }
    // Stable: within a kind, as the stacks and paths are.
    sort_by(&mut highlights, |one, other| one.kind.cmp(&other.kind));
    Ok(Diff {
        app: new.app.clone(),
        stage: new.stage.clone(),
        against: Against { folder, app: old.app.clone(), stage: old.stage.clone() },
        grade: stacks.iter().filter_map(StackDiff::grade).max(),
        highlights,
        stacks,
        assets: section::assets(old, new),
        sites: section::sites(old, new),
    })
}

#[cfg(feature = "deploy")]
impl Diff {
    /// The differences from what is deployed, as stacks were compared with it.
    pub(crate) fn of_deployed(
        app: &str,
        stage: &str,
        place: String,
        reviews: Vec<crate::deploy::StackReview>,
    ) -> Self {
        let (app, stage) = (app.to_owned(), stage.to_owned());
        let mut highlights: Vec<Highlight> =
            reviews.iter().flat_map(|review| review.highlights.iter().cloned()).collect();
        highlights.sort_by_key(|one| one.kind);
        Self {
            against: Against { folder: place, app: app.clone(), stage: stage.clone() },
            app,
            stage,
            grade: reviews.iter().filter_map(|review| review.grade).max(),
            highlights,
            stacks: reviews.into_iter().map(|review| review.diff).collect(),
            assets: Vec::new(),
            sites: Vec::new(),
        }
    }
}

/// True for a resource of a template that holds data.
#[cfg(feature = "deploy")]
pub(crate) fn is_stateful(resource: &serde_json::Value) -> bool {
    resource::is_stateful(resource, &mut side::Facts::default())
}

/// Compares a stack with what is deployed of it, puts right what somebody knows better, and highlights what comes of it.
///
/// # Errors
/// A template of either that is no JSON object.
#[cfg(feature = "deploy")]
pub(crate) fn of_stack(
    old: Option<&Stack>,
    new: &Stack,
    correct: impl FnOnce(&mut StackDiff),
) -> Result<(StackDiff, Vec<Highlight>), Diagnostic> {
    let (old, new) = (old.map(Side::new).transpose()?, Side::new(new)?);
    let mut diff = stack::compare(old.as_ref(), Some(&new), &mut side::Facts::default())
        .unwrap_or_else(|| StackDiff::empty(new.stack));
    correct(&mut diff);
    let mut highlights = highlight::of(&diff, old.as_ref(), Some(&new));
    highlights.sort_by_key(|one| one.kind);
    Ok((diff, highlights))
}

/// What goes with a stack that is deleted.
///
/// # Errors
/// A template that is no JSON object.
#[cfg(feature = "deploy")]
pub(crate) fn of_deletion(stack: &Stack) -> Result<(StackDiff, Vec<Highlight>), Diagnostic> {
    let old = Side::new(stack)?;
    let diff = stack::compare(Some(&old), None, &mut side::Facts::default());
    let diff = diff.unwrap_or_else(|| StackDiff::empty(stack));
    let mut highlights = highlight::of(&diff, Some(&old), None);
    highlights.sort_by_key(|one| one.kind);
    Ok((diff, highlights))
}
