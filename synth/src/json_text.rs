//! JSON written as text with values in it, for properties that take a document as text: dashboards, inputs of schedules.

use std::mem;

use formwork_assembly::json::quote;

use crate::{
    expr::{Expr, Object, Part},
    value::{IntoValue, Json, Text},
};

/// JSON as text, with values that only CloudFormation knows put in by `Fn::Sub`, within quotes: what they become must need no escape there.
/// That holds for names, ARNs and other identifiers.
///
/// ```
/// use formwork_synth::{App, Expr, RawResource, Stage, intrinsic};
///
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # shop.add("Topic", RawResource::new("AWS::SNS::Topic"));
/// shop.output("Input", intrinsic::json_text(Expr::map([("region", Expr::pseudo("AWS::Region"))])));
/// # assert!(formwork_synth::testing::render(app).contains(r#""Fn::Sub": "{\"region\":\"${AWS::Region}\"}""#));
/// ```
pub fn json_text(json: impl IntoValue<Json>) -> Text {
    let mut writer = Writer::default();
    writer.write(&json.into_expr());
    writer.finish()
}

#[derive(Default)]
struct Writer {
    parts: Vec<Part>,
    text: String,
}

impl Writer {
    fn write(&mut self, json: &Expr) {
        match json {
            Expr::Null => self.text += "null",
            Expr::Bool(bool) => self.text += if *bool { "true" } else { "false" },
            Expr::Number(number) => self.text += &number.to_string(),
            Expr::Text(text) => quote(text, &mut self.text),
            Expr::List(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.separate(index);
                    self.write(item);
                }
                self.text.push(']');
            }
            Expr::Map(object) | Expr::Object(object) => self.object(object),
            Expr::Interpolation(parts) => {
                self.text.push('"');
                for part in parts {
                    match part {
                        Part::Text(text) => {
                            let quoted = serde_json::Value::from(&**text).to_string();
                            self.text += &quoted[1..quoted.len() - 1];
                        }
                        Part::Expr(value) => self.value(value),
                    }
                }
                self.text.push('"');
            }
            value => {
                self.text.push('"');
                self.value(value);
                self.text.push('"');
            }
        }
    }

    fn object(&mut self, object: &Object) {
        self.text.push('{');
        for (index, (name, value)) in object.iter().enumerate() {
            self.separate(index);
            quote(name, &mut self.text);
            self.text.push(':');
            self.write(value);
        }
        self.text.push('}');
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.text.push(',');
        }
    }

    fn value(&mut self, value: &Expr) {
        self.parts.push(Part::Text(mem::take(&mut self.text).into()));
        self.parts.push(Part::Expr(value.clone()));
    }

    fn finish(mut self) -> Text {
        self.parts.push(Part::Text(self.text.into()));
        Text::from_expr(Expr::Interpolation(self.parts))
    }
}
