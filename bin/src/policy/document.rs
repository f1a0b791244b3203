//! Policy documents: statements in the words of IAM, and as many documents as their size asks for.

use formwork_assembly::{SortedMap, SortedSet};
use serde::{Serialize, Serializer};

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
    principal: Option<SortedMap<&'static str, String>>,
    #[serde(rename = "Action")]
    pub actions: Texts,
    /// None in a trust policy.
    #[serde(rename = "Resource", skip_serializing_if = "Texts::is_empty")]
    pub resources: Texts,
    #[serde(rename = "Condition", skip_serializing_if = "SortedMap::is_empty")]
    conditions: SortedMap<&'static str, SortedMap<String, Texts>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Effect {
    Allow,
    Deny,
}

/// One text or several, sorted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Texts(SortedSet<String>);

impl Document {
    pub(super) fn new(statements: Vec<Statement>) -> Self {
        Self { version: "2012-10-17", statements }
    }

    /// Its characters as IAM counts them.
    pub(crate) fn size(&self) -> usize {
        size(self)
    }
}

impl Statement {
    pub(super) fn allow(sid: &str, actions: &[&str], resources: impl Into<Texts>) -> Self {
        Self {
            sid: sid.to_owned(),
            effect: Effect::Allow,
            principal: None,
            actions: actions.into(),
            resources: resources.into(),
            conditions: SortedMap::new(),
        }
    }

    /// Forbids what other policies of the same role may allow.
    pub(super) fn deny(sid: &str, actions: &[&str], resources: &[&str]) -> Self {
        Self { effect: Effect::Deny, ..Self::allow(sid, actions, resources) }
    }

    /// In a trust policy: who.
    pub(super) fn trust(sid: &str, sort: &'static str, who: &str, action: &str) -> Self {
        let principal = Some(SortedMap::from([(sort, who.to_owned())]));
        Self { principal, ..Self::allow(sid, &[action], &[][..]) }
    }

    /// Only where a condition holds.
    pub(super) fn when(mut self, operator: &'static str, key: &str, values: impl Into<Texts>) -> Self {
        self.conditions.or_default(operator).insert(key.to_owned(), values.into());
        self
    }

    /// True where it forbids.
    pub(crate) fn denies(&self) -> bool {
        self.effect == Effect::Deny
    }
}

impl Texts {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, String> {
        self.0.iter()
    }
}

impl From<&[&str]> for Texts {
    fn from(texts: &[&str]) -> Self {
        Self(texts.iter().map(|text| (*text).to_owned()).collect())
    }
}

impl From<&str> for Texts {
    fn from(text: &str) -> Self {
        Self::from(&[text][..])
    }
}

impl From<SortedSet<String>> for Texts {
    fn from(texts: SortedSet<String>) -> Self {
        Self(texts)
    }
}

impl From<String> for Texts {
    fn from(text: String) -> Self {
        Self(SortedSet::from([text]))
    }
}

/// IAM takes one text as well as a list; one reads better.
impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.len(), self.iter().next()) {
            (1, Some(text)) => serializer.serialize_str(text),
            _ => serializer.collect_seq(self.iter()),
        }
    }
}

/// The statements in as few documents as their order allows. A statement that is too large for one is divided by its actions.
pub(super) fn split(statements: Vec<Statement>) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    let mut parts = Vec::new();
    statements.into_iter().for_each(|statement| divide(statement, &mut parts));
    for statement in parts {
        match documents.last_mut() {
            Some(last) if last.size() + size(&statement) < LARGEST => last.statements.push(statement),
            _ => documents.push(Document::new(vec![statement])),
        }
    }
    documents
}

/// Adds the parts of a statement that each fit into a document.
fn divide(statement: Statement, parts: &mut Vec<Statement>) {
    if Document::new(vec![statement.clone()]).size() <= LARGEST || statement.actions.len() < 2 {
        parts.push(statement);
        return;
    }
    let mut actions: Vec<String> = statement.actions.iter().cloned().collect();
    let rest = actions.split_off(actions.len() / 2);
    let part = |sid, actions: Vec<String>| Statement {
        sid: format!("{}{sid}", statement.sid),
        actions: Texts(actions.into_iter().collect()),
        ..statement.clone()
    };
    divide(part("A", actions), parts);
    divide(part("B", rest), parts);
}

fn size(value: &impl Serialize) -> usize {
    let text = serde_json::to_value(value).unwrap_or_default().to_string();
    text.chars().filter(|char| !char.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(sid: &str, actions: usize) -> Statement {
        let actions: Vec<String> = (0..actions).map(|number| format!("ec2:DoSomething{number:04}")).collect();
        Statement::allow(sid, &actions.iter().map(String::as_str).collect::<Vec<_>>(), "*")
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
        let sids: SortedSet<&str> = statements.iter().map(|one| one.sid.as_str()).collect();
        assert_eq!(sids.len(), statements.len(), "statement ids are unique");
    }
}
