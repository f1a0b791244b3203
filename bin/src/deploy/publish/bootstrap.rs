//! The bootstrap stacks of the CDK, which folders that it wrote rely on.

use std::collections::BTreeSet;

use formwork_assembly::{Diagnostic, Severity, code, folder::Bootstrap};
use serde_json::json;

use crate::deploy::{
    Failure, FailureKind, Progress, Session,
    cloud::{Call, Cloud, FaultKind},
};

/// Makes sure that each bootstrap is there, and new enough.
pub(super) async fn check<C: Cloud>(
    session: &Session<C>,
    bootstraps: &BTreeSet<(String, Bootstrap)>,
) -> Result<(), Failure> {
    let mut found = Vec::new();
    for (region, Bootstrap { parameter, version }) in bootstraps {
        let call = Call::Json {
            service: "ssm",
            host: "ssm",
            target: "AmazonSSM.GetParameter",
            body: json!({ "Name": parameter }),
        };
        let is = match session.cloud.in_region(region).call(&call).await {
            Ok(answer) => {
                answer["Parameter"]["Value"].as_str().and_then(|is| is.parse::<u32>().ok()).unwrap_or(0)
            }
            Err(fault) if fault.kind == FaultKind::Missing || fault.code.contains("NotFound") => 0,
            Err(fault) if fault.kind == FaultKind::Denied => {
                let mut finding =
                    fault.finding().help("it is taken for granted that `cdk bootstrap` was run");
                finding.severity = Severity::Warning;
                session.teller.tell(Progress::Warning(finding));
                continue;
            }
            Err(fault) => return Err(fault.into()),
        };
        if is < *version {
            let account = &session.caller.account;
            let what =
                if is == 0 { "is not there".to_owned() } else { format!("has version {is}, not {version}") };
            let message = format!("the bootstrap stack of the CDK behind `{parameter}` {what}");
            found.push(
                Diagnostic::error(&code::BOOTSTRAP_MISSING, message)
                    .help(format!("run `cdk bootstrap aws://{account}/{region}`, then deploy again")),
            );
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Failure { kind: FailureKind::Refused, findings: found }) }
}
