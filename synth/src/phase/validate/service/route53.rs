//! Route 53: what the records of each kind look like.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Checker, Fields, Step};
use crate::phase::validate::phrase::quoted;

impl<'t> Checker<'t, '_> {
    /// Checks every record set of a group.
    pub(super) fn record_sets(&mut self, group: Fields<'t>) {
        for (index, record) in group.objects("RecordSets") {
            self.findings.down(Step::Key("RecordSets"));
            self.findings.down(Step::Item(index));
            self.record_set(record);
            self.findings.up();
            self.findings.up();
        }
    }

    /// Checks one record set.
    pub(super) fn record_set(&mut self, record: Fields<'t>) {
        if record.has("AliasTarget") {
            for name in ["ResourceRecords", "TTL"] {
                if record.has(name) {
                    self.disagree(
                        format!("`{name}` is set, and the record is an alias"),
                        format!("remove `{name}`: the target has its own"),
                    );
                }
            }
            return;
        }
        if record.has("ResourceRecords") && record.lacks("TTL") {
            self.disagree("`ResourceRecords` are set without `TTL`", "set `TTL`, in seconds");
        }
        let (Some(kind), Some(records)) = (record.text("Type"), record.list("ResourceRecords")) else {
            return;
        };
        if kind == "CNAME" && records.len() > 1 {
            self.disagree_at(
                &[Step::Key("ResourceRecords")],
                "a `CNAME` has more than one record",
                "keep one",
            );
        }
        for (index, value) in records.iter().enumerate() {
            let Some(text) = value.as_text().filter(|text| !text.contains("{{")) else { continue };
            if let Some(example) = misfit(&kind, text) {
                let shown = quoted(text);
                let way = [Step::Key("ResourceRecords"), Step::Item(index)];
                self.disagree_at(
                    &way,
                    format!("{shown} is no record of type `{kind}`"),
                    format!("write it like `{example}`"),
                );
            }
        }
    }
}

/// An example, if the text is no record of that type. Types that are not known here say nothing.
fn misfit(kind: &str, text: &str) -> Option<&'static str> {
    match kind {
        "A" if text.parse::<Ipv4Addr>().is_err() => Some("192.0.2.1"),
        "AAAA" if text.parse::<Ipv6Addr>().is_err() => Some("2001:db8::1"),
        "TXT" | "SPF" if !(text.len() > 1 && text.starts_with('"') && text.ends_with('"')) => {
            Some("\"text\"")
        }
        "MX" if !text.split_once(' ').is_some_and(|(priority, host)| {
            priority.parse::<u16>().is_ok() && !host.trim().is_empty() && !host.trim().contains(' ')
        }) =>
        {
            Some("10 mail.example.com")
        }
        "CNAME" if text.contains(' ') => Some("www.example.com"),
        _ => None,
    }
}
