//! What tells whether an app that was built again, with the engine, is the app that was run.
//!
//! Cargo does not tell a program which features it was built with: the second build lacks those that the first one was given, and may make
//! something else of the same code. So the first hands over what it makes, and the second deploys nothing but that.

use formwork_assembly::{Assembly, digest};
#[cfg(feature = "deploy")]
use formwork_assembly::{Diagnostic, code};

/// What stands for all that would be deployed.
pub(super) fn seal(assembly: &Assembly) -> String {
    let mut text = format!("{}\0{}\0{}", assembly.app, assembly.stage, assembly.protected);
    for stack in &assembly.stacks {
        let place = [&stack.account, &stack.region].map(|part| part.as_deref().unwrap_or_default());
        for part in [&*stack.id, &*stack.name, place[0], place[1], &*stack.template] {
            text.push('\0');
            text.push_str(part);
        }
    }
    for site in &assembly.sites {
        text.push('\0');
        text.push_str(&site.asset);
    }
    digest(text.as_bytes())
}

/// Why it is not the same; none where it is, or where nobody has said what it was.
#[cfg(feature = "deploy")]
pub(super) fn check(assembly: &Assembly, handed: Option<&str>) -> Option<Diagnostic> {
    // A folder is what it is.
    let handed = handed.filter(|handed| *handed != FOLDER)?;
    (handed != seal(assembly)).then(|| {
        let message = "built again with the engine for AWS, the app makes something else than before";
        let help = "features that are given to cargo do not reach the second build; give it all of them at once: \
                    `cargo run --features YOURS,formwork/deploy -- deploy`";
        Diagnostic::error(&code::OTHER_BUILD, message).help(help)
    })
}

/// What is handed over where no app is built again, but a folder carried out.
pub(super) const FOLDER: &str = "1";

#[cfg(all(test, feature = "deploy"))]
mod tests {
    use formwork_assembly::Stack;

    use super::*;

    #[test]
    fn only_what_was_made_before_is_deployed() {
        let stack = |template: &str| Stack {
            id: "Shop".to_owned(),
            template: template.to_owned(),
            ..Stack::default()
        };
        let app = |template| Assembly { stacks: vec![stack(template)], ..Assembly::default() };
        let (before, other) = (app("{}\n"), app("{\"Resources\":{}}\n"));
        assert_eq!(check(&before, Some(&seal(&before))), None);
        assert_eq!((check(&other, None), check(&other, Some(FOLDER))), (None, None));
        let finding = check(&other, Some(&seal(&before))).expect("is another one");
        assert!(finding.help.is_some_and(|help| help.contains("formwork/deploy")));
    }
}
