//! Where the credentials and the region come from.
//!
//! The one place of the engine that reads the environment: what the SDK reads of it (`AWS_PROFILE`, `AWS_REGION`, `AWS_ENDPOINT_URL_S3`,
//! `AWS_MAX_ATTEMPTS`, the files in `~/.aws`, …), proxies (`HTTPS_PROXY`, `NO_PROXY`) and `AWS_CA_BUNDLE`.

use std::{path::PathBuf, time::Duration};

use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig, identity::IdentityCache};
use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use formwork_assembly::{Diagnostic, code};

use super::{Aws, keys::Keys, retry::Patience, transport::Transport};
use crate::deploy::{
    Failure, FailureKind,
    cloud::{Fault, FaultKind},
};

/// Logins through a browser's session or a program may be slow.
const LOGIN_LIMIT: Duration = Duration::from_secs(60);

/// Whom to ask, where the environment is not to decide.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    /// The profile; that of the environment where there is none.
    pub profile: Option<String>,
    /// The region; that of the environment or the profile where there is none.
    pub region: Option<String>,
    /// A server on this machine instead of AWS. Then the environment decides nothing.
    pub local: Option<LocalServer>,
}

/// A server that speaks like AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalServer {
    /// Its address: `http://127.0.0.1:4566`.
    pub endpoint: String,
    /// The account to act in, twelve digits. It is also the key that requests are signed with, by which local servers tell accounts apart.
    pub account: String,
}

impl Connection {
    /// What it means that nobody could be asked: for credentials there may be a better reason than AWS has.
    pub fn explain(&self, fault: Fault) -> Failure {
        let profile = self.profile();
        match profile.filter(|profile| fault.kind == FaultKind::NoCredentials && !is_profile(profile)) {
            Some(profile) => {
                let message = format!("the AWS configuration has no profile `{profile}`");
                let help = "`aws configure list-profiles` names those that it has; `aws configure --profile NAME` and \
                            `aws configure sso` make one";
                let finding = Diagnostic::error(&code::NO_CREDENTIALS, message).help(help);
                Failure::new(FailureKind::Unreachable, finding)
            }
            None => fault.into(),
        }
    }

    fn profile(&self) -> Option<String> {
        self.profile.clone().or_else(|| std::env::var("AWS_PROFILE").ok())
    }

    /// True where somebody says how often AWS is asked. What the SDK found does not tell three attempts that were wished from its own three.
    fn says_attempts(&self) -> bool {
        if self.local.is_some() {
            return false;
        }
        let profile = self.profile().unwrap_or_else(|| "default".to_owned());
        std::env::var_os("AWS_MAX_ATTEMPTS").is_some_and(|number| !number.is_empty())
            || configuration().iter().any(|text| has_key(text, &profile, "max_attempts"))
    }
}

/// True where one of the two files of the AWS configuration has a section for a profile.
fn is_profile(name: &str) -> bool {
    configuration().iter().any(|text| has_section(text, name))
}

/// The two files of the AWS configuration, as far as they are there.
fn configuration() -> Vec<String> {
    let file = |variable: &str, usual: &str| {
        let named = std::env::var_os(variable).map(PathBuf::from);
        named.or_else(|| Some(std::env::home_dir()?.join(".aws").join(usual)))
    };
    let files = [file("AWS_CONFIG_FILE", "config"), file("AWS_SHARED_CREDENTIALS_FILE", "credentials")];
    files.into_iter().flatten().filter_map(|file| std::fs::read_to_string(file).ok()).collect()
}

/// True where a file has the section `[name]` or `[profile name]`.
fn has_section(text: &str, name: &str) -> bool {
    text.lines().filter_map(section).any(|one| one == name)
}

/// True where such a section has a line `key = …`. What is indented belongs to the line above it.
fn has_key(text: &str, name: &str, key: &str) -> bool {
    let mut is_inside = false;
    text.lines().any(|line| {
        is_inside = section(line).map_or(is_inside, |one| one == name);
        is_inside && line.split_once('=').is_some_and(|(one, _)| one.trim_end() == key)
    })
}

/// The name of the section that begins with a line.
fn section(line: &str) -> Option<&str> {
    let (head, _) = line.trim().strip_prefix('[')?.split_once(']')?;
    Some(head.trim().strip_prefix("profile").map_or(head.trim(), str::trim))
}

impl Aws {
    /// Finds out region and credentials. Asks nobody yet: that the credentials are good only [`identity`](super::Cloud::identity) tells.
    ///
    /// # Errors
    /// No region is known, or `AWS_CA_BUNDLE` names no certificates.
    pub async fn connect(connection: &Connection) -> Result<Self, Failure> {
        let mut patience = Patience::default();
        if connection.says_attempts() {
            patience.attempts = None;
        }
        Self::connect_with(connection, &patience).await
    }

    pub(super) async fn connect_with(connection: &Connection, patience: &Patience) -> Result<Self, Failure> {
        let transport = match &connection.local {
            Some(_) => Transport::local(),
            None => Transport::public(std::env::var_os("AWS_CA_BUNDLE").map(PathBuf::from).as_deref()),
        };
        let transport = transport.map_err(|finding| Failure::new(FailureKind::Unreachable, finding))?;
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(SharedHttpClient::new(transport.clone()))
            .timeout_config(patience.timeouts())
            .identity_cache(IdentityCache::lazy().load_timeout(LOGIN_LIMIT).build());
        if let Some(profile) = &connection.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &connection.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(server) = &connection.local {
            loader = local(loader, server, connection.region.as_deref());
        }
        Self::from_config(loader.load().await, transport, patience)
    }

    fn from_config(config: SdkConfig, transport: Transport, patience: &Patience) -> Result<Self, Failure> {
        let region = config.region().map(ToString::to_string).unwrap_or_default();
        if !is_region(&region) {
            let message = if region.is_empty() {
                "no region is known".to_owned()
            } else {
                format!("`{region}` is no region")
            };
            let finding = Diagnostic::error(&code::NO_REGION, message)
                .help("give the stage a `region`, or name one: `--region eu-west-1`, `AWS_REGION`, or that of the profile; `--local` needs none");
            return Err(Failure::new(FailureKind::Refused, finding));
        }
        let retries = patience.retries(config.retry_config());
        let mut builder = config.to_builder().retry_config(retries);
        let keys = Keys::new(config.credentials_provider().ok_or_else(no_source)?);
        builder.set_credentials_provider(Some(keys.provider()));
        Ok(Self::new(builder.build(), transport, keys, &region))
    }
}

/// True for what may become part of a host name that credentials are sent to.
pub(super) fn is_region(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Keeps whatever the user has set for AWS away from a local server.
fn local(loader: ConfigLoader, server: &LocalServer, region: Option<&str>) -> ConfigLoader {
    loader
        .profile_files(no_files())
        .use_fips(false)
        .use_dual_stack(false)
        .region(Region::new(region.unwrap_or("us-east-1").to_owned()))
        .endpoint_url(&server.endpoint)
        .credentials_provider(Credentials::new(&server.account, "local", None, None, "local server"))
}

#[expect(deprecated, reason = "the new names are in a crate that nothing else is needed of")]
fn no_files() -> aws_config::profile::profile_file::ProfileFiles {
    use aws_config::profile::profile_file::{ProfileFileKind, ProfileFiles};

    ProfileFiles::builder().with_contents(ProfileFileKind::Config, "").build()
}

fn no_source() -> Failure {
    let finding = Diagnostic::error(&code::NO_CREDENTIALS, "nothing provides AWS credentials")
        .help("set `AWS_PROFILE`, or run `aws sso login`");
    Failure::new(FailureKind::Unreachable, finding)
}

#[cfg(test)]
mod tests {
    use super::{has_key, has_section};

    #[test]
    fn profiles_stand_in_either_form() {
        let text = "[default]\nregion = eu-west-1\n\n [profile shop-prod] # ours\n[bare]\n[profile  wide ]\n";
        for name in ["default", "shop-prod", "bare", "wide"] {
            assert!(has_section(text, name), "{name}");
        }
        for name in ["shop", "prod", "region", "", "profile shop-prod"] {
            assert!(!has_section(text, name), "{name}");
        }
    }

    #[test]
    fn keys_belong_to_one_section() {
        let text = "[default]\nregion = eu-west-1\n[profile shop]\ns3 =\n  max_attempts = 5\n[profile slow]\nmax_attempts=3\n[late]\n";
        for (profile, is_there) in [("slow", true), ("default", false), ("shop", false), ("late", false)] {
            assert_eq!(has_key(text, profile, "max_attempts"), is_there, "{profile}");
        }
    }
}
