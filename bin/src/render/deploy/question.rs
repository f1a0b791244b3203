//! What is asked, and how to answer.

use crate::{
    deploy::Question,
    render::{
        escape::one_line,
        style::{Style, Tone},
    },
};

/// The question, with the cursor behind it.
pub(super) fn text(question: &Question, local: Option<&str>, style: Style) -> String {
    let yes = "type `yes` to go on: ";
    let text = match question {
        Question::Proceed { summary, name: Some(name) } => {
            format!(
                "{}; type `{}`, the name of the protected stage, to go on: ",
                one_line(summary),
                one_line(name)
            )
        }
        Question::Proceed { summary, name: None } => format!("{}; {yes}", one_line(summary)),
        Question::SetUp { account, region, has_cdk } => {
            let instead = if *has_cdk {
                ", but a bootstrap of the CDK, which a stage with `\"bootstrap\": \"cdk\"` uses"
            } else {
                ""
            };
            format!(
                "account {} has no bucket and no repository for assets in {}{instead}; type `yes` to make them: ",
                one_line(account),
                one_line(region)
            )
        }
        Question::Approve { path, before } => {
            format!("{} waits {}; {yes}", one_line(path), one_line(before))
        }
        Question::Cancel { stacks, others } => {
            let (updates, lasting) = (one_line(&stacks.join(", ")), one_line(&others.join(", ")));
            let what = match (&*updates, &*lasting) {
                (updates, "") => {
                    format!("CloudFormation updates {updates}; type `yes` to cancel and take it back")
                }
                ("", lasting) => format!(
                    "what CloudFormation does to {lasting} cannot be cancelled; type `yes` to begin nothing after it"
                ),
                (updates, lasting) => format!(
                    "CloudFormation updates {updates}; type `yes` to cancel and take it back, while {lasting} goes on to its end"
                ),
            };
            format!("{what}, anything else to go on: ")
        }
    };
    let local = local.map(|url| format!("[local server {}] ", one_line(url))).unwrap_or_default();
    style.paint(Tone::Title, &format!("{local}{text}"))
}

/// What an answer means.
pub(crate) fn is_agreement(question: &Question, answer: &str) -> bool {
    let answer = answer.trim();
    match question {
        Question::Proceed { name: Some(name), .. } => answer == name,
        _ => matches!(answer.to_lowercase().as_str(), "y" | "yes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_cancelled_is_not_promised() {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        let ask = |stacks: &[&str], others: &[&str]| {
            text(&Question::Cancel { stacks: ids(stacks), others: ids(others) }, None, Style::new(false))
        };
        assert!(ask(&["Shop"], &[]).contains("take it back, anything else"));
        assert!(
            ask(&["Shop"], &["Net", "Db"]).contains("updates Shop;")
                && ask(&["A"], &["Net", "Db"]).contains("while Net, Db goes on")
        );
        let creation = ask(&[], &["Shop"]);
        assert!(
            creation.contains("Shop cannot be cancelled") && !creation.contains("take it back"),
            "{creation}"
        );
    }

    #[test]
    fn a_protected_stage_wants_its_name() {
        let ask = |name: Option<&str>| Question::Proceed {
            summary: "deploys".to_owned(),
            name: name.map(str::to_owned),
        };
        assert!(is_agreement(&ask(Some("prod")), "prod\r\n"));
        for answer in ["yes", "y", "", "Prod", "prod2"] {
            assert!(!is_agreement(&ask(Some("prod")), answer), "{answer}");
        }
        assert!(is_agreement(&ask(None), "YES\n") && is_agreement(&ask(None), "y"));
        for answer in ["", "no", "yess", "prod"] {
            assert!(!is_agreement(&ask(None), answer), "{answer}");
        }
    }
}
