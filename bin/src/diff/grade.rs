//! How grave a change is.

use formwork_schema::Replacement;
use serde::Serialize;

/// What a change does, from the least to the gravest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Tags, descriptions, metadata, the order of what has none.
    Cosmetic,
    /// Something new comes; nothing that is there is touched.
    Adds,
    /// What is there is updated.
    InPlace,
    /// What is there is updated, and does not serve for a while.
    Interrupts,
    /// What is there goes, and holds no data, or its data stays.
    Removes,
    /// Something new takes the place of what is there, depending on more than the templates say.
    MayReplace,
    /// Something new takes the place of what is there.
    Replaces,
    /// As [`MayReplace`](Self::MayReplace), and its data would go with it.
    MayDestroy,
    /// The data goes.
    Destroys,
}

impl Grade {
    /// The grade for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Cosmetic => "cosmetic",
            Self::Adds => "adds",
            Self::InPlace => "in place",
            Self::Interrupts => "interrupts",
            Self::Removes => "removes",
            Self::MayReplace => "may replace",
            Self::Replaces => "replaces",
            Self::MayDestroy => "may destroy data",
            Self::Destroys => "destroys data",
        }
    }

    /// What the facts say about a property.
    pub(super) fn of_mark(mark: Replacement) -> Self {
        match mark {
            Replacement::Never => Self::InPlace,
            Replacement::Maybe => Self::MayReplace,
            Replacement::Always => Self::Replaces,
        }
    }

    /// The grade where the data of a resource goes with it.
    pub(crate) fn with_data(self) -> Self {
        match self {
            Self::MayReplace => Self::MayDestroy,
            Self::Replaces | Self::Removes => Self::Destroys,
            other => other,
        }
    }

    /// True where something else may take the place of what is there.
    pub(crate) fn is_replacement(self) -> bool {
        matches!(self, Self::MayReplace | Self::Replaces | Self::MayDestroy | Self::Destroys)
    }

    /// True where it depends on more than the templates say.
    pub(crate) fn is_unsure(self) -> bool {
        matches!(self, Self::MayReplace | Self::MayDestroy)
    }
}
