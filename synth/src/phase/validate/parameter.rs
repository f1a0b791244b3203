//! `Parameters`: the type is known, and the default keeps to what the parameter itself allows.

use formwork_assembly::{Diagnostic, code, each};

use super::{
    Checker,
    finding::Step,
    pattern::Pattern,
    phrase::{all_of, did_you_mean, kind, one_of, quoted},
};
use crate::expr::{Expr, Object};

/// What may stand in a parameter.
const KEYS: [&str; 11] = [
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "Default",
    "Description",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Type",
];

/// Types of one value; most of them also come as `List<…>` and as `AWS::SSM::Parameter::Value<…>`.
const TYPES: [&str; 14] = [
    "String",
    "Number",
    "CommaDelimitedList",
    "AWS::EC2::AvailabilityZone::Name",
    "AWS::EC2::Image::Id",
    "AWS::EC2::Instance::Id",
    "AWS::EC2::KeyPair::KeyName",
    "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::Subnet::Id",
    "AWS::EC2::VPC::Id",
    "AWS::EC2::Volume::Id",
    "AWS::Route53::HostedZone::Id",
    "AWS::SSM::Parameter::Name",
];

impl<'t> Checker<'t, '_> {
    /// Checks one parameter.
    pub(super) fn parameter(&mut self, name: &'t str, value: &'t Expr) {
        self.name(name);
        let Some(fields) = value.as_object() else {
            let got = kind(value);
            return self.bad_parameter(
                format!("a parameter is an object, and here is {got}"),
                "write it as `{\"Type\": \"String\"}`",
            );
        };
        self.known_keys(fields, "a parameter", &KEYS);
        for (key, value) in fields.iter() {
            self.findings.down(Step::Key(key));
            self.part(key, value);
            self.findings.up();
        }
        let ty = match fields.get("Type") {
            Some(Expr::Text(ty)) => &**ty,
            Some(_) => return,
            None => {
                return self.bad_parameter(
                    format!("the parameter `{name}` has no `Type`"),
                    "most are of type `String`",
                );
            }
        };
        if !is_type(ty) {
            let help = did_you_mean(ty, TYPES).unwrap_or_else(|| {
                format!("types are {}, lists of them, and `AWS::SSM::Parameter::Value<…>`", all_of(TYPES))
            });
            return self.bad_parameter(format!("{} is no type of parameter", quoted(ty)), &help);
        }
        self.bounds_in_order(fields);
        if let (true, Some(Expr::List(allowed))) = (ty == "Number", fields.get("AllowedValues"))
            && let Some(value) = allowed.iter().find(|value| number(value).is_none())
        {
            let shown = plain_text(value).map_or("a value".to_owned(), |text| quoted(&text));
            self.bad_parameter(
                format!("`AllowedValues` holds {shown}, which is no number"),
                "its type is a number",
            );
        }
        if let Some(default) = fields.get("Default") {
            self.findings.down(Step::Key("Default"));
            self.default(ty, default, fields);
            self.findings.up();
        }
    }

    /// Nothing in a parameter is computed.
    fn part(&mut self, key: &'t str, value: &'t Expr) {
        match (key, value) {
            ("AllowedValues", Expr::List(items)) => self.each_item(items, |checker, item| match item {
                Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) => {}
                other => checker.plain(key, "plain values", other),
            }),
            ("AllowedValues", other) => self.plain(key, "a list", other),
            ("MinLength" | "MaxLength" | "MinValue" | "MaxValue", other) => {
                if number(other).is_none() {
                    self.plain(key, "a number", other);
                }
            }
            (_, Expr::Text(_) | Expr::Number(_) | Expr::Bool(_)) => {}
            (_, other) => self.plain(key, "a plain value", other),
        }
    }

    fn bounds_in_order(&mut self, fields: &'t Object) {
        for (low, high) in [("MinLength", "MaxLength"), ("MinValue", "MaxValue")] {
            let (Some(min), Some(max)) =
                (fields.get(low).and_then(number), fields.get(high).and_then(number))
            else {
                continue;
            };
            if min > max {
                self.bad_parameter(
                    format!("`{low}` is `{min}`, above `{high}`, which is `{max}`"),
                    "no value can be both",
                );
            }
        }
    }

    fn default(&mut self, ty: &str, default: &'t Expr, fields: &'t Object) {
        let Some(text) = plain_text(default) else { return };
        let hidden = fields
            .get("NoEcho")
            .is_some_and(|flag| plain_text(flag).is_some_and(|flag| flag.eq_ignore_ascii_case("true")));
        let shown = if hidden { "the default".to_owned() } else { format!("the default {}", quoted(&text)) };
        // The default of such a parameter is the name of a stored one, whose value nobody knows here.
        if ty.starts_with("AWS::SSM::Parameter::Value<") {
            return;
        }
        let is_list = ty.starts_with("List<") || ty == "CommaDelimitedList";
        let values: Vec<&str> = if is_list { each(text.split(','), str::trim) } else { vec![&text] };
        if ty.contains("Number") && values.iter().any(|value| value.parse::<f64>().is_err()) {
            return self.bad_parameter(format!("{shown} is no number"), "its type is a number");
        }
        if let Some(Expr::List(allowed)) = fields.get("AllowedValues") {
            let allowed: Vec<String> = allowed.iter().filter_map(plain_text).collect();
            let is_allowed =
                |value: &&str| allowed.iter().any(|allowed| allowed == value || same_number(allowed, value));
            if !values.iter().all(is_allowed) && !is_allowed(&&*text) {
                let help = format!("`AllowedValues` has {}", one_of(allowed.iter().take(12)));
                return self.bad_parameter(format!("{shown} is not allowed"), &help);
            }
        }
        if let Some(pattern) = fields.get("AllowedPattern").and_then(Expr::as_text) {
            let parsed = Pattern::parse(pattern);
            if parsed.is_some_and(|parsed| values.iter().any(|value| !parsed.may_match(value))) {
                return self.bad_parameter(
                    format!("{shown} does not match `AllowedPattern`"),
                    &format!("it must match `{pattern}`"),
                );
            }
        }
        let length = text.chars().count() as f64;
        let bound = |name: &str| fields.get(name).and_then(number);
        if !is_list
            && ty != "Number"
            && (bound("MinLength").is_some_and(|min| length < min)
                || bound("MaxLength").is_some_and(|max| length > max))
        {
            return self.bad_parameter(
                format!("{shown} has {length} characters"),
                "it must keep to `MinLength` and `MaxLength`",
            );
        }
        if let ("Number", Ok(value)) = (ty, text.trim().parse::<f64>())
            && (bound("MinValue").is_some_and(|min| value < min)
                || bound("MaxValue").is_some_and(|max| value > max))
        {
            self.bad_parameter(
                format!("{shown} is out of bounds"),
                "it must keep to `MinValue` and `MaxValue`",
            );
        }
    }

    fn bad_parameter(&mut self, message: String, help: &str) {
        self.findings.push(Diagnostic::error(&code::BAD_PARAMETER, message).help(help));
    }
}

fn is_type(ty: &str) -> bool {
    let stored = ty.strip_prefix("AWS::SSM::Parameter::Value<").and_then(|rest| rest.strip_suffix('>'));
    let inner = stored.unwrap_or(ty);
    let inner = inner.strip_prefix("List<").and_then(|rest| rest.strip_suffix('>')).unwrap_or(inner);
    TYPES.contains(&inner)
}

fn number(value: &Expr) -> Option<f64> {
    plain_text(value)?.trim().parse().ok()
}

fn same_number(a: &str, b: &str) -> bool {
    matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

/// A plain value as the text that CloudFormation makes of it.
fn plain_text(value: &Expr) -> Option<String> {
    match value {
        Expr::Text(text) => Some(text.to_string()),
        Expr::Number(number) => Some(number.to_string()),
        Expr::Bool(bool) => Some(bool.to_string()),
        _ => None,
    }
}
