//! A repository of ECR for the images of containers.
//!
//! Makes one `AWS::ECR::Repository`.
//!
//! Defaults: tags that cannot be moved; every image scanned when it is pushed; encrypted with the account's own key for ECR; the newest 15 tagged
//! images are kept, and untagged ones for 7 days; kept on deletion in a protected stage, and deleted with its images in any other.

use formwork_assembly::{Diagnostic, code};
use formwork_cfn::{
    ecr::{self, repository as property},
    kind,
};
use formwork_synth::{Attr, Construct, Expr, Grant, IntoValue, Scope, Str, Text, intrinsic, sub};
use serde_json::json;

use crate::{KeyRef, each::each, protection::keep_if_protected};

/// A repository for images.
///
/// ```
/// # use formwork_constructs::{FargateService, Image, Repository, Vpc};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let vpc = shop.add("Vpc", Vpc::across_azs(2));
/// let images = shop.add("Images", Repository::new().keep(30));
/// let api = shop.add("Api", FargateService::new(&vpc, Image::from_ecr_tag(&images, "1.4.2")));
/// shop.output("EcrRepositoryUri", &images.uri);
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonECR/latest/userguide/Repositories.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct Repository {
    name: Option<Str>,
    tags: Tags,
    images: u32,
    untagged_days: u32,
    own_policy: Option<String>,
    key: Option<KeyRef>,
}

/// Whether a tag can be moved from one image to another.
#[derive(Clone, Debug)]
enum Tags {
    Immutable,
    Mutable,
    /// Only those that match.
    MutableWhere(Vec<Str>),
}

/// A repository of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct RepositoryRef {
    /// Its name.
    pub name: Attr<kind::EcrRepositoryName>,
    /// Its ARN.
    pub arn: Text,
    /// What images in it are named by, before the `:` of a tag or the `@` of a digest.
    pub uri: Text,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<ecr::RepositoryRef>,
}

impl Default for Repository {
    fn default() -> Self {
        Self::new()
    }
}

impl Repository {
    /// A repository with immutable tags, whose name CloudFormation makes.
    pub fn new() -> Self {
        Self { name: None, tags: Tags::Immutable, images: 15, untagged_days: 7, own_policy: None, key: None }
    }

    /// Sets the name. A change replaces the repository. Default: made by CloudFormation.
    pub fn name(mut self, name: impl Into<Str>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Encrypts with a key of one's own. A change replaces the repository. Default: the account's own key for ECR.
    pub fn key(mut self, key: &KeyRef) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Lets every tag be moved to another image, so that a tag no longer says what runs. Default: no tag can.
    pub fn mutable_tags(mut self) -> Self {
        self.tags = Tags::Mutable;
        self
    }

    /// Lets tags be moved that match, such as `latest` or `cache-*`; up to five patterns. Default: no tag can.
    pub fn mutable_tag(mut self, pattern: impl Into<Str>) -> Self {
        match &mut self.tags {
            Tags::MutableWhere(patterns) => patterns.push(pattern.into()),
            _ => self.tags = Tags::MutableWhere(vec![pattern.into()]),
        }
        self
    }

    /// Sets how many tagged images are kept. Default: 15.
    pub fn keep(mut self, images: u32) -> Self {
        self.images = images;
        self
    }

    /// Sets after how many days an image without a tag is deleted. Default: 7.
    pub fn keep_untagged(mut self, days: u32) -> Self {
        self.untagged_days = days;
        self
    }

    /// Sets the lifecycle policy as ECR's own JSON, in place of what [`keep`](Self::keep) and [`keep_untagged`](Self::keep_untagged) say.
    ///
    /// See <https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html>.
    pub fn lifecycle_policy(mut self, json: impl Into<String>) -> Self {
        self.own_policy = Some(json.into());
        self
    }

    /// The lifecycle policy as JSON text. ECR expires an image by the first rule, in the order of priority, that it falls under.
    fn policy(&self, scope: &mut Scope<'_>) -> String {
        let Self { images, untagged_days, .. } = self;
        if let Some(text) = &self.own_policy {
            return own_policy(scope, text);
        }
        if *images == 0 || *untagged_days == 0 {
            let message = "a repository cannot keep nothing";
            let help = "keep at least one image, and untagged ones for at least a day";
            scope.report(Diagnostic::error(&code::LIFECYCLE_POLICY, message).help(help));
        }
        let untagged = json!({
            "tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": untagged_days,
        });
        let any = json!({"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": images});
        let rule = |priority: u32, description: String, selection: serde_json::Value| {
            let action = json!({"type": "expire"});
            json!({"rulePriority": priority, "description": description, "selection": selection, "action": action})
        };
        let rules = [
            rule(1, format!("untagged images go after {untagged_days} days"), untagged),
            rule(2, format!("the newest {images} images stay"), any),
        ];
        json!({"rules": rules}).to_string()
    }
}

/// A policy of the user's, without its spaces. What is none is reported.
fn own_policy(scope: &mut Scope<'_>, text: &str) -> String {
    let parsed: Result<serde_json::Value, _> = serde_json::from_str(text);
    let problem = match &parsed {
        Err(error) => Some(format!("the lifecycle policy is not JSON: {error}")),
        Ok(policy) => match policy["rules"].as_array() {
            None => Some("the lifecycle policy has no list of `rules`".to_owned()),
            Some(rules) if rules.is_empty() => Some("the lifecycle policy has no rule".to_owned()),
            Some(_) => None,
        },
    };
    if let Some(message) = problem {
        let help = "write it as ECR does: `{\"rules\": [{\"rulePriority\": 1, \"selection\": {…}, \"action\": {\"type\": \"expire\"}}]}`";
        scope.report(Diagnostic::error(&code::LIFECYCLE_POLICY, message).help(help));
    }
    parsed.map_or_else(|_| text.to_owned(), |policy| policy.to_string())
}

impl Construct for Repository {
    type Handle = RepositoryRef;

    fn build(self, scope: &mut Scope<'_>) -> RepositoryRef {
        let policy = self.policy(scope);
        let mut encryption = property::EncryptionConfiguration::new()
            .encryption_type(property::EncryptionConfigurationEncryptionType::Kms);
        if let Some(key) = &self.key {
            encryption = encryption.kms_key(&key.arn);
        }
        let mut repository = ecr::Repository::new()
            .encryption_configuration(encryption)
            .image_scanning_configuration(property::ImageScanningConfiguration::new().scan_on_push(true))
            .lifecycle_policy(property::LifecyclePolicy::new().lifecycle_policy_text(policy));
        repository = match self.tags {
            Tags::Immutable => repository.image_tag_mutability(property::ImageTagMutability::Immutable),
            Tags::Mutable => repository.image_tag_mutability(property::ImageTagMutability::Mutable),
            Tags::MutableWhere(patterns) => {
                let filter = |pattern: Str| {
                    property::ImageTagMutabilityExclusionFilter::new()
                        .image_tag_mutability_exclusion_filter_type(
                            property::ImageTagMutabilityExclusionFilterImageTagMutabilityExclusionFilterType::Wildcard,
                        )
                        .image_tag_mutability_exclusion_filter_value(pattern)
                };
                repository
                    .image_tag_mutability(property::ImageTagMutability::ImmutableWithExclusion)
                    .image_tag_mutability_exclusion_filters(each(patterns, filter))
            }
        };
        if let Some(name) = self.name {
            repository = repository.repository_name(name);
        }
        if !scope.stage().is_protected() {
            // A repository with images in it cannot be deleted otherwise.
            repository = repository.empty_on_delete(true);
        }
        let repository = keep_if_protected(scope, repository);
        let resource = scope.in_place(repository);
        RepositoryRef {
            name: resource.reference(),
            arn: sub!("{}", resource.arn()),
            uri: sub!("{}", resource.repository_uri()),
            resource: Some(resource),
        }
    }
}

impl RepositoryRef {
    /// A repository that exists already in the account and region of the stack.
    pub fn existing(name: impl Into<Str>) -> Self {
        Self::at(&intrinsic::account_id(), &intrinsic::region(), Attr::existing(name))
    }

    /// The one that images of the app are published to.
    pub(crate) fn of_assets(scope: &Scope<'_>) -> Self {
        let name: Expr = IntoValue::<kind::EcrRepositoryName>::into_expr(scope.asset_repository());
        let name = Attr::from_expr(name);
        Self::at(&intrinsic::account_id(), &intrinsic::region(), name)
    }

    /// A repository that exists already in another account or region. Its own policy must let the account pull.
    pub fn existing_in(
        account: impl IntoValue<String>,
        region: impl IntoValue<String>,
        name: impl Into<Str>,
    ) -> Self {
        let (account, region) = (Text::from_expr(account.into_expr()), Text::from_expr(region.into_expr()));
        Self::at(&account, &region, Attr::existing(name))
    }

    fn at(account: &Text, region: &Text, name: Attr<kind::EcrRepositoryName>) -> Self {
        let (partition, domain) = (intrinsic::partition(), intrinsic::url_suffix());
        Self {
            arn: sub!("arn:{}:ecr:{}:{}:repository/{}", partition, region, account, &name),
            uri: sub!("{}.dkr.ecr.{}.{}/{}", account, region, domain, &name),
            name,
            resource: None,
        }
    }

    /// Permission to pull images, and nothing else.
    pub fn pull(&self) -> Grant {
        let layers = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
        Grant::allow(layers, [&self.arn]).and(login())
    }

    /// Permission to push images, and to pull what they are built on; not to delete any.
    pub fn push(&self) -> Grant {
        let layers = [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:CompleteLayerUpload",
            "ecr:GetDownloadUrlForLayer",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
        ];
        Grant::allow(layers, [&self.arn]).and(login())
    }
}

/// Permission to log in. The token is for the whole registry: AWS has no resource to name here.
fn login() -> Grant {
    Grant::allow(["ecr:GetAuthorizationToken"], ["*"])
}

#[cfg(test)]
mod tests {
    use formwork_synth::{App, Stage, testing};

    use super::*;
    use crate::{
        Key, Role,
        testing::{any_combination, snapshot},
    };

    #[test]
    fn repository() {
        snapshot("repository", |shop| {
            let images = shop.add("Images", Repository::new());
            shop.add(
                "Cache",
                Repository::new().name("shop/cache").mutable_tag("latest").mutable_tag("cache-*"),
            );
            let builder = shop.add("Builder", Role::for_service("codebuild.amazonaws.com"));
            shop.grant(&builder, images.push());
            shop.grant(&builder, RepositoryRef::existing("base").pull());
            shop.grant(&builder, RepositoryRef::existing_in("123456789012", "us-east-1", "golden").pull());
        });
    }

    #[test]
    fn any_repository() {
        any_combination(|shop, pick| {
            let mut repository = Repository::new();
            repository = pick.maybe(repository, |repository| repository.name("shop/images"));
            repository = pick.maybe(repository, Repository::mutable_tags);
            repository = pick.maybe(repository, |repository| repository.mutable_tag("latest"));
            repository = pick.maybe(repository, |repository| repository.keep(3));
            let key = shop.add("Key", Key::new("encrypts images"));
            repository = pick.maybe(repository, |repository| repository.key(&key));
            repository = pick.maybe(repository, |repository| repository.keep_untagged(1));
            repository = pick.maybe(repository, |repository| {
                let selection =
                    json!({"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5});
                let rule = json!({"rulePriority": 1, "selection": selection, "action": {"type": "expire"}});
                repository.lifecycle_policy(json!({"rules": [rule]}).to_string())
            });
            shop.add("Images", repository);
        });
    }

    #[test]
    fn refuses_what_is_no_policy() {
        for (policy, message) in [
            ("{\"rules\": [", "is not JSON"),
            ("[]", "has no list of `rules`"),
            ("{\"rules\": []}", "has no rule"),
        ] {
            let mut app = App::new("shop", &Stage::new("dev"));
            app.stack("Shop").add("Images", Repository::new().lifecycle_policy(policy));
            let found = testing::findings(app);
            assert!(found.contains("FW3528") && found.contains(message), "{policy}: {found}");
        }
    }
}
