//! What one account holds of an assembly: its stacks, their resources, and what `deploy` has to do besides.

use std::collections::{BTreeMap, BTreeSet};

use formwork_assembly::{Assembly, AssetSource, Bootstrap, Diagnostic, Site, Stack, code};
use serde_json::{Map, Value};

use super::arn::{Place, partition};

/// A template of this size goes along with the request; a larger one is published first.
const LARGEST_INLINE: usize = 51_200;

/// The stacks of one account.
pub(super) struct Inventory<'a> {
    pub account: Option<String>,
    /// Empty where one of the stacks does not say its region.
    pub regions: BTreeSet<&'a str>,
    pub protected: bool,
    pub stacks: Vec<&'a Stack>,
    /// By stack, in the order of the templates.
    pub resources: Vec<Resource<'a>>,
    /// The transforms that the templates name.
    pub transforms: BTreeSet<String>,
    /// The parameters of Systems Manager that parameters of the templates are read from.
    pub parameters: BTreeSet<String>,
    /// The sites whose buckets are here.
    pub sites: Vec<&'a Site>,
    pub publishes_files: bool,
    pub publishes_images: bool,
    /// Whether the CDK has written it, whose assets go where its bootstrap says.
    pub is_of_cdk: bool,
    /// Where the stage wants assets to go, and whose roles are taken for it.
    pub bootstrap: Bootstrap,
    partition: &'static str,
}

/// One resource of a template.
pub(super) struct Resource<'a> {
    pub stack: &'a Stack,
    pub logical_id: String,
    /// `AWS::S3::Bucket`.
    pub kind: String,
    pub properties: Value,
}

impl<'a> Inventory<'a> {
    /// One for each account, sorted; all templates that cannot be read at once.
    pub(super) fn by_account(assembly: &'a Assembly) -> Result<Vec<Self>, Vec<Diagnostic>> {
        let mut accounts: BTreeMap<Option<&str>, Vec<&Stack>> = BTreeMap::new();
        for stack in &assembly.stacks {
            accounts.entry(stack.account.as_deref()).or_default().push(stack);
        }
        let (whole, broken): (Vec<_>, Vec<_>) = accounts
            .into_iter()
            .map(|(account, stacks)| Self::new(assembly, account, stacks))
            .partition(Result::is_ok);
        if broken.is_empty() {
            Ok(whole.into_iter().flatten().collect())
        } else {
            Err(broken.into_iter().filter_map(Result::err).flatten().collect())
        }
    }

    fn new(
        assembly: &'a Assembly,
        account: Option<&str>,
        stacks: Vec<&'a Stack>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut errors = Vec::new();
        let (mut resources, mut transforms, mut parameters) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for stack in &stacks {
            match serde_json::from_str::<Map<String, Value>>(&stack.template) {
                Ok(mut template) => {
                    transforms.extend(texts(template.get("Transform")));
                    parameters.extend(system_parameters(&template));
                    let map = template.remove("Resources").and_then(|map| Some(map.as_object()?.clone()));
                    resources
                        .extend(map.into_iter().flatten().map(|(id, one)| Resource::new(stack, id, one)));
                }
                Err(error) => {
                    let message =
                        format!("the template of the stack `{}` is no JSON object: {error}", stack.id);
                    errors
                        .push(Diagnostic::error(&code::FOLDER_UNREADABLE, message).help("run `synth` again"));
                }
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let regions: Option<BTreeSet<&str>> = stacks.iter().map(|stack| stack.region.as_deref()).collect();
        let is_here = |site: &&Site| stacks.iter().any(|stack| stack.id == site.bucket.stack);
        let asset = |is_image: bool| {
            let hashes = stacks.iter().flat_map(|stack| &stack.assets);
            let mut assets =
                hashes.filter_map(|hash| assembly.assets.iter().find(|asset| &asset.hash == hash));
            assets.any(|asset| matches!(asset.source, AssetSource::Image { .. }) == is_image)
        };
        let large = stacks.iter().any(|stack| stack.template.len() > LARGEST_INLINE);
        Ok(Self {
            account: account.map(str::to_owned),
            partition: partition(stacks.iter().find_map(|stack| stack.region.as_deref())),
            regions: regions.unwrap_or_default(),
            protected: assembly.protected,
            sites: assembly.sites.iter().filter(is_here).collect(),
            publishes_files: large || asset(false),
            publishes_images: asset(true),
            is_of_cdk: assembly.app.is_empty(),
            bootstrap: assembly.bootstrap.clone().unwrap_or_default(),
            stacks,
            resources,
            transforms,
            parameters,
        })
    }

    /// Where all of it is.
    pub(super) fn home(&self) -> Place<'_> {
        let region = match self.regions.first() {
            Some(region) if self.regions.len() == 1 => region,
            _ => "*",
        };
        Place { partition: self.partition, account: self.account.as_deref().unwrap_or("*"), region }
    }

    /// Where a stack is.
    pub(super) fn place_of<'s>(&'s self, stack: &'s Stack) -> Place<'s> {
        Place { region: stack.region.as_deref().unwrap_or("*"), ..self.home() }
    }

    /// The types of its resources, each with the first of its kind.
    pub(super) fn kinds(&self) -> BTreeMap<&str, &Resource<'a>> {
        let mut kinds = BTreeMap::new();
        for resource in &self.resources {
            kinds.entry(&*resource.kind).or_insert(resource);
        }
        kinds
    }

    /// The resources of a type.
    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Resource<'a>> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }

    /// Whether there is anything of a type.
    pub(super) fn has(&self, kind: &str) -> bool {
        self.of_kind(kind).next().is_some()
    }

    /// The AWS services that take on the roles in the templates.
    pub(super) fn trusted_services(&self) -> BTreeSet<String> {
        let trusts = self.of_kind("AWS::IAM::Role");
        let statements =
            trusts.flat_map(|role| list(&role.properties["AssumeRolePolicyDocument"]["Statement"]));
        statements.flat_map(|statement| texts(Some(&statement["Principal"]["Service"]))).collect()
    }
}

impl<'a> Resource<'a> {
    fn new(stack: &'a Stack, logical_id: String, mut resource: Value) -> Self {
        Self {
            stack,
            logical_id,
            kind: resource["Type"].as_str().unwrap_or_default().to_owned(),
            properties: resource["Properties"].take(),
        }
    }

    /// Whether any name or text in its properties holds a word, whatever its case.
    pub(super) fn speaks_of(&self, word: &str) -> bool {
        speaks_of(&self.properties, word)
    }

    /// What a property is set to, however deep in the properties it is.
    pub(super) fn values_of(&self, property: &str) -> Vec<&Value> {
        values_of(&self.properties, property)
    }

    /// A finding about it.
    pub(super) fn locate(&self, finding: Diagnostic) -> Diagnostic {
        let origin = self.stack.resources.iter().find(|origin| origin.logical_id == self.logical_id);
        let Some(origin) = origin else { return finding.path(&*self.logical_id) };
        let finding = finding.path(&*origin.path);
        match &origin.at {
            Some(at) => finding.at(at.clone()),
            None => finding,
        }
    }
}

/// The items of a list, or the one thing that stands for a list.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// The names that parameters of a template are read by.
fn system_parameters(template: &Map<String, Value>) -> Vec<String> {
    let parameters = template.get("Parameters").and_then(Value::as_object).into_iter().flatten();
    let is_read =
        |one: &&Value| one["Type"].as_str().is_some_and(|kind| kind.starts_with("AWS::SSM::Parameter::"));
    let read = parameters.map(|(_, parameter)| parameter).filter(is_read);
    read.filter_map(|parameter| parameter["Default"].as_str()).map(str::to_owned).collect()
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let items = value.into_iter().flat_map(list);
    items.filter_map(|item| item.as_str().or_else(|| item["Name"].as_str())).map(str::to_owned).collect()
}

fn values_of<'v>(value: &'v Value, property: &str) -> Vec<&'v Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(|item| values_of(item, property)).collect(),
        Value::Object(map) => map
            .iter()
            .flat_map(|(name, value)| if name == property { vec![value] } else { values_of(value, property) })
            .collect(),
        _ => Vec::new(),
    }
}

fn speaks_of(value: &Value, word: &str) -> bool {
    let has = |text: &str| text.to_ascii_lowercase().contains(word);
    match value {
        Value::String(text) => has(text),
        Value::Array(items) => items.iter().any(|item| speaks_of(item, word)),
        Value::Object(map) => map.iter().any(|(name, value)| has(name) || speaks_of(value, word)),
        _ => false,
    }
}
