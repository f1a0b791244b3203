//! The commands that ask AWS, and change something there or tell what is there.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches};

use super::{Access, Deploy, Of, assembly, flag, many, option};
use crate::options::{Destruction, Rollback};

/// What is to be done in AWS, and with which stacks.
#[derive(Debug)]
pub(crate) struct Errand {
    pub verb: Verb,
    /// The folder to read instead of building the app.
    pub assembly: Option<PathBuf>,
    /// The ids of stacks, or patterns of them; all where there are none.
    pub stacks: Vec<String>,
    /// Agreement in advance.
    pub yes: Option<Yes>,
    pub access: Access,
}

#[derive(Debug)]
pub(crate) enum Verb {
    Deploy(Deploy),
    Resume(Deploy),
    /// Without the stacks.
    Destroy(Destruction),
    Rollback(Rollback),
    Drift {
        /// Ends with 4 where there is some.
        fail: bool,
    },
    Status {
        follow: bool,
    },
    Outputs,
}

/// Agreement in advance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Yes {
    /// Enough for a stage that is not protected.
    Plain,
    /// With the name of the stage, which a protected one needs.
    Stage(String),
}

impl Verb {
    /// As it is typed.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Deploy(_) => "deploy",
            Self::Resume(_) => "resume",
            Self::Destroy(_) => "destroy",
            Self::Rollback(_) => "rollback",
            Self::Drift { .. } => "drift",
            Self::Status { .. } => "status",
            Self::Outputs => "outputs",
        }
    }
}

impl Errand {
    /// The options that say of what, where and with which consent, as they are typed to go on with it.
    #[cfg(feature = "deploy")]
    pub(crate) fn scope(&self, stage: &str) -> String {
        let mut words = vec![match &self.assembly {
            Some(folder) => format!("--assembly={}", folder.display()),
            None => format!("--stage={stage}"),
        }];
        words.extend(self.access.profile.iter().map(|name| format!("--profile={name}")));
        words.extend(self.access.region.iter().map(|name| format!("--region={name}")));
        words.extend(self.access.local.iter().map(|local| match local {
            super::Local::Own => "--local".to_owned(),
            super::Local::At(url) => format!("--local={url}"),
        }));
        if let Verb::Deploy(conditions) | Verb::Resume(conditions) = &self.verb {
            words.extend(conditions.options.allow.iter().map(|allowance| format!("--allow={allowance}")));
        }
        words.extend(self.stacks.iter().cloned());
        let typed: Vec<_> = words.iter().map(|word| crate::shell::word(word)).collect();
        typed.join(" ")
    }

    pub(super) fn grammar(of: Of) -> [clap::Command; 7] {
        let deploy = match of {
            Of::App => "Build the app and carry it out in AWS, after showing what would happen",
            Of::Program => "Carry out an assembly in AWS, after showing what would happen",
        };
        let codes = "Exit codes: 0 done, or nothing to do; 1 the app has errors; 2 usage; 3 a folder could not be read or written;\n\
            4 refused, by a rule or an answer; 5 it failed, and the state is told; 6 AWS could not be asked; 130 interrupted.";
        let command = |name: &'static str, about: &'static str| {
            let stacks = Arg::new("stacks").value_name("STACK").action(ArgAction::Append);
            clap::Command::new(name)
                .about(about)
                .arg(stacks.help("Ids of stacks; `*` stands for any characters [default: all]"))
                .arg(assembly(of))
                .args(Access::grammar())
                .after_help(codes)
        };
        let skip =
            "Resource to leave as it is: its logical id or construct path, or `STACK.ID` in a nested stack";
        let retain = "Resource to leave where it is, of a stack whose deletion failed";
        let force = "Delete a stack whose deletion failed, and leave what cannot be deleted";
        [
            command("deploy", deploy).arg(yes()).args(Deploy::grammar()),
            command("destroy", "Delete the stacks, after showing what would go")
                .arg(yes())
                .arg(option("retain", "ID", retain).action(ArgAction::Append))
                .arg(flag("force", force))
                .arg(flag(
                    "empty-buckets",
                    "Empty the buckets that go, with all versions; not for a protected stage",
                )),
            command("rollback", "Take a stack back to where it was before a deployment failed")
                .arg(yes())
                .arg(flag("continue", "Go on with a rollback that has failed itself"))
                .arg(option("skip", "ID", skip).action(ArgAction::Append).requires("continue")),
            command(
                "resume",
                "Follow what an interrupted deployment has left running, and go on with the rest",
            )
            .arg(yes())
            .args(Deploy::conditions()),
            command("drift", "Find what was changed beside the templates")
                .arg(flag("fail", "End with 4 where something was changed")),
            command("status", "Show the states of the stacks")
                .arg(flag("follow", "Keep showing what happens until nothing does")),
            command("outputs", "Print what the stacks hand out"),
        ]
    }

    /// What was typed of one of these commands; none for another.
    pub(super) fn read(name: &str, matches: &mut ArgMatches) -> Option<Self> {
        let verb = match name {
            "deploy" => Verb::Deploy(Deploy::read(matches)),
            "destroy" => Verb::Destroy(Destruction {
                stacks: Vec::new(),
                retain: many(matches, "retain"),
                force: matches.get_flag("force"),
                empty_buckets: matches.get_flag("empty-buckets"),
            }),
            "rollback" if matches.get_flag("continue") => {
                Verb::Rollback(Rollback::Continue { skip: many(matches, "skip") })
            }
            "rollback" => Verb::Rollback(Rollback::Failed),
            "resume" => Verb::Resume(Deploy::read(matches)),
            "drift" => Verb::Drift { fail: matches.get_flag("fail") },
            "status" => Verb::Status { follow: matches.get_flag("follow") },
            "outputs" => Verb::Outputs,
            _ => return None,
        };
        let yes = matches.try_remove_one::<String>("yes").ok().flatten();
        Some(Self {
            verb,
            assembly: matches.remove_one("assembly"),
            stacks: many(matches, "stacks"),
            yes: yes.map(|stage| if stage.is_empty() { Yes::Plain } else { Yes::Stage(stage) }),
            access: Access::read(matches),
        })
    }
}

fn yes() -> Arg {
    let help = "Do not ask; a protected stage wants its name: `--yes=prod`";
    // With `=`, because a stack may follow.
    option("yes", "STAGE", help).short('y').num_args(0..=1).require_equals(true).default_missing_value("")
}

#[cfg(all(test, feature = "deploy"))]
mod tests {
    use super::*;
    use crate::{
        options::{Allowance, Loss, Options},
        shell::word,
    };

    #[test]
    fn a_scope_can_be_typed_again() {
        let allow = vec![Allowance { loss: Loss::Replace, id: "Shop/My Db".to_owned() }];
        for verb in [Verb::Deploy, Verb::Resume] {
            let errand = Errand {
                verb: verb(Deploy {
                    options: Options { allow: allow.clone(), ..Options::default() },
                    imports: Vec::new(),
                    set_up: false,
                }),
                assembly: Some(PathBuf::from("my app")),
                stacks: vec!["Shop*".to_owned()],
                yes: None,
                access: Access::default(),
            };
            let words = ["--assembly=my app", "--allow=replace:Shop/My Db", "Shop*"].map(word);
            assert_eq!(errand.scope("prod"), words.join(" "));
            assert_eq!(
                Errand { assembly: None, ..errand }.scope("prod").split(' ').next(),
                Some("--stage=prod")
            );
        }
    }
}
