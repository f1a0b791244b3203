//! The settings of a stack.

use crate::expr::{Object, Str};

/// A CloudFormation stack: the unit that is deployed, and rolled back, as a whole.
///
/// Account and region come from the stage unless said otherwise; the name is `app-stage-id`.
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacks.html>.
///
/// ```
/// use formwork_synth::{CrossStack, Stack};
/// # use formwork_synth::{App, RawResource, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev").region("eu-west-1"));
/// let data = Stack::new().description("What must not be lost").termination_protection().references(CrossStack::Strong);
/// let topic = app.add("Data", data).add("Alerts", RawResource::new("AWS::SNS::Topic"));
/// # let mut edge = app.add("Edge", Stack::new().region("us-east-1").name("shop-edge"));
/// # edge.add("Alerts", RawResource::new("AWS::SNS::Topic"));
/// # assert!(formwork_synth::testing::render(app).contains("What must not be lost"));
/// ```
#[must_use = "a stack does nothing until it is added to an app"]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stack {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<Str>,
    pub(crate) region: Option<String>,
    pub(crate) termination_protection: bool,
    pub(crate) references: CrossStack,
    pub(crate) transforms: Vec<Str>,
    /// What included templates say beside their entries, by section.
    pub(crate) included: Object,
}

/// How other stacks get at the values of a stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CrossStack {
    /// By `Fn::GetStackOutput`, read when the other stack is deployed: nothing is locked, and another region is no obstacle. The default.
    #[default]
    Weak,
    /// By export and `Fn::ImportValue`: CloudFormation refuses to change or remove a value while another stack uses it. One region only.
    Strong,
}

impl Stack {
    /// A stack with the settings of its stage.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the name in CloudFormation. Default: `app-stage-id`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Says what the stack is for, in 1,024 bytes at most.
    pub fn description(mut self, description: impl Into<Str>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Puts the stack into another region than the stage's: certificates for CloudFront must lie in `us-east-1`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Lets CloudFormation refuse to delete the stack. Protected stages do so without being asked.
    pub fn termination_protection(mut self) -> Self {
        self.termination_protection = true;
        self
    }

    /// Chooses how other stacks get at its values. Default: [`CrossStack::Weak`].
    pub fn references(mut self, references: CrossStack) -> Self {
        self.references = references;
        self
    }

    /// Names a transform that CloudFormation runs over the template, such as `AWS::LanguageExtensions`.
    pub fn transform(mut self, transform: impl Into<Str>) -> Self {
        self.transforms.push(transform.into());
        self
    }
}
