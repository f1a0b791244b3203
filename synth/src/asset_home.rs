//! The names of the bucket and the repository that assets are published to, as values of a template.

use formwork_assembly::{Bootstrap, each};

use crate::{
    expr::{Expr, Part},
    stage::Stage,
    value::Text,
};

/// The bucket of a stage, in the account and region of the stack.
pub(crate) fn bucket(stage: &Stage) -> Text {
    value(stage, Bootstrap::bucket)
}

/// The repository of a stage, in the account and region of the stack.
pub(crate) fn repository(stage: &Stage) -> Text {
    value(stage, Bootstrap::repository)
}

fn value(stage: &Stage, name: impl Fn(&Bootstrap, &str, &str) -> String) -> Text {
    let own = Bootstrap::default();
    let name = name(stage.bootstrap.as_ref().unwrap_or(&own), "{AWS::AccountId}", "{AWS::Region}");
    if !name.contains('{') {
        return Text::from_expr(Expr::text(name));
    }
    let part = |piece: &str| match piece {
        "AWS::AccountId" => Part::Expr(Expr::pseudo("AWS::AccountId")),
        "AWS::Region" => Part::Expr(Expr::pseudo("AWS::Region")),
        text => Part::Text(text.to_owned().into()),
    };
    // No name has braces of its own.
    Text::from_expr(Expr::Interpolation(each(name.split_terminator(['{', '}']), part)))
}
