//! What is never shown: literal values of what is named like a credential, and those that AWS itself keeps back for that reason. References to
//! secrets hold none, and are shown.

use serde_json::{Map, Value};

use super::phrase::{is_intrinsic, short};

/// What stands where a secret would.
const HIDDEN: &str = "(hidden)";

/// Words in the names of credentials.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "credential",
    "accesskey",
    "activationkey",
    "apikey",
    "hostkey",
    "presharedkey",
    "privatekey",
    "authenticationmaterial",
    "keytab",
];

/// Ends of names that tell where a credential is, not what it is.
const HARMLESS: &[&str] = &["name", "arn", "id", "type", "prefix", "endpoint", "uri", "url"];

/// What AWS never returns because it is, or may hold, a credential, though its name does not say so. Most of what it never returns is none.
const KEPT_BACK: &[&str] = &[
    "CertificateWallet",
    "Configs",
    "Data",
    "Entries",
    "ExtraConnectionAttributes",
    "JSONString",
    "S3PresignedUrl",
    "ServerProperties",
    "Value",
];

/// The value without secrets; `name` is what it is called.
pub(crate) fn redacted(name: &str, value: &Value) -> Value {
    if is_secret(name) && !value.is_array() && (!value.is_object() || is_intrinsic(value)) {
        return hidden(value);
    }
    match value {
        Value::Array(items) => Value::Array(items.iter().map(|item| redacted(name, item)).collect()),
        Value::Object(fields) => Value::Object(fields_of(fields)),
        other => other.clone(),
    }
}

/// The value, unless it is a literal text.
pub(crate) fn hidden(value: &Value) -> Value {
    match value {
        Value::Object(fields) if !is_intrinsic(value) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), hidden(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(hidden).collect()),
        Value::Bool(_) | Value::Null => value.clone(),
        value if is_reference(value) => value.clone(),
        _ => HIDDEN.into(),
    }
}

/// True where the literal value of what has this name is not for everybody's eyes.
pub(crate) fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    WORDS.iter().any(|word| plain.contains(word)) && !HARMLESS.iter().any(|end| plain.ends_with(end))
}

/// True where a property that AWS never returns is for nobody's eyes.
pub(super) fn is_kept_back(name: &str) -> bool {
    KEPT_BACK.contains(&name) || is_secret(name)
}

fn fields_of(fields: &Map<String, Value>) -> Map<String, Value> {
    // `{"Name": "DB_PASSWORD", "Value": …}`
    let label =
        ["Name", "Key", "ParameterKey", "OptionName"].into_iter().find_map(|key| fields.get(key)?.as_str());
    let shown = |(name, value): (&String, &Value)| {
        let is_value = matches!(name.as_str(), "Value" | "ParameterValue");
        let named = label.filter(|_| is_value).unwrap_or(name);
        (name.clone(), redacted(named, value))
    };
    fields.iter().map(shown).collect()
}

/// True for what only names a secret: dynamic references, ARNs, references to something else in the template.
fn is_reference(value: &Value) -> bool {
    let names_another =
        |name: &str| matches!(name, "Ref" | "Fn::GetAtt" | "Fn::ImportValue" | "Fn::GetStackOutput");
    if value.as_object().is_some_and(|fields| fields.keys().all(|name| names_another(name))) {
        return true;
    }
    let text = short(value);
    (text.starts_with("{{resolve:") && text.ends_with("}}") && text.matches("{{").count() == 1)
        || (text.starts_with("arn:") && !value.is_object())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn literals_are_hidden_and_references_are_not() {
        let literal = [json!("hunter2"), json!(4711), json!({ "Fn::Sub": "pre-${X}" })];
        for value in literal {
            assert_eq!(redacted("MasterUserPassword", &value), json!(HIDDEN), "{value}");
            assert_eq!(redacted("Engine", &value), value);
        }
        let join = json!({ "Fn::Join": ["", ["{{resolve:secretsmanager:", { "Ref": "S" }, ":SecretString:password}}"]] });
        let references =
            [json!({ "Ref": "Password" }), json!("{{resolve:ssm-secure:/a:1}}"), join, json!(true)];
        for value in references {
            assert_eq!(redacted("MasterUserPassword", &value), value);
        }
        let sly = json!("{{resolve:ssm:/a}}hunter2{{resolve:ssm:/a}}");
        assert_eq!(redacted("MasterUserPassword", &sly), json!(HIDDEN));
    }

    #[test]
    fn names_beside_values_count() {
        let variables =
            json!([{ "Name": "DB_PASSWORD", "Value": "hunter2" }, { "Name": "PORT", "Value": "80" }]);
        let shown = redacted("Environment", &variables).to_string();
        assert!(!shown.contains("hunter2") && shown.contains("80"), "{shown}");
        assert_eq!(redacted("Passwords", &json!(["hunter2"])), json!([HIDDEN]));
        assert_eq!(redacted("User", &json!({ "Passwords": ["hunter2"] })), json!({ "Passwords": [HIDDEN] }));
        let secrets = json!([{ "Name": "DB_PASSWORD", "ValueFrom": { "Ref": "Secret" } }]);
        assert_eq!(redacted("Secrets", &secrets), secrets);
    }
}
