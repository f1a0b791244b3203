//! `cargo xtask schema`: makes the facts of `synth/schema` from the two packages that are pinned in `sources`.
//!
//! `--check` writes nothing and fails if the committed files differ; `--from DIR` reads packages that are unpacked
//! already instead of downloading them.

mod attributes;
mod json;
mod line;
mod marks;
mod node;
mod output;
mod overlay;
mod pack;
mod patches;
mod pattern;
mod references;
mod resource;
mod rules;
mod sources;
mod spec;
mod targets;
mod text;
mod types;
mod unify;

use self::output::Mode;
use self::sources::{BASE, OVERLAY, Pin, Sources};
use self::spec::Spec;
use formwork_schema::{Object, ResourceType, Type};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Runs the chore.
pub fn run(options: &[&str]) -> Result<(), String> {
    let mut mode = Mode::Write;
    let mut from = None;
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        match *option {
            "--check" => mode = Mode::Check,
            "--from" => from = Some(*rest.next().ok_or("`--from` needs a directory")?),
            other => {
                return Err(format!(
                    "unknown option `{other}`\nhelp: options are `--check` and `--from DIR`"
                ));
            }
        }
    }
    let facts = match from {
        Some(directory) => Facts::read(&Sources::unpacked(Path::new(directory))?)?,
        None => {
            let directory = std::env::temp_dir().join(format!("formwork-facts-{}", std::process::id()));
            let facts = Sources::download(&directory).and_then(|sources| Facts::read(&sources));
            // A folder that stays behind does no harm; the outcome of the chore matters more.
            let _ = std::fs::remove_dir_all(&directory);
            facts?
        }
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("synth").join("schema");
    let differing = output::write_all(&root, &facts.files()?, mode)?;
    report(&differing, mode)
}

fn report(differing: &[PathBuf], mode: Mode) -> Result<(), String> {
    match (differing, mode) {
        ([], _) => eprintln!("the facts are up to date"),
        (some, Mode::Write) => eprintln!("{} files written", some.len()),
        (some, Mode::Check) => {
            let list: Vec<String> = some.iter().map(|path| format!("  {}", path.display())).collect();
            let list = list.join("\n");
            return Err(format!("{} files differ:\n{list}\nhelp: run `cargo xtask schema`", some.len()));
        }
    }
    Ok(())
}

/// Everything that goes into the files.
struct Facts {
    resources: Vec<ResourceType>,
    regions: Vec<&'static str>,
    dropped: text::Dropped,
    schema_date: String,
}

impl Facts {
    fn read(sources: &Sources) -> Result<Self, String> {
        let schemas_at = sources.base.join("schemas");
        let date = sources::read(&schemas_at.join("version.json"))?;
        let (mut schemas, offered) = base(&schemas_at)?;
        for (name, patch) in patches::SCHEMAS {
            patch(&mut schemas)
                .map_err(|reason| format!("the patch `{name}` no longer applies: {reason}"))?;
        }
        let database = sources::read(&sources.overlay)?;
        let types = spec::numbered(&database, "typeDefinition");
        let spec = Spec::new(&database, &types);

        let mut dropped = text::Dropped::default();
        let mut resources: Vec<ResourceType> = schemas
            .iter()
            .map(|(name, schema)| {
                let regions = offered.get(name).cloned().unwrap_or_default();
                resource::resource(json::keep(name), schema, spec.resource(name), regions, &mut dropped)
            })
            .collect();
        for name in spec.names().filter(|name| !schemas.contains_key(*name)) {
            resources.extend(spec.resource(name).map(|entity| overlay::alone(json::keep(name), entity)));
        }
        resources.sort_by_key(|resource| resource.name);

        let stateful = sources::read(&sources.base.join("AdditionalSpecs").join("StatefulResources.json"))?;
        for resource in &mut resources {
            resource.stateful |=
                stateful.get("ResourceTypes").is_some_and(|types| types.get(resource.name).is_some());
        }
        for (name, patch) in patches::FACTS {
            patch(&mut resources)
                .map_err(|reason| format!("the patch `{name}` no longer applies: {reason}"))?;
        }
        let names = targets::Names::new(&resources);
        for resource in &mut resources {
            dropped.targets += names.settle(resource).len();
        }
        references::correct(&mut resources)?;
        for resource in &mut resources {
            names.settle(resource);
        }
        let mut regions: Vec<&'static str> =
            resources.iter().flat_map(|resource| resource.regions.iter().copied()).collect();
        regions.sort_unstable();
        regions.dedup();
        let schema_date = date.get("schema_date").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Self { resources, regions, dropped, schema_date })
    }

    /// The files, by their paths within the crate.
    fn files(&self) -> Result<BTreeMap<String, Vec<u8>>, String> {
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for resource in &self.resources {
            let file = files.entry(format!("facts/{}.jsonl", service(resource.name))).or_default();
            file.extend(line::line(resource, &self.regions).into_bytes());
            file.push(b'\n');
        }
        let packed = pack::pack(&self.resources, &self.regions, &service)?;
        files.insert("packed/strings.txt".to_owned(), packed.strings.into_bytes());
        files.insert("packed/types.bin".to_owned(), packed.types);
        let sources = serde_json::to_string_pretty(&self.sources()).map_err(|error| error.to_string())?;
        files.insert("facts/SOURCES.json".to_owned(), (sources + "\n").into_bytes());
        Ok(files)
    }

    fn sources(&self) -> Value {
        let pin = |pin: &Pin| {
            json!({
                "registry": pin.registry,
                "name": pin.name,
                "version": pin.version,
                "date": pin.date,
                "licence": pin.licence,
                "digest": pin.digest,
                "role": pin.role,
            })
        };
        let services: std::collections::BTreeSet<String> =
            self.resources.iter().map(|resource| service(resource.name)).collect();
        let families: std::collections::BTreeSet<&str> =
            services.iter().map(|service| formwork_schema::family(service)).collect();
        let sum = |count: fn(&ResourceType) -> usize| self.resources.iter().map(count).sum::<usize>();
        json!({
            "packages": [pin(&BASE), pin(&OVERLAY)],
            "schemas": self.schema_date,
            "counts": {
                "types": self.resources.len(),
                "services": services.len(),
                "families": families.len(),
                "definitions": sum(|resource| resource.definitions.len()),
                "properties": sum(|resource| bodies(resource).map(|body| body.properties.len()).sum()),
                "attributes": sum(|resource| resource.attributes.len()),
                "targets": sum(|resource| bodies(resource).map(targets_of).sum()),
            },
            "dropped": {
                "patterns": self.dropped.patterns,
                "targets": self.dropped.targets,
            },
            "regions": self.regions,
        })
    }
}

fn bodies(resource: &ResourceType) -> impl Iterator<Item = &Object> {
    std::iter::once(&resource.body).chain(resource.definitions.iter().map(|definition| &definition.body))
}

fn targets_of(body: &Object) -> usize {
    fn of(ty: &Type) -> usize {
        match ty {
            Type::String(text) => text.targets.len(),
            Type::List(list) => of(&list.item),
            Type::Map(map) => of(&map.value),
            Type::Union(parts) => parts.iter().map(of).sum(),
            _ => 0,
        }
    }
    body.properties.iter().map(|property| of(&property.ty)).sum()
}

/// The schemas of the base and the regions that offer each type.
fn base(schemas: &Path) -> Result<(patches::Schemas, BTreeMap<String, Vec<&'static str>>), String> {
    let providers = schemas.join("providers");
    let told = |error| format!("cannot read `{}`: {error}", providers.display());
    let mut files: Vec<PathBuf> = std::fs::read_dir(&providers)
        .map_err(told)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    files.sort();
    let mut found = patches::Schemas::new();
    let mut offered: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    let mut everywhere = Vec::new();
    let mut transformed = Vec::new();
    for file in &files {
        let region = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let provider = sources::read(file)?;
        if region != "sam" {
            everywhere.push(json::keep(&region));
        }
        for (name, hash) in json::members(Some(&provider)) {
            match everywhere.last() {
                Some(region) if file.file_stem().is_some_and(|stem| stem != "sam") => {
                    offered.entry(name.clone()).or_default().push(region);
                }
                // The types of a transform are no region's own.
                _ => transformed.push(name.clone()),
            }
            if !found.contains_key(name) {
                let hash = hash.as_str().ok_or_else(|| format!("`{name}` has no schema"))?;
                let path = schemas.join("resources").join(format!("{hash}.json"));
                found.insert(name.clone(), sources::read(&path)?);
            }
        }
    }
    for name in transformed {
        offered.insert(name, everywhere.clone());
    }
    Ok((found, offered))
}

/// The service of a resource type: `s3` of `AWS::S3::Bucket`.
fn service(name: &str) -> String {
    name.split("::").nth(1).unwrap_or(name).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committed(name: &str) -> Vec<u8> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("synth").join("schema").join(name);
        std::fs::read(&path).expect("the facts are committed")
    }

    /// What the library reads, in its order.
    fn embedded() -> Vec<ResourceType> {
        formwork_schema::resource_types().filter_map(formwork_schema::resource_type).collect()
    }

    fn regions(resources: &[ResourceType]) -> Vec<&'static str> {
        json::sorted(resources.iter().flat_map(|resource| resource.regions.iter().copied()).collect())
    }

    #[test]
    fn the_embedded_facts_are_those_of_the_text() {
        let resources = embedded();
        let regions = regions(&resources);
        for service in formwork_schema::services() {
            let of_service = resources.iter().filter(|resource| super::service(resource.name) == service);
            let lines: String = of_service.map(|resource| line::line(resource, &regions) + "\n").collect();
            let text = String::from_utf8(committed(&format!("facts/{service}.jsonl"))).expect("text");
            assert_eq!(lines, text.replace("\r\n", "\n"), "{service}");
        }
    }

    #[test]
    fn packing_what_is_embedded_changes_nothing() {
        let resources = embedded();
        let packed = pack::pack(&resources, &regions(&resources), &service).expect("it fits");
        assert_eq!(packed.strings.into_bytes(), committed("packed/strings.txt"));
        assert_eq!(packed.types, committed("packed/types.bin"));
    }
}
