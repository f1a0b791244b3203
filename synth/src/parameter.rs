//! Template parameters: values that are given at deployment.

use std::marker::PhantomData;

use crate::{
    expr::{Expr, Object, Str},
    value::{IntoValue, List},
};

/// A parameter whose value is a `T`; [`Scope::parameter`](crate::Scope::parameter) adds it and returns the value.
///
/// Most apps need none: a value that is known when the app runs is better given by the stage.
/// See <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>.
///
/// ```
/// use formwork_synth::Parameter;
/// # use formwork_synth::{App, RawResource, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let name = shop.parameter("Name", Parameter::text().description("what to call it").allowed_pattern("[a-z]+").default_value("alerts"));
/// shop.add("Alerts", RawResource::new("AWS::SNS::Topic").property_expr("DisplayName", name.expr().clone()));
/// # assert!(formwork_synth::testing::render(app).contains("AllowedPattern"));
/// ```
#[must_use = "a parameter does nothing until it is added to a scope"]
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter<T>(ParameterSpec, PhantomData<fn() -> T>);

/// A parameter without its type.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ParameterSpec {
    pub(crate) body: Object,
    /// The `SecureString` that `deploy` reads its first value from.
    pub(crate) secure_string: Option<Str>,
}

impl Parameter<String> {
    /// Text.
    pub fn text() -> Self {
        Self::of("String")
    }

    /// The value of a plain SSM parameter, looked up by CloudFormation at each deployment.
    pub fn ssm(name: impl Into<Str>) -> Self {
        Self::of("AWS::SSM::Parameter::Value<String>").set("Default", Expr::text(name))
    }
}

impl Parameter<String> {
    /// Text that no template and no log shows: `deploy` reads it from a `SecureString` of the SSM Parameter Store when the stack is made, and
    /// leaves it as it is at every later deployment. Other tools have to give it.
    ///
    /// See <https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html>.
    pub fn secure_string(name: impl Into<Str>) -> Self {
        let mut parameter = Self::text().no_echo();
        parameter.0.secure_string = Some(name.into());
        parameter
    }
}

impl Parameter<i64> {
    /// A whole number.
    pub fn number() -> Self {
        Self::of("Number")
    }
}

impl Parameter<List<String>> {
    /// Texts, given with commas between them.
    pub fn list() -> Self {
        Self::of("CommaDelimitedList")
    }
}

impl<T> Parameter<T> {
    /// A parameter of any CloudFormation type, such as `AWS::EC2::VPC::Id`.
    pub fn of(type_name: impl Into<Str>) -> Self {
        Self(ParameterSpec::default(), PhantomData).set("Type", Expr::text(type_name))
    }

    /// Says what the parameter is for.
    pub fn description(self, description: impl Into<Str>) -> Self {
        self.set("Description", Expr::text(description))
    }

    /// Sets the value that is used when none is given.
    pub fn default_value(self, value: impl IntoValue<T>) -> Self {
        self.set("Default", value.into_expr())
    }

    /// Lists the values that are allowed.
    pub fn allowed_values(self, values: impl IntoValue<List<T>>) -> Self {
        self.set("AllowedValues", values.into_expr())
    }

    /// Sets a regular expression that the whole value must match.
    pub fn allowed_pattern(self, pattern: impl Into<Str>) -> Self {
        self.set("AllowedPattern", Expr::text(pattern))
    }

    /// Hides the value wherever CloudFormation would show it.
    pub fn no_echo(self) -> Self {
        self.set("NoEcho", Expr::Bool(true))
    }

    fn set(mut self, name: &'static str, value: Expr) -> Self {
        self.0.body.set(name, value);
        self
    }

    pub(crate) fn into_spec(self) -> ParameterSpec {
        self.0
    }
}
