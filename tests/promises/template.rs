//! Templates as the snapshots have them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// Where the snapshots of whole templates are.
const FOLDERS: [&str; 3] = ["constructs", "examples", "third_party"];

/// The template of one stack in one stage.
pub(crate) struct Template {
    /// The snapshot and the stack, to say where something is wrong.
    pub(crate) place: String,
    /// The keys of the tags that every resource carries, since the example says so.
    pub(crate) cost_tags: Vec<String>,
    /// What is in it, by logical id.
    pub(crate) resources: BTreeMap<String, Resource>,
}

/// A resource of a template.
pub(crate) struct Resource {
    /// Its type: `AWS::S3::Bucket`.
    pub(crate) kind: String,
    /// Everything it is written with.
    pub(crate) body: Value,
}

impl Template {
    /// Reads every template of every snapshot.
    pub(crate) fn of_all_snapshots() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../snapshots");
        let mut templates = Vec::new();
        for folder in FOLDERS {
            let entries = fs::read_dir(root.join(folder)).expect("the folder of snapshots is there");
            let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("is readable").path()).collect();
            paths.sort();
            for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "snap")) {
                let text = fs::read_to_string(path).expect("a snapshot is text").replace("\r\n", "\n");
                let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
                let mut found = Self::of_snapshot(&format!("{folder}/{name}"), &text);
                assert!(!found.is_empty(), "`{folder}/{name}` has no template");
                if folder == "examples" {
                    let keys = cost_tags_of(name.split('.').next().unwrap_or_default());
                    found.iter_mut().for_each(|template| template.cost_tags.clone_from(&keys));
                }
                templates.extend(found);
            }
        }
        templates
    }

    /// Splits a snapshot at the lines `# Stack (name)`; what is no template, such as the files of a site, is left out.
    pub(crate) fn of_snapshot(snapshot: &str, text: &str) -> Vec<Self> {
        let parts = text.split("\n# ").skip(1).filter_map(|part| part.split_once('\n'));
        let templates = parts.filter(|(head, _)| !head.ends_with("(site)"));
        templates.map(|(head, text)| Self::read(&format!("{snapshot}: {head}"), text)).collect()
    }

    /// Reads one template.
    pub(crate) fn read(place: &str, text: &str) -> Self {
        let template: Result<Value, _> = serde_json::from_str(text);
        assert!(template.is_ok(), "{place}: no template: {template:?}");
        let template = template.unwrap_or_default();
        let resources = template["Resources"].as_object().cloned().unwrap_or_default();
        let read = |(id, body): (String, Value)| {
            let kind = body["Type"].as_str().unwrap_or_default().to_owned();
            (id, Resource { kind, body })
        };
        Self {
            place: place.to_owned(),
            cost_tags: Vec::new(),
            resources: resources.into_iter().map(read).collect(),
        }
    }

    /// A template with one resource, `It`, with these properties.
    pub(crate) fn with(kind: &str, properties: &str) -> Self {
        Self::read(
            "examples/made_up: Shop",
            &format!(r#"{{"Resources": {{"It": {{"Type": "{kind}", "Properties": {properties}}}}}}}"#),
        )
    }

    /// The resources of a type, with their ids.
    pub(crate) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Resource)> {
        self.resources().filter(move |(_, resource)| resource.kind == kind)
    }

    /// All resources, with their ids.
    pub(crate) fn resources(&self) -> impl Iterator<Item = (&str, &Resource)> {
        self.resources.iter().map(|(id, resource)| (id.as_str(), resource))
    }
}

impl Resource {
    /// Its properties.
    pub(crate) fn properties(&self) -> &Value {
        &self.body["Properties"]
    }

    /// The property at a JSON pointer, null where it is not set.
    pub(crate) fn property(&self, pointer: &str) -> &Value {
        self.properties().pointer(pointer).unwrap_or(&Value::Null)
    }

    /// True where the property at a JSON pointer is written, whatever it says.
    pub(crate) fn has(&self, pointer: &str) -> bool {
        !self.property(pointer).is_null()
    }

    /// True where the property at a JSON pointer is `true`.
    pub(crate) fn says(&self, pointer: &str) -> bool {
        *self.property(pointer) == Value::Bool(true)
    }
}

/// The keys in `app.cost_tags([("owner", …), …])` of an example.
fn cost_tags_of(example: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../examples/{example}/main.rs"));
    let source = fs::read_to_string(path).expect("the example is there");
    let call = source.split_once(".cost_tags([").and_then(|(_, rest)| rest.split_once("])"));
    let (tags, _) = call.expect("an example says whose its costs are, by `app.cost_tags([…])`");
    let pairs = tags.split('(').skip(1);
    let keys: Vec<String> = pairs.filter_map(|pair| Some(pair.split('"').nth(1)?.to_owned())).collect();
    assert!(!keys.is_empty(), "`{example}` has cost tags without keys");
    keys
}

/// Every value in a value, itself first.
pub(crate) fn walk(value: &Value) -> Vec<&Value> {
    let mut all = vec![value];
    match value {
        Value::Array(items) => all.extend(items.iter().flat_map(walk)),
        Value::Object(members) => all.extend(members.values().flat_map(walk)),
        _ => {}
    }
    all
}

/// One value or a list of them, as policies and properties have them.
pub(crate) fn each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

#[test]
fn a_snapshot_is_split_into_its_templates() {
    let text = "---\nsource: a\n---\n# Shop (shop-dev-Shop)\n{\"Resources\": {\"Files\": {\"Type\": \"AWS::S3::Bucket\"}}}\n\
                # Edge (shop-dev-Edge)\n{}\n# Shop/Site (site)\n[]\n";
    let templates = Template::of_snapshot("examples/site.dev", text);
    let places: Vec<&str> = templates.iter().map(|template| template.place.as_str()).collect();
    assert_eq!(
        places,
        ["examples/site.dev: Shop (shop-dev-Shop)", "examples/site.dev: Edge (shop-dev-Edge)"]
    );
    assert_eq!(templates[0].resources["Files"].kind, "AWS::S3::Bucket");
}
