//! Paths in addresses.

use std::fmt::Write;

/// A path with `/`, everything else than letters, digits and `-._~` as its bytes: `a%20b/c`.
pub(super) fn path(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(byte.into());
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
