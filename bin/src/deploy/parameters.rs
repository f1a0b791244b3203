//! The values of template parameters: given ones, those that a stack has, and secrets of Parameter Store.
//!
//! | what a parameter has | its value |
//! | --- | --- |
//! | one that was given | that one |
//! | a default | the default, so that the code decides; also where another value was given earlier |
//! | a value, because the stack is there | that one stays |
//! | a `SecureString` that the app names | what Parameter Store has, at the deployment that makes the stack |
//! | none of these | is missing, which is an error |

use formwork_assembly::{Assembly, Diagnostic, Stack, code, suggest};
use serde_json::{Map, Value, json};

use super::{
    Failure, GivenParameter, Session,
    cloud::{Call, Cloud, FaultKind, ParameterSetting, StackDescription},
    patience::persist,
    template,
};
use crate::shell;

/// Those of the given values that no stack has a parameter for.
pub(super) fn check(assembly: &Assembly, given: &[GivenParameter]) -> Vec<Diagnostic> {
    let known: Vec<(&Stack, Map<String, Value>)> =
        assembly.stacks.iter().map(|stack| (stack, declared(stack))).collect();
    let mut found = Vec::new();
    for one in given {
        if known.iter().any(|(stack, names)| names.keys().any(|name| is_for(one, stack, name))) {
            continue;
        }
        let place = one.stack.as_ref().map_or_else(String::new, |stack| format!(" of the stack `{stack}`"));
        let names = known.iter().flat_map(|(_, names)| names.keys().map(String::as_str));
        let message = format!("there is no parameter `{}`{place}", one.key);
        let help = suggest(&one.key, names);
        found.push(Diagnostic::error(&code::PARAMETER_UNKNOWN, message).help(help));
    }
    found
}

/// The values of a stack's parameters; what is left out takes its default.
///
/// # Errors
/// All parameters that have no value, and the secrets that cannot be read.
pub(super) async fn values<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    given: &[GivenParameter],
    existing: Option<&StackDescription>,
) -> Result<Vec<(String, ParameterSetting)>, Failure> {
    let mut values = Vec::new();
    let mut found = Vec::new();
    for (name, parameter) in declared(stack) {
        let has_value = existing.is_some_and(|stack| stack.parameters.iter().any(|(key, _)| *key == name));
        let secret = stack.secure_strings.get(&name);
        if let Some(given) = given.iter().rfind(|given| is_for(given, stack, &name)) {
            values.push((name, ParameterSetting::Value(given.value.clone())));
        } else if parameter.get("Default").is_some() {
        } else if has_value {
            values.push((name, ParameterSetting::Previous));
        } else if let Some(secret) = secret {
            match secure_string(&session.by_caller(stack), secret).await {
                Ok(value) => values.push((name, ParameterSetting::Value(value))),
                Err(finding) => found.push(finding.path(format!("{}/{name}", stack.id))),
            }
        } else {
            found.push(missing(stack, &name, &parameter));
        }
    }
    Failure::unless_empty(found)?;
    Ok(values)
}

/// True where a value is meant for a parameter of a stack.
fn is_for(given: &GivenParameter, stack: &Stack, name: &str) -> bool {
    given.key == name && given.stack.as_ref().is_none_or(|id| *id == stack.id)
}

/// The parameters of a template by name.
fn declared(stack: &Stack) -> Map<String, Value> {
    template::section(&stack.template, "Parameters")
}

fn missing(stack: &Stack, name: &str, parameter: &Value) -> Diagnostic {
    let what = parameter.get("Description").and_then(Value::as_str);
    let what = what.map_or_else(String::new, |what| format!(", {what},"));
    let message = format!("the parameter `{name}`{what} has no value");
    let given = format!("{}:{name}=VALUE", stack.id);
    let help = format!("give it with `--parameter {}`; later deployments keep it", shell::word(&given));
    Diagnostic::error(&code::PARAMETER_MISSING, message).path(&stack.id).help(help)
}

async fn secure_string<C: Cloud>(session: &Session<C>, name: &str) -> Result<String, Diagnostic> {
    let body = json!({ "Name": name, "WithDecryption": true });
    let call = Call::Json { service: "ssm", host: "ssm", target: "AmazonSSM.GetParameter", body };
    let unreadable = |message: String, help: String| {
        Diagnostic::error(&code::SECURE_STRING_UNREADABLE, message).help(help)
    };
    match persist(session, async || session.cloud.call(&call).await).await {
        Ok(answer) => {
            let value = answer.pointer("/Parameter/Value").and_then(Value::as_str).map(str::to_owned);
            value.ok_or_else(|| {
                let message = format!("Parameter Store answers no value for `{name}`");
                unreadable(message, "check what answers at the endpoint of SSM".to_owned())
            })
        }
        Err(fault) if fault.kind == FaultKind::Missing => {
            let message = format!("there is no SecureString `{name}` in `{}`", session.cloud.region());
            let make = format!(
                "make it with `aws ssm put-parameter --type SecureString --name {} --value …`",
                shell::word(name)
            );
            Err(unreadable(message, make))
        }
        Err(fault) => {
            let message = format!("cannot read the SecureString `{name}`: {fault}");
            let help =
                "deploying needs `ssm:GetParameter` for it, and `kms:Decrypt` where it has a key of its own";
            Err(unreadable(message, help.to_owned()))
        }
    }
}
