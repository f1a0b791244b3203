//! The documentation of generated items: short sentences made from facts, and links to AWS's pages.

use formwork_schema::{Bounds, Object, Property, Replacement, ResourceType, Rule, Text, Type};

/// More allowed values than this are cut off.
const MOST_VALUES: usize = 12;

/// Longer patterns are not shown.
const LONGEST_PATTERN: usize = 100;

/// The page of a resource type or of one of its property types.
pub fn link(resource: &ResourceType, definition: Option<&str>) -> String {
    let kind = if definition.is_some() { "properties" } else { "resource" };
    let path = resource.name.strip_prefix("AWS::").unwrap_or(resource.name).replace("::", "-");
    let last = definition.map_or(String::new(), |name| format!("-{name}"));
    format!(
        "<https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-{kind}-{}.html>",
        format!("{path}{last}").to_lowercase()
    )
}

/// The documentation of a setter, in one line.
pub fn setter(property: &Property, definitions: &[&str]) -> String {
    let required = if property.required { " Required." } else { "" };
    let deprecated = if property.deprecated { " AWS advises against its use." } else { "" };
    let secret = if property.write_only { " AWS never returns the value." } else { "" };
    let update = match property.replacement {
        Replacement::Never => "A change updates the resource in place.",
        Replacement::Maybe => "A change may replace the resource.",
        Replacement::Always => "A change replaces the resource.",
    };
    let value = value(&property.ty, definitions);
    format!("Sets `{}`: {value}.{required}{deprecated}{secret} {update}", property.name)
}

/// What a type requires, as sentences; empty where it requires nothing.
pub fn requirements(body: &Object) -> Vec<String> {
    let required: Vec<&str> =
        body.properties.iter().filter(|property| property.required).map(|property| property.name).collect();
    let mut sentences = Vec::new();
    if !required.is_empty() {
        sentences.push(format!("Required: {}.", names(&required, "and")));
    }
    sentences.extend(body.rules.iter().map(rule));
    sentences
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::AnyOf(list) => format!("At least one of {} must be set.", names(list, "and")),
        Rule::OneOf(list) => format!("Exactly one of {} must be set.", names(list, "and")),
        Rule::Requires(name, others) => format!("`{name}` requires {}.", names(others, "and")),
        Rule::Excludes(name, others) => format!("`{name}` excludes {}.", names(others, "and")),
        Rule::AnyGroup(groups) => format!("One of these groups must be set: {}.", group_list(groups)),
        Rule::OneGroup(groups) => format!("Exactly one of these groups must be set: {}.", group_list(groups)),
    }
}

fn group_list(groups: &[Vec<&str>]) -> String {
    groups.iter().map(|group| names(group, "and")).collect::<Vec<_>>().join("; ")
}

/// "`A`, `B` and `C`".
fn names(list: &[&str], last: &str) -> String {
    let quoted: Vec<String> = list.iter().map(|name| code(name)).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// What a value may be.
fn value(ty: &Type, definitions: &[&str]) -> String {
    match ty {
        Type::String(text) => self::text(text),
        Type::Integer(bounds) => number("a whole number", bounds),
        Type::Number(bounds) => number("a number", bounds),
        Type::Boolean => "`true` or `false`".to_owned(),
        Type::Json => "any JSON".to_owned(),
        Type::List(list) => {
            let unique = if list.unique { "unique " } else { "" };
            let size = size(list.min, list.max).map_or(String::new(), |size| format!("{size} "));
            format!("a list of {size}{unique}items, each {}", value(&list.item, definitions))
        }
        Type::Map(map) => format!("free keys, each to {}", value(&map.value, definitions)),
        Type::Object(at) => {
            definitions.get(*at).map_or_else(|| "an object".to_owned(), |name| format!("`{name}`"))
        }
        Type::Union(members) => {
            let mut parts: Vec<String> = members.iter().map(|member| value(member, definitions)).collect();
            parts.dedup();
            parts.join(", or ")
        }
    }
}

fn text(text: &Text) -> String {
    if !text.values.is_empty() {
        let shown = &text.values[..text.values.len().min(MOST_VALUES)];
        let more = match text.values.len() - shown.len() {
            0 => String::new(),
            more => format!(" or one of {more} others"),
        };
        let quoted: Vec<String> = shown.iter().map(|value| code(value)).collect();
        let case = if text.ignore_case { ", in any case" } else { "" };
        return if more.is_empty() { names(shown, "or") } else { quoted.join(", ") + &more } + case;
    }
    let length = size(text.min, text.max).map_or(String::new(), |size| format!(" of {size} characters"));
    let pattern = text.pattern.filter(|pattern| pattern.len() <= LONGEST_PATTERN && is_plain(pattern));
    let pattern = pattern.map_or(String::new(), |pattern| format!(", pattern {}", code(pattern)));
    let format = text.format.map_or(String::new(), |format| format!(", format `{format}`"));
    let targets: Vec<String> = (text.targets.iter())
        .map(|target| format!("the `{}` of an `{}`", target.attribute, target.resource))
        .collect();
    let targets = if targets.is_empty() { String::new() } else { format!(", {}", targets.join(" or ")) };
    format!("text{length}{pattern}{format}{targets}")
}

fn number(noun: &str, bounds: &Bounds) -> String {
    if !bounds.values.is_empty() {
        let values: Vec<String> = bounds.values.iter().map(f64::to_string).collect();
        return names(&values.iter().map(String::as_str).collect::<Vec<_>>(), "or");
    }
    match (bounds.min, bounds.max) {
        (Some(min), Some(max)) => format!("{noun} from {min} to {max}"),
        (Some(min), None) => format!("{noun}, at least {min}"),
        (None, Some(max)) => format!("{noun}, at most {max}"),
        (None, None) => noun.to_owned(),
    }
}

/// "1 to 5", if there are bounds.
fn size(min: Option<u32>, max: Option<u32>) -> Option<String> {
    match (min.filter(|min| *min > 0), max) {
        (Some(min), Some(max)) if min == max => Some(min.to_string()),
        (min, Some(max)) => Some(format!("{} to {max}", min.unwrap_or(0))),
        (Some(min), None) => Some(format!("{min} or more")),
        (None, None) => None,
    }
}

/// True where text can stand in one line of a comment.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| !c.is_control())
}

/// Text as code, whatever backticks it holds.
pub fn code(text: &str) -> String {
    if !is_plain(text) {
        return "the empty text".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}
