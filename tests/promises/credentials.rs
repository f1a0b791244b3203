//! Credentials in clear text: in properties, in the environment of a container, inside URLs.

use serde_json::Value;

use super::{Template, accepts, bites, template::walk};

/// Ends of names that hold a credential rather than say where it is.
const NAMES: [&str; 8] =
    ["password", "passwd", "secret", "token", "apikey", "api_key", "accesskey", "private_key"];

/// Names that end so and hold none: texts by which AWS and tools mean something else.
const HARMLESS: [&str; 2] = ["ManageMasterUserPassword", "NextToken"];

/// Beginnings of credentials that are known by their form.
const FORMS: [&str; 8] =
    ["AKIA", "ASIA", "ghp_", "github_pat_", "glpat-", "sk_live_", "xoxb-", "PRIVATE KEY-----"];

pub(crate) fn written_down(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    for (id, resource) in template.resources() {
        let accepted = resource.body["Metadata"]["formwork:accepted"].to_string();
        for value in walk(resource.properties()) {
            let members = value.as_object().into_iter().flatten();
            let members = members.map(|(name, value)| (name.as_str(), value));
            let named = value["Name"].as_str().map(|name| (name, &value["Value"]));
            let suspects = members.chain(named).filter(|(name, value)| {
                is_credential(name, value) && !accepted.contains(&format!("`{name}`"))
            });
            found.extend(suspects.map(|(name, _)| format!("`{id}` has `{name}` in clear text")));
            let texts = value.as_str().into_iter();
            found.extend(
                texts.filter(|text| has_form(text)).map(|_| format!("`{id}` has a credential in a text")),
            );
        }
    }
    found
}

fn is_credential(name: &str, value: &Value) -> bool {
    let lower = name.to_lowercase();
    let is_name = NAMES.iter().any(|end| lower.ends_with(end)) && !HARMLESS.contains(&name);
    // A reference that CloudFormation resolves by itself is no clear text.
    is_name && value.as_str().is_some_and(|text| !text.is_empty() && !text.starts_with("{{resolve:"))
}

fn has_form(text: &str) -> bool {
    let known = FORMS.iter().any(|form| {
        text.match_indices(form).any(|(at, _)| {
            let is_begin = !text[..at].ends_with(|c: char| c.is_alphanumeric());
            let rest = text[at + form.len()..].chars().take_while(char::is_ascii_alphanumeric).count();
            is_begin && (rest >= 12 || form.ends_with("KEY-----"))
        })
    });
    // `postgres://user:password@host`
    let inside = text.split_once("://").and_then(|(_, rest)| rest.split(['/', '?']).next()?.rsplit_once('@'));
    let in_url = inside.and_then(|(user, _)| user.split_once(':'));
    known || in_url.is_some_and(|(_, password)| !password.is_empty() && !password.starts_with(['$', '{']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_in_clear_text_are_found() {
        let environment = |name: &str, value: &str| {
            let properties = format!(
                r#"{{"ContainerDefinitions": [{{"Environment": [{{"Name": "{name}", "Value": "{value}"}}]}}]}}"#
            );
            Template::with("AWS::ECS::TaskDefinition", &properties)
        };
        let database = |value: &str| {
            Template::with("AWS::RDS::DBInstance", &format!(r#"{{"MasterUserPassword": {value}}}"#))
        };
        bites(written_down, &environment("DB_PASSWORD", "hunter2"), "`DB_PASSWORD`");
        bites(
            written_down,
            &environment("DATABASE_URL", "postgres://shop:hunter2@db:5432/shop"),
            "in a text",
        );
        bites(written_down, &environment("KEY", concat!("AK", "IA0123456789ABCDEF")), "in a text");
        bites(written_down, &database(r#""hunter2""#), "`MasterUserPassword`");
        accepts(written_down, &environment("DATABASE_URL", "postgres://db:5432/shop?mail=me@example.com"));
        accepts(written_down, &environment("SECRET_NAME", "shop/db"));
        accepts(written_down, &database(r#""{{resolve:secretsmanager:shop:SecretString:password}}""#));
        accepts(written_down, &database(r#"{"Ref": "Password"}"#));
    }
}
