//! A change that a user can notice brings `changelog.d/SLUG.added.md`, `.changed.md` or `.fixed.md`.

use crate::tree::Tree;
use crate::violation::Violation;

/// What a change can be.
const KINDS: &[&str] = &["added", "changed", "fixed"];

/// Files of the folder that the changelog could not be put together from.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    tree.below("changelog.d/")
        .filter_map(|(path, text)| {
            let name = path.strip_prefix("changelog.d/")?;
            if name == "README.md" {
                None
            } else if !is_named_well(name) {
                Some(Violation::of_file(
                    path,
                    "the name is SLUG.added.md, SLUG.changed.md or SLUG.fixed.md",
                ))
            } else if text.trim().is_empty() {
                Some(Violation::of_file(path, "it says nothing"))
            } else {
                None
            }
        })
        .collect()
}

fn is_named_well(name: &str) -> bool {
    let Some((slug, kind)) = name.strip_suffix(".md").and_then(|stem| stem.split_once('.')) else {
        return false;
    };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !slug.is_empty() && slug.bytes().all(plain) && KINDS.contains(&kind)
}
