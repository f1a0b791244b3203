//! Where the image of a container comes from.

use formwork_assembly::{AssetSource, Diagnostic, code, folder::REPOSITORY};
use formwork_cfn::ecs::task_definition::RuntimePlatformCpuArchitecture;
use formwork_synth::{Expr, IntoValue, Scope, Text, intrinsic, sub};

/// The processor that an image is built for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Architecture {
    /// Graviton: cheaper for the same work. The default of an image that is built from a directory.
    #[default]
    Arm64,
    /// Intel and AMD. The default of an image from a registry.
    X86_64,
}

/// The image of a container.
#[derive(Clone, Debug)]
pub struct Image {
    source: Source,
    architecture: Architecture,
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
}

impl Image {
    /// An image that `deploy` builds from a directory with a Dockerfile and pushes under its content hash before the stack needs it.
    ///
    /// The directory is relative to the package of the app. Files that `.dockerignore` names do not count.
    pub fn from_directory(directory: impl Into<String>) -> Self {
        let source = Source::Directory {
            directory: directory.into(),
            dockerfile: "Dockerfile".to_owned(),
            target: None,
            build_args: Vec::new(),
        };
        Self { source, architecture: Architecture::Arm64, misplaced: Vec::new() }
    }

    /// An image that lies in a registry already: `public.ecr.aws/nginx/nginx@sha256:…`. A digest names the same image for ever, a tag does not.
    pub fn from_registry(name: impl IntoValue<String>) -> Self {
        let source = Source::Name(name.into_expr());
        Self { source, architecture: Architecture::X86_64, misplaced: Vec::new() }
    }

    /// Sets the processor that the image is built for.
    #[must_use]
    pub fn architecture(mut self, architecture: Architecture) -> Self {
        self.architecture = architecture;
        self
    }

    /// Sets the Dockerfile, relative to the directory. Default: `Dockerfile`. Only for an image from a directory.
    #[must_use]
    pub fn dockerfile(mut self, file: impl Into<String>) -> Self {
        match &mut self.source {
            Source::Directory { dockerfile, .. } => *dockerfile = file.into(),
            Source::Name(_) => self.misplaced.push("dockerfile"),
        }
        self
    }

    /// Builds one stage of the Dockerfile. Default: the last. Only for an image from a directory.
    #[must_use]
    pub fn target(mut self, stage: impl Into<String>) -> Self {
        match &mut self.source {
            Source::Directory { target, .. } => *target = Some(stage.into()),
            Source::Name(_) => self.misplaced.push("target"),
        }
        self
    }

    /// Sets a build argument. It ends up in the image's history: never a secret. Only for an image from a directory.
    #[must_use]
    pub fn build_arg(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        match &mut self.source {
            Source::Directory { build_args, .. } => {
                build_args.push((name.into(), value.into()));
                build_args.sort();
            }
            Source::Name(_) => self.misplaced.push("build_arg"),
        }
        self
    }

    /// Records what is to be built, and returns the name of the image.
    pub(crate) fn resolve(self, scope: &mut Scope<'_>) -> ResolvedImage {
        let architecture = self.architecture;
        for setter in self.misplaced {
            let message = format!("`.{setter}(…)` is said of an image that is not built");
            let help = "drop it, or build the image with `Image::from_directory(…)`";
            scope.report(Diagnostic::error(&code::IMAGE_OPTION, message).help(help));
        }
        match self.source {
            Source::Name(name) => {
                ResolvedImage { name: Text::from_expr(name), architecture, in_our_repository: false }
            }
            Source::Directory { directory, dockerfile, target, build_args } => {
                let platform = match architecture {
                    Architecture::Arm64 => "linux/arm64",
                    Architecture::X86_64 => "linux/amd64",
                };
                let platform = platform.to_owned();
                let source = AssetSource::Image { directory, dockerfile, target, platform, build_args };
                let hash = scope.asset("Image", source);
                let name = sub!(
                    "{}.dkr.ecr.{}.{}/{}:{}",
                    intrinsic::account_id(),
                    intrinsic::region(),
                    intrinsic::url_suffix(),
                    REPOSITORY,
                    hash
                );
                ResolvedImage { name, architecture, in_our_repository: true }
            }
        }
    }
}

/// An image by its name.
pub(crate) struct ResolvedImage {
    pub(crate) name: Text,
    pub(crate) architecture: Architecture,
    /// True where ECS needs permission to pull from the repository of assets.
    pub(crate) in_our_repository: bool,
}

impl Architecture {
    /// What ECS calls it.
    pub(crate) fn property(self) -> RuntimePlatformCpuArchitecture {
        match self {
            Self::Arm64 => RuntimePlatformCpuArchitecture::Arm64,
            Self::X86_64 => RuntimePlatformCpuArchitecture::X86_64,
        }
    }
}
