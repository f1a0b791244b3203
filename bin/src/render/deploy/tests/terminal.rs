//! A terminal that knows the little that a screen is drawn with.

/// The lines that stand on it, and where the cursor is.
#[derive(Default)]
pub(super) struct Terminal {
    lines: Vec<Vec<char>>,
    row: usize,
    column: usize,
}

impl Terminal {
    pub(super) fn write(&mut self, text: &str) {
        let mut chars = text.chars();
        while let Some(char) = chars.next() {
            match char {
                '\n' => (self.row, self.column) = (self.row + 1, 0),
                '\r' => self.column = 0,
                '\u{1b}' => {
                    assert_eq!(chars.next(), Some('['));
                    let mut sequence = String::new();
                    for char in chars.by_ref() {
                        sequence.push(char);
                        if char.is_ascii_alphabetic() {
                            break;
                        }
                    }
                    self.control(&sequence);
                }
                char => self.put(char),
            }
        }
    }

    fn control(&mut self, sequence: &str) {
        match sequence.split_at(sequence.len() - 1) {
            (lines, "A") => {
                let up: usize = lines.parse().expect("is a number");
                self.row = self.row.checked_sub(up).expect("stays on the screen");
            }
            ("", "J") => {
                self.lines.truncate(self.row + 1);
                if let Some(line) = self.lines.get_mut(self.row) {
                    line.truncate(self.column);
                }
            }
            other => unreachable!("{other:?}"),
        }
    }

    fn put(&mut self, char: char) {
        while self.lines.len() <= self.row {
            self.lines.push(Vec::new());
        }
        let line = &mut self.lines[self.row];
        line.truncate(self.column);
        line.push(char);
        self.column += 1;
    }

    /// What stands on it.
    pub(super) fn screen(&self) -> String {
        self.lines.iter().map(|line| line.iter().collect::<String>() + "\n").collect()
    }
}
