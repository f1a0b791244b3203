//! The bootstrap stacks of the CDK, which folders rely on that it wrote, and stages that want so.

use std::collections::BTreeMap;

use formwork_assembly::{Bootstrap, Diagnostic, code, folder::BootstrapVersion};
use serde_json::{Value, json};

use super::{
    home::Home,
    small_stack::{Order, SmallStack, Trouble},
};
use crate::deploy::{
    Failure, Session, Target,
    cloud::{Answer, Call, Cloud, Fault, FaultKind},
    patience::persist,
};
use crate::shell;

/// The stack that stands in for a bootstrap on a local server.
const LOCAL_STACK: &str = "CDKToolkit";

/// Makes sure that each bootstrap is there, and new enough. Each comes with a stack whose role may look.
pub(super) async fn check<C: Cloud>(
    session: &Session<C>,
    target: &Target,
    bootstraps: &BTreeMap<(Home, BootstrapVersion), String>,
) -> Result<(), Failure> {
    let mut found = Vec::new();
    for ((home, bootstrap), stack) in bootstraps {
        let desk = session.desks.get(stack);
        let cloud = desk.cloned().unwrap_or_else(|| session.cloud.in_region(&home.region));
        let is = match persist(session, async || version(&cloud, &bootstrap.parameter).await).await {
            Ok(None) if session.local.is_some() => {
                pretend(session, &cloud, home, bootstrap).await?;
                continue;
            }
            Ok(is) => is,
            Err(fault) if fault.kind == FaultKind::Denied => {
                let help = "it is taken for granted that `cdk bootstrap` was run";
                session.teller.warn(fault.warning(help));
                continue;
            }
            Err(fault) => return Err(fault.into()),
        };
        if is.is_none_or(|is| is < bootstrap.version) {
            found.push(missing(target, home, bootstrap, is));
        }
    }
    Failure::unless_empty(found)
}

/// True where there is a bootstrap that could be used. Whoever may not look sees none.
pub(super) async fn is_there<C: Cloud>(cloud: &C, bootstrap: &Bootstrap) -> bool {
    let Some(parameter) = bootstrap.version_parameter() else { return false };
    let version = version(cloud, &parameter).await;
    version.is_ok_and(|version| version.is_some_and(|version| version >= Bootstrap::CDK_VERSION))
}

/// The version of a bootstrap; none where it is not there.
async fn version<C: Cloud>(cloud: &C, parameter: &str) -> Answer<Option<u32>> {
    let call = Call::Json {
        service: "ssm",
        host: "ssm",
        target: "AmazonSSM.GetParameter",
        body: json!({ "Name": parameter }),
    };
    match cloud.call(&call).await {
        Ok(answer) => {
            let version = answer.pointer("/Parameter/Value").and_then(Value::as_str);
            Ok(Some(version.and_then(|version| version.parse().ok()).unwrap_or(0)))
        }
        Err(fault) if fault.kind == FaultKind::Missing => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn missing(target: &Target, home: &Home, bootstrap: &BootstrapVersion, is: Option<u32>) -> Diagnostic {
    let BootstrapVersion { parameter, version } = bootstrap;
    let what = match is {
        None => "is not there".to_owned(),
        Some(is) => format!("has version {is}, not {version}"),
    };
    let message = format!("the bootstrap stack of the CDK behind `{parameter}` {what}");
    let qualifier = match Bootstrap::of_version_parameter(parameter) {
        Some(Bootstrap::Cdk { qualifier }) if Bootstrap::cdk() != Bootstrap::cdk_qualified(&*qualifier) => {
            format!(" --qualifier {}", shell::word(&qualifier))
        }
        _ => String::new(),
    };
    let mut help =
        format!("run `cdk bootstrap{qualifier} aws://{}/{}`, then deploy again", home.account, home.region);
    if target.assembly.bootstrap.is_some() {
        help.push_str("; or take `bootstrap` out of the stage, and Formwork makes a small stack of its own");
    }
    Diagnostic::error(&code::BOOTSTRAP_MISSING, message).help(help)
}

/// Makes what a bootstrap has in a local server, where there are no roles to be careful with.
async fn pretend<C: Cloud>(
    session: &Session<C>,
    cloud: &C,
    home: &Home,
    bootstrap: &BootstrapVersion,
) -> Result<(), Failure> {
    let (parameter, Home { account, region, .. }) = (&bootstrap.parameter, home);
    let Some(names) = Bootstrap::of_version_parameter(parameter) else { return Ok(()) };
    let template = json!({ "Resources": {
        "Bucket": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": names.bucket(account, region) } },
        "Repository": { "Type": "AWS::ECR::Repository", "Properties": {
            "RepositoryName": names.repository(account, region),
        } },
        "Version": { "Type": "AWS::SSM::Parameter", "Properties": {
            "Name": parameter, "Type": "String", "Value": bootstrap.version.to_string(),
        } },
    } });
    let stack = SmallStack {
        name: LOCAL_STACK,
        description: "what a bootstrap of the CDK has for assets",
        template: template.to_string(),
    };
    stack.carry_out(session, cloud, Order::Create, 0).await.map_err(|trouble| match trouble {
        Trouble::Overtaken(fault) | Trouble::Fault(fault) => fault.into(),
        Trouble::Failed(reason) => {
            Fault::new(FaultKind::Invalid, "cloudformation:ExecuteChangeSet", reason).into()
        }
    })
}
