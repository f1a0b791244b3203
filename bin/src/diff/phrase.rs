//! Values as people read them: intrinsic functions in short, long texts cut to where they differ.

use formwork_assembly::each;
use serde_json::Value;

/// Longer values are cut.
const WIDTH: usize = 72;

/// How much of what is alike stays before a difference.
const LEAD: usize = 16;

/// True for `{"Ref": …}` and `{"Fn::…": …}`.
pub(super) fn is_intrinsic(value: &Value) -> bool {
    let fields = value.as_object().filter(|fields| fields.len() == 1);
    let name = fields.and_then(|fields| fields.keys().next());
    name.is_some_and(|name| name == "Ref" || name.starts_with("Fn::"))
}

/// A value in one piece: `Api.Arn`, `arn:${AWS::Partition}:s3:::${Bucket}/*`, plain text without quotes, other JSON as it is.
pub(super) fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(_) if is_intrinsic(value) => function(value),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name}: {}", short(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", each(items, short).join(", ")),
        other => other.to_string(),
    }
}

/// A value cut to a line.
pub(crate) fn brief(value: &Value) -> String {
    let text = short(value);
    cut(&text.chars().collect::<Vec<_>>(), 0)
}

/// Two values, cut so that their difference is seen.
pub(crate) fn pair(before: &Value, after: &Value) -> (String, String) {
    let (one, other) = (short(before), short(after));
    // Plain texts and numbers may look alike.
    let (one, other) =
        if one == other && before != after { (before.to_string(), after.to_string()) } else { (one, other) };
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let alike = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let start = if one.len().max(other.len()) > WIDTH { alike.saturating_sub(LEAD) } else { 0 };
    (cut(&one, start), cut(&other, start))
}

fn cut(text: &[char], start: usize) -> String {
    let lead = if start > 0 { "…" } else { "" };
    let rest = &text[start.min(text.len())..];
    let (shown, trail) = if rest.len() > WIDTH { (&rest[..WIDTH - 1], "…") } else { (rest, "") };
    format!("{lead}{}{trail}", shown.iter().collect::<String>())
}

fn function(value: &Value) -> String {
    let Some((name, argument)) = value.as_object().and_then(|fields| fields.iter().next()) else {
        return value.to_string();
    };
    match (name.as_str(), argument) {
        ("Ref", Value::String(id)) => id.clone(),
        ("Fn::GetAtt", Value::String(attribute)) => attribute.clone(),
        ("Fn::GetAtt", Value::Array(parts)) => each(parts, short).join("."),
        ("Fn::Sub", Value::String(text)) => text.clone(),
        ("Fn::Join", Value::Array(parts)) => match parts.as_slice() {
            [Value::String(between), Value::Array(parts)] => each(parts, part).join(between),
            _ => format!("Join({})", short(argument)),
        },
        (name, argument) => format!("{}({})", name.trim_start_matches("Fn::"), short(argument)),
    }
}

/// A part of a text: what is no literal is marked as in `Fn::Sub`.
fn part(value: &Value) -> String {
    if is_intrinsic(value) { format!("${{{}}}", short(value)) } else { short(value) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn functions_are_short() {
        let join = json!({ "Fn::Join": ["", ["arn:", { "Ref": "AWS::Partition" }, ":s3:::x"]] });
        assert_eq!(short(&join), "arn:${AWS::Partition}:s3:::x");
        assert_eq!(short(&json!({ "Fn::GetAtt": ["Db", "Endpoint.Address"] })), "Db.Endpoint.Address");
        assert_eq!(short(&json!({ "Fn::Select": [0, { "Fn::GetAZs": "" }] })), "Select([0, GetAZs()])");
        assert_eq!(short(&json!({ "a": [1, true, null] })), "{a: [1, true, null]}");
    }

    #[test]
    fn differences_of_long_texts_are_seen() {
        let long = |end: &str| json!(format!("{}{end}", "é".repeat(500)));
        let (before, after) = pair(&long("one"), &long("two"));
        assert!(before.ends_with("one") && after.ends_with("two"), "{before} {after}");
        assert!(before.chars().count() < WIDTH);
        assert_eq!(pair(&json!(80), &json!("80")), ("80".to_owned(), "\"80\"".to_owned()));
    }
}
