//! Literal text against what its type allows: values, length, pattern, format.

use std::net::{Ipv4Addr, Ipv6Addr};

use formwork_assembly::{Diagnostic, code, each};
use formwork_schema::Text;

use super::{
    Checker,
    dynamic::is_dynamic,
    phrase::{counted, did_you_mean, one_of, quoted, range},
};

/// How many allowed values a help line lists.
const MOST_LISTED: usize = 12;

impl Checker<'_, '_> {
    /// Checks literal text.
    pub(super) fn text(&mut self, value: &str, text: &Text) {
        if is_dynamic(value) {
            return self.dynamic_references(value);
        }
        if !text.values.is_empty() {
            return self.allowed_value(value, text);
        }
        let length = if text.min.is_some() || text.max.is_some() { value.chars().count() } else { 0 };
        let too_short = text.min.is_some_and(|min| length < min as usize);
        let too_long = text.max.is_some_and(|max| length > max as usize);
        if too_short || too_long {
            return self.bad_length(value, length, text);
        }
        if let Some(pattern) = text.pattern
            && !self.facts.may_match(pattern, value)
        {
            let (subject, shown) = (self.findings.subject(), self.shown_text(value));
            self.findings.push(
                Diagnostic::error(
                    &code::BAD_PATTERN,
                    format!("`{subject}` is {shown}, which does not match its pattern"),
                )
                .help(format!("it must match `{pattern}`")),
            );
            return;
        }
        if let Some(example) = text.format.and_then(|format| misses_format(value, format)) {
            let (subject, shown) = (self.findings.subject(), self.shown_text(value));
            self.findings.push(
                Diagnostic::error(&code::BAD_FORMAT, format!("`{subject}` is {shown}, which is malformed"))
                    .help(format!("write it like `{example}`")),
            );
        }
    }

    fn allowed_value(&mut self, value: &str, text: &Text) {
        let is_allowed =
            |allowed: &&&str| **allowed == value || (text.ignore_case && allowed.eq_ignore_ascii_case(value));
        if text.values.iter().find(is_allowed).is_some() {
            return;
        }
        let (subject, shown) = (self.findings.subject(), self.shown_text(value));
        let message = format!("`{subject}` is {shown}, which is not allowed");
        let mut help = Vec::new();
        if !self.findings.is_hidden() {
            help.extend(did_you_mean(value, text.values.iter().copied()));
        }
        let listed = &text.values[..text.values.len().min(MOST_LISTED)];
        if listed.len() == text.values.len() {
            help.push(format!("allowed is {}", one_of(listed)));
        } else if help.is_empty() {
            let others = text.values.len() - listed.len();
            help.push(format!(
                "allowed is {} or one of {others} more",
                each(listed, |value| format!("`{value}`")).join(", ")
            ));
        }
        // The facts lag behind AWS in the numbers of versions and generations, seldom in anything else.
        let finding = if text.values.iter().any(|allowed| differ_in_numbers(value, allowed)) {
            Diagnostic::warning(&code::BAD_VALUE, format!("{message} as far as this release knows"))
        } else {
            Diagnostic::error(&code::BAD_VALUE, message)
        };
        self.findings.push(finding.help(help.join("; ")));
    }

    fn bad_length(&mut self, value: &str, length: usize, text: &Text) {
        let subject = self.findings.subject();
        let shown = if length == 0 {
            "empty".to_owned()
        } else {
            format!("{}, {}", self.shown_text(value), counted(length, "character"))
        };
        self.findings.push(
            Diagnostic::error(&code::BAD_LENGTH, format!("`{subject}` is {shown}"))
                .help(format!("{} characters are allowed", range(text.min, text.max))),
        );
    }

    fn shown_text(&self, value: &str) -> String {
        if self.findings.is_hidden() { "a value".to_owned() } else { quoted(value) }
    }
}

/// True for names that are the same but for the numbers in them: `nodejs24.x` and `nodejs22.x`, but not `24` and `22`.
fn differ_in_numbers(a: &str, b: &str) -> bool {
    let words = |text: &str| {
        let mut words = String::with_capacity(text.len());
        for c in text.chars() {
            match c.is_ascii_digit() {
                true if words.ends_with('#') => {}
                true => words.push('#'),
                false => words.push(c),
            }
        }
        words
    };
    let words_of_a = words(a);
    words_of_a.contains('#') && words_of_a.chars().any(char::is_alphabetic) && words_of_a == words(b)
}

/// An example of the format, if the text does not follow it. Formats that are not known here say nothing.
fn misses_format(value: &str, format: &str) -> Option<&'static str> {
    let network = |most: u8, is_address: &dyn Fn(&str) -> bool| {
        value.split_once('/').is_some_and(|(address, bits)| {
            is_address(address) && bits.parse::<u8>().is_ok_and(|bits| bits <= most)
        })
    };
    match format {
        "ipv4-network" if !network(32, &|address| address.parse::<Ipv4Addr>().is_ok()) => Some("10.0.0.0/16"),
        "ipv6-network" if !network(128, &|address| address.parse::<Ipv6Addr>().is_ok()) => {
            Some("2001:db8::/56")
        }
        _ => None,
    }
}
