//! The policies of an assembly as people read them: what each statement allows, and how much of it there is.

use super::{count, table::Table};
use crate::policy::{AccountRoles, Document, Role, Roles, Statement};

/// The roles by account.
pub(super) fn text(roles: &Roles) -> String {
    roles.accounts.iter().map(account).collect::<Vec<_>>().join("\n")
}

fn account(roles: &AccountRoles) -> String {
    let account = roles.account.as_deref().unwrap_or("any account");
    let deploy = role("deploy role, for whoever runs `deploy`", account, &roles.deploy_role);
    let execution = role("execution role, for CloudFormation", account, &roles.execution_role);
    format!("{deploy}\n{execution}")
}

fn role(purpose: &str, account: &str, role: &Role) -> String {
    let sizes = role.policies.iter().map(|policy| policy.size().to_string()).collect::<Vec<_>>().join(" + ");
    let trust = if role.trust.is_none() { "; `--github OWNER/NAME` adds who may take it on" } else { "" };
    let number = role.policies.len();
    let policies = if number == 1 { "policy" } else { "policies" };
    let head =
        format!("{} in {account}: {purpose}\n{number} {policies} of {sizes} characters{trust}\n", role.name);
    let mut table = Table::default();
    for statement in
        role.trust.iter().chain(&role.policies).flat_map(|document: &Document| &document.statements)
    {
        row(&mut table, statement);
    }
    format!("{head}{table}")
}

fn row(table: &mut Table, statement: &Statement) {
    let effect = if statement.denies() { "denies" } else { "allows" };
    let actions = match (statement.actions.len(), statement.actions.first()) {
        (1, Some(action)) => action.clone(),
        (number, _) => count((number, "action")),
    };
    let resources = statement.resources.iter().cloned().collect::<Vec<_>>().join(", ");
    table.row([effect, &statement.sid, &actions, &resources]);
}
