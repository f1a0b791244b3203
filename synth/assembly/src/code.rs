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

    UNKNOWN_STAGE "FW5001" "there is no stage of that name"
    "The name behind `--stage` is one of the stages in the stage file, or of those that the program defines. Without either there are `dev` and `prod`."

    BAD_STAGE "FW5002" "a stage has a name, an account or a region that cannot be"
    "The name of a stage becomes part of stack names: ASCII letters, digits and `-`, beginning with a letter, 64 at most. An account is twelve digits, written in quotes because it may begin with 0. A region reads like `eu-west-1`."

    STAGE_FILE_UNREADABLE "FW5003" "the stage file cannot be read"
    "The file behind `--stages` must exist and be UTF-8 text. Without the option, `stages.json` beside the Cargo.toml of the app is read if it is there."

    STAGE_FILE_SYNTAX "FW5004" "the stage file is not JSON"
    "Stages are written in plain JSON: double quotes around names and texts, no comments, no comma after the last item."

    STAGE_FILE_SHAPE "FW5005" "the stage file says something that the app does not expect"
    "The file holds `stages`, and optionally `default` and `$schema`. A stage holds `account`, `region`, `protected` and `config`; what may be in `config` is what the config type of the app says. The command `schema` prints all of it as a JSON Schema, which editors understand."
}

/// The code of that number, whatever its case.
pub fn code(id: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.id.eq_ignore_ascii_case(id.trim()))
}
