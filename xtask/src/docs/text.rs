//! Documentation as Markdown for a page: paragraphs, and links that lead somewhere there.

use regex_lite::{Captures, Regex};

/// The paragraphs of documentation, each on one line; code and what follows it is left out.
pub(super) fn paragraphs(lines: &[String]) -> Vec<String> {
    let prose: Vec<&str> =
        lines.iter().map(|line| line.trim()).take_while(|line| !line.starts_with("```")).collect();
    let paragraphs = prose.split(|line| line.is_empty()).map(|lines| lines.join(" "));
    paragraphs.filter(|paragraph| !paragraph.is_empty()).collect()
}

/// The first block of code, without the lines that only the compiler wants.
pub(super) fn example(lines: &[String]) -> Option<String> {
    let code = lines.iter().skip_while(|line| line.trim() != "```").skip(1);
    let code = code.take_while(|line| line.trim() != "```");
    let code: Vec<&str> =
        code.map(String::as_str).filter(|line| *line != "#" && !line.starts_with("# ")).collect();
    (!code.is_empty()).then(|| code.join("\n"))
}

/// The address of AWS's own page about it.
pub(super) fn address(lines: &[String]) -> Option<String> {
    lines.iter().find_map(|line| {
        let (_, rest) = line.split_once("<https://docs.aws.amazon.com/")?;
        Some(format!("https://docs.aws.amazon.com/{}", rest.split_once('>')?.0))
    })
}

/// Replaces the links of rustdoc: to a page, where `page` knows one of that name, else by what they are called.
pub(super) fn linked(text: &str, page: impl Fn(&str) -> Option<String>) -> String {
    let Ok(link) = Regex::new(r"\[`([^`\]]+)`\](\([^)]*\))?") else { return text.to_owned() };
    link.replace_all(text, |found: &Captures<'_>| {
        let name = &found[1];
        page(name).map_or_else(|| format!("`{name}`"), |page| format!("[`{name}`]({page})"))
    })
    .into_owned()
}

/// Text for a cell of a table.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// What an option does, and its default, from the first paragraph of its documentation.
pub(super) fn option(docs: &[String]) -> (String, String) {
    let first = paragraphs(docs).into_iter().next().unwrap_or_default();
    match first.split_once(" Default: ") {
        Some((does, default)) => (does.to_owned(), default.trim_end_matches('.').to_owned()),
        None => (first, String::new()),
    }
}

/// `QueueWorker` as `queue_worker`, and `Ec2Service` as `ec2_service`.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn prose_code_and_address_are_told_apart() {
        let docs = lines(
            "A queue\nof messages.\n\n```\n# use it;\n#\nlet queue = 1;\n\n#[test]\n```\n\nSee <https://docs.aws.amazon.com/sqs/q.html>.",
        );
        assert_eq!(paragraphs(&docs), ["A queue of messages."]);
        assert_eq!(example(&docs).as_deref(), Some("let queue = 1;\n\n#[test]"));
        assert_eq!(address(&docs).as_deref(), Some("https://docs.aws.amazon.com/sqs/q.html"));
    }

    #[test]
    fn links_lead_to_pages() {
        let page = |name: &str| (name == "Queue").then(|| "queue.md".to_owned());
        let text = "from a [`Queue`](crate::Queue) or [`Topic`], see [`scale`](Self::scale)";
        assert_eq!(linked(text, page), "from a [`Queue`](queue.md) or `Topic`, see `scale`");
    }

    #[test]
    fn a_default_has_a_column_of_its_own() {
        let docs = lines("Sets the days. A change replaces it. Default: 35,\nand 7.\n\nMore.");
        assert_eq!(
            option(&docs),
            ("Sets the days. A change replaces it.".to_owned(), "35, and 7".to_owned())
        );
        assert_eq!(option(&lines("Goes on.")), ("Goes on.".to_owned(), String::new()));
    }

    #[test]
    fn names_are_those_of_files() {
        assert_eq!(snake("QueueWorker"), "queue_worker");
        assert_eq!(snake("Ec2Service"), "ec2_service");
    }
}
