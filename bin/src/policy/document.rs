//! Policy documents: statements in the words of IAM, and as many documents as their size asks for.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer, ser::SerializeSeq};

/// The characters of a managed policy, not counting white space.
pub(crate) const LARGEST: usize = 6144;

/// One document.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Document {
    version: &'static str,
    #[serde(rename = "Statement")]
    pub statements: Vec<Statement>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Statement {
    pub sid: String,
    effect: Effect,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<BTreeMap<&'static str, String>>,
    #[serde(rename = "Action", serialize_with = "one_or_many")]
    pub actions: BTreeSet<String>,
    /// None in a trust policy.
    #[serde(rename = "Resource", serialize_with = "one_or_many", skip_serializing_if = "BTreeSet::is_empty")]
    pub resources: BTreeSet<String>,
    #[serde(rename = "Condition", skip_serializing_if = "BTreeMap::is_empty")]
    conditions: BTreeMap<&'static str, BTreeMap<String, Values>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

#[derive(Clone, Debug, PartialEq)]
struct Values(BTreeSet<String>);

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        one_or_many(&self.0, serializer)
    }
}

/// IAM takes one text as well as a list; one reads better.
fn one_or_many<S: Serializer>(texts: &BTreeSet<String>, serializer: S) -> Result<S::Ok, S::Error> {
    if let (1, Some(text)) = (texts.len(), texts.first()) {
        return serializer.serialize_str(text);
    }
    let mut list = serializer.serialize_seq(Some(texts.len()))?;
    for text in texts {
        list.serialize_element(text)?;
    }
    list.end()
}

impl Document {
    pub(super) fn new(statements: impl IntoIterator<Item = Statement>) -> Self {
        Self { version: "2012-10-17", statements: statements.into_iter().collect() }
    }

    /// Its characters as IAM counts them.
    pub(crate) fn size(&self) -> usize {
        size(self)
    }
}

impl Statement {
    pub(super) fn allow<A: Into<String>, R: Into<String>>(
        sid: &str,
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Self {
        Self {
            sid: sid.to_owned(),
            effect: Effect::Allow,
            principal: None,
            actions: actions.into_iter().map(Into::into).collect(),
            resources: resources.into_iter().map(Into::into).collect(),
            conditions: BTreeMap::new(),
        }
    }

    /// Forbids what other policies of the same role may allow.
    pub(super) fn deny<A: Into<String>>(
        sid: &str,
        actions: impl IntoIterator<Item = A>,
        resources: &[String],
    ) -> Self {
        Self { effect: Effect::Deny, ..Self::allow(sid, actions, resources) }
    }

    /// In a trust policy: who.
    pub(super) fn trust(sid: &str, sort: &'static str, who: impl Into<String>, action: &str) -> Self {
        let none: [String; 0] = [];
        Self { principal: Some(BTreeMap::from([(sort, who.into())])), ..Self::allow(sid, [action], none) }
    }

    /// Only where a condition holds.
    pub(super) fn when<V: Into<String>>(
        mut self,
        operator: &'static str,
        key: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = Values(values.into_iter().map(Into::into).collect());
        self.conditions.entry(operator).or_default().insert(key.into(), values);
        self
    }

    /// True where it forbids.
    pub(crate) fn denies(&self) -> bool {
        self.effect == Effect::Deny
    }
}

/// The statements in as few documents as their order allows. A statement that is too large for one is divided by its actions.
pub(super) fn split(statements: Vec<Statement>) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    for statement in statements.into_iter().flat_map(divide) {
        match documents.last_mut() {
            Some(last) if last.size() + size(&statement) < LARGEST => last.statements.push(statement),
            _ => documents.push(Document::new([statement])),
        }
    }
    documents
}

fn divide(statement: Statement) -> Vec<Statement> {
    if Document::new([statement.clone()]).size() <= LARGEST || statement.actions.len() < 2 {
        return vec![statement];
    }
    let mut actions: Vec<String> = statement.actions.iter().cloned().collect();
    let rest = actions.split_off(actions.len() / 2);
    let part = |sid, actions: Vec<String>| Statement {
        sid: format!("{}{sid}", statement.sid),
        actions: actions.into_iter().collect(),
        ..statement.clone()
    };
    [part("A", actions), part("B", rest)].into_iter().flat_map(divide).collect()
}

fn size(value: &impl Serialize) -> usize {
    serde_json::to_string(value).map_or(0, |text| text.chars().filter(|char| !char.is_whitespace()).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(sid: &str, actions: usize) -> Statement {
        Statement::allow(sid, (0..actions).map(|number| format!("ec2:DoSomething{number:04}")), ["*"])
    }

    #[test]
    fn documents_are_as_few_as_fit() {
        let documents = split(vec![statement("One", 100), statement("Two", 100), statement("Three", 100)]);
        let sids =
            |document: &Document| document.statements.iter().map(|one| one.sid.clone()).collect::<Vec<_>>();
        assert_eq!(documents.iter().map(sids).collect::<Vec<_>>(), [vec!["One", "Two"], vec!["Three"]]);
    }

    #[test]
    fn a_large_statement_is_divided_and_loses_nothing() {
        let documents = split(vec![statement("Much", 1000)]);
        assert!(documents.len() > 3 && documents.iter().all(|document| document.size() <= LARGEST));
        let statements: Vec<&Statement> =
            documents.iter().flat_map(|document| &document.statements).collect();
        let actions: usize = statements.iter().map(|one| one.actions.len()).sum();
        assert_eq!(actions, 1000);
        let sids: BTreeSet<&str> = statements.iter().map(|one| one.sid.as_str()).collect();
        assert_eq!(sids.len(), statements.len(), "statement ids are unique");
    }
}
