//! A workflow for GitHub Actions: says in each pull request what it changes, and deploys what is merged.

use formwork_assembly::Bootstrap;

use crate::program::StageOutline;

/// The jobs of a pull request, with the head of the file.
const REVIEW: &str = include_str!("github.yml");

/// The job that deploys one stage.
const DEPLOY: &str = include_str!("github_deploy.yml");

/// What the job has in its environment, where the stage has an execution role of its own.
const ENV: &str = "\n        env:\n          EXECUTION_ROLE: ${{ vars.AWS_EXECUTION_ROLE }}";

/// The last of what has to be set up, at the head of the file.
const LAST_STEP: &str = "it makes the place for assets, which the roles cannot.";

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
        let (env, role) = if uses_cdk(stage) { ("", "") } else { (ENV, " --role-arn \"$EXECUTION_ROLE\"") };
        let job = DEPLOY.replace("{needs}", &needs).replace("{env}", env).replace("{role}", role);
        text += &job.replace("{region}", region).replace("{stage}", &stage.name);
    }
    if stages.iter().any(|stage| stage.region.is_none()) {
        let ours = "AWS_DEPLOY_ROLE and AWS_EXECUTION_ROLE of the environment to their ARNs";
        text = text.replace(ours, &format!("{ours}, and AWS_REGION to its region"));
    }
    let with_cdk: Vec<&str> =
        stages.iter().filter(|stage| uses_cdk(stage)).map(|stage| &*stage.name).collect();
    if !with_cdk.is_empty() {
        let with_cdk = with_cdk.join(", ");
        let note = format!(
            "\n#\n# With a bootstrap of the CDK ({with_cdk}), 2 and 3 are about the deploy role alone, and 4 is `cdk bootstrap`."
        );
        text = text.replace(LAST_STEP, &format!("{LAST_STEP}{note}"));
    }
    text
}

/// Whether the stage has its execution role from a bootstrap of the CDK.
fn uses_cdk(stage: &StageOutline) -> bool {
    matches!(stage.bootstrap, Some(Bootstrap::Cdk { .. }))
}
