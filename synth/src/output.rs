//! Outputs: values that a stack shows once it is deployed.

use crate::{
    condition::ConditionRef,
    expr::{Expr, Str},
};

/// An output that was added to a scope, to say more about.
///
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html>.
///
/// ```
/// # use formwork_synth::{App, RawResource, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let alerts = shop.add("Alerts", RawResource::new("AWS::SNS::Topic"));
/// shop.output("AlertsName", alerts.attribute("TopicName")).description("where alerts go").export("shop-alerts");
/// # assert!(formwork_synth::testing::render(app).contains("shop-alerts"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    pub(crate) value: Expr,
    pub(crate) description: Option<Str>,
    pub(crate) export: Option<Expr>,
    pub(crate) condition: Option<ConditionRef>,
}

impl Output {
    pub(crate) fn new(value: Expr) -> Self {
        Self { value, description: None, export: None, condition: None }
    }

    /// Says what the value is.
    pub fn description(&mut self, description: impl Into<Str>) -> &mut Self {
        self.description = Some(description.into());
        self
    }

    /// Exports the value under a name that is unique in account and region, for `Fn::ImportValue` in templates of other apps.
    pub fn export(&mut self, name: impl Into<Str>) -> &mut Self {
        self.export = Some(Expr::Text(name.into()));
        self
    }

    /// Shows the value only where the condition holds.
    pub fn condition(&mut self, condition: ConditionRef) -> &mut Self {
        self.condition = Some(condition);
        self
    }
}
