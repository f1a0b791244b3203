//! One line of a screen: pieces with and without a tone, which can be cut to a width before they are painted.

use crate::render::{
    escape::one_line,
    style::{Style, Tone},
    width,
};

/// Pieces of text, two spaces apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    indent: usize,
    pieces: Vec<(Option<Tone>, String)>,
}

impl Line {
    /// A line that begins with so many spaces.
    pub(super) fn indented(indent: usize) -> Self {
        Self { indent, pieces: Vec::new() }
    }

    /// A piece; nothing, where it is empty. Whatever is in it becomes harmless here.
    pub(super) fn plain(mut self, text: &str) -> Self {
        if !text.is_empty() {
            self.pieces.push((None, one_line(text)));
        }
        self
    }

    /// A piece that is painted.
    pub(super) fn painted(mut self, tone: Tone, text: &str) -> Self {
        if !text.is_empty() {
            self.pieces.push((Some(tone), one_line(text)));
        }
        self
    }

    /// The line, cut to a width where there is one.
    pub(super) fn text(&self, style: Style, most: Option<usize>) -> String {
        let mut left = most.unwrap_or(usize::MAX);
        let mut text = " ".repeat(self.indent.min(left));
        left -= text.len();
        for (index, (tone, piece)) in self.pieces.iter().enumerate() {
            let gap = if index > 0 { "  " } else { "" };
            if left <= gap.len() {
                break;
            }
            let piece = width::cut(piece, left - gap.len());
            left -= gap.len() + width::width(&piece);
            text += gap;
            text += &tone.map_or(piece.clone(), |tone| style.paint(tone, &piece));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_take_no_room_and_nothing_is_longer_than_the_terminal() {
        let line = Line::indented(2).painted(Tone::Error, "failed\u{1b}[2J").plain("").plain("日本");
        assert_eq!(line.text(Style::new(false), None), "  failed\\u{1b}[2J  日本");
        for most in 0..30 {
            let plain = line.text(Style::new(false), Some(most));
            assert!(width::width(&plain) <= most, "{plain:?}");
            let painted = line.text(Style::new(true), Some(most));
            assert_eq!(painted.replace("\u{1b}[1;31m", "").replace("\u{1b}[0m", ""), plain);
        }
    }
}
