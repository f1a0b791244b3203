//! How to reach AWS, or what stands in for it: options of all commands that ask.

use clap::{Arg, ArgMatches};

use super::option;

/// How to reach AWS.
#[derive(Debug, Default)]
pub(crate) struct Access {
    pub profile: Option<String>,
    pub region: Option<String>,
    pub local: Option<Local>,
}

/// A server that stands in for AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Local {
    /// Started and stopped by us.
    Own,
    /// One that runs, by its address.
    At(String),
}

impl Access {
    pub(super) fn grammar() -> [Arg; 3] {
        let region = "Region for stacks that name none [default: that of the profile, or `$AWS_REGION`]";
        let local = "Use a CloudFormation server on this machine instead of AWS: the one at URL, or `ministack`, started for it";
        let arg = |name, value, help| option(name, value, help).help_heading("AWS");
        [
            arg(
                "profile",
                "NAME",
                "Profile of the AWS configuration [default: `$AWS_PROFILE`, or `default`]",
            ),
            arg("region", "REGION", region),
            // With `=`, because a stack may follow.
            arg("local", "URL", local).num_args(0..=1).require_equals(true).default_missing_value(""),
        ]
    }

    pub(super) fn read(matches: &mut ArgMatches) -> Self {
        let local = matches.remove_one::<String>("local");
        let local = local.map(|url| if url.is_empty() { Local::Own } else { Local::At(url) });
        Self { profile: matches.remove_one("profile"), region: matches.remove_one("region"), local }
    }
}
