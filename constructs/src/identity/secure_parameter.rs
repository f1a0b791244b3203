//! A `SecureString` in Parameter Store that somebody put there: the template holds its name, never its value.
//!
//! Makes nothing: CloudFormation cannot make a `SecureString`, and should not know its value. One is put in by hand or by a pipeline:
//! `aws ssm put-parameter --type SecureString --name … --value …`.

use formwork_synth::{Grant, SecretValue, Str, Text, sub};

use super::secret::decrypt;
use crate::{KeyRef, arn};

/// A `SecureString` of this account and region that exists already.
///
/// ```
/// use formwork_constructs::SecureParameter;
///
/// let token = SecureParameter::existing("/shop/prod/token");
/// let for_a_container = token.value();
/// assert_eq!(token.name(), "/shop/prod/token");
/// ```
///
/// See <https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html>.
#[derive(Clone, Debug)]
pub struct SecureParameter {
    name: Str,
    key: Option<KeyRef>,
}

/// How the parameters of one environment of a project are called: `PROJECT-ENVIRONMENT_PARAMETER`.
///
/// ```
/// use formwork_constructs::ParameterNames;
///
/// let names = ParameterNames::new("team-task", "production");
/// assert_eq!(names.parameter("postgres_db").name(), "team-task-production_postgres_db");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterNames {
    prefix: String,
}

impl SecureParameter {
    /// The parameter of that name, with `/` in front where its name has one.
    pub fn existing(name: impl Into<Str>) -> Self {
        Self { name: name.into(), key: None }
    }

    /// Names the key of your own that it is encrypted with. Default: the account's key for Parameter Store.
    #[must_use]
    pub fn with_key(mut self, key: &KeyRef) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its ARN.
    pub fn arn(&self) -> Text {
        arn::here("ssm", sub!("parameter/{}", self.name.trim_start_matches('/')))
    }

    /// Its value, to be injected.
    pub fn value(&self) -> SecretValue {
        SecretValue::new(self.arn(), self.allow(["ssm:GetParameters"]))
    }

    /// Permission to read it, and nothing else.
    pub fn read(&self) -> Grant {
        self.allow(["ssm:GetParameter", "ssm:GetParameters"])
    }

    fn allow<const N: usize>(&self, actions: [&'static str; N]) -> Grant {
        let read = Grant::allow(actions, [self.arn()]);
        match &self.key {
            Some(key) => read.and(decrypt(key, "ssm").when(
                "StringEquals",
                "kms:EncryptionContext:PARAMETER_ARN",
                self.arn(),
            )),
            None => read,
        }
    }
}

impl ParameterNames {
    /// The names of an environment (`production`) of a project (`team-task`).
    pub fn new(project: impl AsRef<str>, environment: impl AsRef<str>) -> Self {
        Self { prefix: format!("{}-{}", project.as_ref(), environment.as_ref()) }
    }

    /// One parameter: `postgres_db`.
    pub fn parameter(&self, name: impl AsRef<str>) -> SecureParameter {
        SecureParameter::existing(format!("{}_{}", self.prefix, name.as_ref()))
    }
}

impl From<SecureParameter> for SecretValue {
    fn from(parameter: SecureParameter) -> Self {
        parameter.value()
    }
}

impl From<&SecureParameter> for SecretValue {
    fn from(parameter: &SecureParameter) -> Self {
        parameter.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FargateService, Image, Role, Vpc, testing::snapshot};

    #[test]
    fn secure_parameter() {
        snapshot("secure_parameter", |shop| {
            let names = ParameterNames::new("team-task", "production");
            let reader = shop.add("Reader", Role::for_service("lambda.amazonaws.com"));
            let key = KeyRef::existing(
                "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
            );
            shop.grant(&reader, names.parameter("postgres_db").read());
            shop.grant(&reader, SecureParameter::existing("/shop/token").with_key(&key).value().read());
        });
    }

    #[test]
    fn a_container_gets_exactly_the_parameter() {
        let mut app = formwork_synth::App::new("shop", &formwork_synth::Stage::new("dev"));
        let mut shop = app.stack("Shop");
        let vpc = shop.add("Vpc", Vpc::across_azs(1));
        let image = Image::from_registry("public.ecr.aws/docker/library/busybox:1.37.0");
        let password = ParameterNames::new("shop", "dev").parameter("password").value();
        shop.add("Api", FargateService::new(&vpc, image).secret("PASSWORD", password));
        let text = formwork_synth::testing::render(app);
        let arn = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/shop-dev_password";
        assert_eq!(text.matches(arn).count(), 2, "{text}");
        assert!(text.contains("\"ssm:GetParameters\"") && !text.contains("kms:"));
    }
}
