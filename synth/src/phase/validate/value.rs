//! One value against its type, with the leniency that CloudFormation has: numbers and booleans stand for text, text that
//! reads as a number or boolean stands for one.

use formwork_assembly::{Diagnostic, SortedMap, code};
use formwork_schema::{Bounds, List, Map, ResourceType, Type};
use serde_json::Number;

use super::{
    Checker,
    dynamic::is_dynamic,
    finding::Step,
    function::Answer,
    object::{Presence, presence},
    phrase::{all_of, counted, json_text, kind, quoted, range},
};
use crate::expr::{Expr, Object, Part};

impl<'t> Checker<'t, '_> {
    /// Checks a value against its type.
    pub(super) fn value(&mut self, expr: &'t Expr, ty: &Type, owner: &ResourceType) {
        match expr {
            Expr::Null => self.null(),
            Expr::Call(call) if call.name == "Fn::If" => {
                self.branches(&call.argument, |checker, branch| checker.value(branch, ty, owner));
            }
            Expr::Call(call) => {
                let answer = self.call(call);
                if let Type::String(text) = ty {
                    self.target(call, text);
                }
                if !answer.fits(ty) {
                    self.misfit(&format!("what `{}` answers, {answer}", call.name), ty, remedy(answer, ty));
                }
            }
            Expr::Interpolation(_) => {
                self.free(expr);
                if !Answer::Scalar.fits(ty) {
                    self.misfit("text", ty, None);
                }
            }
            Expr::Ref(_) | Expr::GetAtt(..) | Expr::LogicalId(_) | Expr::AssetHash(_) => {}
            _ => self.literal(expr, ty, owner),
        }
    }

    /// Checks a value of no known type: only the functions and dynamic references in it.
    pub(super) fn free(&mut self, expr: &'t Expr) {
        match expr {
            Expr::Text(text) if text.contains('{') => {
                self.dynamic_references(text);
                self.unsubstituted(text);
            }
            Expr::List(items) => self.each_item(items, |checker, item| checker.free(item)),
            Expr::Map(fields) | Expr::Object(fields) => {
                self.stray_functions(fields);
                self.each_field(fields, |checker, _, value| checker.free(value));
            }
            Expr::Call(call) if call.name == "Fn::If" => {
                self.branches(&call.argument, |checker, branch| checker.free(branch));
            }
            Expr::Call(call) => {
                self.call(call);
            }
            Expr::Interpolation(parts) => {
                for part in parts {
                    match part {
                        Part::Text(text) => self.dynamic_references(text),
                        Part::Expr(value) => self.free(value),
                    }
                }
            }
            Expr::Null | Expr::Bool(_) | Expr::Number(_) | Expr::Text(_) => {}
            Expr::Ref(_) | Expr::GetAtt(..) | Expr::LogicalId(_) | Expr::AssetHash(_) => {}
        }
    }

    /// Goes through the items of a list.
    pub(super) fn each_item(&mut self, items: &'t [Expr], mut check: impl FnMut(&mut Self, &'t Expr)) {
        for (index, item) in items.iter().enumerate() {
            self.findings.down(Step::Item(index));
            check(self, item);
            self.findings.up();
        }
    }

    /// Goes through the fields of an object, but for those that a transform or a loop puts there.
    pub(super) fn each_field(
        &mut self,
        fields: &'t Object,
        mut check: impl FnMut(&mut Self, &'t str, &'t Expr),
    ) {
        for (name, value) in fields.iter().filter(|(name, _)| !name.starts_with("Fn::")) {
            self.findings.down(Step::Key(name));
            check(self, name, value);
            self.findings.up();
        }
    }

    /// Says that a value is `null`.
    pub(super) fn null(&mut self) {
        let subject = self.findings.subject();
        self.findings.push(
            Diagnostic::error(
                &code::NULL_VALUE,
                format!("`{subject}` is `null`, which no template may hold"),
            )
            .help("leave the property out, or use `AWS::NoValue` where a condition decides"),
        );
    }

    fn literal(&mut self, expr: &'t Expr, ty: &Type, owner: &ResourceType) {
        match (ty, expr) {
            (Type::Json, _) => self.free(expr),
            (Type::Union(types), _) => self.union(expr, types, owner),
            (_, Expr::Map(fields) | Expr::Object(fields)) if fields.get("Fn::Transform").is_some() => {
                self.free(expr);
            }
            // By one character first, which is found quickest: most texts have none.
            (Type::String(_), Expr::Text(value)) if value.contains('{') && self.unsubstituted(value) => {}
            (Type::String(text), Expr::Text(value)) => self.text(value, text),
            (Type::String(text), Expr::Number(number)) => self.text(&number.to_string(), text),
            (Type::String(text), Expr::Bool(bool)) => self.text(if *bool { "true" } else { "false" }, text),
            // Whatever is put in its place is known only to CloudFormation.
            (_, Expr::Text(value)) if is_dynamic(value) => self.dynamic_references(value),
            (Type::Integer(bounds), _) => match number(expr) {
                Some(number) if number.fract() == 0.0 => self.bounds(number, bounds),
                _ => self.wrong_type(expr, ty),
            },
            (Type::Number(bounds), _) => match number(expr) {
                Some(number) => self.bounds(number, bounds),
                None => self.wrong_type(expr, ty),
            },
            (Type::Boolean, Expr::Bool(_)) => {}
            (Type::Boolean, Expr::Text(text))
                if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") => {}
            (Type::List(list), Expr::List(items)) => self.list(items, list, owner),
            (Type::Map(map), Expr::Map(fields) | Expr::Object(fields)) => self.map(fields, map, owner),
            (Type::Object(index), Expr::Map(fields) | Expr::Object(fields)) => {
                match owner.definitions.get(*index) {
                    Some(definition) => self.object(fields, &definition.body, owner, Some(definition.name)),
                    None => self.free(expr),
                }
            }
            _ => self.wrong_type(expr, ty),
        }
    }

    fn list(&mut self, items: &'t [Expr], list: &List, owner: &ResourceType) {
        self.each_item(items, |checker, item| checker.value(item, &list.item, owner));
        let (mut least, mut most) = (0, 0);
        for item in items {
            least += usize::from(presence(item) == Presence::Set);
            most += usize::from(presence(item) != Presence::Absent);
        }
        if list.min.is_some_and(|min| most < min as usize) || list.max.is_some_and(|max| least > max as usize)
        {
            let got = if list.min.is_some_and(|min| most < min as usize) { most } else { least };
            let (subject, wanted) = (self.findings.subject(), range(list.min, list.max));
            self.findings.push(
                Diagnostic::error(&code::LIST_SIZE, format!("`{subject}` has {}", counted(got, "item")))
                    .help(format!("{wanted} are allowed")),
            );
        }
        if list.unique {
            self.unique(items);
        }
    }

    /// Equal items are found by their JSON, so that the cost stays linear in the size of the list.
    fn unique(&mut self, items: &'t [Expr]) {
        if items.len() < 2 {
            return;
        }
        let mut seen = SortedMap::new();
        for (index, item) in items.iter().enumerate() {
            if presence(item) != Presence::Set {
                continue;
            }
            if let Some(first) = seen.insert(json_text(item), index) {
                let subject = self.findings.subject();
                self.findings.down(Step::Item(index));
                self.findings.push(
                    Diagnostic::error(
                        &code::DUPLICATE_ITEM,
                        format!("`{subject}` holds the same item twice, at {first} and {index}"),
                    )
                    .help("remove one of the two"),
                );
                self.findings.up();
            }
        }
    }

    fn map(&mut self, fields: &'t Object, map: &Map, owner: &ResourceType) {
        self.stray_functions(fields);
        let subject = self.findings.subject();
        self.each_field(fields, |checker, name, value| {
            if let Some(pattern) = map.key
                && !checker.facts.may_match(pattern, name)
            {
                checker.findings.push(
                    Diagnostic::error(&code::BAD_KEY, format!("`{name}` is no key that `{subject}` takes"))
                        .help(format!("keys must match `{pattern}`")),
                );
            }
            checker.value(value, &map.value, owner);
        });
    }

    /// One type must take the value without a finding; if none does, the findings of the nearest are kept.
    fn union(&mut self, expr: &'t Expr, types: &[Type], owner: &ResourceType) {
        let mut nearest: Option<Vec<Diagnostic>> = None;
        for ty in types.iter().filter(|ty| has_shape(expr, ty)) {
            let mark = self.findings.mark();
            self.value(expr, ty, owner);
            let found = self.findings.take_since(mark);
            if !found.iter().any(Diagnostic::is_error) {
                return self.findings.restore(found);
            }
            if nearest.as_ref().is_none_or(|nearest| found.len() < nearest.len()) {
                nearest = Some(found);
            }
        }
        match nearest {
            Some(found) => self.findings.restore(found),
            None => self.wrong_type(expr, &Type::Union(types.to_vec())),
        }
    }

    fn bounds(&mut self, number: f64, bounds: &Bounds) {
        let is_other = !bounds.values.is_empty() && !bounds.values.contains(&number);
        let is_outside =
            bounds.min.is_some_and(|min| number < min) || bounds.max.is_some_and(|max| number > max);
        if !is_other && !is_outside {
            return;
        }
        let subject = self.findings.subject();
        let shown = if self.findings.is_hidden() { "a number".to_owned() } else { format!("`{number}`") };
        if is_other {
            let values = bounds.values.iter().map(f64::to_string);
            self.findings.push(
                Diagnostic::error(&code::BAD_VALUE, format!("`{subject}` is {shown}, which is not allowed"))
                    .help(format!("allowed are {}", all_of(values))),
            );
        } else {
            let allowed = match (bounds.min, bounds.max) {
                (Some(min), Some(max)) => format!("allowed is `{min}` to `{max}`"),
                (Some(min), None) => format!("the smallest value is `{min}`"),
                (None, Some(max)) => format!("the largest value is `{max}`"),
                (None, None) => return,
            };
            self.findings.push(
                Diagnostic::error(&code::OUT_OF_BOUNDS, format!("`{subject}` is {shown}, out of bounds"))
                    .help(allowed),
            );
        }
    }

    fn wrong_type(&mut self, expr: &'t Expr, ty: &Type) {
        self.misfit(&self.shown(expr), ty, remedy(Answer::given_by(expr), ty));
    }

    fn misfit(&mut self, got: &str, ty: &Type, remedy: Option<&str>) {
        let (subject, wanted) = (self.findings.subject(), wanted(ty));
        let help = remedy.map_or_else(|| format!("write {wanted}"), str::to_owned);
        self.findings.push(
            Diagnostic::error(&code::WRONG_TYPE, format!("`{subject}` is {got}, and takes {wanted}"))
                .help(help),
        );
    }

    /// The kind of a value, with the value itself where it is short and no secret.
    pub(super) fn shown(&self, expr: &Expr) -> String {
        let kind = kind(expr);
        match expr {
            Expr::Text(text) if !self.findings.is_hidden() => format!("{kind} {}", quoted(text)),
            Expr::Number(number) if !self.findings.is_hidden() => format!("the number `{number}`"),
            Expr::Bool(bool) if !self.findings.is_hidden() => format!("`{bool}`"),
            _ => kind.to_owned(),
        }
    }
}

/// What a type takes, as a phrase.
fn wanted(ty: &Type) -> String {
    match ty {
        Type::String(_) => "text".to_owned(),
        Type::Integer(_) => "a whole number".to_owned(),
        Type::Number(_) => "a number".to_owned(),
        Type::Boolean => "`true` or `false`".to_owned(),
        Type::Json => "any JSON".to_owned(),
        Type::List(_) => "a list".to_owned(),
        Type::Map(_) | Type::Object(_) => "an object".to_owned(),
        Type::Union(types) => {
            let mut kinds: Vec<String> = types.iter().map(wanted).collect();
            kinds.dedup();
            kinds.join(" or ")
        }
    }
}

/// How to make of one answer what a type takes, where there is a way.
fn remedy(got: Answer, ty: &Type) -> Option<&'static str> {
    match (got, Answer::of(ty)) {
        (Answer::List, Answer::Scalar) => {
            Some("choose one item with `Fn::Select`, or join all with `Fn::Join`")
        }
        (Answer::Scalar, Answer::List) => Some("write a list of one item: `[…]`"),
        (Answer::Object, Answer::List) => Some("write a list of one object: `[{…}]`"),
        _ => None,
    }
}

/// A number, or text that reads as one.
fn number(expr: &Expr) -> Option<f64> {
    match expr {
        Expr::Number(number) => Number::as_f64(number),
        Expr::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// True if a value could be of a type, judged by its outside alone.
fn has_shape(expr: &Expr, ty: &Type) -> bool {
    match ty {
        Type::Json => true,
        Type::Union(types) => types.iter().any(|ty| has_shape(expr, ty)),
        Type::List(_) => matches!(expr, Expr::List(_)),
        Type::Map(_) | Type::Object(_) => expr.as_object().is_some(),
        Type::String(_) | Type::Integer(_) | Type::Number(_) | Type::Boolean => {
            !matches!(expr, Expr::List(_) | Expr::Map(_) | Expr::Object(_))
        }
    }
}
