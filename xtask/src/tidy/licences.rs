//! Every package that is built in has a licence that deny.toml allows.
//!
//! cargo-deny reads the same file and sees more; this check needs no other program.

use super::{finding::Finding, metadata::Metadata, tree::Tree};

/// Checks each package of the lock file that any feature can bring in.
pub(super) fn check(tree: &Tree, metadata: &Metadata) -> Vec<Finding> {
    let Some(allowed) = tree.text("deny.toml").map(allowed) else {
        return vec![Finding::new(
            "deny.toml",
            "the list of licences is missing",
            "name the allowed ones under `[licenses]`",
        )];
    };
    let refused = metadata.packages().filter_map(|package| {
        let licence = package.licence.as_deref().unwrap_or("none");
        let help = "use another package, or add the licence to deny.toml if it asks for nothing that users cannot give";
        let message = format!("the licence `{licence}` is not allowed");
        (!is_allowed(licence, &allowed)).then(|| Finding::new(&package.name, message, help))
    });
    refused.collect()
}

/// The quoted words of the list `allow = […]`.
fn allowed(deny: &str) -> Vec<&str> {
    let list = deny.split_once("allow = [").and_then(|(_, rest)| rest.split_once(']'));
    list.map_or_else(Vec::new, |(list, _)| list.split('"').skip(1).step_by(2).collect())
}

/// Whether an SPDX expression can be met: one side of an `OR`, every side of an `AND`. Parentheses bind tighter.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let expression = expression.trim();
    if let Some((left, right)) = split(expression, " OR ").or_else(|| split(expression, "/")) {
        is_allowed(left, allowed) || is_allowed(right, allowed)
    } else if let Some((left, right)) = split(expression, " AND ") {
        is_allowed(left, allowed) && is_allowed(right, allowed)
    } else if let Some(inner) = expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        is_allowed(inner, allowed)
    } else {
        allowed.contains(&expression)
    }
}

/// Splits at the first operator outside parentheses.
fn split<'a>(expression: &'a str, operator: &str) -> Option<(&'a str, &'a str)> {
    let is_outside = |at: usize| {
        let before = &expression[..at];
        before.matches('(').count() == before.matches(')').count()
    };
    let (at, _) = expression.match_indices(operator).find(|(at, _)| is_outside(*at))?;
    Some((&expression[..at], &expression[at + operator.len()..]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Metadata, Tree, check, is_allowed};

    #[test]
    fn expressions_are_understood() {
        let allowed = ["MIT", "Unicode-3.0"];
        for good in [
            "MIT",
            "MIT OR Apache-2.0",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "GPL-3.0 OR (MIT AND Unicode-3.0)",
        ] {
            assert!(is_allowed(good, &allowed), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "none", "(MIT OR Apache-2.0) AND GPL-3.0", ""] {
            assert!(!is_allowed(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn a_licence_outside_the_list_is_found() {
        let packages = [("good", json!("MIT")), ("bad", json!("GPL-3.0-only")), ("silent", json!(null))];
        let packages = packages.map(|(name, licence)| json!({"id": name, "name": name, "license": licence}));
        let metadata = Metadata::read(&json!({"packages": packages}));
        let tree = Tree::of([("deny.toml", "[licenses]\nallow = [\n    \"MIT\",\n]\n")]);
        let findings: Vec<String> = check(&tree, &metadata).iter().map(ToString::to_string).collect();
        assert_eq!(findings.len(), 2, "{findings:#?}");
        assert!(findings[0].starts_with("bad: the licence `GPL-3.0-only`"));
        assert_eq!(check(&Tree::of([]), &metadata).len(), 1);
    }
}
