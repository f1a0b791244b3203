//! Lists that come a page at a time, as a whole.

use std::collections::BTreeSet;

use super::{
    Session,
    cloud::{Answer, Cloud, Fault, FaultKind, Page, StackMember},
    patience::persist,
};

/// What is on all pages.
///
/// # Errors
/// Nobody answers for one of them, or the list has no end.
pub(super) async fn all<C: Cloud, T>(
    session: &Session<C>,
    question: impl AsyncFn(Option<&str>) -> Answer<Page<T>>,
) -> Answer<Vec<T>> {
    let first = persist(session, async || question(None).await).await?;
    from(session, first, question).await
}

/// What is on a page, and on all after it.
///
/// # Errors
/// As [`all`].
pub(super) async fn from<C: Cloud, T>(
    session: &Session<C>,
    first: Page<T>,
    question: impl AsyncFn(Option<&str>) -> Answer<Page<T>>,
) -> Answer<Vec<T>> {
    let Page { mut items, mut next } = first;
    let mut asked = BTreeSet::new();
    while let Some(token) = next {
        let page = persist(session, async || question(Some(&token)).await).await?;
        items.extend(page.items);
        next = page.next;
        asked.insert(token);
        if next.as_ref().is_some_and(|next| asked.contains(next)) {
            let message = "the pages of a list begin anew instead of ending";
            return Err(Fault::new(FaultKind::Garbled, "NextToken", message));
        }
    }
    Ok(items)
}

/// The resources of a stack, by its name or ARN; those that are deleted too.
pub(super) async fn members<C: Cloud>(session: &Session<C>, stack: &str) -> Answer<Vec<StackMember>> {
    all(session, async |next| session.cloud.list_stack_resources(stack, next).await).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deploy::testing::FakeApp;

    /// Asks for a list whose pages name what is asked for next, and the letter on each of them.
    async fn asked(pages: &[(Option<&str>, &str)]) -> Answer<Vec<String>> {
        let app = FakeApp::new(&[], &[], &[]);
        all(&app.session, async |next| {
            let number: usize = next.map_or(0, |next| next.parse().unwrap());
            let (next, item) = pages[number];
            Ok(Page { items: vec![item.to_owned()], next: next.map(str::to_owned) })
        })
        .await
    }

    #[tokio::test(start_paused = true)]
    async fn a_list_is_all_of_its_pages() {
        assert_eq!(asked(&[(Some("1"), "a"), (Some("2"), "b"), (None, "c")]).await.unwrap(), ["a", "b", "c"]);
    }

    #[tokio::test(start_paused = true)]
    async fn pages_that_name_each_other_come_to_an_end() {
        for pages in [
            &[(Some("1"), "a"), (Some("1"), "b")][..],
            &[(Some("1"), "a"), (Some("2"), "b"), (Some("1"), "c")],
        ] {
            assert_eq!(asked(pages).await.unwrap_err().kind, FaultKind::Garbled);
        }
    }
}
