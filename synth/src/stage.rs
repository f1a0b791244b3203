//! Stages: the environments that one app is built for, defined in Rust or in a stage file.

mod file;
mod json;
mod shape;
mod stages;

use std::panic::Location;

use formwork_assembly::{Bootstrap, Diagnostic, Place, code};

pub use stages::Stages;

/// One environment of an app: where it lives, how careful to be with it, and the user's own settings.
///
/// A stage without account and region fits everywhere: the template then names them by `AWS::AccountId` and `AWS::Region`.
/// `C` is the type of the user's own settings, `()` where there are none.
///
/// ```
/// use formwork_synth::Stage;
///
/// let prod = Stage::new("prod").account("123456789012").region("eu-west-1").protected().with_config(3_u32);
/// assert_eq!(prod.region.as_deref(), Some("eu-west-1"));
/// assert_eq!(prod.config, 3);
/// assert!(prod.is_protected());
/// ```
#[derive(Clone, Debug)]
pub struct Stage<C = ()> {
    /// The name that `--stage` selects.
    pub name: String,
    /// The account: twelve digits. Any account, if there is none.
    pub account: Option<String>,
    /// The region: `eu-west-1`. Any region, if there is none.
    pub region: Option<String>,
    /// Where deployments publish what stacks need. Formwork's own set-up, if there is none.
    pub bootstrap: Option<Bootstrap>,
    /// The user's own settings.
    pub config: C,
    protected: bool,
    at: Places,
}

/// Where a stage and its parts are written.
#[derive(Clone, Debug, Default)]
struct Places {
    name: Option<Place>,
    account: Option<Place>,
    region: Option<Place>,
    bootstrap: Option<Place>,
}

impl Stage {
    /// A stage that fits every account and region and has no settings of the user's own.
    ///
    /// The name begins with a letter and holds ASCII letters, digits and `-`, 64 at most; another one is reported by synth.
    #[must_use]
    #[track_caller]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            account: None,
            region: None,
            bootstrap: None,
            config: (),
            protected: false,
            at: Places { name: Some(Location::caller().into()), ..Places::default() },
        }
    }
}

impl<C> Stage<C> {
    /// Sets the account: twelve digits; anything else is reported by synth.
    #[must_use]
    #[track_caller]
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.account = Some(account.into());
        self.at.account = Some(Location::caller().into());
        self
    }

    /// Sets the region, such as `eu-west-1`; what does not read like a region is reported by synth.
    #[must_use]
    #[track_caller]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self.at.region = Some(Location::caller().into());
        self
    }

    /// Asks for confirmation before anything of this stage changes, and for data to be kept when a stack goes. Default: not asked.
    #[must_use]
    pub fn protected(mut self) -> Self {
        self.protected = true;
        self
    }

    /// Sets what the account has for images, files and large templates, and as whom is deployed. Default: Formwork's own set-up, which is
    /// made where it is needed.
    ///
    /// ```
    /// use formwork_synth::{Bootstrap, Stage};
    ///
    /// let prod = Stage::new("prod").bootstrap(Bootstrap::cdk());
    /// let other = Stage::new("other").bootstrap(Bootstrap::cdk_qualified("acme"));
    /// # assert!(prod.diagnostics().is_empty() && other.diagnostics().is_empty());
    /// ```
    #[must_use]
    #[track_caller]
    pub fn bootstrap(mut self, bootstrap: Bootstrap) -> Self {
        self.bootstrap = Some(bootstrap);
        self.at.bootstrap = Some(Location::caller().into());
        self
    }

    /// Gives the user's own settings.
    #[must_use]
    pub fn with_config<D>(self, config: D) -> Stage<D> {
        let Self { name, account, region, bootstrap, config: _, protected, at } = self;
        Stage { name, account, region, bootstrap, config, protected, at }
    }

    /// The same stage without the user's own settings.
    #[must_use]
    pub fn without_config(&self) -> Stage {
        Stage {
            name: self.name.clone(),
            account: self.account.clone(),
            region: self.region.clone(),
            bootstrap: self.bootstrap.clone(),
            config: (),
            protected: self.protected,
            at: self.at.clone(),
        }
    }

    /// True where [`protected`](Self::protected) was asked for.
    pub fn is_protected(&self) -> bool {
        self.protected
    }

    /// Everything that is wrong with name, account, region and bootstrap.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let name = (!is_name(&self.name)).then(|| {
            let message = format!("`{}` cannot be the name of a stage", self.name);
            let help = "use ASCII letters, digits and `-`, beginning with a letter, 64 at most";
            (message, help, &self.at.name)
        });
        let account = self.account.as_ref().filter(|account| !is_account(account)).map(|account| {
            let message = format!("`{account}` is not an account of stage `{}`", self.name);
            (message, "an account is twelve digits: `123456789012`", &self.at.account)
        });
        let region = self.region.as_ref().filter(|region| !is_region(region)).map(|region| {
            let message = format!("`{region}` is not a region of stage `{}`", self.name);
            (message, "a region reads like `eu-west-1`, without the letter of a zone", &self.at.region)
        });
        let bootstrap = match &self.bootstrap {
            Some(bootstrap @ Bootstrap::Cdk { qualifier }) if !bootstrap.is_valid() => {
                let message =
                    format!("`{qualifier}` is not the qualifier of a CDK bootstrap of stage `{}`", self.name);
                let help =
                    "a qualifier is 1 to 10 lower-case letters and digits, with single `-` between them";
                Some((message, help, &self.at.bootstrap))
            }
            _ => None,
        };
        [name, account, region, bootstrap]
            .into_iter()
            .flatten()
            .map(|(message, help, at)| {
                let mut diagnostic = Diagnostic::error(&code::BAD_STAGE, message).help(help);
                diagnostic.at.clone_from(at);
                diagnostic
            })
            .collect()
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.len() <= 64
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}

fn is_account(account: &str) -> bool {
    account.len() == 12 && account.bytes().all(|digit| digit.is_ascii_digit())
}

/// `eu-west-1`, `us-gov-east-1`, `eusc-de-east-1`: words, and a number at the end.
fn is_region(region: &str) -> bool {
    let mut parts: Vec<&str> = region.split('-').collect();
    let number = parts.pop().unwrap_or_default();
    let is_word = |part: &&str| part.len() >= 2 && part.bytes().all(|letter| letter.is_ascii_lowercase());
    parts.len() >= 2
        && parts.iter().all(is_word)
        && matches!(number.len(), 1 | 2)
        && number.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_regions_by_their_shape() {
        for region in ["eu-west-1", "us-gov-west-1", "us-iso-east-1", "eusc-de-east-1", "ap-southeast-12"] {
            assert!(is_region(region), "{region}");
        }
        for region in [
            "",
            "-",
            "eu-west-1a",
            "eu-west",
            "EU-WEST-1",
            "eu_west_1",
            "west-1",
            "eu-west-1 ",
            "eu--1",
            "eu-west-",
        ] {
            assert!(!is_region(region), "{region}");
        }
    }

    #[test]
    fn reports_all_that_is_wrong_at_once_with_the_users_lines() {
        let stage = Stage::new("../prod").account("12345").region("eu-west-1a");
        let found = stage.bootstrap(Bootstrap::cdk_qualified("Acme")).diagnostics();
        assert_eq!(found.len(), 4);
        assert!(found.iter().all(|one| one.code == "FW5002" && one.is_error() && one.help.is_some()));
        assert!(found.iter().all(|one| one.at.as_ref().is_some_and(|at| at.file.ends_with("stage.rs"))));
    }

    #[test]
    fn takes_a_proper_stage() {
        let stage = Stage::new("prod-eu").account("012345678901").region("eu-west-1").protected();
        assert!(stage.diagnostics().is_empty());
        assert!(Stage::new("dev").diagnostics().is_empty());
    }
}
