//! Templates come back with `?` where they had characters beyond ASCII. Such a template is no other one.

use serde_json::{Map, Value};

/// The deployed template with those characters that the new one has in the same places; none where it is no JSON object.
pub(super) fn restored(deployed: &str, new: &str) -> Option<String> {
    let mut old: Value = serde_json::from_str(deployed).ok().filter(Value::is_object)?;
    if let (false, Ok(new)) = (new.is_ascii(), serde_json::from_str(new)) {
        restore(&mut old, &new);
    }
    Some(old.to_string())
}

fn restore(old: &mut Value, new: &Value) {
    match (old, new) {
        (Value::String(old), Value::String(new)) if is_mangled(old, new) => old.clone_from(new),
        (Value::Array(old), Value::Array(new)) => {
            old.iter_mut().zip(new).for_each(|(old, new)| restore(old, new))
        }
        (Value::Object(old), Value::Object(new)) => {
            let renamed = std::mem::take(old).into_iter().map(|(name, mut value)| {
                let known =
                    new.get_key_value(&name).or_else(|| new.iter().find(|(key, _)| is_mangled(&name, key)));
                match known {
                    Some((key, new)) => {
                        restore(&mut value, new);
                        (key.clone(), value)
                    }
                    None => (name, value),
                }
            });
            *old = renamed.collect::<Map<String, Value>>();
        }
        _ => {}
    }
}

/// True where the first is what may come back of the second: one `?` for each character, or for each byte of it.
fn is_mangled(old: &str, new: &str) -> bool {
    let by = |width: fn(char) -> usize| {
        let mut text = String::with_capacity(new.len());
        for one in new.chars() {
            if one.is_ascii() {
                text.push(one);
            } else {
                text.extend(std::iter::repeat_n('?', width(one)));
            }
        }
        text
    };
    !new.is_ascii() && (old == by(|_| 1) || old == by(char::len_utf16) || old == by(char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_were_lost_are_no_difference() {
        let new = r#"{"Description":"Grüße 🎉","Resources":{"A":{"Tags":["ä","b"]}}}"#;
        for mangled in ["Gr??e ?", "Gr??e ??", "Gr????e ????"] {
            let old = format!(r#"{{"Description":"{mangled}","Resources":{{"A":{{"Tags":["?","b"]}}}}}}"#);
            assert_eq!(restored(&old, new).as_deref(), Some(new), "{mangled}");
        }
    }

    #[test]
    fn what_differs_stays_different() {
        let old = r#"{"Description":"Gr?ße","Other":"a?"}"#;
        let new = r#"{"Description":"Grüße","Other":"ab"}"#;
        assert_eq!(restored(old, new).as_deref(), Some(old));
        assert_eq!(restored("AWSTemplateFormatVersion: 2010-09-09", new), None);
    }
}
