//! Resources that have only moved: gone under one logical id, there under another, with the same type and properties.

use formwork_assembly::SortedMap;
use serde_json::Value;

use super::side::kind;

/// Pairs what is gone with what has come. What refers to something that has moved is compared as if it had not.
pub(super) fn pairs<'v>(
    gone: &SortedMap<&'v str, &'v Value>,
    come: &SortedMap<&'v str, &'v Value>,
) -> SortedMap<&'v str, &'v str> {
    let mut moved: SortedMap<&str, &str> = SortedMap::new();
    loop {
        let known = moved.len();
        for (from, old) in gone {
            if moved.contains_key(from) {
                continue;
            }
            let like = come.iter().filter(|(_, new)| kind(new) == kind(old) && !kind(old).is_empty());
            let mut like = like.filter(|(to, _)| !moved.values().any(|taken| taken == *to)).peekable();
            if like.peek().is_none() {
                continue;
            }
            let properties = old.get("Properties").map(|properties| renamed(properties, &moved));
            let same = like.find(|(_, new)| new.get("Properties") == properties.as_ref());
            if let Some((to, _)) = same {
                moved.insert(from, to);
            }
        }
        if moved.len() == known {
            return moved;
        }
    }
}

/// The value with references to what has moved as they are now.
fn renamed(value: &Value, moved: &SortedMap<&str, &str>) -> Value {
    let name =
        |id: &Value| id.as_str().and_then(|id| moved.get(id)).map_or_else(|| id.clone(), |to| (*to).into());
    match value {
        Value::Array(items) => items.iter().map(|item| renamed(item, moved)).collect(),
        Value::Object(fields) => {
            let field = |(key, value): (&String, &Value)| {
                let value = match (key.as_str(), value) {
                    ("Ref", id) => name(id),
                    ("Fn::GetAtt", Value::Array(parts)) if !parts.is_empty() => {
                        let first = std::iter::once(name(&parts[0]));
                        first.chain(parts[1..].iter().cloned()).collect()
                    }
                    (_, value) => renamed(value, moved),
                };
                (key.clone(), value)
            };
            Value::Object(fields.iter().map(field).collect())
        }
        other => other.clone(),
    }
}
