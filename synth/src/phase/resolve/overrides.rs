//! Overrides: changes by JSON pointer, applied to the finished resource. One that leads nowhere is an error.

use formwork_assembly::{Diagnostic, code, each};

use crate::{expr::Expr, resource::Override};

/// Applies one change to the body of a resource.
pub(super) fn apply(body: &mut Expr, change: Override) -> Result<(), Diagnostic> {
    let (pointer, value) = match change {
        Override::Set(pointer, value) => (pointer, Some(value)),
        Override::Remove(pointer) => (pointer, None),
    };
    let Some(steps) = pointer.strip_prefix('/') else {
        let message = format!("the override `{pointer}` is no JSON pointer");
        return Err(Diagnostic::error(&code::OVERRIDE_NOWHERE, message)
            .help("begin with `/`: `/Properties/BucketName`"));
    };
    let steps: Vec<String> = each(steps.split('/'), |step| step.replace("~1", "/").replace("~0", "~"));
    let Some((last, above)) = steps.split_last() else { return Ok(()) };
    let mut target = body;
    for step in above {
        let names = names(target);
        target = child(target, step).ok_or_else(|| nowhere(&pointer, step, &names))?;
    }
    let names = names(target);
    let done = match (value, target) {
        (Some(value), Expr::Map(object) | Expr::Object(object)) => {
            object.set(last.clone(), value);
            true
        }
        (Some(value), Expr::List(items)) if last == "-" => {
            items.push(value);
            true
        }
        (Some(value), Expr::List(items)) => {
            index(last).and_then(|at| items.get_mut(at)).map(|item| *item = value).is_some()
        }
        (None, Expr::Map(object) | Expr::Object(object)) => object.remove(last).is_some(),
        (None, Expr::List(items)) => match index(last).filter(|at| *at < items.len()) {
            Some(at) => {
                items.remove(at);
                true
            }
            None => false,
        },
        _ => false,
    };
    if done { Ok(()) } else { Err(nowhere(&pointer, last, &names)) }
}

fn child<'a>(expr: &'a mut Expr, step: &str) -> Option<&'a mut Expr> {
    match expr {
        Expr::Map(object) | Expr::Object(object) => object.get_mut(step),
        Expr::List(items) => index(step).and_then(|at| items.get_mut(at)),
        Expr::Call(call) if call.name == step => Some(&mut call.argument),
        _ => None,
    }
}

fn index(step: &str) -> Option<usize> {
    step.parse().ok()
}

/// What could have been named instead.
fn names(expr: &Expr) -> Vec<String> {
    match expr {
        Expr::Map(object) | Expr::Object(object) => each(object.iter(), |(name, _)| name.to_string()),
        Expr::List(items) => each(0..items.len(), |at| at.to_string()),
        Expr::Call(call) => vec![call.name.to_string()],
        _ => Vec::new(),
    }
}

fn nowhere(pointer: &str, step: &str, names: &[String]) -> Diagnostic {
    let help = match names {
        [] => "there is nothing below it".to_owned(),
        names => format!("there is {}", each(names, |name| format!("`{name}`")).join(", ")),
    };
    Diagnostic::error(&code::OVERRIDE_NOWHERE, format!("the override `{pointer}` leads nowhere at `{step}`"))
        .help(help)
}
