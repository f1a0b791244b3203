//! Lines of source into a string.

/// Appends one formatted line. Writing to a string cannot fail, so there is no error to handle.
macro_rules! line {
    ($out:expr) => { $out.push('\n') };
    ($out:expr, $($format:tt)*) => {{
        $out.push_str(&format!($($format)*));
        $out.push('\n');
    }};
}

pub(crate) use line;
