//! `policy`: whose policies, and who may take on the role.

use std::path::PathBuf;

use clap::ArgMatches;

use super::{Of, assembly, option, output};

/// Whose policies, and who may take on the role.
pub(crate) struct Policy {
    /// The folder to read instead of the app.
    pub assembly: Option<PathBuf>,
    /// The repository on GitHub.
    pub github: Option<String>,
    pub environment: Option<String>,
    pub branch: Option<String>,
}

impl Policy {
    pub(super) fn grammar(of: Of) -> clap::Command {
        let about = match of {
            Of::App => "Print the IAM policies that deploying the app takes",
            Of::Program => "Print the IAM policies that deploying an assembly folder takes",
        };
        let github = "Repository on GitHub whose jobs may take on the deploy role";
        let environment = "Environment that these jobs run in [default: the name of the stage]";
        let branch = "Branch that these jobs run on, for those without an environment";
        clap::Command::new("policy")
            .about(about)
            .arg(assembly(of))
            .arg(option("github", "OWNER/NAME", github))
            .arg(option("environment", "NAME", environment).requires("github"))
            .arg(option("branch", "NAME", branch).requires("github").conflicts_with("environment"))
            .arg(output::format(&["json", "text"]).default_value("json"))
    }

    pub(super) fn read(matches: &mut ArgMatches) -> Self {
        Self {
            assembly: matches.remove_one("assembly"),
            github: matches.remove_one("github"),
            environment: matches.remove_one("environment"),
            branch: matches.remove_one("branch"),
        }
    }
}
