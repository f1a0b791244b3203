//! Empties buckets, with all versions, so that CloudFormation can delete them.

use formwork_assembly::Stack;
use serde_json::Value;

use crate::deploy::{Failure, Progress, Session, cloud::Cloud, origins::Origins, patience::persist};

/// How many objects are deleted at once.
const BATCH: usize = 1000;

/// Empties those buckets of a stack that its deletion deletes.
pub(super) async fn buckets<C: Cloud>(
    session: &Session<C>,
    stack: &Stack,
    stack_id: &str,
) -> Result<(), Failure> {
    let template = persist(session, async || session.cloud.get_template(stack_id).await).await?;
    let template: Value = template.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let origins = Origins::of(stack);
    let mut next: Option<String> = None;
    loop {
        let page =
            persist(session, async || session.cloud.list_stack_resources(stack_id, next.as_deref()).await)
                .await?;
        for member in page.items.iter().filter(|member| member.kind == "AWS::S3::Bucket") {
            let policy =
                template["Resources"][&member.logical_id]["DeletionPolicy"].as_str().unwrap_or("Delete");
            if policy == "Delete" && !member.physical_id.is_empty() && member.status != "DELETE_COMPLETE" {
                let count = empty(&session.by_caller(stack), &member.physical_id).await?;
                session.teller.tell(Progress::Note {
                    stack: stack.id.clone(),
                    path: origins.path(&member.logical_id).to_owned(),
                    text: format!("emptied: {count} versions"),
                });
            }
        }
        next = page.next;
        if next.is_none() {
            return Ok(());
        }
    }
}

async fn empty<C: Cloud>(session: &Session<C>, bucket: &str) -> Result<usize, Failure> {
    let owner = &session.caller.account;
    let mut count = 0;
    // What is deleted is on no page any more: the first page is always the next one.
    loop {
        let page =
            persist(session, async || session.cloud.list_object_versions(bucket, owner, None).await).await?;
        if page.items.is_empty() {
            return Ok(count);
        }
        count += page.items.len();
        let keys: Vec<_> = page.items.into_iter().map(|(key, version)| (key, Some(version))).collect();
        for keys in keys.chunks(BATCH) {
            persist(session, async || session.cloud.delete_objects(bucket, owner, keys).await).await?;
        }
    }
}
