//! What gives a credential away: the name of its variable, or its own look.

use formwork_synth::{Expr, Part};

/// Ends of names that hold credentials, in capitals.
const NAMES: [&str; 15] = [
    "ACCESS_KEY",
    "ACCESS_KEY_ID",
    "API_KEY",
    "APIKEY",
    "AUTH_KEY",
    "CREDENTIALS",
    "ENCRYPTION_KEY",
    "PASSPHRASE",
    "PASSWD",
    "PASSWORD",
    "PRIVATE_KEY",
    "SECRET",
    "SECRET_KEY",
    "SIGNING_KEY",
    "TOKEN",
];

/// How issued credentials begin, what they are, and how many letters and digits follow at least.
const PREFIXES: [(&str, &str, usize); 14] = [
    ("AKIA", "an AWS access key", 16),
    ("ASIA", "an AWS access key", 16),
    ("gho_", "a GitHub token", 20),
    ("ghp_", "a GitHub token", 20),
    ("ghr_", "a GitHub token", 20),
    ("ghs_", "a GitHub token", 20),
    ("ghu_", "a GitHub token", 20),
    ("github_pat_", "a GitHub token", 20),
    ("glpat-", "a GitLab token", 16),
    ("sk_live_", "a Stripe key", 10),
    ("rk_live_", "a Stripe key", 10),
    ("xoxb-", "a Slack token", 8),
    ("xoxp-", "a Slack token", 8),
    ("xapp-", "a Slack token", 1),
];

/// Says what makes a plain variable look like a credential. What is known only at deployment is judged by its literal parts.
pub(crate) fn credential_in(name: &str, value: &Expr) -> Option<String> {
    let mut texts: Vec<&str> = Vec::new();
    match value {
        Expr::Text(text) => texts.push(text),
        Expr::Interpolation(parts) => {
            for part in parts {
                match part {
                    Part::Text(text) => texts.push(text),
                    Part::Expr(value) => texts.extend(value.as_text()),
                }
            }
        }
        _ => {}
    }
    if let Some(what) = texts.iter().find_map(|text| looks_like(text)) {
        return Some(format!("holds {what}"));
    }
    let literal = value.as_text()?;
    (sounds_like_one(name) && !is_switch(literal)).then(|| "is named like a credential".to_owned())
}

/// What the text looks like, wherever in it that is.
fn looks_like(text: &str) -> Option<&'static str> {
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY") {
        return Some("a private key");
    }
    let follows =
        |rest: &str, least: usize| rest.bytes().take_while(u8::is_ascii_alphanumeric).count() >= least;
    let issued = PREFIXES.iter().find(|(prefix, _, least)| {
        text.match_indices(prefix).any(|(at, _)| follows(&text[at + prefix.len()..], *least))
    });
    issued.map(|(_, what, _)| *what).or_else(|| has_password(text).then_some("a password in a URL"))
}

/// True for `scheme://user:password@…`.
fn has_password(text: &str) -> bool {
    text.split("://").skip(1).any(|rest| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        user.and_then(|user| user.split_once(':')).is_some_and(|(_, password)| !password.is_empty())
    })
}

fn sounds_like_one(name: &str) -> bool {
    let name = name.to_ascii_uppercase().replace(['-', '.'], "_");
    NAMES.iter().any(|end| name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('_')))
}

/// True for what switches something on or off, or says nothing.
fn is_switch(value: &str) -> bool {
    let words = ["", "0", "1", "disabled", "enabled", "false", "no", "none", "off", "on", "true", "yes"];
    words.iter().any(|word| value.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_credentials_by_name_and_look() {
        let aws = format!("AKIA{}", "IOSFODNN7EXAMPLE");
        for (name, value) in [
            ("DB_PASSWORD", "hunter2"),
            ("password", "hunter2"),
            ("spring.datasource.password", "hunter2"),
            ("STRIPE_API_KEY", "abc"),
            ("GITHUB_TOKEN", "abc"),
            ("KEY", aws.as_str()),
            ("CONFIG", "{\"key\": \"ghp_0123456789abcdefghijklmnopqrstuvwxyz\"}"),
            ("HOOK", "xoxb-123456789012-abc"),
            ("PEM", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"),
            ("DATABASE_URL", "postgres://app:hunter2@db:5432/shop"),
        ] {
            assert!(credential_in(name, &Expr::text(value.to_owned())).is_some(), "{name}");
        }
        let url = Expr::Interpolation(vec![
            Part::Text("postgres://app:hunter2@".into()),
            Part::Expr(Expr::pseudo("AWS::Region")),
        ]);
        assert!(credential_in("DATABASE_URL", &url).is_some());
    }

    #[test]
    fn leaves_what_only_names_one_alone() {
        for (name, value) in [
            ("PASSWORD_FILE", "/run/secrets/password"),
            ("REQUIRE_PASSWORD", "true"),
            ("TOKEN_LIFETIME", "3600"),
            ("SECRET_NAME", "shop/db"),
            ("BROKEN", "no"),
            ("DATABASE_URL", "postgres://app@db:5432/shop"),
            ("SITE", "https://example.com/a:b@c"),
            ("REGION", "AKIA"),
        ] {
            assert_eq!(credential_in(name, &Expr::text(value)), None, "{name}");
        }
        assert_eq!(
            credential_in("DB_PASSWORD", &Expr::pseudo("AWS::StackName")),
            None,
            "known only at deployment"
        );
    }
}
