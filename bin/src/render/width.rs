//! How wide a text is on a terminal, and texts cut to a width.

/// The columns that a text takes. What stands in it has been made harmless.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The text, or as much of it as fits with a mark that there was more.
pub(super) fn cut(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut left = most.saturating_sub(1);
    let fits = |char: &char| {
        let is_fitting = columns(*char) <= left;
        left = left.saturating_sub(columns(*char));
        is_fitting
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    if most > 0 {
        cut.push('…');
    }
    cut
}

/// Two for what East Asian terminals and emoji take two for, none for what stands on another character.
fn columns(char: char) -> usize {
    match char {
        '\u{300}'..='\u{36f}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_are_not_cut_in_two() {
        assert_eq!((width("schön"), width("日本"), width("🦀!"), width("e\u{301}")), (5, 4, 3, 1));
        assert_eq!(cut("日本語", 6), "日本語");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(
            (cut("abc", 1).as_str(), cut("abc", 0).as_str(), cut("abc", 3).as_str()),
            ("…", "", "abc")
        );
        for most in 0..8 {
            assert!(width(&cut("a日🦀e\u{301}bc語", most)) <= most);
        }
    }
}
