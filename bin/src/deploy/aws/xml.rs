//! XML as JSON: an element with elements in it is an object, one with text a string; what occurs more than once is an array.
//!
//! Enough for the answers of services, which use no attributes but the namespace. The outermost element goes without its name.

use serde_json::{Map, Value};
use xmlparser::{ElementEnd, Token, Tokenizer};

/// Answers nest no deeper than this.
const DEEPEST: usize = 64;

/// An element whose end has not come yet.
#[derive(Default)]
struct Open<'a> {
    name: &'a str,
    text: String,
    children: Map<String, Value>,
}

/// What a document says; none where it is not XML.
pub(super) fn value(document: &str) -> Option<Value> {
    let mut open: Vec<Open> = Vec::new();
    for token in Tokenizer::from(document) {
        match token.ok()? {
            Token::ElementStart { local, .. } if open.len() < DEEPEST => {
                open.push(Open { name: local.as_str(), ..Open::default() });
            }
            Token::ElementStart { .. } | Token::DtdStart { .. } | Token::EmptyDtd { .. } => return None,
            Token::Text { text } => open.last_mut()?.text.push_str(&unescaped(text.as_str())?),
            Token::Cdata { text, .. } => open.last_mut()?.text.push_str(text.as_str()),
            Token::ElementEnd { end: ElementEnd::Open, .. } => {}
            Token::ElementEnd { end, .. } => {
                let element = open.pop()?;
                if matches!(end, ElementEnd::Close(_, name) if name.as_str() != element.name) {
                    return None;
                }
                let (name, value) = (element.name, element.value());
                match open.last_mut() {
                    Some(parent) => parent.add(name, value),
                    None => return Some(value),
                }
            }
            _ => {}
        }
    }
    None
}

impl Open<'_> {
    fn add(&mut self, name: &str, value: Value) {
        match self.children.get_mut(name) {
            None => {
                self.children.insert(name.to_owned(), value);
            }
            Some(Value::Array(several)) => several.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
    }

    fn value(self) -> Value {
        if self.children.is_empty() { Value::String(self.text) } else { Value::Object(self.children) }
    }
}

fn unescaped(text: &str) -> Option<String> {
    let mut parts = text.split('&');
    let mut out = parts.next()?.to_owned();
    for part in parts {
        let (entity, rest) = part.split_once(';')?;
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            number => numbered(number)?,
        });
        out.push_str(rest);
    }
    Some(out)
}

/// `#38` or `#x26`.
fn numbered(entity: &str) -> Option<char> {
    let number = entity.strip_prefix('#')?;
    let code = match number.strip_prefix('x') {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_become_objects_and_what_recurs_an_array() {
        let document = r#"<?xml version="1.0"?>
            <Invalidation xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">
              <Id>I2</Id><Empty/>
              <Paths><Quantity>2</Quantity><Items><Path>/a&amp;b</Path><Path>/&#x63;</Path></Items></Paths>
            </Invalidation>"#;
        let expected = json!({
            "Id": "I2",
            "Empty": "",
            "Paths": { "Quantity": "2", "Items": { "Path": ["/a&b", "/c"] } },
        });
        assert_eq!(value(document), Some(expected));
    }

    #[test]
    fn what_is_no_xml_is_none() {
        let deep = "<a>".repeat(100_000);
        let bomb = r#"<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>"#;
        for document in
            ["", "no", "{}", "<a>", "<a></b>", "<a>&nbsp;</a>", "</a>", "<br><hr></br>", bomb, &deep]
        {
            assert_eq!(value(document), None, "{document:.40}");
        }
    }
}
