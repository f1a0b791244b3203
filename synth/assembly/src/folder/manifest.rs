//! `manifest.json`: the part of the CDK cloud assembly format that Formwork writes, as it is read, and as its schema says.
//!
//! Version 36.0.0, the last that every CDK command line since 2024 accepts; fields that are younger are not used.

use serde::{Deserialize, Serialize};

use crate::SortedMap;

/// The version of the format.
pub(super) const VERSION: &str = "36.0.0";

/// All that is in the folder.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Manifest {
    /// The version of the format: `36.0.0`.
    pub version: String,
    /// Stacks and lists of assets by their ids.
    pub artifacts: SortedMap<String, Artifact>,
}

/// One thing in the folder.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type")]
pub enum Artifact {
    /// A stack.
    #[serde(rename = "aws:cloudformation:stack")]
    Stack(Box<StackArtifact>),
    /// What a stack needs to be published.
    #[serde(rename = "cdk:asset-manifest")]
    Assets(AssetsArtifact),
    /// A folder of stacks within the folder, as the CDK writes one for each of its stages.
    #[serde(rename = "cdk:cloud-assembly")]
    Assembly(AssemblyArtifact),
    /// Something that other tools have put there.
    #[serde(other)]
    Unknown,
}

/// A stack in the folder.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StackArtifact {
    /// `aws://ACCOUNT/REGION`, with `unknown-account` and `unknown-region` where the stage does not say.
    pub environment: String,
    /// What to deploy.
    pub properties: StackProperties,
    /// The ids of the artifacts that come first: its assets, and other stacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<String>,
    /// Notes by construct path: the logical id of each resource.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub metadata: SortedMap<String, Vec<Note>>,
    /// What to call it for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[allow(dead_code, reason = "for the CDK")]
    pub display_name: Option<String>,
}

/// What CloudFormation is told about a stack.
#[derive(Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StackProperties {
    /// The template, relative to the folder.
    pub template_file: String,
    /// The name in CloudFormation. The CDK leaves it out where it is the id.
    #[serde(default)]
    pub stack_name: String,
    /// Stack tags.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub tags: SortedMap<String, String>,
    /// Whether CloudFormation refuses to delete the stack.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub termination_protection: bool,
    /// Where the template is published, for one that is too large to be sent along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack_template_asset_object_url: Option<String>,
    /// The role that asks CloudFormation, of a bootstrap of the CDK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assume_role_arn: Option<String>,
    /// The role that CloudFormation acts with, of a bootstrap of the CDK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud_formation_execution_role_arn: Option<String>,
    /// The role that looks at what is there, of a bootstrap of the CDK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookup_role: Option<LookupRole>,
    /// The least version of the bootstrap stack of the CDK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires_bootstrap_stack_version: Option<u32>,
    /// The parameter in which the version of the bootstrap stack of the CDK stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap_stack_version_ssm_parameter: Option<String>,
}

/// A role that looks at what is there.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LookupRole {
    /// Its ARN.
    #[serde(default)]
    pub arn: String,
    /// The least version of the bootstrap stack that has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires_bootstrap_stack_version: Option<u32>,
    /// The parameter in which that version stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap_stack_version_ssm_parameter: Option<String>,
}

/// A note about a construct.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Note {
    /// `aws:cdk:logicalId`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The logical id.
    #[serde(default)]
    pub data: serde_json::Value,
}

/// An assembly within the assembly.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AssemblyArtifact {
    /// Where it is.
    pub properties: AssemblyProperties,
}

/// Where an assembly within the assembly is.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AssemblyProperties {
    /// The folder, relative to this one.
    pub directory_name: String,
}

/// A list of assets in the folder.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AssetsArtifact {
    /// Where the list is.
    pub properties: AssetsProperties,
}

/// Where a list of assets is.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AssetsProperties {
    /// The list, relative to the folder.
    pub file: String,
    /// The least version of the bootstrap stack of the CDK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requires_bootstrap_stack_version: Option<u32>,
    /// The parameter in which that version stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bootstrap_stack_version_ssm_parameter: Option<String>,
}

/// `aws://ACCOUNT/REGION` for what is known.
pub(super) fn environment(account: Option<&str>, region: Option<&str>) -> String {
    format!("aws://{}/{}", account.unwrap_or("unknown-account"), region.unwrap_or("unknown-region"))
}

/// Account and region of an environment, none where it is not known.
pub(super) fn account_and_region(environment: &str) -> Option<(Option<String>, Option<String>)> {
    let (account, region) = environment.strip_prefix("aws://")?.split_once('/')?;
    let known = |name: &str, unknown| (name != unknown).then(|| name.to_owned());
    Some((known(account, "unknown-account"), known(region, "unknown-region")))
}
