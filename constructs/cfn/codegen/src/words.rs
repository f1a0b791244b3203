//! CloudFormation's spelling taken apart into words and put together in Rust's cases: `DBClusterARNs` is `db_cluster_arns`.

/// Spellings that are one word although their case says otherwise, sorted.
const WHOLE: [&str; 26] = [
    "DDoS",
    "ETag",
    "FSx",
    "GitHub",
    "GraphQL",
    "IPV4",
    "IPV6",
    "IPv4",
    "IPv6",
    "IdC",
    "IoT",
    "IpV4",
    "IpV6",
    "LoRaWAN",
    "MySQL",
    "NoSQL",
    "OAuth",
    "OAuth2",
    "OTel",
    "PostgreSQL",
    "SaaS",
    "SigV4",
    "VCPU",
    "VCpu",
    "XRay",
    "mTLS",
];

/// The words of a name, in lower case. What is neither letter nor digit separates words.
pub fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).flat_map(split).collect()
}

/// `block_public_acls`.
pub fn snake(name: &str) -> String {
    words(name).join("_")
}

/// `BlockPublicAcls`. An underscore stays only between two digits: `TlsV1_2`.
pub fn pascal(name: &str) -> String {
    let mut out = String::new();
    for word in words(name) {
        let mut letters = word.chars();
        let first = letters.next();
        if out.ends_with(|c: char| c.is_ascii_digit()) && first.is_some_and(|c| c.is_ascii_digit()) {
            out.push('_');
        }
        out.extend(first.map(|c| c.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}

/// Splits a run of letters and digits.
fn split(run: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = run;
    while !rest.is_empty() {
        let end = word_end(rest);
        words.push(rest[..end].to_ascii_lowercase());
        rest = &rest[end..];
    }
    words
}

/// Where the first word ends.
fn word_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    // Names are taken apart by the ten thousand, so only what begins with the same letter is looked at.
    let after = WHOLE.partition_point(|whole| whole.as_bytes()[0] < bytes[0]);
    let alike = WHOLE[after..].iter().take_while(|whole| whole.as_bytes()[0] == bytes[0]);
    if let Some(whole) = alike.filter(|whole| begins_with_word(text, whole)).map(|w| w.len()).max() {
        return plural(text, whole);
    }
    let run = |from: usize, is: fn(&u8) -> bool| from + bytes[from..].iter().take_while(|b| is(b)).count();
    let upper = run(0, u8::is_ascii_uppercase);
    let lower = run(upper, u8::is_ascii_lowercase);
    let end = match (upper, lower - upper) {
        // `DBv2`: the version is a word of its own.
        (2.., 1) if bytes[upper] == b'v' && bytes.get(lower).is_some_and(u8::is_ascii_digit) => return upper,
        // `ARNs`: an acronym in the plural.
        (2.., 1) if bytes[upper] == b's' => lower,
        // `DBCluster`: the last capital begins the next word.
        (2.., 1..) => return upper - 1,
        _ => lower,
    };
    run(end, u8::is_ascii_digit)
}

/// True where `text` begins with `word`, and the next letter does not belong to it.
fn begins_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| {
        let plural = rest.strip_prefix('s').unwrap_or(rest);
        !plural.starts_with(|c: char| c.is_ascii_lowercase()) || word.ends_with(|c: char| c.is_ascii_digit())
    })
}

/// Takes the `s` of a plural into the word.
fn plural(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let is_plural =
        rest.strip_prefix('s').is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase()));
    end + usize::from(is_plural)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_found_by_their_first_letter() {
        assert!(WHOLE.is_sorted());
    }
}
