//! Regular expressions, as far as the facts and the parameters of templates use them.
//!
//! A pattern is used once or twice in a run, so what counts is the time to get ready: this matcher walks the parsed
//! pattern and counts repetitions instead of unfolding them, which takes microseconds in a debug build where a compiled
//! automaton takes milliseconds. It answers "does not match" only when that is certain: what it does not understand is no
//! [`Pattern`], and a search that takes too long counts as a match.

use formwork_assembly::sort_by;

/// A pattern, ready to match.
#[derive(Debug)]
pub(super) struct Pattern {
    /// The alternatives at the top level.
    either: Vec<Vec<Node>>,
    ignore_case: bool,
}

/// Steps after which a search gives up.
const MOST_STEPS: u32 = 50_000;

/// Nested steps after which a search gives up, so that the stack stays small.
const MOST_DEPTH: u32 = 300;

#[derive(Debug)]
enum Node {
    Char(char),
    Any,
    Class(Class),
    /// Alternatives of one character each.
    Single(Vec<Node>),
    Start,
    End,
    WordEdge,
    Group(Vec<Vec<Node>>),
    Repeat {
        node: Box<Node>,
        min: usize,
        max: usize,
        lazy: bool,
    },
    Ahead {
        either: Vec<Vec<Node>>,
        negative: bool,
    },
}

#[derive(Debug, Default)]
struct Class {
    ranges: Vec<(char, char)>,
    negated: bool,
}

impl Pattern {
    /// Parses a pattern; nothing if it uses what is not understood here.
    pub fn parse(pattern: &str) -> Option<Self> {
        let (ignore_case, pattern) = match pattern.strip_prefix("(?i)") {
            Some(rest) => (true, rest),
            None => (false, pattern),
        };
        let mut parser = Parser { rest: pattern.chars().collect(), at: 0 };
        let either = parser.either()?;
        (parser.at == parser.rest.len()).then_some(Self { either, ignore_case })
    }

    /// False only if the pattern certainly matches nowhere in the text.
    pub fn may_match(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let anchored = self.either.iter().all(|nodes| matches!(nodes.first(), Some(Node::Start)));
        let last = if anchored { 0 } else { text.len() };
        let mut search =
            Search { text: &text, ignore_case: self.ignore_case, steps: 0, depth: 0, gave_up: false };
        (0..=last).any(|at| search.either(&self.either, at, &mut |_, _| true)) || search.gave_up
    }
}

/// The rest of the search, from a place in the text.
type Next<'n> = &'n mut dyn FnMut(&mut Search<'_>, usize) -> bool;

struct Search<'t> {
    text: &'t [char],
    ignore_case: bool,
    steps: u32,
    depth: u32,
    gave_up: bool,
}

impl Search<'_> {
    fn either(&mut self, either: &[Vec<Node>], at: usize, next: Next<'_>) -> bool {
        either.iter().any(|nodes| self.sequence(nodes, at, next))
    }

    fn sequence(&mut self, nodes: &[Node], mut at: usize, next: Next<'_>) -> bool {
        let mut nodes = nodes;
        // Single characters need no way back, hence no recursion.
        while let Some((node, rest)) = nodes.split_first() {
            match node.takes_one() {
                true if at < self.text.len() && self.takes(node, self.text[at]) => at += 1,
                true => return false,
                false => break,
            }
            nodes = rest;
        }
        match nodes.split_first() {
            None => next(self, at),
            Some((node, rest)) => self.node(node, at, &mut |search, at| search.sequence(rest, at, next)),
        }
    }

    fn node(&mut self, node: &Node, at: usize, next: Next<'_>) -> bool {
        self.steps += 1;
        if self.gave_up || self.steps > MOST_STEPS || self.depth > MOST_DEPTH {
            self.gave_up = true;
            return false;
        }
        self.depth += 1;
        let matched = match node {
            Node::Start => at == 0 && next(self, at),
            Node::End => self.is_end(at) && next(self, at),
            Node::WordEdge => self.is_word_edge(at) && next(self, at),
            Node::Group(either) => self.either(either, at, next),
            Node::Ahead { either, negative } => {
                self.either(either, at, &mut |_, _| true) != *negative && !self.gave_up && next(self, at)
            }
            Node::Repeat { node, min, max, lazy } if node.takes_one() => {
                self.repeat_one(node, (*min, *max), *lazy, at, next)
            }
            Node::Repeat { node, min, max, .. } => self.repeat(node, (*min, *max), at, next),
            one => at < self.text.len() && self.takes(one, self.text[at]) && next(self, at + 1),
        };
        self.depth -= 1;
        matched
    }

    fn repeat_one(
        &mut self,
        node: &Node,
        (min, max): (usize, usize),
        lazy: bool,
        at: usize,
        next: Next<'_>,
    ) -> bool {
        let run = self.text[at..].iter().take(max).take_while(|c| self.takes(node, **c)).count();
        if run < min {
            return false;
        }
        if lazy {
            (min..=run).any(|count| self.step() && next(self, at + count))
        } else {
            (min..=run).rev().any(|count| self.step() && next(self, at + count))
        }
    }

    fn repeat(&mut self, node: &Node, (min, max): (usize, usize), at: usize, next: Next<'_>) -> bool {
        let more = max > 0
            && self.node(node, at, &mut |search, then| {
                // A round that takes nothing would go on for ever.
                (then > at || min > 0) && {
                    let min = if then > at { min.saturating_sub(1) } else { 0 };
                    search.repeat(node, (min, max.saturating_sub(1)), then, next)
                }
            });
        more || (min == 0 && next(self, at))
    }

    fn step(&mut self) -> bool {
        self.steps += 1;
        self.gave_up |= self.steps > MOST_STEPS;
        !self.gave_up
    }

    fn takes(&self, node: &Node, c: char) -> bool {
        if self.ignore_case && c.is_ascii_alphabetic() {
            node.takes(c.to_ascii_lowercase()) || node.takes(c.to_ascii_uppercase())
        } else {
            node.takes(c)
        }
    }

    fn is_end(&self, at: usize) -> bool {
        at == self.text.len() || (at + 1 == self.text.len() && self.text[at] == '\n')
    }

    fn is_word_edge(&self, at: usize) -> bool {
        let is_word = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric() || *c == '_');
        is_word(at.checked_sub(1).and_then(|before| self.text.get(before))) != is_word(self.text.get(at))
    }
}

impl Node {
    /// True for what matches exactly one character.
    fn takes_one(&self) -> bool {
        matches!(self, Self::Char(_) | Self::Any | Self::Class(_) | Self::Single(_))
    }

    fn takes(&self, c: char) -> bool {
        match self {
            Self::Char(own) => *own == c,
            // Dialects differ in whether `.` takes a line end: it does here, so that nothing is refused wrongly.
            Self::Any => true,
            Self::Class(class) => class.takes(c),
            Self::Single(nodes) => nodes.iter().any(|node| node.takes(c)),
            _ => false,
        }
    }
}

impl Class {
    fn takes(&self, c: char) -> bool {
        self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != self.negated
    }
}

struct Parser {
    rest: Vec<char>,
    at: usize,
}

impl Parser {
    fn either(&mut self) -> Option<Vec<Vec<Node>>> {
        let mut either = vec![Vec::new()];
        while let Some(c) = self.peek() {
            match c {
                ')' => break,
                '|' => {
                    self.at += 1;
                    either.push(Vec::new());
                }
                _ => {
                    let node = self.atom()?;
                    let node = self.repeated(node)?;
                    either.last_mut()?.push(node);
                }
            }
        }
        Some(either)
    }

    fn atom(&mut self) -> Option<Node> {
        Some(match self.take()? {
            '.' => Node::Any,
            '^' => Node::Start,
            '$' => Node::End,
            '(' => self.group()?,
            '[' => Node::Class(self.class()?),
            '\\' => self.escape()?,
            '*' | '+' | '?' => return None,
            c => Node::Char(c),
        })
    }

    fn group(&mut self) -> Option<Node> {
        let mut ahead = None;
        if self.eat("?:") {
        } else if self.eat("?=") {
            ahead = Some(false);
        } else if self.eat("?!") {
            ahead = Some(true);
        } else if self.eat("?P<") || (self.rest[self.at..].starts_with(&['?', '<']) && self.is_named()) {
            while self.take()? != '>' {}
        } else if self.peek() == Some('?') {
            return None;
        }
        let mut either = self.either()?;
        if self.take()? != ')' {
            return None;
        }
        if let Some(negative) = ahead {
            return Some(Node::Ahead { either, negative });
        }
        if either.iter().all(|nodes| matches!(&nodes[..], [node] if node.takes_one())) {
            return Some(Node::Single(either.drain(..).flatten().collect()));
        }
        Some(Node::Group(either))
    }

    /// Looking behind is spelt alike: `(?<=`, `(?<!`.
    fn is_named(&self) -> bool {
        self.rest.get(self.at + 2).is_some_and(|c| c.is_alphabetic())
    }

    fn repeated(&mut self, mut node: Node) -> Option<Node> {
        loop {
            let (min, max) = match self.peek() {
                Some('*') => (0, usize::MAX),
                Some('+') => (1, usize::MAX),
                Some('?') => (0, 1),
                Some('{') => match self.counts() {
                    Some(counts) => counts,
                    None => return Some(node),
                },
                _ => return Some(node),
            };
            self.at += 1;
            let lazy = self.eat("?");
            // A possessive repetition never gives back; the plain one matches whatever it does, and more.
            let _ = self.eat("+");
            node = Node::Repeat { node: Box::new(node), min, max, lazy };
        }
    }

    /// `{2}`, `{2,}`, `{2,5}`: leaves the eye on the closing brace. Any other brace stands for itself.
    fn counts(&mut self) -> Option<(usize, usize)> {
        let close = self.rest[self.at..].iter().position(|c| *c == '}')? + self.at;
        let inner: String = self.rest[self.at + 1..close].iter().collect();
        let (min, max) = match inner.split_once(',') {
            None => (inner.trim().parse().ok()?, inner.trim().parse().ok()?),
            Some((min, "")) => (min.trim().parse().ok()?, usize::MAX),
            Some((min, max)) => (min.trim().parse().ok()?, max.trim().parse().ok()?),
        };
        self.at = close;
        Some((min, max))
    }

    fn class(&mut self) -> Option<Class> {
        let mut class = Class { negated: self.eat("^"), ..Class::default() };
        let mut first = true;
        loop {
            let c = self.take()?;
            let from = match c {
                ']' if !first => return Some(class),
                '[' if self.peek() == Some(':') => return None,
                '&' if self.peek() == Some('&') => return None,
                '\\' => match self.escape()? {
                    Node::Char(c) => c,
                    // `\b` is a backspace here.
                    Node::WordEdge => '\u{8}',
                    Node::Class(inner) if !inner.negated => {
                        class.ranges.extend(inner.ranges);
                        first = false;
                        continue;
                    }
                    Node::Class(inner) => {
                        class.ranges.extend(complement(&inner.ranges));
                        first = false;
                        continue;
                    }
                    _ => return None,
                },
                c => c,
            };
            first = false;
            let dash = self.peek() == Some('-') && self.rest.get(self.at + 1).is_some_and(|c| *c != ']');
            if !dash {
                class.ranges.push((from, from));
                continue;
            }
            self.at += 1;
            match self.take()? {
                '\\' => match self.escape()? {
                    Node::Char(to) if from <= to => class.ranges.push((from, to)),
                    Node::Class(inner) if !inner.negated => {
                        class.ranges.extend([(from, from), ('-', '-')]);
                        class.ranges.extend(inner.ranges);
                    }
                    _ => return None,
                },
                to if from <= to => class.ranges.push((from, to)),
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<Node> {
        let class =
            |ranges: &[(char, char)], negated| Some(Node::Class(Class { ranges: ranges.to_vec(), negated }));
        const WORD: &[(char, char)] = &[('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')];
        const SPACE: &[(char, char)] = &[
            ('\t', '\r'),
            (' ', ' '),
            ('\u{a0}', '\u{a0}'),
            ('\u{1680}', '\u{1680}'),
            ('\u{2000}', '\u{200a}'),
            ('\u{2028}', '\u{2029}'),
            ('\u{3000}', '\u{3000}'),
            ('\u{feff}', '\u{feff}'),
        ];
        match self.take()? {
            'd' => class(&[('0', '9')], false),
            'D' => class(&[('0', '9')], true),
            'w' => class(WORD, false),
            'W' => class(WORD, true),
            's' => class(SPACE, false),
            'S' => class(SPACE, true),
            'b' => Some(Node::WordEdge),
            'A' => Some(Node::Start),
            'z' | 'Z' => Some(Node::End),
            'n' => Some(Node::Char('\n')),
            'r' => Some(Node::Char('\r')),
            't' => Some(Node::Char('\t')),
            'f' => Some(Node::Char('\u{c}')),
            'v' => Some(Node::Char('\u{b}')),
            'x' if self.peek() == Some('{') => self.code_point(),
            'u' if self.peek() == Some('{') => self.code_point(),
            'x' => self.hexadecimal(2),
            'u' => self.hexadecimal(4),
            c if c.is_alphanumeric() => None,
            c => Some(Node::Char(c)),
        }
    }

    fn code_point(&mut self) -> Option<Node> {
        let close = self.rest[self.at..].iter().position(|c| *c == '}')? + self.at;
        let digits: String = self.rest[self.at + 1..close].iter().collect();
        self.at = close + 1;
        Some(Node::Char(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?))
    }

    fn hexadecimal(&mut self, digits: usize) -> Option<Node> {
        let text: String = self.rest.get(self.at..self.at + digits)?.iter().collect();
        self.at += digits;
        Some(Node::Char(char::from_u32(u32::from_str_radix(&text, 16).ok()?)?))
    }

    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        let eaten = text.chars().enumerate().all(|(i, c)| self.rest.get(self.at + i) == Some(&c));
        if eaten {
            self.at += text.chars().count();
        }
        eaten
    }
}

/// All characters outside the ranges.
fn complement(ranges: &[(char, char)]) -> Vec<(char, char)> {
    let mut sorted = ranges.to_vec();
    sort_by(&mut sorted, Ord::cmp);
    let mut from = '\0';
    let mut outside = Vec::new();
    for (start, end) in sorted {
        if let Some(before) = previous(start).filter(|before| from <= *before) {
            outside.push((from, before));
        }
        from = following(end).max(from);
    }
    outside.push((from, char::MAX));
    outside
}

fn previous(c: char) -> Option<char> {
    (0..u32::from(c)).next_back().and_then(char::from_u32)
}

fn following(c: char) -> char {
    char::from_u32(u32::from(c) + 1).unwrap_or(char::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::parse(pattern).expect("understood").may_match(text)
    }

    #[test]
    fn patterns_of_the_facts_match_what_they_should() {
        let arn = r"^arn:(aws|aws-cn|aws-us-gov):iam::\d{12}:role/[\w+=,.@-]{1,64}$";
        assert!(matches(arn, "arn:aws:iam::123456789012:role/service-role"));
        assert!(!matches(arn, "arn:aws:iam::1234:role/service-role"));
        assert!(!matches(arn, "arn:aws:iam::123456789012:role/"));
        assert!(matches("[a-z]", "123a"));
        assert!(!matches("^[a-z]+$", "abc1"));
        assert!(matches("^[a-z]+$", "abc\n"));
        assert!(matches(r"^([a-z0-9-]+\.)*[a-z]{2,}$", "www.example.com"));
        assert!(!matches(r"^([a-z0-9-]+\.)*[a-z]{2,}$", "www..com"));
        assert!(matches(r"^(?!aws:)[a-zA-Z+-=._:/]+$", "team"));
        assert!(!matches(r"^(?!aws:)[a-zA-Z+-=._:/]+$", "aws:team"));
        assert!(matches(r"^(?=.*[0-9])\S+$", "a1"));
        assert!(!matches(r"^(?=.*[0-9])\S+$", "ab"));
        assert!(matches(r"^[^\s]*$", "abc"));
        assert!(!matches(r"^[^\s]*$", "a c"));
        assert!(matches(r"^[\x20-\x7E\x{A0}-\x{10FFFF}]*$", "é"));
        assert!(!matches(r"^[\x20-\x7E]*$", "é"));
        assert!(matches(r"^(a|b|[c-d])*$", &"abcd".repeat(1_000)));
        assert!(!matches(r"^(a|b|[c-d])*$", "abcde"));
        assert!(matches(r"^[]a]+$", "]a"));
        assert!(matches("(?i)^abc$", "ABC"));
        assert!(matches(r"^(ab){2,3}$", "ababab"));
        assert!(!matches(r"^(ab){2,3}$", "abababab"));
        assert!(!matches(r"^(ab){2,3}$", "ab"));
        assert!(matches("^a{b$", "a{b"));
        assert!(matches("^[a-z]*?b$", "aab"));
        assert!(matches(r"^([^\D]|x)+$", "12x"));
        assert!(matches(r"^(a?){3}$", ""));
    }

    #[test]
    fn what_is_not_understood_is_no_pattern() {
        for pattern in [r"(?<=a)b", r"(a)\1", r"\p{Foo}", "(", "a)", "[a", "*", "[[:alpha:]]"] {
            assert!(Pattern::parse(pattern).is_none(), "{pattern}");
        }
    }

    #[test]
    fn a_search_without_end_counts_as_a_match() {
        assert!(matches("^(a+)+$", &format!("{}b", "a".repeat(200))));
        assert!(matches("^(ab|a)*c$", &"ab".repeat(50_000)));
    }
}
