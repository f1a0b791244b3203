//! CloudFront: behaviours that lead to an origin of their distribution, and the names that it answers to.

use super::{Checker, Fields, Step};
use crate::{
    expr::Expr,
    phase::validate::phrase::{one_of, quoted},
};

impl<'t> Checker<'t, '_> {
    /// Checks a distribution.
    pub(super) fn distribution(&mut self, distribution: Fields<'t>) {
        let Some(config) = distribution.object("DistributionConfig") else { return };
        self.findings.down(Step::Key("DistributionConfig"));
        if let Some(origins) = origins(config) {
            if let Some(behavior) = config.object("DefaultCacheBehavior") {
                self.findings.down(Step::Key("DefaultCacheBehavior"));
                self.leads_to(behavior, &origins);
                self.findings.up();
            }
            for (index, behavior) in config.objects("CacheBehaviors") {
                self.findings.down(Step::Key("CacheBehaviors"));
                self.findings.down(Step::Item(index));
                self.leads_to(behavior, &origins);
                self.findings.up();
                self.findings.up();
            }
        }
        if let Some(Expr::List(aliases)) = config.get("Aliases") {
            self.findings.down(Step::Key("Aliases"));
            self.each_item(aliases, |checker, alias| {
                if let Some(alias) = alias.as_text().filter(|alias| !alias.contains("{{") && !is_host(alias))
                {
                    let shown = quoted(alias);
                    checker.disagree(
                        format!("{shown} is no host name"),
                        "write it like `www.example.com` or `*.example.com`, in lower case",
                    );
                }
            });
            self.findings.up();
        }
        self.findings.up();
    }

    fn leads_to(&mut self, behavior: Fields<'t>, origins: &[String]) {
        if let Some(target) = behavior.text("TargetOriginId").filter(|target| !origins.contains(target)) {
            let shown = quoted(&target);
            self.disagree_at(
                &[Step::Key("TargetOriginId")],
                format!("the distribution has no origin {shown}"),
                format!("its origins are {}", one_of(origins)),
            );
        }
    }
}

/// The ids of all origins and groups of origins, if all are literal.
fn origins(config: Fields<'_>) -> Option<Vec<String>> {
    let mut ids: Vec<String> =
        config.list("Origins")?.iter().map(|origin| Fields::of(origin)?.text("Id")).collect::<Option<_>>()?;
    match config.get("OriginGroups") {
        None => {}
        Some(_) => {
            let groups = config.object("OriginGroups")?;
            let items = groups.list("Items")?.iter().map(|group| Fields::of(group)?.text("Id"));
            ids.extend(items.collect::<Option<Vec<_>>>()?);
        }
    }
    Some(ids)
}

/// True for a name in lower case, in which only the first word may be a star.
fn is_host(name: &str) -> bool {
    let mut words = name.split('.');
    let is_word = |word: &str| {
        !word.is_empty()
            && !word.starts_with('-')
            && !word.ends_with('-')
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
    };
    let first = words.next().unwrap_or_default();
    (first == "*" || is_word(first)) && name.contains('.') && words.all(is_word)
}
