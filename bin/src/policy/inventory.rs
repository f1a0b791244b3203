//! What one account holds of an assembly: its stacks, their resources, and what `deploy` has to do besides.

use formwork_assembly::{
    Assembly, AssetSource, Bootstrap, Diagnostic, Site, SortedMap, SortedSet, Stack, code,
    folder::INLINE_TEMPLATE,
};
use serde_json::{Map, Value};

use super::arn::{Place, partition};

/// The stacks of one account.
pub(super) struct Inventory<'a> {
    pub account: Option<String>,
    /// Empty where one of the stacks does not say its region.
    pub regions: SortedSet<&'a str>,
    pub protected: bool,
    pub stacks: Vec<&'a Stack>,
    /// By stack, in the order of the templates.
    pub resources: Vec<Resource<'a>>,
    /// The transforms that the templates name.
    pub transforms: SortedSet<String>,
    /// The parameters of Systems Manager that parameters of the templates are read from.
    pub parameters: SortedSet<String>,
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
        let mut accounts: SortedMap<Option<&str>, Vec<&Stack>> = SortedMap::new();
        for stack in &assembly.stacks {
            accounts.or_default(stack.account.as_deref()).push(stack);
        }
        let (mut whole, mut broken) = (Vec::new(), Vec::new());
        for (account, stacks) in accounts {
            match Self::new(assembly, account, stacks) {
                Ok(inventory) => whole.push(inventory),
                Err(errors) => broken.extend(errors),
            }
        }
        if broken.is_empty() { Ok(whole) } else { Err(broken) }
    }

    fn new(
        assembly: &'a Assembly,
        account: Option<&str>,
        stacks: Vec<&'a Stack>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut errors = Vec::new();
        let (mut resources, mut transforms, mut parameters) =
            (Vec::new(), SortedSet::new(), SortedSet::new());
        for stack in &stacks {
            match serde_json::from_str::<Map<String, Value>>(&stack.template) {
                Ok(mut template) => {
                    transforms.extend(template.get("Transform").map(texts).unwrap_or_default());
                    parameters.extend(system_parameters(&template));
                    if let Some(Value::Object(map)) = template.remove("Resources") {
                        resources.extend(map.into_iter().map(|(id, one)| Resource::new(stack, id, one)));
                    }
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
        let regions: Option<SortedSet<&str>> = stacks.iter().map(|stack| stack.region.as_deref()).collect();
        let is_here = |site: &&Site| stacks.iter().any(|stack| stack.id == site.bucket.stack);
        let asset = |is_image: bool| {
            let mut assets = assembly
                .assets
                .iter()
                .filter(|asset| stacks.iter().any(|stack| stack.assets.contains(&asset.hash)));
            assets.any(|asset| matches!(asset.source, AssetSource::Image { .. }) == is_image)
        };
        let large = stacks.iter().any(|stack| stack.template.len() > INLINE_TEMPLATE);
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
        let region = match self.regions.iter().next() {
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
    pub(super) fn kinds(&self) -> SortedMap<&str, &Resource<'a>> {
        let mut kinds = SortedMap::new();
        for resource in &self.resources {
            kinds.or_insert(&*resource.kind, resource);
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
    pub(super) fn trusted_services(&self) -> SortedSet<String> {
        let mut services = SortedSet::new();
        for role in self.of_kind("AWS::IAM::Role") {
            for statement in list(&role.properties["AssumeRolePolicyDocument"]["Statement"]) {
                services.extend(texts(&statement["Principal"]["Service"]));
            }
        }
        services
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
        let mut values = Vec::new();
        values_of(&self.properties, property, &mut values);
        values
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
    let Some(Value::Object(parameters)) = template.get("Parameters") else { return Vec::new() };
    let name = |parameter: &Value| {
        let is_read = parameter["Type"].as_str()?.starts_with("AWS::SSM::Parameter::");
        parameter["Default"].as_str().filter(|_| is_read).map(str::to_owned)
    };
    parameters.values().filter_map(name).collect()
}

fn texts(value: &Value) -> Vec<String> {
    let text = |item: &Value| item.as_str().or_else(|| item["Name"].as_str()).map(str::to_owned);
    list(value).iter().filter_map(text).collect()
}

fn values_of<'v>(value: &'v Value, property: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| values_of(item, property, found)),
        Value::Object(map) => {
            for (name, value) in map {
                if name == property { found.push(value) } else { values_of(value, property, found) }
            }
        }
        _ => {}
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
