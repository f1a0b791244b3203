//! Where the image of a container comes from, and what it takes to pull it.

use formwork_assembly::{AssetSource, Diagnostic, code, sort_by};
use formwork_cfn::ecs::task_definition::RuntimePlatformCpuArchitecture;
use formwork_synth::{Expr, Grant, IntoValue, Parameter, Scope, SecretValue, Str, Text, Value, sub};

use super::credential::credential_in;
use crate::{RepositoryRef, each::each};

/// The processor that an image is built for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Architecture {
    /// Graviton: cheaper for the same work. The default of an image that is built from a directory.
    #[default]
    Arm64,
    /// Intel and AMD. The default of every other image.
    X86_64,
}

/// The image of a container.
///
/// | who builds it | and names it | constructor |
/// | --- | --- | --- |
/// | `deploy` | by its content | [`from_directory`](Self::from_directory) |
/// | somebody else | here | [`from_registry`](Self::from_registry) |
/// | a pipeline | here, after each build | [`from_ecr`](Self::from_ecr), [`from_ecr_tag`](Self::from_ecr_tag) |
/// | a pipeline | as a parameter of each deployment | [`from_parameter`](Self::from_parameter) |
/// | a pipeline | in Parameter Store, for the next deployment | [`from_ssm_parameter`](Self::from_ssm_parameter) |
/// | a pipeline | to ECS, past CloudFormation | [`managed_elsewhere`](Self::managed_elsewhere) |
#[derive(Clone, Debug)]
pub struct Image {
    source: Source,
    architecture: Option<Architecture>,
    /// The repositories that it may come from, beside the one that its source names.
    repositories: Vec<RepositoryRef>,
    credentials: Option<SecretValue>,
    managed_elsewhere: bool,
    /// The setters that were called although there is nothing to build.
    misplaced: Vec<&'static str>,
}

#[derive(Clone, Debug)]
enum Source {
    Directory {
        directory: String,
        dockerfile: String,
        target: Option<String>,
        build_args: Vec<(String, String)>,
    },
    Name(Expr),
    Digest(RepositoryRef, Str),
    Tag(RepositoryRef, Expr),
    Parameter(RepositoryRef, Str),
    SsmParameter(Str),
}

impl Image {
    /// An image that `deploy` builds from a directory with a Dockerfile and pushes under its content hash before the stack needs it.
    ///
    /// The directory is relative to the package of the app. Files that `.dockerignore` names do not count.
    pub fn from_directory(directory: impl Into<String>) -> Self {
        Self::from_source(Source::Directory {
            directory: directory.into(),
            dockerfile: "Dockerfile".to_owned(),
            target: None,
            build_args: Vec::new(),
        })
    }

    /// An image that lies in a registry already: `public.ecr.aws/nginx/nginx@sha256:…`. A digest names the same image for ever, a tag does not.
    pub fn from_registry(name: impl IntoValue<String>) -> Self {
        Self::from_source(Source::Name(name.into_expr()))
    }

    /// An image in a repository of ECR by its digest, `sha256:…`, which names the same image for ever.
    pub fn from_ecr(repository: &RepositoryRef, digest: impl Into<Str>) -> Self {
        Self::from_source(Source::Digest(repository.clone(), digest.into()))
    }

    /// An image in a repository of ECR by its tag, which names the same image for ever where the repository has immutable tags. A parameter
    /// of the stack can be the tag of several services.
    pub fn from_ecr_tag(repository: &RepositoryRef, tag: impl IntoValue<String>) -> Self {
        Self::from_source(Source::Tag(repository.clone(), tag.into_expr()))
    }

    /// An image in a repository of ECR whose tag is given at each deployment of the stack, by a template parameter of this id.
    ///
    /// The id of the parameter begins with that of the service: `ApiImageTag` for the service `Api` and the parameter `ImageTag`.
    pub fn from_parameter(repository: &RepositoryRef, id: impl Into<Str>) -> Self {
        Self::from_source(Source::Parameter(repository.clone(), id.into()))
    }

    /// An image whose full name stands in a plain parameter of the SSM Parameter Store, looked up at each deployment of the stack.
    ///
    /// Where it lies in ECR, [`pulled_from`](Self::pulled_from) says in which repository.
    pub fn from_ssm_parameter(name: impl Into<Str>) -> Self {
        Self::from_source(Source::SsmParameter(name.into()))
    }

    /// An image that a pipeline replaces past CloudFormation, by a new revision of the task definition and an update of the service; this one
    /// only starts it off.
    ///
    /// The service then names the family of its task definition without a revision, so that a deployment of the stack does not bring back
    /// the image that the template knows, and old revisions stay. A change of the task in the template registers a revision with the
    /// initial image, for the pipeline to take as its pattern. It is rolled out with the next change of the service as well: let the
    /// pipeline run after such a deployment, or keep the initial image current by [`from_ssm_parameter`](Self::from_ssm_parameter).
    ///
    /// Name the repositories that the pipeline pushes to by [`pulled_from`](Self::pulled_from).
    pub fn managed_elsewhere(initial: Self) -> Self {
        Self { managed_elsewhere: true, ..initial }
    }

    fn from_source(source: Source) -> Self {
        Self {
            source,
            architecture: None,
            repositories: Vec::new(),
            credentials: None,
            managed_elsewhere: false,
            misplaced: Vec::new(),
        }
    }

    /// Sets the processor that the image is built for. Default: ARM for an image from a directory, Intel and AMD for any other.
    #[must_use]
    pub fn architecture(mut self, architecture: Architecture) -> Self {
        self.architecture = Some(architecture);
        self
    }

    /// Permits to pull from a repository of ECR, where the name of the image does not tell. Default: the one that it is named by.
    #[must_use]
    pub fn pulled_from(mut self, repository: &RepositoryRef) -> Self {
        self.repositories.push(repository.clone());
        self
    }

    /// Logs in to a private registry outside of AWS with the fields `username` and `password` of a secret in Secrets Manager. Default: no login.
    #[must_use]
    pub fn registry_login(mut self, secret: SecretValue) -> Self {
        self.credentials = Some(secret);
        self
    }

    /// Sets the Dockerfile, relative to the directory. Default: `Dockerfile`. Only for an image from a directory.
    #[must_use]
    pub fn dockerfile(mut self, file: impl Into<String>) -> Self {
        match &mut self.source {
            Source::Directory { dockerfile, .. } => *dockerfile = file.into(),
            _ => self.misplaced.push("dockerfile"),
        }
        self
    }

    /// Builds one stage of the Dockerfile. Default: the last. Only for an image from a directory.
    #[must_use]
    pub fn target(mut self, stage: impl Into<String>) -> Self {
        match &mut self.source {
            Source::Directory { target, .. } => *target = Some(stage.into()),
            _ => self.misplaced.push("target"),
        }
        self
    }

    /// Sets a build argument. It ends up in the image's history: never a secret. Only for an image from a directory.
    #[must_use]
    pub fn build_arg(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        match &mut self.source {
            Source::Directory { build_args, .. } => {
                build_args.push((name.into(), value.into()));
                sort_by(build_args, Ord::cmp);
            }
            _ => self.misplaced.push("build_arg"),
        }
        self
    }

    /// Records what is to be built, and returns the name of the image.
    pub(crate) fn resolve(self, scope: &mut Scope<'_>) -> ResolvedImage {
        for setter in &self.misplaced {
            let message = format!("`.{setter}(…)` is said of an image that is not built");
            let help = "drop it, or build the image with `Image::from_directory(…)`";
            scope.report(Diagnostic::error(&code::IMAGE_OPTION, message).help(help));
        }
        let mut pull: Vec<Grant> = each(&self.repositories, RepositoryRef::pull);
        let is_built = matches!(self.source, Source::Directory { .. });
        let default = if is_built { Architecture::Arm64 } else { Architecture::X86_64 };
        let architecture = self.architecture.unwrap_or(default);
        let (name, version) = match self.source {
            Source::Directory { directory, dockerfile, target, build_args } => {
                check_arguments(scope, &build_args);
                let platform = architecture.platform().to_owned();
                let source = AssetSource::Image { directory, dockerfile, target, platform, build_args };
                let hash = scope.asset("Image", source);
                let repository = RepositoryRef::of_assets(scope);
                pull.push(repository.pull());
                (sub!("{}:{}", &repository.uri, &hash), Some(hash))
            }
            Source::Name(name) => (Text::from_expr(name), None),
            Source::Digest(repository, digest) => {
                check_digest(scope, &digest);
                pull.push(repository.pull());
                (sub!("{}@{}", &repository.uri, Text::from_expr(Expr::Text(digest))), None)
            }
            Source::Tag(repository, tag) => {
                if let Some(tag) = tag.as_text() {
                    check_tag(scope, tag);
                }
                pull.push(repository.pull());
                let tag = Text::from_expr(tag);
                (sub!("{}:{}", &repository.uri, &tag), Some(tag))
            }
            Source::Parameter(repository, id) => {
                pull.push(repository.pull());
                let parameter =
                    Parameter::text().description("the tag of the image to deploy").allowed_pattern(TAG);
                let tag: Value<String> = scope.parameter(id, parameter);
                let tag = Text::from_expr(tag.expr().clone());
                (sub!("{}:{}", &repository.uri, &tag), Some(tag))
            }
            Source::SsmParameter(name) => {
                let parameter =
                    Parameter::ssm(name).description("where the name of the image to deploy stands");
                let name: Value<String> = scope.parameter("ImageName", parameter);
                (Text::from_expr(name.expr().clone()), None)
            }
        };
        pull.extend(self.credentials.as_ref().map(SecretValue::read));
        ResolvedImage {
            name,
            version,
            architecture,
            fits_any: self.architecture.is_none() && !is_built,
            pull,
            credentials: self.credentials,
            managed_elsewhere: self.managed_elsewhere,
        }
    }
}

/// An image by its name.
pub(crate) struct ResolvedImage {
    pub(crate) name: Text,
    /// What tells it from others of its name, where that is known.
    pub(crate) version: Option<Text>,
    pub(crate) architecture: Architecture,
    /// True where nobody said for which processor it is built: most images in registries are built for all.
    pub(crate) fits_any: bool,
    /// What ECS needs permission for to pull it.
    pub(crate) pull: Vec<Grant>,
    pub(crate) credentials: Option<SecretValue>,
    pub(crate) managed_elsewhere: bool,
}

impl Architecture {
    /// What ECS calls it.
    pub(crate) fn property(self) -> RuntimePlatformCpuArchitecture {
        match self {
            Self::Arm64 => RuntimePlatformCpuArchitecture::Arm64,
            Self::X86_64 => RuntimePlatformCpuArchitecture::X86_64,
        }
    }

    /// What builders of images call it.
    fn platform(self) -> &'static str {
        match self {
            Self::Arm64 => "linux/arm64",
            Self::X86_64 => "linux/amd64",
        }
    }
}

/// What a tag looks like.
const TAG: &str = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";

fn check_arguments(scope: &mut Scope<'_>, arguments: &[(String, String)]) {
    for (name, value) in arguments {
        if let Some(what) = credential_in(name, &Expr::text(value.clone())) {
            let message = format!("the build argument `{name}` {what}");
            let help = "it would stay in the history of the image: let the container have it by `.secret(…)`";
            scope.report(Diagnostic::error(&code::CREDENTIAL, message).help(help));
        }
    }
}

fn check_tag(scope: &mut Scope<'_>, tag: &str) {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_tag = tag.len() <= 128
        && tag.bytes().next().is_some_and(is_word)
        && tag.bytes().all(|byte| is_word(byte) || byte == b'.' || byte == b'-');
    if !is_tag {
        let message = format!("`{}` is no tag of an image", tag.escape_debug());
        let help =
            "a tag has up to 128 letters, digits, `_`, `.` and `-`, and begins with none of the last two";
        scope.report(Diagnostic::error(&code::IMAGE_NAME, message).help(help));
    }
}

fn check_digest(scope: &mut Scope<'_>, digest: &str) {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let is_digest =
        digest.strip_prefix("sha256:").is_some_and(|hex| hex.len() == 64 && hex.bytes().all(is_hex));
    if !is_digest {
        let message = format!("`{}` is no digest of an image", digest.escape_debug());
        let help =
            "a digest is `sha256:` and 64 hexadecimal digits; a tag is given by `Image::from_ecr_tag(…)`";
        scope.report(Diagnostic::error(&code::IMAGE_NAME, message).help(help));
    }
}
