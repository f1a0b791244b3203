//! The intrinsic functions and pseudo parameters of CloudFormation, typed.
//!
//! ```
//! use formwork_synth::{intrinsic::{availability_zones, join, partition, region, select, split}, sub};
//! # use formwork_synth::{App, RawResource, Stage};
//! # let mut app = App::new("shop", &Stage::new("dev"));
//! # let mut shop = app.stack("Shop");
//! # let alerts = shop.add("Alerts", RawResource::new("AWS::SNS::Topic"));
//! shop.output("Zone", select::<String>(0, availability_zones()));
//! shop.output("Bucket", sub!("arn:{}:s3:::shop-{}", partition(), region()));
//! shop.output("Account", select::<String>(4, split(":", alerts.reference())));
//! shop.output("Names", join(",", ["a", "b"]));
//! # assert!(formwork_synth::testing::render(app).contains("arn:${AWS::Partition}:s3:::shop-${AWS::Region}"));
//! ```
//!
//! See <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>.

use crate::{
    condition::ConditionRef,
    expr::{Expr, Object, Part, Str},
    mapping::MappingRef,
    value::{IntoValue, Json, List, Raw, Text, Value},
};

pub use crate::json_text::json_text;

/// Text with values in it, by `Fn::Sub` where one of them is known only to CloudFormation: `sub!("arn:aws:s3:::{}/*", bucket.reference())`.
///
/// Each `{}` takes the next value; `{{` and `}}` stand for braces. A count that does not match does not compile.
///
/// ```
/// use formwork_synth::{intrinsic::region, sub};
/// let host = sub!("s3.{}.amazonaws.com", region());
/// ```
///
/// ```compile_fail
/// let host = formwork_synth::sub!("s3.{}.amazonaws.com");
/// ```
#[macro_export]
macro_rules! sub {
    ($format:literal $(, $value:expr)* $(,)?) => {{
        const {
            let values: &[&str] = &[$(stringify!($value)),*];
            assert!(
                $crate::intrinsic::placeholders($format) == values.len(),
                "one value is wanted for each empty pair of braces in the text"
            );
        }
        $crate::intrinsic::interpolate($format, vec![$($crate::IntoValue::<String>::into_expr($value)),*])
    }};
}

/// Counts the `{}` of a [`sub!`](crate::sub) format.
#[doc(hidden)]
pub const fn placeholders(format: &str) -> usize {
    let bytes = format.as_bytes();
    let (mut at, mut count) = (0, 0);
    while at < bytes.len() {
        let doubled = at + 1 < bytes.len() && bytes[at + 1] == bytes[at];
        if (bytes[at] == b'{' || bytes[at] == b'}') && doubled {
            at += 2;
        } else if bytes[at] == b'{' && at + 1 < bytes.len() && bytes[at + 1] == b'}' {
            count += 1;
            at += 2;
        } else {
            at += 1;
        }
    }
    count
}

/// Puts values into a [`sub!`](crate::sub) format.
#[doc(hidden)]
pub fn interpolate(format: &'static str, values: Vec<Expr>) -> Text {
    let mut values = values.into_iter();
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let (brace, after) = rest.split_at(at).1.split_at(1);
        if after.starts_with(brace) {
            literal.push_str(brace);
            rest = &after[1..];
        } else if let (Some(after), "{") = (after.strip_prefix('}'), brace) {
            parts.push(Part::Text(std::mem::take(&mut literal).into()));
            match values.next() {
                // One call does for text within text.
                Some(Expr::Interpolation(inner)) => parts.extend(inner),
                value => parts.extend(value.map(Part::Expr)),
            }
            rest = after;
        } else {
            literal.push_str(brace);
            rest = after;
        }
    }
    literal.push_str(rest);
    parts.push(Part::Text(literal.into()));
    Text::from_expr(Expr::Interpolation(parts))
}

/// Texts with a delimiter between them, by `Fn::Join`.
pub fn join(delimiter: impl Into<Str>, texts: impl IntoValue<List<String>>) -> Text {
    Text::from_expr(Expr::call("Fn::Join", Expr::List(vec![Expr::text(delimiter), texts.into_expr()])))
}

/// The item of a list at an index, by `Fn::Select`.
pub fn select<T>(index: u32, list: impl IntoValue<List<T>>) -> Value<T> {
    Value::from_expr(Expr::call("Fn::Select", Expr::List(vec![Expr::Number(index.into()), list.into_expr()])))
}

/// The parts of a text between a delimiter, by `Fn::Split`.
pub fn split(delimiter: impl Into<Str>, text: impl IntoValue<String>) -> Value<List<String>> {
    Value::from_expr(Expr::call("Fn::Split", Expr::List(vec![Expr::text(delimiter), text.into_expr()])))
}

/// One of two values, by `Fn::If`.
pub fn if_<T>(condition: ConditionRef, then: impl IntoValue<T>, otherwise: impl IntoValue<T>) -> Value<T> {
    let branches = vec![Expr::LogicalId(condition.0), then.into_expr(), otherwise.into_expr()];
    Value::from_expr(Expr::call("Fn::If", Expr::List(branches)))
}

/// An entry of a mapping, by `Fn::FindInMap`.
pub fn find_in_map<T>(
    mapping: MappingRef,
    first: impl IntoValue<String>,
    second: impl IntoValue<String>,
) -> Value<T> {
    let keys = vec![Expr::LogicalId(mapping.0), first.into_expr(), second.into_expr()];
    Value::from_expr(Expr::call("Fn::FindInMap", Expr::List(keys)))
}

/// The value that another stack of the same account and region exports, by `Fn::ImportValue`.
pub fn import_value(name: impl IntoValue<String>) -> Text {
    Text::from_expr(Expr::call("Fn::ImportValue", name.into_expr()))
}

/// The output of another stack, by `Fn::GetStackOutput`. Stacks of the same app need no call: their handles can just be used.
pub fn stack_output(stack: impl IntoValue<String>, output: impl IntoValue<String>) -> Text {
    let mut argument = Object::new();
    argument.set("StackName", stack.into_expr());
    argument.set("OutputName", output.into_expr());
    Text::from_expr(Expr::call("Fn::GetStackOutput", Expr::Map(argument)))
}

/// The names of the availability zones of the stack's region, by `Fn::GetAZs`.
pub fn availability_zones() -> Value<List<String>> {
    Value::from_expr(Expr::call("Fn::GetAZs", Expr::text("")))
}

/// `count` address blocks of `host_bits` bits each out of a larger one, by `Fn::Cidr`.
pub fn cidr(block: impl IntoValue<String>, count: u8, host_bits: u8) -> Value<List<String>> {
    let arguments = vec![block.into_expr(), Expr::Number(count.into()), Expr::Number(host_bits.into())];
    Value::from_expr(Expr::call("Fn::Cidr", Expr::List(arguments)))
}

/// Text in Base64, by `Fn::Base64`.
pub fn base64(text: impl IntoValue<String>) -> Text {
    Text::from_expr(Expr::call("Fn::Base64", text.into_expr()))
}

/// What a macro makes of its parameters, by `Fn::Transform`.
pub fn transform(name: impl Into<Str>, parameters: impl IntoValue<Json>) -> Raw {
    let mut argument = Object::new();
    argument.set("Name", Expr::text(name));
    argument.set("Parameters", parameters.into_expr());
    Raw::from_expr(Expr::call("Fn::Transform", Expr::Map(argument)))
}

/// The number of items of a list, by `Fn::Length`. The stack must name the transform `AWS::LanguageExtensions`.
pub fn length<T>(list: impl IntoValue<List<T>>) -> Value<i64> {
    Value::from_expr(Expr::call("Fn::Length", list.into_expr()))
}

/// JSON as text, by `Fn::ToJsonString`. The stack must name the transform `AWS::LanguageExtensions`.
pub fn to_json_string(json: impl IntoValue<Json>) -> Text {
    Text::from_expr(Expr::call("Fn::ToJsonString", json.into_expr()))
}

/// What makes CloudFormation treat a property as if it was not set; of use as one branch of [`if_`].
pub fn no_value() -> Raw {
    Raw::from_expr(Expr::no_value())
}

/// A field of a secret in Secrets Manager, read by CloudFormation at deployment by a dynamic reference; the template never contains it.
pub fn secrets_manager(secret: impl IntoValue<String>, field: &str) -> Text {
    let field = format!(":SecretString:{field}}}}}");
    Text::from_expr(Expr::Interpolation(vec![
        Part::Text("{{resolve:secretsmanager:".into()),
        Part::Expr(secret.into_expr()),
        Part::Text(field.into()),
    ]))
}

/// A plain parameter of the SSM Parameter Store, read by CloudFormation at deployment by a dynamic reference.
pub fn ssm(name: &str) -> Text {
    Text::from_expr(Expr::text(format!("{{{{resolve:ssm:{name}}}}}")))
}

/// A `SecureString` of the SSM Parameter Store, read by CloudFormation at deployment by a dynamic reference; only few properties take one.
pub fn ssm_secure(name: &str) -> Text {
    Text::from_expr(Expr::text(format!("{{{{resolve:ssm-secure:{name}}}}}")))
}

macro_rules! pseudo_parameters {
    ($($name:ident $parameter:literal $doc:literal)*) => {$(
        #[doc = $doc]
        pub fn $name() -> Text {
            Text::from_expr(Expr::pseudo($parameter))
        }
    )*};
}

pseudo_parameters! {
    account_id "AWS::AccountId" "The account that the stack is deployed to."
    partition "AWS::Partition" "`aws`, or the partition of China or of the government regions."
    region "AWS::Region" "The region that the stack is deployed to."
    stack_id "AWS::StackId" "The ARN of the stack."
    stack_name "AWS::StackName" "The name of the stack."
    url_suffix "AWS::URLSuffix" "`amazonaws.com`, or the domain of the partition."
}

/// The topics that are told of the stack's events.
pub fn notification_arns() -> Value<List<String>> {
    Value::from_expr(Expr::pseudo("AWS::NotificationARNs"))
}
