//! `deploy` and `resume`: what to carry out, and under which conditions.

use std::{ffi::OsStr, num::NonZeroUsize, str::FromStr, time::Duration};

use clap::{Arg, ArgAction, ArgMatches, builder::TypedValueParser, error::ErrorKind};

use super::{flag, many, option};
use crate::options::{Allowance, GivenParameter, Mode, Options};

/// A deployment, as it was typed.
#[derive(Debug)]
pub(crate) struct Deploy {
    /// Without the stacks and imports, which the assembly has to be asked about.
    pub options: Options,
    /// What there is, by construct path, and its identifier.
    pub imports: Vec<(String, String)>,
    pub set_up: bool,
}

impl Deploy {
    /// The options of `deploy`.
    pub(super) fn grammar() -> Vec<Arg> {
        let execute = "Carry out the change sets of that name, which `--prepare` has made, and nothing else";
        let mut args = vec![
            flag("prepare", "Make and show the change sets, and end before they are carried out"),
            option("execute", "NAME", execute).conflicts_with("prepare"),
        ];
        let only_later = |arg: Arg| {
            if arg.get_id() == "replace-failed" {
                arg.conflicts_with_all(["prepare", "execute"])
            } else {
                arg
            }
        };
        args.extend(Self::conditions().into_iter().map(only_later));
        args
    }

    /// The options that `resume` has too.
    pub(super) fn conditions() -> Vec<Arg> {
        let allow = "What may happen to a resource that holds data: `replace:ID` or `delete:ID`, by logical id or construct path";
        let parameter =
            "Value for a parameter of a template: `NAME=VALUE`, or `STACK:NAME=VALUE` for one stack";
        let import =
            "Take over what is there under the names that the templates spell out, instead of failing";
        let express = "End when everything is configured, without waiting until it is stable";
        let concurrency = "How many stacks to work on at the same time";
        vec![
            option("allow", "WHAT:ID", allow).action(ArgAction::Append).value_parser(Allowance::from_str),
            option("parameter", "NAME=VALUE", parameter)
                .action(ArgAction::Append)
                .value_parser(ParameterParser),
            option("role-arn", "ARN", "Role that CloudFormation acts with"),
            option("notify", "ARN", "Topic that hears of each event of the stacks").action(ArgAction::Append),
            flag("express", express),
            flag("no-rollback", "Leave what was done where something fails, instead of taking it back"),
            flag("revert-drift", "Take back what was changed beside the templates"),
            flag("import-existing", import),
            option(
                "import",
                "PATH=ID",
                "Take over what AWS knows by that identifier, and change nothing else",
            )
            .action(ArgAction::Append)
            .value_parser(imported),
            flag("replace-failed", "Delete a stack whose first creation has failed, and make it anew"),
            flag("set-up", "Make the bucket and repository for assets without asking, where there are none"),
            option("concurrency", "NUMBER", concurrency).value_parser(how_many),
            option("timeout", "MINUTES", "Stop waiting for a stack after so many minutes")
                .value_parser(minutes),
        ]
    }

    pub(super) fn read(matches: &mut ArgMatches) -> Self {
        // `resume` has no `--prepare` and no `--execute`.
        let is_prepared = matches.try_get_one("prepare").is_ok_and(|given| given == Some(&true));
        let mode = match matches.try_remove_one("execute").ok().flatten() {
            Some(name) => Mode::Execute(name),
            None if is_prepared => Mode::Prepare,
            None => Mode::Deploy,
        };
        let options = Options {
            mode,
            allow: many(matches, "allow"),
            parameters: many(matches, "parameter"),
            role: matches.remove_one("role-arn"),
            notify: many(matches, "notify"),
            express: matches.get_flag("express"),
            keep_on_failure: matches.get_flag("no-rollback"),
            revert_drift: matches.get_flag("revert-drift"),
            import_existing: matches.get_flag("import-existing"),
            replace_failed: matches.get_flag("replace-failed"),
            concurrency: matches.remove_one("concurrency"),
            timeout: matches.remove_one("timeout"),
            ..Options::default()
        };
        Self { options, imports: many(matches, "import"), set_up: matches.get_flag("set-up") }
    }
}

fn imported(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, identifier)) if !name.is_empty() && !identifier.is_empty() => {
            Ok((name.to_owned(), identifier.to_owned()))
        }
        _ => Err("`PATH=ID` is meant, such as `Shop/Orders=orders`".to_owned()),
    }
}

fn how_many(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "a whole number from 1 is meant".to_owned())
}

fn minutes(text: &str) -> Result<Duration, String> {
    // A year is more than any stack needs, and far below what a `Duration` holds.
    match text.parse::<u32>() {
        Ok(minutes @ 1..=525_600) => Ok(Duration::from_secs(u64::from(minutes) * 60)),
        _ => Err("a whole number of minutes from 1 to 525600 is meant".to_owned()),
    }
}

/// Reads `--parameter`. What is wrong with it is told without the text, which may be secret.
#[derive(Clone)]
struct ParameterParser;

impl TypedValueParser for ParameterParser {
    type Value = GivenParameter;

    fn parse_ref(
        &self,
        command: &clap::Command,
        _: Option<&Arg>,
        value: &OsStr,
    ) -> Result<GivenParameter, clap::Error> {
        let message = "`--parameter` takes `NAME=VALUE` or `STACK:NAME=VALUE`\n";
        let error = || clap::Error::raw(ErrorKind::ValueValidation, message).with_cmd(command);
        let (name, value) = value.to_str().and_then(|text| text.split_once('=')).ok_or_else(error)?;
        let (stack, name) = match name.split_once(':') {
            Some((stack, name)) => (Some(stack), name),
            None => (None, name),
        };
        if name.is_empty() || stack == Some("") {
            return Err(error());
        }
        Ok(GivenParameter { stack: stack.map(str::to_owned), key: name.to_owned(), value: value.to_owned() })
    }
}
