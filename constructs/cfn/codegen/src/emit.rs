//! Lines of source into a string.

use std::fmt::{Arguments, Write};

/// Appends one formatted line.
macro_rules! line {
    ($out:expr) => { $crate::emit::append($out, format_args!("")) };
    ($out:expr, $($format:tt)*) => { $crate::emit::append($out, format_args!($($format)*)) };
}

pub(crate) use line;

/// Appends a line.
pub(crate) fn append(out: &mut String, line: Arguments<'_>) {
    // Writing to a string cannot fail, so there is no error to handle.
    let _ = out.write_fmt(line);
    out.push('\n');
}
