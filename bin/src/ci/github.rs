//! A workflow for GitHub Actions: says in each pull request what it changes, and deploys what is merged.

use crate::program::StageOutline;

/// The jobs of a pull request, with the head of the file.
const REVIEW: &str = include_str!("github.yml");

/// The job that deploys one stage.
const DEPLOY: &str = include_str!("github_deploy.yml");

/// The workflow, for stages that are deployed in their order, those that are protected after the others; and a package in a
/// directory, from the top of the repository.
pub(crate) fn workflow(stages: &[StageOutline], directory: &str) -> String {
    let (protected, open): (Vec<_>, Vec<_>) = stages.iter().partition(|stage| stage.protected);
    let stages: Vec<&StageOutline> = open.into_iter().chain(protected).collect();
    let names: Vec<&str> = stages.iter().map(|stage| &*stage.name).collect();
    let mut text = REVIEW.replace("{directory}", directory).replace("{stages}", &names.join(" "));
    for (index, stage) in stages.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| names.get(before));
        let needs = before.map(|before| format!("\n    needs: deploy-{before}")).unwrap_or_default();
        let region = stage.region.as_deref().unwrap_or("${{ vars.AWS_REGION }}");
        text +=
            &DEPLOY.replace("{needs}", &needs).replace("{region}", region).replace("{stage}", &stage.name);
    }
    if stages.iter().any(|stage| stage.region.is_none()) {
        let ours = "AWS_DEPLOY_ROLE and AWS_EXECUTION_ROLE of the environment to their ARNs";
        text = text.replace(ours, &format!("{ours}, and AWS_REGION to its region"));
    }
    text
}
