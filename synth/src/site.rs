//! The files of a static site: uploaded after the deployment, so that no template changes with them.

use crate::{graph::NodeId, resource::Handle};

/// A directory whose files go to a bucket of the app once its stack is deployed.
///
/// ```
/// use formwork_synth::{RawResource, SiteFiles};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let bucket = shop.add("Bucket", RawResource::new("AWS::S3::Bucket"));
/// shop.site("Files", SiteFiles::new("dist", &bucket).cache("assets/**", "public, max-age=31536000, immutable"));
/// # assert!(formwork_synth::testing::render(app).contains("immutable"));
/// ```
#[must_use = "files are not uploaded until a scope records them"]
#[derive(Clone, Debug, PartialEq)]
pub struct SiteFiles {
    pub(crate) directory: String,
    pub(crate) bucket: NodeId,
    pub(crate) distribution: Option<NodeId>,
    pub(crate) place: Option<String>,
    pub(crate) cache: Vec<(String, String)>,
    pub(crate) releases: u32,
}

impl SiteFiles {
    /// The files of a directory, for a bucket. The path counts from the directory of Cargo.toml.
    pub fn new(directory: impl Into<String>, bucket: &impl Handle) -> Self {
        Self {
            directory: directory.into(),
            bucket: bucket.id(),
            distribution: None,
            place: None,
            cache: Vec::new(),
            releases: 3,
        }
    }

    /// Names the CloudFront distribution in front of the bucket: its copies of what changed are dropped after the upload.
    pub fn behind(mut self, distribution: &impl Handle) -> Self {
        self.distribution = Some(distribution.id());
        self
    }

    /// Says where visitors find the files below that distribution, which takes it out of their paths before it asks the bucket: `static`,
    /// where `/static/app.js` is the file `app.js`. Default: at its root.
    pub fn under(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Sets the `Cache-Control` header of files whose path fits a pattern; the first rule that fits counts. `*` stands for what has no `/`
    /// in it, `**` for any directories, `?` for one character.
    pub fn cache(mut self, files: impl Into<String>, cache_control: impl Into<String>) -> Self {
        self.cache.push((files.into(), cache_control.into()));
        self
    }

    /// Sets how many releases keep their files in the bucket, the new one included. Default: 3.
    pub fn releases(mut self, releases: u32) -> Self {
        self.releases = releases;
        self
    }
}
