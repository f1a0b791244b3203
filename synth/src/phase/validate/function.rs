//! Intrinsic functions: the shape of their arguments, where they may stand, and what they answer.

use std::fmt;

use formwork_assembly::{Diagnostic, code};
use formwork_schema::Type;

use super::{
    Checker, Stand,
    dynamic::is_dynamic,
    finding::Step,
    phrase::{counted, did_you_mean, json_text, kind, one_of, quoted},
    reference::with_help,
};
use crate::expr::{Call, Expr, Object};

/// Functions that answer a value.
const VALUES: [&str; 16] = [
    "Ref",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::FindInMap",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::GetStackOutput",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Length",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Fn::ToJsonString",
    "Fn::Transform",
];

/// Functions that answer yes or no: in `Conditions` and `Rules` only.
const DECISIONS: [&str; 4] = ["Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"];

/// Functions of `Rules` only.
const RULES: [&str; 6] = [
    "Fn::Contains",
    "Fn::EachMemberEquals",
    "Fn::EachMemberIn",
    "Fn::RefAll",
    "Fn::ValueOf",
    "Fn::ValueOfAll",
];

/// What is known about the answer of a function before it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Nothing.
    Unknown,
    /// The property is removed.
    Nothing,
    /// Text, a number or a boolean.
    Scalar,
    /// A list.
    List,
    /// An object.
    Object,
}

impl Answer {
    /// What a type answers when it is the type of an attribute.
    pub fn of(ty: &Type) -> Self {
        match ty {
            Type::String(_) | Type::Integer(_) | Type::Number(_) | Type::Boolean => Self::Scalar,
            Type::List(_) => Self::List,
            Type::Map(_) | Type::Object(_) => Self::Object,
            Type::Json | Type::Union(_) => Self::Unknown,
        }
    }

    /// What a literal is.
    pub fn given_by(expr: &Expr) -> Self {
        match expr {
            Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) => Self::Scalar,
            Expr::List(_) => Self::List,
            Expr::Map(_) | Expr::Object(_) => Self::Object,
            _ => Self::Unknown,
        }
    }

    /// False only if a value of that type certainly cannot come of it.
    pub fn fits(self, ty: &Type) -> bool {
        match (self, ty) {
            (Self::Unknown | Self::Nothing, _) | (_, Type::Json) => true,
            (_, Type::Union(types)) => types.iter().any(|ty| self.fits(ty)),
            _ => self == Self::of(ty),
        }
    }

    /// What the two branches of a condition have in common.
    fn either(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, answer) | (answer, Self::Nothing) => answer,
            (one, other) if one == other => one,
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "something",
            Self::Nothing => "nothing",
            Self::Scalar => "one value",
            Self::List => "a list",
            Self::Object => "an object",
        })
    }
}

impl<'t> Checker<'t, '_> {
    /// Checks a function and says what it answers.
    pub(super) fn call(&mut self, call: &'t Call) -> Answer {
        self.findings.down(Step::Key(&call.name));
        let answer = self.function(&call.name, &call.argument);
        self.findings.up();
        answer
    }

    /// Checks the shape and condition of an `Fn::If`, then each branch where it stands.
    pub(super) fn branches(&mut self, argument: &'t Expr, mut check: impl FnMut(&mut Self, &'t Expr)) {
        self.findings.down(Step::Key("Fn::If"));
        match argument {
            Expr::List(parts) if parts.len() == 3 => {
                self.findings.down(Step::Item(0));
                match &parts[0] {
                    Expr::Text(name) => self.condition_exists(name),
                    Expr::LogicalId(_) => {}
                    _ if self.names.transforms.any_macro => {}
                    other => self.shape("Fn::If", "the name of a condition first", other),
                }
                self.findings.up();
                for (index, part) in parts.iter().enumerate().skip(1) {
                    self.findings.down(Step::Item(index));
                    check(self, part);
                    self.findings.up();
                }
            }
            other => self.shape("Fn::If", "a list of a condition and two values", other),
        }
        self.findings.up();
    }

    /// Names functions that share an object with other keys, where CloudFormation does not see them.
    pub(super) fn stray_functions(&mut self, fields: &'t Object) {
        for (name, value) in fields.iter().filter(|(name, _)| name.starts_with("Fn::")) {
            self.findings.down(Step::Key(name));
            match &**name {
                "Fn::Transform" => self.transform(value),
                name if name.starts_with("Fn::ForEach::") => self.needs_extensions(name),
                name if VALUES.contains(&name) => self.findings.push(
                    Diagnostic::error(
                        &code::FUNCTION_SHAPE,
                        format!("`{name}` shares its object with other keys"),
                    )
                    .help("a function must be the only key of its object"),
                ),
                name => self.unknown_function(name),
            }
            self.findings.up();
        }
    }

    fn function(&mut self, name: &'t str, argument: &'t Expr) -> Answer {
        match name {
            "Ref" => return self.reference(argument),
            "Fn::GetAtt" => return self.get_att(argument),
            "Fn::Sub" => self.sub(argument),
            "Fn::Join" => self.join(argument),
            "Fn::Split" => {
                self.split(argument);
                return Answer::List;
            }
            "Fn::Select" => {
                self.select(argument);
                return Answer::Unknown;
            }
            "Fn::If" => {
                let mut answer = Answer::Nothing;
                self.branches(argument, |checker, branch| answer = answer.either(checker.answer(branch)));
                return answer;
            }
            "Fn::FindInMap" => {
                self.find_in_map(argument);
                return Answer::Unknown;
            }
            "Fn::Base64" => self.scalar(name, argument),
            "Fn::ImportValue" => {
                let stand = std::mem::replace(&mut self.stand, Stand::Name);
                self.scalar(name, argument);
                self.stand = stand;
            }
            "Fn::GetStackOutput" => self.get_stack_output(argument),
            "Fn::GetAZs" => {
                if *argument != Expr::Null {
                    self.scalar(name, argument);
                }
                return Answer::List;
            }
            "Fn::Cidr" => {
                self.cidr(argument);
                return Answer::List;
            }
            "Fn::Transform" => {
                self.transform(argument);
                return Answer::Unknown;
            }
            "Fn::Length" => {
                self.needs_extensions(name);
                self.list_of_anything(name, argument);
            }
            "Fn::ToJsonString" => {
                self.needs_extensions(name);
                if matches!(argument, Expr::Text(_) | Expr::Number(_) | Expr::Bool(_)) {
                    self.shape(name, "an object or a list", argument);
                }
                self.free(argument);
            }
            _ if name.starts_with("Fn::ForEach::") => {
                self.needs_extensions(name);
                return Answer::Unknown;
            }
            _ => {
                self.unknown_function(name);
                return Answer::Unknown;
            }
        }
        Answer::Scalar
    }

    /// Checks a value of no known type and says what it is.
    fn answer(&mut self, expr: &'t Expr) -> Answer {
        match expr {
            Expr::Call(call) => self.call(call),
            _ => {
                self.free(expr);
                Answer::given_by(expr)
            }
        }
    }

    /// Checks an argument that must be one value.
    pub(super) fn scalar(&mut self, function: &str, argument: &'t Expr) {
        match argument {
            Expr::Null => self.null(),
            Expr::List(_) | Expr::Map(_) | Expr::Object(_) => self.shape(function, "text", argument),
            _ => {
                let answer = self.answer(argument);
                if matches!(answer, Answer::List | Answer::Object) {
                    self.shape_of(function, "text", &format!("what answers {answer}"));
                }
            }
        }
    }

    /// Checks an argument that must be a list of single values.
    fn list_of_scalars(&mut self, function: &str, argument: &'t Expr) {
        match argument {
            Expr::List(items) => self.each_item(items, |checker, item| checker.scalar(function, item)),
            _ => self.list_of_anything(function, argument),
        }
    }

    fn list_of_anything(&mut self, function: &str, argument: &'t Expr) {
        match argument {
            Expr::Null => self.null(),
            Expr::List(_) => self.free(argument),
            Expr::Call(_) => {
                let answer = self.answer(argument);
                if matches!(answer, Answer::Scalar | Answer::Object) {
                    self.shape_of(function, "a list", &format!("what answers {answer}"));
                }
            }
            _ => self.shape(function, "a list", argument),
        }
    }

    fn join(&mut self, argument: &'t Expr) {
        let Some([delimiter, items]) = self.pair(argument) else {
            return self.shape("Fn::Join", "a delimiter and a list", argument);
        };
        self.item(0, |checker| checker.literal_text("Fn::Join", "a delimiter", delimiter));
        self.item(1, |checker| checker.list_of_scalars("Fn::Join", items));
    }

    fn split(&mut self, argument: &'t Expr) {
        let Some([delimiter, text]) = self.pair(argument) else {
            return self.shape("Fn::Split", "a delimiter and text", argument);
        };
        self.item(0, |checker| checker.literal_text("Fn::Split", "a delimiter", delimiter));
        self.item(1, |checker| {
            checker.scalar("Fn::Split", text);
            if is_dynamic(&json_text(text)) {
                checker.findings.push(
                    Diagnostic::error(&code::FUNCTION_SHAPE, "`Fn::Split` takes a dynamic reference apart")
                        .help("functions see the reference, not the value that is put in its place later"),
                );
            }
        });
    }

    fn select(&mut self, argument: &'t Expr) {
        let Some([index, items]) = self.pair(argument) else {
            return self.shape("Fn::Select", "an index and a list", argument);
        };
        let mut wanted = None;
        self.item(0, |checker| match index {
            Expr::Number(number) => wanted = checker.index(number.as_u64(), index),
            Expr::Text(text) => wanted = checker.index(text.trim().parse().ok(), index),
            Expr::Call(_) => checker.scalar("Fn::Select", index),
            other => checker.shape("Fn::Select", "an index first", other),
        });
        self.item(1, |checker| {
            if let (Some(wanted), Expr::List(items)) = (wanted, items)
                && wanted >= items.len() as u64
            {
                let message = format!("`Fn::Select` wants item {wanted} of a list of {}", items.len());
                checker
                    .findings
                    .push(Diagnostic::error(&code::FUNCTION_SHAPE, message).help("items are counted from 0"));
            }
            checker.list_of_anything("Fn::Select", items);
        });
    }

    fn index(&mut self, index: Option<u64>, got: &Expr) -> Option<u64> {
        if index.is_none() {
            self.shape("Fn::Select", "a whole number from 0 as index", got);
        }
        index
    }

    fn cidr(&mut self, argument: &'t Expr) {
        let Expr::List(parts) = argument else {
            return self.shape(
                "Fn::Cidr",
                "a list of a network, a count and the bits of each part",
                argument,
            );
        };
        if !(2..=3).contains(&parts.len()) {
            return self.shape(
                "Fn::Cidr",
                "a list of a network, a count and the bits of each part",
                argument,
            );
        }
        self.each_item(parts, |checker, part| checker.scalar("Fn::Cidr", part));
        for (part, most, name) in [(parts.get(1), 256, "count"), (parts.get(2), 128, "number of bits")] {
            let number = match part {
                Some(Expr::Number(number)) => number.as_f64(),
                Some(Expr::Text(text)) => text.parse().ok(),
                _ => continue,
            };
            if !number
                .is_some_and(|number| (1.0..=f64::from(most)).contains(&number) && number.fract() == 0.0)
            {
                self.findings.push(
                    Diagnostic::error(&code::FUNCTION_SHAPE, format!("`Fn::Cidr` has an impossible {name}"))
                        .help(format!("allowed is `1` to `{most}`")),
                );
            }
        }
    }

    fn find_in_map(&mut self, argument: &'t Expr) {
        let Expr::List(parts) = argument else {
            return self.shape("Fn::FindInMap", "a list of a mapping and two keys", argument);
        };
        if !(3..=4).contains(&parts.len()) {
            return self.shape("Fn::FindInMap", "a list of a mapping and two keys", argument);
        }
        let default = match parts.get(3) {
            None => false,
            Some(Expr::Map(fields) | Expr::Object(fields)) if fields.get("DefaultValue").is_some() => {
                self.needs_extensions("DefaultValue");
                true
            }
            Some(other) => return self.shape("Fn::FindInMap", "`DefaultValue` last", other),
        };
        for (index, part) in parts.iter().enumerate() {
            self.item(index, |checker| match index {
                3 => checker.free(part),
                _ => checker.scalar("Fn::FindInMap", part),
            });
        }
        self.mapping_entry(&parts[0], &parts[1], &parts[2], default);
    }

    fn get_stack_output(&mut self, argument: &'t Expr) {
        const KEYS: [&str; 4] = ["OutputName", "Region", "RoleArn", "StackName"];
        let Some(fields) = argument.as_object() else {
            return self.shape("Fn::GetStackOutput", "an object with `StackName` and `OutputName`", argument);
        };
        self.each_field(fields, |checker, name, value| {
            if !KEYS.contains(&name) {
                checker.shape_of("Fn::GetStackOutput", &one_of(KEYS), &quoted(name));
            }
            checker.scalar("Fn::GetStackOutput", value);
        });
        for key in ["StackName", "OutputName"] {
            if fields.get(key).is_none() {
                self.shape_of("Fn::GetStackOutput", &format!("`{key}`"), "none");
            }
        }
    }

    /// Checks a call of a macro; its parameters are its own affair.
    pub(super) fn transform(&mut self, argument: &'t Expr) {
        match argument {
            Expr::List(items) => self.each_item(items, |checker, item| checker.transform(item)),
            Expr::Map(fields) | Expr::Object(fields) if fields.get("Name").is_some() => self.free(argument),
            other => self.shape("Fn::Transform", "an object with the `Name` of a macro", other),
        }
    }

    fn unknown_function(&mut self, name: &str) {
        if self.names.transforms.any_macro {
            return;
        }
        if DECISIONS.contains(&name) || RULES.contains(&name) {
            let sections = if RULES.contains(&name) { "`Rules`" } else { "`Conditions` and `Rules`" };
            let message = format!("`{name}` stands where a value is wanted");
            self.findings.push(
                Diagnostic::error(&code::FUNCTION_PLACE, message).help(format!(
                    "it may stand in {sections}; values depend on a condition through `Fn::If`"
                )),
            );
            return;
        }
        let known = VALUES.iter().chain(&DECISIONS).copied();
        let finding = Diagnostic::error(&code::UNKNOWN_FUNCTION, format!("there is no function `{name}`"));
        self.findings.push(match did_you_mean(name, known) {
            Some(help) => finding.help(help),
            None => finding.help("functions are spelt like `Fn::Join`, `Fn::Sub`, `Ref`"),
        });
    }

    /// Says that something works only with the language extensions, where the template does not name them.
    pub(super) fn needs_extensions(&mut self, what: &str) {
        if !self.names.transforms.has("AWS::LanguageExtensions") {
            self.findings.push(
                Diagnostic::error(&code::NEEDS_TRANSFORM, format!("`{what}` needs the language extensions"))
                    .help("add `AWS::LanguageExtensions` to the section `Transform`"),
            );
        }
    }

    fn literal_text(&mut self, function: &str, what: &str, got: &'t Expr) {
        if !matches!(got, Expr::Text(_)) {
            self.shape(function, &format!("{what} that is plain text"), got);
        }
    }

    fn pair(&self, argument: &'t Expr) -> Option<[&'t Expr; 2]> {
        match argument {
            Expr::List(parts) => match &parts[..] {
                [first, second] => Some([first, second]),
                _ => None,
            },
            _ => None,
        }
    }

    /// Checks something at an item of the argument.
    pub(super) fn item(&mut self, index: usize, check: impl FnOnce(&mut Self)) {
        self.findings.down(Step::Item(index));
        check(self);
        self.findings.up();
    }

    /// Says that a function has an argument of the wrong shape.
    pub(super) fn shape(&mut self, function: &str, wanted: &str, got: &Expr) {
        let got = match got {
            Expr::List(items) => format!("a list of {}", counted(items.len(), "item")),
            Expr::Call(call) => format!("`{}`", call.name),
            other => kind(other).to_owned(),
        };
        self.shape_of(function, wanted, &got);
    }

    /// As [`Self::shape`], of something that is no value.
    pub(super) fn shape_of(&mut self, function: &str, wanted: &str, got: &str) {
        let message = format!("`{function}` wants {wanted}, and got {got}");
        let finding = Diagnostic::error(&code::FUNCTION_SHAPE, message);
        self.findings.push(with_help(finding, usage(function).map(|usage| format!("write `{usage}`"))));
    }
}

/// The shape of a function.
fn usage(function: &str) -> Option<&'static str> {
    Some(match function {
        "Ref" => r#"{"Ref": "NAME"}"#,
        "Fn::And" | "Fn::Or" => r#"{"Fn::And": [CONDITION, CONDITION]}"#,
        "Fn::Base64" => r#"{"Fn::Base64": TEXT}"#,
        "Fn::Cidr" => r#"{"Fn::Cidr": [NETWORK, COUNT, BITS]}"#,
        "Fn::Equals" => r#"{"Fn::Equals": [VALUE, VALUE]}"#,
        "Fn::FindInMap" => r#"{"Fn::FindInMap": ["MAPPING", KEY, KEY]}"#,
        "Fn::GetAtt" => r#"{"Fn::GetAtt": ["RESOURCE", "ATTRIBUTE"]}"#,
        "Fn::GetAZs" => r#"{"Fn::GetAZs": REGION}"#,
        "Fn::GetStackOutput" => r#"{"Fn::GetStackOutput": {"StackName": STACK, "OutputName": OUTPUT}}"#,
        "Fn::If" => r#"{"Fn::If": ["CONDITION", THEN, ELSE]}"#,
        "Fn::ImportValue" => r#"{"Fn::ImportValue": NAME}"#,
        "Fn::Join" => r#"{"Fn::Join": [",", [VALUE, VALUE]]}"#,
        "Fn::Length" => r#"{"Fn::Length": LIST}"#,
        "Fn::Not" => r#"{"Fn::Not": [CONDITION]}"#,
        "Fn::Select" => r#"{"Fn::Select": [INDEX, LIST]}"#,
        "Fn::Split" => r#"{"Fn::Split": [",", TEXT]}"#,
        "Fn::Sub" => r#"{"Fn::Sub": "text with ${NAME}"}"#,
        "Fn::ToJsonString" => r#"{"Fn::ToJsonString": OBJECT}"#,
        "Fn::Transform" => r#"{"Fn::Transform": {"Name": "MACRO", "Parameters": {}}}"#,
        _ => return None,
    })
}
