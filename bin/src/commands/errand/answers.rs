//! What is answered without asking, what is asked, and which option was missing where nobody is there.

use formwork_assembly::{Assembly, Diagnostic, code};

use crate::{
    Surroundings,
    cli::{Errand, Verb, Yes},
    deploy::{Failure, FailureKind, Question},
    shell,
};

/// Who answers.
#[derive(Debug, Default)]
pub(super) struct Answers {
    yes: Option<Yes>,
    set_up: bool,
    /// Whether somebody is there.
    is_attended: bool,
    /// Whether it is about a server on this machine.
    is_local: bool,
    stage: String,
    /// How it could have been answered.
    missing: Vec<String>,
}

/// What to do with a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Say(bool),
    Ask,
    /// Somebody else decides, elsewhere.
    Leave,
}

impl Answers {
    pub(super) fn new(errand: &Errand, around: &Surroundings) -> Self {
        let set_up = match &errand.verb {
            Verb::Deploy(conditions) | Verb::Resume(conditions) => conditions.set_up,
            _ => false,
        };
        Self { yes: errand.yes.clone(), set_up, is_attended: around.is_attended, ..Self::default() }
    }

    /// For what asks nothing.
    pub(super) fn none() -> Self {
        Self::default()
    }

    /// Takes in what is known once there is an assembly, and somebody to ask.
    pub(super) fn know(&mut self, assembly: &Assembly, is_local: bool) {
        self.stage.clone_from(&assembly.stage);
        self.is_local = is_local;
    }

    pub(super) fn decide(&mut self, question: &Question) -> Decision {
        match question {
            // Nothing is lost on a server that stands in for AWS.
            Question::Proceed { .. } | Question::SetUp { .. } if self.is_local => Decision::Say(true),
            Question::Proceed { name, .. } => match (&self.yes, name) {
                (Some(Yes::Plain), None) => Decision::Say(true),
                (Some(Yes::Stage(typed)), _) if *typed == self.stage => Decision::Say(true),
                (Some(Yes::Stage(typed)), _) => {
                    let missing =
                        format!("`{}` agrees for another stage; this one is `{}`", yes(typed), self.stage);
                    self.missing.push(missing);
                    Decision::Say(false)
                }
                (None, None) => self.ask_or("`--yes` agrees where nobody is there to be asked"),
                (_, Some(name)) => {
                    let missing = format!("`{}` agrees, because the stage is protected", yes(name));
                    self.ask_or(&missing)
                }
            },
            Question::SetUp { .. } if self.set_up => Decision::Say(true),
            Question::SetUp { .. } => {
                self.ask_or("`--set-up` makes the bucket and the repository for assets")
            }
            Question::Approve { .. } if !self.is_attended => Decision::Leave,
            // Whoever stops a pipeline wants it stopped.
            Question::Cancel { .. } if !self.is_attended => Decision::Say(true),
            Question::Approve { .. } | Question::Cancel { .. } => Decision::Ask,
        }
    }

    fn ask_or(&mut self, missing: &str) -> Decision {
        if self.is_attended {
            return Decision::Ask;
        }
        self.missing.push(missing.to_owned());
        Decision::Say(false)
    }

    /// Says of a refusal which option would have helped.
    pub(super) fn complain(&self, mut failure: Failure) -> Failure {
        if failure.kind != FailureKind::Refused || self.missing.is_empty() {
            return failure;
        }
        let help = self.missing.join("\n");
        match failure.findings.iter_mut().find(|finding| finding.code == code::DECLINED.id) {
            Some(finding) => finding.help = Some(help),
            None => {
                let message = "nobody is there to answer, and no option does";
                failure.findings.push(Diagnostic::error(&code::UNANSWERED, message).help(help));
            }
        }
        failure
    }
}

/// The option that agrees for a stage.
fn yes(stage: &str) -> String {
    shell::word(&format!("--yes={stage}")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proceed(name: Option<&str>) -> Question {
        Question::Proceed { summary: "update 1 stack".to_owned(), name: name.map(str::to_owned) }
    }

    fn answers(yes: Option<Yes>, is_attended: bool) -> Answers {
        Answers { yes, is_attended, stage: "prod".to_owned(), ..Answers::default() }
    }

    fn stage(name: &str) -> Option<Yes> {
        Some(Yes::Stage(name.to_owned()))
    }

    #[test]
    fn a_protected_stage_wants_its_name_from_options_too() {
        for (yes, name, decision) in [
            (None, None, Decision::Say(false)),
            (Some(Yes::Plain), None, Decision::Say(true)),
            (Some(Yes::Plain), Some("prod"), Decision::Say(false)),
            (stage("prod"), Some("prod"), Decision::Say(true)),
            (stage("prod"), None, Decision::Say(true)),
            (stage("dev"), None, Decision::Say(false)),
            (stage("dev"), Some("prod"), Decision::Say(false)),
        ] {
            let told = format!("{yes:?} {name:?}");
            assert_eq!(answers(yes, false).decide(&proceed(name)), decision, "{told}");
        }
    }

    #[test]
    fn whoever_is_there_is_asked_unless_options_say_it() {
        assert_eq!(answers(None, true).decide(&proceed(None)), Decision::Ask);
        assert_eq!(answers(Some(Yes::Plain), true).decide(&proceed(Some("prod"))), Decision::Ask);
        assert_eq!(answers(Some(Yes::Plain), true).decide(&proceed(None)), Decision::Say(true));
        assert_eq!(answers(stage("dev"), true).decide(&proceed(None)), Decision::Say(false), "a slip");
    }

    #[test]
    fn a_pipeline_never_waits() {
        let (account, region) = ("1".to_owned(), "eu-west-1".to_owned());
        let set_up = Question::SetUp { account, region, has_cdk: false };
        let approve = Question::Approve { path: "Shop/Api".to_owned(), before: "traffic".to_owned() };
        let cancel = Question::Cancel { stacks: vec!["Shop".to_owned()], others: Vec::new() };
        let mut alone = answers(None, false);
        let all = [&set_up, &approve, &cancel, &proceed(None)].map(|question| alone.decide(question));
        assert_eq!(all, [Decision::Say(false), Decision::Leave, Decision::Say(true), Decision::Say(false)]);
        let refused =
            Failure::new(FailureKind::Refused, Diagnostic::error(&code::DECLINED, "nobody has agreed"));
        let told = alone.complain(refused).findings.remove(0).help.expect("says how");
        assert!(told.contains("`--set-up`") && told.contains("`--yes`"), "{told}");
        let mut allowed = Answers { set_up: true, ..answers(None, false) };
        assert_eq!(allowed.decide(&set_up), Decision::Say(true));
    }

    #[test]
    fn a_local_server_is_nothing_to_ask_about() {
        let mut local = Answers { is_local: true, ..answers(None, false) };
        assert_eq!(local.decide(&proceed(Some("prod"))), Decision::Say(true));
    }
}
