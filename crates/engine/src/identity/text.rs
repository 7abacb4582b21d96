//! Text as identifiers are compared: composed, without what cannot be seen.

use unicode_normalization::UnicodeNormalization;

/// The longest identifier that is read; a longer one is no identifier.
pub(super) const IDENTIFIER_BYTES_MAX: usize = 512;

/// NFC, without what cannot be seen, inner white space as one blank.
pub fn fold_space(text: &str) -> String {
    let text = text.trim_matches(' ');
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !text.contains("  ") {
        return text.to_owned();
    }
    let visible = text.nfc().filter(|character| !is_invisible(*character));
    let mut folded = String::with_capacity(text.len());
    for character in visible {
        if character.is_whitespace() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else {
            folded.push(character);
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Characters that change how a text reads without being seen: controls, zero width, bidi, tags.
pub fn is_invisible(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || matches!(
            character,
            '\u{00ad}'
                | '\u{034f}'
                | '\u{061c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}
