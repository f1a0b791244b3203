//! Telling CloudFront to forget what has changed.
//!
//! See <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html>.

use std::collections::BTreeSet;

use formwork_assembly::{Diagnostic, code};

use super::files::is_page_path;
use crate::deploy::{
    Failure, Session,
    cloud::{Call, Cloud},
    patience::persist,
    percent,
};

/// The most paths that are told one by one: each counts, and a directory counts as one.
const MOST: usize = 15;

/// The paths to forget, for the files at these: as browsers ask for them, few enough, sorted. Below a place of their own files have two: the
/// one that browsers ask for, and the one that is left once a function has taken the place out of it.
pub(super) fn paths(stale: &BTreeSet<String>, place: Option<&str>) -> Vec<String> {
    let all: BTreeSet<String> = match place {
        None => stale.iter().flat_map(|path| forms(path)).collect(),
        Some(place) => {
            let asked = stale.iter().flat_map(|path| forms(&format!("{place}/{path}")));
            asked.chain(stale.iter().map(|path| encoded(path))).collect()
        }
    };
    if all.len() <= MOST {
        return all.into_iter().collect();
    }
    let grouped: BTreeSet<String> = all.into_iter().map(|path| directory(&path)).collect();
    if grouped.len() <= MOST { grouped.into_iter().collect() } else { vec!["/*".to_owned()] }
}

/// A file, and the other paths that lead to it where it is the page of a directory.
fn forms(path: &str) -> Vec<String> {
    let encoded = encoded(path);
    let mut forms = vec![encoded.clone()];
    if !is_page_path(path) {
        return forms;
    }
    if let Some(directory) = encoded.strip_suffix("index.html").filter(|directory| directory.ends_with('/')) {
        forms.push(directory.to_owned());
        let bare = directory.trim_end_matches('/');
        forms.extend((!bare.is_empty()).then(|| bare.to_owned()));
    }
    forms
}

fn encoded(path: &str) -> String {
    format!("/{}", percent::path(path))
}

/// Everything in the first directory of a path; the path itself where it lies in none.
fn directory(path: &str) -> String {
    match path[1..].split_once('/') {
        Some((directory, _)) => format!("/{directory}/*"),
        None => path.to_owned(),
    }
}

/// Tells CloudFront, and does not wait until every edge has heard of it. The token tells a request from its repetition.
pub(super) async fn send<C: Cloud>(
    session: &Session<C>,
    distribution: &str,
    paths: &[String],
    token: &str,
) -> Result<(), Failure> {
    // Paths are percent-encoded, and tokens are letters and digits: nothing in them means anything to XML.
    let items: String = paths.iter().map(|path| format!("<Path>{path}</Path>")).collect();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<InvalidationBatch xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">\
         <Paths><Quantity>{}</Quantity><Items>{items}</Items></Paths><CallerReference>{token}</CallerReference></InvalidationBatch>",
        paths.len()
    );
    let path = format!("/2020-05-31/distribution/{}/invalidation", percent::path(distribution));
    let call = Call::Rest { service: "cloudfront", method: "POST", path, body };
    match persist(session, async || session.cloud.call(&call).await).await {
        Ok(_) => Ok(()),
        Err(fault) => {
            let message = format!(
                "CloudFront was not told that files of the distribution `{distribution}` have changed"
            );
            let help = "all files are uploaded; run the same command again to tell it";
            let mut failure = Failure::from(fault);
            failure.findings.push(Diagnostic::error(&code::SITE_CACHE, message).help(help));
            Err(failure)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(stale: &[&str]) -> Vec<String> {
        below(None, stale)
    }

    fn below(place: Option<&str>, stale: &[&str]) -> Vec<String> {
        paths(&stale.iter().map(|path| (*path).to_owned()).collect(), place)
    }

    #[test]
    fn files_in_a_place_of_their_own_are_forgotten_there_and_where_the_bucket_has_them() {
        assert_eq!(
            below(Some("static"), &["app.js", "docs/index.html"]),
            [
                "/app.js",
                "/docs/index.html",
                "/static/app.js",
                "/static/docs",
                "/static/docs/",
                "/static/docs/index.html"
            ]
        );
        assert_eq!(below(Some("a b"), &["x.js"]), ["/a%20b/x.js", "/x.js"]);
        let many: Vec<String> = (0..40).map(|number| format!("img/{number}.png")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(below(Some("static"), &many), ["/img/*", "/static/*"]);
    }

    #[test]
    fn pages_of_directories_are_forgotten_under_each_path_that_leads_there() {
        assert_eq!(of(&["index.html"]), ["/", "/index.html"]);
        assert_eq!(
            of(&["docs/index.html", "logo.svg"]),
            ["/docs", "/docs/", "/docs/index.html", "/logo.svg"]
        );
        assert_eq!(of(&["myindex.html"]), ["/myindex.html"]);
        assert!(of(&[]).is_empty());
    }

    #[test]
    fn odd_names_are_encoded() {
        assert_eq!(of(&["a b/<&>*\u{1b}.js", "ü.png"]), ["/%C3%BC.png", "/a%20b/%3C%26%3E%2A%1B.js"]);
    }

    #[test]
    fn many_paths_become_directories_and_more_of_them_everything() {
        let in_one: Vec<String> = (0..40).map(|number| format!("img/{number}.png")).collect();
        let mut stale: Vec<&str> = in_one.iter().map(String::as_str).collect();
        stale.push("sw.js");
        assert_eq!(of(&stale), ["/img/*", "/sw.js"]);
        let in_many: Vec<String> = (0..40).map(|number| format!("{number}/a.png")).collect();
        assert_eq!(of(&in_many.iter().map(String::as_str).collect::<Vec<_>>()), ["/*"]);
        let few: Vec<String> = (0..15).map(|number| format!("{number}/a.png")).collect();
        assert_eq!(of(&few.iter().map(String::as_str).collect::<Vec<_>>()).len(), 15);
    }
}
