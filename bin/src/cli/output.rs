//! How to print: options of all commands.

use clap::{
    Arg, ArgMatches, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
    value_parser,
};

use super::{LAST, flag, option};

/// How to print.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    pub format: Format,
    pub quiet: bool,
    pub color: Colour,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Json,
    /// Of `diff` only.
    Markdown,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

impl Output {
    pub(super) fn grammar() -> [Arg; 3] {
        let color = option("color", "WHEN", "Colours on stderr").default_value("auto");
        [
            format(&["text", "json"]),
            flag("quiet", "Print errors only on stderr").short('q').global(true).display_order(LAST + 4),
            color.value_parser(value_parser!(Colour)).global(true).display_order(LAST + 5),
        ]
    }

    pub(super) fn read(matches: &mut ArgMatches) -> Option<Self> {
        Some(Self {
            format: matches.remove_one("format")?,
            quiet: matches.get_flag("quiet"),
            color: matches.remove_one("color")?,
        })
    }
}

/// The forms that a command speaks; `diff` has one of its own besides those of all.
pub(super) fn format(forms: &'static [&'static str]) -> Arg {
    let parser = PossibleValuesParser::new(forms).map(|form| match form.as_str() {
        "json" => Format::Json,
        "markdown" => Format::Markdown,
        _ => Format::Text,
    });
    option("format", "FORM", "Form of the data on stdout")
        .default_value("text")
        .value_parser(parser)
        .global(true)
        .display_order(LAST + 3)
}

impl ValueEnum for Colour {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Auto, Self::Always, Self::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }))
    }
}
