//! The policies of an assembly as people read them: what each statement allows, and how much of it there is.

use super::{count, table::Table};
use crate::policy::{AccountRoles, Role, Roles, Statement};
use formwork_assembly::each;

/// The roles by account.
pub(super) fn text(roles: &Roles) -> String {
    each(&roles.accounts, account).join("\n")
}

fn account(roles: &AccountRoles) -> String {
    let account = roles.account.as_deref().unwrap_or("any account");
    let hint = match roles.deploy_role.trust {
        None => "; `--github OWNER/NAME` adds who may take it on",
        Some(_) => "",
    };
    let deploy = role("deploy role, for whoever runs `deploy`", account, &roles.deploy_role, hint);
    let purpose = match &roles.bootstrap {
        None => "execution role, for CloudFormation",
        Some(_) => "for the role that `cdk bootstrap --cloudformation-execution-policies` makes",
    };
    let execution = role(purpose, account, &roles.execution_role, "");
    format!("{deploy}\n{execution}")
}

fn role(purpose: &str, account: &str, role: &Role, hint: &str) -> String {
    let sizes = each(&role.policies, |policy| policy.size().to_string()).join(" + ");
    let number = role.policies.len();
    let policies = if number == 1 { "policy" } else { "policies" };
    let head =
        format!("{} in {account}: {purpose}\n{number} {policies} of {sizes} characters{hint}\n", role.name);
    let mut table = Table::default();
    for document in role.trust.iter().chain(&role.policies) {
        document.statements.iter().for_each(|statement| row(&mut table, statement));
    }
    format!("{head}{table}")
}

fn row(table: &mut Table, statement: &Statement) {
    let effect = if statement.denies() { "denies" } else { "allows" };
    let actions = match (statement.actions.len(), statement.actions.iter().next()) {
        (1, Some(action)) => action.clone(),
        (number, _) => count((number, "action")),
    };
    let resources = statement.resources.iter().cloned().collect::<Vec<_>>().join(", ");
    table.row([effect, &statement.sid, &actions, &resources]);
}
