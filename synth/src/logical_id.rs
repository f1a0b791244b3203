//! Logical ids: the path below the stack in Pascal case. Frozen: a change of this file renames, and so replaces, resources of every user.

/// One id of a path in Pascal case: words begin after `-`, `_` and `.`, and keep the case of their other letters.
pub(crate) fn pascal(id: &str) -> String {
    below("", id)
}

/// The logical id of what lies at `id` under what has the logical id `parent`; the stack itself has an empty one.
pub(crate) fn below(parent: &str, id: &str) -> String {
    let mut folded = String::with_capacity(parent.len() + id.len());
    folded.push_str(parent);
    push(id, &mut folded);
    folded
}

/// Adds one id of a path to the logical id of what it lies under.
pub(crate) fn push(id: &str, folded: &mut String) {
    let mut begins = true;
    for character in id.chars() {
        let is_of_word = character.is_ascii_alphanumeric();
        if is_of_word {
            folded.push(if begins { character.to_ascii_uppercase() } else { character });
        }
        begins = !is_of_word;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logical_id(path: &str) -> String {
        path.split('/').fold(String::new(), |parent, id| below(&parent, id))
    }

    /// Never change a line here: each is a promise to deployed stacks.
    #[test]
    fn vectors() {
        for (path, id) in [
            ("Api/Service", "ApiService"),
            ("api/service", "ApiService"),
            ("Db", "Db"),
            ("my-queue", "MyQueue"),
            ("my_queue/dead.letter", "MyQueueDeadLetter"),
            ("VPC/PublicSubnet1", "VPCPublicSubnet1"),
            ("a/bC/d", "ABCD"),
            ("2024-archive", "2024Archive"),
            ("--edge--", "Edge"),
        ] {
            assert_eq!(logical_id(path), id, "{path}");
        }
    }
}
