//! Rules: what CloudFormation checks about parameters before it begins.

use crate::{
    condition::Condition,
    expr::{Expr, Object, Str},
};

/// Assertions about parameters, checked before a deployment changes anything.
///
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html>.
///
/// ```
/// use formwork_synth::{Condition, Parameter, Rule};
/// # use formwork_synth::{App, RawResource, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let user = shop.parameter("User", Parameter::text().default_value("web"));
/// let not_root = Condition::equals(&user, "root").negate();
/// shop.rule("NotRoot", Rule::new().assert(not_root, "run as somebody else"));
/// # shop.add("Topic", RawResource::new("AWS::SNS::Topic"));
/// # assert!(formwork_synth::testing::render(app).contains("AssertDescription"));
/// ```
#[must_use = "a rule does nothing until it is added to a scope"]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    when: Option<Condition>,
    assertions: Vec<(Condition, Str)>,
}

impl Rule {
    /// A rule that always applies and asserts nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Applies the rule only where the condition holds.
    pub fn when(mut self, condition: Condition) -> Self {
        self.when = Some(condition);
        self
    }

    /// Asserts a condition; the description is shown where it fails.
    pub fn assert(mut self, condition: Condition, description: impl Into<Str>) -> Self {
        self.assertions.push((condition, description.into()));
        self
    }

    pub(crate) fn into_expr(self) -> Expr {
        let mut rule = Object::new();
        if let Some(when) = self.when {
            rule.set("RuleCondition", when.into_expr());
        }
        let assertions = self.assertions.into_iter().map(|(condition, description)| {
            let mut assertion = Object::new();
            assertion.set("Assert", condition.into_expr());
            assertion.set("AssertDescription", Expr::Text(description));
            Expr::Map(assertion)
        });
        rule.set("Assertions", Expr::List(assertions.collect()));
        Expr::Map(rule)
    }
}
