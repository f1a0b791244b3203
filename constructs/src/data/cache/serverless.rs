//! A cache without servers to choose.

use formwork_cfn::elasticache::{self, serverless_cache as property};
use formwork_synth::{Scope, sub};

use super::{Cache, CacheEngine, CacheResource, Place, login::Access, watch::Watched};
use crate::{protection::keep_if_protected, unique_name::UniqueName};

/// The most letters in the name.
const LONGEST: usize = 40;

impl Cache {
    /// Adds the cache, and says what of it is watched.
    pub(super) fn serverless(
        &self,
        scope: &mut Scope<'_>,
        place: &Place,
        access: Option<&Access>,
    ) -> (CacheResource, Watched) {
        let version = match self.engine {
            CacheEngine::Memcached => "1.6",
            CacheEngine::RedisOss => "7",
            CacheEngine::Valkey => "8",
        };
        let mut cache = elasticache::ServerlessCache::new()
            .engine(self.engine.name())
            .major_engine_version(version)
            .serverless_cache_name(UniqueName::up_to(scope, LONGEST).within("", ""))
            .description(scope.path())
            .security_group_ids([&place.security_group.id])
            .subnet_ids(place.three_subnets());
        let protected = scope.stage().is_protected();
        let storage = self.storage.or((!protected).then_some(5));
        let ecpu = self.ecpu.or((!protected).then_some(5000));
        let mut limits = property::CacheUsageLimits::new();
        if let Some(gigabytes) = storage {
            let unit = property::DataStorage::new().unit(property::DataStorageUnit::Gb);
            limits = limits.data_storage(unit.maximum(gigabytes));
        }
        if let Some(ecpu) = ecpu {
            limits = limits.ecpu_per_second(property::EcpuPerSecond::new().maximum(ecpu));
        }
        if storage.is_some() || ecpu.is_some() {
            cache = cache.cache_usage_limits(limits);
        }
        if let Some(access) = access {
            cache = cache.user_group_id(access.group.reference());
        }
        if let Some(key) = &self.key {
            cache = cache.kms_key_id(&key.arn);
        }
        let days = self.kept_days(scope);
        if days > 0 {
            cache = cache.snapshot_retention_limit(days);
        }
        if let Some(window) = self.snapshot_window {
            cache = cache.daily_snapshot_time(window.start());
        }
        let cache = self.monitoring.note(keep_if_protected(scope, cache));
        let cache = scope.in_place(cache);
        let watched = Watched::Serverless { name: sub!("{}", cache.reference()), storage, ecpu };
        (CacheResource::Serverless(cache), watched)
    }
}
