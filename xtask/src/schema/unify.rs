//! One type for several: what a value may be that matches any of them.

use super::json::sorted;
use formwork_schema::{Bounds, Text, Type};

/// The type that takes whatever one of `types` takes.
pub fn any_of(types: Vec<Type>) -> Type {
    let mut union: Vec<Type> = Vec::new();
    for ty in types.into_iter().flat_map(parts) {
        match union.iter_mut().find_map(|have| merge(have, &ty).map(|merged| (have, merged))) {
            Some((have, merged)) => *have = merged,
            None => union.push(ty),
        }
    }
    // A document may be anything. Two shapes of object, or of list, are told apart by nothing.
    let objects = union.iter().filter(|ty| matches!(ty, Type::Object(_))).count();
    let lists = union.iter().filter(|ty| matches!(ty, Type::List(_))).count();
    match union.len() {
        1 => union.remove(0),
        _ if union.is_empty() || union.contains(&Type::Json) || objects > 1 || lists > 1 => Type::Json,
        _ => Type::Union(union),
    }
}

fn parts(ty: Type) -> Vec<Type> {
    match ty {
        Type::Union(parts) => parts,
        other => vec![other],
    }
}

/// One type for two of a kind; none where they are of different kinds.
fn merge(a: &Type, b: &Type) -> Option<Type> {
    Some(match (a, b) {
        (a, b) if a == b => a.clone(),
        (Type::String(a), Type::String(b)) => Type::String(texts(a, b)),
        (Type::Integer(a), Type::Integer(b)) => Type::Integer(bounds(a, b)),
        (Type::Number(a), Type::Number(b) | Type::Integer(b)) => Type::Number(bounds(a, b)),
        (Type::Integer(a), Type::Number(b)) => Type::Number(bounds(a, b)),
        _ => return None,
    })
}

fn texts(a: &Text, b: &Text) -> Text {
    let free = a.values.is_empty() || b.values.is_empty();
    Text {
        values: if free { Vec::new() } else { distinct(&a.values, &b.values) },
        ignore_case: !free && (a.ignore_case || b.ignore_case),
        pattern: a.pattern.filter(|_| a.pattern == b.pattern),
        min: a.min.zip(b.min).map(|(a, b)| a.min(b)),
        max: a.max.zip(b.max).map(|(a, b)| a.max(b)),
        format: a.format.filter(|_| a.format == b.format),
        targets: sorted([a.targets.as_slice(), &b.targets].concat()),
    }
}

fn bounds(a: &Bounds, b: &Bounds) -> Bounds {
    let free = a.values.is_empty() || b.values.is_empty();
    Bounds {
        min: a.min.zip(b.min).map(|(a, b)| a.min(b)),
        max: a.max.zip(b.max).map(|(a, b)| a.max(b)),
        values: if free { Vec::new() } else { distinct(&a.values, &b.values) },
    }
}

fn distinct<T: Copy + PartialEq>(a: &[T], b: &[T]) -> Vec<T> {
    let mut all = a.to_vec();
    all.extend(b.iter().filter(|value| !a.contains(value)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(values: &[&'static str], max: Option<u32>) -> Type {
        Type::String(Text { values: values.to_vec(), max, ..Text::default() })
    }

    #[test]
    fn equal_kinds_become_the_looser_of_the_two() {
        assert_eq!(any_of(vec![text(&["a"], Some(3)), text(&["b"], Some(5))]), text(&["a", "b"], Some(5)));
        assert_eq!(any_of(vec![text(&["a"], Some(3)), text(&[], None)]), text(&[], None));
        let whole = Type::Integer(Bounds { min: Some(1.0), ..Bounds::default() });
        let any = Type::Number(Bounds { min: Some(0.5), ..Bounds::default() });
        assert_eq!(any_of(vec![whole, any.clone()]), any);
    }

    #[test]
    fn different_kinds_stay_apart() {
        let parts = vec![text(&[], None), Type::Boolean];
        assert_eq!(any_of(parts.clone()), Type::Union(parts));
    }

    #[test]
    fn what_cannot_be_told_apart_is_a_document() {
        assert_eq!(any_of(vec![Type::Object(0), Type::Object(1)]), Type::Json);
        assert_eq!(any_of(vec![Type::Json, Type::Boolean]), Type::Json);
        assert_eq!(any_of(Vec::new()), Type::Json);
    }
}
