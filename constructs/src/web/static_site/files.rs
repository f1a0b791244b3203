//! The files of a site: how long browsers and edges keep them, and how many releases stay.

use formwork_cfn::cloudfront;
use formwork_synth::{Scope, SiteFiles, Str};

use crate::BucketRef;

/// How long browsers and edges keep a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caching {
    /// Forever: for names that change with the content, such as `app.3f9a1c.js`.
    Forever,
    /// Browsers ask each time whether there is a newer version; edges are told.
    Checked,
    /// For some seconds, without asking.
    Seconds(u32),
    /// Not at all.
    Never,
    /// As this `Cache-Control` header says.
    Header(Str),
}

/// Where build tools put what they name after its content: Next, Nuxt, Astro and SvelteKit.
const HASHED: [&str; 4] = ["_next/static/**", "_nuxt/**", "_astro/**", "_app/immutable/**"];

#[derive(Clone, Debug)]
pub(super) struct Files {
    directory: Str,
    rules: Vec<(Str, Caching)>,
    releases: u32,
}

impl Files {
    pub(super) fn of(directory: Str) -> Self {
        Self { directory, rules: Vec::new(), releases: 3 }
    }

    pub(super) fn cache(&mut self, files: Str, caching: Caching) {
        self.rules.push((files, caching));
    }

    pub(super) fn releases(&mut self, releases: u32) {
        self.releases = releases;
    }

    pub(super) fn kept_releases(&self) -> u32 {
        self.releases
    }

    pub(super) fn rules(&self) -> &[(Str, Caching)] {
        &self.rules
    }

    /// Records the files in the assembly.
    pub(super) fn record(
        &self,
        scope: &mut Scope<'_>,
        bucket: &BucketRef,
        distribution: &cloudfront::DistributionRef,
        place: Option<&str>,
    ) {
        let Some(bucket) = &bucket.resource else { return };
        let mut files = SiteFiles::new(&*self.directory, bucket).behind(distribution).releases(self.releases);
        if let Some(place) = place {
            files = files.under(place);
        }
        for (pattern, caching) in &self.rules {
            files = files.cache(&**pattern, &*caching.header());
        }
        for pattern in HASHED {
            files = files.cache(pattern, &*Caching::Forever.header());
        }
        scope.site("Files", files.cache("**", &*Caching::Checked.header()));
    }
}

impl Caching {
    fn header(&self) -> Str {
        match self {
            Self::Forever => "public, max-age=31536000, immutable".into(),
            // An edge that is told of a new version need not ask the bucket for every visitor.
            Self::Checked => "public, max-age=0, s-maxage=86400, must-revalidate".into(),
            Self::Seconds(seconds) => format!("public, max-age={seconds}").into(),
            Self::Never => "no-store".into(),
            Self::Header(header) => header.clone(),
        }
    }
}
