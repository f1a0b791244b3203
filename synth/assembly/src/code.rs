//! The table of diagnostic codes: one number, one name, one explanation, never reused.
//!
//! FW1xxx graph and wiring, FW2xxx references, FW3xxx validation, FW4xxx rendering and limits, FW5xxx assembly, assets and stages, FW6xxx deploy.

/// A diagnostic code and what `explain` says about it.
#[derive(Debug)]
pub struct Code {
    /// `FW1001`.
    pub id: &'static str,
    /// The rule in one line.
    pub title: &'static str,
    /// Why it is a rule, and how to keep it.
    pub explanation: &'static str,
}

macro_rules! codes {
    ($($name:ident $id:literal $title:literal $explanation:literal)*) => {
        $(
            #[doc = concat!("`", $id, "`: ", $title, ".")]
            pub const $name: Code = Code { id: $id, title: $title, explanation: $explanation };
        )*

        /// Every code, in the order of their numbers.
        pub const CODES: &[Code] = &[$($name),*];
    };
}

codes! {
    DUPLICATE_ID "FW1001" "two things in one scope share an id"
    "Every child of a scope has an id of its own, because the path of ids names the resource in the template. Give one of the two another id."

    BAD_ID "FW1002" "an id has characters that CloudFormation cannot carry"
    "Logical ids are made of the ids on the path to a resource, and CloudFormation allows only ASCII letters and digits in them, 255 at most. Formwork takes letters, digits, `-`, `_` and `.` in an id and writes them in Pascal case."
}

/// The code of that number, whatever its case.
pub fn code(id: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.id.eq_ignore_ascii_case(id.trim()))
}
