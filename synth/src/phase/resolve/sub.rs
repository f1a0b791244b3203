//! Text with values in it, as `Fn::Sub` takes it: each value a `${…}`, and no text that could be taken for one.

use formwork_assembly::SortedSet;

use crate::expr::{Expr, Object, Part};

/// Writes the parts as one call of `Fn::Sub`.
pub(super) fn sub(parts: Vec<Part>) -> Expr {
    let names = parts.iter().filter_map(|part| match part {
        Part::Text(_) => None,
        Part::Expr(expr) => placeholder(expr),
    });
    let mut sub = Sub { format: String::new(), variables: Object::new(), taken: names.collect() };
    for part in parts {
        match part {
            Part::Text(text) => sub.text(&text),
            Part::Expr(expr) => sub.value(expr),
        }
    }
    let format = Expr::text(sub.format);
    let argument =
        if sub.variables.is_empty() { format } else { Expr::List(vec![format, Expr::Map(sub.variables)]) };
    Expr::call("Fn::Sub", argument)
}

/// A call while it is written.
struct Sub {
    format: String,
    variables: Object,
    /// Names that stand for something in the template: a variable of the same name would hide it.
    taken: SortedSet<String>,
}

impl Sub {
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            self.format.push_str(before);
            match after.split_once('}') {
                Some((name, next)) if !name.is_empty() && !name.contains(['$', '{']) => {
                    self.format.push_str("${!");
                    self.format.push_str(name);
                    self.format.push('}');
                    rest = next;
                }
                // It only begins like a variable. As a value, no brace that follows can close it.
                _ => {
                    self.value(Expr::text("${"));
                    rest = after;
                }
            }
        }
        self.format.push_str(rest);
    }

    fn value(&mut self, expr: Expr) {
        let name = placeholder(&expr).unwrap_or_else(|| self.variable(expr));
        self.format.push_str("${");
        self.format.push_str(&name);
        self.format.push('}');
    }

    /// The name of a variable with that value.
    fn variable(&mut self, expr: Expr) -> String {
        if let Some((name, _)) = self.variables.iter().find(|(_, known)| **known == expr) {
            return name.to_string();
        }
        let mut number = self.variables.len() + 1;
        while self.taken.contains(&format!("Value{number}")) {
            number += 1;
        }
        let name = format!("Value{number}");
        self.taken.insert(name.clone());
        self.variables.set(name.clone(), expr);
        name
    }
}

/// What stands between `${` and `}` for a plain reference.
fn placeholder(expr: &Expr) -> Option<String> {
    let Expr::Call(call) = expr else { return None };
    let name = match (&*call.name, &call.argument) {
        ("Ref", Expr::Text(name)) => name.to_string(),
        ("Fn::GetAtt", Expr::List(parts)) => match parts.as_slice() {
            [Expr::Text(resource), Expr::Text(attribute)] => format!("{resource}.{attribute}"),
            _ => return None,
        },
        _ => return None,
    };
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":.".contains(&byte));
    (is_plain && !name.is_empty()).then_some(name)
}
