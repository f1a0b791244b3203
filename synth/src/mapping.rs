//! Mappings: tables in the template, read at deployment.

use crate::{
    expr::{Expr, Object, Str},
    graph::NodeId,
};

/// A table with two keys, read by [`find_in_map`](crate::intrinsic::find_in_map).
///
/// A table whose keys are known when the app runs is better a `match` in the app.
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html>.
///
/// ```
/// use formwork_synth::{Mapping, intrinsic};
/// # use formwork_synth::{App, RawResource, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let hosts = Mapping::new().row("eu-west-1", [("host", "eu.example.com")]).row("us-east-1", [("host", "us.example.com")]);
/// let hosts = shop.mapping("Hosts", hosts);
/// shop.output("Host", intrinsic::find_in_map::<String>(hosts, intrinsic::region(), "host"));
/// # shop.add("Topic", RawResource::new("AWS::SNS::Topic"));
/// # assert!(formwork_synth::testing::render(app).contains("Fn::FindInMap"));
/// ```
#[must_use = "a mapping does nothing until it is added to a scope"]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping(pub(crate) Object);

/// A mapping that was added to a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MappingRef(pub(crate) NodeId);

impl Mapping {
    /// A table without rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the row of a first key: second keys and values, which are literals.
    pub fn row<N: Into<Str>, V: Into<serde_json::Value>>(
        mut self,
        key: impl Into<Str>,
        values: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let row = values.into_iter().map(|(name, value)| (name.into(), Expr::from(value.into()))).collect();
        self.0.set(key, Expr::Map(row));
        self
    }
}
