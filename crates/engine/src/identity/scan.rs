//! Addresses and numbers in bytes that nobody could read, so that erasing a person finds them.

use domain::Text;
use domain::signal::{IdentifierKind, Key};

use super::{read_email, read_phone};

/// The most that are looked for in one item.
const FOUND_MAX: usize = 64;

/// The addresses and numbers that stand in some bytes, each once, as claimed and as verified.
pub fn addresses_in(bytes: &[u8]) -> Vec<Key> {
    let text = String::from_utf8_lossy(bytes);
    let mut found: Vec<Key> = Vec::new();
    for word in text.split(is_outside) {
        if found.len() >= FOUND_MAX {
            break;
        }
        let key = if word.contains('@') {
            read_email(word.trim_matches(['.', '\'', '-']))
                .map(|email| (IdentifierKind::Email, email.into_address()))
        } else if word.starts_with('+') {
            read_phone(word).map(|number| (IdentifierKind::Phone, number))
        } else {
            None
        };
        let Some((kind, value)) = key else { continue };
        for verified in [true, false] {
            let key = Key { kind, scope: Text::default(), value: value.clone().into(), verified };
            if !found.contains(&key) {
                found.push(key);
            }
        }
    }
    found
}

/// Characters that end a word in any of the formats that are read.
fn is_outside(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            '"' | ','
                | ';'
                | ':'
                | '<'
                | '>'
                | '('
                | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '|'
                | '='
                | '&'
                | '?'
                | '/'
                | '\\'
        )
}
