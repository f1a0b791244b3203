//! What CloudFormation looks up while it deploys: secrets and parameters that templates refer to, and outputs of other stacks.

use formwork_assembly::SortedSet;

use super::{Statement, arn::Place, inventory::Inventory, named::Named};

/// Parameters of Systems Manager that AWS keeps itself, in no account.
const PUBLIC: &str = "/aws/service/";

/// How much of the name of a stack those nested in it have at least: CloudFormation cuts names so that there is room for its own part.
const KEPT: usize = 40;

/// Statements for what the templates refer to.
pub(super) fn statements(inventory: &Inventory<'_>) -> Vec<Statement> {
    let home = inventory.home();
    let secure = references(inventory, "ssm-secure");
    let mut parameters = references(inventory, "ssm");
    parameters.extend(secure.iter().cloned());
    parameters.extend(inventory.parameters.iter().cloned());
    let parameters: SortedSet<String> = parameters.iter().map(|name| parameter(&home, name)).collect();
    let mut secrets = SortedSet::new();
    for id in references(inventory, "secretsmanager") {
        secrets.extend(secret(inventory, &id));
    }
    let outputs = inventory.stacks.iter().any(|stack| stack.template.contains("\"Fn::GetStackOutput\""));
    let stacks = if outputs { stacks(inventory) } else { SortedSet::new() };
    let mut statements = vec![
        Statement::allow("Parameters", &["ssm:GetParameter", "ssm:GetParameters"], parameters),
        Statement::allow("SecretValues", &["secretsmanager:GetSecretValue"], secrets),
        Statement::allow("Outputs", &["cloudformation:DescribeStacks"], stacks),
    ];
    statements.retain(|statement| !statement.resources.is_empty());
    statements
}

/// The ARNs of the stacks.
pub(super) fn stacks(inventory: &Inventory<'_>) -> SortedSet<String> {
    let arn = |stack: &&formwork_assembly::Stack| {
        inventory.place_of(stack).arn("cloudformation", &format!("stack/{}/*", stack.name))
    };
    inventory.stacks.iter().map(arn).collect()
}

/// The ARNs of the stacks, and of those nested in them, which are called after them.
pub(super) fn stacks_within(inventory: &Inventory<'_>) -> SortedSet<String> {
    let mut arns = stacks(inventory);
    for resource in inventory.of_kind("AWS::CloudFormation::Stack") {
        let nested = format!("stack/{}/*", nested_in(&resource.stack.name));
        arns.insert(inventory.place_of(resource.stack).arn("cloudformation", &nested));
    }
    arns
}

/// The names of stacks that are nested in one.
fn nested_in(stack: &str) -> String {
    match stack.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}*", &stack[..end]),
        None => format!("{stack}-*"),
    }
}

/// The names in dynamic references of a sort, `{{resolve:ssm:NAME:…}}`; empty where only the deployment knows them.
fn references(inventory: &Inventory<'_>, sort: &str) -> SortedSet<String> {
    let mark = format!("{{{{resolve:{sort}:");
    let mut names = SortedSet::new();
    for stack in &inventory.stacks {
        names.extend(stack.template.split(&mark).skip(1).map(name));
    }
    names
}

/// The name at the head of the rest of a reference. That of a secret may be an ARN, which has colons itself.
fn name(rest: &str) -> String {
    let reference = rest.split(['}', '"']).next().unwrap_or_default();
    if reference.starts_with("${") {
        return String::new();
    }
    let parts = if reference.starts_with("arn:") { 7 } else { 1 };
    reference.split(':').take(parts).collect::<Vec<_>>().join(":")
}

fn parameter(home: &Place<'_>, name: &str) -> String {
    let account = if name.starts_with(PUBLIC) { "" } else { home.account };
    let name = if name.is_empty() { "*" } else { name.trim_start_matches('/') };
    Place { account, ..*home }.arn("ssm", &format!("parameter/{name}"))
}

fn secret(inventory: &Inventory<'_>, id: &str) -> SortedSet<String> {
    if id.starts_with("arn:") {
        return SortedSet::from([id.to_owned()]);
    }
    if !id.is_empty() {
        return SortedSet::from([inventory.home().arn("secretsmanager", &format!("secret:{id}-*"))]);
    }
    match Named::of_kind("AWS::SecretsManager::Secret") {
        Some(named) if inventory.has(named.kind) => named.arns(inventory),
        _ => SortedSet::from([inventory.home().arn("secretsmanager", "secret:*")]),
    }
}

#[cfg(test)]
mod tests {
    use super::nested_in;

    #[test]
    fn nested_stacks_are_called_after_what_is_left_of_a_long_name() {
        assert_eq!(nested_in("shop-dev-Shop"), "shop-dev-Shop-*");
        let long = "integ-tests-u7brkajrdgec5ys8-performance-test";
        assert_eq!(nested_in(long), "integ-tests-u7brkajrdgec5ys8-performance*");
    }
}
