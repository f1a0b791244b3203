//! Colours. They only repeat what the words say.

/// Whether there are any.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    colour: bool,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tone {
    Error,
    Warning,
    Help,
    /// Something that went well.
    #[cfg(feature = "deploy")]
    Good,
    Title,
    Frame,
}

impl Style {
    pub(super) fn new(colour: bool) -> Self {
        Self { colour }
    }

    pub(super) fn paint(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Error => "1;31",
            Tone::Warning => "1;33",
            Tone::Help => "1;36",
            #[cfg(feature = "deploy")]
            Tone::Good => "32",
            Tone::Title => "1",
            Tone::Frame => "1;34",
        };
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// A `help:` line.
    pub(super) fn help(self, text: &str) -> String {
        format!("{}: {text}", self.paint(Tone::Help, "help"))
    }
}
