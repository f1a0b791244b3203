//! Conditions: what CloudFormation decides at deployment.

use crate::{expr::Expr, graph::NodeId, value::IntoValue};

/// Something that is true or false at deployment.
///
/// What is known when the app runs, such as the stage, is better decided by an `if` in the app.
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html>.
///
/// ```
/// use formwork_synth::{Condition, Parameter};
/// # use formwork_synth::{App, RawResource, ResourceOptions, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let size = shop.parameter("Size", Parameter::text().default_value("small"));
/// let large = shop.condition("IsLarge", Condition::equals(&size, "large"));
/// shop.add("Alerts", RawResource::new("AWS::SNS::Topic").only_if(large));
/// # shop.add("Topic", RawResource::new("AWS::SNS::Topic"));
/// # assert!(formwork_synth::testing::render(app).contains("\"Condition\": \"IsLarge\""));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Condition(Expr);

/// A condition that was added to a scope: usable in [`if_`](crate::intrinsic::if_), on resources and outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionRef(pub(crate) NodeId);

impl Condition {
    /// True where both values are the same text.
    pub fn equals(one: impl IntoValue<String>, other: impl IntoValue<String>) -> Self {
        Self(Expr::call("Fn::Equals", Expr::List(vec![one.into_expr(), other.into_expr()])))
    }

    /// True where both are.
    pub fn and(self, other: impl Into<Self>) -> Self {
        self.combine("Fn::And", other.into())
    }

    /// True where at least one is.
    pub fn or(self, other: impl Into<Self>) -> Self {
        self.combine("Fn::Or", other.into())
    }

    /// True where the condition is not.
    #[must_use]
    pub fn negate(self) -> Self {
        Self(Expr::call("Fn::Not", Expr::List(vec![self.0])))
    }

    fn combine(self, function: &'static str, other: Self) -> Self {
        Self(Expr::call(function, Expr::List(vec![self.0, other.0])))
    }

    pub(crate) fn into_expr(self) -> Expr {
        self.0
    }
}

impl From<ConditionRef> for Condition {
    fn from(condition: ConditionRef) -> Self {
        Self(Expr::call("Condition", Expr::LogicalId(condition.0)))
    }
}
