//! The attributes of a load balancer: free text to CloudFormation, options to us.

use formwork_cfn::elasticloadbalancingv2::load_balancer as property;
use formwork_synth::{IntoValue, Scope};

use super::{AlbLogs, AlbOptions, ForwardedFor};
use crate::{AccessLogBucket, AccessLogBucketRef};

impl AlbOptions {
    /// Where the logs go.
    pub(super) fn log_bucket(&self, scope: &mut Scope<'_>) -> Option<AccessLogBucketRef> {
        match &self.logs {
            AlbLogs::To(bucket) => return Some(bucket.clone()),
            AlbLogs::Nowhere(_) => return None,
            AlbLogs::ByStage if !scope.stage().is_protected() => return None,
            AlbLogs::ByStage | AlbLogs::Own => {}
        }
        Some(scope.add("AccessLogs", AccessLogBucket::new()))
    }

    /// What the load balancer is told beside its place.
    pub(super) fn attributes(
        &self,
        scope: &Scope<'_>,
        logs: Option<&AccessLogBucketRef>,
    ) -> Vec<property::LoadBalancerAttribute> {
        let protected = scope.stage().is_protected() && self.unprotected.is_none();
        let mut attributes = vec![
            attribute("deletion_protection.enabled", protected.to_string()),
            attribute("routing.http.desync_mitigation_mode", self.desync.name()),
            attribute("routing.http.drop_invalid_header_fields.enabled", "true"),
        ];
        if let Some(seconds) = self.idle_seconds {
            attributes.push(attribute("idle_timeout.timeout_seconds", seconds.to_string()));
        }
        if let Some(seconds) = self.keep_alive_seconds {
            attributes.push(attribute("client_keep_alive.seconds", seconds.to_string()));
        }
        if self.forwarded_for != ForwardedFor::Append {
            attributes.push(attribute("routing.http.xff_header_processing.mode", self.forwarded_for.name()));
        }
        for (wanted, key) in [
            (self.preserve_host, "routing.http.preserve_host_header.enabled"),
            (self.waf_fail_open, "waf.fail_open.enabled"),
            (self.zonal_shift, "zonal_shift.config.enabled"),
        ] {
            if wanted {
                attributes.push(attribute(key, "true"));
            }
        }
        if let Some(logs) = logs {
            for (enabled, bucket) in [
                ("access_logs.s3.enabled", "access_logs.s3.bucket"),
                ("connection_logs.s3.enabled", "connection_logs.s3.bucket"),
                ("health_check_logs.s3.enabled", "health_check_logs.s3.bucket"),
            ] {
                attributes.push(attribute(enabled, "true"));
                attributes.push(attribute(bucket, &logs.name));
            }
        }
        attributes
    }
}

fn attribute(key: &'static str, value: impl IntoValue<String>) -> property::LoadBalancerAttribute {
    property::LoadBalancerAttribute::new().key(key).value(value)
}
