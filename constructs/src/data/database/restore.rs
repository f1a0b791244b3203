//! What a new database begins with, where it does not begin empty.

use formwork_synth::{Expr, IntoValue, Str};

/// The data that a database begins with.
///
/// It is one way: a database keeps the source it was made from, because taking it out later, or naming another one, replaces the database.
#[derive(Clone, Debug, PartialEq)]
pub enum Restore {
    /// What a snapshot holds, by its name or ARN.
    Snapshot(Expr),
    /// What another database held at a moment, by its identifier.
    PointInTime(Expr, RestoreTime),
    /// What another Aurora cluster holds now, sharing its storage until either is changed.
    Clone(Expr),
}

/// The moment that a database is restored to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RestoreTime {
    /// The last one there is, about five minutes ago.
    Latest,
    /// A moment in UTC: `2026-11-21T08:00:00Z`.
    At(Str),
}

impl Restore {
    /// Begins with what a snapshot holds, by its name or ARN.
    pub fn snapshot(snapshot: impl IntoValue<String>) -> Self {
        Self::Snapshot(snapshot.into_expr())
    }

    /// Begins with what another database held at a moment, by its identifier.
    pub fn point_in_time(database: impl IntoValue<String>, time: RestoreTime) -> Self {
        Self::PointInTime(database.into_expr(), time)
    }

    /// Begins with what another Aurora cluster holds now, by its identifier.
    pub fn clone_of(cluster: impl IntoValue<String>) -> Self {
        Self::Clone(cluster.into_expr())
    }
}
