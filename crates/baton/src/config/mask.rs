//! The text of a configuration for drawing: what may be a secret is stars, byte for byte, so that
//! places stay where they are.

use connectors::destination::Takes;
use connectors::destinations::KINDS;

/// Words in a key that tell of a secret.
const TELLING: [&str; 7] =
    ["credential", "secret", "token", "password", "passwd", "apikey", "api_key"];

/// The text without what may be a secret: values of telling keys that are no references, and what
/// stands before an `@` in an address.
pub(super) fn mask(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        mask_line(line, &mut out);
    }
    out
}

fn mask_line(line: &str, out: &mut String) {
    let Some((key, value)) = line.split_once('=') else {
        stars_in_address(line, out);
        return;
    };
    let telling = key.to_ascii_lowercase();
    let reference = value.trim_start().trim_start_matches(['"', '\'']);
    let referred = reference.starts_with("env:") || reference.starts_with("file:");
    out.push_str(key);
    out.push('=');
    if (TELLING.iter().any(|word| telling.contains(word)) || is_secret(telling.trim())) && !referred
    {
        stars(value, out);
    } else {
        stars_in_address(value, out);
    }
}

/// Whether a kind of destination keeps a secret under this key.
fn is_secret(key: &str) -> bool {
    let keys = KINDS.iter().flat_map(|kind| kind.keys);
    keys.into_iter().any(|known| known.takes == Takes::Secrets && known.name == key)
}

/// Stars for everything but blanks and quotes.
fn stars(text: &str, out: &mut String) {
    for character in text.chars() {
        if character.is_ascii_whitespace() || matches!(character, '"' | '\'') {
            out.push(character);
        } else {
            out.extend(std::iter::repeat_n('*', character.len_utf8()));
        }
    }
}

/// Stars for `user:password` of `scheme://user:password@host`.
fn stars_in_address(text: &str, out: &mut String) {
    let within = text.find("://").map(|at| at + 3).and_then(|start| {
        let end = text[start..].find(['/', '"', '\'', '\n']).map_or(text.len(), |at| start + at);
        let at = text[start..end].rfind('@')?;
        Some((start, start + at))
    });
    match within {
        Some((start, end)) => {
            out.push_str(&text[..start]);
            stars(&text[start..end], out);
            out.push_str(&text[end..]);
        }
        None => out.push_str(text),
    }
}
