//! Text can be read on what it stands on: 4.5 to 1, in both themes.

use pages::tokens::{PAIRS, TOKENS, Token};

/// What WCAG 2.2 AA asks of text.
const LEAST: f64 = 4.5;

fn token(name: &str) -> &'static Token {
    TOKENS.iter().find(|token| token.name == name).unwrap_or_else(|| panic!("no token `{name}`"))
}

fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = u8::from_str_radix(&colour[at..at + 2], 16).expect("two digits");
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

#[test]
fn every_pair_can_be_read() {
    for (ink, grounds) in PAIRS {
        for ground in *grounds {
            let (ink_token, ground_token) = (token(ink), token(ground));
            let both = [
                ("light", contrast(ink_token.light, ground_token.light)),
                ("dark", contrast(ink_token.dark, ground_token.dark)),
            ];
            for (theme, found) in both {
                assert!(found >= LEAST, "{ink} on {ground}, {theme}: {found:.2}");
            }
        }
    }
    assert!(contrast("#8f959b", "#efeeea") < LEAST, "a pair that cannot be read is found");
}

/// Every colour of text in the style sheet is one that the pairs speak of.
#[test]
fn the_style_sheet_uses_no_other_ink() {
    let sheet = &pages::assets::ASSETS.style.body;
    let mut seen = 0;
    for (at, _) in sheet.match_indices("color:var(--") {
        let before = sheet[..at].chars().next_back();
        if before.is_some_and(|before| before == '-') {
            // `border-color`, `background-color` and their like are no ink.
            continue;
        }
        let name = sheet[at + "color:var(--".len()..].split(')').next().unwrap_or_default();
        assert!(PAIRS.iter().any(|(ink, _)| *ink == name), "`{name}` is used as ink");
        seen += 1;
    }
    assert!(seen > 20, "the style sheet was not read");
}
