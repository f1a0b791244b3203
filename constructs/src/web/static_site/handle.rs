//! A site as others see it, built here or there already: where it is, what publishes it, and how it does.

use formwork_cfn::{cloudfront, kind};
use formwork_synth::{Attr, Grant, Str, Text, intrinsic, sub};

use super::{checks::HOME, watch::metric};
use crate::{BucketRef, Graph, Observe, Statistic, each::each};

/// A site with its distribution, of the app or there already.
#[derive(Clone, Debug)]
pub struct StaticSiteRef {
    /// Where it is reached: `https://` and the domain, or the distribution's own name.
    pub url: Text,
    /// The name of the distribution: `d111111abcdef8.cloudfront.net`.
    pub domain_name: Attr<kind::CloudFrontDistributionDomainName>,
    /// The id of the distribution.
    pub distribution_id: Attr<kind::CloudFrontDistributionId>,
    /// Where the files are.
    pub bucket: BucketRef,
    /// The resource itself, the distribution, to change what no option says; nothing for a site that exists already.
    pub resource: Option<cloudfront::DistributionRef>,
    /// Where the digest of a preview's user and password is put by hand, for [`Access::Password`](crate::Access::Password).
    pub password_store: Option<cloudfront::KeyValueStoreRef>,
}

/// What to know of a site that exists already, to publish it and to see how it does.
#[derive(Clone, Debug)]
pub struct ExistingSite {
    /// The domain that it is reached under.
    pub domain: Str,
    /// The name of its distribution: `d111111abcdef8.cloudfront.net`.
    pub domain_name: Str,
    /// The id of its distribution.
    pub distribution_id: Str,
    /// Where its files are.
    pub bucket: BucketRef,
}

impl StaticSiteRef {
    /// A site that exists already.
    ///
    /// ```
    /// # use formwork_constructs::{BucketRef, ExistingSite, GithubDeployRole, StaticSiteRef};
    /// # use formwork_synth::{App, Stage};
    /// # let mut app = App::new("shop", &Stage::new("dev"));
    /// # let mut shop = app.stack("Shop");
    /// let site = StaticSiteRef::existing(ExistingSite {
    ///     domain: "example.com".into(),
    ///     domain_name: "d111111abcdef8.cloudfront.net".into(),
    ///     distribution_id: "E1A2B3C4D5E6F7".into(),
    ///     bucket: BucketRef::existing("example-site"),
    /// });
    /// let deployer = shop.add("Deployer", GithubDeployRole::for_branch("acme/site", "main"));
    /// shop.grant(&deployer, site.publish());
    /// ```
    pub fn existing(site: ExistingSite) -> Self {
        Self {
            url: sub!("https://{}", site.domain.as_ref()),
            domain_name: Attr::existing(site.domain_name),
            distribution_id: Attr::existing(site.distribution_id),
            bucket: site.bucket,
            resource: None,
            password_store: None,
        }
    }

    /// Permission to upload files and to tell the edges what changed: what publishes the site by another way than `deploy`.
    pub fn publish(&self) -> Grant {
        let distribution = distribution_arn(&sub!("{}", &self.distribution_id));
        let invalidate = ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"];
        self.bucket.read_write().and(Grant::allow(invalidate, [distribution]))
    }
}

impl Observe for StaticSiteRef {
    fn graphs(&self) -> Vec<Graph> {
        let line = |name, statistic, label: &'static str| {
            metric(&self.distribution_id, name, statistic).label(label)
        };
        let requests = Graph::new("requests").metric(line("Requests", Statistic::Sum, "requests"));
        let errors = Graph::new("errors, in %")
            .metric(line("5xxErrorRate", Statistic::Average, "of the server"))
            .metric(line("4xxErrorRate", Statistic::Average, "of visitors"));
        let bytes = Graph::new("bytes").metric(line("BytesDownloaded", Statistic::Sum, "sent"));
        each([errors, requests, bytes], |graph| graph.region(HOME))
    }
}

/// The ARN of a distribution, which it does not tell itself.
pub(super) fn distribution_arn(id: &Text) -> Text {
    sub!("arn:{}:cloudfront::{}:distribution/{}", intrinsic::partition(), intrinsic::account_id(), id)
}
