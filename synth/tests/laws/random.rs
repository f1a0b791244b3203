//! Chance that is the same on every run and machine.
#![allow(clippy::print_stderr, reason = "a failure names its seed")]

use std::thread;

use serde_json::{Map, Value as Json, json};

/// A linear congruential generator whose high bits are used.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D);
        random.next();
        random
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    /// A number under a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).unwrap() % limit
    }

    /// True in one of so many cases.
    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Some of the items, in their order.
    pub fn some<T: Clone>(&mut self, items: &[T]) -> Vec<T> {
        items.iter().filter(|_| self.one_in(2)).cloned().collect()
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }

    /// Text made of what is hard to carry: escapes, control characters, what reads like a function.
    pub fn text(&mut self) -> String {
        const PIECES: [&str; 26] = [
            "${",
            "${!",
            "}",
            "$",
            "{",
            "!",
            "{{resolve:ssm:x}}",
            "\"",
            "\\",
            "\n",
            "\r",
            "\u{0}",
            "\u{1f}",
            "\u{7f}",
            "\u{2028}",
            "\u{feff}",
            "\u{e9}",
            "\u{1f600}",
            "a",
            "b c",
            "AWS::Region",
            "A",
            ".",
            "Value1",
            "Value2",
            "/",
        ];
        (0..self.below(9)).map(|_| *self.pick(&PIECES)).collect()
    }

    /// Any JSON, not deeper than so many levels.
    pub fn json(&mut self, depth: usize) -> Json {
        match self.below(if depth == 0 { 6 } else { 9 }) {
            0 => Json::Null,
            1 => json!(self.one_in(2)),
            2 => json!(self.next()),
            3 => json!(-0.25 * (self.below(1000) as f64)),
            4 | 5 => Json::String(self.text()),
            6 => (0..self.below(4)).map(|_| self.json(depth - 1)).collect(),
            _ => Json::Object(self.fields(depth - 1)),
        }
    }

    /// Fields of any JSON, some under names that mean something in a template.
    pub fn fields(&mut self, depth: usize) -> Map<String, Json> {
        const KEYS: [&str; 14] = [
            "Ref",
            "Fn::Sub",
            "Fn::Transform",
            "Fn::ForEach::X",
            "Condition",
            "Type",
            "Properties",
            "DependsOn",
            "Metadata",
            "A",
            "B",
            "Resources",
            "Outputs",
            "",
        ];
        (0..self.below(4))
            .map(|_| {
                let key = if self.one_in(4) { self.text() } else { (*self.pick(&KEYS)).to_owned() };
                (key, self.json(depth))
            })
            .collect()
    }
}

/// Tries a law on so many random cases. A case that breaks it is named.
pub fn try_on(cases: u64, law: impl Fn(&mut Random)) {
    struct Case(u64);
    impl Drop for Case {
        fn drop(&mut self) {
            if thread::panicking() {
                eprintln!("the case with the seed {} breaks the law", self.0);
            }
        }
    }
    for seed in 0..cases {
        let _case = Case(seed);
        law(&mut Random::new(seed));
    }
}
