//! Sites: what to upload where, by the names that the tools know.

use formwork_assembly::{CacheRule, Site, StackResource, each};

use super::{Resolver, names::Target};
use crate::{graph::NodeId, site::SiteFiles};

impl Resolver<'_> {
    /// Notes a site for the tools. One whose files could not be read has no hash, and was reported.
    pub(super) fn site(&mut self, node: NodeId, site: SiteFiles) {
        let bucket = self.place(node, site.bucket);
        let distribution = site.distribution.map(|distribution| self.place(node, distribution));
        let (Some(bucket), Some(asset)) = (bucket, self.hashes.get(node)) else { return };
        let cache = each(site.cache, |(files, cache_control)| CacheRule { files, cache_control });
        self.sites.push(Site {
            path: self.graph.path(node),
            asset: asset.clone(),
            bucket,
            distribution: distribution.flatten(),
            place: site.place,
            cache,
            releases: site.releases,
        });
    }

    /// Where a resource stands.
    fn place(&mut self, node: NodeId, resource: NodeId) -> Option<StackResource> {
        let stack = self.names.stack(resource);
        let (Some(stack), Target::Resource(..)) = (stack, self.names.target(resource)) else {
            self.report_foreign(node);
            return None;
        };
        let logical_id = self.names.logical_id(resource).to_owned();
        Some(StackResource { stack: self.graph.node(stack).id.clone(), logical_id })
    }
}
