//! What was changed beside the template.

/// How far a detection is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DriftDetection {
    /// `DETECTION_IN_PROGRESS`, `DETECTION_COMPLETE`, `DETECTION_FAILED`.
    pub status: String,
    /// Why it failed.
    pub reason: Option<String>,
}

/// What was changed of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceDrift {
    /// The key in the template.
    pub logical_id: String,
    /// What the service calls it.
    pub physical_id: String,
    /// `AWS::S3::Bucket`.
    pub kind: String,
    /// `IN_SYNC`, `MODIFIED`, `DELETED`, `NOT_CHECKED`.
    pub status: String,
    /// Its properties that differ.
    pub properties: Vec<DriftedProperty>,
}

/// A property that differs.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct DriftedProperty {
    /// Its place: `/VisibilityTimeout`.
    pub path: String,
    /// What the template says.
    pub expected: String,
    /// What there is.
    pub actual: String,
    /// `ADD`, `REMOVE`, `NOT_EQUAL`.
    pub difference: String,
}
