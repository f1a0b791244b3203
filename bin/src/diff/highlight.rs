//! What a reviewer must not miss: data that goes, what is replaced, what is opened, who may do more or less.

use formwork_assembly::{Place, each};
use serde::{Serialize, Serializer};

use super::{
    Action, Grade, ResourceChange, StackDiff, access, exposure, network,
    side::{Side, text},
};

/// How many are named of those that only follow a replacement.
const FOLLOWERS: usize = 5;

/// One thing not to miss.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Highlight {
    /// Of which kind it is.
    pub kind: Kind,
    /// The id of the stack.
    pub stack: String,
    /// The construct path.
    pub path: String,
    /// What it is, in words.
    pub text: String,
    /// The user's line.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "place")]
    pub at: Option<Place>,
}

/// The kinds of highlights, in the order in which they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Data goes.
    DestroysData,
    /// Data may go.
    MayDestroyData,
    /// What kept data, or a stack, no longer does.
    LosesProtection,
    /// Something new takes a place.
    Replaces,
    /// Something new may take a place.
    MayReplace,
    /// Everybody can reach it.
    Public,
    /// A port is opened.
    OpensPort,
    /// Somebody may do more.
    Grants,
    /// What nobody was allowed may be allowed now.
    NoLongerDenies,
    /// Somebody may do less.
    Revokes,
    /// Something is denied, whatever else allows it.
    Denies,
}

impl Kind {
    /// The kind for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::DestroysData => "destroys data",
            Self::MayDestroyData => "may destroy data",
            Self::LosesProtection => "loses protection",
            Self::Replaces => "replaces",
            Self::MayReplace => "may replace",
            Self::Public => "public",
            Self::OpensPort => "opens",
            Self::Grants => "grants",
            Self::NoLongerDenies => "no longer denies",
            Self::Revokes => "revokes",
            Self::Denies => "denies",
        }
    }
}

/// The highlights of one stack.
pub(super) fn of(diff: &StackDiff, old: Option<&Side<'_>>, new: Option<&Side<'_>>) -> Vec<Highlight> {
    let (follow, cause): (Vec<_>, Vec<_>) = diff.resources.iter().partition(|change| only_follows(change));
    let mut found: Vec<Highlight> = cause.into_iter().filter_map(|change| grave(diff, change)).collect();
    found.extend(followers(diff, &follow));
    for change in diff.settings.iter().filter(|change| change.grade.is_replacement()) {
        let kind = if change.grade.is_unsure() { Kind::MayReplace } else { Kind::Replaces };
        let text = format!("{} of the stack: a new stack is made, the old one stays", change.path);
        found.push(Highlight { kind, stack: diff.id.clone(), path: diff.id.clone(), text, at: None });
    }
    found.extend(unprotected(diff, old, new));
    found.extend(exposure::new(old, new));
    found.extend(network::opened(old, new));
    found.extend(access::changed(old, new));
    found
}

/// A highlight about a resource of the template.
pub(super) fn about(side: &Side<'_>, kind: Kind, id: &str, text: String) -> Highlight {
    Highlight { kind, stack: side.id().to_owned(), path: side.path(id), text, at: side.at(id) }
}

/// True for what is replaced, without loss, only because it names something that is.
fn only_follows(change: &ResourceChange) -> bool {
    let mut causes = change.changes.iter().filter(|one| one.grade.is_replacement()).peekable();
    matches!(change.grade, Grade::MayReplace | Grade::Replaces)
        && causes.peek().is_some()
        && causes.all(|one| one.follows.is_some())
}

/// One highlight for all that only follow.
fn followers(diff: &StackDiff, follow: &[&ResourceChange]) -> Option<Highlight> {
    let gravest = follow.iter().map(|change| change.grade).max()?;
    let kind = if gravest.is_unsure() { Kind::MayReplace } else { Kind::Replaces };
    let named: Vec<String> = each(follow.iter().take(FOLLOWERS), |change| format!("`{}`", change.path));
    let more = follow.len().saturating_sub(FOLLOWERS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let text = format!("what names something that is replaced or differs: {}{more}", named.join(", "));
    Some(Highlight { kind, stack: diff.id.clone(), path: diff.id.clone(), text, at: None })
}

fn grave(diff: &StackDiff, change: &ResourceChange) -> Option<Highlight> {
    let kind = match change.grade {
        Grade::Destroys => Kind::DestroysData,
        Grade::MayDestroy => Kind::MayDestroyData,
        Grade::Replaces => Kind::Replaces,
        Grade::MayReplace => Kind::MayReplace,
        _ => return None,
    };
    let how = match change.action {
        Action::Removed if diff.action == Action::Removed => "goes once its stack is deleted".to_owned(),
        Action::Removed => "removed".to_owned(),
        Action::Moved => {
            let from = change.moved_from.as_deref().unwrap_or_default();
            format!("made anew, because its logical id was `{from}`")
        }
        _ => {
            let is_other = change.changes.iter().any(|one| one.path == "Type");
            let graves = change.changes.iter().filter(|one| one.grade.is_replacement());
            // Nothing else is a cause where it becomes something else.
            let graves = graves.filter(|one| !is_other || one.path == "Type");
            let causes: Vec<String> = graves
                .map(|one| match &one.follows {
                    Some(id) => format!("`{}` names `{id}`", one.path),
                    None if one.path == "Type" => {
                        "`Type` changes, which CloudFormation refuses under the same logical id".to_owned()
                    }
                    None => format!("`{}` changes", one.path),
                })
                .collect();
            format!("because {}", causes.join(", "))
        }
    };
    let kept =
        change.kept.as_ref().map(|policy| format!("; what was is kept (`{policy}`)")).unwrap_or_default();
    let text = format!("{}: {how}{kept}", change.kind);
    Some(Highlight { kind, stack: diff.id.clone(), path: change.path.clone(), text, at: change.at.clone() })
}

/// Policies that no longer keep data, and stacks that may now be deleted.
fn unprotected(diff: &StackDiff, old: Option<&Side<'_>>, new: Option<&Side<'_>>) -> Vec<Highlight> {
    let (Some(old), Some(new)) = (old, new) else { return Vec::new() };
    let (before, after) = (old.resources(), new.resources());
    let mut found = Vec::new();
    if old.stack.termination_protection && !new.stack.termination_protection {
        let text = "the stack may be deleted".to_owned();
        let (stack, path) = (diff.id.clone(), diff.id.clone());
        found.push(Highlight { kind: Kind::LosesProtection, stack, path, text, at: None });
    }
    for (id, now) in after {
        let Some(was) = before.get(id) else { continue };
        for name in ["DeletionPolicy", "UpdateReplacePolicy"] {
            let is_kept = |policy: Option<&str>| policy.is_some_and(|policy| policy != "Delete");
            let (was, now) = (text(was, name), text(now, name));
            if is_kept(was) && !is_kept(now) {
                let now = now.unwrap_or("none");
                let text = format!("`{name}`: {} → {now}", was.unwrap_or_default());
                found.push(about(new, Kind::LosesProtection, id, text));
            }
        }
    }
    found
}

fn place<S: Serializer>(place: &Option<Place>, serializer: S) -> Result<S::Ok, S::Error> {
    place.as_ref().map(ToString::to_string).serialize(serializer)
}
