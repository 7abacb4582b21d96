//! The colours, light and dark, and which of them may stand on which.

use std::fmt::Write as _;

/// A colour by its name, as `#rrggbb`: light, then dark.
pub struct Token {
    /// The name of the custom property, without its dashes.
    pub name: &'static str,
    /// In the light theme.
    pub light: &'static str,
    /// In the dark theme.
    pub dark: &'static str,
}

const fn token(name: &'static str, light: &'static str, dark: &'static str) -> Token {
    Token { name, light, dark }
}

/// All colours.
pub const TOKENS: [Token; 25] = [
    token("bg", "#f6f5f2", "#101214"),
    token("surface", "#ffffff", "#181b1e"),
    token("sunk", "#efeeea", "#131618"),
    token("line", "#e3e1dc", "#2a2e32"),
    token("ink", "#1b1d1f", "#ecebe7"),
    token("ink-2", "#54595f", "#b0b5ba"),
    token("ink-3", "#62686e", "#8f959b"),
    token("accent", "#0a665a", "#63cbb8"),
    token("amber", "#8a5200", "#f0b95a"),
    token("red", "#ab221a", "#ff8f86"),
    token("blue", "#1f5fa8", "#86b8f2"),
    token("violet", "#6a3fa0", "#c3a1ee"),
    // What stands on a filled button.
    token("on-accent", "#ffffff", "#0c1f1b"),
    // Soft fills behind chips: the hue at about a tenth.
    token("accent-soft", "#e0efec", "#16302b"),
    token("amber-soft", "#fdf0d5", "#33260f"),
    token("red-soft", "#fbe4e2", "#3a1d1b"),
    token("blue-soft", "#e4eef9", "#182a3f"),
    token("violet-soft", "#efe6f9", "#2d2040"),
    // The edge of a control, which has to be seen.
    token("edge", "#c9c6bf", "#43494f"),
    // Fills of charts, which carry no text.
    token("fill", "#2f8f80", "#3fa392"),
    token("fill-soft", "#bbd9d3", "#24504a"),
    token("fill-amber", "#e0a02f", "#d99a2b"),
    token("fill-red", "#d9534a", "#e0584e"),
    token("fill-blue", "#2a66b0", "#5c94d8"),
    token("fill-violet", "#6a3fa0", "#9d78cf"),
];

/// Text and what it may stand on. The style sheet uses no other pair; each has 4.5:1 in both themes.
pub const PAIRS: &[(&str, &[&str])] = &[
    ("ink", &["bg", "surface", "sunk", "accent-soft"]),
    ("ink-2", &["bg", "surface", "sunk", "accent-soft"]),
    ("ink-3", &["bg", "surface", "sunk"]),
    ("accent", &["bg", "surface", "sunk", "accent-soft"]),
    ("amber", &["bg", "surface", "sunk", "amber-soft"]),
    ("red", &["bg", "surface", "sunk", "red-soft"]),
    ("blue", &["bg", "surface", "sunk", "blue-soft"]),
    ("violet", &["bg", "surface", "sunk", "violet-soft"]),
    ("on-accent", &["accent"]),
];

/// The custom properties of both themes.
pub(crate) fn style() -> String {
    let mut out = String::with_capacity(2_048);
    let properties = |out: &mut String, value: fn(&Token) -> &'static str| {
        for token in &TOKENS {
            let _ = write!(out, "--{}:{};", token.name, value(token));
        }
    };
    out.push_str(":root{color-scheme:light dark;");
    properties(&mut out, |token| token.light);
    out.push_str("}\n@media (prefers-color-scheme:dark){:root{");
    properties(&mut out, |token| token.dark);
    out.push_str("}}\n");
    out
}
