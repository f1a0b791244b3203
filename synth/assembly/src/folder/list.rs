//! `manifest.json` and `formwork.json` while they are written: straight from the assembly into their files, because they may be as long as all
//! templates together. What is in them is said where they are read, by [`Manifest`](super::manifest::Manifest) and
//! [`Facts`](super::facts::Facts).

use std::io::{self, Write};

use super::{
    facts, foreign,
    manifest::{self, AssetsProperties, StackProperties, environment},
};
use crate::{Assembly, Place, ResourceOrigin, SortedMap, Stack, json::Writer};

/// One thing in the folder.
pub(super) enum Artifact<'a> {
    /// A stack.
    Stack {
        stack: &'a Stack,
        properties: Box<StackProperties>,
        /// The id of what it needs to be published.
        assets: Option<String>,
    },
    /// What a stack needs to be published.
    Assets(AssetsProperties),
}

/// All that is in the folder, by id.
pub(super) type Artifacts<'a> = SortedMap<String, Artifact<'a>>;

/// Writes `manifest.json`.
pub(super) fn write_manifest(artifacts: &Artifacts<'_>, mut out: impl Write) -> io::Result<()> {
    let mut json = Writer::in_lines();
    json.begin('{');
    json.text_field("version", manifest::VERSION);
    json.name("artifacts");
    json.begin('{');
    for (id, artifact) in artifacts {
        json.name(id);
        artifact.write(&mut json);
        json.flush(&mut out)?;
    }
    json.end('}');
    json.end('}');
    out.write_all(json.take().as_bytes())
}

/// Writes `formwork.json`.
pub(super) fn write_facts(assembly: &Assembly, mut out: impl Write) -> io::Result<()> {
    let stacks: SortedMap<&str, &Stack> =
        assembly.stacks.iter().map(|stack| (stack.id.as_str(), stack)).collect();
    let mut json = Writer::in_lines();
    json.begin('{');
    json.name("version");
    json.whole(facts::VERSION.into());
    json.text_field("app", &assembly.app);
    json.text_field("stage", &assembly.stage);
    json.name("protected");
    json.bool(assembly.protected);
    if let Some(bootstrap) = &assembly.bootstrap {
        json.name("bootstrap");
        json.value(bootstrap);
    }
    json.name("order");
    write_texts(assembly.stacks.iter().map(|stack| &stack.id), &mut json);
    json.name("resources");
    json.begin('{');
    for (id, stack) in &stacks {
        json.name(id);
        write_origins(&stack.resources, &mut json);
        json.flush(&mut out)?;
    }
    json.end('}');
    if !assembly.sites.is_empty() {
        json.name("sites");
        json.value(&assembly.sites);
    }
    let gates: SortedMap<_, _> =
        stacks.iter().map(|(id, stack)| (*id, &stack.gates)).filter(|(_, gates)| !gates.is_empty()).collect();
    if !gates.is_empty() {
        json.name("gates");
        json.value(&gates);
    }
    let secure_strings: SortedMap<_, _> = stacks
        .iter()
        .map(|(id, stack)| (*id, &stack.secure_strings))
        .filter(|(_, names)| !names.is_empty())
        .collect();
    if !secure_strings.is_empty() {
        json.name("secure_strings");
        json.value(&secure_strings);
    }
    json.end('}');
    out.write_all(json.take().as_bytes())
}

impl Artifact<'_> {
    fn write(&self, json: &mut Writer) {
        json.begin('{');
        match self {
            Self::Stack { stack, properties, assets } => {
                json.text_field("type", "aws:cloudformation:stack");
                let environment = environment(stack.account.as_deref(), stack.region.as_deref());
                json.text_field("environment", &environment);
                json.name("properties");
                json.value(properties);
                if assets.is_some() || !stack.dependencies.is_empty() {
                    json.name("dependencies");
                    write_texts(assets.iter().chain(&stack.dependencies), json);
                }
                if !stack.resources.is_empty() {
                    json.name("metadata");
                    write_notes(&stack.resources, json);
                }
                json.text_field("displayName", &stack.id);
            }
            Self::Assets(properties) => {
                json.text_field("type", "cdk:asset-manifest");
                json.name("properties");
                json.value(properties);
            }
        }
        json.end('}');
    }
}

/// Writes which logical id each construct path has.
fn write_notes(resources: &[ResourceOrigin], json: &mut Writer) {
    let ids: SortedMap<&str, &str> =
        resources.iter().map(|resource| (&*resource.path, &*resource.logical_id)).collect();
    let mut name = String::from("/");
    json.begin('{');
    for (path, logical_id) in &ids {
        name.truncate(1);
        name.push_str(path);
        json.name(&name);
        json.begin('[');
        json.item();
        json.begin('{');
        json.text_field("type", foreign::LOGICAL_ID);
        json.text_field("data", logical_id);
        json.end('}');
        json.end(']');
    }
    json.end('}');
}

/// Writes where each resource comes from, by logical id.
fn write_origins(resources: &[ResourceOrigin], json: &mut Writer) {
    let origins: SortedMap<&str, &ResourceOrigin> =
        resources.iter().map(|resource| (&*resource.logical_id, resource)).collect();
    json.begin('{');
    for (logical_id, origin) in &origins {
        json.name(logical_id);
        json.begin('{');
        json.text_field("path", &origin.path);
        if let Some(at) = &origin.at {
            json.name("at");
            write_place(at, json);
        }
        json.end('}');
    }
    json.end('}');
}

fn write_place(place: &Place, json: &mut Writer) {
    json.begin('{');
    json.text_field("file", &place.file);
    json.name("line");
    json.whole(place.line.into());
    json.name("column");
    json.whole(place.column.into());
    json.end('}');
}

fn write_texts<'a>(texts: impl Iterator<Item = &'a String>, json: &mut Writer) {
    json.begin('[');
    for text in texts {
        json.item();
        json.quoted(text);
    }
    json.end(']');
}
