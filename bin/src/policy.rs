//! The IAM policies that deploying an assembly takes, and no more than that: made from the types of its resources.
//!
//! Two roles an account. The *deploy role* is who runs `deploy`: it works with change sets of the stacks of the assembly, publishes assets,
//! uploads sites and watches services, and may touch no resource itself. The *execution role* is who CloudFormation is then: it may do to
//! the types in the templates what their handlers do, to resources by name wherever names can be known before they exist.
//!
//! ```text
//! templates ─► inventory ─► deploy_role    ─┐
//!                        └► execution_role ─┴► document: statements ─► managed policies of 6,144 characters
//! ```

mod arn;
mod deploy_role;
mod document;
mod execution_role;
mod inventory;
mod lookups;
mod named;
mod trust;

use formwork_assembly::{Assembly, Bootstrap, Diagnostic, code};
use serde::Serialize;

use arn::Place;
#[cfg(feature = "deploy")]
pub(crate) use arn::partition;
pub(crate) use document::{Document, Statement};
use inventory::Inventory;
pub(crate) use trust::{Github, Jobs};

/// The managed policies that a role takes unless the quota of the account was raised.
const MOST_POLICIES: usize = 10;

/// The characters that the name of a role takes.
const LONGEST_NAME: usize = 64;

/// The roles that deploy an assembly.
#[derive(Debug, Serialize)]
pub(crate) struct Roles {
    pub app: String,
    pub stage: String,
    /// By account, sorted; those whose account is not known first.
    pub accounts: Vec<AccountRoles>,
}

/// The roles of one account.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountRoles {
    /// None where the stage does not say.
    pub account: Option<String>,
    /// A bootstrap of the CDK, which brings the execution role: its policies are for `cdk bootstrap --cloudformation-execution-policies`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<Bootstrap>,
    pub deploy_role: Role,
    pub execution_role: Role,
}

/// A role as `aws iam create-role` and `create-policy` want it.
#[derive(Debug, Serialize)]
pub(crate) struct Role {
    pub name: String,
    /// Who may take it on; none where nobody has been named, or the role is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<Document>,
    /// Managed policies, each within the size that IAM takes.
    pub policies: Vec<Document>,
}

/// The roles for an assembly, trusted by jobs of GitHub where a repository is named; and what to know about them.
pub(crate) fn roles(
    assembly: &Assembly,
    github: Option<&Github>,
) -> Result<(Roles, Vec<Diagnostic>), Vec<Diagnostic>> {
    let inventories = Inventory::by_account(assembly)?;
    let mut found = Vec::new();
    let mut accounts = Vec::new();
    for inventory in &inventories {
        let execution_name = name(assembly, "execution", &mut found);
        let deploy_name = name(assembly, "deploy", &mut found);
        let home = inventory.home();
        let arn = |name: &str| Place { region: "", ..home }.arn("iam", &format!("role/{name}"));
        let own = match &inventory.bootstrap {
            Bootstrap::Formwork => vec![arn(&deploy_name), arn(&execution_name)],
            Bootstrap::Cdk { qualifier } => vec![arn(&deploy_name), arn(&format!("cdk-{qualifier}-*"))],
        };
        let brings_execution = inventory.bootstrap != Bootstrap::Formwork;
        if inventory.account.is_none() && github.is_some() {
            found.push(account_unknown());
        }
        let deploy_role = Role {
            name: deploy_name,
            trust: github.map(|github| trust::of_github(github, &home)),
            policies: document::split(deploy_role::statements(inventory, &arn(&execution_name))),
        };
        let execution_role = Role {
            name: execution_name,
            trust: (!brings_execution).then(|| trust::of_cloudformation(&home)),
            policies: document::split(execution_role::statements(inventory, &[&own[0], &own[1]], &mut found)),
        };
        found.extend([&deploy_role, &execution_role].into_iter().filter_map(too_many));
        let bootstrap = Some(inventory.bootstrap.clone()).filter(|_| brings_execution);
        accounts.push(AccountRoles {
            account: inventory.account.clone(),
            bootstrap,
            deploy_role,
            execution_role,
        });
    }
    found.dedup();
    Ok((Roles { app: assembly.app.clone(), stage: assembly.stage.clone(), accounts }, found))
}

/// `shop-prod-deploy`. An assembly that is not Formwork's own does not say what it is of.
fn name(assembly: &Assembly, purpose: &str, found: &mut Vec<Diagnostic>) -> String {
    let parts = [&*assembly.app, &*assembly.stage, purpose];
    let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    if name.len() > LONGEST_NAME {
        let message = format!("`{name}` has {} characters, and a role takes {LONGEST_NAME}", name.len());
        let help = "choose a shorter name, and write it into the statement `PassRole` as well";
        found.push(Diagnostic::warning(&code::POLICY_ROLE_NAME, message).help(help));
    }
    name
}

fn account_unknown() -> Diagnostic {
    let message = "the stage does not say its account, so that the trust policy names `123456789012`";
    let help = "say the account in the stage file, or put yours in its place";
    Diagnostic::warning(&code::POLICY_ACCOUNT, message).help(help)
}

fn too_many(role: &Role) -> Option<Diagnostic> {
    let number = role.policies.len();
    (number > MOST_POLICIES).then(|| {
        let message = format!("`{}` has {number} policies, and a role takes {MOST_POLICIES}", role.name);
        let help = "ask AWS for a higher quota of managed policies a role: up to 25";
        Diagnostic::warning(&code::POLICY_TOO_MANY, message).help(help)
    })
}
